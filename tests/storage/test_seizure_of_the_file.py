"""Whoever takes the database file after the daily move cannot tell in which order things arrived.

Each measure is shown to find the order where it is known to stand (before the move, or with a careless move),
so that finding nothing afterwards means something. Figures are Spearman's rank correlations; by chance they
have a standard deviation of 0.05 for the 400 objects used here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from reporting_app.storage import move, tables
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox
from reporting_app.storage.migrations import migrate
from tests.storage_fixtures import FakeClock, PostgresServer, random_cell, random_letter

MANY = 400
PAGE = 4_096
CHANCE = 0.25  # five standard deviations
CHANCE_OF_WORST = 0.3  # of 180 alignments, which hardly differ from each other


@dataclass
class Sealed:
    id: bytes
    sealed: bytes


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation of two sequences without ties."""
    ranks = []
    for values in (one, other):
        order = sorted(range(len(values)), key=values.__getitem__)
        ranks.append({index: rank for rank, index in enumerate(order)})
    squares = sum((ranks[0][index] - ranks[1][index]) ** 2 for index in range(len(one)))
    return 1 - 6 * squares / (len(one) * (len(one) ** 2 - 1))


def fill(letterbox: Letterbox) -> tuple[list[Sealed], list[Sealed]]:
    """One day's letters and intake cells, in the order in which they arrived."""
    letters, cells = [], []
    for _ in range(MANY):
        letter, cell = random_letter(), random_cell()
        letterbox.put_submission(letter, cell, letterbox.today() + timedelta(days=30))
        letters.append(Sealed(letter.id, letter.sealed))
        cells.append(Sealed(cell.id, cell.sealed))
    return letters, cells


def sqlite_offsets(objects: Sequence[Sealed], data: bytes, inside: int) -> list[int]:
    """Where in the file each object's overflow page with byte ``inside`` lies."""
    found = data.find(objects[0].sealed[inside : inside + 24])
    start = inside - (found % PAGE - 4)  # an overflow page is a 4-byte pointer and content
    pages = {data[at + 4 : at + 28]: at for at in range(0, len(data), PAGE)}
    return [pages[one.sealed[start : start + 24]] for one in objects]


def free_pages(data: bytes) -> list[int]:
    """Numbers of the free pages, in the order in which they were freed (SQLite file format §1.5)."""
    trunks = []
    (trunk,) = struct.unpack(">I", data[32:36])
    while trunk:
        at = (trunk - 1) * PAGE
        following, count = struct.unpack(">II", data[at : at + 8])
        trunks.append([trunk, *struct.unpack(f">{count}I", data[at + 8 : at + 8 + 4 * count])])
        trunk = following
    return [page for pages in reversed(trunks) for page in pages]


def free_list_attack(letters: Sequence[Sealed], data: bytes) -> float:
    """How well the free list tells the order, if letters were deleted in the order of their keys.

    A letter's pages were taken together on the first day, so runs of neighbours separate one letter from the
    next. The worst of 60 alignments at either side.
    """
    runs: list[list[int]] = []
    for page in free_pages(data):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    places = [run[0] for run in runs if len(run) >= 6]
    assert len(places) > 0.9 * MANY, "the attack still recognises letters in the list"
    by_key = sorted(range(len(letters)), key=lambda index: letters[index].id)
    worst = 0.0
    for shift in range(60):
        for keys, pages in (
            (by_key, places[shift:]),
            (by_key[shift:], places),
            (by_key[::-1], places[shift:]),
        ):
            size = min(len(keys), len(pages))
            worst = max(worst, abs(correlation(keys[:size], pages[:size])))
    return worst


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


@pytest.fixture
def sqlite_box(file: Path, clock: FakeClock) -> Iterator[Letterbox]:
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    yield Letterbox(engine, clock)
    engine.dispose()


def test_before_the_move_the_file_tells_the_order(sqlite_box: Letterbox, file: Path) -> None:
    letters, _ = fill(sqlite_box)
    sqlite_box.close()  # the last connection writes the journal back
    assert correlation(range(MANY), sqlite_offsets(letters, file.read_bytes(), 20_000)) > 0.99


def test_after_the_move_the_free_list_does_not_tell_the_order(
    sqlite_box: Letterbox, file: Path, clock: FakeClock
) -> None:
    letters, _ = fill(sqlite_box)
    sqlite_box.move_arrivals(clock.pass_days(1))
    assert free_list_attack(letters, file.read_bytes()) < CHANCE_OF_WORST


def test_after_the_move_offsets_do_not_tell_the_order(
    sqlite_box: Letterbox, file: Path, clock: FakeClock
) -> None:
    for _ in range(3):  # later days use the pages that earlier ones left
        letters, cells = fill(sqlite_box)
        assert sqlite_box.move_arrivals(clock.pass_days(1))
        data = file.read_bytes()
        letter_places = sqlite_offsets(letters, data, 20_000)
        cell_places = sqlite_offsets(cells, data, 3_000)
        assert abs(correlation(range(MANY), letter_places)) < CHANCE
        assert abs(correlation(range(MANY), cell_places)) < CHANCE
        assert abs(correlation(letter_places, cell_places)) < CHANCE, "nor which cell came with which letter"


def test_deleting_in_the_order_of_keys_would_leave_the_order_in_the_free_list(
    sqlite_box: Letterbox, file: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InOrder:
        def shuffle(self, rows: list[dict[str, object]]) -> None:
            rows.sort(key=lambda row: [row[name] for name in sorted(row)])

    monkeypatch.setattr(move.secrets, "SystemRandom", InOrder)
    letters, _ = fill(sqlite_box)
    sqlite_box.move_arrivals(clock.pass_days(1))
    assert free_list_attack(letters, file.read_bytes()) > 0.95


def test_after_the_move_every_object_stands_once_and_the_journal_is_empty(
    sqlite_box: Letterbox, file: Path, clock: FakeClock
) -> None:
    letters, cells = fill(sqlite_box)
    sqlite_box.move_arrivals(clock.pass_days(1))
    journal = Path(f"{file}-wal")
    assert journal.stat().st_size == 0
    data = file.read_bytes()
    assert {data.count(one.sealed[20_000:20_024]) for one in letters[:20]} == {1}
    assert {data.count(one.sealed[3_000:3_024]) for one in cells[:20]} == {1}
    assert {data.count(one.id) for one in cells[:20]} == {1}


def test_an_expired_intake_cell_is_overwritten(sqlite_box: Letterbox, file: Path, clock: FakeClock) -> None:
    _, cells = fill(sqlite_box)
    sqlite_box.move_arrivals(clock.pass_days(1))
    sqlite_box.move_arrivals(clock.pass_days(30))
    data = file.read_bytes() + Path(f"{file}-wal").read_bytes()
    for one in cells[:20]:
        assert one.id not in data
        assert one.sealed[3_000:3_024] not in data


def test_a_reader_in_the_way_of_the_journal_is_reported(
    sqlite_box: Letterbox, file: Path, clock: FakeClock
) -> None:
    sqlite_box.put_board_cell(random_cell(2026))
    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as reader:
        reader.execute(text("SELECT count(*) FROM letters"))
        patient = Letterbox(make_engine(f"sqlite:///{file}", busy_seconds=0.1), clock)
        assert not patient.move_arrivals(clock.pass_days(1))
    assert patient.move_arrivals(clock.today())
    patient.close()
    engine.dispose()


@pytest.mark.parametrize("name", tables.METADATA.tables)
def test_no_table_has_row_numbers(sqlite_box: Letterbox, file: Path, name: str) -> None:
    engine = make_engine(f"sqlite:///{file}")
    with pytest.raises(OperationalError, match="no such column"), engine.connect() as connection:
        connection.execute(text(f"SELECT rowid FROM {name}"))  # noqa: S608
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    url = postgres_server.new_database("template_site")
    engine = make_engine(url)
    yield engine
    engine.dispose()
    postgres_server.drop(url)


def toast_file(engine: Engine, table: str) -> bytes:
    """The raw file in which PostgreSQL keeps the long values of a table."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        path = connection.execute(
            text(
                "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(reltoastrelid)"
                " FROM pg_class WHERE oid = CAST(:table AS regclass)"
            ),
            {"table": table},
        ).scalar_one()
    return Path(path).read_bytes()


@pytest.mark.long
def test_on_postgresql_the_files_do_not_tell_the_order_either(
    postgres_engine: Engine, clock: FakeClock
) -> None:
    letterbox = Letterbox(postgres_engine, clock)
    letters, _ = fill(letterbox)
    marks = [one.sealed[100:124] for one in letters]
    before = toast_file(postgres_engine, "arrived_letters")
    assert correlation(range(MANY), [before.find(mark) for mark in marks]) > 0.99
    letterbox.move_arrivals(clock.pass_days(1))
    after = toast_file(postgres_engine, "letters")
    assert abs(correlation(range(MANY), [after.find(mark) for mark in marks])) < CHANCE
    assert toast_file(postgres_engine, "arrived_letters") == b""
    with postgres_engine.connect() as connection:
        rows = connection.execute(text("SELECT id, xmin FROM letters ORDER BY ctid")).all()
    assert [bytes(name) for name, _ in rows] == sorted(one.id for one in letters)
    assert len({transaction for _, transaction in rows}) == 1
