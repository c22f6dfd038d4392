"""The legal clocks of a case (first human answer in 7 days, feedback 3 months after it)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


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

    def first_answer(self, days: int) -> Due | None:
        """Due ``days`` after the report."""
        return Due(add_days(self.received, days), self.answered) if self.received else None

    def feedback(self, months: int) -> Due | None:
        """Due ``months`` after the first answer."""
        return Due(add_months(self.answered, months), self.closed) if self.answered else None


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


def working_days_since(day: date, today: date) -> int:
    """Weekdays that have passed wholly since ``day``; public holidays count as weekdays."""
    days = max(0, (today - day).days)
    rest = [(today.weekday() - back) % 7 for back in range(days % 7)]
    return days // 7 * 5 + sum(1 for weekday in rest if weekday < 5)
