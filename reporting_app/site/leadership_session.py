"""The cookie of those of the leadership who have signed in: the only one of the site, and nobody else's.

It is sent to leadership's pages alone, so a leader's browser does not show it on the pages for reporters.
Signed with a key of the running site, it says when the visit began, was last seen, and what it rests on.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from http import HTTPStatus

from flask import Flask, Request, Response, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.site.leaders import LONGEST_VISIT, Visit
from reporting_app.storage.leaders import SESSION_SIZE

COOKIE = "__Secure-leader"
FOLDER = "ledning"
SECONDS_BETWEEN_NOTES = 60
VISIT = "visit"


def install(app: Flask, codes: tuple[str, ...]) -> None:
    """Gives ``app`` sessions on leadership's pages, in the languages of these codes, and nowhere else."""
    app.secret_key = secrets.token_bytes(32)  # shared by the processes that fork; a restart ends all visits
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=LONGEST_VISIT),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
    )
    app.session_interface = _Sessions(codes)


def is_leadership(path: str) -> bool:
    """Whether this path is ``/<language>/ledning`` or lies below it."""
    return path.split("/")[2:3] == [FOLDER]


def begin(visit: Visit) -> None:
    """Nothing of before is kept."""
    session.clear()
    note(visit)


def end() -> None:
    session.clear()


def note(visit: Visit) -> None:
    session[VISIT] = [b64(visit.session), visit.started, visit.seen]


def current() -> Visit | None:
    """The visit that the request's cookie tells of, open or not."""
    match session.get(VISIT):
        case [str(token), int(started), int(seen)]:
            try:
                return Visit(unb64(token, SESSION_SIZE), started, seen)
            except Refused:
                return None
    return None


class _Sessions(SecureCookieSessionInterface):
    digest_method = staticmethod(hashlib.sha256)

    def __init__(self, codes: tuple[str, ...]) -> None:
        self._codes = codes

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # Elsewhere Flask gives a session that refuses to be written.
        return super().open_session(app, request) if is_leadership(request.path) else None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """One cookie for each language: a path that held all of them would hold the reporters' pages too."""
        if not session.modified or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        serializer = self.get_signing_serializer(app)
        value = serializer.dumps(dict(session)) if session and serializer else ""
        for code in self._codes:
            response.set_cookie(
                COOKIE,
                value,
                max_age=None if value else 0,
                path=f"/{code}/{FOLDER}",
                secure=True,
                httponly=True,
                samesite="Strict",
            )
