"""One line a figure."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from typing import Literal

Better = Literal["at least", "at most"]


def say(name: str, value: float, unit: str, better: Better, goal: float) -> None:
    """Print a figure with its goal. A goal that is not met is printed as such, never tuned around."""
    met = value >= goal if better == "at least" else value <= goal
    line = {"name": name, "value": round(value, 3), "unit": unit, "goal": f"{better} {goal:g}", "met": met}
    print(json.dumps(line), flush=True)


def median_of(runs: int, measure: Callable[[], float]) -> float:
    """The median of several runs, after one that does not count."""
    measure()
    return statistics.median(measure() for _ in range(runs))
