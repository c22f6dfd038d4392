"""Two crowds of one size who say entirely different things, and a site that takes in what they say.

So that chance does not blur the comparison, both crowds arrive in the order of their objects' ids, and the
daily move shuffles alike: which page of a database a row stands on depends on these only. Whether that order
tells something is another test's question (``tests/storage/test_seizure_of_the_file.py``).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, select

from reporting_app.admin.letters import Opener
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.reporter import Thread, compose_message, compose_report
from reporting_app.crypto import receipt, shape
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.hashing import object_id
from reporting_app.storage.tables import METADATA
from tests.deployment import TODAY, World
from tests.site_fixtures import OCTETS, Visitor, make_app, noon

MEMBER = "utredare-1"
THREADS = 4
LETTER_FRONT, CELL_FRONT = 32, 24  # magic, deployment, roster version and slots; volume and shard
CELL_ZEROS = slice(56, 64)
RANDOM_COLUMNS = ("id", "commitment", "tag")
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass
class Crowd:
    """Sealed objects of one day, and the length of what the letters say."""

    letters: list[bytes] = field(default_factory=list)
    intake: list[bytes] = field(default_factory=list)
    board: list[bytes] = field(default_factory=list)
    said: dict[bytes, int] = field(default_factory=dict)

    def add(self, submission: bytes, cells: Sequence[bytes], length: int) -> None:
        parts = shape.read_submission(submission)
        self.letters.append(parts.letter)
        self.intake.append(parts.cell)
        self.board += cells
        self.said[object_id(parts.letter)] = length

    def submissions(self) -> list[bytes]:
        letters, cells = sorted(self.letters, key=object_id), sorted(self.intake, key=object_id)
        return [shape.write_submission(0, *pair) for pair in zip(letters, cells, strict=True)]


def brief(world: World) -> Crowd:
    """Short reports in Swedish to everybody, then a note among colleagues and an answer."""
    crowd = Crowd()
    for number in range(THREADS):
        keys, text = world.reporter(), f"Hot {number}."
        crowd.add(_report(world, keys, text, ()), (), len(text))
        desk = _desk(world, keys, crowd.letters[-1])
        _post(crowd, desk.note("Ja."), 3)
        _post(crowd, desk.reply("Tack."), 5)
    return crowd


def wordy(world: World) -> Crowd:
    """Long reports in English that leave somebody out, then a later message and a closing."""
    crowd = Crowd()
    for number in range(THREADS):
        keys, text = world.reporter(), f"They came again, number {number}. " * 300
        left_out = ("utredare-3", "tillsyn-2")[: 1 + number % 2]
        more: dict[str, Json] = {"answers": {"form": ["direct_threat", "threat"], "where": ["home"]}}
        crowd.add(_report(world, keys, text, left_out, language="en", **more), (), len(text))
        desk = _desk(world, keys, crowd.letters[-1])
        known = Thread(stored=True, case=desk.case)
        message, _ = compose_message(keys, world.setting(), known, "And again. " * 500)
        crowd.add(message, (), 5_500)
        _post(crowd, desk.status("acting", "Nothing more can be done. " * 20), 520)
    return crowd


def _report(
    world: World, keys: receipt.ReporterKeys, text: str, leave_out: Sequence[str], **more: Json
) -> bytes:
    body = {**world.report_body(text), **more}
    return compose_report(keys, world.setting(), body, leave_out)[0]


def _desk(world: World, keys: receipt.ReporterKeys, letter: bytes) -> Desk:
    opener = Opener(world.keys[MEMBER])
    assert opener.add(letter, TODAY, world.chain)
    [case] = opener.cases().values()
    return Desk(MEMBER, world.keys[MEMBER].sign_seed, world.setting(), keys.thread, case)


def _post(crowd: Crowd, posting: Posting, length: int) -> None:
    crowd.add(posting.submission, posting.cells, length)


def serve(
    engine: Engine,
    world: World,
    crowds: Sequence[Crowd],
    monkeypatch: pytest.MonkeyPatch,
    before_end: Callable[[], None] = lambda: None,
) -> Rows:
    """A site takes in one crowd a day. All but the last day's is moved. What stands in every table then."""
    clock = noon()
    visitor = Visitor(make_app(engine, world, clock).test_client(), world, clock)
    visitor.publish()
    for number, crowd in enumerate(crowds):
        if number:
            clock.pass_days(1)
            with monkeypatch.context() as seeded:
                seeded.setattr(secrets, "SystemRandom", lambda: random.Random(1))  # noqa: S311
                assert visitor.get("/v1/roster").status_code == 200  # the first of a day sets off the move
        for submission in crowd.submissions():
            assert visitor.post("/v1/letters", submission).status_code == 201
        for cell in sorted(crowd.board, key=object_id):
            assert visitor.signed("POST", "/v1/board", cell, OCTETS).status_code == 201
    before_end()
    with engine.connect() as connection:
        asked = {name: select(table).order_by(*table.primary_key) for name, table in METADATA.tables.items()}
        return {
            name: [dict(row) for row in connection.execute(query).mappings()] for name, query in asked.items()
        }


def header_of(sealed: bytes) -> bytes:
    """What of a sealed object anybody can read."""
    front = sealed[:LETTER_FRONT]
    return front if len(sealed) == shape.LETTER_SIZE else sealed[:CELL_FRONT] + sealed[CELL_ZEROS]


def open_part(row: Row) -> Row:
    """A row without its random bytes, of which only the sizes are left."""
    shown = {name: len(value) if name in RANDOM_COLUMNS else value for name, value in row.items()}
    if "bytes" in row:
        shown["bytes"] = (len(row["bytes"]), header_of(row["bytes"]))
    return shown


def random_parts(rows: Rows) -> list[bytes]:
    """The random bytes of all rows, in the pieces in which a row has them side by side."""
    found: list[bytes] = []
    for row in (row for table in rows.values() for row in table if "bytes" in row):
        columns = [row[name] for name in ("id", "tag", "commitment") if name in row]
        sealed = row["bytes"]
        found += [*columns, b"".join(columns)]
        if len(sealed) == shape.LETTER_SIZE:
            found.append(sealed[LETTER_FRONT:])
        else:
            found += [sealed[CELL_FRONT : CELL_ZEROS.start], sealed[CELL_ZEROS.stop :]]
    return found
