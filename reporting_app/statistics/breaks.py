"""What makes two periods of a table hard to compare: renamed, merged, gone, or counted otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from reporting_app.cases import history
from reporting_app.cases.coding import ORGANISATION, Scheme
from reporting_app.cases.need import Limits
from reporting_app.crypto.encoding import MAX_INTEGER, is_integer
from reporting_app.crypto.errors import Refused
from reporting_app.statistics.catalogue import Catalogue, Table

Name = Mapping[str, str] | str  # by language, or an id that no file explains


class Change(Enum):
    """Between two periods; only ``RENAMED`` leaves the numbers comparable."""

    RENAMED = "renamed"
    MERGED = "merged"  # comes from other organisations
    RECOUNTED = "recounted"  # other values are counted in it
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Break:
    """``before`` and ``after`` are periods; ``older`` the names that lead to ``name``."""

    change: Change
    before: str
    after: str
    cell: str
    name: Name
    older: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Description:
    """A table as one deployment file describes it: names by cell, and which values each cell counts.

    ``employees`` only of organisations that are counted whole and alone in their cell.
    """

    table: Table
    names: Mapping[str, Name]
    counts: Mapping[str, frozenset[str]]
    origins: Mapping[str, tuple[str, ...]]
    employees: Mapping[str, int]

    def name(self, cell: str) -> Name:
        return self.names.get(cell, cell)


def descriptions(content: Mapping[str, Any]) -> dict[str, Description]:
    """By id, in the catalogue's order; none of a file that cannot be read."""
    try:
        return {one.id: _described(content, one) for one in Catalogue.of(content).tables}
    except (Refused, KeyError, TypeError):
        return {}


def _described(content: Mapping[str, Any], table: Table) -> Description:
    if table.dimension != ORGANISATION:
        entries = content["taxonomy"].get(table.dimension, ())
        names = {one["id"]: one["label"] for one in entries}
        return Description(table, names, _counted(table, {value: value for value in names}), {}, {})
    entries = content["organisations"]
    names = {one["id"]: one["name"] for one in entries}
    counts = _counted(table, Scheme.of(content, Limits.of(content["parameters"])).larger)
    parents = {one["id"]: one.get("parent", "") for one in entries}
    sizes = {one["id"]: one["employees"] for one in entries}
    alone = (cell for cell in table.cells if cell in sizes and _stands_alone(cell, table, counts, parents))
    employees = {cell: sizes[cell] for cell in alone if is_integer(sizes[cell], 1, MAX_INTEGER)}
    return Description(table, names, counts, {one["id"]: _origins(one) for one in entries}, employees)


def _counted(table: Table, larger: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By cell, the values that are counted in it."""
    cells: dict[str, set[str]] = {cell: set() for cell in table.cells}
    for value, counted_as in larger.items():
        cells.get(table.cell_of(counted_as), set()).add(value)
    return {cell: frozenset(values) for cell, values in cells.items()}


def _stands_alone(
    cell: str, table: Table, counts: Mapping[str, frozenset[str]], parents: Mapping[str, str]
) -> bool:
    """Whether a cell counts all of an organisation and nothing else: its employees are the measure then."""
    within = {name for name in parents if cell in _upward(name, parents)}
    return counts[cell] <= within and not any(other in within and other != cell for other in table.cells)


def _upward(name: str, parents: Mapping[str, str]) -> list[str]:
    """An organisation and those above it."""
    found: list[str] = []
    while name and name not in found:
        found.append(name)
        name = parents.get(name, "")
    return found


def _origins(organisation: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return history.origins(organisation)
    except Refused:
        return ()


def breaks(before: str, old: Description, after: str, new: Description) -> tuple[Break, ...]:
    """What changed from the period ``before`` to ``after``: newer cells in their order, then the older."""
    old_cells = old.table.cells
    merged = {one: new.origins.get(one, ()) for one in new.table.cells}
    merged = {one: was for one, was in merged.items() if was and was != old.origins.get(one, ())}
    explained = {one for was in merged.values() for one in was}
    found = []
    for cell in new.table.cells:
        change: Change | None = None
        older: tuple[Name, ...] = (old.name(cell),) if cell in old_cells else ()
        if cell in merged:
            change, older = Change.MERGED, tuple(old.name(one) for one in merged[cell])
        elif cell not in old_cells:
            change = Change.NEW
        elif new.counts[cell] != old.counts[cell]:
            change = Change.RECOUNTED
        elif new.name(cell) != old.name(cell):
            change = Change.RENAMED
        if change is not None:
            found.append(Break(change, before, after, cell, new.name(cell), older))
    gone = (one for one in old_cells if one not in new.table.cells and one not in explained)
    return (*found, *(Break(Change.GONE, before, after, one, old.name(one)) for one in gone))
