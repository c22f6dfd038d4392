"""What two witnesses say to each other while they draw: commit, answer, open (docs/protocol.md §15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reporting_app.crypto import aead, signing
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    SUITE,
    Json,
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
from reporting_app.crypto.event import is_member_id
from reporting_app.crypto.hashing import Label, derive
from reporting_app.statistics.distribution import most_plausible
from reporting_app.statistics.ledger import Intent
from reporting_app.statistics.tally import COUNTED_SIZE

PROPOSAL, SECOND, OPENING, CORRECTION = "proposal", "second", "opening", "correction"
MORE_KEYS = {
    PROPOSAL: ["body", "counted", "kept", "signature"],
    SECOND: ["draws", "intent"],
    OPENING: ["intent", "opened", "signatures"],
    CORRECTION: ["body", "signature"],
}
COMMON_KEYS = ["author", "day", "deployment", "kind", "suite"]
SALT_SIZE = 32

Draws = Mapping[str, Mapping[str, int]]  # by table and cell


@dataclass(frozen=True)
class Opened:
    """What a proposer is bound to: the ballots counted, the draw, and 32 random bytes."""

    counted: bytes
    draws: Draws
    salt: bytes = field(repr=False)

    @classmethod
    def from_value(cls, value: Json) -> Opened:
        """Raises Refused("schema", "encoding")."""
        entry = exact_keys(value, ["counted", "draws", "salt"])
        draws = read_draws(entry["draws"])
        return cls(unb64(entry["counted"], COUNTED_SIZE), draws, unb64(entry["salt"], SALT_SIZE))

    def to_value(self) -> dict[str, Any]:
        return {"counted": b64(self.counted), "draws": self.draws, "salt": b64(self.salt)}

    @property
    def commitment(self) -> bytes:
        """32 bytes that tell nothing and fit nothing else."""
        bound = canonical({"counted": b64(self.counted), "draws": self.draws})
        return derive(Label.DRAW, self.salt, bound, 32)


def keep(opened: Opened, cache_key: bytes) -> bytes:
    """What a proposer sends along for nobody but themself: it outlives the computer, with the key file."""
    return aead.seal_again(cache_key, opened.commitment, canonical(opened.to_value()))


def recover(kept: bytes, commitment: bytes, cache_key: bytes) -> Opened | None:
    """What was kept under this commitment; None with another key or when any bit is another."""
    value = aead.unseal_again(cache_key, commitment, kept)
    return Opened.from_value(parse(value)) if value else None


@dataclass(frozen=True)
class Message:
    """One letter's content among witnesses. ``more`` has the keys of ``kind``, not checked any further."""

    kind: str
    author: str
    day: date
    deployment: bytes
    more: Mapping[str, Any]

    def sign(self, seed: bytes) -> bytes:
        """The wire form: u16 length, canonical JSON, 64-byte signature. Raises Refused("length")."""
        json = canonical(
            {
                "author": self.author,
                "day": self.day.isoformat(),
                "deployment": b64(self.deployment),
                "kind": self.kind,
                "suite": SUITE,
                **self.more,
            }
        )
        if len(json) > 0xFFFF:
            raise Refused("length", "too many tables at once")
        return len(json).to_bytes(2, "big") + json + signing.sign(Label.SIGN_DRAW, seed, json)


def author_of(wire: bytes) -> tuple[str, date]:
    """Who says to have written it, and when, unverified. Raises Refused("body", "schema")."""
    value = _value(wire)
    if not is_member_id(value["author"]):
        raise Refused("schema", "an author is a member")
    return value["author"], parse_day(value["day"])


def read(wire: bytes, author_key: bytes, deployment: bytes) -> Message:
    """Raises Refused("body", "encoding", "schema", "deployment", "signature")."""
    value = _value(wire)
    if not is_suite(value["suite"]):
        raise Refused("schema", "not a message of suite 1")
    if unb64(value["deployment"], 16) != deployment:
        raise Refused("deployment", "the message belongs to another deployment")
    size = int.from_bytes(wire[:2], "big")
    signing.verify(Label.SIGN_DRAW, author_key, wire[2 : 2 + size], wire[2 + size :])
    more = {key: value[key] for key in MORE_KEYS[value["kind"]]}
    return Message(value["kind"], value["author"], parse_day(value["day"]), deployment, more)


def _value(wire: bytes) -> dict[str, Any]:
    size = int.from_bytes(wire[:2], "big")
    if len(wire) != 2 + size + signing.SIGNATURE_SIZE:
        raise Refused("body", "a message ends elsewhere than it says")
    value = parse(wire[2 : 2 + size])
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in MORE_KEYS:
        raise Refused("schema", "a message of no known kind")
    return exact_keys(value, [*COMMON_KEYS, *MORE_KEYS[kind]])


def check_draws(draws: Draws, intent: Intent) -> None:
    """Raises Refused("draw") unless every cell has a number that chance gives."""
    if set(draws) != {table.id for table in intent.tables}:
        raise Refused("draw", "a draw is of the intent's tables")
    for table in intent.tables:
        if set(draws[table.id]) != set(table.cells):
            raise Refused("draw", f"a draw of {table.id} has every cell")
        most = most_plausible(table.share)
        if any(abs(noise) > most for noise in draws[table.id].values()):
            raise Refused("draw", f"a draw of {table.id} is further out than chance goes")


def noisy(cells: Mapping[str, int], *draws: Mapping[str, int]) -> dict[str, int]:
    """Counts by cell with all draws added."""
    return {cell: count + sum(one[cell] for one in draws) for cell, count in cells.items()}


def read_draws(value: Json) -> Draws:
    """Raises Refused("schema")."""
    tables = list(value.values()) if isinstance(value, dict) else [None]
    cells = [one for table in tables if isinstance(table, dict) for one in table.values()]
    whole = all(isinstance(table, dict) for table in tables)
    if not whole or not all(is_integer(one, -MAX_INTEGER, MAX_INTEGER) for one in cells):
        raise Refused("schema", "a draw is an integer for every cell of every table")
    return dict(value)
