"""How it went for the person: when they are asked, and what their answers count as (docs/protocol.md §3, §8).

The browser has the rule of asking in client/src/own-view.ts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reporting_app.cases.clocks import add_months, is_answer
from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.hearing import SENT, VIEW, tells_of_reprisals
from reporting_app.cases.order import Entry
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.event import REPORTER

CLOSING, LATER = "closing", "later"
MOMENTS = (CLOSING, LATER)
LATER_MONTHS = 6

STOPPED, SAFER, REPRISALS = "stopped", "safer", "reprisals"
YES, PARTLY, NO, UNSURE = "yes", "partly", "no", "unsure"
# Question id -> ids of its answers, in the order of the pages.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    STOPPED: (YES, PARTLY, NO, UNSURE),
    SAFER: (YES, PARTLY, NO, UNSURE),
    REPRISALS: (YES, NO, UNSURE),
}
# What a case can say in a table of this dimension; REPRISALS is one of them.
STOPPED_AND_SAFER, SOME_BETTER, NOT_BETTER = "stopped_and_safer", "partly", "not_better"
VALUES = (STOPPED_AND_SAFER, SOME_BETTER, NOT_BETTER, REPRISALS)


def first_closing(case: Case) -> date | None:
    """The first day on which two closed the case; reopening does not undo it."""
    return min((e.day for e in case.timeline if e.event.id in case.course.closings), default=None)


def later_from(case: Case) -> date | None:
    """The day from which the person is asked again, whatever has come after the first closing."""
    closed = first_closing(case)
    return add_months(closed, LATER_MONTHS) if closed else None


def asks(case: Case, today: date) -> str:
    """The moment that the person is asked about now, once and while the case is closed; else empty."""
    later = later_from(case)
    if later is None or case.state != CLOSED:
        return ""
    moment = LATER if today >= later else CLOSING
    own = (event for event in case.events if event.author == REPORTER and event.kind == SENT)
    return "" if any(event.body["moment"] == moment for event in own) else moment


def chosen(answers: Mapping[str, Json], question: str) -> str:
    """The one known answer, else empty: two answers to one question are none."""
    given = answers.get(question)
    known = given[0] if isinstance(given, list) and len(given) == 1 else ""
    return str(known) if known in QUESTIONS[question] else ""


def counting(case: Case) -> list[Mapping[str, Json]]:
    """Answers given after the first closing, in the order of the case. What stands before is words only."""
    closings, found, is_after = case.course.closings, [], False
    for event in case.events:
        is_after = is_after or event.id in closings
        if is_after and event.author == REPORTER and event.kind == VIEW:
            found.append(event.body["answers"])
    return found


def value_of(case: Case) -> str:
    """What the case says in a table of the person's own view; empty while nothing is known.

    One word of reprisals stays; of the rest the latest view holds that says whether it stopped or is safer.
    """
    given = counting(case)
    if any(YES in _listed(answers, REPRISALS) for answers in given):
        return REPRISALS
    pairs = [(chosen(answers, STOPPED), chosen(answers, SAFER)) for answers in given]
    told = [pair for pair in pairs if not {"", UNSURE}.issuperset(pair)]
    if not told:
        return ""
    stopped, safer = told[-1]
    if stopped == safer == YES:
        return STOPPED_AND_SAFER
    return NOT_BETTER if stopped == NO and safer in (NO, UNSURE, "") else SOME_BETTER


def last_day(case: Case) -> date:
    """The day of the latest view, or the first of the calendar."""
    return max((e.day for e in case.timeline if e.event.kind == VIEW), default=date.min)


def unanswered_reprisal(case: Case) -> Entry | None:
    """The first view that tells of reprisals and that nobody, knowing it, has answered or closed over.

    An answer that crossed it, however it is dated, is none.
    """
    told = [e for e in case.timeline if e.event.author == REPORTER and tells_of_reprisals(e.event)]
    closings = case.course.closings
    acts = [e.event for e in case.timeline if is_answer(e.event) or e.event.id in closings]
    return next((e for e in told if not any(case.course.seen.had(act.id, e.event.id) for act in acts)), None)


def _listed(answers: Mapping[str, Json], question: str) -> list[Json]:
    given = answers.get(question)
    return given if isinstance(given, list) else []
