"""What this panel counted when an intent was signed, sealed: later ballots change nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reporting_app.crypto import aead
from reporting_app.crypto.encoding import b64, canonical, parse, unb64
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.statistics.tally import Tally, counted_digest
from reporting_app.storage.cache import Cache


@dataclass(frozen=True)
class Counted:
    """Exact counts by table and cell, and the 32 bytes that name the ballots behind them."""

    cells: Mapping[str, Mapping[str, int]]
    digest: bytes

    @classmethod
    def of(cls, tallies: Mapping[str, Tally]) -> Counted:
        cells = {name: dict(one.cells) for name, one in tallies.items()}
        return cls(cells, counted_digest(tallies.values()))


@dataclass(frozen=True)
class Pins:
    """By commitment, under the member's cache key."""

    keys: MemberKeys
    cache: Cache

    def keep(self, commitment: bytes, counted: Counted) -> None:
        """Raises StorageBusy."""
        record = canonical({"cells": counted.cells, "digest": b64(counted.digest)})
        sealed = aead.seal_again(self.keys.cache_key, commitment, record)
        self.cache.set_fact(_name(commitment), sealed)

    def of(self, commitment: bytes) -> Counted | None:
        """None when this panel was not there, or has lost its cache."""
        sealed = self.cache.fact(_name(commitment))
        record = aead.unseal_again(self.keys.cache_key, commitment, sealed) if sealed else None
        if record is None:
            return None
        value = parse(record)
        return Counted(value["cells"], unb64(value["digest"], 32))


def _name(commitment: bytes) -> str:
    return f"counted:{b64(commitment)}"
