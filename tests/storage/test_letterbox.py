"""The letterbox on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import Engine, inspect

from reporting_app.crypto.hashing import day_digest
from reporting_app.storage import tables
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox, LetterDay, RosterDocument
from tests.storage_fixtures import FakeClock, random_cell, random_letter

RowCounts = Callable[[], dict[str, int]]


def in_30_days(letterbox: Letterbox) -> date:
    return letterbox.today() + timedelta(days=30)


def test_a_submission_is_found_at_once_and_after_the_move(letterbox: Letterbox, clock: FakeClock) -> None:
    letter, cell = random_letter(), random_cell(shard=2)
    arrived_on = letterbox.today()
    assert letterbox.put_submission(letter, cell, in_30_days(letterbox))
    for _ in range(2):
        assert letterbox.letters([letter.id]) == [letter.sealed]
        assert letterbox.letter_ids(arrived_on) == [letter.id]
        assert letterbox.letter_days() == [LetterDay(arrived_on, 1, day_digest([letter.id]))]
        assert letterbox.intake(2) == [cell.sealed]
        assert letterbox.intake(0) == []
        letterbox.move_arrivals(clock.pass_days(1))


def test_the_same_bytes_again_change_nothing_before_or_after_the_move(
    letterbox: Letterbox, clock: FakeClock, row_counts: RowCounts
) -> None:
    letter, cell, board_cell = random_letter(), random_cell(), random_cell(2026, 1)
    assert letterbox.put_submission(letter, cell, in_30_days(letterbox))
    assert letterbox.put_board_cell(board_cell)
    for _ in range(2):
        before = row_counts()
        assert not letterbox.put_submission(letter, cell, in_30_days(letterbox))
        assert not letterbox.put_board_cell(board_cell)
        assert row_counts() == before
        letterbox.move_arrivals(clock.pass_days(1))


def test_a_letter_keeps_the_day_on_which_it_arrived(letterbox: Letterbox, clock: FakeClock) -> None:
    first, second = random_letter(), random_letter()
    letterbox.put_submission(first, random_cell(), in_30_days(letterbox))
    clock.pass_days(3)
    letterbox.put_submission(second, random_cell(), in_30_days(letterbox))
    letterbox.move_arrivals(clock.pass_days(5))
    assert [day.day for day in letterbox.letter_days()] == [date(2026, 3, 2), date(2026, 3, 5)]
    assert letterbox.letter_ids(date(2026, 3, 5)) == [second.id]


def test_letters_come_in_the_order_asked_and_unknown_ones_are_left_out(letterbox: Letterbox) -> None:
    letters = [random_letter() for _ in range(5)]
    for letter in letters:
        letterbox.put_submission(letter, random_cell(), in_30_days(letterbox))
    asked = [letters[3].id, bytes(32), letters[0].id]
    assert letterbox.letters(asked) == [letters[3].sealed, letters[0].sealed]


def test_a_shard_of_the_board_comes_in_identifier_order_across_the_move(
    letterbox: Letterbox, clock: FakeClock
) -> None:
    cells = [random_cell(2026, 1) for _ in range(12)]
    for index, cell in enumerate(cells):
        letterbox.put_board_cell(cell)
        if index == 5:
            letterbox.move_arrivals(clock.pass_days(1))
    letterbox.put_board_cell(random_cell(2026, 0))
    letterbox.put_board_cell(random_cell(2025, 1))
    assert letterbox.board(2026, 1) == [cell.sealed for cell in sorted(cells, key=lambda cell: cell.id)]


def test_an_intake_cell_is_gone_on_its_day_of_expiry_and_its_letter_stays(
    letterbox: Letterbox, clock: FakeClock, row_counts: RowCounts
) -> None:
    letter, cell = random_letter(), random_cell()
    letterbox.put_submission(letter, cell, in_30_days(letterbox))
    letterbox.move_arrivals(clock.pass_days(29))
    assert letterbox.intake(0) == [cell.sealed]
    today = clock.pass_days(1)
    assert letterbox.intake(0) == [], "not served any more even when the move has not come yet"
    letterbox.move_arrivals(today)
    counts = row_counts()
    assert (counts["letters"], counts["intake_cells"], counts["arrived_intake_cells"]) == (1, 0, 0)


def test_the_move_leaves_alone_what_arrived_today(letterbox: Letterbox, row_counts: RowCounts) -> None:
    letter, cell, board_cell = random_letter(), random_cell(), random_cell(2026)
    letterbox.put_submission(letter, cell, in_30_days(letterbox))
    letterbox.put_board_cell(board_cell)
    before = row_counts()
    letterbox.move_arrivals(letterbox.today())
    assert row_counts() == before
    assert letterbox.letters([letter.id]) == [letter.sealed]
    assert (letterbox.intake(0), letterbox.board(2026, 0)) == ([cell.sealed], [board_cell.sealed])


def test_the_move_twice_is_as_good_as_once(
    letterbox: Letterbox, clock: FakeClock, row_counts: RowCounts
) -> None:
    letterbox.put_submission(random_letter(), random_cell(), in_30_days(letterbox))
    today = clock.pass_days(1)
    assert letterbox.move_arrivals(today)
    after = row_counts()
    assert letterbox.move_arrivals(today)
    assert row_counts() == after
    assert (after["arrived_letters"], after["letters"], after["intake_cells"]) == (0, 1, 1)


def test_racing_processes_store_the_same_submission_once(database_url: str, clock: FakeClock) -> None:
    boxes = [Letterbox(make_engine(database_url), clock) for _ in range(4)]
    letter, cell = random_letter(), random_cell()
    start = threading.Barrier(len(boxes))

    def send(box: Letterbox) -> bool:
        start.wait()
        return box.put_submission(letter, cell, in_30_days(box))

    with ThreadPoolExecutor(len(boxes)) as pool:
        assert sorted(pool.map(send, boxes)) == [False, False, False, True]
    assert boxes[0].letter_ids(boxes[0].today()) == [letter.id]
    for box in boxes:
        box.close()


def test_moves_and_submissions_at_the_same_moment_lose_and_double_nothing(
    database_url: str, clock: FakeClock, row_counts: RowCounts
) -> None:
    boxes = [Letterbox(make_engine(database_url), clock) for _ in range(4)]
    old = [(random_letter(), random_cell()) for _ in range(20)]
    for letter, cell in old:
        boxes[0].put_submission(letter, cell, in_30_days(boxes[0]))
    today = clock.pass_days(1)
    new = [(random_letter(), random_cell()) for _ in range(20)]
    start = threading.Barrier(len(boxes))

    def work(index: int) -> None:
        start.wait()
        for letter, cell in old + new:
            box = boxes[index]
            box.put_submission(letter, cell, in_30_days(box))
            if index < 2:
                box.move_arrivals(today)
            assert box.letters([letter.id]) == [letter.sealed]

    with ThreadPoolExecutor(len(boxes)) as pool:
        list(pool.map(work, range(len(boxes))))
    counts = row_counts()
    assert (counts["letters"], counts["arrived_letters"]) == (20, 20)
    assert (counts["intake_cells"], counts["arrived_intake_cells"]) == (20, 20)
    for box in boxes:
        box.close()


def test_documents_are_appended_once_and_read_in_order(letterbox: Letterbox) -> None:
    assert letterbox.document_counts() == (0, 0)
    first, second = RosterDocument(1, b"one", b"keys"), RosterDocument(2, b"two", b"more keys")
    assert letterbox.append_roster(first)
    assert letterbox.append_roster(second)
    assert not letterbox.append_roster(RosterDocument(2, b"another", b"keys"))
    assert letterbox.append_deployment(1, b"text")
    assert not letterbox.append_deployment(1, b"other text")
    assert letterbox.rosters() == [first, second]
    assert letterbox.deployments() == [b"text"]
    assert letterbox.document_counts() == (2, 1)


def test_what_is_at_rest_is_the_list_of_the_protocol_and_nothing_else(engine: Engine) -> None:
    found = inspect(engine)
    columns = {
        name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()
    }
    assert columns.pop("alembic_version") == {"version_num"}
    letter = {"id", "day", "commitment", "bytes"}
    cell = {"id", "volume", "shard", "tag", "commitment", "bytes"}
    assert columns == {
        "letters": letter,
        "cells": cell,
        "intake_cells": cell | {"expires"},
        "arrived_letters": letter,
        "arrived_cells": cell | {"day"},
        "arrived_intake_cells": cell | {"day", "expires"},
        "rosters": {"version", "document", "keys"},
        "deployments": {"version", "document"},
        "leaders": {"name", "id", "password", "secret", "session"},
        "leader_attempts": {"leader", "sealed"},
        "ledger": {"version", "document"},
        "releases": {"version", "document"},
    }
    kinds = {str(column.type) for table in tables.METADATA.tables.values() for column in table.columns}
    assert kinds == {"BLOB", "DATE", "INTEGER"}, "a day is the only time there is"
