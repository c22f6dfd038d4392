"""Severe cases and Arbetsmiljöverket (AML 3:3 a): since when a decision is asked for, and what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry
from reporting_app.cases.together import JUNK

LEVELS = {f"level_{number}": number for number in range(1, 6)}
SEVERE = 4
MADE, NOT_NEEDED = "made", "not_needed"


@dataclass(frozen=True)
class Notification:
    """``asked`` is the day from which a decision is asked for, None while none is; ``decision`` the latest.

    ``level`` is the severity that holds, 0 while nobody has said.
    """

    level: int
    asked: date | None
    decision: Entry | None


def notification_of(case: Case) -> Notification:
    """What is decided of a case at one severity does not stand for a higher one."""
    level = decided = 0
    asked: date | None = None
    decision: Entry | None = None
    for entry in case.timeline:
        level = _level_after(entry, level, case)
        if entry.event.kind == "notification" and entry.event.id in case.course.by_readers:
            decision, decided = entry, max(level, decided)
        if level < SEVERE or level <= decided:
            asked = None
        elif asked is None:
            # Nobody can have read what nobody has opened.
            asked = max(entry.day, case.opened or entry.day)
    # What two have called no report is nothing to notify anybody of.
    is_junk = case.standing is not None and case.standing.outcome == JUNK
    return Notification(level, None if is_junk else asked, decision)


def _level_after(entry: Entry, level: int, case: Case) -> int:
    """By the reporter's answer, and by the investigators' coding from when there is one."""
    event = entry.event
    if event.kind == "report":
        return max((LEVELS.get(one, 0) for one in event.body["answers"].get("severity", ())), default=0)
    if event.kind == "coding" and event.id in case.course.by_readers:
        return next((LEVELS[one] for one in event.body["values"].values() if one in LEVELS), level)
    return level
