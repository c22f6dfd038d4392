"""Whether one published number is more than others, or chance could have made the difference."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import sqrt
from statistics import NormalDist

from reporting_app.statistics.distribution import FEWEST, STEP, excess, variance

# How often a table may be said to have changed anywhere when nothing did.
FALSE_ALARM = 0.05
# So many periods before are the best thing to compare with: their noise evens out (docs/statistics.md).
MOST_EARLIER = 3
ROUNDING = (STEP**2 - 1) / 12  # variance of what rounding takes away or adds


class Direction(Enum):
    """``UNSURE`` is what most differences are: it does not mean that nothing changed."""

    UP = "up"
    DOWN = "down"
    UNSURE = "unsure"


def direction(before: int | None, after: int | None, share: int, cells: int) -> Direction:
    """As ``direction_since``, compared with one period."""
    return direction_since([before], after, share, cells)


def direction_since(earlier: Sequence[int | None], latest: int | None, share: int, cells: int) -> Direction:
    """What may be said of a cell, as shown, against the mean of the same cell in ``earlier`` periods.

    None is suppressed and taken as the middle of what that means; ``cells``: of the table. Counts the noise
    of all, its heavier tails (Cornish and Fisher), rounding, and that as many people can have more cases in
    one year than in another by chance alone (Poisson). Wrong in a table at most as often as ``FALSE_ALARM``.
    """
    values = [FEWEST // 2 if one is None else one for one in (*earlier, latest)]
    periods, chance = len(earlier), sum(values) / len(values)
    spread = (variance(share) + chance + ROUNDING) * (1 + 1 / periods)
    tails = excess(share) * variance(share) ** 2 * (1 + 1 / periods**3) / spread**2
    normal = NormalDist().inv_cdf(1 - FALSE_ALARM / (2 * cells))
    reach = (normal + (normal**3 - 3 * normal) * tails / 24) * sqrt(spread)
    difference = values[-1] - sum(values[:-1]) / periods
    if difference > reach:
        return Direction.UP
    return Direction.DOWN if difference < -reach else Direction.UNSURE
