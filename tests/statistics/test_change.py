"""The page says that something changed at most as often as it admits when nothing did."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting_app.statistics import change, distribution
from reporting_app.statistics.change import Direction, direction, direction_since
from tests.statistics.attacker import noise_law

CELLS = 12
values = st.one_of(st.none(), st.integers(2, 60).map(lambda step: 5 * step))


@cache
def seen_law(mean: float, share: int) -> dict[int | None, float]:
    """Of what is shown of a year with a Poisson number of cases."""
    law: dict[int | None, float] = defaultdict(float)
    reach = range(int(mean + 8 * math.sqrt(mean) + 10))
    cases = [(n, math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))) for n in reach]
    for (n, p), (k, q) in product(cases, noise_law(share, draws=2).items()):
        law[distribution.shown(n + k)] += p * q
    return {one: p for one, p in law.items() if p > 1e-7}


def said(before: float, after: float, share: int, towards: Direction, cells: int = CELLS) -> float:
    """How often exactly, of two years with these expected numbers of cases."""
    pairs = product(seen_law(before, share).items(), seen_law(after, share).items())
    return math.fsum(p * q for (a, p), (b, q) in pairs if direction(a, b, share, cells) is towards)


@pytest.mark.parametrize("share", [400, 200])
@pytest.mark.parametrize("mean", [5, 30, 75, 150])
def test_when_nothing_changed_it_is_seldom_said(share: int, mean: int) -> None:
    each_way = change.FALSE_ALARM / CELLS / 2
    for towards in (Direction.UP, Direction.DOWN):
        assert said(mean, mean, share, towards) < 1.05 * each_way


def test_that_bound_is_not_kept_by_saying_nothing() -> None:
    each_way = change.FALSE_ALARM / CELLS / 2
    assert said(75, 75, 400, Direction.UP) > 0.8 * each_way
    assert said(75, 150, 400, Direction.UP) > 0.7
    assert said(150, 75, 400, Direction.DOWN) > 0.7


def test_without_its_heavier_tails_the_noise_would_be_taken_for_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change, "excess", lambda _: 0.0)
    assert said(75, 75, 400, Direction.UP) > 1.3 * change.FALSE_ALARM / CELLS / 2


def test_three_years_before_tell_more_than_one() -> None:
    assert direction(60, 110, 400, CELLS) is Direction.UNSURE
    assert direction_since([60, 60, 60], 110, 400, CELLS) is Direction.UP


@given(st.lists(values, min_size=1, max_size=3), values)
def test_up_and_down_mirror_each_other_for_one_year(earlier: list[int | None], latest: int | None) -> None:
    opposite = {
        Direction.UP: Direction.DOWN,
        Direction.DOWN: Direction.UP,
        Direction.UNSURE: Direction.UNSURE,
    }
    assert direction(latest, earlier[0], 400, CELLS) is opposite[direction(earlier[0], latest, 400, CELLS)]
    assert direction_since([latest], latest, 400, CELLS) is Direction.UNSURE
    more = direction_since(earlier, (latest or 10) + 500, 400, CELLS)
    assert more is Direction.UP or max(one or 0 for one in earlier) > 100


def test_two_suppressed_years_say_nothing() -> None:
    assert direction(None, None, 400, 1) is Direction.UNSURE
    assert direction(None, 10, 2000, 1) is Direction.UNSURE
