"""Whoever seizes the server finds no word that was written, no key, no visitor and no time of day.

The site runs as operators run it, on SQLite and on a PostgreSQL of its own. People report, answer, visit and
make mistakes, also by the plain forms without scripts; once everything is killed in the middle, and once a
day passes. Then every byte of every file is searched: database, journal, write-ahead log, the server's and
the site's logs, temporary files, also those without a name. What is found must be nothing, and the search is
shown to find each thing where it is planted.

What may be there: the signed documents, sealed bytes and their hashes, days. PostgreSQL itself writes the
time of each transaction into its write-ahead log, and the times of checkpoints and failed statements into its
server log: times are looked for in its tables and in all that the site writes. Not searched: memory, swap,
and the file system's own times of change.
"""

from __future__ import annotations

import os
import re
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest

from reporting_app.crypto import shape
from tests.properties.seizure_plain import PlainWriter
from tests.properties.seizure_search import Files, Search, times_in
from tests.properties.seizure_site import SeizedSite
from tests.properties.seizure_stores import Store, make_store
from tests.properties.seizure_traffic import Secrets, Town, canary, known_world, mistakes, visits

# All that a site may say: that storage is busy, or where in the code something broke.
LINE = re.compile(
    r"WARNING reporting_app\.site: storage is busy"
    r"|ERROR reporting_app\.site: unexpected \w+ at [\w.]+:\d+ [\w<>]+( < [\w.]+:\d+ [\w<>]+)*"
)
# Files by which gunicorn sees that its workers live, always empty, and Python that it may write there at all.
HEARTBEAT = re.compile(r"tmp/(wgunicorn-\w+|[a-z0-9_]{8})")
TIME_OF_DAY = re.compile(rb"(?<!\d)[0-2]\d:[0-5]\d(?!\d)")


@dataclass(repr=False)
class Seizure:
    """A site that was used, what was taken from it, and what must not be in it."""

    site: SeizedSite
    store: Store
    kept: Secrets
    taken: dict[str, Files] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)
    open_files: dict[str, bytes] = field(default_factory=dict)
    cases: int = 0

    @property
    def sent(self) -> bytes:
        """What clients made, sealed, and what everybody may know."""
        return b"".join([*self.kept.sent, *self.site.public])

    def first_day(self, town: Town) -> None:
        self.site.start(day=0)
        for leave_out in ([], ["utredare-2"], ["utredare-3", "tillsyn-1"]):
            assert town.reported(leave_out) == 201
        plain = self._plain_writer(town)
        assert plain.reported() == 200
        assert plain.wrote_again() == 200
        self._make_mistakes(town)
        self.cases = town.answered("utredare-1")
        assert town.wrote_again(town.reporters[0]) == 201
        town.panel("tillsyn-2")
        self._kill_in_the_middle(town)
        self._take("killed in the middle")

    def next_day(self, town: Town) -> None:
        self.site.start(day=1)
        visits(town.visitor, self.kept, town.today.year)  # the first of a day sets off the daily move
        assert town.reported() == 201
        with self.store.locked():
            assert town.reported() == 503
            assert self._plain_writer(town).reported() == 503
        with self.store.broken():
            assert town.reported() == 500
            assert self._plain_writer(town).reported() == 500
        town.answered("utredare-2")
        self.open_files = self.site.open_files()
        self.taken["running"] = self.site.files() | self.store.files() | self.open_files
        self.site.end(signal.SIGTERM)
        self._take("stopped")

    def _take(self, when: str) -> None:
        self.taken[when] = self.site.files() | self.store.files()
        self.tables |= {f"{name}, {when}": data for name, data in self.store.tables().items()}

    def _make_mistakes(self, town: Town) -> None:
        statuses = visits(town.visitor, self.kept, town.today.year)
        assert statuses == {200, 302, 400, 401, 404}
        assert mistakes(town.visitor, self.kept, self.kept.sent[0]) == {400, 401, 405, 413, 415, 422}
        assert self._plain_writer(town).misused() == {413, 415, 422}

    def _plain_writer(self, town: Town) -> PlainWriter:
        return PlainWriter(town.visitor, self.kept, self.site.world.chain.deployment)

    def _kill_in_the_middle(self, town: Town) -> None:
        posted = threading.Semaphore(0)

        def post() -> None:
            with suppress(OSError, HTTPException):
                while town.reported() in (200, 201):
                    posted.release()

        poster = threading.Thread(target=post)
        poster.start()
        posted.acquire(timeout=20)
        self.site.end(signal.SIGKILL)
        poster.join()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def seizure(request: pytest.FixtureRequest) -> Iterator[Seizure]:
    with tempfile.TemporaryDirectory(prefix="reporting-app-seizure-", ignore_cleanup_errors=True) as name:
        directory, kept = Path(name), Secrets()
        store = make_store(request, directory / "site" / "work")
        site = SeizedSite(directory / "site", known_world(kept), store.url)
        made = Seizure(site, store, kept)
        town = Town(site, kept, directory / "panels")
        try:
            made.first_day(town)
            made.next_day(town)
            yield made
        finally:
            if site.process is not None:
                site.end(signal.SIGKILL)
            store.stop()


def no_secret_is_in_any_file(seizure: Seizure) -> None:
    search = Search(seizure.kept.texts, seizure.site.public)
    assert seizure.cases == 4, "the reports were real: an investigator read them"
    for when, files in seizure.taken.items():
        assert search.found_in(files) == set(), when


def what_was_taken_is_where_things_are_kept(seizure: Seizure) -> None:
    letter = shape.read_submission(seizure.kept.sent[0]).letter
    for when, files in seizure.taken.items():
        assert any(letter[2_000:2_100] in data for data in files.values()), when
    assert any(letter[2_000:2_100] in data for data in seizure.tables.values())
    journals = ("work/site.db-wal", "postgresql/pg_wal/")
    killed = [
        data for name, data in seizure.taken["killed in the middle"].items() if name.startswith(journals)
    ]
    assert any(killed), "the journal is as the killed processes left it"


def what_is_planted_in_the_database_is_found(seizure: Seizure) -> None:
    planted = canary()
    search = Search({"planted": planted})
    assert search.found_in(seizure.taken["stopped"]) == set()
    seizure.store.forget()
    seizure.store.plant(f"{'och så vidare ' * 300}{planted}{' och så vidare' * 300}")  # long: compressed
    assert search.found_in({**seizure.site.files(), **seizure.store.files()}) != set()


def the_site_says_where_something_broke_and_nothing_else(seizure: Seizure) -> None:
    lines = seizure.site.output.decode().splitlines()
    assert len(lines) >= 2, "storage was busy, and then broken"
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def no_time_of_day_is_written_by_the_site(seizure: Seizure) -> None:
    for when in ("killed in the middle", "running", "stopped"):
        own = {name: data for name, data in seizure.taken[when].items() if "postgresql/" not in name}
        texts = {name: data for name, data in own.items() if not name.endswith((".db", "-wal", "-shm"))}
        assert [name for name, data in texts.items() if TIME_OF_DAY.search(data)] == []
    for name, data in seizure.tables.items():
        assert times_in(data, seizure.site.spans, seizure.sent) == set(), name


def only_the_write_ahead_log_of_postgresql_tells_when_something_was_stored(seizure: Seizure) -> None:
    """Known, and the control of the search for times: it finds them where they are."""
    logs = [data for name, data in seizure.taken["stopped"].items() if "pg_wal" in name]
    found = any("PostgreSQL" in times_in(data, seizure.site.spans, seizure.sent) for data in logs)
    assert found == (seizure.store.kind == "postgresql")


def the_site_writes_only_where_it_is_told(seizure: Seizure) -> None:
    assert seizure.open_files, "the processes have their output and temporary files open"
    assert [path for path in seizure.open_files if not path.startswith(str(seizure.site.directory))] == []
    expected = {"output-0", "output-1", *(f"work/{name}" for name in seizure.store.own_files)}
    for files in seizure.taken.values():
        own = {
            name for name in files if not name.startswith("postgresql/") and name not in seizure.open_files
        }
        assert own <= expected, "no file is left in the home, temporary or working directory"
    opened = {path for path in seizure.site.opened_for_writing if not HEARTBEAT.fullmatch(path)}
    assert opened <= {*expected, os.devnull}, "not even for a moment"


# One test a database, so that two test processes do not both go through the days.
CHECKS = (
    no_secret_is_in_any_file,
    what_was_taken_is_where_things_are_kept,
    the_site_says_where_something_broke_and_nothing_else,
    no_time_of_day_is_written_by_the_site,
    only_the_write_ahead_log_of_postgresql_tells_when_something_was_stored,
    the_site_writes_only_where_it_is_told,
    what_is_planted_in_the_database_is_found,
)


def test_a_seized_server_tells_nothing(seizure: Seizure, subtests: pytest.Subtests) -> None:
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(seizure)
