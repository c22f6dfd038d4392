"""A case is the fold of a thread's set of events: same events, same case, in whatever order they came."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from reporting_app.cases import clocks
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Event

CLOCK_SKEW = timedelta(days=1)
ID_DIGITS = 20
LEAST_READERS = 2


@dataclass(frozen=True)
class Sighting:
    """A verified event, and the first day the site held a letter with it.

    ``direct`` is false for what was carried later, by a reseal, or seen in a cell, which has no day:
    then only the latest day it can be of is known.
    """

    event: Event
    letter: bytes
    site_day: date
    direct: bool = True

    @property
    def believed_day(self) -> date:
        """The claimed day, as far as the site's day allows: nobody backdates an answer or a report."""
        latest = min(self.event.day, _shifted(self.site_day, CLOCK_SKEW))
        return max(latest, _shifted(self.site_day, -CLOCK_SKEW)) if self.direct else latest


@dataclass(frozen=True)
class Entry:
    """One event in its place on the case's timeline."""

    event: Event
    letter: bytes
    day: date
    equivocal: bool
    misdated: bool


@dataclass(frozen=True)
class SetAside:
    """Something that the rules do not carry. Shown, never dropped."""

    reason: str
    detail: str
    letter: bytes


@dataclass(frozen=True)
class Case:
    """What an investigator works with. Every field follows from the events alone."""

    thread: bytes
    timeline: tuple[Entry, ...]
    set_aside: tuple[SetAside, ...]
    missing: frozenset[bytes]

    @property
    def id(self) -> str:
        """Twenty hexadecimal digits (80 bits), so that nobody can make a case that hides another."""
        return self.thread.hex()[:ID_DIGITS]

    @property
    def events(self) -> list[Event]:
        return [entry.event for entry in self.timeline]

    @cached_property
    def report(self) -> Entry | None:
        """The report, or None while its letter has not arrived."""
        return next((e for e in self.timeline if e.event.kind == "report"), None)

    @cached_property
    def received(self) -> date | None:
        """The day of the report; while it has not arrived, of the first that the reporter said."""
        own = next((e for e in self.timeline if e.event.author == REPORTER), None)
        entry = self.report or own or (self.timeline[0] if self.timeline else None)
        return entry.day if entry else None

    @cached_property
    def excluded(self) -> frozenset[str]:
        """Whom the reporter left out. Exclusions add up and never lapse."""
        exclusions = (e.event.body["exclude"] for e in self.timeline if e.event.kind == "exclusion")
        return frozenset(member for exclude in exclusions for member in exclude)

    @cached_property
    def readers(self) -> frozenset[str]:
        """Those to whom the reporter has written, and those a reader has resealed to."""
        opening = [e.event for e in self.timeline if e.event.author == REPORTER or e.event.kind == "reseal"]
        named = frozenset(member for event in opening for member in event.audience)
        return named - self.excluded - {REPORTER}

    @cached_property
    def opened(self) -> date | None:
        """The day the first panel opened the report."""
        return next((e.day for e in self.timeline if e.event.kind == "opened"), None)

    @cached_property
    def unopened(self) -> list[Entry]:
        """What the reporter sent that no signed ``opened`` names yet."""
        named = {name for e in self.timeline if e.event.kind == "opened" for name in e.event.body["events"]}
        said = [e for e in self.timeline if e.event.author == REPORTER]
        return [e for e in said if b64(e.event.id) not in named]

    @cached_property
    def status(self) -> Entry | None:
        """The status event that holds, or None: then the case is received, or reopened by new words."""
        own = [one for one in self.events if one.author == REPORTER]
        seen = {b64(one.id) for one in self.events if one.kind != "exclusion"}
        vouched = {b64(one.id) for one in own}
        vouched |= {name for one in own if one.kind == "stored" for name in one.body["events"]}
        named: set[str] = set()
        holding: Entry | None = None
        for entry in self.timeline:
            event = entry.event
            is_news = event.author == REPORTER and event.kind in ("message", "view")
            if event.kind in ("stored", "opened"):
                # In the reporter's own view their words are unseen: a further letter stands for them.
                fresh = (set(event.body["events"]) & vouched) - named
                is_news = bool(named) and bool(fresh) and not fresh & seen
                named |= fresh
            if event.kind == "status":
                holding = entry
            elif is_news and holding and holding.event.body["state"] == "closed":
                holding = None
        return holding

    @property
    def state(self) -> str:
        return str(self.status.event.body["state"]) if self.status else "received"

    @cached_property
    def reopened(self) -> bool:
        return self.status is None and any(e.event.kind == "status" for e in self.timeline)

    @cached_property
    def first_answer(self) -> date | None:
        """The day a person first answered; an automatic cell never counts."""
        return next((e.day for e in self.timeline if clocks.is_answer(e.event)), None)

    @cached_property
    def clocks(self) -> clocks.Clocks:
        closed = self.status.day if self.status and self.state == "closed" else None
        triaged = next((e.day for e in self.timeline if clocks.is_triage(e.event)), None)
        return clocks.Clocks(self.received, self.first_answer, closed, triaged)


def fold(
    thread: bytes,
    sightings: Iterable[Sighting],
    members: Collection[str],
    set_aside: Iterable[SetAside] = (),
) -> Case:
    """The case that these events make. ``sightings`` may repeat events and come in any order.

    ``members`` are all who are or were in the roster: invented names count for nothing.
    """
    aside = sorted(set(set_aside), key=lambda one: (one.reason, one.detail, one.letter))
    known = _earliest(sightings)
    ordered = _in_order(known)
    kept, refused = _apply_rules(ordered, members)
    missing = {parent for s in known.values() for parent in s.event.parents} - set(known)
    return Case(thread, tuple(kept), (*aside, *refused), frozenset(missing))


def _earliest(sightings: Iterable[Sighting]) -> dict[bytes, Sighting]:
    known: dict[bytes, Sighting] = {}
    for sighting in sightings:
        before = known.get(sighting.event.id)
        if before is None or _place(sighting) < _place(before):
            known[sighting.event.id] = sighting
    return known


def _place(sighting: Sighting) -> tuple[bool, date, bytes]:
    return not sighting.direct, sighting.site_day, sighting.letter


def _shifted(day: date, by: timedelta) -> date:
    """``day`` moved, staying within what a calendar can say."""
    try:
        return day + by
    except OverflowError:
        return day


def _in_order(known: Mapping[bytes, Sighting]) -> list[tuple[Sighting, date]]:
    """What came before stands first; the rest by effective day, then by event id (docs/protocol.md §3)."""
    before = _predecessors(known)
    after: dict[bytes, list[bytes]] = {}
    for name, earlier in before.items():
        for one in earlier:
            after.setdefault(one, []).append(name)
    waiting = {name: len(earlier) for name, earlier in before.items()}
    effective = {name: sighting.believed_day for name, sighting in known.items()}
    ready = [(effective[name], name) for name, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered: dict[bytes, date] = {}
    while len(ordered) < len(known):
        if not ready:  # an author who numbers backwards makes a ring; nobody gets stuck
            ready = [min((effective[name], name) for name in known if name not in ordered)]
        day, name = heapq.heappop(ready)
        if name in ordered:
            continue
        ordered[name] = day
        for later in after.get(name, []):
            effective[later] = max(effective[later], day)
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(ready, (effective[later], later))
    return [(known[name], day) for name, day in ordered.items()]


def _predecessors(known: Mapping[bytes, Sighting]) -> dict[bytes, set[bytes]]:
    """Parents, and what the same author numbered next lower.

    A reporter's own messages are in no cell: where one is named as parent, the ``stored`` event that
    names it stands in.
    """
    events = {name: sighting.event for name, sighting in known.items()}
    stands_in: dict[str, bytes] = {}
    by_number: dict[str, dict[int, list[bytes]]] = {}
    for name, event in sorted(events.items(), reverse=True):  # of several stand-ins the smallest id
        by_number.setdefault(event.author, {}).setdefault(event.seq, []).append(name)
        if event.kind == "stored":
            stands_in |= dict.fromkeys(event.body["events"], name)
    before: dict[bytes, set[bytes]] = {}
    for name, event in events.items():
        parents = {p if p in known else stands_in.get(b64(p), name) for p in event.parents}
        before[name] = parents - {name}
    for numbers in by_number.values():
        for lower, higher in pairwise(sorted(numbers)):
            for name in numbers[higher]:
                before[name] |= set(numbers[lower])
    return before


def _apply_rules(
    ordered: Sequence[tuple[Sighting, date]], members: Collection[str]
) -> tuple[list[Entry], list[SetAside]]:
    numbers: dict[tuple[str, int], set[bytes]] = {}
    for sighting, _ in ordered:
        event = sighting.event
        numbers.setdefault((event.author, event.seq), set()).add(event.id)
    excluded, unheard = _exclusions([sighting.event for sighting, _ in ordered], members)
    # The one that came first: whoever finds the receipt later cannot put another in its place.
    reports = [s for s, _ in ordered if s.event.kind == "report"]
    report = min(reports, key=_place, default=None)
    kept: list[Entry] = []
    refused: list[SetAside] = []
    for sighting, day in ordered:
        event = sighting.event
        if event.author in excluded:
            refused.append(SetAside("author", f"{event.author} is left out of this case", sighting.letter))
        elif event.id in unheard:
            refused.append(
                SetAside("audience", "an exclusion that would leave nobody to read", sighting.letter)
            )
        elif event.kind == "report" and sighting is not report:
            refused.append(SetAside("kind", "a second report in one thread", sighting.letter))
        else:
            equivocal = len(numbers[(event.author, event.seq)]) > 1
            misdated = event.day != sighting.believed_day
            kept.append(Entry(event, sighting.letter, day, equivocal, misdated))
    return kept, refused


def _exclusions(ordered: Sequence[Event], members: Collection[str]) -> tuple[set[str], set[bytes]]:
    """``(members left out, ids of exclusions not followed)``.

    An exclusion that would leave fewer than two of the members to whom the reporter has written is not
    followed: whoever finds a receipt must not be able to silence a case with it.
    """
    own = [event for event in ordered if event.author == REPORTER]
    named = {reader for event in own for reader in event.audience} & set(members)
    excluded: set[str] = set()
    unheard: set[bytes] = set()
    for event in own:
        if event.kind == "exclusion":
            wished = excluded | set(event.body["exclude"])
            if len(named - wished) < LEAST_READERS:
                unheard.add(event.id)
            else:
                excluded = wished
    return excluded, unheard
