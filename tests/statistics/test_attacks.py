"""Nobody learns what one case says: claim ε = 2 against attackers who know every other case.

Each attack is played against the real tally, OpenDP's noise and what is shown of it; the attacker decides by
exact likelihood. Three things must hold: his success agrees with the exact figure, that figure keeps
within what ε allows, and with one rule taken away the same attack goes beyond it.
"""

from __future__ import annotations

import pytest

from reporting_app.statistics.catalogue import Catalogue, Table
from reporting_app.statistics.tally import Cast
from tests.deployment import human_part
from tests.statistics.attacker import (
    Attacker,
    Cell,
    Noise,
    bound,
    composed_bound,
    differing,
    planted,
)
from tests.statistics.bureau import cast, table
from tests.statistics.chance import agrees, is_above

SHORT = 2_000
RUNS = pytest.mark.parametrize("runs", [SHORT, pytest.param(100_000, marks=pytest.mark.long)])
ALL = table("form_per_year", 2000)  # one table that spends everything: the hardest to protect


@pytest.fixture(scope="module")
def noise() -> Noise:
    return Noise()


def keeps(attacker: Attacker, epsilon: float, runs: int, noise: Noise, draws: int = 1) -> None:
    spoke, right = attacker.plays(runs, noise.publisher(draws))
    assert spoke >= runs / 400  # whoever speaks in 1.4 of 100 falls below that less often than once in 10⁷
    assert agrees(right, spoke, attacker.right_when_sure)
    assert attacker.right_when_sure <= bound(epsilon) + 1e-5
    assert not is_above(right, spoke, bound(epsilon))


def goes_beyond(attacker: Attacker, epsilon: float, noise: Noise, runs: int = SHORT) -> None:
    assert attacker.right_when_sure > bound(epsilon) + 0.01
    spoke, right = attacker.plays(runs, noise.publisher())
    assert is_above(right, spoke, bound(epsilon))


def halved(cells: list[Cell]) -> Attacker:
    """Of half the noise that the shares ask for."""
    return Attacker([Cell(2 * one.share, one.here, one.other) for one in cells])


def tenth(value: str = "") -> list[Cast]:
    """Nine planted reports in two cells of one table, and a tenth, if any."""
    return planted(ALL.id, "a", "b") + ([cast("tenth", ALL.id, value)] if value else [])


@RUNS
@pytest.mark.parametrize("draws", [1, 2])
def test_nine_planted_reports_do_not_show_the_tenth(noise: Noise, runs: int, draws: int) -> None:
    cells = differing(tenth("a"), tenth("b"), ALL, [], "2035")
    assert cells == [Cell(2000, 10, 9), Cell(2000, 9, 10)]
    keeps(Attacker(cells, draws), 2, runs, noise, draws)


@RUNS
def test_nine_planted_reports_do_not_show_whether_there_is_a_tenth(noise: Noise, runs: int) -> None:
    """Presence alone is protected by half: a case that is not there moves one cell."""
    cells = differing(tenth("a"), tenth(), ALL, [], "2035")
    assert cells == [Cell(2000, 10, 9)]
    keeps(Attacker(cells), 1, runs, noise)


def test_with_half_the_noise_nine_planted_reports_show_the_tenth(noise: Noise) -> None:
    cells = differing(tenth("a"), tenth("b"), ALL, [], "2035")
    goes_beyond(halved(cells), 2, noise)


def test_without_noise_the_suppression_below_ten_alone_would_show_it(noise: Noise) -> None:
    publish = noise.publisher(draws=0)
    assert (publish(Cell(2000, 10, 9), 10), publish(Cell(2000, 10, 9), 9)) == (10, None)


def moving(value: str, years: int) -> list[Cast]:
    """A case whose ballots name another period each year, and the planted ones of each."""
    found = []
    for year in range(2030, 2030 + years):
        found += planted(ALL.id, "a", "b", period=str(year))
        found.append(cast("moving", ALL.id, value, str(year)))
    return found


def over_years(years: int, *, remembers: bool) -> list[Cell]:
    """Cells of all years in which the two worlds differ; without the rule nothing is ever spent."""
    cells: list[Cell] = []
    for number in range(years):
        drawn = [str(2030 + one) for one in range(number)] if remembers else []
        here, other = moving("a", years), moving("b", years)
        cells += differing(here, other, ALL, drawn, str(2030 + number))
    return cells


@RUNS
def test_subtracting_one_year_from_another_does_not_show_a_case(noise: Noise, runs: int) -> None:
    both = [*planted(ALL.id, "a", period="2034"), *planted(ALL.id, "a")]
    here, other = ([*both, cast("one", ALL.id, "a", period)] for period in ("2034", "2035"))
    cells = differing(here, other, ALL, [], "2034") + differing(here, other, ALL, ["2034"], "2035")
    assert cells == [Cell(2000, 10, 9), Cell(2000, 9, 10)]
    keeps(Attacker(cells), 2, runs, noise)


@RUNS
def test_a_case_that_moves_from_year_to_year_is_counted_in_one(noise: Noise, runs: int) -> None:
    keeps(Attacker(over_years(3, remembers=True)), 2, runs, noise)


def test_counted_every_year_it_would_show(noise: Noise) -> None:
    goes_beyond(Attacker(over_years(3, remembers=False)), 2, noise, 4 * SHORT)


@pytest.fixture(scope="module")
def complementary() -> list[Cell]:
    """A whole case history exchanged: another value in every table of the demo's catalogue."""
    cells: list[Cell] = []
    for each in Catalogue.of(human_part()).tables:
        cells += _in(each)
    return cells


def _in(each: Table) -> list[Cell]:
    period = "2035" if each.period == "year" else "2035-q1"
    values = each.cells[:2]
    rest = planted(each.id, *values, period=period)
    here, other = ([*rest, cast("whole", each.id, value, period)] for value in values)
    return differing(here, other, each, [], period)


def shares_of(cells: list[Cell]) -> list[int]:
    return [one.share for one in cells[::2]]


@RUNS
def test_all_tables_together_do_not_show_a_whole_case(
    noise: Noise, complementary: list[Cell], runs: int
) -> None:
    shares = shares_of(complementary)
    assert sum(shares) <= 2000
    attacker = Attacker(complementary)
    keeps(attacker, sum(shares) / 1000, runs, noise)
    right = attacker.guesses(runs, noise.publisher())
    assert agrees(right, runs, attacker.right_always)
    assert attacker.right_always <= composed_bound(shares) <= bound(sum(shares) / 1000)
    assert not is_above(right, runs, composed_bound(shares))


def test_with_half_the_noise_all_tables_together_would(noise: Noise, complementary: list[Cell]) -> None:
    attacker, runs = halved(complementary), SHORT
    assert attacker.right_always > composed_bound(shares_of(complementary)) + 0.03
    right = attacker.guesses(runs, noise.publisher())
    assert agrees(right, runs, attacker.right_always)


@RUNS
@pytest.mark.parametrize("lie", [0, 3, -3])
def test_a_lying_panel_leaves_the_other_draw_which_is_enough(noise: Noise, runs: int, lie: int) -> None:
    """It adds a constant, or tells its draw to the attacker: all the same, he takes it away again."""
    cells = [Cell(2000, 10 + lie, 9 + lie), Cell(2000, 9 + lie, 10 + lie)]
    keeps(Attacker(cells), 2, runs, noise)


@RUNS
def test_a_proposer_who_grinds_its_draw_before_committing_gains_nothing(noise: Noise, runs: int) -> None:
    """He tries until rounding falls between the two worlds: the second's draw is not known to him."""
    ground = 0
    while (9 + ground, 10 + ground) != (12, 13):
        ground = noise.one(2000)
    keeps(Attacker([Cell(2000, 13, 12), Cell(2000, 12, 13)]), 2, runs, noise)


def test_two_lying_panels_publish_the_case(noise: Noise) -> None:
    """Likewise one that sees the other's draw before it is bound, and takes it away: why both commit."""
    attacker = Attacker([Cell(20_000, 10, 9), Cell(20_000, 9, 10)])
    spoke, right = attacker.plays(SHORT, noise.publisher(draws=0))
    assert right == spoke
    assert is_above(right, spoke, bound(2))


def test_a_second_draw_of_the_same_table_would_show_the_case(noise: Noise) -> None:
    """What two restored ledgers at once would allow, and what a proposer who may try again does."""
    cells = differing(tenth("a"), tenth("b"), ALL, [], "2035")
    goes_beyond(Attacker([*cells, *cells]), 2, noise)
