"""Which tables are counted, and what each may cost (docs/protocol.md §15)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reporting_app.cases import coding
from reporting_app.cases.coding import (
    ASKED,
    IMPLAUSIBLE_OUTCOMES,
    ORGANISATION,
    OUTCOME,
    SMALL,
    UNDETERMINED,
    Scheme,
)
from reporting_app.cases.need import Limits
from reporting_app.crypto.encoding import Json, is_integer
from reporting_app.crypto.errors import Refused

TABLE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
CELL_ID = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
MOST_SHARE = 2000  # thousandths of epsilon, of all tables together
MOST_CELLS = 200


def is_cell(name: Json) -> bool:
    """Whether ``name`` can stand for a cell."""
    return isinstance(name, str) and CELL_ID.fullmatch(name) is not None


@dataclass(frozen=True)
class Table:
    """One table: its cells in the order in which they are shown. ``share`` is in thousandths of ε."""

    id: str
    dimension: str
    period: str
    share: int
    cells: tuple[str, ...]
    merge: Mapping[str, str]
    meaning: Mapping[str, str]

    def cell_of(self, value: str) -> str:
        """Where a ballot's value counts; empty when nowhere."""
        cell = self.merge.get(value, value)
        return cell if cell in self.cells else ""


@dataclass(frozen=True)
class Catalogue:
    """All tables of one version of the deployment file."""

    version: int
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Catalogue:
        """From a deployment file's content with its ``parameters``. Raises Refused("catalogue").

        Tables of dimensions that this version does not know are left out: nothing can be cast for them.
        """
        scheme = Scheme.of(content, Limits.of(content["parameters"]))
        entries = {one["id"]: one for one in content["catalogue"]["tables"]}
        if len(entries) != len(content["catalogue"]["tables"]):
            raise Refused("catalogue", "a table stands twice in the catalogue")
        tables = tuple(_table(entries[one.id], one, _possible(one, scheme)) for one in scheme.tables)
        if sum(table.share for table in tables) > MOST_SHARE:
            raise Refused("catalogue", "the tables' shares sum to more than ε = 2")
        return cls(scheme.catalogue, tables)

    @cached_property
    def by_id(self) -> Mapping[str, Table]:
        return {table.id: table for table in self.tables}


def _possible(table: coding.Table, scheme: Scheme) -> list[str]:
    """The values that a case can say: a cell that is always empty would only show noise."""
    never = IMPLAUSIBLE_OUTCOMES if table.dimension == OUTCOME else ()
    larger = scheme.larger if table.dimension == ORGANISATION else {}
    return [one for one in table.values if one not in never and larger.get(one, one) == one]


def _table(entry: Mapping[str, Any], coded: coding.Table, possible: list[str]) -> Table:
    share, merge = entry.get("share", 0), entry.get("merge", {})
    if not is_integer(share, 1, MOST_SHARE):
        raise Refused("catalogue", f"{coded.id} has no share of ε")
    _check_merge(coded.id, merge, coded.values, possible)
    asked = (UNDETERMINED,) if coded.dimension in ASKED else ()
    extra = ((SMALL,) if coded.dimension == ORGANISATION else ()) + asked
    cells = tuple(value for value in possible if value not in merge) + extra
    names = TABLE_ID.fullmatch(coded.id) and all(map(is_cell, cells))
    if not names or not 1 <= len(cells) <= MOST_CELLS:
        raise Refused("catalogue", f"{coded.id} has ids outside the format, no cells or too many")
    return Table(coded.id, coded.dimension, coded.period, share, cells, merge, entry.get("meaning", {}))


def _check_merge(table: str, merge: Json, values: Collection[str], possible: Collection[str]) -> None:
    fits = isinstance(merge, dict) and all(
        one in values and into in possible and into not in merge for one, into in merge.items()
    )
    if not fits:
        raise Refused("catalogue", f"{table} merges values that it does not have, or twice")
