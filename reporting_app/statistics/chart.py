"""Where the marks of a chart stand: along its width in percent, so that no text is stretched, else in pixels.

A suppressed count has no mark of its own at any value: it is a band from 0 to the end of its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from textwrap import wrap

from reporting_app.cases.history import Measure
from reporting_app.statistics import periods
from reporting_app.statistics.series import Column, Point, Row

MOST_LINES = 5  # of a scale, beside zero
MOST_PERIODS = 12
STEPS = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000)
# Of a trend, in pixels: room for the numbers of measures above, for the periods below.
TREND_TOP, TREND_BASE, TREND_HEIGHT = 26, 146, 168
# Along a trend: room for the scale's numbers, in percent.
TREND_START, TREND_WIDTH = 13.0, 86.0
BAR_START, BAR_WIDTH = 0.5, 97.5
LINE, BAND, GAP = 19, 26, 6
MOST_BARS = 12  # of a chart: what stays whole on a printed page
# Characters: as many as a phone shows, alone and beside "fewer than 10 (0–30)".
LABEL_WIDTH, BESIDE = 34, 14


@dataclass(frozen=True)
class Scale:
    """From zero to ``top``; ``lines`` are the values that are drawn, zero among them."""

    top: int
    lines: tuple[int, ...]

    @classmethod
    def of(cls, points: Sequence[Point]) -> Scale:
        """One that every interval fits in."""
        highest = max([STEPS[0], *(one.high for one in points if one.is_counted)])
        step = next((one for one in STEPS if highest <= one * MOST_LINES), ceil(highest / MOST_LINES))
        top = step * ceil(highest / step)
        return cls(top, tuple(range(0, top + 1, step)))

    def part(self, value: int) -> float:
        return value / self.top


@dataclass(frozen=True)
class Mark:
    """A point with its place: ``at`` along the other axis, the rest along the scale."""

    point: Point
    at: float
    value: float
    low: float
    high: float
    label: str = ""


@dataclass(frozen=True)
class Trend:
    """A cell over its periods. ``lines``: place and value; ``measures``: place and number."""

    marks: tuple[Mark, ...]
    lines: tuple[tuple[float, int], ...]
    measures: tuple[tuple[float, int], ...]
    is_narrow: bool  # no room for numbers at the marks


@dataclass(frozen=True)
class Bar:
    """A cell beside others: label lines with their place, the number's place, then the mark."""

    row: Row
    mark: Mark
    lines: tuple[tuple[float, str], ...]
    number_at: float


@dataclass(frozen=True)
class Comparison:
    """The cells of one period."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    height: float


def trend(
    row: Row, columns: Sequence[Column], scale: Scale, measures: Sequence[tuple[int, Measure]]
) -> Trend:
    """Of the last ``MOST_PERIODS`` periods; ``measures`` with the numbers that explain them."""
    shown = list(zip(columns, row.points, strict=True))[-MOST_PERIODS:]
    width = TREND_WIDTH / len(shown)
    marks = []
    for place, (column, point) in enumerate(shown):
        at = TREND_START + (place + 0.5) * width
        value, low, high = (_upward(scale, one) for one in (point.value or 0, point.low, point.high))
        marks.append(Mark(point, at, value, low, high, _tick(column.period)))
    first, last = periods.first_day(shown[0][0].period), periods.end(shown[-1][0].period)
    dated = ((_along(first, last, one.day), number) for number, one in measures if first <= one.day < last)
    lines = tuple((_upward(scale, value), value) for value in scale.lines)
    return Trend(tuple(marks), lines, tuple(dated), len(shown) > MOST_PERIODS // 2)


def comparisons(rows: Sequence[tuple[Row, str]], place: int) -> tuple[Comparison, ...]:
    """All cells of the period at ``place``, each with its label, in charts of one scale that fit on pages."""
    scale = Scale.of([row.points[place] for row, _ in rows])
    size = ceil(len(rows) / ceil(len(rows) / MOST_BARS)) if rows else 1
    return tuple(_comparison(rows[start : start + size], place, scale) for start in range(0, len(rows), size))


def _comparison(rows: Sequence[tuple[Row, str]], place: int, scale: Scale) -> Comparison:
    bars, top = [], float(GAP)
    for row, label in rows:
        point = row.points[place]
        written = wrap(label, LABEL_WIDTH) or [row.cell]
        value, low, high = (_rightward(scale, one) for one in (point.value or 0, point.low, point.high))
        lines = tuple((top + LINE * (number + 0.75), text) for number, text in enumerate(written))
        alone = len(written[-1]) > BESIDE
        number_at = lines[-1][0] + LINE * alone
        middle = top + LINE * (len(written) + alone) + BAND / 2
        bars.append(Bar(row, Mark(point, middle, value, low, high), lines, number_at))
        top = middle + BAND / 2 + GAP
    grid = tuple((_rightward(scale, value), value) for value in scale.lines)
    return Comparison(tuple(bars), grid, top + LINE)


def _upward(scale: Scale, value: int) -> float:
    return TREND_BASE - (TREND_BASE - TREND_TOP) * scale.part(value)


def _rightward(scale: Scale, value: int) -> float:
    return BAR_START + BAR_WIDTH * scale.part(value)


def _along(first: date, last: date, day: date) -> float:
    return TREND_START + TREND_WIDTH * ((day - first).days / (last - first).days)


def _tick(period: str) -> str:
    """A year, once for its four quarters."""
    return period[:4] if len(period) == 4 or period.endswith("q1") else ""
