"""The reporter's pages: byte-identical shells for every visitor, one for each language and path."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, redirect
from jinja2 import Environment, FileSystemLoader
from werkzeug.wrappers import Response as Answer

from reporting_app.site import api, assets
from reporting_app.site.content import FIRST_LANGUAGE, Content, Edition
from reporting_app.site.headers import ASSETS
from reporting_app.site.languages import LANGUAGES, Language, awaits_editor, offered, sentences
from reporting_app.site.service import Site

HERE = Path(__file__).resolve().parent
TEMPLATES_PACKAGE = "reporting_app_templates"
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
EASY_SWEDISH = "sv-simple"


def install(
    app: Flask, noscript: bool = False, languages: tuple[Language, ...] = LANGUAGES, *, signs_in: bool = False
) -> None:
    """Adds the pages to an app from ``create_app``.

    ``noscript`` says that they may point to that path, ``signs_in`` that leadership can sign out.
    """
    site = cast(Site, app.extensions[api.EXTENSION])
    app.register_blueprint(blueprint(lambda: edition_now(site), noscript, languages, signs_in=signs_in))


def edition_now(site: Site) -> Edition:
    """What pages are made from today. Raises Problem("not-found")."""
    return Edition.of(site.deployment_file(), site.anchor())


def blueprint(
    edition: Callable[[], Edition],
    noscript: bool = False,
    languages: tuple[Language, ...] = LANGUAGES,
    *,
    signs_in: bool = False,
) -> Blueprint:
    """Pages made from what ``edition`` gives at each request; each is rendered once an edition."""
    pages = Blueprint("pages", __name__)

    @lru_cache(maxsize=64)
    def rendered(edition: Edition, _assets: int, language: str, path: str, name: str) -> bytes:
        return render(edition, languages, language, path, name, noscript=noscript, signs_in=signs_in)

    @pages.get("/")
    def root() -> Answer:
        return redirect(f"/{FIRST_LANGUAGE}/", code=302)

    @pages.get("/latt")
    @pages.get("/latt/")
    def easy() -> Answer:
        return without_slash(EASY_SWEDISH)

    @pages.get("/<language>")
    def without_slash(language: str) -> Answer:
        if language not in offered(edition(), languages):
            abort(404)
        # Written here: the framework's own redirect would name scheme and host, and could leave TLS.
        return redirect(f"/{language}/", code=302)

    @pages.get("/<language>/")
    @pages.get("/<language>/<path>")
    def page(language: str, path: str = "") -> Response:
        current = edition()
        if language not in offered(current, languages):
            abort(404)
        name = PAGES.get(path, NOT_FOUND)
        html = rendered(current, assets.version(), language, path if path in PAGES else "", name)
        return Response(html, 404 if name == NOT_FOUND else 200, content_type="text/html; charset=utf-8")

    @pages.get(f"{ASSETS}<name>")
    def asset(name: str) -> Response:
        return assets.answer(name, lambda: edition().identity)

    return pages


def check_built() -> None:
    """Raises NotBuilt, saying what to run: for a site to ask at start rather than at the first visit."""
    assets.version()
    for language in LANGUAGES:
        language.check_built()


def render(
    edition: Edition, languages: tuple[Language, ...], code: str, path: str, name: str, **values: object
) -> bytes:
    """The page of the template ``name``; ``path`` is where its other languages are. Keeps nothing."""
    template = environment(offered(edition, languages)[code]).get_template(f"site/{name}.html")
    return template.render(**frame(edition, languages, code, path, name), **values).encode()


def frame(
    edition: Edition, languages: tuple[Language, ...], code: str, path: str, name: str
) -> dict[str, object]:
    """What the frame around every page (site/base.html) is made from."""
    shown = offered(edition, languages)
    unreviewed = [one for one in shown.values() if awaits_editor(edition, one)]
    return {
        "content": Content(edition, code),
        "language": code,
        "direction": shown[code].direction,
        "languages": shown.values(),
        "unreviewed": unreviewed,
        "awaits_editor": shown[code] in unreviewed,
        "path": path,
        "page": name,
        "exit_url": EXIT_URL,
        "asset": partial(assets.find, identity=edition.identity),
        "icon": assets.icon(edition.identity),
        "scripts": ["exit.js", *SCRIPTS.get(name, [])],
    }


def render_alone(language: Language, name: str, **values: object) -> bytes:
    """A page without anything of the deployment file, for when that cannot be read. Keeps nothing."""
    template = environment(language).get_template(f"site/{name}.html")
    return template.render(language=language, exit_url=EXIT_URL, asset=assets.find, **values).encode()


@cache
def environment(language: Language, domain: str = "messages") -> Environment:
    """The templates with their sentences in this language, those of a catalogue of its own first."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(sentences(language, domain), newstyle=True)  # type: ignore[attr-defined]
    return made


@cache
def templates_folder() -> str:
    """Templates as packaged with the wheel, else the folder at the top of the repository."""
    try:
        packaged = Path(str(resources.files(TEMPLATES_PACKAGE) / "site"))
    except ModuleNotFoundError:
        return str(HERE.parents[1] / "templates")
    return str(packaged.parent)
