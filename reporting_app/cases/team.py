"""What investigators tell one another about their own work: absences with cover, and the team's text blocks.

Events of a thread of its own (docs/protocol.md §3, "The team's thread"), sealed to all investigators.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Posting
from reporting_app.cases.order import Entry
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, submission
from reporting_app.crypto import event, letter
from reporting_app.crypto.encoding import Json, parse_day
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import INVESTIGATOR

# What panels say by themselves.
AUTOMATIC = ("opened", "read", "relay")


@dataclass(frozen=True)
class Absence:
    """Somebody is away from ``first`` to ``last``, both included; ``cover`` looks after their cases."""

    member: str
    first: date
    last: date
    cover: frozenset[str]

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Template:
    """A text to begin an answer with, and who wrote it last. ``event`` is the id of where they did."""

    id: str
    title: str
    text: str
    author: str
    day: date
    event: bytes


@dataclass(frozen=True)
class Staff:
    """Who is at work on one day, for one of them.

    ``current`` are the investigators one may seal to then; ``covered`` those whose cases this one looks
    after.
    """

    current: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    covered: frozenset[str] = frozenset()

    def looks_after(self, case: Case) -> bool:
        """Whether it is the case of somebody whom this one covers for."""
        return bool(self.covered) and not self.covered.isdisjoint(in_charge(case))

    def leaves_alone(self, case: Case) -> bool:
        """Whether everybody to whom new words of an open case go is away."""
        if not self.away or case.state == CLOSED:
            return False
        readers = case.course.readers_among(self.current)
        return bool(readers) and readers <= self.away


@dataclass(frozen=True)
class Gap:
    """What an absence leaves open in one case: nobody at work at some time, or a cover who cannot read it."""

    case: Case
    nobody: bool
    blind: frozenset[str]


@dataclass(frozen=True)
class Team:
    """``absences`` holds each investigator's latest word; one that ended before it began is none.

    An absence gives nobody a right to read: cover is a request, and who reads a case is decided in the case.
    """

    absences: Mapping[str, Absence] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)

    @classmethod
    def of(cls, folded: Case) -> Team:
        """Of investigators the latest of each counts; a text block without text is taken away.

        A witness handles no case and answers nobody, so what one says here has no effect. Cover by oneself,
        by a witness or by an invented name is no cover.
        """
        investigators = folded.course.people.investigators
        absences: dict[str, Absence] = {}
        templates: dict[str, Template] = {}
        for entry in folded.timeline:
            one = entry.event
            if one.author not in investigators:
                continue
            if one.kind == "absence":
                cover = investigators.intersection(one.body["cover"]) - {one.author}
                first, last = parse_day(one.body["first"]), parse_day(one.body["last"])
                absences[one.author] = Absence(one.author, first, last, cover)
            elif one.kind == "template":
                templates[one.body["id"]] = _template(entry)
        away = {name: one for name, one in absences.items() if one.first <= one.last}
        return cls(away, {name: one for name, one in templates.items() if one.text.strip()})

    def away(self, day: date) -> frozenset[str]:
        """Ids of those who are away on ``day``."""
        return frozenset(name for name, one in self.absences.items() if one.holds(day))

    def covered_by(self, member: str, day: date) -> frozenset[str]:
        """Ids of those whose cases ``member`` looks after on ``day``."""
        absences = self.absences.items()
        return frozenset(name for name, one in absences if one.holds(day) and member in one.cover)

    def staff(self, current: Collection[str], day: date, member: str) -> Staff:
        """``current`` are the ids of the investigators in the roster."""
        everybody = frozenset(current)
        return Staff(everybody, self.away(day) & everybody, self.covered_by(member, day) & everybody)


def _template(entry: Entry) -> Template:
    one = entry.event
    return Template(one.body["id"], one.body["title"], one.body["text"], one.author, entry.day, one.id)


def in_charge(case: Case) -> frozenset[str]:
    """The handlers; of a case that is open to all its readers, those who have done something in it."""
    acts = frozenset(one.author for one in case.events if one.kind not in AUTOMATIC)
    return (case.handlers if case.is_narrow else acts) & case.readers


def gaps(cases: Collection[Case], absence: Absence, team: Team, current: Collection[str]) -> list[Gap]:
    """Where the absence leaves an open case of its member's alone, or to a cover who cannot read it.

    ``current`` are the ids of the investigators in the roster. A case is the member's when they are in charge
    of it, or the last of its readers at work.
    """
    others = [one for one in team.absences.values() if one.member != absence.member]
    # Nobody goes away on other days than these.
    days = {absence.first} | {one.first for one in others if absence.holds(one.first)}
    away = [frozenset(one.member for one in others if one.holds(day)) | {absence.member} for day in days]
    found = []
    for case in cases:
        readers = case.course.readers_among(current)
        if case.state == CLOSED or absence.member not in readers:
            continue
        nobody = any(readers <= gone for gone in away)
        blind = absence.cover - readers if absence.member in in_charge(case) else frozenset()
        if nobody or blind:
            found.append(Gap(case, nobody, blind))
    return found


def compose(keys: MemberKeys, setting: Setting, folded: Case, kind: str, body: Mapping[str, Json]) -> Posting:
    """One event of the team's thread, to every investigator. Raises Refused("schema", "length")."""
    current = [one.id for one in setting.roster.with_role(INVESTIGATOR, setting.today)]
    pen = Pen(keys.member, keys.sign_seed, event.team_thread(setting.deployment_id), setting)
    seq = 1 + folded.numbers.get(keys.member, 0)
    said = pen.sign(kind, body, current, seq, event.newest(folded.events))
    sealed = letter.seal_letter(setting.frame, setting.readers(current), letter.members_content([said]))
    return Posting(submission(setting, sealed, blank_intake_cell(setting)), (), said)
