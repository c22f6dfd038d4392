"""What this panel holds to, sealed: what it counted when it signed, and the one draw that joins its own.

Neither later ballots nor a site that hides letters change anything of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reporting_app.crypto import aead
from reporting_app.crypto.encoding import b64, canonical, parse, unb64
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.statistics.drawing import Draws, read_draws
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
        record = self._record(_name(commitment), commitment)
        if record is None:
            return None
        value = parse(record)
        return Counted(value["cells"], unb64(value["digest"], 32))

    def draw_of_second(self, intent: bytes, found: Callable[[], Draws]) -> Draws:
        """The second's draw under this intent, as this panel first sent or answered it; else ``found``, kept.

        Who hid it and saw another could choose between them. Raises StorageBusy, and as ``found``.
        """
        name = f"second:{b64(intent)}"
        if (record := self._record(name, intent)) is None:
            record = canonical(found())
            self.cache.set_fact(name, aead.seal_again(self.keys.cache_key, intent, record))
        return read_draws(parse(record))

    def _record(self, name: str, bound: bytes) -> bytes | None:
        sealed = self.cache.fact(name)
        return aead.unseal_again(self.keys.cache_key, bound, sealed) if sealed else None


def _name(commitment: bytes) -> str:
    return f"counted:{b64(commitment)}"
