"""Approving and refusing what colleagues propose, in cases one reads and in others; stepping aside."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin import acts, deciding_words
from reporting_app.admin.acts import Overtaken
from reporting_app.admin.deciding_forms import AnswerForm, DeclineForm, RecusalForm
from reporting_app.admin.deciding_words import KNOWN, Asked
from reporting_app.admin.forms import CaseForm
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.state import kept_for_later
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.together import LEAST_HANDLERS
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

deciding = Blueprint("deciding", __name__)
FORMS: dict[str, type[AnswerForm]] = {"approve": AnswerForm, "decline": DeclineForm}


@deciding.before_request
def unlocked() -> Answer | None:
    """Locked: a reason that was written is kept, and unlocking leads back to the proposal.

    Otherwise what is new is fetched first, so that nobody signs what the reporter's new words have voided.
    """
    mine, case_id = panel(), str((request.view_args or {}).get("case_id", ""))
    if mine.sitting is not None:
        mine.freshen()
        return None if mine.sitting.standing else back_to("start.waiting")
    door = url_for("door.unlock", next=url_for("cases.case", case_id=case_id))
    proposal = request.form.get("proposal", "") if request.method == "POST" else ""
    return kept_for_later(f"decline:{case_id}:{proposal}", door)


@deciding.get("/asked/<case_id>")
def asked(case_id: str) -> Response:
    """What somebody is asked to sign in a case that they do not read."""
    sitting, workspace, known = _at_work()
    waiting = [
        one
        for one in deciding_words.asked_of(workspace, known, sitting.inbox.asked)
        if one.case_id == case_id
    ]
    if not waiting:
        return page("asked", 404, waiting=[], case_id=case_id, refusals={})
    return page("asked", waiting=waiting, case_id=case_id, refusals=_refusals(sitting, workspace, waiting))


@deciding.post("/cases/<case_id>/approve", defaults={"action": "approve"})
@deciding.post("/cases/<case_id>/decline", defaults={"action": "decline"})
def answer(case_id: str, action: str) -> Answer:
    sitting, workspace, _known = _at_work()
    if case_id not in {*workspace.cases, *workspace.asked}:
        abort(404)
    form = FORMS[action]()
    if form.validate_on_submit():
        _carry_out(sitting, form, lambda: _signed(workspace, case_id, action, form))
    else:
        panel().say(" ".join(text for errors in form.errors.values() for text in errors), "waits")
    return _back(workspace, case_id)


@deciding.get("/cases/<case_id>/approve", defaults={"action": "approve"})
@deciding.get("/cases/<case_id>/decline", defaults={"action": "decline"})
def went_back(case_id: str, action: str) -> Answer:  # noqa: ARG001
    return _back(_at_work()[1], case_id)


@deciding.get("/cases/<case_id>/recuse")
def before_recusal(case_id: str) -> Response:
    """What stepping aside means, before it is done."""
    sitting, workspace, known = _at_work()
    if case_id not in workspace.cases or not workspace.reads(case_id):
        abort(404)
    case = workspace.cases[case_id]
    left = case.readers - {sitting.keys.member}
    handlers = case.handlers - case.recused - {sitting.keys.member}
    falls_open = case.is_narrow and len(handlers & left) < LEAST_HANDLERS
    names = labels_of(case.able - case.excluded - case.recused - {sitting.keys.member}, known)
    form = RecusalForm()
    return page(
        "recusal", case=case, form=form, falls_open=falls_open, remaining=names, is_last=len(left) < 1
    )


@deciding.post("/cases/<case_id>/recuse")
def recuse(case_id: str) -> Answer:
    sitting, workspace, _known = _at_work()
    if case_id not in workspace.cases:
        abort(404)
    form = RecusalForm()
    if form.validate_on_submit() and workspace.reads(case_id):
        _carry_out(sitting, form, lambda: _stepped_aside(workspace, case_id))
    return back_to("cases.case", case_id=case_id)


def labels_of(members: frozenset[str], known: Labels) -> list[str]:
    return [known.name(one) for one in sorted(members)]


def _signed(workspace: Workspace, case_id: str, action: str, form: AnswerForm) -> str:
    proposal = form.proposal.data
    decision = next((one for one in workspace.decisions(case_id) if one.id == proposal), None)
    if action == "approve":
        if decision is not None and decision.action not in KNOWN:
            raise Refused("kind", "nobody signs what this version cannot show")
        acts.approve(workspace, case_id, proposal)
        return _("Du har godkänt förslaget.")
    is_own = decision is not None and decision.proposal.event.author == workspace.keys.member
    acts.decline(workspace, case_id, proposal, (form.reason.data or "").strip())
    drafts = panel().drafts
    if drafts:
        drafts.drop(f"decline:{case_id}:{proposal}")
    return _("Du har tagit tillbaka förslaget.") if is_own else _("Du har sagt nej till förslaget.")


def _stepped_aside(workspace: Workspace, case_id: str) -> str:
    acts.recuse(workspace, case_id)
    return _("Du har klivit åt sidan. Inget nytt i ärendet kommer till dig.")


def _carry_out(sitting: Sitting, form: CaseForm, deed: Callable[[], str]) -> None:
    """Does it once, and says what came of it."""
    mine = panel()
    if not sitting.first_time(form.once.data):
        return
    try:
        notice = deed()
    except (Refused, SiteRefused, StorageBusy) as problem:
        sitting.done.discard(form.once.data)
        mine.say(_why_not(problem), "waits")
        return
    if sitting.waiting:
        mine.say(
            _("Webbplatsen svarar inte. Din underskrift väntar förseglad och skickas av sig själv."), "waits"
        )
    else:
        mine.say(notice)


def _why_not(problem: Refused | SiteRefused | StorageBusy) -> str:
    if isinstance(problem, StorageBusy):
        full = _("Datorn kan inte spara just nu, oftast för att disken är full.")
        return full + " " + _("Inget är underskrivet. Frigör plats och försök igen.")
    if isinstance(problem, Overtaken):
        return _(
            "Inget är underskrivet. Förslaget är redan avgjort, eller så har anmälaren skrivit sedan du "
            "öppnade sidan. Så här ser det ut nu."
        )
    if isinstance(problem, SiteRefused):
        return _("Webbplatsen tog inte emot det (%(kind)s). Hämta nytt och försök igen.", kind=problem.kind)
    if problem.reason == "author":
        return _("Någon annan än den som föreslog behöver godkänna.")
    return _("Det gick inte (%(kind)s). Inget är underskrivet.", kind=problem.reason)


def _refusals(sitting: Sitting, workspace: Workspace, waiting: list[Asked]) -> dict[str, DeclineForm]:
    case_id = waiting[0].case_id
    decisions = workspace.decisions(case_id)
    return deciding_words.refusals(decisions, case_id, panel().drafts, sitting.keys)


def _back(workspace: Workspace, case_id: str) -> Answer:
    """To the case, or, for one who does not read it, to the list."""
    if case_id in workspace.cases:
        return back_to("cases.case", case_id=case_id)
    return back_to("cases.listing")


def _at_work() -> tuple[Sitting, Workspace, Labels]:
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None or sitting.workspace is None:
        abort(409)
    if sitting.standing != "investigator":
        abort(404)
    return sitting, sitting.workspace, known
