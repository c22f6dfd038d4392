"""The site's letterbox: sealed objects and signed documents, kept for good (docs/protocol.md §13, §14).

It never looks inside what it stores; the site has checked sizes and headers before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, bindparam, exists, func, select
from sqlalchemy.sql.dml import Insert

from reporting_app.crypto.hashing import day_digest
from reporting_app.storage import tables
from reporting_app.storage.engine import writing
from reporting_app.storage.errors import unavailable_as_busy
from reporting_app.storage.move import forget_journal, insert_if_absent, move

Clock = Callable[[], float]  # seconds since 1970, as time.time

INTAKE_VOLUME = 0


def _counts(*counted: Table) -> Select[Any]:
    return select(*[select(func.count()).select_from(one).scalar_subquery() for one in counted])


DOCUMENT_COUNTS = _counts(tables.rosters, tables.deployments)
STATISTICS_COUNTS = _counts(tables.ledger, tables.releases)


@dataclass(frozen=True)
class Letter:
    """``id`` and ``commitment`` 32 bytes, ``sealed`` 32 768."""

    id: bytes
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True)
class Cell:
    """``id`` and ``commitment`` 32 bytes, ``tag`` 16, ``sealed`` 4 096. Volume 0 is an intake cell."""

    id: bytes
    volume: int
    shard: int
    tag: bytes
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True)
class LetterDay:
    """How many letters came on a day, and 32 bytes that change with their set."""

    day: date
    count: int
    digest: bytes


@dataclass(frozen=True)
class RosterDocument:
    """A signed roster version and its members' KEM keys, both as canonical JSON."""

    version: int
    document: bytes
    keys: bytes


class Letterbox:
    """Safe for many threads and processes at once. Methods raise StorageBusy when storage cannot serve."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._clock = clock
        self._reader = engine
        self._writer = writing(engine)
        self._put = {arrived: _put_statement(engine, arrived) for arrived in tables.RESTING_PLACE}

    def today(self) -> date:
        """The UTC day; the only thing about time that is ever stored."""
        return datetime.fromtimestamp(self._clock(), UTC).date()

    def put_submission(self, letter: Letter, cell: Cell, expires: date) -> bool:
        """Stores a letter and its intake cell, which goes on the day ``expires``, in one durable transaction.

        True when either was new. The same bytes again are harmless, also at the same moment and after a move.
        """
        day = self.today()
        with self._writing() as connection:
            new_letter = self._insert(connection, tables.arrived_letters, _letter_row(letter, day))
            row = {**_cell_row(cell), "day": day, "expires": expires}
            new_cell = self._insert(connection, tables.arrived_intake_cells, row)
        return new_letter or new_cell

    def put_board_cell(self, cell: Cell) -> bool:
        """Stores a cell on the board. True when it was new."""
        row = {**_cell_row(cell), "day": self.today()}
        with self._writing() as connection:
            return self._insert(connection, tables.arrived_cells, row)

    def letter_days(self) -> list[LetterDay]:
        """Every day with letters, ascending."""
        with self._reading() as connection:
            rows: set[tuple[date, bytes]] = set()
            for table in (tables.arrived_letters, tables.letters):
                rows.update(connection.execute(select(table.c.day, table.c.id)))
        days = groupby(sorted(rows), key=lambda row: row[0])
        by_day = {day: [name for _, name in group] for day, group in days}
        return [LetterDay(day, len(ids), day_digest(ids)) for day, ids in by_day.items()]

    def letter_ids(self, day: date) -> list[bytes]:
        """The ids of one day's letters, ascending; empty for a day without."""
        ids: set[bytes] = set()
        with self._reading() as connection:
            for table in (tables.arrived_letters, tables.letters):
                ids.update(connection.scalars(select(table.c.id).where(table.c.day == day)))
        return sorted(ids)

    def letters(self, ids: Sequence[bytes]) -> list[bytes]:
        """The letters found, in the order asked."""
        found: dict[bytes, bytes] = {}
        with self._reading() as connection:
            for table in (tables.arrived_letters, tables.letters):
                query = select(table.c.id, table.c.bytes).where(table.c.id.in_(ids))
                found.update(connection.execute(query).all())
        return [found[name] for name in ids if name in found]

    def board(self, volume: int, shard: int) -> list[bytes]:
        """All cells of a shard of the board, ascending by id."""
        return self._shard(tables.arrived_cells, volume, shard)

    def intake(self, shard: int) -> list[bytes]:
        """All intake cells of a shard whose day of expiry has not come, ascending by id."""
        return self._shard(tables.arrived_intake_cells, INTAKE_VOLUME, shard)

    def document_counts(self) -> tuple[int, int]:
        """How many roster and deployment versions there are: cheap, and changes whenever they do."""
        with self._reading() as connection:
            rosters, deployments = connection.execute(DOCUMENT_COUNTS).one()
        return rosters, deployments

    def statistics_counts(self) -> tuple[int, int]:
        """How many intents and releases there are."""
        with self._reading() as connection:
            intents, releases = connection.execute(STATISTICS_COUNTS).one()
        return intents, releases

    def rosters(self) -> list[RosterDocument]:
        """All roster versions, ascending."""
        table = tables.rosters
        with self._reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.version)).all()
        return [RosterDocument(*row) for row in rows]

    def deployments(self) -> list[bytes]:
        """All versions of the deployment file, with their content, as canonical JSON, ascending."""
        return self._documents(tables.deployments)

    def append_roster(self, roster: RosterDocument) -> bool:
        """False, and nothing stored, when that version exists already."""
        row = {"version": roster.version, "document": roster.document, "keys": roster.keys}
        return self._append(tables.rosters, row)

    def append_deployment(self, version: int, document: bytes) -> bool:
        """False, and nothing stored, when that version exists already."""
        return self._append(tables.deployments, {"version": version, "document": document})

    def intents(self) -> list[bytes]:
        """All intents of the ledger, as canonical JSON, in the order of appending."""
        return self._documents(tables.ledger)

    def releases(self) -> list[bytes]:
        """All releases, likewise."""
        return self._documents(tables.releases)

    def append_intent(self, version: int, document: bytes) -> bool:
        """False, and nothing stored, when that number is taken."""
        return self._append(tables.ledger, {"version": version, "document": document})

    def append_release(self, number: int, document: bytes) -> bool:
        """False, and nothing stored, when that number is taken."""
        return self._append(tables.releases, {"version": number, "document": document})

    def move_arrivals(self, today: date) -> bool:
        """The daily move (``move.py``). Two workers may do it at once; once more does no harm.

        False when a reader kept the journal from being cut; then it should be called again soon.
        """
        with self._writing() as connection:
            move(connection, today)
        with unavailable_as_busy():
            return forget_journal(self._reader)

    def close(self) -> None:
        """Gives all connections back. Must be called before the process forks; use opens new ones."""
        self._reader.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        # Callers read arrivals first and resting places second. PostgreSQL shows every statement the newest
        # state; a move between the two then shows a row twice, which a set forgives, and never not at all.
        with unavailable_as_busy(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with unavailable_as_busy(), self._writer.begin() as connection:
            yield connection

    def _insert(self, connection: Connection, arrived: Table, row: dict[str, object]) -> bool:
        return _stored(connection, self._put[arrived], row)

    def _append(self, table: Table, row: dict[str, object]) -> bool:
        statement = insert_if_absent(self._writer, table).on_conflict_do_nothing()
        with self._writing() as connection:
            return _stored(connection, statement, row)

    def _documents(self, table: Table) -> list[bytes]:
        with self._reading() as connection:
            return list(connection.scalars(select(table.c.document).order_by(table.c.version)))

    def _shard(self, arrived: Table, volume: int, shard: int) -> list[bytes]:
        found: dict[bytes, bytes] = {}
        with self._reading() as connection:
            for table in (arrived, tables.RESTING_PLACE[arrived]):
                query = select(table.c.id, table.c.bytes)
                query = query.where(table.c.volume == volume, table.c.shard == shard)
                if "expires" in table.c:
                    query = query.where(table.c.expires > self.today())
                found.update(connection.execute(query).all())
        return [found[name] for name in sorted(found)]


def _put_statement(engine: Engine, arrived: Table) -> Insert:
    """INSERT into an arrival table unless the same key arrived before or rests already.

    One statement, so that a move at the same moment is either over or has not begun.
    """
    resting = tables.RESTING_PLACE[arrived]
    values = {column.name: bindparam(column.name, type_=column.type) for column in arrived.columns}
    at_rest = exists().where(*[key == values[key.name] for key in resting.primary_key])
    row = select(*values.values()).where(~at_rest)
    return insert_if_absent(engine, arrived).from_select(list(values), row).on_conflict_do_nothing()


def _stored(connection: Connection, statement: Insert, row: dict[str, object]) -> bool:
    result = connection.execute(statement, row, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


def _letter_row(letter: Letter, day: date) -> dict[str, object]:
    return {"id": letter.id, "day": day, "commitment": letter.commitment, "bytes": letter.sealed}


def _cell_row(cell: Cell) -> dict[str, object]:
    return {
        "id": cell.id,
        "volume": cell.volume,
        "shard": cell.shard,
        "tag": cell.tag,
        "commitment": cell.commitment,
        "bytes": cell.sealed,
    }
