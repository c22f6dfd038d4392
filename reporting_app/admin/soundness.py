"""What two witnesses should think of before they draw: much uncoded, or many reports at once. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reporting_app.admin.letters import Watched
from reporting_app.crypto.slots import WATCH_REPORT
from reporting_app.statistics.periods import contains

WEEKS_A_YEAR = 52
LEAST_BURST = 6
UNLIKELY_WEEK = 1e-4  # of a week in a year like the others


@dataclass(frozen=True)
class Soundness:
    """``uncoded`` is a part of four: 0 few, 1 about a quarter, 2 about half, 3 most; None when unknown.

    ``bursts`` are weeks, by their Monday, with far more reports than the others of the year.
    """

    uncoded: int | None
    bursts: list[date]


def soundness(watched: Iterable[Watched], coded: int, period: str) -> Soundness:
    """``coded``: how many cases of the period have ballots. Only letters that this witness watches count."""
    days = [one.day for one in watched if one.kind == WATCH_REPORT]
    within = [day for day in days if contains(period, day)]
    missing = max(0, len(within) - coded)
    part = min(3, round(4 * missing / len(within))) if within else None
    return Soundness(part, [week for week in bursts(days) if contains(period, week)])


def bursts(days: Collection[date]) -> list[date]:
    """Mondays of weeks with so many reports that the other weeks of the year hardly explain it."""
    weeks = Counter(day - timedelta(days=day.weekday()) for day in days)
    found = []
    for week, count in sorted(weeks.items()):
        near = range(-WEEKS_A_YEAR // 2, WEEKS_A_YEAR // 2 + 1)
        others = sum(weeks[week + timedelta(weeks=away)] for away in near if away)
        usual = max(others / WEEKS_A_YEAR, 0.5)
        if count >= LEAST_BURST and _at_least(count, usual) < UNLIKELY_WEEK:
            found.append(week)
    return found


def _at_least(count: int, mean: float) -> float:
    """P(N >= count) of a Poisson number."""
    return 1 - sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(count))
