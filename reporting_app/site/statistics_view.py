"""What a page on statistics shows, made ready for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting_app.cases.coding import ORGANISATION
from reporting_app.cases.history import Measure
from reporting_app.site.statistics_words import Words
from reporting_app.statistics import chart
from reporting_app.statistics.breaks import Break
from reporting_app.statistics.change import Direction
from reporting_app.statistics.chart import Comparison, Scale, Trend
from reporting_app.statistics.series import Column, Correction, Point, Row, Series, Status

MOST_NAME_WORDS = 20  # of what the first screen names: it holds 80 words
COLUMNS_A_TABLE = 4  # as many as a phone shows
Numbered = Sequence[tuple[int, Measure]]


@dataclass(frozen=True)
class Clear:
    """A cell of the newest published period that is clearly more or less than before."""

    series: Series
    row: Row
    label: str
    point: Point

    @property
    def since(self) -> str:
        """The first of the periods that it is compared with."""
        return self.series.columns[(self.series.latest or 0) - self.point.compared].period

    @property
    def is_up(self) -> bool:
        return self.point.direction is Direction.UP


@dataclass(frozen=True)
class Headline:
    """For the first screen. ``more``: clear changes for whose names there is no room."""

    up: tuple[str, ...]
    down: tuple[str, ...]
    more: int
    is_comparable: bool


@dataclass(frozen=True)
class Block:
    """Some periods side by side in one table: the columns, and for each row its label and points."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[str, tuple[Point, ...]], ...]


@dataclass(frozen=True)
class TableView:
    """One table. ``latest`` and ``before`` are columns; ``place`` is where the latest one stands."""

    series: Series
    title: str
    latest: Column | None
    before: Column | None
    place: int
    comparisons: tuple[Comparison, ...]
    trends: tuple[tuple[str, Row, Trend], ...]
    blocks: tuple[Block, ...]
    clear: tuple[Clear, ...]
    has_rates: bool

    @property
    def unclear(self) -> int:
        """How many cells of the newest period cannot be said to have changed."""
        points = (row.points[self.place] for row in self.series.rows) if self.latest else ()
        return sum(one.direction is Direction.UNSURE for one in points)

    @property
    def breaks(self) -> tuple[Break, ...]:
        return self.series.breaks

    @property
    def corrections(self) -> list[tuple[Column, Correction]]:
        return [(column, one) for column in self.series.columns for one in column.corrections]

    @property
    def never_shown(self) -> list[Column]:
        return [one for one in self.series.columns if one.status is Status.DRAWN]

    @property
    def to_come(self) -> list[Column]:
        return [one for one in self.series.columns if one.status in (Status.WAITING, Status.OPEN)]


def clear_changes(series: Series, words: Words) -> tuple[Clear, ...]:
    """Of the newest published period, in the order of the cells."""
    if series.latest is None:
        return ()
    found = ((row, row.points[series.latest]) for row in series.rows)
    return tuple(Clear(series, row, words.row(series, row), one) for row, one in found if one.is_clear)


def headline(all_series: Sequence[Series], words: Words) -> Headline:
    """Names while there is room for their words, in the order of tables and cells."""
    clear = [one for series in all_series for one in clear_changes(series, words)]
    room, named = MOST_NAME_WORDS, []
    for one in clear:
        room -= len(one.label.split())
        if room < 0:
            break
        named.append(one)
    compared = (
        row.points[series.latest].direction
        for series in all_series
        if series.latest is not None
        for row in series.rows
    )
    return Headline(
        up=tuple(one.label for one in named if one.is_up),
        down=tuple(one.label for one in named if not one.is_up),
        more=len(clear) - len(named),
        is_comparable=any(compared),
    )


def numbered(measures: Sequence[Measure]) -> list[tuple[int, Measure]]:
    """With the numbers that they have in every chart."""
    return list(enumerate(measures, 1))


def of_row(series: Series, row: Row, measures: Numbered) -> list[tuple[int, Measure]]:
    """Those of the whole city; of one organisation in its own row, or in that which counts it."""
    shown = []
    for number, one in measures:
        counted = _counts(series, row.cell) if series.dimension == ORGANISATION else frozenset()
        if not one.organisation or one.organisation in counted:
            shown.append((number, one))
    return shown


def table_view(series: Series, words: Words, measures: Numbered) -> TableView:
    """Everything on a table's page."""
    place = series.latest
    labelled = [(row, words.row(series, row)) for row in series.rows]
    latest = None if place is None else series.columns[place]
    # What the table had once and no longer has is for the tables over time.
    now = [(row, label) for row, label in labelled if latest and _is_in(latest, row)]
    return TableView(
        series=series,
        title=words.title(series),
        latest=latest,
        before=series.columns[place - 1] if place else None,
        place=place or 0,
        comparisons=() if place is None else chart.comparisons(now, place),
        trends=tuple(
            (label, row, trend_of(series, row, measures)) for row, label in labelled if latest is not None
        ),
        blocks=_blocks(series, labelled),
        clear=clear_changes(series, words),
        has_rates=any(row.points[place].rate for row in series.rows) if place is not None else False,
    )


def trend_of(series: Series, row: Row, measures: Numbered) -> Trend:
    """On the scale that all of the table's cells share."""
    scale = Scale.of([one for other in series.rows for one in other.points])
    # A period that is still open has nothing to draw.
    last = max(
        (place for place, one in enumerate(series.columns) if one.status is not Status.OPEN), default=0
    )
    kept = Row(row.cell, row.name, row.points[: last + 1])
    return chart.trend(kept, series.columns[: last + 1], scale, of_row(series, row, measures))


def _is_in(column: Column, row: Row) -> bool:
    return column.release is not None and row.cell in column.release.cells


def _counts(series: Series, cell: str) -> frozenset[str]:
    described = (one.description for one in reversed(series.columns) if one.description)
    return next((one.counts.get(cell, frozenset()) for one in described), frozenset())


def _blocks(series: Series, labelled: Sequence[tuple[Row, str]]) -> tuple[Block, ...]:
    """The newest first."""
    places = [place for place, one in enumerate(series.columns) if one.is_published]
    if not places:
        return ()
    shown = list(range(places[0], places[-1] + 1))
    starts = range(max(0, len(shown) - COLUMNS_A_TABLE), -COLUMNS_A_TABLE, -COLUMNS_A_TABLE)
    chunks = [shown[max(0, start) : start + COLUMNS_A_TABLE] for start in starts]
    return tuple(
        Block(
            tuple(series.columns[place] for place in chunk),
            tuple((label, tuple(row.points[place] for place in chunk)) for row, label in labelled),
        )
        for chunk in chunks
    )
