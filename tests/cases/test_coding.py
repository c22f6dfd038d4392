"""What counts in statistics follows from the events: against codings by hand, doubts, and counting twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reporting_app.cases import coding, own_view, together
from reporting_app.cases.coding import WITHDRAWN, Scheme, holding, is_coded, prefill, votes
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.need import Limits
from reporting_app.cases.order import Sighting
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Event
from tests.cases.test_fold import PEOPLE, THREAD, event, folded, message
from tests.cases.test_need import REPORT
from tests.deployment import TODAY, human_part

SCHEME = Scheme.of(human_part(), Limits())
CHOSEN = {
    "form": "violence",
    "organisation": "adult_support",
    "severity": "level_4",
    "consequence": "hesitation",
}
VALUES = SCHEME.values_for(CHOSEN, plausible=True)
TOMORROW = TODAY + timedelta(days=1)


def report(**answers: list[str]) -> Event:
    return event("report", {**REPORT, "answers": answers})


def coded(
    values: dict[str, str] | None = None, seq: int = 2, day: date = TODAY, by: str = "utredare-1"
) -> Event:
    body = {"catalogue": 1, "values": VALUES if values is None else values}
    return event("coding", body, author=by, seq=seq, day=day)


def answered(seq: int = 3, day: date = TODAY) -> Event:
    return message("Hej.", author="utredare-1", seq=seq, day=day)


def closed(outcome: str, *before: Event, seq: int = 4, day: date = TODAY) -> tuple[Event, Event]:
    """Proposed and approved by two who know what came ``before``."""
    body = {
        "action": together.CLOSE,
        "arguments": together.close_arguments(outcome, "Klart."),
        "heard": b64(together.digest_of(one.id for one in before if one.author == REPORTER)),
    }
    parents = before[-1:]
    proposal = event("proposal", body, author="utredare-1", seq=seq, parents=parents, day=day)
    of = {"of": b64(proposal.id)}
    return proposal, event("approval", of, author="utredare-2", seq=seq, parents=(proposal,), day=day)


def case_of(*events: Event, until: date = TODAY) -> Case:
    return folded(*(events or (report(), coded())), site_day=until)


def folded_on(*events: tuple[Event, date]) -> Case:
    """Each with the day on which the site got it."""
    return fold(THREAD, [Sighting(one, bytes(32), day) for one, day in events], PEOPLE)


def recoded(values: dict[str, str], day: date = TOMORROW) -> Case:
    """Coded in full, and once more on ``day``."""
    return folded_on((report(), TODAY), (coded(), TODAY), (coded(values, seq=3, day=day), day))


def said(case: Case, today: date = TODAY) -> dict[str, str]:
    return {vote.table: vote.value for vote in votes(case, SCHEME, today)}


def test_four_tables_are_asked_and_the_own_view_is_nobodys_to_code() -> None:
    assert [table.dimension for table in SCHEME.asked] == list(coding.ASKED)
    (table,) = (one for one in SCHEME.tables if one.dimension == coding.OWN_VIEW)
    assert table.values == own_view.VALUES
    by_hand = coded({**VALUES, "own_view_per_year": "stopped_and_safer"})
    assert "own_view_per_year" not in said(case_of(report(), by_hand))


def test_the_reporters_answers_are_the_suggestion() -> None:
    many = report(form=["violence", "harassment"], severity=["level_4", "level_2"], consequence=["invented"])
    assert prefill(case_of(many), SCHEME) == {"form": "violence", "severity": "level_4"}
    assert prefill(case_of(report(severity=["level_2", "level_4"])), SCHEME) == {"severity": "level_4"}
    assert prefill(case_of(coded()), SCHEME) == {}


def test_a_case_says_one_value_in_each_table_and_small_organisations_count_upward() -> None:
    assert said(case_of()) == {
        "form_per_year": "violence",
        "organisation_per_year": "social_services",
        "severity_per_year": "level_4",
        "consequence_per_year": "hesitation",
    }
    assert {vote.period for vote in votes(case_of(), SCHEME, TODAY)} == {"2026"}


def test_an_organisation_that_no_larger_one_holds_counts_as_small() -> None:
    human = human_part()
    human["organisations"] = [
        {"id": "alone", "name": {}, "employees": 199, "parent": ""},
        {"id": "around", "name": {}, "employees": 5, "parent": "about"},
        {"id": "about", "name": {}, "employees": 5, "parent": "around"},
        {"id": "large", "name": {}, "employees": 200, "parent": "alone"},
    ]
    larger = Scheme.of(human, Limits()).larger
    assert larger == {"alone": "small", "around": "small", "about": "small", "large": "large"}


def test_nothing_is_said_of_what_nobody_has_coded() -> None:
    first = report(), answered()
    case = case_of(*first, *closed("support", *first))
    assert case.state == "closed"
    assert said(case) == {}
    assert not is_coded(holding(case), SCHEME)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({**VALUES, "form_per_year": "invented"}, "form_per_year"),
        ({**VALUES, "form_per_year": "withdrawn"}, "form_per_year"),
        ({**VALUES, "form_per_year": "level_4"}, "form_per_year"),
        ({**VALUES, "outcome_per_year": "support", "invented_per_year": "x"}, ""),
        ({**VALUES, "timeliness_per_year": "in_time"}, ""),
    ],
)
def test_a_coding_by_hand_counts_only_where_it_keeps_to_the_catalogue(
    values: dict[str, str], missing: str
) -> None:
    case = case_of(report(), coded(values))
    assert set(said(case)) == {table.id for table in SCHEME.asked} - {missing}
    assert is_coded(holding(case), SCHEME) == (not missing)


def test_who_was_left_out_or_never_invited_codes_nothing() -> None:
    out = event("exclusion", {"exclude": ["utredare-3"]})
    first = event("report", {**REPORT, "answers": {}}, seq=2)
    assert said(case_of(out, first, coded(by="utredare-3"))) == {}
    assert said(case_of(report(), coded(by="tillsyn-1"))) == {}


def test_the_last_coding_holds_whole() -> None:
    again = coded({**VALUES, "severity_per_year": "undetermined"}, seq=3)
    assert said(case_of(report(), coded(), again))["severity_per_year"] == "undetermined"
    less = {name: value for name, value in VALUES.items() if name != "form_per_year"}
    assert said(recoded(less), TOMORROW)["form_per_year"] == WITHDRAWN


def test_a_case_that_turns_out_not_to_have_happened_takes_back_what_it_said() -> None:
    case = recoded({"plausible": "no"})
    assert {said(case, TOMORROW)[table.id] for table in SCHEME.asked} == {WITHDRAWN}
    assert is_coded(holding(case), SCHEME)
    assert said(case_of(report(), coded({**VALUES, "plausible": "no"}))) == {}
    assert said(recoded({"plausible": "no"}, TODAY)) == {}, "nothing can have left on the day of the coding"


@pytest.mark.parametrize("outcome", ["unfounded", "insufficient_basis"])
def test_an_ending_that_doubts_the_report_takes_everything_back(outcome: str) -> None:
    first = report(), coded(), answered()
    case = case_of(*first, *closed(outcome, *first))
    assert said(case) == {table.id: WITHDRAWN for table in SCHEME.asked}


def test_new_words_after_a_doubtful_ending_bring_it_back() -> None:
    first = report(), coded(), answered()
    ending = closed("unfounded", *first)
    more = message("Det hände igen.", seq=9, parents=ending[1:])
    assert said(case_of(*first, *ending, more))["form_per_year"] == "violence"


def test_the_outcome_belongs_to_the_year_of_the_first_closing() -> None:
    ended, again = date(2026, 12, 30), date(2027, 1, 2)
    first = report(), coded(), answered()
    one = closed("support", *first, day=ended)
    more = message("Igen.", seq=9, parents=one[1:], day=again)
    other = closed("handed_over", *first, *one, more, seq=7, day=again)
    later = [(event, again) for event in (more, *other)]
    case = folded_on(*[(event, TODAY) for event in first], *[(event, ended) for event in one], *later)
    assert case.state == "closed"
    outcome = next(v for v in votes(case, SCHEME, again) if v.table == "outcome_per_year")
    assert (outcome.value, outcome.period) == ("handed_over", "2026")


@pytest.mark.parametrize(
    ("answer", "ended", "today", "value"),
    [
        (None, None, 7, ""),
        (None, None, 8, "answer_late"),
        (8, 20, 30, "answer_late"),
        (7, None, 30, ""),
        (7, 20, 30, "in_time"),
        (7, None, 130, "feedback_late"),
    ],
)
def test_whether_it_went_in_time_is_said_once_it_is_settled(
    answer: int | None, ended: int | None, today: int, value: str
) -> None:
    events = [(report(), TODAY), (coded(), TODAY)]
    if answer is not None:
        day = TODAY + timedelta(days=answer)
        events.append((answered(day=day), day))
    if ended is not None:
        day = TODAY + timedelta(days=ended)
        events += [(one, day) for one in closed("support", *(event for event, _ in events), day=day)]
    found = votes(folded_on(*events), SCHEME, TODAY + timedelta(days=today))
    timely = [vote for vote in found if vote.table == "timeliness_per_year"]
    assert [vote.value for vote in timely] == ([value] if value else [])
    # 21 November + 7 days + 3 months: settled by then whatever happens.
    assert all(vote.period == "2027" for vote in timely)


def test_a_period_is_frozen_forty_five_days_after_its_end() -> None:
    assert coding.frozen_after("2026") == date(2027, 2, 14)
    assert coding.frozen_after("2026-q1") == date(2026, 5, 15)


def test_the_coder_casts_and_when_gone_the_first_who_still_reads() -> None:
    case = case_of(report(), coded(by="utredare-2"))
    assert coding.caster(case, {"utredare-1", "utredare-2"}) == "utredare-2"
    assert coding.caster(case, {"utredare-1", "utredare-3"}) == "utredare-1"
    assert coding.caster(case, {"tillsyn-1"}) == ""
