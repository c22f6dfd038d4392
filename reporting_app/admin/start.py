"""The first run: a key, a passphrase on paper, a fingerprint, an invitation, then waiting for colleagues."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.forms import ConfirmForm, InvitationForm, OwnForm, WhoForm, WrittenForm
from reporting_app.admin.home import MOST_FILE
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, page, panel
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.wording import file_problem
from reporting_app.crypto.enrolment import Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import spoken
from reporting_app.crypto.roster import Roster

start = Blueprint("start", __name__, url_prefix="/start")
BEFORE_KEY = ("start.who", "start.passphrase", "start.own")


@start.before_request
def in_order() -> Answer | None:
    """Before there is a key only its own steps are open; afterwards only the rest, unlocked."""
    mine = panel()
    before = request.endpoint in BEFORE_KEY
    if mine.home.has_key and before:
        return back_to("door.home")
    if not mine.home.has_key and not before:
        return back_to("start.who")
    if mine.home.has_key and mine.sitting is None:
        return redirect(url_for("door.unlock", next=url_for("start.waiting")), code=303)
    return None


@start.route("", methods=["GET", "POST"])
def who() -> Answer:
    form, known = WhoForm(), panel().beginning
    if form.validate_on_submit():
        panel().begin(form.member.data, form.name.data, form.role.data)
        return back_to("start.passphrase")
    if known and not form.is_submitted():
        form.member.data, form.name.data, form.role.data = known.member, known.name, known.role
    return page("start_who", 400 if form.errors else 200, form=form)


@start.route("/passphrase", methods=["GET", "POST"])
def passphrase() -> Answer:
    known = panel().beginning
    if known is None:
        return back_to("start.who")
    words, form = known.passphrase.split(), WrittenForm()
    first, second = known.asked
    if form.validate_on_submit() and form.expect(words[first], words[second]):
        return _create(known.passphrase)
    return _passphrase_page(form, OwnForm(formdata=None))


@start.post("/own")
def own() -> Answer:
    form = OwnForm()
    if panel().beginning is not None and form.validate_on_submit():
        return _create(form.own.data)
    return _passphrase_page(WrittenForm(formdata=None), form) if panel().beginning else back_to("start.who")


@start.get("/own")
def went_back() -> Answer:
    return back_to("start.passphrase")


@start.get("/waiting")
def waiting() -> Answer:
    sitting = _sitting()
    panel().freshen()
    if sitting.standing:
        panel().say(_("Du är med i förteckningen. Panelen är klar."))
        return back_to("cases.listing")
    return _waiting_page(InvitationForm(formdata=None), sitting)


@start.get("/enrolment")
def enrolment() -> Response:
    made = _sitting().enrolment
    return download(made.to_bytes(), f"{made.member}.enrolment.json")


@start.post("/invitation")
def invitation() -> Answer:
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            panel().invitation = Invitation.from_bytes(form.file.data.read(MOST_FILE))
        except Refused as refused:
            form.file.errors = [file_problem(refused)]
        else:
            return back_to("start.anchor")
    return _waiting_page(form, _sitting(), 400)


@start.get("/invitation")
def went_back_again() -> Answer:
    return back_to("start.waiting")


@start.route("/anchor", methods=["GET", "POST"])
def anchor() -> Answer:
    mine, form = panel(), ConfirmForm()
    if mine.invitation is None:
        return back_to("start.waiting")
    if form.validate_on_submit():
        mine.confirm_invitation()
        return back_to("start.waiting")
    found = mine.invitation
    return page(
        "start_anchor", 400 if form.errors else 200, form=form, code=spoken(found.anchor), site=found.site
    )


def download(data: bytes, name: str) -> Response:
    """A file to keep."""
    response = make_response(data)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sitting() -> Sitting:
    """The guard has seen that there is one; a lock in between leads to the door."""
    sitting = panel().sitting
    if sitting is None:
        raise Refused("keyfile", "locked")
    return sitting


def _create(passphrase: str) -> Answer:
    try:
        panel().create_key(passphrase)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return page("problem", 409, title=_("Nyckeln kunde inte sparas"), text=_why_not(reason))
    panel().say(_("Nyckeln är skapad."))
    return back_to("start.waiting")


def _why_not(reason: str) -> str:
    where = str(panel().home.directory)
    return _("Mappen %(where)s går inte att skriva i (%(reason)s).", where=where, reason=reason)


def _passphrase_page(written: WrittenForm, chosen: OwnForm) -> Response:
    known = panel().beginning
    words = known.passphrase.split() if known else []
    asked = known.asked if known else (0, 1)
    wrong = bool(written.errors or written.first.errors or written.second.errors or chosen.errors)
    return page(
        "start_passphrase", 400 if wrong else 200, form=written, own_form=chosen, words=words, asked=asked
    )


def _waiting_page(form: InvitationForm, sitting: Sitting, status: int = 200) -> Response:
    return page("start_waiting", status, form=form, enrolment=sitting.enrolment, **_standing(sitting))


def _standing(sitting: Sitting) -> dict[str, Any]:
    """How far the colleagues have come: versions known, and whether one names this key."""
    setting = sitting.setting
    versions: list[Roster] = []
    if setting is not None:
        versions = [one for one in setting.chain.versions if one.version >= setting.roster.version]
    me = sitting.keys.member
    named = [one for one in versions if me in one.members]
    return {
        "connected": sitting.workspace is not None,
        "damaged": sitting.damaged,
        "versions": versions,
        "coming": next((one for one in named if one.members[me].sign == sitting.keys.sign_public), None),
        "another_key": any(one.members[me].sign != sitting.keys.sign_public for one in named),
    }
