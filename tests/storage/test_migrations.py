"""Migrations on both databases."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from reporting_app.storage import migrations
from reporting_app.storage.engine import make_engine
from reporting_app.storage.migrations import migrate
from reporting_app.storage.tables import METADATA

EIGHT = 8


def start(url: str) -> None:
    migrate(make_engine(url))


def test_an_empty_database_is_brought_to_the_newest_form_and_again_without_harm(
    empty_database_url: str,
) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine)
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.long
def test_eight_processes_may_start_at_once(empty_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    starting = [context.Process(target=start, args=(empty_database_url,)) for _ in range(EIGHT)]
    for process in starting:
        process.start()
    for process in starting:
        process.join(60)
    assert [process.exitcode for process in starting] == [0] * EIGHT
    engine = make_engine(empty_database_url)
    with engine.connect() as connection:
        reached = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    newest = max(one.name[:4] for one in Path(migrations.__file__).parent.glob("versions/0*.py"))
    assert reached == [newest]
    engine.dispose()


def test_migrating_leaves_no_connection_open_that_a_fork_would_share(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine)
    assert engine.pool.status().endswith("Current Checked out connections: 0")
    assert "Connections in pool: 0" in engine.pool.status()


def test_sqlite_is_durable_private_and_forgets_what_it_deletes(tmp_path: Path) -> None:
    file = tmp_path / "site.db"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "secure_delete",
                "temp_store",
                "foreign_keys",
                "busy_timeout",
            )
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_cannot_keep_its_promise_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        make_engine(url)
