"""Practising on made-up cases: offered by a real panel, and the steps inside the practice itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, abort, redirect, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.config import PanelConfig
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, page, panel
from reporting_app.admin.rehearsal import PracticeRoom
from reporting_app.admin.sitting import Sitting
from reporting_app.cases.together import APPROVED
from reporting_app.crypto.errors import Refused

offer = Blueprint("practice", __name__, url_prefix="/practice")
steps = Blueprint("steps", __name__, url_prefix="/steps")


def install_practice(app: Flask, config: PanelConfig) -> None:
    """Only the pages that this panel has a use for: a practice offers no practice."""
    if config.practice is not None:
        app.register_blueprint(offer)
    if config.practising is not None:
        app.register_blueprint(steps)


@offer.get("")
def overview() -> Answer:
    return page("practice", address=_room().start_url)


@offer.post("/start")
def start() -> Answer:
    try:
        _room().start()
    except (OSError, Refused):
        text = _("Datorn har inte plats, eller ett annat program är i vägen. Dina ärenden är inte berörda.")
        return page("problem", 409, title=_("Övningen kunde inte börja"), text=text)
    return back_to("practice.overview")


@offer.post("/end")
def end() -> Answer:
    _room().end()
    return back_to("practice.overview")


@steps.get("")
def guide() -> Answer:
    mine = panel()
    return page("steps", done=_done(mine.sitting, _practising()))


@steps.post("/answer/<case_id>")
def answer(case_id: str) -> Answer:
    """The made-up reporter of a case writes back."""
    said = _("Den påhittade anmälaren har skrivit tillbaka.")
    return _others_turn(
        case_id, _practising().write_back, said, _("Den påhittade anmälaren har inget mer att säga.")
    )


@steps.post("/approve/<case_id>")
def approve(case_id: str) -> Answer:
    """A made-up colleague signs what the learner has proposed."""
    signed = _("Den påhittade kollegan har godkänt ditt förslag.")
    nothing = _("Det finns inget förslag av dig som väntar på en kollega.")
    return _others_turn(case_id, _practising().approve, signed, nothing)


def _others_turn(case_id: str, act: Callable[[str], bool], did: str, nothing: str) -> Answer:
    """Somebody made up does something in a case, if there is something to do; then the case again."""
    mine = panel()
    if mine.sitting is None or case_id not in mine.sitting.cases:
        abort(404)
    if act(case_id):
        if mine.sitting.fetcher:
            mine.sitting.fetcher.ask(mine.config.sync_wait)
        mine.say(did)
    else:
        mine.say(nothing, "waits")
    return redirect(url_for("cases.case", case_id=case_id), code=303)


def _done(sitting: Sitting | None, room: PracticeRoom) -> set[str]:
    """The steps that the learner has taken, by what the panel has seen."""
    if sitting is None:
        return set()
    me = sitting.keys.member
    taken = {
        entry.event.kind
        for case in sitting.cases.values()
        for entry in case.timeline
        if entry.event.author == me
    }
    decisions = [one for case in sitting.cases.values() for one in case.decisions]
    agreed = any(one.state == APPROVED and one.proposal.event.author == me for one in decisions)
    seen = {"read"} if sitting.seen else set()
    wrote_back = {"answer"} if room.answers_given else set()
    return seen | wrote_back | ({"two"} if agreed else set()) | (taken & {"message", "note", "status"})


def _room() -> PracticeRoom:
    room = panel().config.practice
    if room is None:
        abort(404)
    return room


def _practising() -> PracticeRoom:
    room = panel().config.practising
    if room is None:
        abort(404)
    return room
