"""What noise, rounding and suppression do to a count: exact probabilities of two discrete Laplace draws.

Discrete Laplace with α = e^(−1/scale): P(k) = (1−α)/(1+α) · α^|k| (Canonne, Kamath, Steinke 2020).
"""

from __future__ import annotations

import math
from functools import lru_cache

SENSITIVITY = 2  # one case changed: one cell less, another more
DRAWS = 2
UNLIKELY = 1e-9  # a cell's draw beyond this is no chance
CONFIDENCE = 0.95
FEWEST = 10
STEP = 5
HALF_STEP = STEP // 2  # an integer is never further than this from the nearest multiple of 5


def scale_of(share: int) -> float:
    """The scale of one draw for a table's share (thousandths of ε)."""
    return SENSITIVITY * 1000 / share


def variance(share: int) -> float:
    """Of the sum of both draws, in cases squared."""
    alpha = math.exp(-1 / scale_of(share))
    return DRAWS * 2 * alpha / (1 - alpha) ** 2


def excess(share: int) -> float:
    """Excess kurtosis of the sum of both draws: how much heavier its tails are than the normal law's."""
    alpha = math.exp(-1 / scale_of(share))
    # Fourth cumulant of one draw: 2α(1 + 4α + α²) / (1−α)⁴, of which both have one.
    return DRAWS * 2 * alpha * (1 + 4 * alpha + alpha**2) / (1 - alpha) ** 4 / variance(share) ** 2


def most_plausible(share: int) -> int:
    """The largest draw of one witness in one cell that is not less likely than ``UNLIKELY``."""
    alpha = math.exp(-1 / scale_of(share))
    # P(|k| > n) = 2 α^(n+1) / (1 + α)
    return math.ceil(math.log(UNLIKELY * (1 + alpha) / 2) / math.log(alpha)) - 1


def probability(noise: int, share: int) -> float:
    """That both draws together give ``noise``: ((1−α)/(1+α))² α^|k| (|k| + (1+α²)/(1−α²))."""
    alpha, size = math.exp(-1 / scale_of(share)), abs(noise)
    weight = size + (1 + alpha**2) / (1 - alpha**2)
    return float(((1 - alpha) / (1 + alpha)) ** 2 * alpha**size * weight)


@lru_cache(maxsize=64)
def margin(share: int, confidence: float = CONFIDENCE) -> int:
    """The smallest n such that both draws together stay within ±n with this probability."""
    within, reach = probability(0, share), 0
    while within < confidence:
        reach += 1
        within += 2 * probability(reach, share)
    return reach


def shown(noisy: int) -> int | None:
    """What is published of a noisy count: None below 10, else the nearest multiple of 5."""
    return None if noisy < FEWEST else (noisy + HALF_STEP) // STEP * STEP


def interval(value: int | None, share: int) -> tuple[int, int]:
    """Where the true count lies, from what is shown, whatever it is: with probability at least 95 %.

    Counts noise, rounding and suppression. A wrong interval needs noise beyond ``margin`` either way.
    """
    reach = margin(share)
    if value is None:
        return 0, FEWEST - 1 + reach
    return max(0, value - HALF_STEP - reach), value + HALF_STEP + reach
