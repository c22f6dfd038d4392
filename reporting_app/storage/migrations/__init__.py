"""Bringing the site's database to the newest form. Runs at every start; most often there is nothing to do."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from reporting_app.storage.engine import SQLITE, writing
from reporting_app.storage.errors import unavailable_as_busy

LOCK = 0x7261707031  # "rapp1"; any number that no other user of the PostgreSQL server takes


def migrate(engine: Engine) -> None:
    """Upgrades to head in one transaction. Of two processes that start at once, one waits and finds it done.

    Leaves no connection open, so that a server can fork afterwards. Raises StorageBusy.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    with unavailable_as_busy(), writing(engine).begin() as connection:
        if engine.dialect.name != SQLITE:  # SQLite took its write lock when the transaction began
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
