"""Ledger and releases of the statistics."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ledger", "releases"):
        op.create_table(
            name,
            sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
            sa.Column("document", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("version"),
            sqlite_with_rowid=False,
        )
