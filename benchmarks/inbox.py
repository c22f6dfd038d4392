"""The panel's list, search and case page with ten thousand opened cases, beside other systems' lists.

Each figure is the best of several runs: other programs use the processors too. An empty list is the floor.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import brotli

from benchmarks.peers import INBOX
from benchmarks.report import say
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import together
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, Sighting, fold
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Draft, Event
from tests.admin.world import Office, compile_translations, make_office

CASES = 10_000
MEMBER = "utredare-1"
RUNS = 15
SEED = bytes(32)
# As often as words of a language: a few in nearly every text, most in hardly any.
VOCABULARY = [f"ord{number}en" for number in range(20_000)]
COMMON = "hot kontor väntade följde bilen hem ringde skrev möte chef polis rädd grannen".split()


def run() -> None:
    compile_translations()
    with tempfile.TemporaryDirectory() as directory:
        office = make_office(Path(directory) / "members")
        panel = office.panel(MEMBER, fresh_seconds=3600).unlock()
        sitting = panel.panel.sitting
        assert sitting is not None
        workspace = sitting.workspace
        assert workspace is not None
        assert workspace.index is not None
        cases = many_cases(office)
        filling = _once(lambda: workspace.index and workspace.index.update(cases))
        workspace._cases = cases
        say(f"taking the words of {CASES} cases into the search index", filling, "s")
        browser = panel.browser
        page = browser.get("/cases?group=all")
        assert f"av {CASES // 50}" in page.text
        goal = 30
        say(
            "inbox, page 1, nothing changed",
            _best(lambda: browser.get("/cases")),
            "ms",
            "at most",
            goal,
            INBOX,
        )
        floor, full = _best(lambda: browser.get("/cases?group=junk")), _best(lambda: browser.get("/cases"))
        say("inbox, page 1, against an empty list of the same panel", full / floor, "ratio")
        paths = [f"/cases?group=all&sort=newest&page={number}" for number in range(2, 2 + RUNS)]
        say("inbox, other pages in another order", _each(paths, browser.get), "ms", "at most", goal)
        say("inbox, filtered by severity and organisation", _filtered(browser.get), "ms", "at most", goal)
        say("inbox after one case changed", _changed(workspace, browser.get), "ms", "at most", goal)
        say("inbox on another day", _tomorrow(office, panel.panel.touch, browser.get), "ms")
        size = len(brotli.compress(page.data, quality=5)) / 1000
        say(
            "inbox, page of 50, brotli (the panel sends it plain: it never leaves the computer)",
            size,
            "kB",
            "at most",
            60,
            INBOX,
        )
        say("inbox, page of 50, as sent", len(page.data) / 1000, "kB")
        index = workspace.index
        for name, words in {
            "a common word": "hot",
            "a rare word": VOCABULARY[-1],
            "a beginning": "or",
            "a phrase": '"hot kontor"',
        }.items():
            taken = _best(lambda words=words: index.snippets(words, sorted(index.find(words))[:50]))
            say(f"search for {name}, {len(index.find(words))} hits", taken, "ms", "at most", 50)
        where = f"/cases?search={sitting.keep_search('hot kontor')}"
        say("page of hits", _best(lambda: browser.get(where)), "ms", "at most", 50)
        opened = [f"/cases/{name}" for name in list(cases)[:RUNS]]
        say("opening a case", _each(opened, browser.get), "ms", "at most", goal)
        say("inbox after a case was read", _read(list(cases)[RUNS:], browser.get), "ms", "at most", goal)


def many_cases(office: Office) -> dict[str, Case]:
    rng = random.Random(1)  # noqa: S311
    people = People.of(office.world.chain)
    made = (_case(number, rng, office.clock.today, people) for number in range(CASES))
    return {case.id: case for case in made}


def _case(number: int, rng: random.Random, today: date, people: People) -> Case:
    thread = rng.randbytes(32)
    received = today - timedelta(days=rng.randrange(300))
    answers = {
        "severity": [f"level_{rng.randint(1, 5)}"],
        "organisation": [rng.choice(["social_services", "child_and_family"])],
        "form": [rng.choice(["harassment", "violence"])],
    }
    body = {
        "answers": answers,
        "language": "sv",
        "narrative": _text(rng, 150),
        "parcels": [],
        "path": "script",
    }
    events = [_event(thread, "report", REPORTER, 1, received, {**body, "questionnaire": "A" * 43})]
    if number % 5:
        said = {"parcels": [], "text": _text(rng, 60)}
        events.append(_event(thread, "message", MEMBER, 1, received + timedelta(days=3), said))
        events.append(
            _event(thread, "note", "utredare-2", 1, received + timedelta(days=4), {"text": _text(rng, 30)})
        )
    if number % 10 > 5:
        day = received + timedelta(days=60)
        arguments = {"outcome": "support", "reason": _text(rng, 20)}
        heard = b64(together.digest_of([events[0].id]))
        body = {"action": together.CLOSE, "arguments": arguments, "heard": heard}
        events.append(_event(thread, "proposal", "utredare-2", 2, day, body))
        signed = {"of": b64(events[-1].id)}
        events.append(_event(thread, "approval", MEMBER, 2, day + timedelta(days=1), signed))
    return fold(thread, [Sighting(one, bytes(32), one.day) for one in events], people)


def _text(rng: random.Random, words: int) -> str:
    rare = (VOCABULARY[int(len(VOCABULARY) * rng.random() ** 3)] for _ in range(words))
    return " ".join(word if rng.random() < 0.8 else rng.choice(COMMON) for word in rare)


def _event(thread: bytes, kind: str, author: str, seq: int, day: date, body: dict[str, object]) -> Event:
    audience = ["reporter", "utredare-1", "utredare-2", "utredare-3"][kind not in {"message", "status"} :]
    return Draft(kind, author, audience, body, day, bytes(16), thread, seq).sign(SEED)


def _filtered(get: Callable[[str], object]) -> float:
    levels = [
        f"/cases?severity=level_{number % 5 + 1}&organisation=social_services" for number in range(RUNS)
    ]
    return _each(levels, get)


def _changed(workspace: Workspace, get: Callable[[str], object]) -> float:
    """One case is another object, as after a letter for it."""
    taken = []
    for name in list(workspace.cases)[:RUNS]:
        case = workspace.cases[name]
        workspace._cases = {**workspace.cases, name: replace(case)}
        taken.append(_once(lambda: get("/cases")))
    return min(taken) * 1000


def _tomorrow(office: Office, touch: Callable[[], None], get: Callable[[str], object]) -> float:
    taken = []
    for _ in range(3):
        office.clock.now += 86_400
        touch()
        taken.append(_once(lambda: get("/cases")))
    return min(taken) * 1000


def _read(names: list[str], get: Callable[[str], object]) -> float:
    taken = []
    for name in names[:RUNS]:
        get(f"/cases/{name}")
        taken.append(_once(lambda: get("/cases")))
    return min(taken) * 1000


def _once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _best(act: Callable[[], object]) -> float:
    return min(_once(act) for _ in range(RUNS)) * 1000


def _each(paths: list[str], get: Callable[[str], object]) -> float:
    return min(_once(lambda path=path: get(path)) for path in paths) * 1000


if __name__ == "__main__":
    run()
