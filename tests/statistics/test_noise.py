"""The noise is OpenDP's discrete Laplace, of the scale its privacy map asks for; half would be noticed."""

from __future__ import annotations

import math

import pytest

from reporting_app.statistics import distribution, noise
from reporting_app.statistics.catalogue import Catalogue
from tests.deployment import human_part
from tests.statistics.attacker import bound, noise_law
from tests.statistics.chance import fits, is_above

SHARES = sorted({table.share for table in Catalogue.of(human_part()).tables})
DRAWS = 100_000
# One share in full in the ordinary run: OpenDP takes ten microseconds a draw.
EACH = [pytest.param(share, marks=[pytest.mark.long] if share != 400 else []) for share in SHARES]


def drawn(share: int, count: int = DRAWS) -> list[int]:
    return list(noise.draw([str(one) for one in range(count)], share).values())


def too_telling(one: list[int], share: int) -> bool:
    """Whether two counts that differ by one are told apart more often than half the table's ε allows.

    Half the draws go on the greater count. Both tails, and every value alone where there is enough of it.
    """
    epsilon = noise.guaranteed(noise.measurement(share)) / distribution.SENSITIVITY
    half = len(one) // 2
    less, more = one[:half], [value + 1 for value in one[half:]]
    events = [lambda value: value > 0] + [lambda value, k=k: value == k for k in range(1, 6)]
    for event in events:
        right, wrong = sum(map(event, more)), sum(map(event, less))
        if is_above(right, right + wrong, bound(epsilon)):
            return True
    return False


@pytest.mark.parametrize("share", EACH)
def test_draws_are_discrete_laplace_and_tell_no_more_than_opendps_map_says(share: int) -> None:
    one = drawn(share)
    assert fits(one, noise_law(share, draws=1))
    assert not too_telling(one, share)


def test_half_the_scale_would_be_noticed() -> None:
    """Draws for twice the share have half the scale."""
    one = drawn(2 * 400, 40_000)
    assert not fits(one, noise_law(400, draws=1))
    assert too_telling(one, 400)


@pytest.mark.parametrize("share", [1, 7, 300, 333, 2000, *SHARES])
def test_the_map_gives_no_more_than_the_share_for_one_case_exchanged(share: int) -> None:
    made = noise.measurement(share)
    assert 0.999 * share / 1000 < noise.guaranteed(made) <= share / 1000
    assert made.map(1) < noise.guaranteed(made)


@pytest.mark.parametrize("share", SHARES)
def test_the_law_of_both_draws_is_that_of_one_added_to_another(share: int) -> None:
    one = noise_law(share, draws=1)
    for total in (0, 1, -7, 40):
        added = math.fsum(p * one.get(total - k, 0.0) for k, p in one.items())
        assert added == pytest.approx(distribution.probability(total, share), rel=1e-6)
    law = noise_law(share, draws=2)
    assert math.fsum(law.values()) == pytest.approx(1)
    assert math.fsum(k * k * p for k, p in law.items()) == pytest.approx(distribution.variance(share))


@pytest.mark.parametrize("share", SHARES)
def test_the_interval_holds_the_true_count_in_95_of_100(share: int) -> None:
    """Exactly, for every count: never less, and not for nothing much more."""
    rates = []
    for count in range(0, 121, 3):
        held = 0.0
        for k, p in noise_law(share, draws=2).items():
            low, high = distribution.interval(distribution.shown(count + k), share)
            held += p if low <= count <= high else 0.0
        rates.append(held)
    assert min(rates) >= distribution.CONFIDENCE
    assert min(rates) < distribution.CONFIDENCE + 0.02


@pytest.mark.parametrize("share", SHARES)
def test_what_a_panel_refuses_chance_gives_less_often_than_once_in_a_billion(share: int) -> None:
    most, law = distribution.most_plausible(share), noise_law(share, draws=1)
    beyond = 1 - math.fsum(p for k, p in law.items() if abs(k) <= most)
    alpha = math.exp(-1 / distribution.scale_of(share))
    assert 2 * alpha ** (most + 1) / (1 + alpha) < distribution.UNLIKELY <= 2 * alpha**most / (1 + alpha)
    assert beyond < 2 * distribution.UNLIKELY


@pytest.mark.parametrize(
    ("noisy", "seen"), [(-40, None), (0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)]
)
def test_below_ten_is_not_shown_and_the_rest_to_the_nearest_five(noisy: int, seen: int | None) -> None:
    assert distribution.shown(noisy) == seen
