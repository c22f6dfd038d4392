"""Fetching in the background while the panel is unlocked, without ever holding a page up for long."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable

from reporting_app.admin.workspace import Workspace
from reporting_app.crypto.errors import Refused

TICK = 2.0
LONGEST_PAUSES = 4
log = logging.getLogger(__name__)


class Fetcher:
    """Runs ``workspace.sync`` when asked and every ``every`` seconds on average; ``tick`` in between.

    The pauses are exponential, so that what the first panel posts after a report does not come in a
    rhythm that cover could not have (decision 0007).
    """

    def __init__(
        self,
        workspace: Workspace,
        every: float,
        tick: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._workspace = workspace
        self._every = every
        self._tick = tick
        self._monotonic = monotonic
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._change = threading.Condition()
        self._rounds = 0
        self._thread = threading.Thread(target=self._run, name="panel-fetch", daemon=True)
        self.trouble = ""
        self.tried: float | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the round under way; does not wait for it."""
        self._ended.set()
        self._wanted.set()

    def ask(self, wait: float) -> None:
        """Wants a round now, and waits at most ``wait`` seconds for it."""
        if not self._thread.ident:
            self.round()
            self._read_in()
            return
        with self._change:
            before = self._rounds
            self._wanted.set()
            self._change.wait_for(lambda: self._rounds > before or self._ended.is_set(), wait)

    def round(self) -> None:
        """One round. What goes wrong becomes a word on the page, never a dead thread."""
        try:
            self._workspace.sync()
            self.trouble = ""
        except Refused as refused:
            self.trouble = refused.reason
        except Exception as error:
            # Named by its type only: a message could quote what was being opened.
            log.error("fetching failed: %s", type(error).__name__)
            self.trouble = "unknown"
        self.tried = self._monotonic()

    def _read_in(self) -> None:
        """Makes the first cases searchable, once they are on the page."""
        index = self._workspace.index
        try:
            if index and not index.is_whole:
                index.read_in(lambda: self._workspace.cases)
        except Exception as error:
            log.error("reading in failed: %s", type(error).__name__)

    def _pause(self) -> float:
        drawn = secrets.SystemRandom().expovariate(1 / self._every)
        return min(drawn, LONGEST_PAUSES * self._every)

    def _run(self) -> None:
        waited, pause = 0.0, self._pause()
        while not self._ended.is_set():
            if self._wanted.wait(TICK) or waited >= pause:
                self._wanted.clear()
                if not self._ended.is_set():
                    self.round()
                waited, pause = 0.0, self._pause()
                with self._change:
                    self._rounds += 1
                    self._change.notify_all()
                if not self._ended.is_set():
                    self._read_in()
            else:
                waited += TICK
            if not self._ended.is_set():
                self._tick()
