"""The team's own pages: who is away and who covers, and the text blocks that answers begin with."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import Field

from reporting_app.admin import team_words
from reporting_app.admin.drafts import fields_of, plain_lines
from reporting_app.admin.forms import CaseForm
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, page, panel
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.starting_blocks import BY_ID
from reporting_app.admin.state import kept_for_later
from reporting_app.admin.team_forms import AbsenceForm, BlockForm
from reporting_app.admin.team_shown import (
    ABSENCE_PLACE,
    absence_page,
    at_work,
    block_page,
    block_place,
    blocks_page,
    clash,
    restored_absence,
    restored_block,
)
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.errors import Refused

team_views = Blueprint("team", __name__, url_prefix="/team")


@team_views.before_request
def unlocked() -> Answer | None:
    """Locked: what was typed is kept, and unlocking leads back. Only investigators are of the team."""
    mine = panel()
    if mine.sitting is None:
        place, back = _place()
        door = url_for("door.unlock", next=back)
        return kept_for_later(place, door) if place else redirect(door, code=303)
    if request.method == "GET":
        mine.freshen()
    if not mine.sitting.standing:
        return back_to("start.waiting")
    if mine.sitting.standing != "investigator":
        abort(404)
    return None


@team_views.get("/absence")
def absence() -> Response:
    return absence_page(restored_absence())


@team_views.post("/absence")
def say_absence() -> Answer:
    sitting, known = at_work()
    form = AbsenceForm().expect(team_words.colleagues(sitting, known), known.setting.today)
    if form.validate_on_submit():
        body = {
            "cover": sorted(form.cover.data),
            "first": form.first.data.isoformat(),
            "last": form.last.data.isoformat(),
        }
        if _told(form, form.last, "absence", body, _("Frånvaron är sparad."), ABSENCE_PLACE):
            return back_to("team.absence")
    return absence_page(form, 400)


@team_views.post("/absence/back")
def take_back() -> Answer:
    """An absence that ends before it begins is none."""
    _sitting, known = at_work()
    today, form = known.setting.today, CaseForm()
    body = {"cover": [], "first": today.isoformat(), "last": (today - timedelta(days=1)).isoformat()}
    if _told(form, form.once, "absence", body, _("Frånvaron är borttagen.")):
        return back_to("team.absence")
    return absence_page(restored_absence(), 400, form.once.errors)


@team_views.get("/blocks")
def blocks() -> Response:
    return blocks_page()


@team_views.post("/blocks/suggestions/<name>")
def take_over(name: str) -> Answer:
    suggestion, form = BY_ID.get(name), CaseForm()
    if suggestion is None:
        abort(404)
    body = {"id": suggestion.id, "text": suggestion.text, "title": suggestion.title}
    if _told(form, form.once, "template", body, _("Textblocket är tillagt.")):
        return back_to("team.blocks")
    return blocks_page(400, form.once.errors)


@team_views.get("/block")
@team_views.get("/block/<name>")
def block(name: str = "") -> Response:
    sitting, _known = at_work()
    current = sitting.team.templates.get(name)
    if name and current is None:
        abort(404)
    return block_page(name, restored_block(sitting, name, current), current)


@team_views.post("/block")
@team_views.post("/block/<name>")
def save_block(name: str = "") -> Answer:
    sitting, known = at_work()
    form, current = BlockForm(), sitting.team.templates.get(name)
    met = "" if form.once.data in sitting.done else clash(form, current, known)
    if form.validate_on_submit() and not met:
        body = {
            "id": name or secrets.token_hex(8),
            "text": form.text.data.strip(),
            "title": form.title.data,
        }
        if _told(form, form.text, "template", body, _("Textblocket är sparat."), block_place(name)):
            return back_to("team.blocks")
    return block_page(name, form, current, met, 400)


@team_views.post("/block/<name>/away")
def take_away(name: str) -> Answer:
    sitting, _known = at_work()
    current, form = sitting.team.templates.get(name), CaseForm()
    if current is None:
        return back_to("team.blocks")
    body = {"id": name, "text": "", "title": current.title}
    if _told(form, form.once, "template", body, _("Textblocket är borttaget."), block_place(name)):
        return back_to("team.blocks")
    return blocks_page(400, form.once.errors)


@team_views.post("/insert/<case_id>")
def insert(case_id: str) -> Answer:
    """Without scripts: keeps what is written so far, with the chosen text block after it."""
    sitting, _known = at_work()
    found, drafts = sitting.cases.get(case_id), panel().drafts
    if found is None or drafts is None:
        abort(404)
    own, meeting = team_words.offered(sitting.team, found)
    asked = request.form.get("insert", "") or request.form.get("block", "")
    chosen = next((one.text for one in [*own, meeting] if one.id == asked), "")
    written = plain_lines(request.form.get("text")).rstrip()
    try:
        drafts.save(f"reply:{case_id}", {"text": "\n\n".join(one for one in (written, chosen) if one)})
    except Refused:
        back = url_for("cases.case", case_id=case_id)
        return page("kept", 413, typed=fields_of(request.form), back=back, reason="locked")
    return back_to("cases.case", case_id=case_id, _anchor="reply-text")


@team_views.get("/absence/back")
@team_views.get("/blocks/suggestions/<name>")
@team_views.get("/block/<name>/away")
@team_views.get("/insert/<case_id>")
def went_back(name: str = "", case_id: str = "") -> Answer:
    """The address of a form that was posted, reloaded."""
    if case_id:
        return back_to("cases.case", case_id=case_id)
    return back_to("team.blocks" if name else "team.absence")


def _told(
    form: CaseForm, field: Field, kind: str, body: dict[str, Json], notice: str, place: str = ""
) -> bool:
    """Tells the team once, and forgets the draft; a refusal becomes the error of ``field``."""
    mine, (sitting, _known) = panel(), at_work()
    if sitting.workspace is None or not sitting.first_time(form.once.data):
        return True
    try:
        sitting.workspace.tell_team(kind, body)
    except (Refused, SiteRefused) as problem:
        sitting.done.discard(form.once.data)
        name = problem.kind if isinstance(problem, SiteRefused) else problem.reason
        words = _("Det gick inte att skicka (%(kind)s). Hämta nytt och försök igen.", kind=name)
        field.errors = [*field.errors, words]
        return False
    waits = _("Webbplatsen svarar inte. Det du skrev väntar förseglat och skickas av sig självt.")
    mine.say(*((waits, "waits") if sitting.waiting else (notice,)))
    if mine.drafts and place:
        mine.drafts.drop(place)
    return True


def _place() -> tuple[str, str]:
    """``(draft place of a posted form, else empty, where it leads back to)``."""
    view, endpoint = request.view_args or {}, request.endpoint
    places = {
        "team.say_absence": (ABSENCE_PLACE, url_for("team.absence")),
        "team.save_block": (
            block_place(view.get("name", "")),
            url_for("team.block", name=view.get("name")),
        ),
        "team.insert": (
            f"reply:{view.get('case_id', '')}",
            url_for("cases.case", case_id=view.get("case_id", "-")),
        ),
    }
    usual = url_for("team.absence" if "absence" in request.path else "team.blocks")
    return places.get(endpoint or "", ("", usual))
