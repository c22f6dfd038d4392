"""The roster: who may read, who may decide, and how that changes (docs/protocol.md §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from reporting_app.crypto import event, kem, shape
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    Json,
    ascending,
    b64,
    exact_keys,
    is_integer,
    is_suite,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.members import INVESTIGATOR, Former, Member, kem_hash

ACTIVATION_DAYS = 2
ACCEPTED_AFTER_REPLACEMENT = timedelta(days=30)
BODY_KEYS = "active day deployment former kind members previous slots suite version".split()


@dataclass(frozen=True)
class Roster:
    """One version, well formed. Whether it holds is the chain's to say."""

    document: SignedDocument = field(repr=False)
    version: int
    previous: str
    deployment: bytes
    day: date
    active: date
    slots: int
    members: Mapping[str, Member]
    former: Mapping[str, Former]

    @classmethod
    def from_document(cls, document: SignedDocument) -> Roster:
        """Raises Refused("schema", "encoding", "roster-chain")."""
        body = exact_keys(document.body, BODY_KEYS)
        if body["kind"] != "roster" or not is_suite(body["suite"]):
            raise Refused("schema", "not a roster of suite 1")
        if not is_integer(body["version"], 1, MAX_INTEGER) or not is_integer(body["slots"], 0, MAX_INTEGER):
            raise Refused("schema", "version and slots are numbers")
        if body["previous"] != "":
            unb64(body["previous"], 32)
        members = _by_id([Member.from_value(value) for value in _array(body["members"])])
        former = _by_id([Former.from_value(value) for value in _array(body["former"])])
        roster = cls(
            document=document,
            version=body["version"],
            previous=body["previous"],
            deployment=unb64(body["deployment"], 16),
            day=parse_day(body["day"]),
            active=parse_day(body["active"]),
            slots=body["slots"],
            members=members,
            former=former,
        )
        _check_alone(roster)
        return roster

    @property
    def id(self) -> bytes:
        return self.document.id

    @cached_property
    def voting_keys(self) -> dict[str, bytes]:
        return {member.id: member.sign for member in self.members.values()}

    def with_role(self, role: str, day: date) -> list[Member]:
        """Members of a role whose keys have not expired on ``day``."""
        return [m for m in self.members.values() if m.role == role and m.expires >= day]

    def added_since(self, older: Roster) -> set[str]:
        """Ids of the members whom ``older`` does not name."""
        return set(self.members) - set(older.members)


Entry = TypeVar("Entry", Member, Former)


class RosterChain:
    """All versions from the anchor to the newest, each carried by the one before."""

    def __init__(self, versions: Sequence[Roster]) -> None:
        self.versions = tuple(versions)

    @classmethod
    def load(cls, documents: Sequence[SignedDocument], anchor: bytes | None) -> RosterChain:
        """Raises Refused("roster-chain", "roster-majority", "schema", "encoding").

        ``anchor`` is the id of version 1; None trusts the first version seen.
        """
        if not documents:
            raise Refused("roster-chain", "there is no roster")
        first = Roster.from_document(documents[0])
        if anchor is not None and first.id != anchor:
            raise Refused("roster-chain", "the roster starts at another anchor")
        if first.version != 1 or first.previous != "" or first.former:
            raise Refused("roster-chain", "a chain starts with version 1")
        documents[0].check_majority(Label.SIGN_ROSTER, first.voting_keys)
        chain = cls([first])
        for document in documents[1:]:
            chain = chain.append(document)
        return chain

    def append(self, document: SignedDocument) -> RosterChain:
        """The chain with one more version, if the rules carry it. Raises as ``load``."""
        newer = Roster.from_document(document)
        _check_succession(self, newer)
        document.check_majority(Label.SIGN_ROSTER, self.versions[-1].voting_keys)
        return RosterChain([*self.versions, newer])

    @property
    def deployment(self) -> bytes:
        return self.versions[0].deployment

    @property
    def anchor(self) -> bytes:
        return self.versions[0].id

    @cached_property
    def ids(self) -> frozenset[bytes]:
        """Of all versions, 32 bytes each."""
        return frozenset(version.id for version in self.versions)

    @cached_property
    def all_members(self) -> frozenset[str]:
        """Ids of everybody who is or was a member."""
        return frozenset(name for version in self.versions for name in version.members)

    @cached_property
    def all_investigators(self) -> frozenset[str]:
        """Ids of everybody who is or was one; no id changes its role (§9 rule 3)."""
        everybody = (member for version in self.versions for member in version.members.values())
        return frozenset(member.id for member in everybody if member.role == INVESTIGATOR)

    @property
    def newest(self) -> Roster:
        return self.versions[-1]

    def in_force(self, day: date) -> Roster:
        """The last version active on ``day``. Raises Refused("roster-chain") before the first."""
        for roster in reversed(self.versions):
            if roster.active <= day:
                return roster
        raise Refused("roster-chain", "no version holds yet; is this device's date right?")

    def acceptable(self, version: int, day: date) -> Roster:
        """The version a letter was sealed to, if in force or replaced at most 30 days ago.

        Raises Refused("roster-stale").
        """
        current = self.in_force(day)
        if not 1 <= version <= current.version:
            raise Refused("roster-stale", "sealed to a roster that is not in force here")
        roster = self.versions[version - 1]
        if version < current.version:
            replaced = self.versions[version].active
            if day - replaced > ACCEPTED_AFTER_REPLACEMENT:
                raise Refused("roster-stale", "sealed to a roster replaced more than 30 days ago")
        return roster

    def author_key(self, member: str, day: date) -> bytes:
        """The Ed25519 key that speaks for ``member`` on ``day``. Raises Refused("author")."""
        left = self.newest.former.get(member)
        if left is not None and day > left.until:
            raise Refused("author", f"{member} had left by then")
        for roster in self.versions:
            if member in roster.members and roster.active <= day:
                return roster.members[member].sign
        raise Refused("author", f"{member} was not in the roster then")


@dataclass(frozen=True)
class RosterFile:
    """What the site serves: the chain, and the KEM keys one can seal to."""

    documents: tuple[SignedDocument, ...]
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def from_value(cls, value: Json) -> RosterFile:
        """Raises Refused("schema", "encoding")."""
        entry = exact_keys(value, ["chain", "keys"])
        if not isinstance(entry["keys"], dict) or not all(map(event.is_member_id, entry["keys"])):
            raise Refused("schema", "keys is an object by member id")
        keys = {name: unb64(key, kem.PUBLIC_KEY_SIZE) for name, key in entry["keys"].items()}
        return cls(tuple(SignedDocument.from_value(one) for one in _array(entry["chain"])), keys)

    def to_value(self) -> Json:
        keys = {member: b64(key) for member, key in self.keys.items()}
        return {"chain": [one.to_value() for one in self.documents], "keys": keys}


def in_time(older: Roster, newer: Roster, day: date) -> bool:
    """Whether ``newer``, shown on ``day``, lets nobody in sooner than two days later (§9 rule 6)."""
    return not newer.added_since(older) or newer.active - day >= timedelta(days=ACTIVATION_DAYS)


def checked_keys(roster: Roster, keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """The KEM key of every member. Raises Refused("roster-chain") if one is missing or another."""
    for member in roster.members.values():
        if member.id not in keys or kem_hash(keys[member.id]) != member.kem_hash:
            raise Refused("roster-chain", f"the site serves another key for {member.id}")
    return {name: keys[name] for name in roster.members}


def _array(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Refused("schema", "an array was expected")
    return value


def _by_id(entries: list[Entry]) -> dict[str, Entry]:
    ascending([entry.id for entry in entries], 0, shape.MOST_SLOTS * 64)
    return {entry.id: entry for entry in entries}


def _check_alone(roster: Roster) -> None:
    keys = [m.sign for m in roster.members.values()] + [f.sign for f in roster.former.values()]
    kem_hashes = [member.kem_hash for member in roster.members.values()]
    investigators = [m for m in roster.members.values() if m.role == INVESTIGATOR]
    if not shape.LEAST_SLOTS <= roster.slots <= shape.MOST_SLOTS:
        raise Refused("roster-chain", "a letter has 4 to 16 slots")
    if len(roster.members) > roster.slots:
        raise Refused("roster-chain", "more members than slots")
    if len(investigators) < 2:
        raise Refused("roster-chain", "at least two investigators")
    if len(set(keys)) != len(keys) or len(set(kem_hashes)) != len(kem_hashes):
        raise Refused("roster-chain", "a key stands twice")
    if set(roster.members) & set(roster.former):
        raise Refused("roster-chain", "a member cannot also have left")
    if roster.active < roster.day:
        raise Refused("roster-chain", "a version cannot hold before its day")


def _check_succession(chain: RosterChain, newer: Roster) -> None:
    older = chain.newest
    if (
        newer.version != older.version + 1
        or newer.previous != b64(older.id)
        or newer.deployment != older.deployment
        or newer.day < older.day
        or newer.active < older.active
    ):
        raise Refused("roster-chain", "this version does not follow the one before")
    known = {m.id: m.sign for version in chain.versions for m in version.members.values()}
    for name, key in known.items():
        if key not in _keys_of(name, newer):
            raise Refused("roster-chain", f"{name} must stay with the same key or stand as former")
        if name in older.former and newer.former.get(name) != older.former[name]:
            raise Refused("roster-chain", f"{name} has left and cannot return or change")
    for name, member in newer.members.items():
        before = older.members.get(name)
        if before is not None and (before.kem_hash, before.role) != (member.kem_hash, member.role):
            raise Refused("roster-chain", f"{name} has a new key or role and needs a new id")
    if set(newer.former) - set(known):
        raise Refused("roster-chain", "a former member who never was one")
    if not in_time(older, newer, newer.day):
        raise Refused("roster-chain", "a version that adds a member holds two days later at the earliest")


def _keys_of(name: str, roster: Roster) -> list[bytes]:
    keys = [roster.members[name].sign] if name in roster.members else []
    return [*keys, roster.former[name].sign] if name in roster.former else keys
