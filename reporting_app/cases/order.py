"""Events in their order: what came before stands first (docs/protocol.md §3), as in client/src/order.ts."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.event import Event

CLOCK_SKEW = timedelta(days=1)


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
        latest = min(self.event.day, self.latest_day)
        return max(latest, _shifted(self.site_day, -CLOCK_SKEW)) if self.direct else latest

    @property
    def latest_day(self) -> date:
        """No event was made after this day."""
        return _shifted(self.site_day, CLOCK_SKEW)


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
    """Something that the rules do not carry. Shown, never dropped.

    ``event`` is there when its author did sign it.
    """

    reason: str
    detail: str
    letter: bytes
    event: Event | None = field(default=None, compare=False, repr=False)


def earliest(sightings: Iterable[Sighting]) -> dict[bytes, Sighting]:
    """Each event once, by its id: as the site held it first."""
    known: dict[bytes, Sighting] = {}
    for sighting in sightings:
        before = known.get(sighting.event.id)
        if before is None or place_of(sighting) < place_of(before):
            known[sighting.event.id] = sighting
    return known


def place_of(sighting: Sighting) -> tuple[bool, date, bytes]:
    """Ascending: what the site held first."""
    return not sighting.direct, sighting.site_day, sighting.letter


def _shifted(day: date, by: timedelta) -> date:
    """``day`` moved, staying within what a calendar can say."""
    try:
        return day + by
    except OverflowError:
        return day


def in_order(known: Mapping[bytes, Sighting]) -> list[tuple[Sighting, date]]:
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
        # In the reporter's view a proposal and its approval often have nothing between them.
        named = [*event.parents, unb64(event.body["of"], 32)] if event.kind == "approval" else event.parents
        parents = {p if p in known else stands_in.get(b64(p), name) for p in named}
        before[name] = parents - {name}
    for numbers in by_number.values():
        late = _late(numbers, known)
        lower: list[bytes] = []
        for number in sorted(numbers):
            for name in numbers[number]:
                before[name] |= set(lower)
            lower = [name for name in numbers[number] if name not in late] or lower
    return before


def _late(numbers: Mapping[int, Sequence[bytes]], known: Mapping[bytes, Sighting]) -> set[bytes]:
    """What came after something of the same author with a higher number: nobody gets in before what stands
    by keeping a number back."""
    late: set[bytes] = set()
    earliest = date.max
    for number in sorted(numbers, reverse=True):
        group = [known[name] for name in numbers[number]]
        late |= {one.event.id for one in group if one.believed_day > earliest}
        earliest = min([earliest, *(one.latest_day for one in group if one.direct)])
    return late
