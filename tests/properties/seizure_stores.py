"""The two databases as things that can be seized, and disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from reporting_app.storage.engine import make_engine
from reporting_app.storage.tables import METADATA
from tests.properties.seizure_search import journal_pages
from tests.storage_fixtures import PostgresServer

RELATIONS = """
SELECT pg_relation_filepath(one) FROM (
  SELECT oid AS one FROM pg_class WHERE relname = ANY(:names)
  UNION SELECT reltoastrelid FROM pg_class WHERE relname = ANY(:names)
  UNION SELECT indexrelid FROM pg_index WHERE indrelid IN (
    SELECT oid FROM pg_class WHERE relname = ANY(:names)
    UNION SELECT reltoastrelid FROM pg_class WHERE relname = ANY(:names))
) AS all_of_them WHERE pg_relation_filepath(one) IS NOT NULL
"""


class Store:
    """What both have: a hand in the database from outside of the site."""

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        raise NotImplementedError
        yield

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Without the table in which letters arrive: what the site does then is a mistake of ours."""
        with self._engine() as engine:
            _rename(engine, "arrived_letters", "elsewhere")
            yield
            _rename(engine, "elsewhere", "arrived_letters")

    def plant(self, planted: str) -> None:
        with self._engine() as engine, engine.begin() as connection:
            connection.execute(text("CREATE TABLE planted (words TEXT)"))
            connection.execute(text("INSERT INTO planted VALUES (:words)"), {"words": planted})


@dataclass
class SqliteStore(Store):
    """A file in the site's working directory, with its journal."""

    directory: Path
    kind = "sqlite"
    own_files = ("site.db", "site.db-wal", "site.db-shm")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.directory / 'site.db'}"

    def files(self) -> dict[str, bytes]:
        return {}  # they are among the site's own

    def forget(self) -> None:
        pass

    def tables(self) -> dict[str, bytes]:
        """The bytes in which rows stand."""
        wal = self.directory / "site.db-wal"
        journal = journal_pages(wal.read_bytes()) if wal.exists() else b""
        return {"site.db": (self.directory / "site.db").read_bytes(), "journal": journal}

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._engine() as engine, engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            connection.rollback()

    def stop(self) -> None:
        pass

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        yield engine
        engine.dispose()


@dataclass
class PostgresStore(Store):
    """A database on the session's server, and all in the server's directory that changes from now on."""

    server: PostgresServer
    kind = "postgresql"
    own_files: tuple[str, ...] = ()
    url: str = field(init=False)
    directory: Path = field(init=False)

    def __post_init__(self) -> None:
        self.url = self.server.new_database("template0")
        with self._engine() as engine, engine.connect() as connection:
            self.directory = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        self.forget()

    def forget(self) -> None:
        """From now on only what changes is seized."""
        self._run("SELECT pg_switch_wal()")
        self._run("CHECKPOINT")
        self._before = self._states()

    def files(self) -> dict[str, bytes]:
        self._run("CHECKPOINT")
        now = self._states()
        changed = [path for path, state in now.items() if state != self._before.get(path)]
        return {f"postgresql/{path.relative_to(self.directory)}": _read(path) for path in changed}

    def tables(self) -> dict[str, bytes]:
        names = list(METADATA.tables)
        with self._engine() as engine, engine.connect() as connection:
            paths = connection.execute(text(RELATIONS), {"names": names}).scalars().all()
        assert len(paths) > 2 * len(names), "tables, their indexes and their long values"
        return {path: (self.directory / path).read_bytes() for path in paths}

    @contextmanager
    def locked(self) -> Iterator[None]:
        engine = make_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE arrived_letters IN EXCLUSIVE MODE"))
            yield
        engine.dispose()

    def stop(self) -> None:
        self.server.drop(self.url)

    def _run(self, statement: str) -> None:
        with self._engine() as engine, engine.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        made = make_engine(self.url)
        yield made.execution_options(isolation_level="AUTOCOMMIT")
        made.dispose()

    def _states(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for path in self.directory.rglob("*"):
            if path.is_file() and not path.is_symlink():
                state = path.stat()
                found[path] = (state.st_mtime_ns, state.st_size)
        return found


Store = SqliteStore | PostgresStore


def make_store(request: pytest.FixtureRequest, directory: Path) -> Store:
    """The kind of database that ``request.param`` names; SQLite's file lies in ``directory``."""
    if request.param == "sqlite":
        return SqliteStore(directory)
    return PostgresStore(request.getfixturevalue("postgres_server"))


def _read(path: Path) -> bytes:
    """Without the zeros that fill up a segment of the write-ahead log."""
    try:
        return path.read_bytes().rstrip(b"\0")
    except FileNotFoundError:  # the server has just removed it
        return b""


def _rename(engine: Engine, one: str, other: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {one} RENAME TO {other}"))
