"""The forms of the team's own pages: absence, text blocks."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import (
    DateField,
    Field,
    HiddenField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from reporting_app.admin.drafts import plain_lines
from reporting_app.admin.forms import CaseForm, most_bytes
from reporting_app.admin.i18n import N_, _
from reporting_app.cases.schema import MOST_TEXT

LONGEST_ABSENCE = timedelta(days=366)
MOST_TITLE = 80


class AbsenceForm(CaseForm):
    """From when to when, both included, and who covers; ``expect`` says who can and what day it is."""

    first = DateField(N_("Första dagen borta"), [InputRequired(N_("Välj första dagen du är borta."))])
    last = DateField(N_("Sista dagen borta"), [InputRequired(N_("Välj sista dagen du är borta."))])
    cover = SelectMultipleField(
        N_("Vem täcker?"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    today = date.min

    def expect(self, colleagues: list[tuple[str, str]], today: date) -> AbsenceForm:
        self.cover.choices = [SelectChoice(*one) for one in colleagues]
        self.today = today
        return self

    def validate_first(self, field: Field) -> None:
        _readable(field)

    def validate_last(self, field: Field) -> None:
        _readable(field)
        if field.errors or self.first.errors or not self.first.data:
            return
        if field.data < self.first.data:
            raise ValidationError(_("Sista dagen ligger före den första."))
        if field.data < self.today:
            raise ValidationError(_("Den tiden har redan gått."))
        if field.data - self.first.data > LONGEST_ABSENCE:
            raise ValidationError(_("Ange högst ett år i taget."))


class BlockForm(CaseForm):
    """A text block. ``before`` is the id of the event whose wording the form was filled with, or empty."""

    before = HiddenField()
    title = StringField(
        N_("Rubrik"),
        [
            DataRequired(N_("Skriv en rubrik.")),
            Length(max=MOST_TITLE, message=N_("En rubrik är högst 80 tecken.")),
        ],
    )
    text = TextAreaField(
        N_("Text"), [DataRequired(N_("Skriv en text.")), most_bytes(MOST_TEXT)], [plain_lines]
    )

    def validate_title(self, field: Field) -> None:
        field.data = " ".join(field.data.split())
        if not field.data.isprintable():
            raise ValidationError(_("Rubriken innehåller tecken som inte går att visa."))


def _readable(field: Field) -> None:
    if field.process_errors:
        field.errors = [_("Skriv dagen som åååå-mm-dd.")]
