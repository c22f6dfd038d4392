"""Storage that cannot serve now says so, and nothing is half stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from reporting_app.storage.engine import make_engine, writing
from reporting_app.storage.errors import StorageBusy, unavailable_as_busy
from reporting_app.storage.letterbox import Letterbox, RosterDocument
from reporting_app.storage.migrations import migrate
from reporting_app.storage.tables import METADATA
from tests.storage_fixtures import FakeClock, random_cell, random_letter

RowCounts = Callable[[], dict[str, int]]


def every_write(letterbox: Letterbox) -> list[Callable[[], object]]:
    letter, cell = random_letter(), random_cell()
    expires = letterbox.today() + timedelta(days=30)
    return [
        lambda: letterbox.put_submission(letter, cell, expires),
        lambda: letterbox.put_board_cell(random_cell(2026)),
        lambda: letterbox.append_roster(RosterDocument(1, b"document", b"keys")),
        lambda: letterbox.append_deployment(1, b"document"),
        lambda: letterbox.move_arrivals(letterbox.today()),
    ]


@contextmanager
def locked_by_another(engine: Engine) -> Iterator[None]:
    """Somebody else holds every table."""
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(METADATA.tables)
            connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        yield


def test_locked_storage_is_busy_and_nothing_is_stored(
    letterbox: Letterbox, engine: Engine, row_counts: RowCounts
) -> None:
    before = row_counts()
    with locked_by_another(engine):
        for write in every_write(letterbox):
            with pytest.raises(StorageBusy):
                write()
    assert row_counts() == before


def test_what_was_busy_succeeds_when_sent_again(letterbox: Letterbox, engine: Engine) -> None:
    letter, cell = random_letter(), random_cell()
    expires = letterbox.today() + timedelta(days=30)
    with locked_by_another(engine), pytest.raises(StorageBusy):
        letterbox.put_submission(letter, cell, expires)
    assert letterbox.put_submission(letter, cell, expires)
    assert letterbox.letters([letter.id]) == [letter.sealed]


def test_a_short_lock_is_waited_for(letterbox: Letterbox, engine: Engine) -> None:
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with locked_by_another(engine):
            locked.set()
            release.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    threading.Timer(0.1, release.set).start()
    assert letterbox.put_board_cell(random_cell(2026))
    holder.join()


def test_read_only_storage_is_busy_and_still_readable(
    engine: Engine, clock: FakeClock, row_counts: RowCounts
) -> None:
    @event.listens_for(engine, "begin")
    def only_read(connection: object) -> None:
        sqlite = engine.dialect.name == "sqlite"
        statement = "PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY"
        connection.exec_driver_sql(statement)  # type: ignore[attr-defined]

    letterbox = Letterbox(engine, clock)
    for write in every_write(letterbox)[:4]:
        with pytest.raises(StorageBusy):
            write()
    assert letterbox.letter_days() == []
    assert letterbox.board(2026, 0) == []
    assert sum(row_counts().values()) == 0


def test_a_full_disk_is_busy_and_neither_half_of_a_submission_is_stored(
    tmp_path: Path, clock: FakeClock
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'site.db'}")
    migrate(engine)

    @event.listens_for(engine, "connect")
    def small(connection: object, _: object) -> None:
        # Room for the letter and not for its cell.
        [(pages,)] = connection.execute("PRAGMA page_count")  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")  # type: ignore[attr-defined]

    letterbox = Letterbox(engine, clock)
    letter = random_letter()
    with pytest.raises(StorageBusy):
        letterbox.put_submission(letter, random_cell(), letterbox.today() + timedelta(days=30))
    assert letterbox.letters([letter.id]) == []
    assert letterbox.intake(0) == []
    engine.dispose()


def test_an_unreachable_database_is_busy(tmp_path: Path, clock: FakeClock) -> None:
    for url in (
        f"sqlite:////{tmp_path}/nowhere/site.db?mode=ro&uri=true",
        f"postgresql://postgres@/site?host={tmp_path}",
    ):
        with pytest.raises(StorageBusy) as caught:
            Letterbox(make_engine(url), clock).letter_days()
        assert caught.value.__cause__ is None, "it may quote the statement"
        assert str(tmp_path) not in str(caught.value)


def test_a_mistake_of_ours_is_not_called_busy(engine: Engine) -> None:
    with (
        pytest.raises((OperationalError, ProgrammingError)),
        unavailable_as_busy(),
        engine.connect() as connection,
    ):
        connection.execute(text("SELECT * FROM no_such_table"))


def test_an_error_never_quotes_what_was_being_stored(engine: Engine) -> None:
    canary = "canary-of-the-parameters"
    with pytest.raises((OperationalError, ProgrammingError)) as caught, engine.connect() as connection:
        connection.execute(text("SELECT * FROM no_such_table WHERE x = :x"), {"x": canary})
    assert canary not in str(caught.value)
