"""What chance alone gives: exact binomial and chi-square tails, so that a false alarm is rarer than 10⁻⁶."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

FALSE_ALARM = 1e-6


def at_least(right: int, tries: int, rate: float) -> float:
    """P(X ≥ right) of ``tries`` with success ``rate`` each, exactly."""
    logs = [
        math.lgamma(tries + 1)
        - math.lgamma(k + 1)
        - math.lgamma(tries - k + 1)
        + k * math.log(rate)
        + (tries - k) * math.log1p(-rate)
        for k in range(right, tries + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, logs)))


def is_above(right: int, tries: int, rate: float) -> bool:
    """Whether so many successes are no chance, were each at most ``rate``."""
    return right > tries * rate and at_least(right, tries, rate) < FALSE_ALARM


def agrees(right: int, tries: int, rate: float) -> bool:
    """Whether chance explains ``right`` of ``tries`` either way, at exactly ``rate``."""
    return not is_above(right, tries, rate) and not is_above(tries - right, tries, 1 - rate)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(χ² ≥ value): the upper incomplete gamma by series (small) or continued fraction (Lentz)."""
    shape, x = freedom / 2, value / 2
    front = math.exp(-x + shape * math.log(x) - math.lgamma(shape)) if x > 0 else 0.0
    if x < shape + 1:
        term = total = 1 / shape
        for step in range(1, 2000):
            term *= x / (shape + step)
            total += term
        return 1 - total * front
    b, c = x + 1 - shape, 1e300
    d = h = 1 / b
    for step in range(1, 2000):
        an = -step * (step - shape)
        b += 2
        d, c = 1 / (an * d + b), b + an / c
        h *= d * c
    return front * h


def fits(drawn: Sequence[int], law: Mapping[int, float], least: float = 20) -> bool:
    """Chi-square of ``drawn`` against a law of integers; both tails pooled to ``least`` expected each."""
    inner = [k for k, p in law.items() if p * len(drawn) >= least]
    low, high = min(inner), max(inner)
    seen = Counter(min(max(k, low), high) for k in drawn)
    expected = {k: law[k] * len(drawn) for k in range(low, high + 1)}
    expected[low] += len(drawn) * math.fsum(p for k, p in law.items() if k < low)
    expected[high] += len(drawn) * math.fsum(p for k, p in law.items() if k > high)
    value = math.fsum((seen[k] - e) ** 2 / e for k, e in expected.items())
    return chi_square_tail(value, len(expected) - 1) >= FALSE_ALARM
