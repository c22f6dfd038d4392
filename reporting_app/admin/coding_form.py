"""The form in which a case is coded, prefilled, and what the case page says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from reporting_app.admin.ballots import MOST_DAYS, leaves_out_a_witness, scheme_of, witnesses
from reporting_app.admin.forms import CaseForm
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.cases import coding
from reporting_app.cases.coding import ASKED, CONSEQUENCE, FORM, NO, ORGANISATION, SEVERITY, YES, Scheme
from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry

ANSWERS = [(YES, N_("Ja, räkna med ärendet")), (NO, N_("Nej, räkna inte med det"))]


class CodingForm(CaseForm):
    """One main value of each kind. A case that did not happen needs none."""

    plausible = SelectField(
        N_("Troligt att det har hänt"), choices=[SelectChoice(*one) for one in ANSWERS], default=YES
    )
    form = SelectField(N_("Huvudsaklig händelse"), validate_choice=False)
    organisation = SelectField(N_("Verksamhet"), validate_choice=False)
    severity = SelectField(N_("Allvar"), validate_choice=False)
    consequence = SelectField(N_("Huvudsaklig följd"), validate_choice=False)

    def offer(self, scheme: Scheme, known: Labels) -> None:
        """What this deployment's catalogue asks, in its own words."""
        for name in ASKED:
            if name not in scheme.dimensions:
                del self[name]
                continue
            words = known.coded(name)
            listed = [(value, words[value]) for value in (*scheme.values_of(name), coding.UNDETERMINED)]
            self[name].choices = [SelectChoice(*one) for one in [("", _("Välj")), *listed]]

    @property
    def asked(self) -> list[Field]:
        return [self[name] for name in ASKED if name in self]

    @property
    def chosen(self) -> dict[str, str]:
        return {field.name: field.data for field in self.asked if field.data}

    def _check(self, field: Field) -> None:
        if field.data and field.data not in {one.value for one in field.choices}:
            raise ValidationError(_("Välj ett av värdena i listan."))
        if not field.data and self.plausible.data == YES:
            raise ValidationError(_("%(field)s: välj ett värde.", field=field.label.text))

    validate_form = validate_organisation = validate_severity = validate_consequence = _check


@dataclass(frozen=True)
class Card:
    """``lines`` say what holds, ``hints`` what else the reporter chose, ``remark`` why nothing counts."""

    form: CodingForm
    is_coded: bool
    is_asked: bool
    lines: list[tuple[str, str]]
    hints: dict[str, str]
    by: str
    entry: Entry | None
    remark: str
    days: int = MOST_DAYS

    @property
    def wrong(self) -> list[Field]:
        return [field for field in (self.form.plausible, *self.form.asked) if field.errors]


def fresh(case: Case, known: Labels, kept: Mapping[str, str]) -> CodingForm:
    """The form with its draft, else with what holds, else with what the reporter's answers suggest."""
    scheme, holds = scheme_of(known.setting), coding.holding(case)
    given = dict(kept) or coding.prefill(case, scheme)
    if holds and not kept:
        by_table = coding.chosen_in(holds, scheme)
        given = {table.dimension: by_table[table.id] for table in scheme.asked if table.id in by_table}
        given[coding.PLAUSIBLE] = holds.event.body["values"].get(coding.PLAUSIBLE, YES)
    form = CodingForm(formdata=None, data=given)
    form.offer(scheme, known)
    form.kept = bool(kept)
    return form


def card(case: Case, known: Labels, form: CodingForm) -> Card:
    """What the page shows of the coding."""
    scheme, holds = scheme_of(known.setting), coding.holding(case)
    return Card(
        form=form,
        is_coded=coding.is_coded(holds, scheme),
        is_asked=bool(scheme.asked),
        lines=lines(holds, scheme, known) if holds else [],
        hints=_hints(case, scheme, known),
        by=known.name(holds.event.author) if holds else "",
        entry=holds,
        remark=_remark(case, known),
    )


def lines(coded: Entry, scheme: Scheme, known: Labels) -> list[tuple[str, str]]:
    """``(what, value)`` in words."""
    names = {
        FORM: _("Händelse"),
        ORGANISATION: _("Verksamhet"),
        SEVERITY: _("Allvar"),
        CONSEQUENCE: _("Följd"),
    }
    by_table = coding.chosen_in(coded, scheme)
    values = {table.dimension: by_table[table.id] for table in scheme.asked if table.id in by_table}
    said = [(names[name], known.coded(name)[values[name]]) for name in ASKED if name in values]
    believed = coded.event.body["values"].get(coding.PLAUSIBLE, YES) == YES
    return said if believed else [(_("Troligt att det har hänt"), _("Nej")), *said]


def _hints(case: Case, scheme: Scheme, known: Labels) -> dict[str, str]:
    given = case.report.event.body["answers"] if case.report else {}
    several = {name: given[name] for name in scheme.dimensions if len(given.get(name, ())) > 1}
    return {
        name: _("Anmälaren valde: %(answers)s", answers=" · ".join(known.options(name, several[name])))
        for name in several
    }


def _remark(case: Case, known: Labels) -> str:
    if not witnesses(known.setting):
        return _("Ingen i förteckningen har uppgiften tillsyn. Därför skickas inget till statistiken.")
    if leaves_out_a_witness(case, known.setting):
        return _(
            "Anmälaren har valt bort någon med uppgiften tillsyn. Därför räknas ärendet inte i statistiken."
        )
    if coding.holding(case) and not coding.is_plausible(case):
        return _("Ärendet är bedömt som inte troligt och räknas inte i statistiken.")
    return ""
