"""Ballots and witnesses' messages whose authors' signatures hold (docs/protocol.md §8, §15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from reporting_app.admin.letters import Slip
from reporting_app.cases.order import CLOCK_SKEW, SetAside
from reporting_app.crypto import ballot
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.crypto.roster import RosterChain
from reporting_app.statistics import drawing
from reporting_app.statistics.drawing import Message
from reporting_app.statistics.tally import Cast

Read = TypeVar("Read")


@dataclass(frozen=True)
class Said:
    """A witness's message, the letter it came in and the day that is believed of it."""

    message: Message
    letter: bytes
    day: date


def believed(claimed: date, held: date) -> date:
    """A day that somebody wrote, as far as the day allows on which the site first held it."""
    return min(max(claimed, held - CLOCK_SKEW), held + CLOCK_SKEW)


def _cast(slip: Slip, chain: RosterChain) -> Cast:
    author, claimed = ballot.author_of(slip.wire)
    day = believed(claimed, slip.day)
    found = ballot.read(slip.wire, _key(author, day, INVESTIGATOR, chain), chain.deployment)
    return Cast(found, slip.letter, day)


def _said(slip: Slip, chain: RosterChain) -> Said:
    author, claimed = drawing.author_of(slip.wire)
    day = believed(claimed, slip.day)
    found = drawing.read(slip.wire, _key(author, day, WITNESS, chain), chain.deployment)
    return Said(found, slip.letter, day)


def _key(author: str, day: date, role: str, chain: RosterChain) -> bytes:
    key = chain.author_key(author, day)
    roles = {one.members[author].role for one in chain.versions if author in one.members}
    if roles != {role}:
        raise Refused("author", f"{author} is no {role}")
    return key


@dataclass
class Checked(Generic[Read]):
    """Slips verified once each. What breaks a rule is kept beside, never counted."""

    check: Callable[[Slip, RosterChain], Read]
    held: dict[bytes, Read] = field(default_factory=dict)
    refused: dict[bytes, SetAside] = field(default_factory=dict)
    _versions: int = 0

    def take(self, slips: Mapping[bytes, Slip], chain: RosterChain) -> list[Read]:
        """All that hold now, by letter."""
        if len(chain.versions) != self._versions:  # a new roster may know another author
            self._versions = len(chain.versions)
            self.held.clear()
            self.refused.clear()
        for gone in (self.held.keys() | self.refused.keys()) - slips.keys():
            self.held.pop(gone, None)
            self.refused.pop(gone, None)
        for name in slips.keys() - self.held.keys() - self.refused.keys():
            try:
                self.held[name] = self.check(slips[name], chain)
            except Refused as refused:
                self.refused[name] = SetAside(refused.reason, refused.detail, name)
        return list(self.held.values())


def checked_casts() -> Checked[Cast]:
    return Checked(_cast)


def checked_messages() -> Checked[Said]:
    return Checked(_said)
