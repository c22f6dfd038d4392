"""Leadership's accounts and their sealed attempts (docs/decisions/0015-leadership-login.md)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "leaders",
        "name",
        ("name", sa.LargeBinary()),
        ("id", sa.LargeBinary(16)),
        ("password", sa.LargeBinary()),
        ("secret", sa.LargeBinary(20)),
        ("session", sa.LargeBinary(32)),
    )
    _table("leader_attempts", "leader", ("leader", sa.LargeBinary(16)), ("sealed", sa.LargeBinary()))


def _table(name, key, *columns):
    op.create_table(
        name,
        *[sa.Column(column, kind, nullable=False) for column, kind in columns],
        sa.PrimaryKeyConstraint(key),
        sqlite_with_rowid=False,
    )
