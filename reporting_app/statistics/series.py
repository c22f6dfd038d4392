"""What leadership's pages show of each table: counts with intervals, and what may be said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import pairwise
from typing import Any, Protocol

from reporting_app.cases.coding import frozen_after
from reporting_app.statistics import periods
from reporting_app.statistics.breaks import Break, Change, Description, Name, breaks, descriptions
from reporting_app.statistics.change import MOST_EARLIER, Direction, direction_since
from reporting_app.statistics.distribution import interval
from reporting_app.statistics.ledger import Intent, Ledger
from reporting_app.statistics.release import TAKEN_BACK, Release, Releases

THOUSAND = 1000
Files = Mapping[int, Mapping[str, Description]]  # by version and table


class Source(Protocol):
    """What the site has published; ``contents`` by version of the deployment file, as people wrote them."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def releases(self) -> Releases: ...
    @property
    def contents(self) -> Mapping[int, Mapping[str, Any]]: ...
    @property
    def newest(self) -> Mapping[str, Any]: ...


class Status(Enum):
    """Of a table and period."""

    PUBLISHED = "published"
    DRAWN = "drawn"  # the noise is spent, nothing was shown
    WAITING = "waiting"  # could be drawn
    OPEN = "open"  # ballots still count


class State(Enum):
    """Of a cell in a period."""

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    ABSENT = "absent"  # the table had no such cell
    MISSING = "missing"  # nothing is published for the period


@dataclass(frozen=True)
class Correction:
    """A later release of a table and period: ``taken_back`` are ids of cells."""

    day: date
    reason: str
    taken_back: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One period. ``day``: of the release, else of the intent, else the first one on which it may be drawn.

    ``description`` is of the deployment file that the intent names; None when that is not here.
    """

    period: str
    status: Status
    day: date
    release: Release | None = None
    corrections: tuple[Correction, ...] = ()
    description: Description | None = None

    @property
    def is_published(self) -> bool:
        return self.status is Status.PUBLISHED


@dataclass(frozen=True)
class Rate:
    """Per 1,000 employees."""

    value: float
    low: float
    high: float
    employees: int


@dataclass(frozen=True)
class Point:
    """``low`` and ``high`` are where the true count lies in at least 95 of 100 cases, when there is a count.

    ``direction`` against the mean of the ``compared`` periods just before; None where none can be compared.
    """

    state: State
    value: int | None = None
    low: int = 0
    high: int = 0
    direction: Direction | None = None
    compared: int = 0
    rate: Rate | None = None

    @property
    def is_counted(self) -> bool:
        return self.state in (State.SHOWN, State.SUPPRESSED)

    @property
    def is_clear(self) -> bool:
        """Whether it is clearly more or less than before."""
        return self.direction in (Direction.UP, Direction.DOWN)


@dataclass(frozen=True)
class Row:
    """A cell over all periods of its series, the oldest first."""

    cell: str
    name: Name
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Series:
    """One table; ``share`` in thousandths of ε. ``is_dropped``: the newest file no longer has it."""

    id: str
    dimension: str
    kind: str
    share: int
    meaning: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    breaks: tuple[Break, ...]
    is_dropped: bool

    @property
    def latest(self) -> int | None:
        """The place of the newest published period."""
        found = (place for place in reversed(range(len(self.columns))) if self.columns[place].is_published)
        return next(found, None)

    @property
    def undescribed(self) -> tuple[str, ...]:
        """Periods whose deployment file is not here, so that ids stand for names."""
        return tuple(one.period for one in self.columns if one.release and one.description is None)


def all_series(source: Source, today: date) -> tuple[Series, ...]:
    """Every table of the newest catalogue in its order, then those that were drawn before."""
    current = descriptions(source.newest)
    files = {number: descriptions(one) for number, one in source.contents.items()}
    drawn = (one.id for intent in source.ledger.intents for one in intent.tables)
    names = dict.fromkeys((*current, *drawn))
    return tuple(_series(source, name, current.get(name), files, today) for name in names)


def _series(source: Source, name: str, newest: Description | None, files: Files, today: date) -> Series:
    intents = [one for one in source.ledger.intents if one.table(name)]
    earlier = (_description(files, one, name) for one in reversed(intents))
    known = newest or next(filter(None, earlier), None)
    kind = known.table.period if known else periods.kind_of(intents[-1].period)
    columns = tuple(
        _column(source, name, period, files, today)
        for period in _periods(intents, kind, today, newest is not None)
    )
    found, incomparable = _breaks(columns)
    rows = tuple(
        _row(cell, columns, incomparable, _name(cell, newest, columns))
        for cell in _cells(newest, intents, name)
    )
    return Series(
        id=name,
        dimension=known.table.dimension if known else "",
        kind=kind,
        share=known.table.share if known else _share(intents[-1], name),
        meaning=known.table.meaning if known else {},
        columns=columns,
        rows=rows,
        breaks=found,
        is_dropped=newest is None,
    )


def _description(files: Files, intent: Intent, table: str) -> Description | None:
    return files.get(intent.file, {}).get(table)


def _share(intent: Intent, table: str) -> int:
    planned = intent.table(table)
    return planned.share if planned else 0


def _periods(intents: Sequence[Intent], kind: str, today: date, is_current: bool) -> list[str]:
    """From the first that was drawn to today's; of a dropped table to the last that was drawn."""
    drawn = sorted(one.period for one in intents if periods.kind_of(one.period) == kind)
    now = periods.of_day(kind, today)
    first, last = (drawn[0], drawn[-1]) if drawn else (now, now)
    return periods.span(first, max(now, last) if is_current else last)


def _column(source: Source, table: str, period: str, files: Files, today: date) -> Column:
    intent = source.ledger.drawn(table, period)
    if intent is None:
        status = Status.WAITING if periods.is_frozen(period, today) else Status.OPEN
        return Column(period, status, frozen_after(period) + timedelta(days=1))
    description = _description(files, intent, table)
    versions = [one for one in source.releases.all if (one.table, one.period) == (table, period)]
    if not versions:
        return Column(period, Status.DRAWN, intent.day, description=description)
    corrections = tuple(
        Correction(new.day, new.reason, _taken_back(old, new)) for old, new in pairwise(versions)
    )
    return Column(period, Status.PUBLISHED, versions[0].day, versions[-1], corrections, description)


def _taken_back(old: Release, new: Release) -> tuple[str, ...]:
    return tuple(one for one, value in new.cells.items() if value == TAKEN_BACK != old.cells[one])


def _breaks(columns: Sequence[Column]) -> tuple[tuple[Break, ...], frozenset[tuple[str, str]]]:
    """All of them, and the (period, cell) that cannot be compared with the period before."""
    described = [one for one in columns if one.description]
    found: list[Break] = []
    for old, new in pairwise(described):
        if old.description and new.description:
            found.extend(breaks(old.period, old.description, new.period, new.description))
    changed = frozenset((one.after, one.cell) for one in found if one.change is not Change.RENAMED)
    return tuple(found), changed


def _cells(newest: Description | None, intents: Sequence[Intent], table: str) -> list[str]:
    """In the newest catalogue's order, then what only older intents have, the latest first."""
    found = dict.fromkeys(newest.table.cells if newest else ())
    for intent in reversed(intents):
        planned = intent.table(table)
        found |= dict.fromkeys(planned.cells if planned else ())
    return list(found)


def _name(cell: str, newest: Description | None, columns: Sequence[Column]) -> Name:
    """By the newest file that names the cell; its id when none does."""
    known = [newest, *(one.description for one in reversed(columns))]
    return next((one.names[cell] for one in known if one and cell in one.names), cell)


def _row(cell: str, columns: Sequence[Column], incomparable: frozenset[tuple[str, str]], name: Name) -> Row:
    points: list[Point] = []
    earlier: list[int | None] = []
    for column in columns:
        if (column.period, cell) in incomparable or column.description is None:
            earlier = []
        point = _point(cell, column, earlier[-MOST_EARLIER:])
        points.append(point)
        earlier = [*earlier, point.value] if point.is_counted and column.description else []
    return Row(cell, name, tuple(points))


def _point(cell: str, column: Column, earlier: Sequence[int | None]) -> Point:
    release = column.release
    if release is None or cell not in release.cells:
        return Point(State.MISSING if release is None else State.ABSENT)
    if release.cells[cell] == TAKEN_BACK:
        return Point(State.WITHDRAWN)
    value = release.count(cell)
    low, high = interval(value, release.share)
    towards = None
    if earlier:
        towards = direction_since(earlier, value, release.share, len(release.cells))
    employees = column.description.employees.get(cell, 0) if column.description else 0
    state = State.SUPPRESSED if value is None else State.SHOWN
    return Point(state, value, low, high, towards, len(earlier), _rate(value, low, high, employees))


def _rate(value: int | None, low: int, high: int, employees: int) -> Rate | None:
    """Only where the interval reaches at most half of the count either way: else it would say nothing."""
    if value is None or not employees or max(value - low, high - value) * 2 > value:
        return None
    shown, least, most = (one * THOUSAND / employees for one in (value, low, high))
    return Rate(shown, least, most, employees)
