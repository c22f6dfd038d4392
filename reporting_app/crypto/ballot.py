"""Ballots: one coded value for one table, tied to nothing else (docs/protocol.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting_app.crypto import aead, event, signing
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    SUITE,
    Json,
    b64,
    canonical,
    exact_keys,
    is_integer,
    is_period,
    is_suite,
    parse,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive
from reporting_app.crypto.letter import BALLOT_CONTENT

KEYS = "author catalogue day deployment period pseudonym suite table value".split()

KEPT_SIZE = 256


@dataclass(frozen=True)
class Ballot:
    author: str
    catalogue: int
    day: date
    deployment: bytes
    period: str
    pseudonym: bytes
    table: str
    value: str

    def sign(self, seed: bytes) -> bytes:
        """The wire form: u16 length, canonical JSON, 64-byte signature."""
        json = canonical(
            {
                "author": self.author,
                "catalogue": self.catalogue,
                "day": self.day.isoformat(),
                "deployment": b64(self.deployment),
                "period": self.period,
                "pseudonym": b64(self.pseudonym),
                "suite": SUITE,
                "table": self.table,
                "value": self.value,
            }
        )
        return len(json).to_bytes(2, "big") + json + signing.sign(Label.SIGN_BALLOT, seed, json)


def pseudonym(thread_secret: bytes, table: str) -> bytes:
    """16 bytes: the same for every ballot of a case in one table, unrelated across tables."""
    return derive(Label.PSEUDONYM, thread_secret, table.encode("ascii"), 16)


def author_of(wire: bytes) -> tuple[str, date]:
    """Who says to have written it, and when, unverified. Raises Refused("body", "encoding", "schema")."""
    value = _value(wire)
    if not event.is_member_id(value["author"]):
        raise Refused("schema", "an author is a member")
    return value["author"], parse_day(value["day"])


def _value(wire: bytes) -> dict[str, Json]:
    size = int.from_bytes(wire[:2], "big")
    if len(wire) != 2 + size + signing.SIGNATURE_SIZE:
        raise Refused("body", "a ballot ends elsewhere than it says")
    return exact_keys(parse(wire[2 : 2 + size]), KEYS)


def read(wire: bytes, author_key: bytes, deployment: bytes) -> Ballot:
    """Raises Refused("body", "encoding", "schema", "deployment", "signature")."""
    value = _value(wire)
    size = int.from_bytes(wire[:2], "big")
    json = wire[2 : 2 + size]
    texts = [value[key] for key in ("author", "period", "table", "value")]
    if not all(isinstance(text, str) for text in texts) or not is_integer(value["catalogue"], 1, MAX_INTEGER):
        raise Refused("schema", "a ballot's fields are outside the format")
    if not is_suite(value["suite"]) or not event.is_member_id(value["author"]):
        raise Refused("schema", "not a ballot of suite 1")
    if not is_period(value["period"]):
        raise Refused("schema", "a period is a year or a quarter")
    if unb64(value["deployment"], 16) != deployment:
        raise Refused("deployment", "the ballot belongs to another deployment")
    signing.verify(Label.SIGN_BALLOT, author_key, json, wire[2 + size :])
    return Ballot(
        value["author"],
        value["catalogue"],
        parse_day(value["day"]),
        deployment,
        value["period"],
        unb64(value["pseudonym"], 16),
        value["table"],
        value["value"],
    )


def ballot_content(wire: bytes) -> bytes:
    """Content of a letter that carries one ballot."""
    return bytes([BALLOT_CONTENT]) + len(wire).to_bytes(2, "big") + wire


def seal_kept(cache_key: bytes, name: bytes, record: bytes) -> bytes:
    """296 bytes for a panel's own cache, of a record of at most 254. Raises Refused("length")."""
    if len(record) > KEPT_SIZE - 2:
        raise Refused("length", "a record of a ballot is too long")
    padded = (len(record).to_bytes(2, "big") + record).ljust(KEPT_SIZE, b"\0")
    return aead.seal_again(cache_key, name, padded)


def open_kept(cache_key: bytes, name: bytes, sealed: bytes) -> bytes | None:
    """The record, or None when key, name or any bit is another."""
    padded = aead.unseal_again(cache_key, name, sealed)
    return padded[2 : 2 + int.from_bytes(padded[:2], "big")] if padded else None
