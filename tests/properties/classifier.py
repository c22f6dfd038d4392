"""A classifier that learns to tell two kinds of sealed things apart, and a verdict that rarely cries wolf.

Samples come in groups: the slots of one letter, or some letters of each kind. If nothing tells the kinds
apart, every way of handing out a group's labels is equally likely. Then the number of pairs which the
classifier puts in the right order has a known distribution in each group (Mann and Whitney's U), whatever was
learnt and however the samples depend on each other. The verdict is Chernoff's bound on the chance of as many
right pairs as were seen, which is never smaller than the true chance.

The choices below are the same for every test. Letters are sealed anew in every run, so nothing was fitted to
what is judged.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from statistics import NormalDist

# How often one verdict may call honest letters betrayed: a suite run a thousand times a year with twenty
# verdicts in it does so once in fifty years.
FALSE_ALARM = 1e-6
BEST = 4  # of each sort: numbers computed from a sample, and its raw bits
MOST_BINS = 24
QUANTILES = 8
TILTS = [step / 1000 for step in range(1, 3000, 7)]
BITS = bytes.maketrans(b"01", b"\0\1")
ROWS_A_LANE = 255


@dataclass(frozen=True)
class Sample:
    """What an adversary has of one thing: its bytes, and numbers they compute from them and around them."""

    raw: bytes
    traits: tuple[float, ...]


@dataclass(frozen=True)
class Group:
    """Samples among which every way of handing out the labels is equally likely if nothing is betrayed."""

    samples: tuple[Sample, ...]
    labels: tuple[bool, ...]


@dataclass(frozen=True)
class Verdict:
    """``auc`` is 0.5 at chance and 1 when all is told apart; ``chance`` bounds that of so much by luck."""

    auc: float
    chance: float

    @property
    def told_apart(self) -> bool:
        return self.chance < FALSE_ALARM


@dataclass(frozen=True)
class Look:
    """One thing worth looking at: which bin a sample falls into, and how much each bin speaks for True."""

    bin_of: Callable[[Sample], int]
    weights: tuple[float, ...]
    strength: float

    @property
    def luck(self) -> float:
        """The chance of such strength when nothing is there."""
        return NormalDist().cdf(-self.strength)

    def score(self, sample: Sample) -> float:
        return self.weights[self.bin_of(sample)]


def judge(groups: Sequence[Group]) -> Verdict:
    """Learns from the first third of the groups and is tried on the others."""
    known = len(groups) // 3
    looks = learn(groups[:known])

    def score(sample: Sample) -> float:
        return sum(look.score(sample) for look in looks)

    return tried((list(map(score, group.samples)), group.labels) for group in groups[known:])


def learn(groups: Sequence[Group]) -> list[Look]:
    """The traits and bits that differ most between the two kinds, weighed as if they were independent."""
    samples = [sample for group in groups for sample in group.samples]
    labels = [label for group in groups for label in group.labels]
    traits = [_trait(index, samples, labels) for index in range(len(samples[0].traits))]
    return [*_best(traits, len(traits)), *_best_bits(samples, labels)]


def _best(looks: Sequence[Look], seen: int) -> list[Look]:
    """Those so strong that luck gives less than one among ``seen``; at least one, at most four."""
    ranked = sorted(looks, key=lambda look: -look.strength)
    return [one for rank, one in enumerate(ranked[:BEST]) if not rank or one.luck * seen < 1]


def _trait(index: int, samples: Sequence[Sample], labels: Sequence[bool]) -> Look:
    values = sorted(sample.traits[index] for sample in samples)
    edges = sorted(set(values))[1:]
    if len(edges) >= MOST_BINS:
        edges = sorted({values[len(values) * part // QUANTILES] for part in range(1, QUANTILES)})

    def bin_of(sample: Sample) -> int:
        return bisect_right(edges, sample.traits[index])

    counts = ([0] * (len(edges) + 1), [0] * (len(edges) + 1))
    for sample, label in zip(samples, labels, strict=True):
        counts[label][bin_of(sample)] += 1
    return _weighed(bin_of, *counts)


def _best_bits(samples: Sequence[Sample], labels: Sequence[bool]) -> list[Look]:
    sums = [
        _bit_sums([s.raw for s, label in zip(samples, labels, strict=True) if label is kind])
        for kind in (False, True)
    ]
    sizes = [labels.count(kind) for kind in (False, True)]
    apart = [abs(no / sizes[0] - yes / sizes[1]) for no, yes in zip(*sums, strict=True)]
    best = sorted(range(len(apart)), key=lambda bit: -apart[bit])[:BEST]
    sets = {
        bit: [[size - total[bit], total[bit]] for size, total in zip(sizes, sums, strict=True)]
        for bit in best
    }
    return _best([_weighed(_bit(bit), *counts) for bit, counts in sets.items()], len(apart))


def _bit(index: int) -> Callable[[Sample], int]:
    at, shift = index // 8, 7 - index % 8
    return lambda sample: sample.raw[at] >> shift & 1


def _bit_sums(rows: Sequence[bytes]) -> list[int]:
    """How often each bit is set. Bits are spread to bytes, so that one addition counts all of them."""
    size = 8 * len(rows[0])
    sums = [0] * size
    for start in range(0, len(rows), ROWS_A_LANE):
        lane = 0
        for row in rows[start : start + ROWS_A_LANE]:
            spread = format(int.from_bytes(row, "big"), f"0{size}b").encode().translate(BITS)
            lane += int.from_bytes(spread, "big")
        sums = list(map(add, sums, lane.to_bytes(size, "big")))
    return sums


def _weighed(bin_of: Callable[[Sample], int], no: Sequence[int], yes: Sequence[int]) -> Look:
    """Log-likelihood ratios of the bins; strength is Wilson and Hilferty's normal score of chi-squared."""
    sizes, bins = (sum(no), sum(yes)), len(no)
    weights = tuple(
        math.log((b + 1) / (sizes[1] + bins)) - math.log((a + 1) / (sizes[0] + bins))
        for a, b in zip(no, yes, strict=True)
    )
    if bins == 1:
        return Look(bin_of, weights, -math.inf)
    share = sizes[1] / sum(sizes)
    squares = [
        (b - (a + b) * share) ** 2 / ((a + b) * share * (1 - share))
        for a, b in zip(no, yes, strict=True)
        if a + b
    ]
    spread = 2 / (9 * (bins - 1))
    strength = ((sum(squares) / (bins - 1)) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return Look(bin_of, weights, strength)


def tried(scored: Iterable[tuple[Sequence[float], Sequence[bool]]]) -> Verdict:
    """The verdict on scores and true labels, group by group."""
    right = pairs = 0
    shapes: dict[tuple[int, int], int] = {}
    for scores, labels in scored:
        right += right_pairs(scores, labels)
        shape = (labels.count(True), labels.count(False))
        shapes[shape] = shapes.get(shape, 0) + 1
        pairs += math.prod(shape)
    bound = min(
        sum(count * _log_moment(*shape, tilt) for shape, count in shapes.items()) - tilt * right
        for tilt in (0.0, *TILTS)
    )
    return Verdict(right / pairs, math.exp(bound))


def right_pairs(scores: Sequence[float], labels: Sequence[bool]) -> int:
    """Pairs of a True and a False in which the True scores higher; equal scores fall as a coin does."""
    coin = random.SystemRandom()
    order = sorted(zip(scores, (coin.random() for _ in scores), labels, strict=True))
    below = right = 0
    for _, _, label in order:
        right += below if label else 0
        below += not label
    return right


@cache
def _log_moment(yes: int, no: int, tilt: float) -> float:
    """log E exp(tilt · U) for U right pairs among ``yes`` times ``no``, all orders being equally likely."""
    counts = ways(yes, no)
    top = max(tilt * pairs + math.log(count) for pairs, count in enumerate(counts))
    total = sum(math.exp(tilt * pairs + math.log(count) - top) for pairs, count in enumerate(counts))
    return top + math.log(total) - math.log(math.comb(yes + no, yes))


@cache
def ways(yes: int, no: int) -> list[int]:
    """In how many orders of ``yes`` and ``no`` things there are 0, 1, … right pairs (a Gaussian binomial)."""
    counts = [1] + [0] * (yes * no)
    for step in range(1, yes + 1):
        for pairs in range(yes * no, no + step - 1, -1):
            counts[pairs] -= counts[pairs - no - step]
        for pairs in range(step, yes * no + 1):
            counts[pairs] += counts[pairs - step]
    return counts
