"""What stands first in the inbox, and the clocks behind it: no case waits behind another one's noise."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from reporting_app.cases.clocks import Clocks, add_working_days, is_working_day
from reporting_app.cases.need import Limits, Need, Rank, need_of
from tests.cases.test_fold import event, folded, message, status
from tests.deployment import TODAY

LIMITS = Limits()
REPORT = {
    "answers": {},
    "language": "sv",
    "narrative": "Något hände.",
    "parcels": [],
    "path": "script",
    "questionnaire": "A" * 43,
}


def need(
    days_ago: int = 0,
    answered: int | None = None,
    triaged: int | None = None,
    severity: str = "",
    state: str = "assessing",
) -> Need:
    """Of a case that came ``days_ago``, answered and taken up so many days ago."""
    days = [None if ago is None else TODAY - timedelta(days=ago) for ago in (days_ago, answered, triaged)]
    clocks = Clocks(days[0], days[1], None, days[2] or days[1])
    return need_of(state, frozenset({severity} - {""}), clocks, LIMITS, TODAY)


def test_what_needs_somebody_most_stands_first() -> None:
    in_order = [
        need(days_ago=9, severity="level_5"),
        need(days_ago=0, triaged=0, severity="level_5"),
        need(days_ago=0, triaged=0, severity="level_4"),
        need(days_ago=12, triaged=12),  # the answer is five days late
        need(days_ago=8, triaged=8),
        need(days_ago=200, answered=150),  # feedback is late
        need(days_ago=5, state="received"),  # only the target is missed
        need(days_ago=6, triaged=6),  # the answer is due tomorrow
        need(days_ago=90, answered=85),  # feedback is due soon
        need(days_ago=1, triaged=1, severity="level_1").with_news(),
        need(days_ago=4, triaged=4),
        need(days_ago=1, triaged=1),
        need(days_ago=300, answered=300, state="closed"),
    ]
    assert all(one.order < other.order for one, other in pairwise(in_order))
    assert [one.rank for one in in_order] == sorted(one.rank for one in in_order)


def test_an_answer_takes_a_severe_case_from_the_top() -> None:
    assert need(severity="level_5").reason == "violence"
    assert need(severity="level_4").reason == "threat_to_life"
    assert need(severity="level_3").rank is Rank.REST
    assert need(severity="level_5", answered=0).rank is Rank.REST
    assert need(severity="level_5", state="closed").rank is Rank.CLOSED


def test_a_severe_case_that_is_late_says_by_when_it_should_have_been_answered() -> None:
    late = need(days_ago=9, severity="level_4")
    assert (late.rank, late.clock, late.due) == (Rank.ACUTE, "answer", TODAY - timedelta(days=2))
    assert late.is_late


def test_news_lifts_a_case_and_never_lowers_one() -> None:
    assert need(days_ago=1, triaged=1).with_news().rank is Rank.NEW
    for one in (need(severity="level_5"), need(days_ago=9), need(state="closed")):
        assert one.with_news() == one


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-20", "2026-11-24"),  # Friday evening: Monday, Tuesday
        ("2026-11-21", "2026-11-24"),  # Saturday
        ("2026-11-23", "2026-11-25"),  # Monday
        ("2026-04-02", "2026-04-08"),  # skärtorsdagen: Good Friday and Easter Monday do not count
        ("2026-06-17", "2026-06-22"),  # midsommarafton is a Friday on which nobody works
        ("2026-12-22", "2026-12-28"),  # the 23rd; julafton, juldagen, a weekend with annandagen; the 28th
        ("2026-12-30", "2027-01-05"),  # nyårsafton, nyårsdagen; Monday and trettondagsafton
        ("2027-05-05", "2027-05-10"),  # Kristi himmelsfärdsdag, and the Friday after, which is a working day
        ("2025-06-04", "2025-06-09"),  # the national day is a Friday
    ],
)
def test_triage_is_due_on_the_second_working_day(came: str, due: str) -> None:
    clock = Clocks(date.fromisoformat(came), None, None).triage(2)
    assert clock is not None
    assert clock.due == date.fromisoformat(due)
    assert not clock.is_late(clock.due)
    assert clock.is_late(clock.due + timedelta(days=1))


def test_the_calendar_ends_without_an_error_and_beyond_the_law_there_are_weekends() -> None:
    assert add_working_days(date(9999, 12, 30), 5) == date.max
    assert add_working_days(date(1583, 1, 3), 1) == date(1583, 1, 4)
    assert not is_working_day(date(2300, 1, 6 + (5 - date(2300, 1, 6).weekday()) % 7))
    assert add_working_days(date(2026, 1, 7), 2**53) < date(2028, 1, 1)


def test_only_a_person_takes_a_case_up() -> None:
    report = event("report", REPORT)
    opened = event("opened", {"events": [], "letter": "A" * 43}, author="utredare-1")
    note = event("note", {"text": "Hm."}, author="utredare-1", seq=2)
    received = status("received", seq=3)
    more = message("Det har hänt igen.", seq=2)
    assert folded(report, opened, note, received, more).clocks.triaged is None
    later = TODAY + timedelta(days=1)
    assert (
        folded(report, opened, status("assessing", seq=2, day=later), site_day=later).clocks.triaged == later
    )
    answer = message("Vi har läst.", author="utredare-1", seq=2)
    assert folded(report, opened, answer).clocks.triaged == TODAY
