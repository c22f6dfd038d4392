"""A panel's first opening of the letters in its cache against their bare decapsulations, and later starts."""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import delete

from benchmarks.report import say
from reporting_app.admin.searching import CaseIndex
from reporting_app.admin.workspace import Workspace
from reporting_app.crypto import kem, shape, slots, slots_open
from reporting_app.storage.cache import Cache
from reporting_app.storage.cache_tables import SlotRecord
from tests.admin.world import FakeSite, Office, make_office
from tests.deployment import World

LETTERS = 10_000
AT_ONCE = 500
MEMBER = "utredare-1"
RUNS = 3
makers_world: list[World] = []  # in each process that makes letters: keys do not travel between processes


def run() -> None:
    with tempfile.TemporaryDirectory() as directory:
        office = make_office(Path(directory) / "members")
        cache = Cache.at(Path(directory) / "cache.db")
        _workspace(office, cache).sync()
        letters = _letters(office.world)
        for start in range(0, LETTERS, AT_ONCE):
            cache.add_letters(office.clock.today, letters[start : start + AT_ONCE])
        office.shelf.away = True
        mine = office.world.keys[MEMBER].kem
        needed = [ciphertext for letter in letters for ciphertext in _tried(letter, mine)]
        del letters
        runs = [(_first(office, cache), _decapsulate(needed, mine)) for _ in range(RUNS)]
        later = [_open(office, cache) for _ in range(RUNS)]
    name = f"first opening of {LETTERS} letters from the cache"
    say(name, statistics.median(opening for opening, _ in runs), "s")
    ratio = statistics.median(opening / bare for opening, bare in runs)
    say(f"{name} against their {len(needed)} decapsulations", ratio, "ratio", "at most", 2)
    # What a slot gave is kept sealed; bodies are opened, parsed and folded at every start.
    say(f"later start with {LETTERS} letters in the cache", min(later), "s", "at most", 2)


def _letters(world: World) -> list[bytes]:
    with multiprocessing.get_context("fork").Pool(2, _remember, [world]) as makers:
        return makers.map(_letter, range(LETTERS), chunksize=100)


def _remember(world: World) -> None:
    makers_world.append(world)


def _letter(_number: int) -> bytes:
    world = makers_world[0]
    return shape.read_submission(world.report(world.reporter())).letter


def _workspace(office: Office, cache: Cache) -> Workspace:
    site = FakeSite(office.shelf)
    keys, anchor = office.world.keys[MEMBER], office.world.anchor
    return Workspace(keys, site, cache, anchor, office.clock, index=CaseIndex())


def _first(office: Office, cache: Cache) -> float:
    """The same with nothing remembered of any slot."""
    with cache._writing() as connection:
        connection.execute(delete(SlotRecord))
    return _open(office, cache)


def _open(office: Office, cache: Cache) -> float:
    """Seconds until a panel that was just unlocked, without network, has every case and its words."""
    workspace = _workspace(office, cache)
    start = time.perf_counter()
    workspace.sync()
    taken = time.perf_counter() - start
    assert len(workspace.cases) == LETTERS
    return taken


def _decapsulate(needed: list[bytes], mine: kem.PrivateKey) -> float:
    start = time.perf_counter()
    for ciphertext in needed:
        mine.decapsulate(ciphertext)
    return time.perf_counter() - start


def _tried(letter: bytes, mine: kem.PrivateKey) -> list[bytes]:
    """The ciphertexts that opening tries: up to the reader's own slot."""
    tried: list[bytes] = []
    header = letter[: shape.LETTER_HEADER_SIZE]
    for place in range(shape.read_letter(letter).slots):
        start = shape.LETTER_HEADER_SIZE + place * slots.SLOT_SIZE
        slot = letter[start : start + slots.SLOT_SIZE]
        tried.append(slot[: kem.CIPHERTEXT_SIZE])
        if slots_open.unseal_slot(header, slot, mine) is not None:
            break
    return tried


if __name__ == "__main__":
    run()
