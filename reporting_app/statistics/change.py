"""Whether one published number is more than another, or chance could have made the difference."""

from __future__ import annotations

from enum import Enum
from math import sqrt
from statistics import NormalDist

from reporting_app.statistics.distribution import FEWEST, HALF_STEP, variance

# How often a table may be said to have changed anywhere when nothing did.
FALSE_ALARM = 0.05


class Direction(Enum):
    """``UNSURE`` is what most differences are: it does not mean that nothing changed."""

    UP = "up"
    DOWN = "down"
    UNSURE = "unsure"


def direction(before: int | None, after: int | None, share: int, cells: int) -> Direction:
    """What may be said of two periods of one cell, as shown; None is suppressed. ``cells``: of the table.

    Counts the noise of both, rounding, suppression, and that as many people can have more cases in one year
    than in another by chance alone (Poisson).
    """
    low, high = _least(after) - _most(before), _most(after) - _least(before)
    chance = sum(FEWEST if one is None else one for one in (before, after))
    reach = NormalDist().inv_cdf(1 - FALSE_ALARM / (2 * cells)) * sqrt(2 * variance(share) + chance)
    if low > reach:
        return Direction.UP
    return Direction.DOWN if high < -reach else Direction.UNSURE


def _least(value: int | None) -> int:
    """Of the noisy count; a suppressed one is taken as what would be nearest."""
    return 0 if value is None else value - HALF_STEP


def _most(value: int | None) -> int:
    return FEWEST - 1 if value is None else value + HALF_STEP
