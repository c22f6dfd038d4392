"""One line a figure."""

from __future__ import annotations

import json
from typing import Literal

from benchmarks.peers import SOURCE, Peers

Better = Literal["at least", "at most"]


def say(
    name: str,
    value: float,
    unit: str,
    better: Better = "at most",
    goal: float | None = None,
    peers: Peers | None = None,
) -> None:
    """Print a figure, with its goal and other systems' figures where there are any."""
    line: dict[str, object] = {"name": name, "value": round(value, 3), "unit": unit}
    if goal is not None:
        met = value >= goal if better == "at least" else value <= goal
        line |= {"goal": f"{better} {goal:g}", "met": met}
    if peers is not None:
        line |= {"peers": dict(peers), "peers_source": SOURCE}
    print(json.dumps(line, ensure_ascii=False), flush=True)
