"""The ledger: what witnesses have bound themselves to draw, and what it has cost (docs/protocol.md §15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reporting_app.cases.coding import SPAN_YEARS
from reporting_app.crypto import event
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    SUITE,
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
from reporting_app.crypto.members import WITNESS
from reporting_app.crypto.roster import Roster, RosterChain
from reporting_app.statistics import periods
from reporting_app.statistics.catalogue import (
    MOST_CELLS,
    MOST_SHARE,
    TABLE_ID,
    Catalogue,
    Table,
    is_cell,
)

BODY_KEYS = "commitment day deployment file kind period previous proposer roster suite tables version".split()
MOST_TABLES = 32
WINDOW_YEARS = SPAN_YEARS  # no case has ballots for periods in more years (§8)


@dataclass(frozen=True)
class Planned:
    """One table of an intent: ``share`` in thousandths of ε, ``cells`` as in the catalogue's order."""

    id: str
    share: int
    cells: tuple[str, ...]

    @classmethod
    def from_value(cls, value: Json) -> Planned:
        """Raises Refused("schema")."""
        entry = exact_keys(value, ["cells", "id", "share"])
        cells, name = entry["cells"], entry["id"]
        if not isinstance(cells, list) or not all(map(is_cell, cells)):
            raise Refused("schema", "a table's cells are ids")
        if not 1 <= len(set(cells)) == len(cells) <= MOST_CELLS:
            raise Refused("schema", "a table has 1 to 200 different cells")
        if not isinstance(name, str) or not TABLE_ID.fullmatch(name):
            raise Refused("schema", "a table's id is outside the format")
        if not is_integer(entry["share"], 1, MOST_SHARE):
            raise Refused("schema", "a share is 1 to 2000 thousandths")
        return cls(name, entry["share"], tuple(cells))

    def to_value(self) -> Json:
        return {"cells": list(self.cells), "id": self.id, "share": self.share}


@dataclass(frozen=True)
class Intent:
    """What two witnesses are about to draw, well formed. Whether it holds is the ledger's to say."""

    document: SignedDocument = field(repr=False)
    version: int
    previous: str
    day: date
    roster: int
    file: int
    period: str
    proposer: str
    commitment: bytes
    tables: tuple[Planned, ...]

    @classmethod
    def from_document(cls, document: SignedDocument, deployment: bytes) -> Intent:
        """Raises Refused("schema", "encoding", "deployment")."""
        body = exact_keys(document.body, BODY_KEYS)
        if body["kind"] != "intent" or not is_suite(body["suite"]):
            raise Refused("schema", "not an intent of suite 1")
        if unb64(body["deployment"], 16) != deployment:
            raise Refused("deployment", "the intent belongs to another deployment")
        if body["previous"] != "":
            unb64(body["previous"], 32)
        if not event.is_member_id(body["proposer"]) or not isinstance(body["tables"], list):
            raise Refused("schema", "an intent has a proposer and tables")
        tables = tuple(Planned.from_value(one) for one in body["tables"])
        ascending([one.id for one in tables], 1, MOST_TABLES)
        return cls(
            document=document,
            version=_number(body["version"]),
            previous=body["previous"],
            day=parse_day(body["day"]),
            roster=_number(body["roster"]),
            file=_number(body["file"]),
            period=periods.checked(body["period"]),
            proposer=body["proposer"],
            commitment=unb64(body["commitment"], 32),
            tables=tables,
        )

    @property
    def id(self) -> bytes:
        return self.document.id

    @property
    def second(self) -> str:
        """Who signed beside the proposer; empty while nobody has."""
        return next((one for one in self.document.signatures if one != self.proposer), "")

    def table(self, name: str) -> Planned | None:
        return next((one for one in self.tables if one.id == name), None)


def intent_body(  # noqa: PLR0913 - the fields of one format
    *,
    ledger: Ledger,
    deployment: bytes,
    day: date,
    roster: int,
    file: int,
    period: str,
    proposer: str,
    commitment: bytes,
    tables: Sequence[Table],
) -> dict[str, Any]:
    """The body of the next intent, to be signed with Label.SIGN_LEDGER."""
    planned = sorted((Planned(one.id, one.share, one.cells) for one in tables), key=lambda one: one.id)
    return {
        "commitment": b64(commitment),
        "day": day.isoformat(),
        "deployment": b64(deployment),
        "file": file,
        "kind": "intent",
        "period": period,
        "previous": b64(ledger.intents[-1].id) if ledger.intents else "",
        "proposer": proposer,
        "roster": roster,
        "suite": SUITE,
        "tables": [one.to_value() for one in planned],
        "version": len(ledger.intents) + 1,
    }


@dataclass(frozen=True)
class Ledger:
    """All intents, each checked against those before it."""

    intents: tuple[Intent, ...] = ()

    @classmethod
    def load(cls, documents: Sequence[SignedDocument], chain: RosterChain) -> Ledger:
        """Raises as ``append``."""
        ledger = cls()
        for document in documents:
            ledger = ledger.append(document, chain)
        return ledger

    def append(self, document: SignedDocument, chain: RosterChain) -> Ledger:
        """The ledger with one more intent, signed by two witnesses.

        Raises Refused: schema, encoding, deployment, ledger, ledger-signatures, not-frozen, drawn, budget.
        """
        intent = Intent.from_document(document, chain.deployment)
        self.check_next(intent, chain)
        check_witnesses(document, Label.SIGN_LEDGER, chain.in_force(intent.day), "ledger-signatures")
        if len(document.signatures) != 2 or intent.proposer not in document.signatures:
            raise Refused("ledger-signatures", "an intent is signed by its proposer and one more witness")
        return Ledger((*self.intents, intent))

    def check_next(self, intent: Intent, chain: RosterChain) -> None:
        """Everything but signatures. Raises as ``append``."""
        last = self.intents[-1] if self.intents else None
        if intent.version != len(self.intents) + 1 or intent.previous != (b64(last.id) if last else ""):
            raise Refused("ledger", "the intent does not follow the last one of the ledger")
        if last and (intent.day < last.day or intent.file < last.file):
            raise Refused("ledger", "the intent is older than the one before it")
        if intent.roster != chain.in_force(intent.day).version:
            raise Refused("ledger", "the intent names a roster that was not in force that day")
        if not periods.is_frozen(intent.period, intent.day):
            raise Refused("not-frozen", f"ballots for {intent.period} still count")
        for table in intent.tables:
            self._check_cost(table, intent.period)
        self._check_budget(intent)

    def drawn(self, table: str, period: str) -> Intent | None:
        """The intent that has spent this table and period."""
        found = (one for one in self.intents if one.period == period and one.table(table))
        return next(found, None)

    def spent(self, years: Collection[int]) -> dict[str, int]:
        """Shares by table drawn for any period in ``years``: each table once, a case counts in it once."""
        return {
            table.id: table.share
            for intent in self.intents
            if periods.year_of(intent.period) in years
            for table in intent.tables
        }

    def _check_cost(self, table: Planned, period: str) -> None:
        if self.drawn(table.id, period):
            raise Refused("drawn", f"{table.id} for {period} is drawn already")
        before = {one.share for intent in self.intents for one in intent.tables if one.id == table.id}
        if before - {table.share}:
            raise Refused("budget", f"the share of {table.id} was another before")

    def _check_budget(self, intent: Intent) -> None:
        year = periods.year_of(intent.period)
        own = {table.id: table.share for table in intent.tables}
        for first in range(year - WINDOW_YEARS + 1, year + 1):
            spent = self.spent(range(first, first + WINDOW_YEARS)) | own
            if sum(spent.values()) > MOST_SHARE:
                raise Refused("budget", f"{first} to {first + WINDOW_YEARS - 1} would cost more than ε = 2")


def check_catalogue(intent: Intent, catalogue: Catalogue) -> None:
    """Raises Refused("catalogue") unless every table is one of the catalogue's, cell by cell."""
    for planned in intent.tables:
        table = catalogue.by_id.get(planned.id)
        if table is None:
            raise Refused("catalogue", f"the catalogue has no table {planned.id}")
        same = (table.share, table.cells) == (planned.share, planned.cells)
        if not same or table.period != periods.kind_of(intent.period):
            raise Refused("catalogue", f"{planned.id} is another table in the catalogue")


def check_witnesses(document: SignedDocument, label: Label, roster: Roster, reason: str) -> None:
    """Raises Refused(reason) unless two or more sign, all of them witnesses of ``roster``, all rightly."""
    keys: Mapping[str, bytes] = {one.id: one.sign for one in roster.members.values() if one.role == WITNESS}
    try:
        document.check_signatures(label, keys, 2)
    except Refused as refused:
        raise Refused(reason, refused.detail) from None


def _number(value: Json) -> int:
    if not is_integer(value, 1, MAX_INTEGER):
        raise Refused("schema", "a number from 1 was expected")
    return int(value)
