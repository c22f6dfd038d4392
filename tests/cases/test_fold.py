"""The fold: same events, same case, in whatever order they came and however hostile they are."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting_app.cases import together
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.order import Sighting
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Draft, Event
from tests.deployment import TODAY

SEED = bytes(32)
THREAD = bytes(range(32))
MEMBERS = ["utredare-1", "utredare-2", "utredare-3"]
PEOPLE = People(frozenset(MEMBERS), frozenset(MEMBERS))


def event(
    kind: str,
    body: dict[str, object],
    author: str = REPORTER,
    seq: int = 1,
    parents: tuple[Event, ...] = (),
    day: date = TODAY,
) -> Event:
    return Draft(
        kind=kind,
        author=author,
        audience=[*MEMBERS, REPORTER] if kind in ("proposal", "approval") else MEMBERS,
        body=body,
        day=day,
        deployment=bytes(16),
        thread=THREAD,
        seq=seq,
        parents=[parent.id for parent in parents],
    ).sign(SEED)


def folded(*events: Event, site_day: date = TODAY) -> Case:
    return fold(THREAD, [Sighting(one, bytes(32), site_day) for one in events], PEOPLE)


def message(text: str, **how: object) -> Event:
    return event("message", {"parcels": [], "text": text}, **how)  # type: ignore[arg-type]


def status(state: str, **how: object) -> Event:
    return event("status", {"reason": "Klart.", "state": state}, **{"author": "utredare-1", **how})  # type: ignore[arg-type]


def closed_by_two(*heard: Event, parents: tuple[Event, ...] = ()) -> tuple[Event, Event]:
    """A proposal to close, as junk so that no answer is needed, and its approval."""
    body: dict[str, object] = {
        "action": together.CLOSE,
        "arguments": together.close_arguments(together.JUNK, "Klart."),
        "heard": b64(together.digest_of(one.id for one in heard)),
    }
    proposal = event("proposal", body, author="utredare-1", parents=parents)
    return proposal, event("approval", {"of": b64(proposal.id)}, author="utredare-2", parents=(proposal,))


@st.composite
def threads(draw: st.DrawFn) -> list[Event]:
    """Events of several authors with any numbers, days and parents: honest, confused and hostile ones."""
    made: list[Event] = []
    for place in range(draw(st.integers(1, 9))):
        parents = draw(st.lists(st.sampled_from(made), max_size=3, unique_by=lambda e: e.id)) if made else []
        made.append(
            event(
                draw(st.sampled_from(["message", "note", "unheard-of"])),
                {"parcels": [], "text": str(place)},
                author=draw(st.sampled_from([REPORTER, *MEMBERS])),
                seq=draw(st.integers(1, 5)),
                parents=tuple(parents),
                day=TODAY - timedelta(days=draw(st.integers(0, 4))),
            )
        )
    return made


@settings(max_examples=150, deadline=None)
@given(threads(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(events: list[Event], chance: random.Random) -> None:
    shuffled = [*events, *events[:2]]
    chance.shuffle(shuffled)
    assert folded(*shuffled) == folded(*events)


@settings(max_examples=150, deadline=None)
@given(threads())
def test_nothing_is_lost_and_no_event_counts_before_its_own_day(events: list[Event]) -> None:
    case = folded(*events)
    assert {one.id for one in case.events} == {one.id for one in events}
    assert all(entry.day >= entry.event.day for entry in case.timeline)


def test_an_answer_stands_after_what_it_answers_even_on_one_day() -> None:
    for number in range(20):
        first = message(f"fråga {number}", seq=1)
        answer = message("svar", author="utredare-1", parents=(first,))
        assert folded(answer, first).events == [first, answer]


def test_what_one_author_says_stands_in_the_order_of_their_numbers() -> None:
    said = [message(f"{number}", seq=number) for number in range(1, 12)]
    assert folded(*reversed(said)).events == said


def test_two_events_with_one_number_are_shown_as_equivocation() -> None:
    case = folded(message("a", author="utredare-1"), message("b", author="utredare-1"), message("c"))
    assert [entry.equivocal for entry in case.timeline if entry.event.author != REPORTER] == [True, True]
    assert not any(entry.equivocal for entry in case.timeline if entry.event.author == REPORTER)


def test_a_missing_parent_is_named_and_the_rest_is_shown() -> None:
    absent = message("saknas")
    answer = message("svar", author="utredare-1", parents=(absent,))
    case = folded(answer)
    assert case.missing == {absent.id}
    assert case.events == [answer]


def test_an_event_dated_after_the_site_had_it_is_marked() -> None:
    case = folded(message("i morgon", day=TODAY + timedelta(days=2)))
    assert case.timeline[0].misdated
    assert not folded(message("i dag")).timeline[0].misdated


def test_the_latest_status_holds_and_simultaneous_ones_agree_everywhere() -> None:
    first = status("assessing")
    both = (
        status("investigating", seq=2, parents=(first,)),
        status("acting", author="utredare-2", parents=(first,)),
    )
    assert folded(first, *both).state == folded(*reversed(both), first).state
    assert folded(first, *both).state in ("investigating", "acting")


def test_a_note_after_closing_does_not_reopen_but_the_reporter_does() -> None:
    first = message("hjälp")
    closed = closed_by_two(first, parents=(first,))
    note = event("note", {"text": "arkiverat"}, author="utredare-3", parents=closed)
    assert folded(first, *closed, note).state == "closed"
    again = message("igen", seq=2, parents=closed)
    assert folded(first, *closed, note, again).state == "received"


def test_a_second_report_in_a_thread_is_set_aside_and_shown() -> None:
    body = {"answers": {}, "language": "sv", "narrative": "x", "parcels": [], "path": "browser"}
    first = event("report", {**body, "questionnaire": b64(bytes(32))})
    second = event("report", {**body, "questionnaire": b64(bytes(32)), "narrative": "y"}, seq=2)
    case = folded(first, second)
    assert case.report is not None
    assert case.report.event == first
    assert [one.reason for one in case.set_aside] == ["kind"]


def test_words_of_somebody_left_out_are_set_aside() -> None:
    exclusion = event("exclusion", {"exclude": ["utredare-2"]})
    case = folded(exclusion, message("jag också", author="utredare-2"))
    assert [one.reason for one in case.set_aside] == ["author"]
    assert case.readers == {"utredare-1", "utredare-3"}


@pytest.mark.parametrize("automatic", ["opened", "read"])
def test_nothing_automatic_stops_the_first_answer_s_clock(automatic: str) -> None:
    first = message("hjälp")
    body: dict[str, object] = {"events": [b64(first.id)]}
    if automatic == "opened":
        body["letter"] = b64(bytes(32))
    case = folded(first, event(automatic, body, author="utredare-1", parents=(first,)))
    assert case.first_answer is None
    due = case.clocks.first_answer(7)
    assert due is not None
    assert (due.due, due.done) == (TODAY + timedelta(days=7), None)
    assert due.is_late(TODAY + timedelta(days=8))
