"""Who may speak with the panel at all: this computer, this address, the browser that has the token."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, Response, abort, g, redirect, request, session
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.config import LANGUAGES
from reporting_app.admin.panel import Panel
from reporting_app.headers import FOR_DATA, NOT_KEPT, for_pages

OPEN = "open"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What a browser says of a request that the panel's own pages, or a person, started.
OWN_REQUESTS = ("same-origin", "none", "")
# Asked by the page itself, or by anybody before the passphrase: no sign that a person is here.
PASSIVE = ("state.state", "door.unlock")

FOR_PAGES = for_pages(images="'self'", forms="'self'")


class NoToken(Forbidden):
    """Neither token nor cookie: the page says how to open the panel."""


class Stranger(Forbidden):
    """Another address or another page: nothing is said."""


class Mount:
    """Serves an app under ``path``. Outside it ``script_root`` is empty, which the gate refuses."""

    def __init__(self, app: WSGIApplication, path: str) -> None:
        self._app = app
        self._path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        inside = asked.startswith(f"{self._path}/")
        environ["SCRIPT_NAME"] = self._path if inside else ""
        environ["PATH_INFO"] = asked.removeprefix(self._path) if inside else asked
        return self._app(environ, start_response)


def install(app: Flask, panel: Panel) -> None:
    """Puts the gate before every view and the headers behind."""
    port = panel.config.port
    app.wsgi_app = Mount(app.wsgi_app, panel.config.path)  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=f"rapp-panel-{port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH=f"{panel.config.path}/",
    )
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @app.before_request
    def gate() -> Answer | None:
        _check_origin(request, hosts)
        g.year = datetime.fromtimestamp(panel.clock(), UTC).year
        if "token" in request.args:
            return _enter(panel)
        if request.endpoint == "static":
            return None
        if OPEN not in session or not request.script_root:
            raise NoToken
        panel.asked()
        panel.lock_when_idle()
        if request.endpoint not in PASSIVE and _is_own(request):
            panel.touch()
        return _choose_language()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.update(FOR_PAGES if response.mimetype == "text/html" else FOR_DATA)
        is_built = request.endpoint == "static" and (request.method, response.status_code) == ("GET", 200)
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable" if is_built else NOT_KEPT
        return response


def _check_origin(came: Request, hosts: set[str]) -> None:
    """Raises Stranger for DNS rebinding and for what other pages ask, those of this computer included.

    Another page may link here, no more.
    """
    if came.headers.get("Host", "") not in hosts:
        raise Stranger
    linked = came.method in SAFE_METHODS and came.headers.get("Sec-Fetch-Mode", "") == "navigate"
    if not linked and not _is_own(came):
        raise Stranger


def _is_own(came: Request) -> bool:
    return came.headers.get("Sec-Fetch-Site", "") in OWN_REQUESTS


def _enter(panel: Panel) -> Answer:
    """Takes the token out of the address at once."""
    if not panel.admits(request.args["token"]):
        raise NoToken
    session.clear()
    session[OPEN] = secrets.token_urlsafe(16)
    session["csrf_token"] = panel.form_seed  # a second tab must not make the forms of the first one stale
    return redirect(f"{panel.config.path}/")


def _choose_language() -> Answer | None:
    """``?language=en`` is kept in the session; the address stays clean."""
    chosen = request.args.get("language")
    if chosen is None or request.method not in SAFE_METHODS:
        return None
    if chosen not in LANGUAGES or not request.path.isprintable():
        abort(404)
    session["language"] = chosen
    return redirect(request.script_root + request.path)
