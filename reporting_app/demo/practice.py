"""A fictional municipality for one learner: a site and a panel here, in a folder that is thrown away.

Nothing of the real panel's is passed in: neither its home, its keys nor its site's address.
"""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask

from reporting_app.admin import acts
from reporting_app.admin.app import create_panel
from reporting_app.admin.config import Clock, PanelConfig
from reporting_app.admin.facts import is_asked, waits_for
from reporting_app.admin.home import PanelHome
from reporting_app.admin.pages import EXTENSION
from reporting_app.admin.panel import Panel
from reporting_app.admin.remote import Site
from reporting_app.admin.serve import ADDRESS, serve_panel
from reporting_app.admin.visit import fetch_setting, find_thread
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import reporter
from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.keyfile import Cost
from reporting_app.crypto.receipt import ReporterKeys
from reporting_app.demo.sample import Sampler, TurnedClock, serving
from reporting_app.demo.world import Demo, prepare
from reporting_app.site.app import LETTERBOX
from reporting_app.storage.cache import Cache

REMOVALS = 20
LEARNER = "utredare-1"
COLLEAGUES = ("utredare-2", "utredare-3")
# It stands on the page: this key protects nothing.
PASSPHRASE = "sju ord som bara gäller i övningen"  # noqa: S105
NO_COST = Cost(passes=1, memory=8, lanes=1)
# In sample.json, made-up cases in which the learner has not done anything yet, the newest first.
SAMPLES = (0, 2, 4, 7, 9, 15)
START_SECONDS, STOP_SECONDS = 20.0, 15.0
ANSWERS = (
    "Tack för svaret. Det känns bättre att någon har läst. Jag kan prata på torsdag, men inte på jobbet.",
    "En sak till: det hände igen i går. Två kollegor såg det, och det kan finnas på en kamera.",
    "Jag förstår. Jag skriver igen om något mer händer.",
)

SiteFor = Callable[[Demo, Clock], Flask]


@dataclass(frozen=True)
class Running:
    """One practice while it runs."""

    demo: Demo
    site: Site
    panel: Panel
    colleagues: list[Workspace]
    reporters: dict[str, ReporterKeys]
    written: dict[str, int]
    resources: ExitStack


class Practice:
    """Starts and ends practices, one at a time. Safe for a panel's threads."""

    def __init__(self, site_for: SiteFor, clock: Clock) -> None:
        self._site_for = site_for
        self._clock = clock
        self._lock = threading.RLock()
        self._running: Running | None = None

    @property
    def passphrase(self) -> str:
        return PASSPHRASE

    @property
    def start_url(self) -> str:
        running = self._running
        return running.panel.config.start_url if running else ""

    @property
    def answers_given(self) -> int:
        running = self._running
        return sum(running.written.values()) if running else 0

    def start(self) -> None:
        """Raises OSError, Refused; then nothing is left behind."""
        with self._lock:
            if self._running:
                return
            with ExitStack() as resources:
                self._running = self._set_up(resources)

    def write_back(self, case_id: str) -> bool:
        running = self._running
        if running is None or case_id not in running.reporters:
            return False
        with self._lock:
            turn = running.written.get(case_id, 0)
            if turn >= len(ANSWERS):
                return False
            running.written[case_id] = turn + 1
        keys, anchor = running.reporters[case_id], b64(running.demo.chain.anchor)
        setting = fetch_setting(running.site, anchor, self._clock())
        thread = find_thread(running.site, setting, keys)
        submission, _ = reporter.compose_message(keys, setting, thread, ANSWERS[turn])
        running.site.post(submission)
        return True

    def approve(self, case_id: str) -> bool:
        running = self._running
        if running is None or case_id not in running.reporters:
            return False
        with self._lock:
            return any(_signs(colleague, case_id) for colleague in running.colleagues)

    def end(self) -> None:
        with self._lock:
            running, self._running = self._running, None
        if running:
            running.resources.close()

    def _set_up(self, resources: ExitStack) -> Running:
        """What ``resources`` holds when this fails is removed at once."""
        directory = Path(tempfile.mkdtemp(prefix="ovning-"))
        resources.callback(_remove, directory)
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        demo = prepare(directory, today, "http://127.0.0.1", lambda: PASSPHRASE, NO_COST)
        receipts = self._file(demo, today)
        app = self._site_for(demo, self._clock)
        resources.callback(app.extensions[LETTERBOX].close)
        url = resources.enter_context(serving(app))
        prepare(directory, today, url)  # invitations with the address that it got
        panel = self._open_panel(demo, resources)
        colleagues = [self._sit_down(demo, member, url) for member in COLLEAGUES]
        keys = [ReporterKeys(receipt.from_words(words), demo.chain.deployment) for words in receipts]
        reporters = {one.thread.thread_id.hex()[:20]: one for one in keys}
        return Running(demo, Site(url, self._clock), panel, colleagues, reporters, {}, resources.pop_all())

    def _file(self, demo: Demo, today: date) -> list[str]:
        every: list[dict[str, Any]] = json.loads(
            (files("reporting_app.demo") / "sample.json").read_text("utf-8")
        )
        clock = TurnedClock(today)
        app = self._site_for(demo, clock)
        try:
            with serving(app) as url:
                return Sampler(demo, url, clock, today).play([every[number] for number in SAMPLES])
        finally:
            app.extensions[LETTERBOX].close()

    def _sit_down(self, demo: Demo, member: str, url: str) -> Workspace:
        """A made-up colleague's panel, without a page."""
        cache = Cache.at(demo.key_path(member).with_suffix(".cache"))
        return Workspace(
            demo.open_keys(member), Site(url, self._clock), cache, demo.chain.anchor, self._clock
        )

    def _open_panel(self, demo: Demo, resources: ExitStack) -> Panel:
        config = PanelConfig(free_port(), practising=self, may_end=True)
        app = create_panel(PanelHome.of_key(demo.key_path(LEARNER)), self._clock, config)
        panel: Panel = app.extensions[EXTENSION]
        bound = threading.Event()
        thread = threading.Thread(target=self._serve, args=(app, config.port, bound), daemon=True)
        thread.start()
        resources.callback(_stop, panel, thread)
        if not bound.wait(START_SECONDS):
            raise OSError("the practice panel did not start")
        return panel

    def _serve(self, app: Flask, port: int, bound: threading.Event) -> None:
        """Until somebody ends the practice or has left it."""
        serve_panel(app, port, bound.set)
        threading.Thread(target=self.end, daemon=True).start()


def _signs(colleague: Workspace, case_id: str) -> bool:
    """Approves what the learner has proposed, where this colleague may."""
    colleague.sync()
    if case_id not in {*colleague.cases, *colleague.asked}:
        return False
    me = colleague.keys.member
    waiting = [
        one
        for one in colleague.decisions(case_id)
        if waits_for(one, me) and (colleague.reads(case_id) or is_asked(one, me))
    ]
    for one in waiting:
        acts.approve(colleague, case_id, one.id)
    return bool(waiting)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(panel: Panel, thread: threading.Thread) -> None:
    panel.ending = True
    thread.join(STOP_SECONDS)


def _remove(directory: Path) -> None:
    """All of it: a thread that is still ending may write a file between two looks."""
    for _ in range(REMOVALS):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.1)
