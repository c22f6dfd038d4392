"""What the list derives once of each case, by everything that is signed in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from reporting_app.admin.seen import SEEN_SIZE
from reporting_app.cases import together
from reporting_app.cases.clocks import Clocks
from reporting_app.cases.coding import holding
from reporting_app.cases.fold import Case
from reporting_app.cases.notification import notification_of
from reporting_app.cases.order import Entry
from reporting_app.cases.own_view import unanswered_reprisal
from reporting_app.cases.together import PENDING, Decision

DECIDING_KINDS = ("proposal", "approval", "decline", "recusal")
CONTENT_KINDS = ("report", "message", "note", "status", "view", "reseal", *DECIDING_KINDS)
QUIET_KINDS = ("opened", "read", "exclusion", "relay", "coding", "view-sent")
QUESTIONS = ("severity", "organisation", "form")
ALL, OPEN, MINE, ELSEWHERE, CLOSED, JUNK = "all", "open", "mine", "elsewhere", "closed", "junk"


@dataclass(frozen=True)
class Facts:
    """Of one case. ``clocks`` are by what has left this computer; ``news`` is what others said.

    ``coding`` is the one that holds; ``asked`` the day since which Arbetsmiljöverket is to be decided on;
    ``reprisals`` that the reporter tells of some and no answer to it has left this computer.
    """

    case: Case
    clocks: Clocks
    answers: Mapping[str, frozenset[str]]
    news: frozenset[bytes]
    own: frozenset[bytes]
    content: int
    group: str
    is_mine: bool
    to_sign: bool
    coding: Entry | None
    has_stepped_aside: bool
    is_asked: bool
    asked: date | None
    reprisals: bool


def facts_of(case: Case, member: str, unsent: Collection[bytes]) -> Facts:
    # What has not left this computer has reached nobody: no clock stops for it.
    as_sent = case.without(unsent)
    given = case.report.event.body["answers"] if case.report else {}
    said = [event for event in case.events if event.kind not in QUIET_KINDS]
    others = [event for event in case.events if event.author != member]
    own = frozenset(event.id for event in said if event.author == member)
    return Facts(
        case,
        as_sent.clocks,
        {question: frozenset(given.get(question, ())) for question in QUESTIONS},
        frozenset(event.id[:SEEN_SIZE] for event in said if event.author != member),
        own,
        sum(event.kind in CONTENT_KINDS for event in others),
        _group(case, member),
        is_mine(case, member, has_written=bool(own)),
        member in case.readers and any(waits_for(one, member) for one in case.decisions),
        holding(case),
        member in case.recused,
        member not in case.readers and any(is_asked(one, member) for one in case.decisions_from_outside),
        notification_of(case).asked,
        unanswered_reprisal(as_sent) is not None,
    )


def is_mine(case: Case, member: str, *, has_written: bool) -> bool:
    """Whether the member has the case: one of its handlers, or active in one that nobody was chosen for."""
    return member in case.handlers & case.readers if case.is_narrow else has_written


def waits_for(decision: Decision, member: str) -> bool:
    """Whether the member may sign or refuse it."""
    return decision.state == PENDING and decision.proposal.event.author != member


def is_asked(decision: Decision, member: str) -> bool:
    """The same for one who does not read the case: the proposal has to name them."""
    return waits_for(decision, member) and member in decision.proposal.event.audience


def _group(case: Case, member: str) -> str:
    if member not in case.readers:
        return ELSEWHERE
    if case.state != CLOSED:
        return OPEN
    return JUNK if case.standing and case.standing.outcome == together.JUNK else CLOSED
