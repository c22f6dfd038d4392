"""Letters changed to what careless sealing would have made, so that the classifier has something to find."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from reporting_app.crypto import kem
from reporting_app.crypto.slots import SLOT_SIZE
from tests.properties.slot_traits import POINT_END, V_END, Letter

Spoil = Callable[[Letter], Letter]


def refilled(letter: Letter, filler: Callable[[bytes], bytes]) -> Letter:
    sealed = [slot if used else filler(slot) for slot, used in zip(letter.slots, letter.used, strict=True)]
    return replace(letter, slots=tuple(sealed))


def reordered(letter: Letter, order: list[int]) -> Letter:
    sealed, holders = tuple(letter.slots[at] for at in order), tuple(letter.holders[at] for at in order)
    return replace(letter, slots=sealed, holders=holders)


def random_filler(letter: Letter) -> Letter:
    return refilled(letter, lambda _: secrets.token_bytes(SLOT_SIZE))


def random_ml_kem(letter: Letter) -> Letter:
    return refilled(letter, lambda slot: secrets.token_bytes(V_END) + slot[V_END:])


def random_point(letter: Letter) -> Letter:
    return refilled(letter, lambda slot: slot[:V_END] + secrets.token_bytes(32) + slot[POINT_END:])


def one_throwaway_point(letter: Letter) -> Letter:
    point = letter.slots[letter.used.index(False)][V_END:POINT_END]
    return refilled(letter, lambda slot: slot[:V_END] + point + slot[POINT_END:])


STORE = [kem.generate().public[-32:] for _ in range(256)]


def points_from_a_store(letter: Letter) -> Letter:
    """Throwaway points made ahead and used again in other letters, hardly ever twice in one."""
    return refilled(letter, lambda slot: slot[:V_END] + STORE[slot[0]] + slot[POINT_END:])


def unused_last(letter: Letter) -> Letter:
    return reordered(letter, sorted(range(len(letter.slots)), key=lambda at: not letter.used[at]))


def side_by_side(letter: Letter) -> Letter:
    """Every place is equally likely, but used slots stand together: only somebody with a slot sees that."""
    first = secrets.randbelow(len(letter.slots))
    order = sorted(range(len(letter.slots)), key=lambda at: not letter.used[at])
    return reordered(letter, order[first:] + order[:first])


def leaning_bit(letter: Letter) -> Letter:
    """One bit of the sealed payload is set in 19 of 20 unused slots instead of in half of them."""
    return refilled(letter, lambda slot: slot[:-1] + bytes([slot[-1] & 254 | (secrets.randbelow(20) < 19)]))


def as_listed(letter: Letter) -> Letter:
    """Investigators, witnesses, and the unused slots last."""

    def rank(at: int) -> tuple[bool, bool, str]:
        holder = letter.holders[at]
        return holder == "", holder.startswith("tillsyn"), holder

    return reordered(letter, sorted(range(len(letter.slots)), key=rank))


def counted_in_the_cell(letter: Letter) -> Letter:
    """A bit of the intake cell says whether the number of readers is odd."""
    last = letter.rest[-1] & 254 | sum(letter.used) & 1
    return replace(letter, rest=letter.rest[:-1] + bytes([last]))
