"""A panel's first opening of many letters against the bare decapsulations it needs."""

from __future__ import annotations

import time

from benchmarks.report import median_of, say
from reporting_app.admin.letters import Opener
from reporting_app.crypto import kem, shape, slots
from tests.deployment import TODAY, make_world

LETTERS = 300


def run() -> None:
    world = make_world()
    letters = [shape.read_submission(world.report(world.reporter())).letter for _ in range(LETTERS)]
    keys = world.keys["utredare-1"]

    def opening() -> float:
        opener = Opener(keys)
        start = time.perf_counter()
        for letter in letters:
            opener.add(letter, TODAY, world.chain)
        cases = opener.cases()
        assert len(cases) == LETTERS
        return time.perf_counter() - start

    needed = [ciphertext for letter in letters for ciphertext in _tried(letter, keys.kem)]

    def decapsulating() -> float:
        start = time.perf_counter()
        for ciphertext in needed:
            keys.kem.decapsulate(ciphertext)
        return time.perf_counter() - start

    ratio = median_of(3, opening) / median_of(3, decapsulating)
    say(f"opening {LETTERS} letters against their decapsulations", ratio, "ratio", "at most", 2)


def _tried(letter: bytes, mine: kem.PrivateKey) -> list[bytes]:
    """The ciphertexts that opening tries: up to the reader's own slot."""
    tried: list[bytes] = []
    header = letter[: shape.LETTER_HEADER_SIZE]
    for place in range(shape.read_letter(letter).slots):
        start = shape.LETTER_HEADER_SIZE + place * slots.SLOT_SIZE
        slot = letter[start : start + slots.SLOT_SIZE]
        tried.append(slot[: kem.CIPHERTEXT_SIZE])
        if slots.unseal_slot(header, slot, mine) is not None:
            break
    return tried
