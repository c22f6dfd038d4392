"""The reporter's pages: byte-identical shells for every visitor, one for each language and path."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from flask_babel import Babel
from jinja2 import FileSystemLoader
from werkzeug.wrappers import Response as Answer

from reporting_app.site.content import FIRST_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, Content, Published

HERE = Path(__file__).resolve().parent
BUILD = HERE / "static" / "build"
TRANSLATIONS = HERE / "translations"
TEMPLATES_PACKAGE = "reporting_app_templates"
EXIT_URL = "https://www.1177.se/"
PAGES = {"": "start", "anmal": "report", "kvitto": "receipt", "ledning": "leadership"}
SCRIPTS = {"start": [], "report": ["report.js"], "receipt": ["receipt.js"], "leadership": []}


class NotBuilt(RuntimeError):
    """The browser code or a translation has not been built on this machine."""


def blueprint(published: Callable[[], Published]) -> Blueprint:
    """Pages made from what ``published`` gives at each request; rendering is cached by version."""
    pages = Blueprint("pages", __name__)
    pages.record_once(lambda state: _set_up(state.app))
    rendered = lru_cache(maxsize=64)(_render)

    @pages.get("/")
    def root() -> Answer:
        return redirect(f"/{FIRST_LANGUAGE}/", code=302)

    @pages.get("/<language>/")
    @pages.get("/<language>/<path>")
    def page(language: str, path: str = "") -> Response:
        if language not in LANGUAGES or path not in PAGES:
            abort(404)
        version = published()
        html = rendered(_Key(version), language, path)
        return Response(html, content_type="text/html; charset=utf-8")

    return pages


def check_built() -> None:
    """Raises NotBuilt, saying what to run: for a site to ask at start rather than at the first visit."""
    _manifest(_manifest_time())
    for language in LANGUAGES:
        compiled = TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo"
        if language != FIRST_LANGUAGE and not compiled.is_file():
            raise NotBuilt("no compiled translations: pybabel compile -d reporting_app/site/translations")


class _Key:
    """A deployment version, compared by the ids that name all of its content."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self._ids = (published.deployment, published.anchor, _manifest_time())

    def __hash__(self) -> int:
        return hash(self._ids)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._ids == other._ids


def _render(key: _Key, language: str, path: str) -> bytes:
    name = PAGES[path]
    template = current_app.extensions["reporting_app_pages"].get_template(f"site/{name}.html")
    html: str = template.render(
        content=Content(key.published, language),
        language=language,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        path=path,
        page=name,
        exit_url=EXIT_URL,
        asset=_asset,
        scripts=["exit.js", *SCRIPTS[name]],
    )
    return html.encode()


def _set_up(app: Flask) -> None:
    if "babel" not in app.extensions:
        Babel(
            app,
            default_locale=FIRST_LANGUAGE,
            default_translation_directories=str(TRANSLATIONS),
            locale_selector=_language_of_path,
        )
    environment = app.jinja_env.overlay(
        loader=FileSystemLoader(templates_folder()), trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    app.extensions["reporting_app_pages"] = environment


def _language_of_path() -> str:
    language = (request.view_args or {}).get("language", FIRST_LANGUAGE)
    return str(language) if language in LANGUAGES else FIRST_LANGUAGE


@cache
def templates_folder() -> str:
    """Templates as packaged with the wheel, else the folder at the top of the repository."""
    try:
        return str(resources.files(TEMPLATES_PACKAGE))
    except ModuleNotFoundError:
        return str(HERE.parents[1] / "templates")


@dataclass(frozen=True)
class Asset:
    url: str
    integrity: str


def _asset(name: str) -> Asset:
    """A built file, by the name of its source."""
    entry = _manifest(_manifest_time()).get(name)
    if entry is None:
        raise NotBuilt(f"{name} is not among the built files: node client/build.mjs")
    return Asset(url_for("static", filename=f"build/{entry['file']}"), entry["integrity"])


def _manifest_time() -> int:
    try:
        return (BUILD / "manifest.json").stat().st_mtime_ns
    except OSError:
        raise NotBuilt("the browser code is not built: node client/build.mjs") from None


@lru_cache(maxsize=1)
def _manifest(_time: int) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((BUILD / "manifest.json").read_text("utf-8"))
    return loaded
