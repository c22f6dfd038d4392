"""Integer noise, drawn by OpenDP, whose privacy map is the source of the guarantee (docs/statistics.md).

The only module that imports OpenDP; nothing that the site imports reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import opendp.prelude as dp

from reporting_app.statistics.distribution import SENSITIVITY, scale_of

CELL = "i64"


def measurement(share: int) -> dp.Measurement:
    """Adds discrete Laplace noise to each of a table's counts. ``share`` is in thousandths of ε.

    The scale is the smallest float from ``scale_of(share)`` on for which OpenDP's map gives at most
    ``share / 1000`` for two cells that differ by one.
    """
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=CELL)), dp.l1_distance(T=CELL)
    scale = scale_of(share)
    while True:
        made = dp.m.make_laplace(*space, scale=scale)
        if guaranteed(made) <= share / 1000:
            return made
        scale = math.nextafter(scale, math.inf)


def draw(cells: Sequence[str], share: int) -> dict[str, int]:
    """One witness's full draw for a table: an integer for every cell, from the system's randomness."""
    noise = measurement(share)([0] * len(cells))
    return dict(zip(cells, noise, strict=True))


def guaranteed(made: dp.Measurement) -> float:
    """The ε that OpenDP guarantees when one whole case history is exchanged for another."""
    return float(made.map(SENSITIVITY))  # type: ignore[no-untyped-call]
