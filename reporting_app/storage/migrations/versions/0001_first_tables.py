"""The site's tables of suite 1 (docs/protocol.md §14).

Written out in full: a migration is history and does not change when ``tables.py`` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for prefix in ("", "arrived_"):
        arriving = prefix == "arrived_"
        _table(
            f"{prefix}letters",
            ["id"],
            ("id", sa.LargeBinary(32)),
            ("day", sa.Date()),
            ("commitment", sa.LargeBinary(32)),
            ("bytes", sa.LargeBinary(32_768)),
        )
        _table(f"{prefix}cells", CELL_KEY, *_cell(arriving, intake=False))
        _table(f"{prefix}intake_cells", CELL_KEY, *_cell(arriving, intake=True))
    op.create_index("letters_by_day", "letters", ["day", "id"])
    _table(
        "rosters",
        ["version"],
        ("version", sa.Integer()),
        ("document", sa.LargeBinary()),
        ("keys", sa.LargeBinary()),
    )
    _table("deployments", ["version"], ("version", sa.Integer()), ("document", sa.LargeBinary()))
    if op.get_bind().dialect.name == "postgresql":
        for prefix in ("", "arrived_"):
            for name in ("letters", "cells", "intake_cells"):
                # Sealed bytes do not compress; do not try.
                op.execute(f"ALTER TABLE {prefix}{name} ALTER COLUMN bytes SET STORAGE EXTERNAL")


CELL_KEY = ["volume", "shard", "id"]


def _cell(arriving, intake):
    return [
        ("volume", sa.Integer()),
        ("shard", sa.Integer()),
        ("id", sa.LargeBinary(32)),
        ("tag", sa.LargeBinary(16)),
        ("commitment", sa.LargeBinary(32)),
        *([("day", sa.Date())] if arriving else []),
        *([("expires", sa.Date())] if intake else []),
        ("bytes", sa.LargeBinary(4_096)),
    ]


def _table(name, key, *columns):
    op.create_table(
        name,
        *[sa.Column(column, kind, nullable=False, autoincrement=False) for column, kind in columns],
        sa.PrimaryKeyConstraint(*key),
        sqlite_with_rowid=False,
    )
