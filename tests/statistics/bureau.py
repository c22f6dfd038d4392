"""A small world of statistics: three witnesses, a roster chain, ballots, intents and releases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.cases.coding import frozen_after
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.hashing import Label
from reporting_app.statistics.catalogue import Catalogue, Table
from reporting_app.statistics.ledger import Intent, Ledger, intent_body
from reporting_app.statistics.release import Release, release_body
from reporting_app.statistics.tally import Cast
from tests.deployment import INVESTIGATORS, World, human_part, make_world

WITNESSES = ("tillsyn-1", "tillsyn-2", "tillsyn-3")
PAIR = WITNESSES[:2]
DAY = date(2036, 3, 1)  # 2035 and everything before is frozen


@dataclass
class Bureau:
    """Who may draw, and what they draw from."""

    world: World
    catalogue: Catalogue

    def signed(self, body: Mapping[str, Any], label: Label, members: Sequence[str] = PAIR) -> SignedDocument:
        document = SignedDocument(body, {})
        for member in members:
            document = document.signed_by(label, member, self.world.keys[member].sign_seed)
        return document

    def body(
        self, ledger: Ledger, period: str, *tables: Table, day: date = DAY, **changed: Any
    ) -> dict[str, Any]:
        """The body of the next intent; ``changed`` replaces what stands there."""
        body = intent_body(
            ledger=ledger,
            deployment=self.world.chain.deployment,
            day=day,
            roster=self.world.chain.in_force(day).version,
            file=1,
            period=period,
            proposer=PAIR[0],
            commitment=bytes(32),
            tables=tables or self.catalogue.tables[:1],
        )
        return body | changed

    def drawn(
        self, ledger: Ledger, period: str, *tables: Table, members: Sequence[str] = PAIR, **changed: Any
    ) -> Ledger:
        """The ledger with one more intent. Raises as ``Ledger.append``."""
        body = self.body(ledger, period, *tables, **changed)
        return ledger.append(self.signed(body, Label.SIGN_LEDGER, members), self.world.chain)

    def release(
        self, intent: Intent, noisy: Mapping[str, int], members: Sequence[str] = PAIR, **changed: Any
    ) -> SignedDocument:
        """The first release of the intent's first table."""
        body = release_body(intent, intent.tables[0].id, noisy, DAY, 1) | changed
        return self.signed(body, Label.SIGN_RELEASE, members)

    def correction(self, body: Mapping[str, Any], members: Sequence[str] = PAIR) -> SignedDocument:
        return self.signed(body, Label.SIGN_RELEASE, members)


def make_bureau(content: dict[str, Any] | None = None) -> Bureau:
    return Bureau(make_world((*INVESTIGATORS, *WITNESSES)), Catalogue.of(content or human_part()))


def table(name: str, share: int, cells: Sequence[str] = ("a", "b", "c"), period: str = "year") -> Table:
    return Table(name, "form", period, share, tuple(cells), {}, {})


def cast(
    case: str, table: str, value: str, period: str = "2035", day: date | None = None, letter: str = ""
) -> Cast:
    """A ballot by which ``case`` names ``value``, if nothing else is said on the last day on which it counts.

    Its pseudonym differs from table to table.
    """
    day = day or frozen_after(period)
    pseudonym = hashlib.blake2b(f"{case} {table}".encode(), digest_size=16).digest()
    ballot = Ballot("utredare-1", 1, day, bytes(16), period, pseudonym, table, value)
    name = letter or f"{case} {table} {value} {period} {day}"
    return Cast(ballot, hashlib.blake2b(name.encode(), digest_size=32).digest(), day)


def published(release: Release) -> dict[str, int | None]:
    return {cell: release.count(cell) for cell in release.cells}
