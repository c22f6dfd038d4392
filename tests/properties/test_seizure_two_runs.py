"""Two seized servers on which entirely different things were said differ in random bytes only.

Same days, same numbers of letters and cells; but short or long, Swedish or English, to all or with somebody
left out, notes or later messages, answers or closings. Compared are the rows, SQLite's file and journal byte
by byte, the sizes of PostgreSQL's files, and the random bytes with each other (chi-square of byte values;
false alarms one in a million for each of its six figures). Planted leaks show that each comparison sees.

Not compared: the journal's own salts and checksums, and SQLite's ``-shm``, a directory of the journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Engine, text

from reporting_app.crypto import shape
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox
from reporting_app.storage.migrations import migrate
from tests.deployment import World
from tests.properties.seizure_crowds import THREADS, Crowd, Rows, brief, open_part, random_parts, serve, wordy
from tests.properties.seizure_search import PAGE, WAL_FRAME, WAL_HEADER, journal_pages
from tests.storage_fixtures import DATABASES, TEMPLATE, PostgresServer

STEP = 16  # every piece of a random part in a page is longer than two of these
SLOTS_END = shape.LETTER_HEADER_SIZE + 12 * 1_216
CELL_SLOT_END = shape.CELL_HEADER_SIZE + 1_216
DEGREES = 255
SIGMAS = 4.753  # of a normal distribution: one in a million lies beyond
TOO_MUCH = DEGREES * (1 - 2 / (9 * DEGREES) + SIGMAS * (2 / (9 * DEGREES)) ** 0.5) ** 3  # Wilson and Hilferty
Leak = Callable[[pytest.MonkeyPatch, dict[bytes, int]], None]


@dataclass
class Seized:
    """One server: its rows and, of SQLite, its bytes; of PostgreSQL, the sizes of its files."""

    rows: Rows
    file: bytes = b""
    journal: bytes = b""
    frames: bytes = b""
    sizes: tuple[int, ...] = ()


@pytest.fixture(scope="module")
def crowds(world: World) -> list[list[Crowd]]:
    """For each of two servers, two days."""
    return [[make(world) for _ in range(2)] for make in (brief, wordy)]


@dataclass
class Servers:
    """Makes servers of one kind, and seizes them."""

    kind: str
    directory: Path
    postgres: PostgresServer | None
    world: World
    monkeypatch: pytest.MonkeyPatch
    made: int = 0

    def seized(self, days: Sequence[Crowd], leak: Leak | None = None) -> Seized:
        self.made += 1
        with self.monkeypatch.context() as planted:
            if leak is not None:
                leak(planted, {name: length for day in days for name, length in day.said.items()})
            return self._on_sqlite(days) if self.kind == "sqlite" else self._on_postgresql(days)

    def _on_sqlite(self, days: Sequence[Crowd]) -> Seized:
        path = self.directory / f"{self.made}.db"
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        wal: list[bytes] = []
        journal = Path(f"{path}-wal")
        rows = serve(engine, self.world, days, self.monkeypatch, lambda: wal.append(journal.read_bytes()))
        engine.dispose()
        step = WAL_FRAME + PAGE
        frames = b"".join(wal[0][at : at + 8] for at in range(WAL_HEADER, len(wal[0]), step))
        return Seized(rows, path.read_bytes(), journal_pages(wal[0]), frames)

    def _on_postgresql(self, days: Sequence[Crowd]) -> Seized:
        assert self.postgres is not None
        url = self.postgres.new_database(TEMPLATE)
        engine = make_engine(url)
        rows = serve(engine, self.world, days, self.monkeypatch)
        sizes = _sizes(engine)
        engine.dispose()
        self.postgres.drop(url)
        return Seized(rows, sizes=sizes)


def _sizes(engine: Engine) -> tuple[int, ...]:
    sizes = "SELECT pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') ORDER BY oid"
    with engine.connect() as connection:
        return tuple(connection.execute(text(sizes)).scalars())


@pytest.fixture(params=DATABASES)
def servers(
    request: pytest.FixtureRequest, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> Servers:
    postgres = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    return Servers(request.param, tmp_path, postgres, world, monkeypatch)


@pytest.fixture
def sqlite_servers(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Servers:
    return Servers("sqlite", tmp_path, None, world, monkeypatch)


def differing_rows(one: Seized, other: Seized) -> list[str]:
    """Tables in which something else than random bytes differs."""
    return [
        name
        for name, rows in one.rows.items()
        if [open_part(row) for row in rows] != [open_part(row) for row in other.rows[name]]
    ]


def random_places(data: bytes, parts: Sequence[bytes]) -> bytearray:
    """1 wherever ``data`` has a piece of one of the random ``parts``."""
    known = {
        part[at : at + STEP]: (part, at) for part in parts for at in range(0, len(part) - STEP + 1, STEP)
    }
    places, at = bytearray(len(data)), 0
    while at <= len(data) - STEP:
        found = known.get(data[at : at + STEP])
        if found is None:
            at += 1
            continue
        part, inside = found
        ahead = _agree(part[inside:], data[at : at + len(part) - inside])
        behind = _agree(part[:inside][::-1], data[max(0, at - inside) : at][::-1])
        places[at - behind : at + ahead] = b"\1" * (behind + ahead)
        at += ahead
    return places


def _agree(one: bytes, other: bytes) -> int:
    """How many bytes are equal from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def differing_bytes(one: Seized, other: Seized, data: Callable[[Seized], bytes]) -> list[int]:
    """Where two files differ and neither has a random byte."""
    first, second = data(one), data(other)
    assert len(first) == len(second)
    chance = [random_places(data(each), random_parts(each.rows)) for each in (one, other)]
    together = zip(first, second, *chance, strict=True)
    return [at for at, (a, b, x, y) in enumerate(together) if a != b and not (x or y)]


def regions(rows: Rows) -> dict[str, bytes]:
    """All random bytes by what they are for."""
    letters = [bytes(row["bytes"]) for name in ("letters", "arrived_letters") for row in rows[name]]
    cells = [bytes(row["bytes"]) for name in rows if name.endswith("cells") for row in rows[name]]
    return {
        "slots": b"".join(one[shape.LETTER_HEADER_SIZE : SLOTS_END] for one in letters),
        "bodies": b"".join(one[SLOTS_END:] for one in letters),
        "commitments": b"".join(one[32:64] for one in letters) + b"".join(one[64:96] for one in cells),
        "cell slots": b"".join(one[shape.CELL_HEADER_SIZE : CELL_SLOT_END] for one in cells),
        "cell bodies": b"".join(one[CELL_SLOT_END:] for one in cells),
        "tags": b"".join(one[24:56] for one in cells),
    }


def chi_square(one: bytes, other: bytes) -> float:
    """How unlike the byte values of two samples of one size are."""
    first, second = Counter(one), Counter(other)
    return sum((first[v] - second[v]) ** 2 / (first[v] + second[v]) for v in {*first, *second})


def unlike(one: Seized, other: Seized) -> list[str]:
    first, second = regions(one.rows), regions(other.rows)
    return [name for name in first if chi_square(first[name], second[name]) > TOO_MUCH]


def test_two_servers_differ_in_random_bytes_only(servers: Servers, crowds: list[list[Crowd]]) -> None:
    one, other = (servers.seized(days) for days in crowds)
    counts = {name: len(rows) for name, rows in one.rows.items()}
    assert counts["letters"] == counts["arrived_letters"] == 3 * THREADS
    assert counts["cells"] == counts["arrived_cells"] == THREADS
    assert differing_rows(one, other) == []
    assert one.sizes == other.sizes
    assert one.frames == other.frames
    assert differing_bytes(one, other, lambda seized: seized.file) == []
    assert differing_bytes(one, other, lambda seized: seized.journal) == []
    assert unlike(one, other) == []


def length_in_the_zeros(planted: pytest.MonkeyPatch, said: dict[bytes, int]) -> None:
    put = Letterbox.put_submission

    def leaky(box: Letterbox, one: Any, cell: Any, expires: date) -> bool:
        mark = said[one.id].to_bytes(7, "big")
        changed = type(one)(one.id, one.commitment, one.sealed[:25] + mark + one.sealed[32:])
        return put(box, changed, cell, expires)

    planted.setattr(Letterbox, "put_submission", leaky)


def day_by_length(planted: pytest.MonkeyPatch, said: dict[bytes, int]) -> None:
    put = Letterbox.put_submission

    def leaky(box: Letterbox, one: Any, cell: Any, expires: date) -> bool:
        return put(box, one, cell, expires + timedelta(days=said[one.id] > 1_000))

    planted.setattr(Letterbox, "put_submission", leaky)


@pytest.mark.parametrize("leak", [length_in_the_zeros, day_by_length])
def test_what_depends_on_the_content_is_seen_in_rows_file_and_journal(
    sqlite_servers: Servers, crowds: list[list[Crowd]], leak: Leak
) -> None:
    one, other = (sqlite_servers.seized(days[:1], leak) for days in crowds)
    assert differing_rows(one, other) != []
    assert differing_bytes(one, other, lambda seized: seized.file) != []
    assert differing_bytes(one, other, lambda seized: seized.journal) != []


def notes_of_its_own(planted: pytest.MonkeyPatch, said: dict[bytes, int]) -> None:
    """A table that the code does not know."""
    put = Letterbox.put_submission

    def leaky(box: Letterbox, one: Any, cell: Any, expires: date) -> bool:
        with box._writer.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS said (words TEXT)"))
            connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": token_hex(said[one.id])})
        return put(box, one, cell, expires)

    planted.setattr(Letterbox, "put_submission", leaky)


def test_bytes_that_no_row_shows_are_seen_in_the_files(servers: Servers, crowds: list[list[Crowd]]) -> None:
    one, other = (servers.seized(days[:1], notes_of_its_own) for days in crowds)
    assert differing_rows(one, other) == []
    assert len(one.file) != len(other.file) or one.sizes != other.sizes


def test_an_unsealed_body_is_seen_among_the_random_bytes(
    sqlite_servers: Servers, crowds: list[list[Crowd]]
) -> None:
    def unsealed(day: Crowd) -> Crowd:
        text = b"They came again. ".ljust(shape.letter_body_size(12) + 16, b"\0")
        return Crowd([one[:SLOTS_END] + text for one in day.letters], day.intake, day.board)

    one = sqlite_servers.seized(crowds[0][:1])
    other = sqlite_servers.seized([unsealed(crowds[1][0])])
    assert differing_rows(one, other) == []
    assert unlike(one, other) == ["bodies"]
