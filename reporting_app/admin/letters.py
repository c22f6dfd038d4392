"""From sealed letters to verified events, and from those to cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from reporting_app.cases import schema
from reporting_app.cases.fold import Case, SetAside, Sighting, fold
from reporting_app.crypto import cell, event, kem, letter_open, shape
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.receipt import ThreadBlock
from reporting_app.crypto.roster import RosterChain


@dataclass(frozen=True)
class Watched:
    """A letter that a witness can see the existence of, and the token that marks its answers."""

    letter: bytes
    day: date
    kind: int
    token: bytes = field(repr=False)


@dataclass
class Thread:
    """What has been opened of one thread so far; ``case`` is None when it has grown since it was folded."""

    block: ThreadBlock
    sightings: list[Sighting] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    case: Case | None = None

    def folded(self, members: Collection[str]) -> Case:
        """The case, folded once for what is here now."""
        if self.case is None:
            self.case = fold(self.block.thread_id, self.sightings, members, self.set_aside)
        return self.case


class Opener:
    """Opens letters with one member's key and gathers what they hold by thread.

    Letters for others are the normal case and leave no trace. What should have been readable and
    breaks a rule is set aside and shown.
    """

    def __init__(self, keys: MemberKeys) -> None:
        self._keys = keys
        self._members: frozenset[str] = frozenset()
        self.done: dict[bytes, date] = {}
        self.threads: dict[bytes, Thread] = {}
        self.watched: dict[bytes, Watched] = {}
        self.ballots: list[letter_open.BallotReading] = []
        self.set_aside: list[SetAside] = []
        self.without_case: list[SetAside] = []

    def add(self, sealed: bytes, day: date, chain: RosterChain) -> bool:
        """Takes one letter in; True when it was new and readable."""
        name = object_id(sealed)
        if name in self.done:
            return False
        self.done[name] = day
        if chain.all_members != self._members:
            self._members = chain.all_members
            for thread in self.threads.values():
                thread.case = None
        try:
            return self._open(sealed, name, day, chain)
        except Refused as refused:
            if refused.reason != "not-for-me":
                self.set_aside.append(SetAside(refused.reason, refused.detail, name))
        except Exception as error:  # a crafted letter must not stop those that follow it
            self.set_aside.append(SetAside("unexpected", type(error).__name__, name))
        return False

    def forget(self, letters: Collection[bytes]) -> None:
        """So that they can be added again: they are held since another day, or were replaced."""
        for name in letters:
            del self.done[name]
            self.watched.pop(name, None)
        self.set_aside = [one for one in self.set_aside if one.letter not in letters]
        for thread in self.threads.values() if letters else ():
            held = [one.letter for one in thread.sightings] + [one.letter for one in thread.set_aside]
            if not set(held).isdisjoint(letters):
                thread.case = None
                thread.sightings = [one for one in thread.sightings if one.letter not in letters]
                thread.set_aside = [one for one in thread.set_aside if one.letter not in letters]

    def _open(self, sealed: bytes, name: bytes, day: date, chain: RosterChain) -> bool:
        found = letter_open.open_letter(sealed, self._keys.kem, chain.deployment)
        if isinstance(found, letter_open.Watching):
            self.watched[name] = Watched(name, day, found.kind, found.token)
        elif isinstance(found, letter_open.BallotReading):
            self.ballots.append(found)
        else:
            self._read(found, name, day, chain)
        return True

    def _read(self, found: letter_open.Reading, name: bytes, day: date, chain: RosterChain) -> None:
        if found.block.thread_id not in self.threads:
            # A thread whose reporter nobody could answer is refused as a whole.
            kem.check_public(found.block.kem_public)
        thread = self.threads.setdefault(found.block.thread_id, Thread(found.block))
        thread.case = None
        for one in found.events:
            self._take(one, thread, Sighting(one, name, day), chain)

    def _take(self, one: event.Event, thread: Thread, sighting: Sighting, chain: RosterChain) -> None:
        try:
            # A member who left cannot backdate: the day on which the site got the letter counts too.
            self._check(one, sighting.believed_day, thread.block, chain)
            event.check_audience(one, self._keys.member)
            event.check_seq(one, sighting.site_day)
            thread.sightings.append(sighting)
            if one.kind == "reseal":
                self._unpack(one, thread, sighting, chain)
        except Refused as refused:
            thread.set_aside.append(SetAside(refused.reason, refused.detail, sighting.letter))

    def _unpack(self, reseal: event.Event, thread: Thread, at: Sighting, chain: RosterChain) -> None:
        """Old events that an entitled reader carries to a new audience: each verified as its author's."""
        for wire in reseal.body["events"]:
            one = event.from_wire(unb64(wire))
            event.check_place(one, reseal.deployment, reseal.thread)
            event.check_audience(one, reseal.author)
            carried = Sighting(one, at.letter, at.site_day, direct=False)
            self._check(one, self._day_of_carried(one, carried, chain), thread.block, chain)
            thread.sightings.append(carried)

    @staticmethod
    def _day_of_carried(one: event.Event, carried: Sighting, chain: RosterChain) -> date:
        """The claimed day; of somebody who has left, the day of carrying: it may have been made since."""
        return carried.site_day if one.author in chain.newest.former else carried.believed_day

    @staticmethod
    def _check(one: event.Event, day: date, block: ThreadBlock, chain: RosterChain) -> None:
        own = one.author == event.REPORTER
        one.verify(block.sign_public if own else chain.author_key(one.author, day))
        schema.check_body(one)

    def cannot_answer(self, thread: bytes, why: SetAside) -> None:
        """Shown with the case from now on, once."""
        if why not in self.threads[thread].set_aside:
            self.threads[thread].set_aside.append(why)
            self.threads[thread].case = None

    def cases(self) -> dict[str, Case]:
        """Every case, by its id. A thread of which nothing holds is among ``set_aside`` instead."""
        folded = [thread.folded(self._members) for thread in self.threads.values()]
        self.without_case = [one for case in folded if not case.timeline for one in case.set_aside]
        return {case.id: case for case in folded if case.timeline}


def answers_seen(watched: Mapping[bytes, Watched], board: list[bytes]) -> dict[bytes, set[int]]:
    """For each watched letter, the purposes (ANSWER, CONCLUSION) marked on the board's watch tags."""
    tags = [sealed[shape.CELL_WATCH_TAG] for sealed in board]
    seen: dict[bytes, set[int]] = {}
    for name, one in watched.items():
        purposes = (cell.watched_purpose(tag, one.token) for tag in tags)
        seen[name] = {purpose for purpose in purposes if purpose is not None}
    return seen
