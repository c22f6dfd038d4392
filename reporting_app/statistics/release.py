"""A release: one table and period, noised, suppressed, rounded and signed (docs/protocol.md §15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    SUITE,
    Json,
    b64,
    exact_keys,
    is_integer,
    is_suite,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.roster import RosterChain
from reporting_app.statistics import periods
from reporting_app.statistics.catalogue import MOST_SHARE
from reporting_app.statistics.distribution import FEWEST, STEP, shown
from reporting_app.statistics.ledger import Intent, Ledger, check_witnesses

BODY_KEYS = "cells corrects day deployment intent kind period reason roster share suite table".split()
SUPPRESSED = "suppressed"  # a noisy count below 10, zero and less included
TAKEN_BACK = "withdrawn"  # by a correction
MOST_REASON = 500


@dataclass(frozen=True)
class Release:
    """Well formed; whether it holds is for ``Releases.append`` to say. ``cells`` as in the wire form."""

    document: SignedDocument = field(repr=False)
    day: date
    roster: int
    intent: bytes
    table: str
    period: str
    share: int
    cells: Mapping[str, int | str]
    corrects: str
    reason: str

    @classmethod
    def from_document(cls, document: SignedDocument, deployment: bytes) -> Release:
        """Raises Refused("schema", "encoding", "deployment")."""
        body = exact_keys(document.body, BODY_KEYS)
        if body["kind"] != "release" or not is_suite(body["suite"]):
            raise Refused("schema", "not a release of suite 1")
        if unb64(body["deployment"], 16) != deployment:
            raise Refused("deployment", "the release belongs to another deployment")
        if body["corrects"] != "":
            unb64(body["corrects"], 32)
        if not isinstance(body["cells"], dict) or not all(map(_is_cell, body["cells"].values())):
            raise Refused("schema", "a cell is a multiple of 5 from 10, suppressed or withdrawn")
        if not isinstance(body["reason"], str) or len(body["reason"]) > MOST_REASON:
            raise Refused("schema", "a reason is at most 500 characters")
        numbers = is_integer(body["share"], 1, MOST_SHARE) and is_integer(body["roster"], 1, MAX_INTEGER)
        if not numbers or not isinstance(body["table"], str):
            raise Refused("schema", "a release's fields are outside the format")
        return cls(
            document=document,
            day=parse_day(body["day"]),
            roster=body["roster"],
            intent=unb64(body["intent"], 32),
            table=body["table"],
            period=periods.checked(body["period"]),
            share=body["share"],
            cells=body["cells"],
            corrects=body["corrects"],
            reason=body["reason"],
        )

    @property
    def id(self) -> bytes:
        return self.document.id

    def count(self, cell: str) -> int | None:
        """What is shown of a cell; None when it is suppressed. Raises KeyError when it was taken back."""
        value = self.cells[cell]
        if value == TAKEN_BACK:
            raise KeyError(cell)
        return value if isinstance(value, int) else None


def release_body(
    intent: Intent, table: str, noisy: Mapping[str, int], day: date, roster: int
) -> dict[str, Any]:
    """The body of a first release, from counts with both draws added, to be signed with SIGN_RELEASE."""
    planned = intent.table(table)
    if planned is None:
        raise Refused("release", f"the intent does not name {table}")
    rounded = {cell: shown(noisy[cell]) for cell in planned.cells}
    return {
        "cells": {cell: SUPPRESSED if value is None else value for cell, value in rounded.items()},
        "corrects": "",
        "day": day.isoformat(),
        "deployment": intent.document.body["deployment"],
        "intent": b64(intent.id),
        "kind": "release",
        "period": intent.period,
        "reason": "",
        "roster": roster,
        "share": planned.share,
        "suite": SUITE,
        "table": table,
    }


def correction_body(
    release: Release, taken_back: Sequence[str], reason: str, day: date, roster: int
) -> dict[str, Any]:
    """The body of a release that replaces ``release``: the same numbers, some cells taken back, and why."""
    cells = {cell: TAKEN_BACK if cell in taken_back else value for cell, value in release.cells.items()}
    return {
        **release.document.body,
        "cells": cells,
        "corrects": b64(release.id),
        "day": day.isoformat(),
        "reason": reason,
        "roster": roster,
    }


@dataclass(frozen=True)
class Releases:
    """All releases, each checked against the ledger and those before it."""

    all: tuple[Release, ...] = ()

    @classmethod
    def load(cls, documents: Sequence[SignedDocument], ledger: Ledger, chain: RosterChain) -> Releases:
        """Raises as ``append``."""
        releases = cls()
        for document in documents:
            releases = releases.append(document, ledger, chain)
        return releases

    def append(self, document: SignedDocument, ledger: Ledger, chain: RosterChain) -> Releases:
        """With one more. Raises Refused: schema, encoding, deployment, release, release-signatures."""
        release = Release.from_document(document, chain.deployment)
        self.check_next(release, ledger)
        roster = chain.in_force(release.day)
        if release.roster != roster.version:
            raise Refused("release", "the release names a roster that was not in force that day")
        check_witnesses(document, Label.SIGN_RELEASE, roster, "release-signatures")
        return Releases((*self.all, release))

    def check_next(self, release: Release, ledger: Ledger) -> None:
        """Everything but roster and signatures. Raises Refused("release")."""
        intent = next((one for one in ledger.intents if one.id == release.intent), None)
        planned = intent.table(release.table) if intent else None
        if intent is None or planned is None or intent.period != release.period:
            raise Refused("release", "the ledger has no intent for this table and period")
        if planned.share != release.share or set(planned.cells) != set(release.cells):
            raise Refused("release", "share or cells are other than the intent's")
        before = self.last(release.table, release.period)
        if release.day < (before or intent).day:
            raise Refused("release", "the release is older than what it follows")
        if before is None:
            if release.corrects or release.reason or TAKEN_BACK in release.cells.values():
                raise Refused("release", "the first release of a table and period corrects nothing")
        else:
            _check_correction(release, before)

    def last(self, table: str, period: str) -> Release | None:
        """What holds for a table and period."""
        found = (one for one in reversed(self.all) if (one.table, one.period) == (table, period))
        return next(found, None)

    @property
    def holding(self) -> list[Release]:
        """Of each table and period the last release, in the order of the first ones."""
        last = {(one.table, one.period): one for one in self.all}
        return list(last.values())


def _check_correction(release: Release, before: Release) -> None:
    if release.corrects != b64(before.id):
        raise Refused("release", "this table and period is published already")
    if not release.reason.strip():
        raise Refused("release", "a correction says why")
    if any(value not in (before.cells[cell], TAKEN_BACK) for cell, value in release.cells.items()):
        raise Refused("release", "a correction takes back, it does not draw again")


def _is_cell(value: Json) -> bool:
    if isinstance(value, str):
        return value in (SUPPRESSED, TAKEN_BACK)
    return is_integer(value, FEWEST, MAX_INTEGER) and value % STEP == 0
