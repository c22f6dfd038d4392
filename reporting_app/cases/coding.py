"""What investigators code of a case for statistics, and which votes follow from it (docs/protocol.md §8)."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from reporting_app.cases import own_view
from reporting_app.cases.clocks import Clocks, add_days, add_months
from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.need import Limits
from reporting_app.cases.order import Entry
from reporting_app.cases.together import APPROVED, CLOSE, JUNK

# Dimensions that a person chooses a value in; the others follow from the case and the reporter's answers.
FORM, ORGANISATION, SEVERITY, CONSEQUENCE = "form", "organisation", "severity", "consequence"
ASKED = (FORM, ORGANISATION, SEVERITY, CONSEQUENCE)
OUTCOME, TIMELINESS, OWN_VIEW = "outcome", "timeliness", "own_view"
IN_TIME, ANSWER_LATE, FEEDBACK_LATE = "in_time", "answer_late", "feedback_late"

# A key among a coding's values, never a table.
PLAUSIBLE, YES, NO = "plausible", "yes", "no"
# Values that no taxonomy gives another meaning.
UNDETERMINED, WITHDRAWN, SMALL = "undetermined", "withdrawn", "small"
RESERVED = (UNDETERMINED, WITHDRAWN, SMALL)
IMPLAUSIBLE_OUTCOMES = ("unfounded", "insufficient_basis", JUNK)

YEAR, QUARTER = "year", "quarter"
FREEZE_DAYS = 45
LEAST_EMPLOYEES = 200
# A case counts in periods of so many years, that of the report among them: what statistics may say of one
# case ends there.
SPAN_YEARS = 3


@dataclass(frozen=True)
class Table:
    """One table of the catalogue. ``values`` are those of the taxonomy, in its order."""

    id: str
    dimension: str
    period: str
    values: tuple[str, ...]

    def takes(self, value: str) -> bool:
        """Whether somebody may choose ``value`` here."""
        return value in self.values or value == UNDETERMINED


@dataclass(frozen=True)
class Scheme:
    """What a signed deployment file says about coding; by ``larger`` every organisation counts."""

    catalogue: int
    tables: tuple[Table, ...]
    larger: Mapping[str, str]
    limits: Limits

    @classmethod
    def of(cls, content: Mapping[str, Any], limits: Limits) -> Scheme:
        """From the content with its ``parameters``. Tables of unknown dimensions are left out."""
        organisations = content["organisations"]
        values = {name: [one["id"] for one in content["taxonomy"].get(name, ())] for name in ASKED}
        values[ORGANISATION] = [one["id"] for one in organisations]
        values[OUTCOME] = [one["id"] for one in content["taxonomy"]["outcome"]]
        values[TIMELINESS] = [IN_TIME, ANSWER_LATE, FEEDBACK_LATE]
        values[OWN_VIEW] = list(own_view.VALUES)
        least = content["parameters"].get("min_employees", LEAST_EMPLOYEES)
        tables = [
            Table(one["id"], one["dimension"], one["period"], _unreserved(values[one["dimension"]]))
            for one in content["catalogue"]["tables"]
            if one["dimension"] in values and one["period"] in (YEAR, QUARTER) and one["id"] != PLAUSIBLE
        ]
        return cls(content["catalogue"]["version"], tuple(tables), _larger(organisations, least), limits)

    @property
    def asked(self) -> tuple[Table, ...]:
        """The tables that a person codes."""
        return tuple(table for table in self.tables if table.dimension in ASKED)

    @property
    def dimensions(self) -> list[str]:
        """What is asked, each once however many tables show it, in the order of ``ASKED``."""
        return [name for name in ASKED if any(table.dimension == name for table in self.tables)]

    def values_of(self, dimension: str) -> tuple[str, ...]:
        return next((table.values for table in self.tables if table.dimension == dimension), ())

    def values_for(self, chosen: Mapping[str, str], *, plausible: bool) -> dict[str, str]:
        """The values of a coding, by table, from what was chosen by dimension."""
        given = {table.id: chosen.get(table.dimension, "") for table in self.asked}
        return {name: value for name, value in given.items() if value} | {PLAUSIBLE: YES if plausible else NO}


def _unreserved(values: Collection[str]) -> tuple[str, ...]:
    return tuple(value for value in values if value not in RESERVED)


def _larger(organisations: list[Mapping[str, Any]], least: int) -> dict[str, str]:
    """For each organisation the nearest upward, itself first, with ``least`` employees, else SMALL."""
    known = {one["id"]: one for one in organisations}
    larger = {}
    for start in known:
        name, passed = start, {""}
        while name in known and name not in passed and known[name]["employees"] < least:
            passed.add(name)
            name = known[name].get("parent", "")
        larger[start] = name if name in known and name not in passed else SMALL
    return larger


def prefill(case: Case, scheme: Scheme) -> dict[str, str]:
    """Suggestions by dimension from the reporter's answers: of several the first, or the worst severity."""
    given = case.report.event.body["answers"] if case.report else {}
    suggested = {}
    for name in scheme.dimensions:
        values = scheme.values_of(name)
        fit = [value for value in given.get(name, ()) if value in values]
        if fit:
            suggested[name] = max(fit, key=values.index) if name == SEVERITY else fit[0]
    return suggested


def codings(case: Case) -> list[Entry]:
    """Codings by those who read the case when they coded, in its order; the last one holds."""
    found = [e for e in case.timeline if e.event.kind == "coding"]
    return [e for e in found if e.event.id in case.course.by_readers]


def chosen_in(coding: Entry | None, scheme: Scheme) -> dict[str, str]:
    """The value of each asked table that means something in this catalogue."""
    values = coding.event.body["values"] if coding else {}
    return {one.id: values[one.id] for one in scheme.asked if one.takes(values.get(one.id, ""))}


def holding(case: Case) -> Entry | None:
    """The coding that holds."""
    return next(reversed(codings(case)), None)


def is_plausible(case: Case) -> bool:
    """Whether investigators judge that it happened: by the coding that holds and by how the case ended."""
    coding = holding(case)
    doubted = _outcome(case) in IMPLAUSIBLE_OUTCOMES
    return coding is not None and _says_plausible(coding) and not doubted


def is_coded(coding: Entry | None, scheme: Scheme) -> bool:
    """Whether the coding that holds leaves nothing: each asked table has a value, or it says implausible."""
    if coding is None or not _says_plausible(coding):
        return coding is not None
    return len(chosen_in(coding, scheme)) == len(scheme.asked)


def _says_plausible(coding: Entry) -> bool:
    return bool(coding.event.body["values"].get(PLAUSIBLE, YES) == YES)


def _closings(case: Case) -> list[tuple[date, str]]:
    """Day and outcome of each time that two closed the case."""
    done = [one for one in case.decisions if one.action == CLOSE and one.state == APPROVED]
    return [(one.answer.day, one.outcome) for one in done if one.answer]


def _outcome(case: Case) -> str:
    """Of a case that is closed now, else empty."""
    return case.standing.outcome if case.standing and case.state == CLOSED else ""


@dataclass(frozen=True)
class Vote:
    """What a case says in one table, since when; the value WITHDRAWN takes back what was said before."""

    table: str
    period: str
    value: str
    since: date


def votes(case: Case, scheme: Scheme, today: date) -> tuple[Vote, ...]:
    """At most one for each table. Nothing of a case that was never judged plausible."""
    believed, closings = _believed(codings(case)), _closings(case)
    if case.received is None or not believed:
        return ()
    coding = codings(case)[-1]
    since = max([coding.day, *(day for day, _ in closings)])
    since_view = max(since, own_view.last_day(case))
    said = {name for one in believed for name in chosen_in(one, scheme)}
    now = _values(case, scheme, coding, today) if is_plausible(case) else {}
    believable = [day for day, outcome in closings if outcome not in IMPLAUSIBLE_OUTCOMES]
    derived = {
        OUTCOME: bool(believable),
        TIMELINESS: _timeliness(case, scheme, since, believable) != "",
        OWN_VIEW: own_view.value_of(case) != "",
    }
    said |= {table.id for table in scheme.tables if derived.get(table.dimension)}
    found = []
    for table in scheme.tables:
        value = now.get(table.id) or (WITHDRAWN if table.id in said and _is_taken_back(table, now) else "")
        day = _day_of(case, table, scheme)
        if value and day.year < case.received.year + SPAN_YEARS:
            when = since_view if table.dimension == OWN_VIEW else since
            found.append(Vote(table.id, _period(day, table), value, when))
    return tuple(found)


def _believed(all_codings: list[Entry]) -> list[Entry]:
    """Codings of which ballots may have left: those that held when their day ended, and the last one."""
    if not all_codings:
        return []
    lasting = [one for one, after in pairwise(all_codings) if one.day < after.day]
    return [one for one in (*lasting, all_codings[-1]) if _says_plausible(one)]


def _is_taken_back(table: Table, now: Mapping[str, str]) -> bool:
    """A case that has no outcome yet, or whose clocks run, takes nothing back."""
    return not now or table.dimension in ASKED


def _values(case: Case, scheme: Scheme, coding: Entry, today: date) -> dict[str, str]:
    chosen, ended = chosen_in(coding, scheme), [day for day, _ in _closings(case)]
    derived = {
        OUTCOME: _outcome(case),
        TIMELINESS: _timeliness(case, scheme, today, ended),
        OWN_VIEW: own_view.value_of(case),
    }
    for table in scheme.tables:
        if table.dimension == ORGANISATION and table.id in chosen:
            chosen[table.id] = scheme.larger.get(chosen[table.id], UNDETERMINED)
        elif derived.get(table.dimension, "") in table.values:
            chosen[table.id] = derived[table.dimension]
    return chosen


def _timeliness(case: Case, scheme: Scheme, today: date, ended: list[date]) -> str:
    """How the clocks went; empty while that is open. The first closing counts."""
    clocks: Clocks = replace(case.clocks, closed=min(ended, default=None))
    answer = clocks.first_answer(scheme.limits.answer_days)
    feedback = clocks.feedback(scheme.limits.feedback_months)
    if answer is None or answer.is_late(today):
        return ANSWER_LATE if answer else ""
    if feedback is None:
        return ""
    if feedback.is_late(today):
        return FEEDBACK_LATE
    return IN_TIME if feedback.done else ""


def _day_of(case: Case, table: Table, scheme: Scheme) -> date:
    """The day whose period a table counts the case in: it never moves, whatever is said later."""
    received = case.received or date.min
    if table.dimension == OUTCOME:
        return own_view.first_closing(case) or received
    if table.dimension == OWN_VIEW:
        return own_view.later_from(case) or received
    if table.dimension == TIMELINESS:
        answer = add_days(received, scheme.limits.answer_days)
        return add_months(answer, scheme.limits.feedback_months)
    return received


def _period(day: date, table: Table) -> str:
    return f"{day.year:04}" if table.period == YEAR else f"{day.year:04}-q{(day.month + 2) // 3}"


def frozen_after(period: str) -> date:
    """The last day on which ballots of ``period`` (``YYYY`` or ``YYYY-q1``…``q4``) count."""
    year, month = int(period[:4]), 3 * int(period[-1]) if "q" in period else 12
    return add_days(date(year, month, calendar.monthrange(year, month)[1]), FREEZE_DAYS)


def caster(case: Case, present: Collection[str]) -> str:
    """Whose panel casts the ballots: the coder's, else of the readers ``present`` the first by id."""
    coding, able = holding(case), sorted(case.readers.intersection(present))
    author = coding.event.author if coding else ""
    return author if author in able else next(iter(able), "")
