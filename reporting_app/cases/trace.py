"""The trace of a case: who did what, and what of it can be seen not to hold (docs/protocol.md §3, "Trace").

Signatures are checked before anything is folded. What is left to check is that nothing is missing between the
acts that are here: each author numbers their own, and each act names those that its author knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry, SetAside
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.event import REPORTER, Event
from reporting_app.crypto.hashing import Label, derive
from reporting_app.crypto.members import spoken

GAP, UNKNOWN, TWICE, BACKWARDS, MISDATED = "gap", "unknown", "twice", "backwards", "misdated"
# What panels say by themselves, and what carries no words: not worth telling that it was read.
AUTOMATIC = ("exclusion", "opened", "read", "relay", "reseal", "stored", "view-sent")


@dataclass(frozen=True)
class Finding:
    """Something that does not hold, at the event of id ``at``, by ``author``.

    GAP: the author's numbers ``first`` to ``last``, just before this one, are not here. UNKNOWN: the event
    builds on ``ids``, which are not here. TWICE: ``ids`` have the same number. BACKWARDS: the event builds on
    the author's own number ``last``, which is higher. MISDATED: the claimed day cannot be.
    """

    what: str
    at: bytes
    author: str
    first: int = 0
    last: int = 0
    ids: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Act:
    """One event of the case; ``about`` are ids of the events that it answers, opens, reads or hands on."""

    entry: Entry
    about: tuple[bytes, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Trace:
    """``acts`` stand in the order of the case. ``findings`` are also those at events that were set aside."""

    thread: bytes
    acts: tuple[Act, ...]
    findings: tuple[Finding, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all that is here fits together; what nothing here builds on can be missing all the same."""
        return not self.findings and not self.set_aside

    @cached_property
    def code(self) -> str:
        """120 bits to compare by voice: the same for whoever has the same acts.

        Without what handed on old words: who came later does not have it.
        """
        ids = sorted(event.id for event in self.by_id.values() if event.kind != "reseal")
        return spoken(derive(Label.TRACE, self.thread, b"".join(ids), 15))

    @cached_property
    def by_id(self) -> Mapping[bytes, Event]:
        return {act.entry.event.id: act.entry.event for act in self.acts}


def trace_of(case: Case) -> Trace:
    """The acts of a case and what does not hold among them."""
    signed = [one.event for one in case.set_aside if one.event]
    known = {event.id: event for event in (*case.events, *signed)}
    about = {name: _about(event) for name, event in known.items()}
    findings = (
        *_gaps(known.values()),
        *_unknown(known, about),
        *_twice(known.values()),
        *_backwards(known),
        *(Finding(MISDATED, e.event.id, e.event.author) for e in case.timeline if e.misdated),
    )
    at: dict[bytes, tuple[Finding, ...]] = {}
    for one in findings:
        at[one.at] = (*at.get(one.at, ()), one)
    acts = (Act(entry, about[entry.event.id], at.get(entry.event.id, ())) for entry in case.timeline)
    return Trace(case.thread, tuple(acts), findings, case.set_aside)


def told_read(events: Iterable[Event], member: str) -> set[bytes]:
    """Ids of what ``member`` has said in a case to have read."""
    own = (one for one in events if one.kind == "read" and one.author == member)
    return {name for one in own for name in _about(one)}


def _about(event: Event) -> tuple[bytes, ...]:
    if event.kind in ("opened", "read", "reseal"):
        named = event.body["events"]
    else:
        named = [event.body["of"]] if event.kind in ("approval", "decline", "relay") else []
    return tuple(dict.fromkeys(unb64(name, 32) for name in named))


def _gaps(known: Iterable[Event]) -> Iterable[Finding]:
    """Members number from 1 without a gap. A reporter's numbers jump from day to day and tell nothing."""
    numbers: dict[str, dict[int, bytes]] = {}
    for event in known:
        if event.author != REPORTER:
            numbers.setdefault(event.author, {})[event.seq] = event.id
    for author, own in sorted(numbers.items()):
        before = 0
        for number, name in sorted(own.items()):
            if number > before + 1:
                yield Finding(GAP, name, author, before + 1, number - 1)
            before = number


def _unknown(known: Mapping[bytes, Event], about: Mapping[bytes, Iterable[bytes]]) -> Iterable[Finding]:
    for name, event in known.items():
        missing = {*event.parents, *about[name]} - known.keys()
        if missing:
            yield Finding(UNKNOWN, name, event.author, ids=tuple(sorted(missing)))


def _twice(known: Iterable[Event]) -> Iterable[Finding]:
    numbered: dict[tuple[str, int], list[bytes]] = {}
    for event in known:
        numbered.setdefault((event.author, event.seq), []).append(event.id)
    for (author, number), names in numbered.items():
        for name in names if len(names) > 1 else ():
            others = tuple(sorted(set(names) - {name}))
            yield Finding(TWICE, name, author, number, number, others)


def _backwards(known: Mapping[bytes, Event]) -> Iterable[Finding]:
    """Events of members that come after a higher number of their own: it was put in afterwards."""
    if _is_straight(known):
        return
    highest: dict[bytes, dict[str, int]] = {}
    before = {name: [one for one in event.parents if one in known] for name, event in known.items()}
    for name in TopologicalSorter(before).static_order():
        event = known[name]
        reached: dict[str, int] = {}
        for parent in before[name]:
            for author, number in highest[parent].items():
                reached[author] = max(reached.get(author, 0), number)
        own = reached.get(event.author, 0)
        if own > event.seq and event.author != REPORTER:
            yield Finding(BACKWARDS, name, event.author, event.seq, own)
        highest[name] = {**reached, event.author: max(own, event.seq)}


def _is_straight(known: Mapping[bytes, Event]) -> bool:
    """Whether parents stand before children and numbers ascend: most cases, and quickly seen."""
    passed: set[bytes] = set()
    last: dict[str, int] = {}
    for name, event in known.items():
        early = any(parent in known and parent not in passed for parent in event.parents)
        if early or event.seq < last.get(event.author, 0):
            return False
        passed.add(name)
        last[event.author] = event.seq
    return True
