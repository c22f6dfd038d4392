"""Sample reports, filed, answered and closed through the protocol on a site whose clock is turned back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from itertools import cycle, islice
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from reporting_app.admin import acts
from reporting_app.admin.remote import Site
from reporting_app.admin.visit import fetch_setting, find_thread
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import reporter
from reporting_app.cases.own_view import CLOSING
from reporting_app.cases.sealing import Setting
from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64
from reporting_app.demo.world import MEMBERS, Demo
from reporting_app.storage.cache import Cache

ASSESSED_AFTER, ANSWERED_AFTER, FOLLOWED_UP_AFTER, CONCLUDED_AFTER = 1, 3, 6, 30
LOOK_EVERY = 0.02  # seconds; who ends a server waits for its next look


class TurnedClock:
    """A clock that stands at noon of a given day. Exists in the demo only."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> float:
        return datetime.combine(self.day, time(12), UTC).timestamp()


@dataclass(order=True)
class Step:
    """Something that somebody does on a day."""

    day: date
    order: int
    act: Callable[[], None] = field(compare=False)


class Sampler:
    """Plays the reporters and the investigators of the sample, day by day."""

    def __init__(self, demo: Demo, url: str, clock: TurnedClock, today: date) -> None:
        self._clock, self._today = clock, today
        self._site = Site(url, clock)
        self._anchor = demo.chain.anchor
        self._panels = {
            member: Workspace(
                demo.open_keys(member),
                Site(url, clock),
                Cache.at(demo.key_path(member).with_suffix(".cache")),
                self._anchor,
                clock,
            )
            for member in MEMBERS
            if member.startswith("utredare")
        }

    def play(self, samples: list[dict[str, Any]]) -> list[str]:
        """File all samples; the receipts, in the order of the samples."""
        receipts: list[str] = []
        steps = [
            step for number, sample in enumerate(samples) for step in self._steps(sample, number, receipts)
        ]
        for step in sorted(steps):
            self._clock.day = step.day
            step.act()
        return receipts

    def _steps(self, sample: dict[str, Any], number: int, receipts: list[str]) -> Iterator[Step]:
        filed = self._today - timedelta(days=sample["days_ago"])
        known: dict[str, Any] = {}
        order = iter(range(number * 100, number * 100 + 100))

        def at(days: int, act: Callable[..., None], *arguments: Any) -> Step:
            day = min(self._today, filed + timedelta(days=days))
            return Step(day, next(order), partial(act, *arguments))

        yield at(0, self._file, sample, known, receipts)
        if sample["state"] != "received":
            yield at(ASSESSED_AFTER, self._status, known, sample, "assessing")
        for note in sample["notes"]:
            yield at(ASSESSED_AFTER, self._note, known, note)
        for turn, reply in enumerate(sample["replies"]):
            yield at(ANSWERED_AFTER + 4 * turn, self._reply, known, reply)
        for turn, text in enumerate(sample["follow_ups"]):
            yield at(FOLLOWED_UP_AFTER + 4 * turn, self._follow_up, known, text)
        if sample["state"] not in ("received", "assessing"):
            yield at(CONCLUDED_AFTER, self._status, known, sample, sample["state"])
        if "view" in sample:
            yield at(CONCLUDED_AFTER + 2, self._view, known, sample["view"])

    def _file(self, sample: dict[str, Any], known: dict[str, Any], receipts: list[str]) -> None:
        setting = fetch_setting(self._site, b64(self._anchor), self._clock())
        random = receipt.generate()
        keys = receipt.ReporterKeys(random, setting.deployment_id)
        submission, _ = reporter.compose_report(keys, setting, body_of(sample, setting), sample["leave_out"])
        self._site.post(submission)
        receipts.append(receipt.to_words(random))
        known["keys"], known["case"] = keys, keys.thread.thread_id.hex()[:20]

    def _follow_up(self, known: dict[str, Any], text: str) -> None:
        setting = fetch_setting(self._site, b64(self._anchor), self._clock())
        thread = find_thread(self._site, setting, known["keys"])
        submission, _ = reporter.compose_message(known["keys"], setting, thread, text)
        self._site.post(submission)

    def _view(self, known: dict[str, Any], answers: dict[str, list[str]]) -> None:
        setting = fetch_setting(self._site, b64(self._anchor), self._clock())
        thread = find_thread(self._site, setting, known["keys"])
        view = {"answers": answers, "moment": CLOSING, "text": ""}
        self._site.post(reporter.compose_view(known["keys"], setting, thread, view)[0])

    def _panel(self, member: str) -> Workspace:
        panel = self._panels[member]
        panel.sync()
        return panel

    def _note(self, known: dict[str, Any], note: dict[str, str]) -> None:
        self._panel(note["by"]).note(known["case"], note["text"])

    def _reply(self, known: dict[str, Any], reply: dict[str, str]) -> None:
        self._panel(reply["by"]).reply(known["case"], reply["text"])

    def _status(self, known: dict[str, Any], sample: dict[str, Any], state: str) -> None:
        acting = [entry["by"] for entry in [*sample["replies"], *sample["notes"]]]
        able = [name for name in self._panels if name not in sample["leave_out"]]
        one = (acting or able)[0]
        if state != "closed":
            self._panel(one).set_status(known["case"], state)
            return
        acts.propose_closing(self._panel(one), known["case"], sample["outcome"], sample["reason"])
        other = self._panel(next(name for name in able if name != one))
        proposal = other.cases[known["case"]].decisions[-1]
        acts.approve(other, known["case"], proposal.id)


def body_of(sample: dict[str, Any], setting: Setting) -> dict[str, Any]:
    """The body of a sample's report."""
    return {
        "answers": {q: [a] if isinstance(a, str) else a for q, a in sample["answers"].items()},
        "language": "sv",
        "narrative": sample["narrative"],
        "parcels": [],
        "path": "script",
        "questionnaire": b64(setting.deployment.id),
    }


def file_samples(
    demo: Demo, app_for: Callable[[Callable[[], float]], Flask], count: int, today: date
) -> list[str]:
    """File ``count`` samples on the site that ``app_for`` makes for a clock. Gives the receipts."""
    samples = json.loads((files("reporting_app.demo") / "sample.json").read_text("utf-8"))
    clock = TurnedClock(today)
    with serving(app_for(clock)) as url:
        return Sampler(demo, url, clock, today).play(list(islice(cycle(samples), count)))


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which ``app`` answers on this computer, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_EVERY,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""
