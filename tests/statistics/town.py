"""A town whose witnesses publish what a test says, without noise unless it asks for some."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from reporting_app.demo.statistics import Town
from reporting_app.site.statistics import Statistics
from reporting_app.statistics.catalogue import Catalogue, Table
from reporting_app.statistics.distribution import scale_of
from reporting_app.statistics.release import correction_body
from reporting_app.statistics.series import Series, all_series
from tests.deployment import WITNESSES, World, human_part

TODAY = date(2030, 3, 20)
FORM, ORGANISATION = "form_per_year", "organisation_per_year"
QUARTERLY = "timeliness_per_quarter"
Told = dict[tuple[str, str], Mapping[str, int]]  # by table and period: counts by cell


@dataclass
class ToldTown(Town):
    """Counts as told; cells that nobody told of count nothing."""

    told: Told = field(default_factory=dict)

    def counts(self, table: Table, period: str) -> Mapping[str, int]:
        told = self.told.get((table.id, period), {})
        return {cell: told.get(cell, 0) for cell in table.cells}

    def draw_only(self, period: str) -> None:
        """The intent for a year, and no release."""
        tables = Catalogue.of(self.files[self.file_for(period)]).tables
        yearly = [one for one in tables if one.period == "year"]
        self.intend(period, yearly, self._day(period, TODAY))

    def take_back(self, table: str, period: str, cell: str, reason: str) -> None:
        last = self.releases.last(table, period)
        assert last is not None
        self.add(correction_body(last, [cell], reason, last.day, last.roster))

    def statistics(self) -> Statistics:
        return Statistics(self.ledger, self.releases, self.files)

    def series(self, table: str = FORM, today: date = TODAY) -> Series:
        return next(one for one in all_series(self.statistics(), today) if one.id == table)


def no_noise(cells: Sequence[str], _share: int) -> dict[str, int]:
    return dict.fromkeys(cells, 0)


def seeded(seed: int) -> Callable[[Sequence[str], int], dict[str, int]]:
    """Noise of the right scale, the same every time: for pictures and pages, never for a guarantee."""
    random = Random(seed)  # noqa: S311 - must be the same again

    def one(share: int) -> int:
        return int(random.expovariate(1 / scale_of(share)))

    return lambda cells, share: {cell: one(share) - one(share) for cell in cells}


def town(
    world: World,
    told: Told | None = None,
    files: Mapping[int, Mapping[str, Any]] | None = None,
    newer_from: str = "9999",
) -> ToldTown:
    """``newer_from``: the first period that is counted under file 2."""
    return ToldTown(
        chain=world.chain,
        witnesses=[world.keys[name] for name in WITNESSES],
        files=files or {1: human_part()},
        draw=no_noise,
        file_for=lambda period: 2 if period >= newer_from else 1,
        told=told or {},
    )


def published(
    world: World,
    told: Told,
    files: Mapping[int, Mapping[str, Any]] | None = None,
    newer_from: str = "9999",
    years: Sequence[str] = ("2027", "2028"),
) -> ToldTown:
    """All tables of these years."""
    made = town(world, told, files, newer_from)
    for year in years:
        made.publish_period(year, TODAY)
    return made


def content(**changed: Any) -> dict[str, Any]:
    return copy.deepcopy(human_part()) | changed


def quarterly() -> dict[str, Any]:
    """The demo's content with its table of timeliness by quarter: many periods in one chart."""
    made = content()
    table = next(one for one in made["catalogue"]["tables"] if one["dimension"] == "timeliness")
    table |= {"id": QUARTERLY, "period": "quarter"}
    return made


def organisation(within: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One organisation of a content, to be changed there."""
    found: dict[str, Any] = next(one for one in within["organisations"] if one["id"] == name)
    return found
