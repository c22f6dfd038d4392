"""A thread is the same to the reporter's browser and to Python, however hostile its events are."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from reporting_app.cases.clocks import Due, add_months
from reporting_app.cases.course import People, View
from reporting_app.cases.fold import fold
from reporting_app.cases.order import Sighting
from reporting_app.cases.own_view import asks
from reporting_app.cases.story import OWN, REPLY, STATUS, Line, Story, tell
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Draft, Event
from tests.client.running import typescript
from tests.deployment import INVESTIGATORS, TODAY

THREADS = 400
SEED = bytes(32)
LATER = add_months(TODAY, 6)
ODD_DAYS = (date.min, date.max, TODAY + timedelta(days=5))

LEFT = "utredare-4"
PEOPLE = People(
    frozenset({*INVESTIGATORS, LEFT, "tillsyn-1"}),
    frozenset({*INVESTIGATORS, LEFT}),
    {LEFT: TODAY - timedelta(days=2)},
)
SAID = ("message", "status", "opened", "opened", "proposal", "approval", "approval", "recusal")
FIRST, SECOND, THIRD = INVESTIGATORS
# What one language or both count as white space, and neighbours that show.
ODD_SPACES = (
    0,
    9,
    0x1C,
    0x1F,
    0x21,
    0x7F,
    0x85,
    0xA0,
    0xA1,
    0xAD,
    0x180E,
    0x200B,
    0x2028,
    0x2060,
    0x2070,
    0xFEFF,
)
# Right ones, and arguments that no form makes.
PROPOSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("close", {"outcome": "support", "reason": "Klart."}),
    ("close", {"outcome": "support", "reason": " "}),
    ("close", {"outcome": "Support!", "reason": "Klart."}),
    ("close", {"outcome": "support"}),
    ("narrow", {"handlers": [FIRST, SECOND], "reason": ""}),
    ("narrow", {"handlers": [SECOND, THIRD], "reason": "Byte."}),
    ("narrow", {"handlers": [SECOND, FIRST], "reason": ""}),
    ("narrow", {"handlers": [FIRST], "reason": ""}),
    ("narrow", {"handlers": [FIRST, "tillsyn-1"], "reason": ""}),
    ("export", {"anything": 1}),
    ("narrow", {"handlers": [FIRST, LEFT], "reason": ""}),
    ("narrow", {"handlers": [], "reason": ""}),
    ("narrow", {"handlers": [FIRST, FIRST], "reason": ""}),
    ("narrow", {"handlers": {"0": FIRST}, "reason": ""}),
    ("narrow", {"handlers": [FIRST, SECOND, 1], "reason": ""}),
    ("narrow", {"handlers": [FIRST, SECOND], "reason": {}}),
    ("narrow", {"handlers": sorted(f"u{number}" for number in range(1_000)), "reason": ""}),
    ("close", {"handlers": [FIRST, SECOND], "reason": "Klart."}),
    ("close", {"outcome": "__proto__", "reason": "Klart."}),
    ("close", {"outcome": ["support"], "reason": "Klart."}),
    ("close", {"__proto__": {"outcome": "support"}, "reason": "Klart."}),
    ("close", {"outcome": "support", "reason": "Klart.", "constructor": "x"}),
    ("close", {"outcome": "support\n", "reason": "Klart."}),
    ("__proto__", {"outcome": "support", "reason": "Klart."}),
    ("close ", {"outcome": "support", "reason": "Klart."}),
    *(("close", {"outcome": "support", "reason": one}) for one in map(chr, ODD_SPACES)),
)


RIGHT = (PROPOSED[0], PROPOSED[4], PROPOSED[5])


class Chaos:
    """Makes events that no honest author would: any numbers, parents, days and names."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311

    def thread(self) -> list[Event]:
        events: list[Event] = []
        for _ in range(self._chance.randrange(2, 14)):
            events.append(self._event(events))
        self._chance.shuffle(events)
        return events

    def _event(self, before: list[Event]) -> Event:
        pick = self._chance
        author = pick.choice([REPORTER, *INVESTIGATORS, LEFT])
        kind = pick.choice(
            ["exclusion", "exclusion", "stored", "stored", "message", "view", "view-sent"]
            if author == REPORTER
            else [*SAID, "proposal", "approval"]
        )
        known = [one.id for one in before] + [bytes([number]) * 32 for number in range(4)]
        some: Callable[[], list[bytes]] = lambda: pick.sample(known, pick.randrange(4))  # noqa: E731
        readers = pick.sample([*INVESTIGATORS, LEFT, "invented"], pick.randrange(5))
        return Draft(
            kind=kind,
            author=author,
            audience=[REPORTER] if kind == "stored" else [REPORTER, *readers],
            body=self._body(kind, some(), before),
            day=pick.choice(ODD_DAYS) if pick.random() < 0.15 else TODAY - timedelta(days=pick.randrange(4)),
            deployment=bytes(16),
            thread=bytes(32),
            seq=pick.randrange(1, 6),
            parents=some(),
        ).sign(SEED)

    def _body(self, kind: str, names: list[bytes], before: list[Event]) -> dict[str, Any]:
        pick = self._chance
        asked = [one.id for one in before if one.kind == "proposal"] or [bytes(32)]
        # Every second a right one, or little would ever be settled.
        action, arguments = pick.choice(pick.choice([PROPOSED, RIGHT]))
        bodies: dict[str, dict[str, Any]] = {
            "exclusion": {"exclude": sorted(pick.sample(INVESTIGATORS, pick.choice([0, 0, 1, 1, 2, 3])))},
            "message": {"parcels": [], "text": str(pick.random())},
            "status": {"state": pick.choice(["received", "acting"]), "reason": "Klart."},
            "proposal": {"action": action, "arguments": arguments, "heard": b64(bytes(32))},
            "approval": {"of": b64(pick.choice(asked))},
            "recusal": {},
            "view": {
                "answers": {
                    "reprisals": pick.choice([["yes"], ["no"], ["no", "yes"], []]),
                    "invented": ["yes"],
                },
                "moment": "closing",
                "text": pick.choice(["", "", "Mer."]),
            },
            "view-sent": {"moment": pick.choice(["closing", "later"]), "raises": pick.random() < 0.5},
        }
        named = {"events": sorted(map(b64, names)), "letter": b64(bytes([pick.randrange(3)]) * 32)}
        return bodies.get(kind, named)


def opened_by_one_who_stepped_aside() -> list[Event]:
    """Closed; then the reporter writes, and who first says that it is opened has stepped aside before."""
    seq = iter(range(1, 20))
    events: list[Event] = []

    def say(author: str, kind: str, body: dict[str, Any]) -> str:
        to = [REPORTER] if kind == "stored" else [REPORTER, *INVESTIGATORS]
        parents = [one.id for one in events[-1:]]
        made = Draft(kind, author, to, body, TODAY, bytes(16), bytes(32), next(seq), parents).sign(SEED)
        events.append(made)
        return b64(made.id)

    letter, report, message = (b64(bytes([number]) * 32) for number in range(3))
    say(REPORTER, "stored", {"events": [report], "letter": letter})
    action, arguments = PROPOSED[0]
    proposal = say(FIRST, "proposal", {"action": action, "arguments": arguments, "heard": letter})
    say(SECOND, "approval", {"of": proposal})
    say(THIRD, "recusal", {})
    say(THIRD, "opened", {"events": [message], "letter": letter})
    say(REPORTER, "stored", {"events": [message], "letter": letter})
    return events


def answered_how_it_went(*, raises: bool) -> list[Event]:
    """Closed; then the reporter answers, which the intake cell tells by ``view-sent`` alone."""
    events = opened_by_one_who_stepped_aside()[:3]
    body = {"moment": "closing", "raises": raises}
    sent = Draft(
        "view-sent",
        REPORTER,
        [REPORTER, *INVESTIGATORS],
        body,
        TODAY,
        bytes(16),
        bytes(32),
        20,
        [events[-1].id],
    ).sign(SEED)
    named = {"events": sorted([b64(sent.id), b64(bytes([9]) * 32)]), "letter": b64(bytes(32))}
    stored = Draft("stored", REPORTER, [REPORTER], named, TODAY, bytes(16), bytes(32), 21, [sent.id]).sign(
        SEED
    )
    return [*events, sent, stored]


def told(events: list[Event]) -> dict[str, Any]:
    """What Python makes of a thread, as the reporter's half sees it."""
    sightings = [Sighting(one, bytes(32), TODAY, direct=False) for one in events]
    case = fold(bytes(32), sightings, PEOPLE, view=View.REPORTER)
    present = [one for one in sorted(PEOPLE.investigators) if one not in case.excluded]
    story = tell(case, 7, 3)
    return {
        "events": [[one.json.hex(), one.signature.hex()] for one in events],
        "order": [[entry.event.id.hex(), entry.day.isoformat()] for entry in case.timeline],
        "excluded": sorted(case.excluded),
        "aside": len(events) - len(case.timeline),
        "state": case.state,
        "handlers": sorted(case.handlers),
        "listeners": sorted(case.course.listeners_among(present)),
        "since": case.standing.day.isoformat() if case.standing else None,
        "received": case.received.isoformat() if case.received else None,
        "opened": case.opened.isoformat() if case.opened else None,
        "story": written(story) if story else None,
        "asks": [asks(case, day) or None for day in (TODAY, LATER)],
    }


def written(story: Story) -> dict[str, Any]:
    """A story as the browser has it."""

    def day(one: date | None) -> str | None:
        return one.isoformat() if one else None

    def due(one: Due) -> dict[str, Any]:
        return {"due": day(one.due), "done": day(one.done)}

    def line(one: Line) -> dict[str, Any]:
        kinds: dict[str, dict[str, Any]] = {
            OWN: {"isFirst": one.first, "isView": one.view},
            REPLY: {"author": one.author, "text": one.text},
            STATUS: {"state": one.state},
        }
        return {"kind": one.kind, "day": day(one.day), **kinds[one.kind]}

    return {
        "stored": day(story.stored),
        "received": day(story.received),
        "opened": day(story.opened),
        "state": story.state,
        "since": day(story.since),
        "outcome": story.outcome,
        "reason": story.reason,
        "firstAnswer": due(story.first_answer),
        "feedback": due(story.feedback) if story.feedback else None,
        "lines": [line(one) for one in story.lines],
    }


def test_both_languages_tell_the_same_story() -> None:
    chaos = Chaos(seed=20261126)
    threads = [told(chaos.thread()) for _ in range(THREADS - 4)]
    threads.append(told(opened_by_one_who_stepped_aside()))
    assert threads[-1]["state"] == "received", "new words open the case again"
    threads.append(told(opened_by_one_who_stepped_aside()[:3]))
    assert threads[-1]["asks"] == ["closing", "later"]
    threads.append(told(answered_how_it_went(raises=True)))
    assert (threads[-1]["state"], threads[-1]["asks"]) == ("received", [None, None])
    threads.append(told(answered_how_it_went(raises=False)))
    assert (threads[-1]["state"], threads[-1]["asks"]) == ("closed", [None, "later"])
    assert threads[-1]["story"]["lines"][-1]["isView"]
    lines = [line for one in threads if one["story"] for line in one["story"]["lines"]]
    assert REPORTER not in [line.get("author") for line in lines], "the reporter answers nobody"
    assert {one["state"] for one in threads} >= {"received", "acting", "closed"}
    assert any(one["handlers"] for one in threads)
    assert any(set(one["handlers"]) & set(one["excluded"]) for one in threads), "left out after narrowing"
    assert any(not set(one["handlers"]) <= set(one["listeners"]) for one in threads), "handlers gone"
    given = {
        "today": TODAY.isoformat(),
        "later": LATER.isoformat(),
        "until": {k: v.isoformat() for k, v in PEOPLE.until.items()},
        "threads": threads,
    }
    given |= {"investigators": sorted(PEOPLE.investigators)}
    assert f"{THREADS} threads are the same" in typescript("client/test/same-fold.ts", given)
