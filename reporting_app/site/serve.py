"""Runs the site under gunicorn, started from here and not from its command line or environment.

Gunicorn by itself names its version, logs the address of whoever sends it something malformed, quotes their
request back in HTML, and opens a control socket. None of that happens here.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from socket import socket
from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http import wsgi
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from reporting_app.headers import FOR_DATA, NOT_KEPT
from reporting_app.site import problems
from reporting_app.site.app import LETTERBOX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger("reporting_app.site")

THREADS = 8
SECONDS_TO_FINISH = 20
SECONDS_OF_SILENCE = 20
SECONDS_TO_DISCARD = 20
MOST_DISCARDED = 64 * 1024 * 1024
DISCARDED_AT_ONCE = 64 * 1024
STATUS_OF_PARSE_ERROR = {LimitRequestLine: 414, LimitRequestHeaders: 431}


def serve(app_factory: Callable[[], Flask], host: str, port: int, workers: int = 2) -> None:
    """Serves until SIGTERM or SIGINT, lets requests end, then leaves the process with exit code 0.

    ``app_factory`` runs once, before the workers are forked: migrations belong there.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    wsgi.Response = PlainResponse
    Arbiter(_Server(app_factory, host, port, workers)).run()


class PlainResponse(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """A response that does not tell what serves it, and has the site's own date when the site gives one."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        super().process_headers(headers)
        self._own_date = [value for name, value in headers if name.lower() == "date"]

    def default_headers(self) -> list[str]:
        unwanted = ("Server:", "Date:") if self._own_date else ("Server:",)
        lines = [line for line in super().default_headers() if not line.startswith(unwanted)]
        return lines + [f"Date: {value}\r\n" for value in self._own_date]


class SteadyInput:
    """A request's body whose every failure is an OSError, as Werkzeug expects: it answers those with 400."""

    def __init__(self, body: Any, connection: socket) -> None:
        self._body = body
        self._connection = connection

    def read(self, size: int | None = None) -> bytes:
        """Up to ``size`` bytes. Raises OSError for malformed chunks and for a visitor who has gone silent."""
        self._connection.settimeout(SECONDS_OF_SILENCE)
        try:
            data: bytes = self._body.read(size)
        except ParseException as error:
            raise OSError("the chunks of the body are malformed") from error
        finally:
            self._connection.settimeout(None)
        return data

    def discard_rest(self) -> None:
        """Takes in and forgets what a refused request still sends, within limits.

        Most clients send everything before they read: were the connection closed on them, they would see a
        broken pipe and not the answer that says why.
        """
        until, left = time.monotonic() + SECONDS_TO_DISCARD, MOST_DISCARDED
        with suppress(OSError):
            while left > 0 and time.monotonic() < until and (data := self.read(DISCARDED_AT_ONCE)):
                left -= len(data)


class QuietLogger(Logger):  # type: ignore[misc]
    """Logs where something broke, without the values in messages and traces."""

    def exception(self, msg: str, *_args: object, **_kwargs: object) -> None:
        self.error_log.error("%s %s", msg.partition("%")[0].strip(), _current_place())


class QuietWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what is not even HTTP as it answers everything else, and logs nothing of it."""

    def handle_error(self, req: object, client: Any, addr: object, exc: BaseException) -> None:  # noqa: ARG002
        status = 400
        problem = problems.Problem("encoding")
        if isinstance(exc, ParseException):
            status = STATUS_OF_PARSE_ERROR.get(type(exc), status)
        else:
            log.error("unexpected %s", problems.where_it_broke(exc))
            problem = problems.Problem("unexpected")
            status = problem.status
        problem.status = status
        try:
            util.write_nonblock(client, _raw_answer(problem))
        except OSError:
            log.debug("the client left before its answer")


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app_factory: Callable[[], Flask], host: str, port: int, workers: int) -> None:
        self._app_factory = app_factory
        self._app: Flask | None = None
        self._settings = {
            "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
            "workers": workers,
            "threads": THREADS,
            "worker_class": QuietWorker,
            "logger_class": QuietLogger,
            "loglevel": "warning",
            "accesslog": None,
            "preload_app": True,
            "pre_fork": self._before_fork,
            "graceful_timeout": SECONDS_TO_FINISH,
            "control_socket_disable": True,
            # Whoever comes through a proxy on this machine must not steer paths or schemes by headers.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "proc_name": "reporting-app-site",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        app = self._app = self._app_factory()

        def with_steady_input(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            body = environ["wsgi.input"] = SteadyInput(environ["wsgi.input"], environ["gunicorn.socket"])
            answer = app(environ, start_response)
            body.discard_rest()
            return answer

        return with_steady_input

    def _before_fork(self, _arbiter: object, _worker: object) -> None:
        # A database connection must not be shared by two processes.
        if self._app is not None:
            self._app.extensions[LETTERBOX].close()


def _raw_answer(problem: problems.Problem) -> bytes:
    body = problems.render(problem)
    lines = [
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
        "Connection: close",
        f"Content-Type: {problems.CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        f"Cache-Control: {NOT_KEPT}",
        *(f"{name}: {value}" for name, value in FOR_DATA.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _current_place() -> str:
    error = sys.exc_info()[1]
    return problems.where_it_broke(error) if error else ""
