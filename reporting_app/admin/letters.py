"""From sealed letters to verified events, and from those to cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from reporting_app.admin.opening import Opening
from reporting_app.cases import schema
from reporting_app.cases.course import People, View
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.order import SetAside, Sighting
from reporting_app.crypto import cell, event, kem, letter_open, shape
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.receipt import ThreadBlock
from reporting_app.crypto.roster import RosterChain

# What a member may say of a case without showing that they can read it.
WITHOUT_BLOCK = ("proposal", "approval", "decline")


@dataclass(frozen=True)
class Watched:
    """A letter that a witness can see the existence of, and the token that marks its answers."""

    letter: bytes
    day: date
    kind: int
    token: bytes = field(repr=False)


@dataclass(frozen=True)
class Slip:
    """A record for witnesses in its wire form, not verified: a ballot, or a message of those who draw."""

    wire: bytes = field(repr=False)
    letter: bytes
    day: date


@dataclass
class Thread:
    """What has been opened of one thread so far; ``case`` is None when it has grown since it was folded.

    Without a ``block`` it is the team's own thread, or a case in which this member is only asked to sign.
    """

    name: bytes
    block: ThreadBlock | None = None
    sightings: list[Sighting] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    case: Case | None = None

    def folded(self, people: People) -> Case:
        """The case, folded once for what is here now."""
        if self.case is None:
            view = View.MEMBER if self.block else View.ASKED
            self.case = fold(self.name, self.sightings, people, self.set_aside, view=view)
        return self.case


class Opener:
    """Opens letters with one member's key and gathers what they hold by thread.

    Letters for others are the normal case and leave no trace. What should have been readable and
    breaks a rule is set aside and shown.
    """

    def __init__(self, keys: MemberKeys) -> None:
        self._keys = keys
        self._people = People(frozenset(), frozenset())
        self._team = b""
        self.done: dict[bytes, date] = {}
        self.threads: dict[bytes, Thread] = {}
        self.watched: dict[bytes, Watched] = {}
        self.ballots: dict[bytes, Slip] = {}
        self.draws: dict[bytes, Slip] = {}
        self.set_aside: list[SetAside] = []
        self.without_case: list[SetAside] = []
        # For the next start, by letter; whoever keeps them empties this.
        self.records: dict[bytes, bytes] = {}

    def add(self, sealed: bytes, day: date, chain: RosterChain, record: bytes | None = None) -> bool:
        """Takes one letter in; True when it was new and readable. ``record`` is of an earlier start."""
        name = object_id(sealed)
        if name in self.done:
            return False
        self.done[name] = day
        people = People.of(chain)
        if people != self._people:
            self._people, self._team = people, event.team_thread(chain.deployment)
            for thread in self.threads.values():
                thread.case = None
        opening = Opening.begin(self._keys, name, day, chain, record)
        try:
            return self._open(sealed, opening)
        except Refused as refused:
            if refused.reason != "not-for-me":
                self.set_aside.append(SetAside(refused.reason, refused.detail, name))
        except Exception as error:  # a crafted letter must not stop those that follow it
            self.set_aside.append(SetAside("unexpected", type(error).__name__, name))
        finally:
            if made := opening.record(self._keys):
                self.records[name] = made
        return False

    def forget(self, letters: Collection[bytes]) -> None:
        """So that they can be added again: they are held since another day, or were replaced."""
        for name in letters:
            del self.done[name]
            for found in (self.watched, self.ballots, self.draws):
                found.pop(name, None)
        self.set_aside = [one for one in self.set_aside if one.letter not in letters]
        for thread in self.threads.values() if letters else ():
            held = [one.letter for one in thread.sightings] + [one.letter for one in thread.set_aside]
            if not set(held).isdisjoint(letters):
                thread.case = None
                thread.sightings = [one for one in thread.sightings if one.letter not in letters]
                thread.set_aside = [one for one in thread.set_aside if one.letter not in letters]

    def _open(self, sealed: bytes, opening: Opening) -> bool:
        found, name, day = opening.open(sealed, self._keys), opening.letter, opening.day
        if isinstance(found, letter_open.Watching):
            self.watched[name] = Watched(name, day, found.kind, found.token)
        elif isinstance(found, letter_open.BallotReading):
            self.ballots[name] = Slip(found.wire, name, day)
        elif isinstance(found, letter_open.DrawReading):
            self.draws[name] = Slip(found.wire, name, day)
        elif isinstance(found, letter_open.MembersReading):
            for one in found.events:
                self._take_from_member(one, Sighting(one, name, day), opening)
        else:
            self._read(found, opening)
        return True

    def _read(self, found: letter_open.Reading, opening: Opening) -> None:
        known, name, day = self.threads.get(found.block.thread_id), opening.letter, opening.day
        if (known is None or known.block is None) and not opening.is_signed:
            # A thread whose reporter nobody could answer is refused as a whole.
            kem.check_public(found.block.kem_public)
        thread = self._thread(found.block.thread_id)
        thread.block = found.block
        reseals = [one for one in found.events if one.kind == "reseal"]
        # Only a reseal that holds itself carries anything.
        held = [one for one in reseals if self._take(one, thread, Sighting(one, name, day), opening)]
        carrier = {wanted: reseal.author for reseal in held for wanted in reseal.body["events"]}
        for one in (one for one in found.events if one.kind != "reseal"):
            by = carrier.get(b64(one.id), "")
            # Whom an event names would have had it before: only for others does it bear the day it claims.
            mine = self._keys.member in one.audience
            self._take(one, thread, Sighting(one, name, day, direct=mine or not by), opening, by)

    def _thread(self, name: bytes) -> Thread:
        thread = self.threads.setdefault(name, Thread(name))
        thread.case = None
        return thread

    def _take_from_member(self, one: event.Event, sighting: Sighting, opening: Opening) -> None:
        if one.thread == self._team or one.kind in WITHOUT_BLOCK:
            self._take(one, self._thread(one.thread), sighting, opening)
        else:
            why = "said of a case without showing that its author can read it"
            self.set_aside.append(SetAside("kind", why, sighting.letter))

    def _take(
        self, one: event.Event, thread: Thread, sighting: Sighting, opening: Opening, carrier: str = ""
    ) -> bool:
        """Whether the event holds. ``carrier`` is the reader who hands on what was said to them."""
        try:
            # A member who left cannot backdate: the day on which the site got the letter counts too.
            day = self._day_of_carried(one, sighting, opening.chain) if carrier else sighting.believed_day
            self._check(one, day, thread.block, opening)
            mine = self._keys.member in one.audience
            event.check_audience(one, self._keys.member if mine or not carrier else carrier)
            event.check_seq(one, sighting.site_day)
        except Refused as refused:
            thread.set_aside.append(SetAside(refused.reason, refused.detail, sighting.letter))
            return False
        thread.sightings.append(sighting)
        return True

    @staticmethod
    def _day_of_carried(one: event.Event, carried: Sighting, chain: RosterChain) -> date:
        """The claimed day; of somebody who has left, the day of carrying: it may have been made since."""
        return carried.site_day if one.author in chain.newest.former else carried.believed_day

    @staticmethod
    def _check(one: event.Event, day: date, block: ThreadBlock | None, opening: Opening) -> None:
        own, chain = one.author == event.REPORTER, opening.chain
        opening.verify(one, block.sign_public if own and block else chain.author_key(one.author, day))
        if not own and event.REPORTER in one.audience:
            # The reporter's browser has only the day that is claimed: what it refuses does not hold here.
            chain.author_key(one.author, one.day)
        schema.check_body(one)

    def cannot_answer(self, thread: bytes, why: SetAside) -> None:
        """Shown with the case from now on, once."""
        if why not in self.threads[thread].set_aside:
            self.threads[thread].set_aside.append(why)
            self.threads[thread].case = None

    def cases(self) -> dict[str, Case]:
        """Every case, by its id. A thread of which nothing holds is among ``set_aside`` instead."""
        folded = [thread.folded(self._people) for thread in self.threads.values() if thread.block]
        self.without_case = [one for case in folded if not case.timeline for one in case.set_aside]
        return {case.id: case for case in folded if case.timeline}

    def asked(self) -> dict[str, Case]:
        """Of cases that this member cannot read: what they are asked to sign, by the case's id."""
        others = [one for one in self.threads.values() if one.block is None and one.name != self._team]
        folded = [thread.folded(self._people) for thread in others]
        return {case.id: case for case in folded if case.timeline}

    def team(self) -> Case:
        """What investigators have said about their own work, folded as a case is."""
        return self.threads.get(self._team, Thread(self._team)).folded(self._people)


def answers_seen(watched: Mapping[bytes, Watched], board: list[bytes]) -> dict[bytes, set[int]]:
    """For each watched letter, the purposes (ANSWER, CONCLUSION) marked on the board's watch tags."""
    tags = [sealed[shape.CELL_WATCH_TAG] for sealed in board]
    seen: dict[bytes, set[int]] = {}
    for name, one in watched.items():
        purposes = (cell.watched_purpose(tag, one.token) for tag in tags)
        seen[name] = {purpose for purpose in purposes if purpose is not None}
    return seen
