"""Signed records: who said what, to whom, in which thread (docs/protocol.md §3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reporting_app.crypto import signing
from reporting_app.crypto.encoding import (
    SUITE,
    ByteReader,
    Json,
    ascending,
    b64,
    canonical,
    exact_keys,
    is_integer,
    is_suite,
    parse,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

REPORTER = "reporter"
MEMBER_ID = re.compile(r"(?!reporter$)[a-z][a-z0-9-]{0,31}")
KIND = re.compile(r"[a-z][a-z-]{0,23}")
KEYS = "audience author body day deployment kind parents seq suite thread".split()
SIGNATURE_FRAME = 2 + signing.SIGNATURE_SIZE
MOST_AUDIENCE = 17
MOST_PARENTS = 8
MOST_SEQ = 2**31 - 1
EPOCH = date(1970, 1, 1)
NUMBERS_A_DAY = 256
SEQ_DAYS_AHEAD = 3


@dataclass(frozen=True)
class Event:
    """A parsed event. Nothing about it is to be believed before ``verify``."""

    json: bytes
    signature: bytes
    audience: tuple[str, ...]
    author: str
    body: Mapping[str, Json]
    day: date
    deployment: bytes
    kind: str
    parents: tuple[bytes, ...]
    seq: int
    thread: bytes

    @property
    def wire(self) -> bytes:
        """u16 length, canonical JSON, 64-byte signature."""
        return len(self.json).to_bytes(2, "big") + self.json + self.signature

    @cached_property
    def id(self) -> bytes:
        """32 bytes; the signature is not part of it."""
        return derive(Label.EVENT_ID, b"", self.json, 32)

    def verify(self, author_key: bytes) -> None:
        """Raises Refused("signature") unless the author's Ed25519 key signed exactly this."""
        signing.verify(Label.SIGN_EVENT, author_key, self.json, self.signature)


@dataclass(frozen=True)
class Draft:
    """What an author is about to sign."""

    kind: str
    author: str
    audience: Iterable[str]
    body: Mapping[str, Json]
    day: date
    deployment: bytes
    thread: bytes
    seq: int
    parents: Iterable[bytes] = ()

    def sign(self, seed: bytes) -> Event:
        """The event, signed. Raises Refused("schema", "encoding", "length") for what no reader would take."""
        json = canonical(
            {
                "audience": sorted(set(self.audience)),
                "author": self.author,
                "body": dict(self.body),
                "day": self.day.isoformat(),
                "deployment": b64(self.deployment),
                "kind": self.kind,
                # Base64url and byte order differ; the array is ascending as written.
                "parents": sorted(b64(parent) for parent in set(self.parents)),
                "seq": self.seq,
                "suite": SUITE,
                "thread": b64(self.thread),
            }
        )
        return from_json(json, signing.sign(Label.SIGN_EVENT, seed, json))


def from_json(json: bytes, signature: bytes) -> Event:
    """Raises Refused("encoding", "schema", "length") for anything but the one right form."""
    if len(json) > 0xFFFF:
        raise Refused("length", "an event is at most 65 535 bytes")
    value = exact_keys(parse(json), KEYS)
    author, kind = value["author"], value["kind"]
    audience = ascending(value["audience"], 1, MOST_AUDIENCE)
    parents = ascending(value["parents"], 0, MOST_PARENTS)
    _require(all(is_participant(reader) for reader in audience), "audience")
    _require(is_participant(author), "author")
    _require(isinstance(kind, str) and KIND.fullmatch(kind) is not None, "kind")
    _require(isinstance(value["body"], dict), "body")
    _require(is_integer(value["seq"], 1, MOST_SEQ), "seq")
    _require(is_suite(value["suite"]), "suite")
    return Event(
        json=json,
        signature=signature,
        audience=tuple(audience),
        author=author,
        body=value["body"],
        day=parse_day(value["day"]),
        deployment=unb64(value["deployment"], 16),
        kind=kind,
        parents=tuple(unb64(parent, 32) for parent in parents),
        seq=value["seq"],
        thread=unb64(value["thread"], 32),
    )


def from_wire(wire: bytes) -> Event:
    """The event of ``u16 ‖ json ‖ signature``, exactly. Raises Refused("body") for any other length."""
    size = int.from_bytes(wire[:2], "big")
    if len(wire) != 2 + size + signing.SIGNATURE_SIZE:
        raise Refused("body", "an event ends elsewhere than it says")
    return from_json(wire[2 : 2 + size], wire[2 + size :])


def read_events(reader: ByteReader) -> tuple[Event, ...]:
    """``u8 count ‖ events``, parsed. Raises Refused("body", "encoding", "schema")."""
    return tuple(_read_event(reader) for _ in range(reader.integer(1)))


def _read_event(reader: ByteReader) -> Event:
    json = reader.take(reader.integer(2))
    return from_json(json, reader.take(signing.SIGNATURE_SIZE))


def check_place(event: Event, deployment: bytes, thread: bytes) -> None:
    """Raises Refused("deployment", "thread") for an event replayed from elsewhere."""
    if event.deployment != deployment:
        raise Refused("deployment", "an event belongs to another deployment")
    if event.thread != thread:
        raise Refused("thread", "an event belongs to another thread")


def check_audience(event: Event, reader: str) -> None:
    """Raises Refused("audience") when the event was not meant for ``reader``."""
    if reader not in event.audience:
        raise Refused("audience", "an event was not addressed to this reader")


def team_thread(deployment: bytes) -> bytes:
    """The 32-byte thread id under which investigators talk about their own work, not about a case (§3)."""
    return derive(Label.TEAM, b"", deployment, 32)


def newest(events: Sequence[Event]) -> list[bytes]:
    """Ids of the events that no other one names as parent, at most eight: the parents of the next."""
    named = {parent for event in events for parent in event.parents}
    heads = [event for event in events if event.id not in named]
    heads.sort(key=lambda event: (event.day, event.id))
    return [event.id for event in heads[-MOST_PARENTS:]]


def reporter_seq(known: Iterable[int], day: date) -> int:
    """A reporter's next number: larger than any known, and than any of days they lost sight of.

    Numbers that only somebody else with the receipt would use, more than a day ahead, are not counted
    on from: the next would be refused.
    """
    first = NUMBERS_A_DAY * (day - EPOCH).days
    return max([first, *(seq + 1 for seq in known if seq < first + 2 * NUMBERS_A_DAY)])


def check_seq(event: Event, day: date) -> None:
    """Raises Refused("schema") when a reporter's number is far beyond what ``day`` allows.

    Whoever finds a receipt could otherwise use up the numbers and stop its owner from writing.
    """
    if event.author == REPORTER and event.seq > NUMBERS_A_DAY * ((day - EPOCH).days + SEQ_DAYS_AHEAD):
        raise Refused("schema", "a number far ahead of its day")


def is_participant(name: Json) -> bool:
    """Whether ``name`` is ``reporter`` or could be a member id."""
    return name == REPORTER or is_member_id(name)


def is_member_id(name: Json) -> bool:
    return isinstance(name, str) and MEMBER_ID.fullmatch(name) is not None


def _require(holds: bool, field: str) -> None:
    if not holds:
        raise Refused("schema", f"an event's {field} is outside the format")
