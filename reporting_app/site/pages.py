"""The reporter's pages: byte-identical shells for every visitor, one for each language and path."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask_babel import Babel
from jinja2 import Environment, FileSystemLoader
from werkzeug.wrappers import Response as Answer

from reporting_app.site import api, assets
from reporting_app.site.content import FIRST_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, Content, Edition
from reporting_app.site.headers import ASSETS
from reporting_app.site.service import Site

HERE = Path(__file__).resolve().parent
TRANSLATIONS = HERE / "translations"
TEMPLATES_PACKAGE = "reporting_app_templates"
ENVIRONMENT = "reporting_app.pages"
EXIT_URL = "https://www.1177.se/"
PAGES = {
    "": "start",
    "anmal": "report",
    "kvitto": "receipt",
    "ledning": "leadership",
    "personuppgifter": "privacy",
    "tillganglighet": "accessibility",
}
SCRIPTS = {"report": ["report.js"], "receipt": ["receipt.js"]}
NOT_FOUND = "missing"


def install(app: Flask, noscript: bool = False) -> None:
    """Adds the pages to an app from ``create_app``. ``noscript`` says that they may point to that path."""
    site = cast(Site, app.extensions[api.EXTENSION])
    app.register_blueprint(blueprint(lambda: edition_now(site), noscript))


def edition_now(site: Site) -> Edition:
    """What pages are made from today. Raises Problem("not-found")."""
    return Edition.of(site.deployment_file(), site.anchor())


def blueprint(edition: Callable[[], Edition], noscript: bool = False) -> Blueprint:
    """Pages made from what ``edition`` gives at each request; each is rendered once an edition."""
    pages = Blueprint("pages", __name__)
    pages.record_once(lambda state: _set_up(cast(Flask, state.app)))

    @lru_cache(maxsize=64)
    def rendered(edition: Edition, _assets: int, language: str, path: str, name: str) -> bytes:
        return render(edition, language, path, name, noscript=noscript)

    @pages.get("/")
    def root() -> Answer:
        return redirect(f"/{FIRST_LANGUAGE}/", code=302)

    @pages.get("/<language>")
    def without_slash(language: str) -> Answer:
        if language not in LANGUAGES:
            abort(404)
        # Written here: the framework's own redirect would name scheme and host, and could leave TLS.
        return redirect(f"/{language}/", code=302)

    @pages.get("/<language>/")
    @pages.get("/<language>/<path>")
    def page(language: str, path: str = "") -> Response:
        if language not in LANGUAGES:
            abort(404)
        name = PAGES.get(path, NOT_FOUND)
        html = rendered(edition(), assets.version(), language, path if path in PAGES else "", name)
        return Response(html, 404 if name == NOT_FOUND else 200, content_type="text/html; charset=utf-8")

    @pages.get(f"{ASSETS}<name>")
    def asset(name: str) -> Response:
        return assets.answer(name)

    return pages


def check_built() -> None:
    """Raises NotBuilt, saying what to run: for a site to ask at start rather than at the first visit."""
    assets.version()
    for language in LANGUAGES:
        compiled = TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo"
        if language != FIRST_LANGUAGE and not compiled.is_file():
            raise assets.NotBuilt("translations: pybabel compile -d reporting_app/site/translations")


def render(edition: Edition, language: str, path: str, name: str, **values: object) -> bytes:
    """The page of the template ``name``; ``path`` is where its other languages are. Keeps nothing."""
    template = cast(Environment, current_app.extensions[ENVIRONMENT]).get_template(f"site/{name}.html")
    return template.render(
        content=Content(edition, language),
        language=language,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        path=path,
        page=name,
        exit_url=EXIT_URL,
        asset=assets.find,
        icon=assets.inlined("icon.svg"),
        scripts=["exit.js", *SCRIPTS.get(name, [])],
        **values,
    ).encode()


def _set_up(app: Flask) -> None:
    if "babel" not in app.extensions:
        Babel(
            app,
            default_locale=FIRST_LANGUAGE,
            default_translation_directories=str(TRANSLATIONS),
            locale_selector=_language_of_path,
        )
    app.extensions[ENVIRONMENT] = app.jinja_env.overlay(
        loader=FileSystemLoader(templates_folder()), trim_blocks=True, lstrip_blocks=True, autoescape=True
    )


def _language_of_path() -> str:
    language = (request.view_args or {}).get("language", FIRST_LANGUAGE)
    return str(language) if language in LANGUAGES else FIRST_LANGUAGE


@cache
def templates_folder() -> str:
    """Templates as packaged with the wheel, else the folder at the top of the repository."""
    try:
        packaged = Path(str(resources.files(TEMPLATES_PACKAGE) / "site"))
    except ModuleNotFoundError:
        return str(HERE.parents[1] / "templates")
    return str(packaged.parent)
