"""Flask-Babel under the names that pybabel extracts, typed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import flask_babel
from flask import g, session
from flask_babel import lazy_gettext as N_  # noqa: N812

from reporting_app.admin.config import FIRST_LANGUAGE, LANGUAGES

__all__ = ["N_", "_", "clock_time", "day_text", "duration", "language", "month_text", "ngettext", "number"]


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    return str(flask_babel.ngettext(one, many, num, **values))


def language() -> str:
    """The language of the page being made."""
    chosen = session.get("language", FIRST_LANGUAGE)
    return chosen if chosen in LANGUAGES else FIRST_LANGUAGE


def day_text(day: date, style: str = "short") -> str:
    """A day as people write it; ``short`` leaves the year out when it is this one."""
    months = "MMMM" if style == "long" else "MMM"
    year = "" if style == "short" and g.get("year") == day.year else " y"
    return str(flask_babel.format_date(day, f"d {months}{year}"))


def month_text(day: date) -> str:
    return str(flask_babel.format_date(day, "MMMM y"))


def number(value: float) -> str:
    """With the language's own comma or point."""
    return str(flask_babel.format_decimal(value))


def duration(seconds: int) -> str:
    """In minutes, from two hours on in hours, from two days on in days."""
    return str(flask_babel.format_timedelta(seconds, granularity="minute", threshold=2))


def clock_time(seconds: float) -> str:
    """Hours and minutes on this computer."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M")
