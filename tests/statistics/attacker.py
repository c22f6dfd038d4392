"""The strongest attacker: knows every case but one, and decides by exact likelihood what that one is.

Two worlds, as likely as each other: the case has one history, or another. Who sees what is published says
which, or is silent. Under ε, whatever he does, he is right at most e^ε / (1 + e^ε) of the times he speaks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from reporting_app.statistics import noise
from reporting_app.statistics.catalogue import Table
from reporting_app.statistics.distribution import most_plausible, probability, scale_of, shown
from reporting_app.statistics.tally import Cast, tally
from tests.statistics.bureau import cast

Law = Mapping[int | None, float]
PLANTED = 9


@dataclass(frozen=True)
class Cell:
    """True counts of a published cell in both worlds. ``share`` in thousandths of ε, of the whole table."""

    share: int
    here: int
    other: int


def bound(epsilon: float) -> float:
    """How often at most anybody is right who speaks."""
    return math.exp(epsilon) / (1 + math.exp(epsilon))


def composed_bound(shares: Collection[int]) -> float:
    """How often at most anybody guesses right who is never silent, from tables of these shares.

    Optimal composition (Kairouz, Oh, Viswanath 2015): no table tells more than one randomized response.
    """
    epsilons = [share / 1000 for share in shares]
    best = 0.0
    for signs in product((1, -1), repeat=len(epsilons)):
        truth = math.prod(bound(sign * epsilon) for sign, epsilon in zip(signs, epsilons, strict=True))
        lie = math.prod(bound(-sign * epsilon) for sign, epsilon in zip(signs, epsilons, strict=True))
        best += max(truth, lie) / 2
    return best


@cache
def noise_law(share: int, draws: int) -> Mapping[int, float]:
    """Exact, of one draw or of two; no further out than what panels accept."""
    alpha = math.exp(-1 / scale_of(share))
    one = (1 - alpha) / (1 + alpha)
    reach = range(-2 * most_plausible(share), 2 * most_plausible(share) + 1)
    return {k: one * alpha ** abs(k) if draws == 1 else probability(k, share) for k in reach}


@cache
def shown_law(count: int, share: int, draws: int) -> Law:
    law: dict[int | None, float] = defaultdict(float)
    for k, p in noise_law(share, draws).items():
        law[shown(count + k)] += p
    return law


class Attacker:
    """Neyman and Pearson on what is published of ``cells`` when ``draws`` of the noise are unknown to him."""

    def __init__(self, cells: Sequence[Cell], draws: int = 1, rarest: float = 0.02) -> None:
        self.cells = cells
        self.worlds = [
            (shown_law(one.here, one.share, draws), shown_law(one.other, one.share, draws)) for one in cells
        ]
        self.exact = self._exact()
        ordered = sorted(self.exact, reverse=True)
        spoken = 0.0
        for evidence in ordered:
            self.sure = evidence
            spoken += self.exact[evidence]
            if spoken >= rarest:
                break

    def evidence(self, seen: Sequence[int | None]) -> float:
        """Logarithm of how much likelier it is in the world where the case is here."""
        pairs = zip(seen, self.worlds, strict=True)
        return round(math.fsum(math.log(here[one] / other[one]) for one, (here, other) in pairs), 6)

    def _exact(self) -> dict[float, float]:
        """Probability of each evidence while the case is here."""
        law = {0.0: 1.0}
        for here, other in self.worlds:
            more: dict[float, float] = defaultdict(float)
            steps: dict[float, float] = defaultdict(float)
            for one, p in here.items():
                if one not in other:
                    continue  # further out than both draws reach in the other world: one in 10¹⁸
                steps[round(math.log(p / other[one]), 6)] += p
            for (so_far, p), (step, q) in product(law.items(), steps.items()):
                more[round(so_far + step, 6)] += p * q
            law = more
        return dict(law)

    @property
    def right_when_sure(self) -> float:
        """Exactly: of the times he speaks because the evidence is at least ``sure``."""
        here = math.fsum(p for evidence, p in self.exact.items() if evidence >= self.sure - 1e-4)
        other = math.fsum(
            p * math.exp(-evidence) for evidence, p in self.exact.items() if evidence >= self.sure - 1e-4
        )
        return here / (here + other)

    @property
    def right_always(self) -> float:
        """Exactly: when he may not be silent. A tie is a coin."""
        here = math.fsum(p * _says_here(evidence) for evidence, p in self.exact.items())
        other = math.fsum(p * math.exp(-e) * _says_here(-e) for e, p in self.exact.items())
        return (here + other) / 2

    def plays(self, runs: int, publish: Callable[[Cell, int], int | None]) -> tuple[int, int]:
        """Half the runs in each world: how often he spoke, and was right, being silent unless sure."""
        spoke = right = 0
        for run in range(runs):
            here = run % 2 == 0
            seen = [publish(one, one.here if here else one.other) for one in self.cells]
            if self.evidence(seen) >= self.sure - 1e-4:
                spoke, right = spoke + 1, right + here
        return spoke, right

    def guesses(self, runs: int, publish: Callable[[Cell, int], int | None]) -> int:
        """The same when he says something every time: how often he was right. Ties say here."""
        right = 0
        for run in range(runs):
            here = run % 2 == 0
            seen = [publish(one, one.here if here else one.other) for one in self.cells]
            right += (self.evidence(seen) >= 0) == here
        return right


def _says_here(evidence: float) -> float:
    return 0.5 if evidence == 0 else float(evidence > 0)


class Noise:
    """OpenDP's own draws, taken in large batches because one at a time would be slow."""

    def __init__(self, batch: int = 8_000) -> None:
        self.batch = batch
        self.left: dict[int, Iterator[int]] = {}

    def one(self, share: int) -> int:
        drawn = next(self.left.get(share, iter(())), None)
        if drawn is None:
            self.left[share] = iter(noise.measurement(share)([0] * self.batch))
            drawn = next(self.left[share])
        return drawn

    def publisher(self, draws: int = 1) -> Callable[[Cell, int], int | None]:
        """What the attacker sees of a count, with so many draws that he does not know."""

        def publish(cell: Cell, count: int) -> int | None:
            return shown(count + sum(self.one(cell.share) for _ in range(draws)))

        return publish


def planted(table: str, *values: str, period: str = "2035") -> list[Cast]:
    """Nine reports that the attacker wrote himself, in each of ``values``: the tenth may be seen."""
    return [
        cast(f"planted {value} {period} {number}", table, value, period)
        for value in values
        for number in range(PLANTED)
    ]


def differing(
    here: Sequence[Cast], other: Sequence[Cast], table: Table, drawn: Sequence[str], period: str
) -> list[Cell]:
    """The cells of a table in which two worlds' exact counts differ."""
    one, two = tally(here, table, drawn, period).cells, tally(other, table, drawn, period).cells
    return [Cell(table.share, one[name], two[name]) for name in table.cells if one[name] != two[name]]
