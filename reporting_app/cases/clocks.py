"""The clocks of a case: first human answer in 7 days, feedback 3 months after it, a target for triage."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import DE_FACTO, PUBLIC, country_holidays

from reporting_app.crypto.event import REPORTER, Event

SATURDAY = 5
MOST_WORKING_DAYS = 250
CALENDAR_YEARS = range(1953, 2200)  # the law of 1952; beyond the other end only weekends are known


@dataclass(frozen=True)
class Due:
    """When something is due and, once done, the day it was."""

    due: date
    done: date | None

    def is_late(self, today: date) -> bool:
        return (self.done or today) > self.due


@dataclass(frozen=True)
class Clocks:
    """Days that started and stopped the clocks; nothing automatic stops them."""

    received: date | None
    answered: date | None
    closed: date | None
    triaged: date | None = None

    def triage(self, working_days: int) -> Due | None:
        """A target, no law: due on the last of the ``working_days`` after the report."""
        return Due(add_working_days(self.received, working_days), self.triaged) if self.received else None

    def first_answer(self, days: int) -> Due | None:
        """Due ``days`` after the report."""
        return Due(add_days(self.received, days), self.answered) if self.received else None

    def feedback(self, months: int) -> Due | None:
        """Due ``months`` after the first answer."""
        return Due(add_months(self.answered, months), self.closed) if self.answered else None


def is_answer(event: Event) -> bool:
    """Words of a person to the reporter; an automatic event never counts."""
    return event.kind == "message" and event.author != REPORTER


def is_triage(event: Event) -> bool:
    """A person has taken the case up: answered, or set a status beyond received."""
    return is_answer(event) or (event.kind == "status" and event.body["state"] != "received")


def add_days(day: date, days: int) -> date:
    """``days`` later, or the calendar's last day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def is_working_day(day: date) -> bool:
    """Neither weekend nor holiday, nor midsommarafton, julafton or nyårsafton: in law they are as Sundays."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year)


@lru_cache(maxsize=8)
def _days_off(year: int) -> frozenset[date]:
    known = year in CALENDAR_YEARS
    found = country_holidays("SE", years=year, categories=(PUBLIC, DE_FACTO)) if known else ()
    return frozenset(found)


def add_working_days(day: date, days: int) -> date:
    """The last of the ``days`` (at most 250) working days after ``day``, or the calendar's last day."""
    for _ in range(min(days, MOST_WORKING_DAYS)):
        day = add_days(day, 1)
        while day < date.max and not is_working_day(day):
            day = add_days(day, 1)
    return day


def working_days_since(day: date, today: date) -> int:
    """Weekdays that have passed wholly since ``day``; public holidays count as weekdays."""
    days = max(0, (today - day).days)
    rest = [(today.weekday() - back) % 7 for back in range(days % 7)]
    return days // 7 * 5 + sum(1 for weekday in rest if weekday < 5)
