"""What an adversary can compute from the slots of letters without being able to open them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nacl.bindings import crypto_core_ed25519_is_valid_point

from reporting_app.crypto import shape
from reporting_app.crypto.slots import SLOT_SIZE
from tests.properties.classifier import Group, Sample

Q = 3329
P = 2**255 - 19
U_END, V_END, POINT_END = 960, 1088, 1120
PIECE = 32
# Compressing 0…3328 to ten bits sends four numbers to some values and three to the others: a real ciphertext
# holds more of the former than random bytes do, by more than three standard deviations.
OFTEN = frozenset(
    value
    for value, count in Counter((2 * 1024 * x + Q) // (2 * Q) % 1024 for x in range(Q)).items()
    if count == 4
)


@dataclass(frozen=True)
class Letter:
    """A letter in the hands of ``viewer``, with the truth: who can open each slot, ``""`` for nobody."""

    header: bytes
    slots: tuple[bytes, ...]
    holders: tuple[str, ...]
    rest: bytes  # body and intake cell
    viewer: str = ""

    @property
    def used(self) -> tuple[bool, ...]:
        return tuple(holder != "" for holder in self.holders)

    @property
    def own(self) -> int | None:
        """The one slot that the viewer opens."""
        return self.holders.index(self.viewer) if self.viewer and self.viewer in self.holders else None

    @property
    def bytes(self) -> bytes:
        return self.header + b"".join(self.slots) + self.rest


def split_slots(letter: bytes) -> tuple[bytes, ...]:
    ends = shape.LETTER_HEADER_SIZE + SLOT_SIZE * letter[24]
    return tuple(letter[at : at + SLOT_SIZE] for at in range(shape.LETTER_HEADER_SIZE, ends, SLOT_SIZE))


class Collection:
    """Letters that somebody has seen, with the public keys of everybody: for what occurs more than once."""

    def __init__(self, letters: Sequence[Letter], public_keys: Iterable[bytes]) -> None:
        self.letters = letters
        self._seen = Counter(
            hash(piece) for letter in letters for slot in letter.slots for piece in pieces(slot)
        )
        self._seen.update(hash(piece) for key in public_keys for piece in pieces(key))

    def slot_groups(self) -> list[Group]:
        """One group a letter: its slots but the own one, labelled by whether somebody can open them."""
        groups = []
        for letter in self.letters:
            others = [place for place in range(len(letter.slots)) if place != letter.own]
            samples = tuple(Sample(letter.slots[at], self._of_slot(letter, at)) for at in others)
            groups.append(Group(samples, tuple(letter.used[at] for at in others)))
        return groups

    def _of_slot(self, letter: Letter, at: int) -> tuple[float, ...]:
        after_own = 0 if letter.own is None else at - letter.own
        around = (at, after_own, after_own > 0, likeness(letter, at), self._repeats(letter.slots[at]))
        return (*around, *of_bytes(letter.slots[at]))

    def of_letter(self, letter: Letter) -> Sample:
        """A whole letter: sums and extremes over its slots, and where the own one stands."""
        columns = list(zip(*(of_bytes(slot) for slot in letter.slots), strict=True))
        alike = [likeness(letter, at) for at in range(len(letter.slots))]
        repeats = [self._repeats(slot) for slot in letter.slots]
        extremes = [measure(column) for column in (*columns, alike, repeats) for measure in (sum, min, max)]
        own = -1 if letter.own is None else letter.own
        return Sample(letter.bytes, (own, len(letter.slots), len(letter.bytes), *extremes))

    def _repeats(self, slot: bytes) -> int:
        return sum(self._seen[hash(piece)] > 1 for piece in pieces(slot))


def pieces(data: bytes) -> list[bytes]:
    """Aligned so that one is the X25519 point, of a slot as of a public key; the first ones are ML-KEM's."""
    return [data[at : at + PIECE] for at in range(0, len(data), PIECE)]


def likeness(letter: Letter, at: int) -> int:
    """Most bytes in common with another slot of the letter: shared points, keys or key streams."""
    number = int.from_bytes(letter.slots[at], "big")
    return max(
        (number ^ int.from_bytes(other, "big")).to_bytes(SLOT_SIZE, "big").count(0)
        for place, other in enumerate(letter.slots)
        if place != at
    )


@lru_cache(maxsize=20_000)
def of_bytes(slot: bytes) -> tuple[float, ...]:
    """From the bytes of one slot alone."""
    parts = slot[:U_END], slot[U_END:V_END], slot[V_END:POINT_END], slot[POINT_END:]
    coefficients = list(ten_bits(parts[0]))
    counts = Counter(slot)
    return (
        sum(map(OFTEN.__contains__, coefficients)),
        sum(coefficients),
        len(set(coefficients)),
        is_of_prime_order(parts[2]),
        len(counts),
        max(counts.values()),
        sum(count * count for count in counts.values()),
        *(int.from_bytes(part, "little").bit_count() for part in parts),
    )


def ten_bits(data: bytes) -> Iterable[int]:
    """The compressed coefficients of ML-KEM-768's first part, four to five bytes."""
    for a, b, c, d, e in zip(*[iter(data)] * 5, strict=True):
        yield from (a | (b & 3) << 8, b >> 2 | (c & 15) << 6, c >> 4 | (d & 63) << 4, d >> 6 | e << 2)


def is_of_prime_order(point: bytes) -> bool:
    """Whether an X25519 value is canonical, on the curve and in the subgroup that honest keys come from."""
    u = int.from_bytes(point, "little")
    if u >= P - 1:
        return False
    y = (u - 1) * pow(u + 1, -1, P) % P  # the same point in Edwards' form
    return bool(crypto_core_ed25519_is_valid_point(y.to_bytes(32, "little")))
