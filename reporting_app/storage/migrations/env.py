"""Run by Alembic. The connection, with its transaction and lock, comes from ``migrate``."""

from __future__ import annotations

from alembic import context

from reporting_app.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
