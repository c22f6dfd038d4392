"""One way to open the site's database: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
BUSY_SECONDS = 5.0
STATEMENT_SECONDS = 60.0
WRITING = "reporting_app_writing"


def make_engine(url: str | URL, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql://…``; connects when first used.

    ``busy_seconds`` is how long one statement waits for a lock before storage is busy. Raises ValueError for
    another kind of database, or for SQLite in memory: nothing would be durable and no two processes share it.
    """
    where = make_url(url)
    kind = where.get_backend_name()
    if kind == SQLITE:
        return _sqlite(where, busy_seconds)
    if kind == POSTGRESQL:
        return _postgresql(where, busy_seconds)
    raise ValueError("the database is sqlite:///FILE or postgresql://…")


def writing(engine: Engine) -> Engine:
    """The same engine and pool, its transactions taking the write lock at once.

    On SQLite a transaction that first reads and then writes can fail in a way that no waiting mends; one that
    starts with BEGIN IMMEDIATE waits its turn instead.
    """
    return engine.execution_options(**{WRITING: True})


def _sqlite(where: URL, busy_seconds: float) -> Engine:
    if not where.database or where.database == ":memory:":
        raise ValueError("the site's storage is a file: sqlite:///FILE")
    path = Path(where.database)
    if not where.query:
        # Journal and shared memory take their permissions from the database file.
        path.touch(mode=0o600)
    engine = create_engine(where, hide_parameters=True, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin where we say so, below
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # 201 means that it is on the disk
            "secure_delete = ON",  # what is deleted is overwritten with zeros
            "temp_store = MEMORY",  # nothing in temporary files
            "foreign_keys = ON",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgresql(where: URL, busy_seconds: float) -> Engine:
    settings = {
        "lock_timeout": int(busy_seconds * 1000),
        "statement_timeout": int(STATEMENT_SECONDS * 1000),
        "synchronous_commit": "on",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        where.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": ""},
    )
