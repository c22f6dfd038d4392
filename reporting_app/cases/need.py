"""What needs an investigator now: one place in the order for each case, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from reporting_app.cases.clocks import Clocks, Due
from reporting_app.crypto.encoding import MAX_INTEGER, Json, is_integer

# As the reporter answered; the ids of the questionnaire (domain.md).
ACUTE = {"level_5": "violence", "level_4": "threat_to_life"}
ANSWER, FEEDBACK, TRIAGE = "answer", "feedback", "triage"
# The decision on notifying Arbetsmiljöverket: due on the day it is first asked for.
NOTIFY = "notify"
# The reporter tells of reprisals, and nobody has answered it.
REPRISALS = "reprisals"
# How many days before it runs out a clock stands among those that do.
SOON = {ANSWER: 2, FEEDBACK: 14, TRIAGE: 0}
CLOSED = "closed"


class Rank(IntEnum):
    """First what needs somebody most."""

    ACUTE = 0
    LATE = 1
    SOON = 2
    NEW = 3
    REST = 4
    CLOSED = 5


@dataclass(frozen=True)
class Limits:
    """How long the clocks run: days, months, working days."""

    answer_days: int = 7
    feedback_months: int = 3
    triage_days: int = 2

    @classmethod
    def of(cls, parameters: Mapping[str, Json]) -> Limits:
        """What a deployment file says; the usual where it says nothing or no number of days."""
        usual = cls()

        def said(name: str, otherwise: int) -> int:
            value = parameters.get(name, otherwise)
            return int(value) if is_integer(value, 0, MAX_INTEGER) else otherwise

        return cls(
            said("first_answer_days", usual.answer_days),
            said("feedback_months", usual.feedback_months),
            said("triage_working_days", usual.triage_days),
        )


@dataclass(frozen=True)
class Need:
    """``reason`` is a value of ``ACUTE``, REPRISALS, NOTIFY, a clock's name or empty.

    ``due`` is the day of ``clock``: the one that gives the reason, else the nearest by law. ``is_alone``: of
    those who handle the case nobody is at work. ``notify`` is the day for the decision on Arbetsmiljöverket,
    None while none is asked for.
    """

    rank: Rank
    reason: str
    clock: str
    due: date | None
    is_late: bool
    received: date | None
    is_alone: bool = False
    notify: date | None = None

    def with_news(self) -> Need:
        """The same for a case with words that its reader has not seen."""
        return replace(self, rank=Rank.NEW) if self.rank is Rank.REST else self

    def alone(self) -> Need:
        """The same for a case whose handlers are all away: before any clock that is about to run out."""
        return replace(self, rank=min(self.rank, Rank.SOON), is_alone=True)

    @property
    def order(self) -> tuple[int, int, date, date]:
        """Ascending: worst first, then what the law says before targets, then the oldest."""
        kinds = [*ACUTE.values(), REPRISALS, NOTIFY, ANSWER, FEEDBACK, TRIAGE, ""]
        counts = self.rank in (Rank.LATE, Rank.SOON)
        due = self.due if counts and self.due else date.min
        place = -1 if self.is_alone and self.rank is Rank.SOON else kinds.index(self.reason)
        return self.rank, place, due, self.received or date.min


def need_of(
    state: str,
    severity: frozenset[str],
    clocks: Clocks,
    limits: Limits,
    today: date,
    asked: date | None = None,
    *,
    reprisals: bool = False,
) -> Need:
    """Why a case needs somebody, without what its reader has seen or not.

    ``severity`` holds the ids that the reporter chose; ``asked`` is the day from which a decision on
    Arbetsmiljöverket is asked for; ``reprisals`` that the reporter tells of some that nobody has answered.
    """
    notify = asked if state != CLOSED else None
    running = _running(state, clocks, limits)
    by_law = {name: due for name, due in running.items() if name != TRIAGE}
    clock, due = min(by_law.items(), key=lambda one: one[1].due, default=("", None))
    late = [name for name, one in running.items() if one.is_late(today)]
    soon = [name for name, one in running.items() if (one.due - today).days <= SOON[name]]
    acute = next((reason for level, reason in ACUTE.items() if level in severity), "")
    rank, reason = Rank.CLOSED if state == CLOSED else Rank.REST, ""
    if acute and ANSWER in running:
        rank, reason = Rank.ACUTE, acute
    elif reprisals and state != CLOSED:
        rank, reason = Rank.ACUTE, REPRISALS
    elif notify:
        rank, reason, clock, due = Rank.ACUTE, NOTIFY, NOTIFY, Due(notify, None)
    elif late or soon:
        rank = Rank.LATE if late else Rank.SOON
        reason = clock = (late or soon)[0]
        due = running[clock]
    is_late = bool(late) or (notify is not None and notify < today)
    return Need(rank, reason, clock, due.due if due else None, is_late, clocks.received, notify=notify)


def _running(state: str, clocks: Clocks, limits: Limits) -> dict[str, Due]:
    """The clocks that nothing has stopped yet, those of the law first. A closed case has none."""
    if state == CLOSED:
        return {}
    named = {
        ANSWER: clocks.first_answer(limits.answer_days),
        FEEDBACK: clocks.feedback(limits.feedback_months),
        TRIAGE: clocks.triage(limits.triage_days),
    }
    return {name: due for name, due in named.items() if due is not None and due.done is None}
