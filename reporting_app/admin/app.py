"""The panel as a Flask app. Everything it uses is passed in; two panels in one process do not meet."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import FileSystemLoader
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from reporting_app.admin import gate
from reporting_app.admin.cases import cases
from reporting_app.admin.coding_pages import coding
from reporting_app.admin.config import FIRST_LANGUAGE, Clock, PanelConfig
from reporting_app.admin.deciding_pages import deciding
from reporting_app.admin.door import cache_problem, door
from reporting_app.admin.drafts import FIELDS
from reporting_app.admin.drawing_pages import drawing_views
from reporting_app.admin.home import PanelHome
from reporting_app.admin.i18n import _, language
from reporting_app.admin.linking import linking
from reporting_app.admin.pages import EXTENSION, STATIC, page, templates_folder
from reporting_app.admin.panel import Panel
from reporting_app.admin.practice import install_practice
from reporting_app.admin.registering import registering
from reporting_app.admin.roster import roster
from reporting_app.admin.start import start
from reporting_app.admin.state import state_views
from reporting_app.admin.team_pages import team_views
from reporting_app.admin.trace_pages import trace
from reporting_app.admin.version_pages import version_pages
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
MOST_REQUEST = 16 * 1024 * 1024
MOST_FORM = 1024 * 1024
MOST_DRAINED = 64 * 1024 * 1024
log = logging.getLogger(__name__)


BLUEPRINTS = (
    door,
    state_views,
    start,
    cases,
    coding,
    deciding,
    drawing_views,
    linking,
    registering,
    team_views,
    trace,
    roster,
    version_pages,
)


def create_panel(home: PanelHome, clock: Clock, config: PanelConfig) -> Flask:
    """The panel of one member. ``app.extensions["reporting_app_panel"]`` is its ``Panel``."""
    app = Flask(__name__, static_folder=str(STATIC), template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_REQUEST, MAX_FORM_MEMORY_SIZE=MOST_FORM, WTF_CSRF_TIME_LIMIT=None
    )
    panel = Panel(home, clock, config)
    app.extensions[EXTENSION] = panel
    app.jinja_loader = FileSystemLoader(templates_folder())
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    Babel(
        app,
        default_locale=FIRST_LANGUAGE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language,
    )
    gate.install(app, panel)  # before CSRF: a stranger learns nothing
    CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    install_practice(app, config)
    _install_errors(app)
    return app


def _install_errors(app: Flask) -> None:
    app.register_error_handler(gate.Stranger, _stranger)
    app.register_error_handler(gate.NoToken, _no_token)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Refused, _refused_here)
    app.register_error_handler(StorageBusy, _not_kept)
    app.register_error_handler(Exception, _broken)


def _stranger(_error: Exception) -> Response:
    return Response("403\n", 403, content_type="text/plain; charset=utf-8")


def _no_token(_error: Exception) -> Response:
    return page("gate", 403, typed=_typed())


def _stale_form(_error: Exception) -> Response:
    return page("kept", 400, typed=_typed(), back=request.script_root + request.path, reason="stale")


def _too_large(_error: Exception) -> Response:
    """A browser that is still sending would not read an answer: take the rest in and throw it away."""
    left = MOST_DRAINED
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, 65_536))):
        left -= len(chunk)
    text = _("Filer till panelen är högst några megabyte. Kontrollera att du valde rätt fil.")
    return page("problem", 413, title=_("Det där var för stort"), text=text)


def _refused(error: Exception) -> Response:
    code = error.code if isinstance(error, HTTPException) and error.code else 400
    titles = {404: _("Sidan finns inte"), 409: _("Det går inte just nu")}
    texts = {
        404: _("Ärendet eller sidan finns inte här, eller inte för dig."),
        409: _("Panelen har låsts eller saknar något den behöver. Gå till startsidan."),
    }
    title = titles.get(code, _("Det där gick inte"))
    text = texts.get(code, _("Panelen förstod inte vad webbläsaren bad om. Gå tillbaka och försök igen."))
    return page("problem", code, title=title, text=text, typed=_typed())


def _refused_here(error: Refused) -> Response:
    """A cache that cannot be opened, wherever that shows first; anything else is a fault of the panel's."""
    if error.reason != "cache":
        return _broken(error)
    return page("problem", 409, title=_("Något gick fel"), text=cache_problem(), typed=_typed())


def _not_kept(_error: Exception) -> Response:
    text = _(
        "Datorn kan inte spara just nu, oftast för att disken är full. Det du skrev visas här nedanför. "
        "Frigör plats och försök igen."
    )
    return page("problem", 503, title=_("Det gick inte att spara"), text=text, typed=_typed())


def _broken(error: Exception) -> Response:
    """Named by its type only: a message could quote what somebody wrote."""
    log.error("%s in %s", type(error).__name__, request.endpoint)
    text = _("Ett fel inträffade i panelen. Det du skrev visas här nedanför. Försök igen.")
    return page("problem", 500, title=_("Något gick fel"), text=text, typed=_typed())


def _typed() -> dict[str, str]:
    """What was written in a form that could not be taken: shown again, so that it can be copied."""
    try:
        return {name: request.form[name] for name in FIELDS if request.form.get(name, "").strip()}
    except HTTPException:
        return {}
