"""Unlocking and locking."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.forms import UnlockForm
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, own_path, page, panel
from reporting_app.admin.wording import file_problem
from reporting_app.crypto.errors import Refused

door = Blueprint("door", __name__)


@door.get("/")
def home() -> Answer:
    """Where to begin, whatever state the panel is in."""
    mine = panel()
    if not mine.home.has_key:
        return back_to("start.who")
    if mine.sitting is None:
        return back_to("door.unlock")
    return back_to("cases.listing")


@door.route("/unlock", methods=["GET", "POST"])
def unlock() -> Answer:
    mine, form = panel(), UnlockForm()
    if not mine.home.has_key:
        return back_to("start.who")
    wanted = own_path(request.args.get("next", url_for("cases.listing")))
    if mine.sitting is not None:
        return redirect(wanted, code=303)
    if form.validate_on_submit():
        try:
            mine.unlock(form.passphrase.data)
        except Refused as refused:
            form.passphrase.errors = [_problem(refused)]
        else:
            return redirect(wanted, code=303)
    return _locked_page(form, wanted)


@door.post("/lock")
def lock() -> Answer:
    panel().lock()
    answer = back_to("door.unlock")
    answer.headers["Clear-Site-Data"] = '"cache"'  # pages kept for the back button are from before the lock
    return answer


@door.post("/end")
def end() -> Answer:
    """Ends this process, or this practice. Drafts are sealed already."""
    mine = panel()
    if not mine.config.may_end:
        abort(404)
    mine.lock()
    answer = page("ended", is_ended=True)
    mine.ending = True
    return answer


def cache_problem() -> str:
    return _(
        "Filen %(name)s går inte att öppna. Kontrollera att disken inte är full och stäng andra program som "
        "använder filen. Hjälper inte det, flytta undan den och försök igen. Brev hämtas då på nytt, men "
        "utkast och svar som inte är skickade ligger i filen.",
        name=str(panel().home.cache),
    )


def _problem(refused: Refused) -> str:
    if refused.reason == "passphrase":
        return _("Det är inte lösenfrasen till den här nyckeln. Kontrollera orden på din lapp.")
    return cache_problem() if refused.reason == "cache" else file_problem(refused)


def _locked_page(form: UnlockForm, wanted: str) -> Response:
    mine = panel()
    kept = len(mine.drafts.places()) if mine.drafts else 0
    return page(
        "unlock",
        400 if form.errors or form.passphrase.errors else 200,
        form=form,
        wanted=wanted,
        member=mine.home.member,
        by_itself=mine.locked_by_itself,
        kept=kept,
    )
