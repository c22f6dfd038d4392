"""The pages on which an investigator writes down what somebody tells, and hands over the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import Field, SelectChoice, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from reporting_app.admin import oral
from reporting_app.admin.config import FIRST_LANGUAGE
from reporting_app.admin.drafts import plain_lines, values_of
from reporting_app.admin.forms import CaseForm, WrittenForm, most_bytes
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.admin.oral import Slip, Told
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.questionnaire import advice, questions_of
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.state import kept_for_later
from reporting_app.admin.wording import LANGUAGE_NAMES, cannot_keep, role_words
from reporting_app.cases import questions
from reporting_app.cases.schema import MOST_TEXT
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.storage.errors import StorageBusy

registering = Blueprint("registering", __name__)
DRAFT = "register:new"
# While the words are on the screen these leave them there; any other page, and the panel forgets them.
BESIDE_THE_WORDS = ("registering.post", "registering.done", "state.state", "state.keep", "static")


class RegisterForm(CaseForm):
    """The narrative is compulsory, as for reporters; the answers are read by ``cases.questions``."""

    text = TextAreaField(
        N_("Vad har hänt?"),
        [DataRequired(N_("Skriv ner vad som har hänt.")), most_bytes(MOST_TEXT)],
        [plain_lines],
    )
    language = SelectField(N_("Språk som anmälaren vill ha svar på"), default=FIRST_LANGUAGE)
    leave = SelectMultipleField(
        N_("Lämna utanför"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def prepare(self, known: Labels, member: str) -> None:
        """``member`` writes the report down, has heard it, and so cannot be left out."""
        self._setting = known.setting
        offered = known.setting.file.content["name"]
        names = {FIRST_LANGUAGE: _("svenska"), **{code: str(name) for code, name in LANGUAGE_NAMES.items()}}
        self.language.choices = [SelectChoice(code, names.get(code, code)) for code in offered]
        today, roster = known.setting.today, known.setting.roster
        self.leave.choices = [
            SelectChoice(one.id, f"{one.name} · {role_words(role)}")
            for role in (INVESTIGATOR, WITNESS)
            for one in roster.with_role(role, today)
            if one.id != member
        ]

    def validate_leave(self, field: Field) -> None:
        if set(field.data) - {one.value for one in field.choices}:
            raise ValidationError(_("Listan har ändrats. Välj igen vilka som ska lämnas utanför."))
        try:
            self._setting.for_report(field.data)
        except Refused:
            least = self._setting.deployment.parameters.min_recipients
            raise ValidationError(
                _("Minst %(least)d måste vara kvar, två av dem utredare.", least=least)
            ) from None


@registering.before_app_request
def forget() -> None:
    """Whoever goes on to another page has left the words behind."""
    mine = panel()
    if mine.sitting and mine.sitting.slip and request.endpoint not in BESIDE_THE_WORDS:
        mine.sitting.slip = None
        mine.say(_("Panelen har glömt kvittots ord."), "waits")


@registering.before_request
def unlocked() -> Answer | None:
    sitting = panel().sitting
    if sitting is None:
        door = url_for("door.unlock", next=url_for("registering.form"))
        is_report = request.endpoint == "registering.post"
        return kept_for_later(DRAFT, door) if is_report else back_to("door.unlock")
    if sitting.standing != INVESTIGATOR:
        abort(404)
    return None


@registering.get("/register")
def form() -> Response:
    sitting, known = _at_work()
    panel().freshen()
    drafts = panel().drafts
    kept = drafts.load(DRAFT, sitting.keys) if drafts else {}
    given = questions.by_question({name: text.split() for name, text in kept.items()})
    empty = RegisterForm(formdata=None, data=values_of(kept))
    empty.kept = bool(kept)
    return _form_page(sitting, known, empty, given)


@registering.post("/register")
def post() -> Answer:
    sitting, known = _at_work()
    filled = RegisterForm()
    filled.prepare(known, sitting.keys.member)
    given = questions.by_question(request.form.to_dict(flat=False))
    if filled.validate_on_submit() and _registered(sitting, known, filled, given):
        slip = sitting.slip
        if slip is None or slip.once != filled.once.data:
            panel().say(_("Rapporten är redan registrerad."))
            return back_to("cases.listing")
        return _words_page(sitting, slip, WrittenForm(formdata=None))
    return _form_page(sitting, known, filled, given, 400)


@registering.post("/register/done")
def done() -> Answer:
    """Two words from the slip of paper: then the panel forgets all nine."""
    sitting, _known = _at_work()
    slip, written = sitting.slip, WrittenForm()
    if slip is None:
        return back_to("cases.listing")
    if not (written.validate_on_submit() and written.expect(*(slip.words[at] for at in slip.asked))):
        return _words_page(sitting, slip, written, 400)
    sitting.slip = None
    panel().say(_("Rapporten är registrerad. Panelen har glömt kvittots ord."))
    return back_to("cases.case", case_id=slip.case_id)


@registering.get("/register/done")
def went_back() -> Answer:
    return back_to("registering.form")


def _registered(sitting: Sitting, known: Labels, filled: RegisterForm, given: Mapping[str, Any]) -> bool:
    """Whether there is nothing to correct; a form that comes twice registers once."""
    mine, workspace = panel(), sitting.workspace
    if workspace is None or not sitting.first_time(filled.once.data):
        return True
    content = known.setting.file.content
    told = Told(
        questions.carried(filled.text.data),
        questions.answers_that_count(content, given),
        filled.leave.data,
        filled.language.data,
    )
    note = _(
        "Jag har skrivit ner rapporten efter ett samtal med anmälaren, och såg kvittot när det skapades."
    )
    try:
        sitting.slip = oral.register(workspace, told, filled.once.data, note)
    except (Refused, SiteRefused, StorageBusy) as problem:
        sitting.done.discard(filled.once.data)
        filled.text.errors = [*filled.text.errors, _why(problem)]
        return False
    with suppress(StorageBusy):  # registered is registered, also when the draft cannot be wiped now
        if mine.drafts:
            mine.drafts.drop(DRAFT)
    return True


def _why(problem: Refused | SiteRefused | StorageBusy) -> str:
    if isinstance(problem, StorageBusy):
        return cannot_keep()
    if isinstance(problem, SiteRefused):
        kind = problem.kind
        return _("Webbplatsen tog inte emot rapporten (%(kind)s). Hämta nytt och försök igen.", kind=kind)
    if problem.reason == "length":
        return _("Texten och svaren får inte plats. Korta texten och försök igen.")
    return _("Det gick inte att skicka (%(kind)s). Texten finns kvar.", kind=problem.reason)


def _at_work() -> tuple[Sitting, Labels]:
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    return sitting, known


def _form_page(
    sitting: Sitting, known: Labels, filled: RegisterForm, given: Mapping[str, Any], status: int = 200
) -> Response:
    filled.prepare(known, sitting.keys.member)
    return page(
        "register",
        status,
        form=filled,
        questions=questions_of(known),
        given=given,
        advice=[advice(known, name) for name in ("safety_short", "safety_writing")],
        narrative=known.setting.file.content["questionnaire"]["narrative"],
        say=known.say,
        most=MOST_TEXT,
    )


def _words_page(sitting: Sitting, slip: Slip, written: WrittenForm, status: int = 200) -> Response:
    workspace = sitting.workspace
    return page(
        "register_words",
        status,
        slip=slip,
        form=written,
        address=workspace.site.url if workspace else "",
        waits=sitting.state.waiting > 0,
    )
