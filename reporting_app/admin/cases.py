"""The list of cases, one case, and what is done in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin import deciding_forms, deciding_words, notifying, reading, replying, team_words
from reporting_app.admin import listing as inbox_page
from reporting_app.admin.acts import Overtaken
from reporting_app.admin.coding_form import CodingForm, card, fresh
from reporting_app.admin.deciding_forms import CloseForm, HandlersForm, ProposalForm
from reporting_app.admin.drafts import values_of
from reporting_app.admin.forms import CaseForm, NoteForm, ReplyForm, SearchForm, StatusForm
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.linking import linked
from reporting_app.admin.notifying import NotificationForm
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.remote import SiteAway, SiteRefused
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.state import kept_for_later
from reporting_app.admin.trust import CLOCK
from reporting_app.admin.wording import STATES, cannot_keep
from reporting_app.admin.workspace import PartlySaid, Workspace
from reporting_app.cases.fold import Case
from reporting_app.cases.member import MOST_CELL_TEXT, split_text
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

cases = Blueprint("cases", __name__)
FORMS: dict[str, type[CaseForm]] = {
    "reply": ReplyForm,
    "note": NoteForm,
    "status": StatusForm,
    "close": CloseForm,
    "handlers": HandlersForm,
    "notification": NotificationForm,
}


@cases.before_request
def unlocked() -> Answer | None:
    """Locked: what was typed is kept, and unlocking leads back here. Not signed in yet: the waiting room."""
    mine = panel()
    sitting = mine.sitting
    if sitting is None:
        at = _case_path() or url_for("cases.listing")
        door = url_for("door.unlock", next=at)
        place = _place()
        return kept_for_later(place, door) if place else redirect(door, code=303)
    if request.method == "GET":
        mine.freshen()
    if not sitting.standing:
        return back_to("start.waiting")
    return None


@cases.get("/cases")
def listing() -> Response:
    sitting, known = _at_work()
    if sitting.standing == "witness":
        return _witness_page(sitting, known)
    return inbox_page.show(sitting, known, _draft_cases())


@cases.post("/cases")
def search() -> Answer:
    """Keeps the words here and leads to an address without them: back, reload and page 2 work."""
    sitting, known = _at_work()
    if sitting.standing != "investigator":
        abort(404)
    form = SearchForm()
    if not form.validate_on_submit():
        return inbox_page.show(sitting, known, _draft_cases(), form)
    return redirect(inbox_page.address_of(sitting, known, form.words.data or ""), code=303)


@cases.get("/cases/<case_id>")
def case(case_id: str) -> Response:
    sitting, known = _at_work()
    found = _find(sitting, case_id)
    response = _case_page(sitting, known, found, _restored(sitting, known, case_id))
    panel().saw(found.timeline)
    return response


@cases.get("/cases/<case_id>/<action>")
def went_back(case_id: str, action: str) -> Answer:
    """The address of a form that was posted, reloaded."""
    return back_to("cases.case", case_id=case_id) if action in FORMS else abort(404)


@cases.post("/cases/<case_id>/<action>")
def act(case_id: str, action: str) -> Answer:
    if action not in FORMS:
        abort(404)
    sitting, known = _at_work()
    found = _find(sitting, case_id)
    form = FORMS[action]()
    _prepare(form, found, known)
    if form.validate_on_submit() and _done(sitting, case_id, action, form):
        # A proposal stands at the top of the page, with the word that it is made.
        proposed = action in ("close", "handlers")
        return back_to("cases.case", case_id=case_id, _anchor=None if proposed else "latest")
    forms = {**_restored(sitting, known, case_id), action: form}
    return _case_page(sitting, known, _find(sitting, case_id), forms, 400)  # with the parts that are out


def _done(sitting: Sitting, case_id: str, action: str, form: CaseForm) -> bool:
    """Carries the form out once; a refusal becomes the form's error."""
    mine, workspace = panel(), sitting.workspace
    if workspace is None or not sitting.first_time(form.once.data):
        return True
    try:
        notice = ACTIONS[action](workspace, case_id, form)
    except PartlySaid as partly:
        told = replying.leave_rest(form, case_id, partly, mine.drafts)
        form.text.errors = [f"{told} {_why(partly.problem)}"]
        return False
    except (Refused, SiteRefused, StorageBusy) as problem:
        sitting.done.discard(form.once.data)
        field = form.text if "text" in form else form.reason
        field.errors = [*field.errors, _why(problem)]
        return False
    if sitting.waiting:
        waits = _("Webbplatsen svarar inte. Det du skrev väntar förseglat och skickas av sig självt.")
        mine.say(waits, "waits")
    else:
        mine.say(notice)
    with suppress(StorageBusy):  # done is done, also when the draft cannot be wiped now
        if mine.drafts:
            mine.drafts.drop(f"{action}:{case_id}")
    return True


def _note(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    workspace.note(case_id, form.text.data.strip())
    return _("Anteckningen är sparad.")


def _status(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    workspace.set_status(case_id, form.state.data, (form.reason.data or "").strip())
    return _("Statusen är ändrad.")


ACTIONS: dict[str, Callable[[Workspace, str, CaseForm], str]] = {
    "reply": replying.reply,
    "note": _note,
    "status": _status,
    "close": deciding_forms.propose_closing,
    "handlers": deciding_forms.propose_handlers,
    "notification": notifying.decide,
}


def _why(problem: Refused | SiteRefused | StorageBusy) -> str:
    if isinstance(problem, StorageBusy):
        return cannot_keep()
    if isinstance(problem, SiteRefused):
        return _why_the_site(problem)
    if isinstance(problem, Overtaken):
        return deciding_forms.overtaken()
    if problem.reason == "audience":
        return _("Du kan läsa det här ärendet men inte skriva i det.")
    if problem.reason == "length":
        return _("Texten är för lång. Korta den eller dela upp den.")
    return _("Det gick inte att skicka (%(kind)s). Texten finns kvar.", kind=problem.reason)


def _why_the_site(problem: SiteRefused) -> str:
    if problem.kind == CLOCK:
        return _(
            "Datorns klocka går fel, så det skickades inte: det hade fått fel dag. Texten finns kvar. "
            "Ställ klockan rätt och skicka igen."
        )
    return _(
        "Webbplatsen tog inte emot det (%(kind)s). Texten finns kvar. Hämta nytt och försök igen.",
        kind=problem.kind,
    )


def _at_work() -> tuple[Sitting, Labels]:
    """The sitting and the signed words; the guard has seen that both are there."""
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    return sitting, known


def _find(sitting: Sitting, case_id: str) -> Case:
    found = sitting.cases.get(case_id)
    if found is None or sitting.standing != "investigator":
        abort(404)
    return found


def _restored(sitting: Sitting, known: Labels, case_id: str) -> dict[str, CaseForm]:
    """The forms, each with its draft."""
    drafts = panel().drafts
    forms: dict[str, CaseForm] = {}
    for action, form in FORMS.items():
        kept = drafts.load(f"{action}:{case_id}", sitting.keys) if drafts else {}
        # formdata None: what is posted to one form must not appear in the others.
        forms[action] = form(formdata=None, data=values_of(kept))
        forms[action].kept = bool(kept)
        _prepare(forms[action], sitting.cases[case_id], known)
    return forms


def _prepare(form: CaseForm, found: Case, known: Labels) -> None:
    if isinstance(form, ProposalForm):
        form.prepare(found, known)


def with_coding(case_id: str, form: CodingForm) -> Response:
    """The case again, with a coding that could not be taken."""
    sitting, known = _at_work()
    found = _find(sitting, case_id)
    return _case_page(sitting, known, found, _restored(sitting, known, case_id), 400, form)


def _coding_form(sitting: Sitting, known: Labels, found: Case) -> CodingForm:
    drafts = panel().drafts
    return fresh(found, known, drafts.load(f"coding:{found.id}", sitting.keys) if drafts else {})


def _case_page(
    sitting: Sitting,
    known: Labels,
    found: Case,
    forms: dict[str, CaseForm],
    status: int = 200,
    coding: CodingForm | None = None,
) -> Response:
    workspace, member = sitting.workspace, sitting.keys.member
    decisions = workspace.decisions(found.id) if workspace else []
    blocks, meeting = team_words.offered(sitting.team, found)
    return page(
        "case",
        status,
        case=found,
        state_words=str(STATES[found.state]),
        clock=reading.clock_words(found, known, sitting.waiting) if member in found.readers else None,
        answers=reading.answers(found, known),
        first_answer=reading.first_answer(found, sitting.waiting),
        people=deciding_words.people(found, known),
        cards=deciding_words.cards(decisions, found, member, known),
        refusals=deciding_words.refusals(decisions, found.id, panel().drafts, sitting.keys),
        has_stepped_aside=member in found.recused,
        may_narrow=deciding_words.may_narrow(found),
        lines=reading.timeline(found, sitting, known),
        forms=forms,
        coding=card(found, known, coding or _coding_form(sitting, known, found)),
        linked=linked(found, sitting, known),
        notification=notifying.card(found, known),
        part_size=MOST_CELL_TEXT,
        is_long=len(split_text(forms["reply"].text.data or "")) > 1,
        away=team_words.away_in(found, sitting, known),
        blocks=blocks,
        meeting=meeting,
        may_write=member in found.readers,
        case_path=url_for("cases.case", case_id=found.id),
    )


def _witness_page(sitting: Sitting, known: Labels) -> Response:
    """Each watched letter and whether a person's answer is marked. Asks the site."""
    workspace, marks, away = sitting.workspace, {}, False
    try:
        marks = workspace.answers() if workspace else {}
    except (SiteAway, SiteRefused, Refused):
        away = True
    watched = sorted(workspace.watched.values(), key=lambda w: (w.day, w.letter)) if workspace else []
    rows = [reading.watch_row(one, marks.get(one.letter, set()), known) for one in reversed(watched)]
    return page("witness", rows=rows, unknown=away)


def _draft_cases() -> set[str]:
    drafts = panel().drafts
    return {place.split(":")[1] for place in drafts.places()} if drafts else set()


def _case_path() -> str:
    case_id = (request.view_args or {}).get("case_id", "")
    return url_for("cases.case", case_id=case_id) if case_id else ""


def _place() -> str:
    """The draft place of a posted form, else empty."""
    view = request.view_args or {}
    from_case = request.method == "POST" and view.get("action") in FORMS
    return f"{view['action']}:{view['case_id']}" if from_case else ""
