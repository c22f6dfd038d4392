"""What the page asks by itself: how things stand, keep this draft, fetch now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.drafts import fields_of, is_place
from reporting_app.admin.i18n import _, ngettext
from reporting_app.admin.pages import own_path, page, panel, sync_words
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

state_views = Blueprint("state", __name__)


@state_views.get("/state")
def state() -> Response:
    """Asked every 15 seconds. ``X-Active: 1`` says that a person has been at the keyboard since."""
    mine = panel()
    if request.headers.get("X-Active") == "1":
        mine.touch()
    said: dict[str, Any] = {"locked": mine.sitting is None, "left": mine.seconds_left}
    if mine.sitting is not None:
        words = sync_words(mine.sitting)
        known = request.args.get("known", "0")
        new = max(0, words["known"] - (int(known) if known.isdecimal() and len(known) < 10 else 0))
        said |= {
            "alarms": words["shouts"],
            "away": words["away"],
            "fetched": words["fetched"],
            "new": new,
            "news": ngettext("%(num)d nyhet", "%(num)d nyheter", new),
            "waiting": words["waiting"],
        }
    return jsonify(said)


@state_views.post("/drafts")
def keep() -> tuple[str, int]:
    """Seals what is being typed, also after the panel has locked."""
    place = request.form.get("place", "")
    if panel().drafts is None or not is_place(place):
        return "", 400
    return "", 204 if save(place) else 413


@state_views.post("/sync")
def fetch() -> Answer:
    mine = panel()
    if mine.sitting and mine.sitting.fetcher:
        mine.sitting.fetcher.ask(mine.config.sync_wait)
    return redirect(own_path(request.form.get("back", "")), code=303)


@state_views.post("/elsewhere")
def was_me() -> Answer:
    """The member says that what their key did on another computer was their own doing."""
    mine = panel()
    if mine.sitting and mine.sitting.workspace:
        mine.sitting.workspace.was_me()
        mine.say(_("Antecknat: det var du."))
    return redirect(own_path(request.form.get("back", "")), code=303)


def save(place: str) -> bool:
    """Keeps the posted fields as a draft of ``place``; False when they are too long or cannot be kept now."""
    drafts = panel().drafts
    if drafts is None or not is_place(place):
        return False
    try:
        drafts.save(place, fields_of(request.form))
    except (Refused, StorageBusy):
        return False
    return True


def kept_for_later(place: str, back: str) -> Answer:
    """The panel locked before a form came: its text is kept, sealed, or shown when it cannot be."""
    if save(place):
        return redirect(back, code=303)
    return page("kept", 409, typed=fields_of(request.form), back=back, reason="locked")
