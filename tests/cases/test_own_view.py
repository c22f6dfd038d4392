"""How it went for the person: when they are asked, what raises the case again, and what it counts as.

Against answers in no form, answers that come before any closing, and an answer that never saw the reprisal.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reporting_app.cases import own_view, reporter, schema
from reporting_app.cases.coding import SPAN_YEARS, WITHDRAWN, Vote, votes
from reporting_app.cases.fold import Case
from reporting_app.cases.need import REPRISALS, Limits, Rank, need_of
from reporting_app.cases.sealing import Pen, intake_cell
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Event
from tests.cases.letterbox import Story
from tests.cases.test_coding import SCHEME, answered, closed, coded, folded_on, report
from tests.cases.test_fold import event, message, status
from tests.deployment import TODAY, make_world

ENDED = TODAY + timedelta(days=30)
LATER = date(2027, 6, 21)
YES_YES = {"stopped": ["yes"], "safer": ["yes"], "reprisals": ["no"]}
REPRISAL = {"reprisals": ["yes"]}
Dated = tuple[Event, date]


def view(
    answers: dict[str, list[str]],
    *before: Dated,
    day: date = ENDED,
    text: str = "",
    moment: str = "closing",
    seq: int = 20,
) -> Dated:
    """Given after what came ``before``, the last of which it knows."""
    body = {"answers": answers, "moment": moment, "text": text}
    return event("view", body, seq=seq, day=day, parents=tuple(e for e, _ in before[-1:])), day


def sent(moment: str = "closing", *, raises: bool = False) -> Dated:
    return event("view-sent", {"moment": moment, "raises": raises}, seq=19, day=ENDED), ENDED


def ended(outcome: str = "support", day: date = ENDED) -> list[Dated]:
    """Reported and coded today, answered, and closed on ``day``."""
    first = report(), coded(), answered()
    return [*((one, TODAY) for one in first), *((one, day) for one in closed(outcome, *first, day=day))]


def answering(*views: dict[str, list[str]], outcome: str = "support") -> Case:
    """Closed, then answered as often as there are ``views``."""
    said = ended(outcome)
    for number, answers in enumerate(views):
        said.append(view(answers, *said, seq=20 + number))
    return folded_on(*said)


def ballot_of(case: Case, today: date = LATER) -> Vote | None:
    return next((vote for vote in votes(case, SCHEME, today) if vote.table == "own_view_per_year"), None)


def test_the_person_is_asked_once_at_closing_and_once_six_months_after_the_first() -> None:
    case = folded_on(*ended())
    asked = [own_view.asks(case, day) for day in (ENDED, LATER - timedelta(days=1), LATER)]
    assert asked == ["closing", "closing", "later"]
    once = folded_on(*ended(), sent())
    assert [own_view.asks(once, day) for day in (ENDED, LATER)] == ["", "later"]
    assert own_view.asks(folded_on(*ended(), sent(), sent("later")), LATER) == ""


def test_nobody_is_asked_about_a_case_that_is_open_or_open_again() -> None:
    assert own_view.asks(folded_on((report(), TODAY), (answered(), TODAY)), LATER) == ""
    again = ended()
    again.append((message("Igen.", seq=9, day=ENDED, parents=(again[-1][0],)), ENDED))
    assert own_view.asks(folded_on(*again), LATER) == ""


@pytest.mark.parametrize(
    ("answers", "text", "state"),
    [
        (YES_YES, "", "closed"),
        ({"stopped": ["no"], "safer": ["no"], "reprisals": ["unsure"]}, "", "closed"),
        (REPRISAL, "", "received"),
        ({"reprisals": ["no", "yes"]}, "", "received"),
        ({}, "De är tillbaka.", "received"),
    ],
)
def test_reprisals_and_words_open_the_case_again_and_plain_answers_do_not(
    answers: dict[str, list[str]], text: str, state: str
) -> None:
    case = folded_on(*ended(), view(answers, *ended(), text=text))
    assert (case.state, case.reopened) == (state, state == "received")


def test_a_member_cannot_answer_for_the_person() -> None:
    body = {"answers": REPRISAL, "moment": "closing", "text": ""}
    for kind, content in (("view", body), ("view-sent", {"moment": "closing", "raises": True})):
        with pytest.raises(Refused, match="kind"):
            schema.check_body(event(kind, content, author="utredare-1"))
        schema.check_body(event(kind, content))


@pytest.mark.parametrize(
    ("views", "value"),
    [
        ([YES_YES], "stopped_and_safer"),
        ([{"stopped": ["no"], "safer": ["no"]}], "not_better"),
        ([{"stopped": ["no"], "safer": ["unsure"]}], "not_better"),
        ([{"stopped": ["no"]}], "not_better"),
        ([{"stopped": ["no"], "safer": ["partly"]}], "partly"),
        ([{"stopped": ["yes"]}], "partly"),
        ([{"stopped": ["unsure"], "safer": ["no"]}], "partly"),
        ([YES_YES, {"stopped": ["no"]}], "not_better"),
        ([{"stopped": ["no"]}, {"stopped": ["unsure"]}], "not_better"),
        ([REPRISAL, YES_YES], "reprisals"),
        ([YES_YES, {"reprisals": ["no", "yes"]}], "reprisals"),
        ([{}], ""),
        ([{"stopped": ["unsure"], "safer": ["unsure"]}], ""),
        ([{"reprisals": ["no"]}], ""),
        ([{"stopped": ["yes", "no"], "safer": ["perhaps"], "invented": ["yes"]}], ""),
        ([], ""),
    ],
)
def test_reprisals_stay_and_else_the_latest_answer_counts(
    views: list[dict[str, list[str]]], value: str
) -> None:
    found = ballot_of(answering(*views))
    assert (found.value if found else "") == value


def test_both_answers_count_in_the_year_of_the_day_six_months_after_the_first_closing() -> None:
    for day in (ENDED, LATER):
        found = ballot_of(folded_on(*ended(), view(YES_YES, *ended(), day=day)))
        assert found is not None
        assert (found.period, found.since) == ("2027", day), "never before the person has answered"
    late = ended(day=date(2027, 7, 1))
    again = ballot_of(folded_on(*late, view(YES_YES, *late, day=date(2027, 7, 2))))
    assert again is not None
    assert again.period == "2028"


def test_an_answer_before_any_closing_counts_nowhere() -> None:
    first = [(report(), TODAY), (coded(), TODAY), (answered(), TODAY)]
    early = view(YES_YES, *first, day=TODAY, seq=2)
    assert ballot_of(folded_on(*first, early)) is None
    closing = closed("support", *(one for one, _ in (*first, early)), day=ENDED)
    assert ballot_of(folded_on(*first, early, *((one, ENDED) for one in closing))) is None


def test_an_ending_that_doubts_the_report_takes_the_view_back() -> None:
    said = ended()
    said.append(view(REPRISAL, *said))
    heard = [one for one, _ in said]
    again = [(one, LATER) for one in closed("unfounded", *heard, seq=9, day=LATER)]
    assert ballot_of(folded_on(*said)).value == "reprisals"  # type: ignore[union-attr]
    found = ballot_of(folded_on(*said, *again))
    assert found is not None
    assert found.value == WITHDRAWN
    assert ballot_of(answering(outcome="unfounded")) is None, "what was never said is not taken back"


@pytest.mark.parametrize(("years", "counted"), [(SPAN_YEARS - 1, True), (SPAN_YEARS, False)])
def test_a_case_counts_in_the_year_of_its_report_and_the_two_after(years: int, counted: bool) -> None:
    year = TODAY.year + years
    late = ended(day=date(year, 1, 5))
    case = folded_on(*late, view(YES_YES, *late, day=date(year, 1, 6)))
    tables = {vote.table: vote.period for vote in votes(case, SCHEME, date(year, 12, 1))}
    assert ("outcome_per_year" in tables) is counted
    assert ("own_view_per_year" in tables) is counted
    assert tables["form_per_year"] == str(TODAY.year)
    in_december = ended(day=date(TODAY.year + SPAN_YEARS - 1, 12, 5))
    last = folded_on(*in_december, view(YES_YES, *in_december, day=date(year, 12, 6)))
    assert ballot_of(last, date(year, 12, 6)) is None, "half a year later is beyond"


def test_reprisals_stand_first_until_somebody_who_knows_of_them_has_answered() -> None:
    told = [*ended()]
    told.append(view(REPRISAL, *told))
    crossed = event("message", {"parcels": [], "text": "Hur går det?"}, author="utredare-3", seq=8, day=LATER)
    knew = message("Vi ringer.", author="utredare-1", seq=9, day=ENDED, parents=(told[-1][0],))
    assert own_view.unanswered_reprisal(folded_on(*told)) is not None
    assert own_view.unanswered_reprisal(folded_on(*told, (crossed, LATER))) is not None, (
        "they had not read it"
    )
    seen = status("assessing", seq=9, day=ENDED, parents=(told[-1][0],))
    assert own_view.unanswered_reprisal(folded_on(*told, (seen, ENDED))) is not None, "a status is no answer"
    assert own_view.unanswered_reprisal(folded_on(*told, (knew, ENDED))) is None
    assert own_view.unanswered_reprisal(answering(YES_YES)) is None


def test_reprisals_stand_above_every_clock_and_below_an_unanswered_threat() -> None:
    clocks = folded_on(*ended(), view(REPRISAL, *ended())).clocks
    calm, limits = frozenset[str](), Limits()
    found = need_of("received", calm, clocks, limits, LATER, reprisals=True)
    assert (found.rank, found.reason) == (Rank.ACUTE, REPRISALS)
    assert found.order < need_of("received", calm, clocks, limits, LATER, TODAY).order, "before the decision"
    unanswered = folded_on((report(severity=["level_4"]), TODAY)).clocks
    threat = need_of("received", frozenset({"level_4"}), unanswered, limits, TODAY, reprisals=True)
    assert threat.order < found.order
    assert need_of("closed", calm, clocks, limits, LATER, reprisals=True).rank == Rank.CLOSED


@pytest.mark.parametrize(("answers", "state"), [(YES_YES, "closed"), (REPRISAL, "received")])
def test_what_the_person_sends_reads_the_same_on_both_sides_and_is_never_shown_to_the_receipt(
    answers: dict[str, list[str]], state: str
) -> None:
    story = Story(make_world())
    story.close("utredare-1", "utredare-2", "support", "Stöd är på plats.")
    assert own_view.asks(story.thread().case, TODAY) == "closing"
    body = {"answers": answers, "moment": "closing", "text": ""}
    sealed, letter = reporter.compose_view(story.reporter, story.world.setting(), story.thread(), body)
    story.submit(sealed)
    seen = story.case("utredare-1")
    assert seen.state == state
    (given,) = (one for one in seen.events if one.kind == "view")
    assert (given.body["answers"], REPORTER in given.audience) == (answers, False)
    for _ in range(2):  # by the intake cell, and by the cell of whoever opened it
        own = story.thread().case
        assert (own.state, own_view.asks(own, TODAY)) == (state, "")
        assert "view" not in [one.kind for one in own.events]
        unopened = [entry.event.id for entry in seen.unopened if entry.letter == letter]
        story.post(story.desk("utredare-2").opened(letter, unopened))
        story.intake.clear()


def test_the_cells_of_an_answer_hold_with_sixteen_members_and_eight_things_to_answer() -> None:
    """Names of twenty characters: the longest rosters that a city has."""
    names = [f"utredare-{number:02}-forvaltn" for number in range(16)]
    assert len(names[0]) == 20
    ids = [bytes([number]) * 32 for number in range(8)]
    keys = make_world().reporter()
    pen = Pen(REPORTER, keys.sign_seed, keys.thread.thread_id, make_world().setting())
    exclusion = pen.sign("exclusion", {"exclude": []}, [*names, REPORTER], 10**9, ids)
    word = pen.sign("view-sent", {"moment": "closing", "raises": False}, [*names, REPORTER], 10**9, ids[:1])
    body = {"events": [b64(one) for one in ids[:3]], "letter": b64(ids[0])}
    stored = pen.sign("stored", body, [REPORTER], 10**9, ids)
    assert intake_cell(make_world().setting(), keys.thread, [exclusion, word, stored])
