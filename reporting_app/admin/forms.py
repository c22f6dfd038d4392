"""Every form of the panel. Texts may be long; what a form refuses it says in a sentence."""

from __future__ import annotations

import secrets
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from reporting_app.admin.drafts import plain_lines
from reporting_app.admin.facts import OPEN
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.wording import GROUPS, ROLES, SORTS, STATES
from reporting_app.cases import schema
from reporting_app.cases.member import MOST_CELL_TEXT
from reporting_app.cases.schema import MOST_TEXT
from reporting_app.crypto.event import is_member_id
from reporting_app.crypto.wordlist import fold

LEAST_OWN_PASSPHRASE = 12
MOST_NAME = 80
MOST_SEARCH = 200


class PanelForm(FlaskForm):  # type: ignore[misc]
    """With the CSRF token that Flask-WTF gives every form."""


class UnlockForm(PanelForm):
    passphrase = PasswordField(N_("Lösenfras"), [InputRequired(N_("Skriv din lösenfras."))])


class WhoForm(PanelForm):
    name = StringField(
        N_("Namn"),
        [
            DataRequired(N_("Skriv ditt namn.")),
            Length(max=MOST_NAME, message=N_("Ett namn är högst 80 tecken.")),
        ],
    )
    member = StringField(N_("Kort id"), [DataRequired(N_("Skriv ett kort id, till exempel utredare-4."))])
    role = RadioField(
        N_("Uppgift"),
        [InputRequired(N_("Välj vilken uppgift du ska ha."))],
        choices=[SelectChoice(*role) for role in ROLES.items()],
    )

    def validate_member(self, field: Field) -> None:
        field.data = field.data.strip().lower()
        if not is_member_id(field.data):
            raise ValidationError(
                _("Ett id börjar med en bokstav och består av högst 32 av a–z, 0–9 och bindestreck.")
            )

    def validate_name(self, field: Field) -> None:
        field.data = " ".join(field.data.split())
        if not field.data.isprintable():
            raise ValidationError(_("Namnet innehåller tecken som inte går att visa."))


class WrittenForm(PanelForm):
    """Two words of the generated passphrase, to show that it was written down."""

    first = StringField(validators=[DataRequired(N_("Skriv ordet från din lapp."))])
    second = StringField(validators=[DataRequired(N_("Skriv ordet från din lapp."))])

    def expect(self, first: str, second: str) -> bool:
        """Whether both words are right; otherwise the fields say which is not."""
        right = True
        for field, word in ((self.first, first), (self.second, second)):
            if fold(field.data.strip()) != fold(word):
                field.errors = [_("Det är inte ordet som står där. Jämför med din lapp.")]
                right = False
        return right


class OwnForm(PanelForm):
    own = PasswordField(
        N_("Egen lösenfras"),
        [
            InputRequired(N_("Skriv en lösenfras.")),
            Length(min=LEAST_OWN_PASSPHRASE, message=N_("En egen lösenfras har minst 12 tecken.")),
        ],
    )
    again = PasswordField(N_("Samma lösenfras igen"))

    def validate_again(self, field: Field) -> None:
        if field.data != self.own.data:
            raise ValidationError(_("De två lösenfraserna är inte lika."))


class InvitationForm(PanelForm):
    file = FileField(N_("Inbjudningsfil"), [FileRequired(N_("Välj inbjudningsfilen."))])


class ConfirmForm(PanelForm):
    same = BooleanField(
        N_("Jag har läst upp koden för en kollega, och den var likadan."),
        [InputRequired(N_("Jämför koden med en kollega först, och kryssa sedan i rutan."))],
    )


def most_bytes(most: int) -> Any:
    """At most ``most`` bytes of what can be sent."""

    def check(_form: object, field: Field) -> None:
        text = (field.data or "").strip()
        if "\0" in text:
            raise ValidationError(_("Texten innehåller ett tecken som inte går att skicka."))
        # The limit is in bytes; what a person takes away is characters.
        over = len(text) - len(text.encode()[:most].decode(errors="ignore"))
        if over:
            raise ValidationError(_("Texten är för lång med ungefär %(over)d tecken.", over=over))

    return check


class CaseForm(PanelForm):
    """Something done in a case. ``once`` marks one showing of the form, so that a double click sends once."""

    once = HiddenField(default=lambda: secrets.token_hex(8))


class ReplyForm(CaseForm):
    text = TextAreaField(
        N_("Svar till anmälaren"), [DataRequired(N_("Skriv ett svar.")), most_bytes(MOST_TEXT)], [plain_lines]
    )


class NoteForm(CaseForm):
    text = TextAreaField(
        N_("Anteckning"), [DataRequired(N_("Skriv en anteckning.")), most_bytes(MOST_TEXT)], [plain_lines]
    )


def reason_field(label: Any, *required: Any) -> TextAreaField:
    """A reason, short enough for the reporter's browser to be told."""
    return TextAreaField(label, [*required, most_bytes(MOST_CELL_TEXT)], [plain_lines])


class StatusForm(CaseForm):
    state = SelectField(N_("Status"), choices=[SelectChoice(name, STATES[name]) for name in schema.STATES])
    reason = reason_field(N_("Motivering, som anmälaren läser"))


class SearchForm(PanelForm):
    """Posted, so that words never stand in an address."""

    words = StringField(
        N_("Sök i ärendena"),
        [Length(max=MOST_SEARCH, message=N_("En sökning är högst 200 tecken."))],
    )


class ChoiceForm(PanelForm):
    """Which cases to list. In the address, as ids: it changes nothing and needs no token."""

    class Meta:
        csrf = False

    group = SelectField(N_("Visa"), choices=[SelectChoice(*one) for one in GROUPS.items()], default=OPEN)
    severity = SelectField(N_("Allvar"), default="")
    organisation = SelectField(N_("Verksamhet"), default="")
    form = SelectField(N_("Händelse"), default="")
    late = BooleanField(N_("Bara försenade"))
    unread = BooleanField(N_("Bara olästa och med nytt"))
    uncoded = BooleanField(N_("Bara inte kodade"))
    sign = BooleanField(N_("Bara det som väntar på din underskrift"))
    sort = SelectField(N_("Ordning"), choices=[SelectChoice(*one) for one in SORTS.items()], default="need")

    def offer(self, question: str, options: list[tuple[str, str]]) -> None:
        """What the reporter could choose from, and any."""
        self[question].choices = [SelectChoice(*one) for one in [("", _("Alla")), *options]]


class RosterForm(PanelForm):
    enrolments = MultipleFileField(N_("Nya medlemmars anmälningsfiler"))
    leaving = SelectMultipleField(
        N_("De som lämnar"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    active = DateField(N_("Ska gälla från"), [Optional()])

    def validate_active(self, field: Field) -> None:
        if field.errors:
            field.errors = [_("Skriv dagen som åååå-mm-dd.")]


class DeploymentForm(PanelForm):
    file = FileField(N_("Ny fil med texter och frågor"), [FileRequired(N_("Välj en fil."))])


class ReviewForm(PanelForm):
    files = MultipleFileField(N_("Förslagsfil"))
