"""A case is the fold of a thread's set of events: same events, same case, in whatever order they came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from reporting_app.cases import clocks
from reporting_app.cases.course import CLOSED, RECEIVED, Course, People, Standing, View
from reporting_app.cases.order import Entry, SetAside, Sighting, earliest, in_order, place_of
from reporting_app.cases.together import Decision
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Event

ID_DIGITS = 20
LEAST_READERS = 2


@dataclass(frozen=True)
class Case:
    """What an investigator works with. Every field follows from the events alone.

    ``numbers`` are the highest that each author has used, in what is set aside too.
    """

    thread: bytes
    timeline: tuple[Entry, ...]
    set_aside: tuple[SetAside, ...]
    missing: frozenset[bytes]
    course: Course = field(repr=False)
    numbers: Mapping[str, int] = field(repr=False)

    @property
    def id(self) -> str:
        """Twenty hexadecimal digits (80 bits), so that nobody can make a case that hides another."""
        return id_of(self.thread)

    @property
    def events(self) -> list[Event]:
        return [entry.event for entry in self.timeline]

    def without(self, events: Collection[bytes]) -> Case:
        """The case as those see it who do not have these events."""
        timeline = tuple(entry for entry in self.timeline if entry.event.id not in events)
        if len(timeline) == len(self.timeline):
            return self
        course = Course(self.course.people, self.excluded, self.course.view).run(timeline)
        return Case(self.thread, timeline, self.set_aside, self.missing, course, self.numbers)

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

    @property
    def excluded(self) -> frozenset[str]:
        """Whom the reporter left out. Exclusions add up and never lapse."""
        return self.course.excluded

    @property
    def able(self) -> frozenset[str]:
        """Whoever has been able to read some of it. What somebody has read stays read."""
        return frozenset(self.course.able)

    @property
    def handlers(self) -> frozenset[str]:
        """To whom two together have narrowed the case; empty while it is open to all its readers."""
        return self.course.handlers

    @property
    def is_narrow(self) -> bool:
        """Whether the handlers alone read what is new."""
        return len(self.readers) >= LEAST_READERS and self.readers <= self.handlers

    @property
    def recused(self) -> frozenset[str]:
        """Those who have stepped aside."""
        return frozenset(self.course.recused)

    @property
    def readers(self) -> frozenset[str]:
        """To whom new words go: the handlers while two are left, else all whom the case was opened to."""
        return self.course.readers

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

    @property
    def standing(self) -> Standing | None:
        """The state that somebody set, or None: then the case is received, or reopened by new words."""
        return self.course.standing

    @property
    def state(self) -> str:
        return self.standing.state if self.standing else RECEIVED

    @property
    def reopened(self) -> bool:
        return self.standing is None and self.course.reopened

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was proposed to two together, as it stands now, the oldest first."""
        return [self.course.standing_of(one) for one in self.course.decisions.values()]

    @cached_property
    def decisions_from_outside(self) -> list[Decision]:
        """The same for somebody whom the reporter's words do not reach: they cannot know of news."""
        course = Course(self.course.people, self.excluded, View.ASKED).run(self.timeline)
        return [course.standing_of(one) for one in course.decisions.values()]

    @cached_property
    def first_answer(self) -> date | None:
        """The day a person first answered; an automatic cell never counts."""
        return next((e.day for e in self.timeline if clocks.is_answer(e.event)), None)

    @cached_property
    def clocks(self) -> clocks.Clocks:
        closed = self.standing.day if self.standing and self.state == CLOSED else None
        triaged = next((e.day for e in self.timeline if clocks.is_triage(e.event)), None)
        return clocks.Clocks(self.received, self.first_answer, closed, triaged)


def id_of(thread: bytes) -> str:
    """What a case of this thread (32 bytes) is called."""
    return thread.hex()[:ID_DIGITS]


def fold(
    thread: bytes,
    sightings: Iterable[Sighting],
    people: People,
    set_aside: Iterable[SetAside] = (),
    *,
    view: View = View.MEMBER,
) -> Case:
    """The case that these events make. ``sightings`` may repeat events and come in any order."""
    aside = sorted(set(set_aside), key=lambda one: (one.reason, one.detail, one.letter))
    known = earliest(sightings)
    ordered = in_order(known)
    excluded, unheard = _exclusions([(sighting.event, day) for sighting, day in ordered], people)
    kept, refused = _apply_rules(ordered, excluded, unheard)
    course = Course(people, frozenset(excluded), view).run(kept)
    timeline = tuple(entry for entry in kept if entry.event.id not in course.refused)
    missing = {parent for s in known.values() for parent in s.event.parents} - set(known)
    numbers: dict[str, int] = {}
    for event in (sighting.event for sighting in known.values()):
        numbers[event.author] = max(numbers.get(event.author, 0), event.seq)
    all_aside = (*aside, *refused, *course.refused.values())
    return Case(thread, timeline, all_aside, frozenset(missing), course, numbers)


def _apply_rules(
    ordered: Sequence[tuple[Sighting, date]], excluded: Collection[str], unheard: Collection[bytes]
) -> tuple[list[Entry], list[SetAside]]:
    numbers: dict[tuple[str, int], set[bytes]] = {}
    for sighting, _ in ordered:
        event = sighting.event
        numbers.setdefault((event.author, event.seq), set()).add(event.id)
    # The one that came first: whoever finds the receipt later cannot put another in its place.
    reports = [s for s, _ in ordered if s.event.kind == "report"]
    report = min(reports, key=place_of, default=None)
    kept: list[Entry] = []
    refused: list[SetAside] = []
    for sighting, day in ordered:
        event = sighting.event
        if event.author in excluded:
            why = f"{event.author} is left out of this case"
            refused.append(SetAside("author", why, sighting.letter, event))
        elif event.id in unheard:
            why = "an exclusion that would leave nobody to read"
            refused.append(SetAside("audience", why, sighting.letter, event))
        elif event.kind == "report" and sighting is not report:
            refused.append(SetAside("kind", "a second report in one thread", sighting.letter, event))
        else:
            equivocal = len(numbers[(event.author, event.seq)]) > 1
            misdated = event.day != sighting.believed_day
            kept.append(Entry(event, sighting.letter, day, equivocal, misdated))
    return kept, refused


def _exclusions(ordered: Sequence[tuple[Event, date]], people: People) -> tuple[set[str], set[bytes]]:
    """``(members left out, ids of exclusions not followed)``.

    An exclusion that would leave fewer than two of the investigators there that day to whom the reporter has
    written is not followed: whoever finds a receipt must not be able to silence a case with it.
    """
    own = [(event, day) for event, day in ordered if event.author == REPORTER]
    named = {reader for event, _ in own for reader in event.audience} & people.investigators
    excluded: set[str] = set()
    unheard: set[bytes] = set()
    for event, day in own:
        if event.kind == "exclusion":
            wished = excluded | set(event.body["exclude"])
            if len((named & people.present(day)) - wished) < LEAST_READERS:
                unheard.add(event.id)
            else:
                excluded = wished
    return excluded, unheard
