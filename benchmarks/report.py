"""One line a figure."""

from __future__ import annotations

import json
from typing import Literal

Better = Literal["at least", "at most"]


def say(name: str, value: float, unit: str, better: Better = "at most", goal: float | None = None) -> None:
    """Print a figure, with its goal when it has one. One that is not met is printed as such."""
    line: dict[str, object] = {"name": name, "value": round(value, 3), "unit": unit}
    if goal is not None:
        met = value >= goal if better == "at least" else value <= goal
        line |= {"goal": f"{better} {goal:g}", "met": met}
    print(json.dumps(line), flush=True)
