"""Two thousand objects on a real site: nothing readable, and nothing about who came before whom.

The measures of ``tests/storage/test_seizure_of_the_file.py`` on what real reporters post to a real server, on
SQLite and PostgreSQL, with their control: before the daily move each of them finds the order of arrival. By
chance a correlation of a thousand has a standard deviation of 0.03.
"""

from __future__ import annotations

import http.client
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from reporting_app.crypto import shape
from reporting_app.crypto.hashing import object_id
from reporting_app.storage.engine import make_engine
from tests.properties.seizure_search import Search, times_in
from tests.properties.seizure_site import SeizedSite
from tests.properties.seizure_stores import SqliteStore, Store, make_store
from tests.properties.seizure_traffic import OCTETS, Secrets, Town, known_world
from tests.storage.test_seizure_of_the_file import (
    Sealed,
    correlation,
    free_list_attack,
    sqlite_offsets,
    toast_file,
)
from tests.storage_fixtures import DATABASES

MANY = 1_000  # letters, and as many intake cells
KNOWN = 40  # of which every secret is looked for
CHANCE = 0.16  # five standard deviations
INSIDE_LETTER, INSIDE_CELL = 20_000, 3_000

pytestmark = pytest.mark.long


@dataclass
class Crowd:
    """What arrived, in this order, and where it lies."""

    site: SeizedSite
    store: Store
    kept: Secrets
    letters: list[Sealed] = field(default_factory=list)
    cells: list[Sealed] = field(default_factory=list)

    def arrive(self) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self.site.port)
        town = Town(self.site, self.kept, Path("/nowhere"))
        for number in range(MANY):
            if number % (MANY // KNOWN) == 0:
                assert town.reported() == 201
            else:
                world = self.site.world
                submission = world.report(world.reporter(), today=town.today)
                client.request("POST", "/v1/letters", submission, {"Content-Type": OCTETS})
                answer = client.getresponse()
                assert (answer.status, bool(answer.read())) == (201, True)
                self.kept.sent.append(submission)
        client.close()
        parts = [shape.read_submission(one) for one in self.kept.sent]
        self.letters = [Sealed(object_id(one.letter), one.letter) for one in parts]
        self.cells = [Sealed(object_id(one.cell), one.cell) for one in parts]

    def places(self, moved: bool) -> tuple[list[int], list[int]]:
        """Where in the files letters and cells lie."""
        if isinstance(self.store, SqliteStore):
            data = (self.store.directory / "site.db").read_bytes()
            letters = sqlite_offsets(self.letters, data, INSIDE_LETTER)
            return letters, sqlite_offsets(self.cells, data, INSIDE_CELL)
        prefix = "" if moved else "arrived_"
        engine = make_engine(self.store.url)
        letters_file = toast_file(engine, f"{prefix}letters")
        cells_file = toast_file(engine, f"{prefix}intake_cells")
        engine.dispose()
        letters = [letters_file.find(one.sealed[100:124]) for one in self.letters]
        return letters, [cells_file.find(one.sealed[100:124]) for one in self.cells]


@dataclass
class Outcome:
    crowd: Crowd
    before: tuple[list[int], list[int]]
    after: tuple[list[int], list[int]]


@pytest.fixture(scope="module", params=DATABASES)
def outcome(request: pytest.FixtureRequest) -> Iterator[Outcome]:
    """A day of arrivals, the move, and where everything lay before and after."""
    with tempfile.TemporaryDirectory(prefix="reporting-app-many-", ignore_cleanup_errors=True) as name:
        directory, kept = Path(name), Secrets()
        store = make_store(request, directory / "site" / "work")
        site = SeizedSite(directory / "site", known_world(kept), store.url)
        crowd = Crowd(site, store, kept)
        try:
            site.start(day=0)
            crowd.arrive()
            site.end(signal.SIGTERM)
            before = crowd.places(moved=False)
            site.start(day=1)
            assert Town(site, kept, directory).visitor.ask("GET", "/v1/roster") == 200
            site.end(signal.SIGTERM)
            yield Outcome(crowd, before, crowd.places(moved=True))
        finally:
            if site.process is not None:
                site.end(signal.SIGKILL)
            store.stop()


def order_found(places: tuple[list[int], list[int]]) -> list[float]:
    """How well letters tell arrival, cells tell arrival, and letters tell their cells."""
    letters, cells = places
    assert min(letters + cells) >= 0
    arrival = range(MANY)
    measured = (correlation(arrival, letters), correlation(arrival, cells), correlation(letters, cells))
    return [abs(one) for one in measured]


def pairs_found(places: tuple[list[int], list[int]]) -> int:
    """For how many letters the cell at the same place among cells is their own. By chance it is one."""
    ranks = [sorted(range(MANY), key=kind.__getitem__) for kind in places]
    return sum(letter == cell for letter, cell in zip(*ranks, strict=True))


def test_places_tell_neither_arrival_nor_which_cell_came_with_which_letter(outcome: Outcome) -> None:
    assert min(order_found(outcome.before)) > 0.99, "before the move each measure finds it"
    assert max(order_found(outcome.after)) < CHANCE
    assert pairs_found(outcome.before) > 100
    assert pairs_found(outcome.after) < 12  # one in a thousand million, by chance


def test_free_pages_and_transactions_do_not_tell_the_order(outcome: Outcome) -> None:
    crowd = outcome.crowd
    if isinstance(crowd.store, SqliteStore):
        data = (crowd.store.directory / "site.db").read_bytes()
        assert free_list_attack(crowd.letters, data) < CHANCE
        return
    engine = make_engine(crowd.store.url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, xmin FROM letters ORDER BY ctid")).all()
    engine.dispose()
    assert [bytes(name) for name, _ in rows] == sorted(one.id for one in crowd.letters)
    assert len({transaction for _, transaction in rows}) == 1


def test_no_secret_and_no_time_is_among_two_thousand_objects(outcome: Outcome) -> None:
    crowd = outcome.crowd
    search = Search(crowd.kept.texts, crowd.site.public)
    assert search.found_in({**crowd.site.files(), **crowd.store.files()}) == set()
    assert crowd.site.output == b""
    sent = b"".join([*crowd.kept.sent, *crowd.site.public])
    for name, data in crowd.store.tables().items():
        assert times_in(data, crowd.site.spans, sent) == set(), name
