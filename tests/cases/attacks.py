"""What somebody may post in a thread that no rule carries, each with the reason that must be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.cases import proposals
from reporting_app.crypto import letter
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import EPOCH, NUMBERS_A_DAY, REPORTER, Draft, Event
from reporting_app.crypto.receipt import ReporterKeys, ThreadBlock
from tests.deployment import TODAY, World, make_world

HONEST = ("utredare-1", "utredare-2")
INSIDER = "utredare-3"
READERS = (*HONEST, INSIDER)
LEFT, LAST_DAY = "utredare-4", date(2026, 6, 30)


def world_after_a_farewell() -> World:
    """utredare-4 left in June; every other member is still there."""
    world = make_world((*READERS, LEFT, "tillsyn-1"))
    left = proposals.propose_roster(world.chain, world.chain.deployment, [], [LEFT], LAST_DAY)
    world.chain = world.chain.append(world.signed(left))
    return world


WORLD = world_after_a_farewell()
ELSEWHERE = make_world()


class Thread:
    """Makes events as anybody might, honest or not, and seals them to all readers."""

    def __init__(self, keys: ReporterKeys) -> None:
        self.keys, self.day = keys, TODAY
        self.words = 0

    def event(self, author: str, kind: str, body: dict[str, Any], seq: int, **how: Any) -> Event:
        seeds = {REPORTER: self.keys.sign_seed} | {name: one.sign_seed for name, one in WORLD.keys.items()}
        fields: dict[str, Any] = {
            "audience": READERS,
            "day": self.day,
            "deployment": WORLD.chain.deployment,
            "thread": self.keys.thread.thread_id,
            "parents": (),
        }
        fields |= {key: value for key, value in how.items() if key != "seed"}
        made = Draft(kind=kind, author=author, body=body, seq=seq, **fields)
        return made.sign(how.get("seed") or seeds[author])

    def text(self) -> str:
        self.words += 1
        return f"Mening {self.words}."

    def note(self, author: str, seq: int = 50, **how: Any) -> Event:
        return self.event(author, "note", {"text": self.text()}, seq, **how)

    def message(self, author: str, seq: int = 50, **how: Any) -> Event:
        return self.event(author, "message", {"parcels": [], "text": self.text()}, seq, **how)

    def sealed(self, events: Iterable[Event], block: ThreadBlock | None = None) -> bytes:
        setting, wires = WORLD.setting(TODAY), [one.wire for one in events]
        inner = (block or self.keys.thread).wire + bytes([len(wires)]) + b"".join(wires)
        content = bytes([letter.THREAD_CONTENT]) + len(inner).to_bytes(2, "big") + inner
        return letter.seal_letter(setting.frame, setting.readers(READERS), content)


# What somebody may post that no rule carries, and the reason that must be shown.
@dataclass(frozen=True)
class Carried:
    reseal: Event
    letter: bytes


Attack = Callable[[Thread], Event | bytes | Carried]
ATTACKS: dict[str, tuple[str, Attack]] = {
    "a colleague's name": ("signature", lambda t: t.note(HONEST[1], seed=WORLD.keys[INSIDER].sign_seed)),
    "the reporter's name": ("signature", lambda t: t.message(REPORTER, seed=WORLD.keys[INSIDER].sign_seed)),
    "a stranger": ("author", lambda t: t.note("stranger", seed=bytes(32))),
    "who has left": ("author", lambda t: t.note(LEFT)),
    "who has left, dated back": ("author", lambda t: t.note(LEFT, day=LAST_DAY)),
    "another audience": ("audience", lambda t: t.note(INSIDER, audience=[INSIDER])),
    "a note to the reporter": ("audience", lambda t: t.note(INSIDER, audience=[*READERS, REPORTER])),
    "stored, told to members": (
        "audience",
        lambda t: t.event(REPORTER, "stored", {"events": [], "letter": b64(bytes(32))}, number(t)),
    ),
    "a report by a member": ("kind", lambda t: t.event(INSIDER, "report", WORLD.report_body(), 50)),
    "a note by the reporter": ("kind", lambda t: t.note(REPORTER, number(t))),
    "a second report": (
        "kind",
        lambda t: t.event(REPORTER, "report", WORLD.report_body(t.text()), number(t)),
    ),
    "a form that is none": ("schema", lambda t: t.event(INSIDER, "note", {"words": t.text()}, 50)),
    "closed by one": (
        "schema",
        lambda t: t.event(INSIDER, "status", {"reason": "", "state": "closed"}, 50),
    ),
    "numbers used up": ("schema", lambda t: t.message(REPORTER, number(t) + 4 * NUMBERS_A_DAY)),
    "nobody left to read": (
        "audience",
        lambda t: t.event(REPORTER, "exclusion", {"exclude": list(HONEST)}, number(t)),
    ),
    "another thread": ("thread", lambda t: t.note(HONEST[0], thread=bytes(32))),
    "another thread's secrets": ("thread", lambda t: t.sealed([t.note(HONEST[0])], stolen(t))),
    "another deployment": ("deployment", lambda t: t.note(HONEST[0], deployment=ELSEWHERE.chain.deployment)),
    "a changed body": ("body", lambda t: t.sealed([])[:-40] + bytes(40)),
    "carried: forged": (
        "signature",
        lambda t: carried(t, t.note(HONEST[0], audience=READERS, seed=bytes(32))),
    ),
    "carried: another thread": ("thread", lambda t: carried(t, t.note(HONEST[0], thread=bytes(32))).letter),
    "carried: not theirs to carry": ("audience", lambda t: carried(t, t.note(HONEST[0], audience=[LEFT]))),
    "carried: by a forged reseal": (
        "signature",
        lambda t: t.event(
            HONEST[0], "reseal", {"events": [], "reason": t.text()}, 60, seed=WORLD.keys[INSIDER].sign_seed
        ),
    ),
    "carried: who has left": ("author", lambda t: carried(t, t.note(LEFT, day=LAST_DAY))),
}


def number(thread: Thread) -> int:
    """A number that the reporter may use that day, another each time: the same event twice is one event."""
    thread.words += 1
    return NUMBERS_A_DAY * (thread.day - EPOCH).days + 200 + thread.words


def stolen(thread: Thread) -> ThreadBlock:
    """The reporter's own keys under another secret, which makes another thread."""
    own = thread.keys.thread
    return ThreadBlock(bytes(32), own.sign_public, own.kem_public)


def carried(thread: Thread, inner: Event) -> Carried:
    """A letter in which the insider hands on ``inner``, and the reseal that says so."""
    reseal = thread.event(INSIDER, "reseal", {"events": [b64(inner.id)], "reason": thread.text()}, 60)
    return Carried(reseal, thread.sealed([reseal, inner]))
