"""Running a panel on this computer only."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

from cheroot import wsgi
from flask import Flask

from reporting_app.admin.pages import EXTENSION
from reporting_app.admin.panel import Panel

ADDRESS = "127.0.0.1"
THREADS = 8
SHUTDOWN_SECONDS = 5
LOOK_EVERY = 0.5
log = logging.getLogger(__name__)


class _Server(wsgi.Server):
    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Without traces: they could quote what somebody wrote."""
        log.log(level, "%s", msg.splitlines()[0] if msg and not traceback else "a request failed")


def panel_server(app: Flask, port: int) -> wsgi.Server:
    """A server for one panel; ``start()`` serves until ``stop()``."""
    server = _Server((ADDRESS, port), app, numthreads=THREADS, server_name=ADDRESS)
    server.shutdown_timeout = SHUTDOWN_SECONDS
    return server


def serve_panel(app: Flask, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until SIGTERM, Ctrl-C or a page ends it, then returns: the panel is locked and the port free.

    ``ready`` is called once the port is bound. Raises OSError when it is taken.
    """
    server = panel_server(app, port)
    panel: Panel = app.extensions[EXTENSION]
    if panel.config.may_end:
        threading.Thread(target=_end_when_left, args=(server, panel), daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        server.prepare()
        ready()
        server.serve()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.stop()
        panel.close()


def _end_when_left(server: wsgi.Server, panel: Panel) -> None:
    while not (panel.ending or panel.is_left):
        time.sleep(LOOK_EVERY)
    server.stop()


def _end(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the locking
    raise SystemExit(0)
