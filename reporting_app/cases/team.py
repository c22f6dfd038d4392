"""What investigators tell one another about their own work: absences with cover, and the team's text blocks.

Events of a thread of its own (docs/protocol.md §3, "The team's thread"), sealed to all investigators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reporting_app.cases.fold import Case
from reporting_app.cases.member import Posting
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, submission
from reporting_app.crypto import event, letter
from reporting_app.crypto.encoding import Json, parse_day
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import INVESTIGATOR

KINDS = ("absence", "template")


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
    """A text to begin an answer with, and who wrote it last."""

    id: str
    title: str
    text: str
    author: str


@dataclass(frozen=True)
class Team:
    """``absences`` holds each member's latest word; an absence that ended before it began is none."""

    absences: Mapping[str, Absence]
    templates: Mapping[str, Template]

    @classmethod
    def of(cls, folded: Case) -> Team:
        """The latest of each counts; a text block without text is taken away."""
        absences: dict[str, Absence] = {}
        templates: dict[str, Template] = {}
        for one in folded.events:
            if one.kind == "absence":
                first, last = parse_day(one.body["first"]), parse_day(one.body["last"])
                absences[one.author] = Absence(one.author, first, last, frozenset(one.body["cover"]))
            elif one.kind == "template":
                name = str(one.body["id"])
                templates[name] = Template(name, str(one.body["title"]), str(one.body["text"]), one.author)
        away = {name: one for name, one in absences.items() if one.first <= one.last}
        return cls(away, {name: one for name, one in templates.items() if one.text.strip()})

    def away(self, day: date) -> frozenset[str]:
        """Ids of those who are away on ``day``."""
        return frozenset(name for name, one in self.absences.items() if one.holds(day))

    def covered_by(self, member: str, day: date) -> frozenset[str]:
        """Ids of those whose cases ``member`` looks after on ``day``."""
        absences = self.absences.items()
        return frozenset(name for name, one in absences if one.holds(day) and member in one.cover)


def compose(keys: MemberKeys, setting: Setting, folded: Case, kind: str, body: Mapping[str, Json]) -> Posting:
    """One event of the team's thread, to every investigator. Raises Refused("schema", "length")."""
    current = [one.id for one in setting.roster.with_role(INVESTIGATOR, setting.today)]
    pen = Pen(keys.member, keys.sign_seed, event.team_thread(setting.deployment_id), setting)
    seq = 1 + folded.numbers.get(keys.member, 0)
    said = pen.sign(kind, body, current, seq, event.newest(folded.events))
    sealed = letter.seal_letter(setting.frame, setting.readers(current), letter.members_content([said]))
    return Posting(submission(setting, sealed, blank_intake_cell(setting)), (), said)
