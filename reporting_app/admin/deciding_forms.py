"""Forms for what takes two, and for stepping aside; each says which state of the case it was written for."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import Field, HiddenField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from reporting_app.admin import acts
from reporting_app.admin.forms import CaseForm, reason_field
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.fold import Case
from reporting_app.cases.together import JUNK, LEAST_HANDLERS
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.members import INVESTIGATOR


class ProposalForm(CaseForm):
    """A proposal, which a colleague has to approve. ``heard`` is what the reporter had said on the screen."""

    heard = HiddenField()
    asked = SelectMultipleField(N_("Fråga någon som inte läser ärendet"), validate_choice=False)

    def prepare(self, case: Case, known: Labels) -> None:
        """Offers what fits the case as it is now."""
        self.now_heard = b64(case.course.heard)
        self.offered = {one: known.name(one) for one in may_be_asked(case, known)}

    def validate_asked(self, field: Field) -> None:
        if not set(field.data or ()) <= set(self.offered):
            raise ValidationError(_("Någon av dem går inte att fråga längre. Välj igen."))


class CloseForm(ProposalForm):
    outcome = SelectField(N_("Utfall"), validate_choice=False)
    reason = reason_field(
        N_("Motivering, som anmälaren läser"),
        DataRequired(N_("Ett avslutat ärende behöver en motivering.")),
    )

    def prepare(self, case: Case, known: Labels) -> None:
        super().prepare(case, known)
        self.is_answered = case.course.answered
        outcomes = known.outcomes() if self.is_answered else []
        named = [("", _("Välj utfall")), *outcomes, (JUNK, known.outcome(JUNK))]
        self.outcome.choices = [SelectChoice(*one) for one in named]

    def validate_outcome(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Ett avslutat ärende behöver ett utfall."))
        if field.data not in {one.value for one in self.outcome.choices}:
            raise ValidationError(_("Välj ett av utfallen i listan."))


class HandlersForm(ProposalForm):
    handlers = SelectMultipleField(N_("Handläggare"), validate_choice=False)
    reason = reason_field(
        N_("Varför just de, eller varför ärendet lämnas över"),
        DataRequired(N_("Skriv varför, så att den som ska godkänna vet.")),
    )

    def prepare(self, case: Case, known: Labels) -> None:
        super().prepare(case, known)
        self.fit = {one: known.name(one) for one in may_handle(case, known)}
        if self.handlers.data is None:
            self.handlers.data = sorted(case.handlers & set(self.fit))

    def validate_handlers(self, field: Field) -> None:
        chosen = set(field.data or ())
        if len(chosen) < LEAST_HANDLERS:
            raise ValidationError(_("Välj minst två: inget ärende får hänga på en enda person."))
        if not chosen <= set(self.fit):
            raise ValidationError(_("Någon av dem kan inte handlägga ärendet längre. Välj igen."))


class AnswerForm(CaseForm):
    """An answer to exactly the proposal that stood on the screen."""

    proposal = HiddenField(validators=[InputRequired()])


class DeclineForm(AnswerForm):
    reason = reason_field(N_("Varför inte? Läses av dem som ser förslaget."))


class RecusalForm(CaseForm):
    """Stepping aside has nothing to fill in."""


def overtaken() -> str:
    """What to say when the reporter's next words came before somebody had read them."""
    return _("Anmälaren har skrivit sedan du öppnade sidan. Läs det först och föreslå sedan igen.")


def may_handle(case: Case, known: Labels) -> list[str]:
    """Ids of the investigators of today who are neither left out nor have stepped aside."""
    roster = known.setting.roster.with_role(INVESTIGATOR, known.setting.today)
    return sorted({one.id for one in roster} - case.excluded - case.recused)


def may_be_asked(case: Case, known: Labels) -> list[str]:
    """Of those, the ones who do not read the case."""
    return [one for one in may_handle(case, known) if one not in case.readers]


def propose_closing(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    asked, heard = form.asked.data or (), form.heard.data
    acts.propose_closing(workspace, case_id, form.outcome.data, form.reason.data.strip(), asked, heard)
    return _said(asked)


def propose_handlers(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    asked, heard = form.asked.data or (), form.heard.data
    acts.propose_handlers(workspace, case_id, form.handlers.data, form.reason.data.strip(), asked, heard)
    return _said(asked)


def _said(asked: Collection[str]) -> str:
    if asked:
        return _("Förslaget är lagt. En kollega, eller någon som du frågade, behöver godkänna det.")
    return _("Förslaget är lagt. En kollega behöver godkänna det.")


def asked_from_outside(audience: Collection[str], case: Case) -> set[str]:
    """Of a proposal's audience, who does not read the case."""
    return set(audience) - case.readers - {REPORTER}
