"""Years and quarters as the protocol writes them: ``2027``, ``2027-q1`` (docs/protocol.md §8, §15)."""

from __future__ import annotations

from datetime import date, timedelta

from reporting_app.cases.coding import FREEZE_DAYS, QUARTER, YEAR, frozen_after
from reporting_app.crypto.encoding import Json, is_period
from reporting_app.crypto.errors import Refused


def checked(value: Json) -> str:
    """Raises Refused("schema") for what is no period of the years 1000 to 9997."""
    if not is_period(value) or not 1000 <= int(value[:4]) <= 9997:
        raise Refused("schema", "a period is a year or a quarter")
    return str(value)


def kind_of(period: str) -> str:
    return QUARTER if "q" in period else YEAR


def year_of(period: str) -> int:
    return int(period[:4])


def contains(period: str, day: date) -> bool:
    """Whether ``day`` lies in ``period``."""
    name = f"{day.year:04}-q{(day.month + 2) // 3}" if kind_of(period) == QUARTER else f"{day.year:04}"
    return name == period


def is_frozen(period: str, day: date) -> bool:
    """Whether no ballot of ``period`` counts any more that leaves on ``day``."""
    return frozen_after(period) < day


def frozen_periods(kind: str, first: date, today: date) -> list[str]:
    """Every period of a kind that has a day from ``first`` on and is frozen today, the latest first."""
    quarters = [f"{year:04}-q{n}" for year in range(first.year, today.year + 1) for n in (1, 2, 3, 4)]
    years = [f"{year:04}" for year in range(first.year, today.year + 1)]
    wanted = quarters if kind == QUARTER else years
    begun = [one for one in wanted if frozen_after(one) - timedelta(days=FREEZE_DAYS) >= first]
    return [one for one in reversed(begun) if is_frozen(one, today)]


def of_day(kind: str, day: date) -> str:
    """The period of a kind that ``day`` is in."""
    return f"{day.year:04}-q{(day.month + 2) // 3}" if kind == QUARTER else f"{day.year:04}"


def span(first: str, last: str) -> list[str]:
    """Every period from one to another of the same kind, in order."""
    if kind_of(first) == YEAR:
        return [f"{year:04}" for year in range(year_of(first), year_of(last) + 1)]
    years = range(year_of(first), year_of(last) + 1)
    return [
        one for year in years for one in (f"{year:04}-q{n}" for n in (1, 2, 3, 4)) if first <= one <= last
    ]


def first_day(period: str) -> date:
    return date(year_of(period), 3 * int(period[-1]) - 2 if "q" in period else 1, 1)


def end(period: str) -> date:
    """The day after its last."""
    return frozen_after(period) - timedelta(days=FREEZE_DAYS - 1)
