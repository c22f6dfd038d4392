"""Everything that is at rest on the site, and nothing else (docs/protocol.md §14).

Days, never times; no sequence numbers. On SQLite no table has rowids: they would number what arrives. What
arrives stands in the ``arrived_*`` tables until the daily move (``move.py``).
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table

METADATA = MetaData()


def _table(name: str, key: list[str], columns: list[Column[object]]) -> Table:
    # The key is clustered, so a shard of the board lies together and in the order in which it is served.
    return Table(name, METADATA, *columns, PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _numbered(name: str) -> Table:
    version: Column[object] = Column("version", Integer, nullable=False, autoincrement=False)
    return _table(name, ["version"], [version, Column("document", LargeBinary, nullable=False)])


def _letter_columns() -> list[Column[object]]:
    return [
        Column("id", LargeBinary(32), nullable=False),
        Column("day", Date, nullable=False),
        Column("commitment", LargeBinary(32), nullable=False),
        Column("bytes", LargeBinary(32_768), nullable=False),
    ]


def _cell_columns(*more: Column[object]) -> list[Column[object]]:
    return [
        Column("volume", Integer, nullable=False),
        Column("shard", Integer, nullable=False),
        Column("id", LargeBinary(32), nullable=False),
        Column("tag", LargeBinary(16), nullable=False),
        Column("commitment", LargeBinary(32), nullable=False),
        *more,
        Column("bytes", LargeBinary(4_096), nullable=False),
    ]


def _arrival_day() -> Column[object]:
    return Column("day", Date, nullable=False)


def _expiry_day() -> Column[object]:
    return Column("expires", Date, nullable=False)


CELL_KEY = ["volume", "shard", "id"]

letters = _table("letters", ["id"], _letter_columns())
cells = _table("cells", CELL_KEY, _cell_columns())
intake_cells = _table("intake_cells", CELL_KEY, _cell_columns(_expiry_day()))

# A panel asks for one day's identifiers; the index answers without touching the letters themselves.
letters_by_day = Index("letters_by_day", letters.c.day, letters.c.id)

arrived_letters = _table("arrived_letters", ["id"], _letter_columns())
arrived_cells = _table("arrived_cells", CELL_KEY, _cell_columns(_arrival_day()))
arrived_intake_cells = _table("arrived_intake_cells", CELL_KEY, _cell_columns(_arrival_day(), _expiry_day()))

rosters = _table(
    "rosters",
    ["version"],
    [
        Column("version", Integer, nullable=False, autoincrement=False),
        Column("document", LargeBinary, nullable=False),
        Column("keys", LargeBinary, nullable=False),
    ],
)
# Signed document and content together, so that neither can be kept without the other.
deployments = _numbered("deployments")

# Of the statistics: intents and releases, signed by witnesses, numbered from 1 without gaps.
ledger = _numbered("ledger")
releases = _numbered("releases")

# Leadership's accounts have nothing to do with reports. ``session`` changes when all sign-ins are to end.
leaders = _table(
    "leaders",
    ["name"],
    [
        Column("name", LargeBinary, nullable=False),
        Column("id", LargeBinary(16), nullable=False),
        Column("password", LargeBinary, nullable=False),
        Column("secret", LargeBinary(20), nullable=False),
        Column("session", LargeBinary(32), nullable=False),
    ],
)
# Failures and times of signing in, under a key that only the running site has: no time is at rest here.
leader_attempts = _table(
    "leader_attempts",
    ["leader"],
    [
        Column("leader", LargeBinary(16), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
    ],
)

# Where each kind arrives -> where it rests.
RESTING_PLACE = {
    arrived_letters: letters,
    arrived_cells: cells,
    arrived_intake_cells: intake_cells,
}
