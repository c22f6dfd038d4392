"""What a thread means for the person who reports: how far it has come, what is due when, what was said.

The browser tells the same in client/src/story.ts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting_app.cases.clocks import Due
from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.hearing import SENT
from reporting_app.cases.order import Entry
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER

OWN, REPLY, STATUS = "own", "reply", "status"


@dataclass(frozen=True)
class Line:
    """One thing in the conversation: OWN words (never shown), a REPLY with its text, or a new STATUS.

    ``first`` words are the report; ``view`` tells that they answer the questions of how it went.
    """

    kind: str
    day: date
    first: bool = False
    view: bool = False
    author: str = ""
    text: str = ""
    state: str = ""


@dataclass(frozen=True)
class Story:
    """``stored`` and ``opened`` are None while not known, ``feedback`` before the first answer."""

    stored: date | None
    received: date
    opened: date | None
    state: str
    since: date | None
    outcome: str
    reason: str
    first_answer: Due
    feedback: Due | None
    lines: tuple[Line, ...]


def tell(case: Case, first_answer_days: int, feedback_months: int) -> Story | None:
    """The story of the cells that a receipt found, or None when it found none."""
    first_answer = case.clocks.first_answer(first_answer_days)
    if case.received is None or first_answer is None:
        return None
    standing = case.standing
    return Story(
        stored=next((entry.day for entry in case.timeline if entry.event.kind == "stored"), None),
        received=case.received,
        opened=case.opened,
        # Nobody can have received what nobody has opened.
        state=case.state if standing or case.opened else "stored",
        since=standing.day if standing else None,
        outcome=standing.outcome if standing else "",
        reason=standing.reason if standing else "",
        first_answer=first_answer,
        feedback=case.clocks.feedback(feedback_months),
        lines=_lines(case),
    )


def _lines(case: Case) -> tuple[Line, ...]:
    """What the person sent stands where the first word of it is: stored or, later, opened."""
    telling = _first_to_tell(case)
    closing = case.course.closings
    views = {b64(one.id) for one in case.events if one.author == REPORTER and one.kind == SENT}
    lines = []
    for entry in case.timeline:
        event = entry.event
        # Whoever finds the receipt can sign as the reporter, and must not seem to answer.
        if event.kind == "message" and event.author != REPORTER:
            lines.append(Line(REPLY, entry.day, author=event.author, text=str(event.body["text"])))
        elif event.kind == "status":
            lines.append(Line(STATUS, entry.day, state=str(event.body["state"])))
        elif event.id in closing:
            lines.append(Line(STATUS, entry.day, state=CLOSED))
        elif entry in telling:
            named = set(event.body["events"])
            lines.append(Line(OWN, entry.day, first=entry == telling[0], view=not named.isdisjoint(views)))
    return tuple(lines)


def _first_to_tell(case: Case) -> list[Entry]:
    """Entries that are the first to name something the person sent.

    What ``stored`` lists is believed; of what a member says to have opened, only what the person's own events
    here are or list.
    """
    own = [event for event in case.events if event.author == REPORTER]
    vouched = {b64(event.id) for event in own}
    vouched |= {name for event in own if event.kind == "stored" for name in event.body["events"]}
    named: set[str] = set()
    telling = []
    for entry in case.timeline:
        if entry.event.kind not in ("stored", "opened"):
            continue
        fresh = (set(entry.event.body["events"]) & vouched) - named
        named |= fresh
        if fresh:
            telling.append(entry)
    return telling
