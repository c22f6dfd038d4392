"""A severe case asks for a decision on notifying Arbetsmiljöverket the day it is read, and keeps asking."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from reporting_app.cases.clocks import Clocks
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, Sighting, fold
from reporting_app.cases.need import NOTIFY, Limits, Rank, need_of
from reporting_app.cases.notification import notification_of
from reporting_app.cases.together import CLOSE, JUNK, close_arguments, digest_of
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.event import Draft, Event
from tests.deployment import TODAY

A, B, GONE = "utredare-1", "utredare-2", "utredare-3"
PEOPLE = People(frozenset((A, B, GONE)), frozenset((A, B, GONE)))
LATER = TODAY + timedelta(days=3)


class Told:
    """A thread made by hand, each event after the one before."""

    def __init__(self, severity: str = "", opened: date | None = TODAY) -> None:
        self.sightings: list[Sighting] = []
        answers: Json = {"severity": [severity]} if severity else {}
        body: dict[str, Json] = {"answers": answers, "language": "sv", "narrative": "Något.", "parcels": []}
        self.say("report", {**body, "path": "oral", "questionnaire": "A" * 43}, "reporter", TODAY)
        if opened:
            self.say("opened", {"events": [], "letter": "A" * 43}, A, opened)

    def say(
        self,
        kind: str,
        body: dict[str, Json],
        author: str = A,
        day: date = LATER,
        *,
        to_reporter: bool = False,
    ) -> Event:
        events = [one.event for one in self.sightings]
        said = Draft(
            kind=kind,
            author=author,
            audience=(A, B, "reporter") if to_reporter or kind == "opened" else (A, B),
            body=body,
            day=day,
            deployment=bytes(16),
            thread=bytes(32),
            seq=1 + len(events),
            parents=[one.id for one in events[-1:]],
        ).sign(bytes(32))
        self.sightings.append(Sighting(said, bytes(32), day))
        return said

    def code(self, level: str, author: str = A, day: date = LATER) -> Told:
        self.say("coding", {"catalogue": 1, "values": {"severity_per_year": level}}, author, day)
        return self

    def decide(self, decision: str = "made", author: str = A, day: date = LATER) -> Told:
        self.say("notification", {"decision": decision, "reason": "Skäl."}, author, day)
        return self

    @property
    def case(self) -> Case:
        return fold(bytes(32), self.sightings, PEOPLE)


def asked(told: Told) -> date | None:
    return notification_of(told.case).asked


@pytest.mark.parametrize(
    ("severity", "since"), [("level_5", TODAY), ("level_4", TODAY), ("level_3", None), ("", None)]
)
def test_a_severe_report_asks_from_the_day_it_was_opened(severity: str, since: date | None) -> None:
    assert asked(Told(severity)) == since


def test_days_before_anybody_opened_it_do_not_count() -> None:
    assert asked(Told("level_4", opened=LATER)) == LATER


@pytest.mark.parametrize("decision", ["made", "not_needed"])
def test_either_decision_by_a_reader_ends_the_asking(decision: str) -> None:
    told = Told("level_4").decide(decision)
    found = notification_of(told.case)
    assert found.asked is None
    assert found.decision is not None
    assert found.decision.event.body["decision"] == decision


def test_a_decision_by_somebody_who_does_not_read_the_case_counts_for_nothing() -> None:
    found = notification_of(Told("level_4").decide(author=GONE).case)
    assert (found.asked, found.decision) == (TODAY, None)


def test_the_investigators_coding_says_more_than_the_answer() -> None:
    assert asked(Told("level_2").code("level_4")) == LATER
    assert asked(Told("level_5").code("level_3")) is None
    assert asked(Told("level_2").code("level_5", author=GONE)) is None, "by somebody who never read it"


def test_a_case_that_turns_out_worse_than_was_decided_on_asks_again() -> None:
    told = Told("level_4").decide(day=TODAY)
    assert asked(told.code("level_4", day=TODAY)) is None
    assert asked(told.code("level_5")) == LATER
    assert asked(told.decide("not_needed")) is None
    assert asked(told.code("level_3").code("level_5")) is None, "that was decided on"


def need(
    asked: date | None, today: date, answered: bool = True, state: str = "assessing"
) -> tuple[Rank, str, bool]:
    clocks = Clocks(TODAY, TODAY if answered else None, None, TODAY)
    found = need_of(state, frozenset({"level_4"}), clocks, Limits(), today, asked)
    return found.rank, found.reason, found.is_late


def test_what_waits_for_a_decision_stands_among_the_acute_and_is_late_tomorrow() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert need(TODAY, TODAY) == (Rank.ACUTE, NOTIFY, False)
    assert need(TODAY, tomorrow) == (Rank.ACUTE, NOTIFY, True)
    assert need(None, tomorrow) == (Rank.REST, "", False)
    assert need(TODAY, tomorrow, answered=False) == (Rank.ACUTE, "threat_to_life", True)
    assert need(TODAY, tomorrow, state="closed") == (Rank.CLOSED, "", False)


def test_an_unanswered_threat_stands_before_one_that_waits_for_a_decision() -> None:
    clocks = [Clocks(TODAY, None, None), Clocks(TODAY, TODAY, None, TODAY)]
    severe = frozenset({"level_4"})
    in_order = [need_of("received", severe, one, Limits(), TODAY, TODAY) for one in clocks]
    in_order.append(
        need_of("received", frozenset(), Clocks(TODAY - timedelta(days=30), None, None), Limits(), TODAY)
    )
    assert all(one.order < other.order for one, other in pairwise(in_order))


def test_what_two_have_called_no_report_asks_for_nothing_until_its_reporter_writes() -> None:
    told = Told("level_5")
    (report,) = [one.event for one in told.sightings if one.event.kind == "report"]
    proposal: dict[str, Json] = {
        "action": CLOSE,
        "arguments": close_arguments(JUNK, "Ingen rapport."),
        "heard": b64(digest_of([report.id])),
    }
    proposed = told.say("proposal", proposal, to_reporter=True)
    assert notification_of(told.case).asked is not None
    told.say("approval", {"of": b64(proposed.id)}, B, to_reporter=True)
    assert told.case.state == "closed"
    assert notification_of(told.case).asked is None
    told.say("message", {"parcels": [], "text": "Det var på riktigt."}, "reporter")
    assert notification_of(told.case).asked is not None
