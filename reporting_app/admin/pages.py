"""What all pages share: the panel itself, rendering, going back to where one was."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin import reading
from reporting_app.admin.config import LANGUAGES
from reporting_app.admin.gate import OPEN
from reporting_app.admin.i18n import _, clock_time, day_text, language
from reporting_app.admin.labels import Labels
from reporting_app.admin.panel import Panel
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.version import newer
from reporting_app.admin.wording import loud, role_words, set_aside

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
BUILD = STATIC / "build"
TEMPLATES_PACKAGE = "reporting_app_templates"
EXTENSION = "reporting_app_panel"


def panel() -> Panel:
    """The panel of the app that answers this request."""
    found: Panel = current_app.extensions[EXTENSION]
    return found


def templates_folder() -> str:
    """Templates as packaged with the wheel, else the folder at the top of the repository."""
    try:
        return str(resources.files(TEMPLATES_PACKAGE))
    except ModuleNotFoundError:
        return str(HERE.parents[1] / "templates")


def page(name: str, status: int = 200, **values: Any) -> Response:
    """``templates/admin/<name>.html`` with what every page shows."""
    return make_response(render_template(f"admin/{name}.html", **_frame(), **values), status)


def labels(sitting: Sitting) -> Labels | None:
    """The signed words, or None while nothing good has been fetched."""
    setting = sitting.setting
    return Labels(setting, language()) if setting else None


def own_path(path: str) -> str:
    """``path`` when it is one of the panel's own, else the list: never a way out."""
    clean = path.startswith(f"{request.script_root}/") and path.isprintable()
    return path if clean else url_for("cases.listing")


def back_to(endpoint: str, **values: Any) -> Answer:
    return redirect(url_for(endpoint, **values), code=303)


def sync_words(sitting: Sitting | None) -> dict[str, Any]:
    """How fresh the page is and what is wrong, for a page or for its questions every 15 seconds."""
    if sitting is None or sitting.workspace is None:
        nothing: dict[str, Any] = {"fetched": "", "away": False, "waiting": 0, "trouble": "", "known": 0}
        return nothing | {"alarms": [], "only_here": False, "hasty": [], "elsewhere": None, "shouts": 0}
    state, hasty = sitting.state, sitting.short_notices
    alarms, elsewhere = [loud(alarm) for alarm in state.alarms], reading.used_elsewhere(sitting)
    strange = sitting.fetcher.trouble if sitting.fetcher else ""
    return {
        "fetched": _("Hämtat %(time)s", time=clock_time(state.synced)) if state.synced else "",
        "away": bool(state.away),
        "waiting": state.waiting,
        "alarms": alarms,
        "only_here": all(one.here for one in alarms),
        "hasty": hasty,
        "elsewhere": elsewhere,
        "shouts": len(state.alarms) + len(hasty) + bool(elsewhere),
        "trouble": "" if state.away or state.alarms else strange,
        "known": sitting.inbox.content,
    }


def _frame() -> dict[str, Any]:
    mine = panel()
    sitting = mine.sitting if OPEN in session else None
    known = labels(sitting) if sitting else None
    return {
        "asset": asset,
        "day_text": day_text,
        "here": request.script_root + request.path,
        "known_here": bool(session.get(OPEN)),
        "language": language(),
        "languages": LANGUAGES,
        "role_words": role_words,
        "service": known.service if known else "",
        "sitting": sitting,
        "standing": sitting.standing if sitting else "",
        "idle_minutes": mine.config.idle_seconds // 60,
        "may_end": mine.config.may_end,
        "newer": newer(known) if known else None,
        "notices": mine.said() if sitting else [],
        "offers_practice": mine.config.practice is not None,
        "practising": mine.config.practising,
        "sync": sync_words(sitting),
        "words_for": set_aside,
    }


def asset(name: str) -> dict[str, str]:
    """``file`` and ``integrity`` of a built file; empty when it has not been built."""
    return _manifest(_manifest_time()).get(name, {"file": "", "integrity": ""})


def _manifest_time() -> int:
    try:
        return (BUILD / "manifest.json").stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=1)
def _manifest(time: int) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = (
        json.loads((BUILD / "manifest.json").read_text("utf-8")) if time else {}
    )
    return loaded
