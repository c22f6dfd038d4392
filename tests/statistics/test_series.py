"""What leadership sees follows from what was signed: nothing is smoothed or guessed, nor compared in vain."""

from __future__ import annotations

from datetime import date

import pytest

from reporting_app.statistics.change import Direction
from reporting_app.statistics.distribution import interval
from reporting_app.statistics.series import Point, Series, State, Status, all_series
from tests.deployment import World
from tests.statistics.town import (
    FORM,
    ORGANISATION,
    TODAY,
    Told,
    content,
    organisation,
    published,
    quarterly,
    town,
)

TIMES: Told = {
    (FORM, "2027"): {"harassment": 60, "violence": 9, "vandalism": 300, "other": 200},
    (FORM, "2028"): {"harassment": 65, "violence": 0, "vandalism": 100, "other": 203},
}


def points(series: Series, cell: str) -> tuple[Point, ...]:
    return next(row.points for row in series.rows if row.cell == cell)


def statuses(series: Series) -> dict[str, Status]:
    return {one.period: one.status for one in series.columns}


def test_counts_come_with_the_interval_of_the_release_and_few_are_no_number(world: World) -> None:
    series = published(world, TIMES).series()
    first, second, waiting, still_open = points(series, "harassment")
    assert (first.value, first.low, first.high) == (60, *interval(60, 400))
    assert second.state is State.SHOWN
    assert (waiting.state, still_open.state) == (State.MISSING, State.MISSING)
    few = points(series, "violence")[1]
    assert (few.state, few.value) == (State.SUPPRESSED, None)
    assert (few.low, few.high) == interval(None, 400)
    assert few.high > 10


def test_only_a_difference_that_chance_hardly_makes_has_a_direction(world: World) -> None:
    series = published(world, TIMES).series()
    said = {row.cell: row.points[1].direction for row in series.rows}
    assert said["vandalism"] is Direction.DOWN
    assert {said[cell] for cell in ("harassment", "violence", "other")} == {Direction.UNSURE}
    assert points(series, "vandalism")[0].direction is None, "there is nothing before it"


def test_up_to_three_periods_before_are_compared_with_and_none_beyond_a_gap(world: World) -> None:
    made = town(world)
    for year in ("2021", "2022", "2023", "2024", "2026", "2027"):
        made.publish_period(year, TODAY)
    compared = {
        column.period: point.compared
        for column, point in zip(made.series().columns, points(made.series(), "other"), strict=True)
        if column.status is Status.PUBLISHED
    }
    assert compared == {"2021": 0, "2022": 1, "2023": 2, "2024": 3, "2026": 0, "2027": 1}


def test_what_was_drawn_and_never_shown_is_said_and_nothing_is_compared_across_it(world: World) -> None:
    made = town(world, TIMES | {(FORM, "2029"): {"vandalism": 300}})
    made.publish_period("2027", TODAY)
    made.draw_only("2028")
    made.publish_period("2029", TODAY)
    series = made.series()
    assert statuses(series)["2028"] is Status.DRAWN
    assert series.columns[1].day == made.ledger.intents[1].day
    assert [one.direction for one in points(series, "vandalism")[:3]] == [None, None, None]
    assert points(series, "vandalism")[1].state is State.MISSING


def test_a_correction_takes_a_number_away_with_its_reason(world: World) -> None:
    made = published(world, TIMES)
    made.take_back(FORM, "2028", "vandalism", "Fel i räkningen.")
    series = made.series()
    (correction,) = series.columns[1].corrections
    assert (correction.reason, correction.taken_back) == ("Fel i räkningen.", ("vandalism",))
    taken = points(series, "vandalism")[1]
    assert (taken.state, taken.value, taken.is_counted) == (State.WITHDRAWN, None, False)
    assert points(series, "harassment")[1].value == 65


def test_periods_that_nobody_has_drawn_yet_wait_or_are_still_open(world: World) -> None:
    series = published(world, TIMES).series()
    assert statuses(series) == {
        "2027": Status.PUBLISHED,
        "2028": Status.PUBLISHED,
        "2029": Status.WAITING,
        "2030": Status.OPEN,
    }
    assert [one.day for one in series.columns[2:]] == [date(2030, 2, 15), date(2031, 2, 15)]


def test_with_nothing_published_there_is_the_period_that_can_come_first(world: World) -> None:
    everything = all_series(town(world, files={1: quarterly()}).statistics(), TODAY)
    assert len(everything) > 4
    assert {one.latest for one in everything} == {None}
    by_quarter = next(one for one in everything if one.kind == "quarter")
    assert statuses(by_quarter) == {"2030-q1": Status.OPEN}


def test_a_table_that_the_catalogue_dropped_keeps_what_was_published_and_expects_no_more(
    world: World,
) -> None:
    newer = content()
    newer["catalogue"]["tables"] = newer["catalogue"]["tables"][1:]
    made = published(world, TIMES)
    made.files = {1: content(), 2: newer}
    series = made.series()
    assert series.is_dropped
    assert statuses(series) == {"2027": Status.PUBLISHED, "2028": Status.PUBLISHED}
    assert points(series, "harassment")[1].value == 65


def test_numbers_whose_file_is_not_here_keep_their_ids_and_are_compared_with_nothing(world: World) -> None:
    made = published(world, TIMES, {1: content(), 2: content()}, newer_from="2028")
    broken = content()
    broken["catalogue"]["tables"][0]["share"] = 5000
    made.files = {1: content(), 3: broken}
    series = made.series()
    assert series.undescribed == ("2028",)
    assert points(series, "vandalism")[1].value == 100
    assert points(series, "vandalism")[1].direction is None
    made.files = {3: broken}
    assert {row.name for row in made.series().rows} >= {"vandalism", "harassment"}, "ids stand for names"


PARTS: Told = {(ORGANISATION, "2027"): {"compulsory_school": 190, "education": 200, "care_homes": 40}}


def test_a_rate_needs_an_organisation_counted_whole_and_a_narrow_interval(world: World) -> None:
    series = published(world, PARTS).series(ORGANISATION)
    rate = points(series, "compulsory_school")[0].rate
    assert rate is not None
    assert (rate.employees, rate.value) == (1900, 100)
    assert (rate.low, rate.high) == pytest.approx([one / 1.9 for one in interval(190, 400)])
    assert points(series, "education")[0].rate is None, "its parts are counted by themselves"
    assert points(series, "care_homes")[0].rate is None, "from half to nothing"
    assert points(published(world, TIMES).series(), "vandalism")[0].rate is None, "no organisation"


def test_a_rate_takes_the_employees_of_the_file_it_was_drawn_under(world: World) -> None:
    newer = content()
    organisation(newer, "compulsory_school")["employees"] = 950
    told = PARTS | {(ORGANISATION, "2028"): {"compulsory_school": 190}}
    series = published(world, told, {1: content(), 2: newer}, newer_from="2028").series(ORGANISATION)
    rates = [one.rate for one in points(series, "compulsory_school")[:2]]
    assert [one.value for one in rates if one] == [100, 200]
