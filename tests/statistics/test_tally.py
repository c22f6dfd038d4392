"""Which ballots count (protocol §8, §15): a case counts once in a table, whatever it says."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reporting_app.statistics.catalogue import Table
from reporting_app.statistics.tally import Cast, Tally, counted_digest, tally
from tests.statistics.bureau import cast, table

FORM = table("form", 400)


def cells(
    *casts: Cast, period: str = "2035", drawn: tuple[str, ...] = (), of: Table = FORM
) -> dict[str, int]:
    """Those that are not zero."""
    return {cell: count for cell, count in tally(casts, of, drawn, period).cells.items() if count}


def test_every_cell_is_there_also_when_nothing_was_cast() -> None:
    assert tally([], FORM, [], "2035") == Tally({"a": 0, "b": 0, "c": 0}, frozenset())


def test_a_case_counts_once_under_the_last_thing_it_said() -> None:
    early, late = date(2035, 5, 1), date(2035, 6, 1)
    assert cells(cast("x", "form", "a", day=early), cast("x", "form", "b", day=late)) == {"b": 1}
    assert cells(cast("x", "form", "b", day=late), cast("x", "form", "a", day=early)) == {"b": 1}


def test_of_one_day_the_ballot_in_the_greatest_letter_counts() -> None:
    both = [cast("x", "form", "a", letter="1"), cast("x", "form", "b", letter="2")]
    greatest = max(both, key=lambda one: one.letter).ballot.value
    assert cells(*both) == cells(*reversed(both)) == {greatest: 1}


def test_what_was_taken_back_does_not_count_and_may_be_said_again() -> None:
    days = [date(2035, 5, day) for day in (1, 2, 3)]
    said = [
        cast("x", "form", value, day=day) for value, day in zip(("a", "withdrawn", "c"), days, strict=True)
    ]
    assert cells(*said[:2]) == {}
    assert cells(*said) == {"c": 1}


def test_a_case_counts_in_the_period_that_its_last_ballot_names() -> None:
    said = [
        cast("x", "form", "a", "2034", date(2034, 5, 1)),
        cast("x", "form", "b", "2035", date(2035, 1, 9)),
    ]
    assert cells(*said, period="2034") == {}
    assert cells(*said, period="2035") == {"b": 1}


def test_once_counted_a_case_never_counts_again() -> None:
    said = [cast("x", "form", "a", "2034"), cast("x", "form", "b", "2035")]
    assert cells(*said, period="2034") == {"a": 1}
    assert cells(*said, drawn=("2034",)) == {}
    # Drawn in another order: the earlier year finds it spent by the later one.
    assert cells(*said, period="2034", drawn=("2035",)) == {}


def test_a_case_that_had_taken_everything_back_may_still_count_in_a_later_year() -> None:
    taken_back = [cast("x", "form", "a", "2034", date(2034, 5, 1)), cast("x", "form", "withdrawn", "2034")]
    assert cells(*taken_back, period="2034") == {}
    assert cells(*taken_back, cast("x", "form", "b", "2035"), drawn=("2034",)) == {"b": 1}


def test_ballots_after_the_freeze_change_nothing() -> None:
    frozen = date(2036, 2, 14)
    assert cells(cast("x", "form", "a", day=frozen)) == {"a": 1}
    assert cells(cast("x", "form", "a", day=date(2036, 2, 15))) == {}
    assert cells(
        cast("x", "form", "a", day=frozen), cast("x", "form", "withdrawn", day=date(2036, 3, 1))
    ) == {"a": 1}


def test_values_count_where_they_are_merged_and_unknown_ones_nowhere() -> None:
    merged = Table("form", "form", "year", 400, ("a", "b"), {"c": "b"}, {})
    assert cells(cast("x", "form", "c"), cast("y", "form", "b"), of=merged) == {"b": 2}
    unknown = tally([cast("x", "form", "nonsense"), cast("y", "other", "a")], merged, [], "2035")
    assert set(unknown.cells.values()) == {0}
    assert not unknown.letters


ballots = st.builds(
    cast,
    st.sampled_from("xyz"),
    st.just("form"),
    st.sampled_from(["a", "b", "c", "withdrawn", "nonsense"]),
    st.sampled_from(["2033", "2034", "2035"]),
    st.dates(date(2033, 1, 1), date(2036, 3, 1)),
)


@given(st.lists(ballots, max_size=12), st.permutations(["2033", "2034", "2035"]), st.randoms())
def test_over_all_releases_a_case_moves_at_most_one_cell_by_one(
    casts: list[Cast], order: list[str], chance: object
) -> None:
    """The sensitivity that the noise is made for, in whatever order years are drawn and ballots come."""
    without = [one for one in casts if one.ballot.pseudonym != cast("x", "form", "a").ballot.pseudonym]
    moved = 0
    for number, period in enumerate(order):
        one = tally(casts, FORM, order[:number], period).cells
        two = tally(without, FORM, order[:number], period).cells
        assert one == tally(casts[::-1], FORM, order[:number], period).cells
        moved += sum(abs(one[cell] - two[cell]) for cell in FORM.cells)
    assert moved <= 1


def test_two_panels_see_whether_they_counted_the_same_letters() -> None:
    one, two = cast("x", "form", "a"), cast("y", "form", "a")
    count = [tally(some, FORM, [], "2035") for some in ([one, two], [two, one], [one])]
    assert counted_digest(count[:1]) == counted_digest(count[1:2]) != counted_digest(count[2:])
