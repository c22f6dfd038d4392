"""Which ballots count, and how many (docs/protocol.md §8, §15). Nothing of it leaves a panel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reporting_app.cases.coding import WITHDRAWN, frozen_after
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.hashing import Label, derive
from reporting_app.statistics.catalogue import Table

COUNTED_SIZE = 32


@dataclass(frozen=True)
class Cast:
    """A ballot whose signature holds. ``letter`` 32 bytes; ``day`` the effective one."""

    ballot: Ballot
    letter: bytes
    day: date


@dataclass(frozen=True)
class Tally:
    """Counts by cell, all cells of the table among them, and the letters behind them."""

    cells: Mapping[str, int]
    letters: frozenset[bytes]


def holding(casts: Iterable[Cast], table: str, until: date) -> dict[bytes, Cast]:
    """By pseudonym, the last ballot in a table that left by ``until``; of one day the greatest letter id."""
    last: dict[bytes, Cast] = {}
    for one in casts:
        if one.ballot.table != table or one.day > until:
            continue
        before = last.get(one.ballot.pseudonym)
        if before is None or (before.day, before.letter) < (one.day, one.letter):
            last[one.ballot.pseudonym] = one
    return last


def counted(casts: Collection[Cast], table: str, drawn: Iterable[str], period: str) -> dict[bytes, Cast]:
    """Those that count for ``period``, when the table was drawn for the periods ``drawn`` before, in order.

    A pseudonym that one of them counted counts no more.
    """
    spent: set[bytes] = set()
    found: dict[bytes, Cast] = {}
    for each in (*drawn, period):
        named = holding(casts, table, frozen_after(each)).items()
        found = {
            mark: one
            for mark, one in named
            if one.ballot.period == each and one.ballot.value != WITHDRAWN and mark not in spent
        }
        spent |= set(found)
    return found


def tally(casts: Collection[Cast], table: Table, drawn: Iterable[str], period: str) -> Tally:
    """Exact counts of one table and period."""
    cells = dict.fromkeys(table.cells, 0)
    letters = set()
    for one in counted(casts, table.id, drawn, period).values():
        cell = table.cell_of(one.ballot.value)
        if cell:
            cells[cell] += 1
            letters.add(one.letter)
    return Tally(cells, frozenset(letters))


def counted_digest(tallies: Iterable[Tally]) -> bytes:
    """32 bytes by which two witnesses see that they counted the same letters."""
    letters = sorted({letter for one in tallies for letter in one.letters})
    return derive(Label.COUNTED, b"", b"".join(letters), COUNTED_SIZE)
