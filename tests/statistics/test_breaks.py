"""Organisations are renamed, merged and closed: readers are told, and numbers are not compared across it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting_app.statistics.breaks import Change
from reporting_app.statistics.change import Direction
from reporting_app.statistics.series import Series, State
from tests.deployment import World
from tests.statistics.town import FORM, ORGANISATION, Told, content, organisation, published

MANY: Told = {
    (ORGANISATION, "2027"): {"care_homes": 50, "home_care": 60, "preschool": 300},
    (ORGANISATION, "2028"): {"care_homes": 300, "care": 300, "preschool": 50, "education": 300},
}


def series_after(world: World, newer: Mapping[str, Any], table: str = ORGANISATION) -> Series:
    return published(world, MANY, {1: content(), 2: newer}, newer_from="2028").series(table)


def said(series: Series) -> dict[str, tuple[Change, tuple[object, ...]]]:
    """By cell, what changed and the Swedish names before."""
    return {
        one.cell: (one.change, tuple(name["sv"] for name in one.older if not isinstance(name, str)))
        for one in series.breaks
    }


def test_nothing_is_said_when_nothing_changed(world: World) -> None:
    series = series_after(world, content())
    assert series.breaks == ()
    directions = {row.cell: row.points[1].direction for row in series.rows}
    assert directions["preschool"] is Direction.DOWN, "so that a break is what takes it away below"


def test_a_new_name_is_said_and_the_numbers_are_still_compared(world: World) -> None:
    newer = content()
    organisation(newer, "preschool")["name"] = {"sv": "Förskolorna", "en": "Preschools"}
    series = series_after(world, newer)
    assert said(series) == {"preschool": (Change.RENAMED, ("Förskola",))}
    row = next(row for row in series.rows if row.cell == "preschool")
    assert row.name["sv"] == "Förskolorna"  # type: ignore[index]
    assert row.points[1].direction is Direction.DOWN


def merged() -> dict[str, Any]:
    """Care homes and home care are one from file 2 on."""
    newer = content()
    first = organisation(newer, "care_homes")
    first |= {"id": "care", "name": {"sv": "Äldreomsorg", "en": "Care"}, "was": ["care_homes", "home_care"]}
    newer["organisations"] = [one for one in newer["organisations"] if one["id"] != "home_care"]
    return newer


def test_what_was_merged_names_its_parts_and_is_compared_with_none_of_them(world: World) -> None:
    series = series_after(world, merged())
    assert said(series) == {"care": (Change.MERGED, ("Särskilt boende", "Hemtjänst"))}
    rows = {row.cell: row.points for row in series.rows}
    assert [one.state for one in rows["care"][:2]] == [State.ABSENT, State.SHOWN]
    assert rows["care"][1].direction is None
    assert [one.state for one in rows["home_care"][:2]] == [State.SHOWN, State.ABSENT]


def test_an_organisation_that_took_over_another_is_not_compared_with_its_smaller_self(world: World) -> None:
    newer = content()
    organisation(newer, "care_homes")["was"] = ["care_homes", "home_care"]
    newer["organisations"] = [one for one in newer["organisations"] if one["id"] != "home_care"]
    series = series_after(world, newer)
    assert said(series)["care_homes"][0] is Change.MERGED
    points = next(row.points for row in series.rows if row.cell == "care_homes")
    assert (points[0].value, points[1].value, points[1].direction) == (50, 300, None)


def test_what_is_new_and_what_is_gone_is_said(world: World) -> None:
    newer = content()
    newer["taxonomy"]["form"] = [one for one in newer["taxonomy"]["form"] if one["id"] != "violence"]
    newer["taxonomy"]["form"].append({"id": "stalking", "label": {"sv": "Förföljelse", "en": "Stalking"}})
    series = series_after(world, newer, FORM)
    assert {one.cell: one.change for one in series.breaks} == {
        "stalking": Change.NEW,
        "violence": Change.GONE,
    }


def test_a_cell_that_counts_what_it_did_not_before_is_not_compared(world: World) -> None:
    newer = content()
    organisation(newer, "preschool")["employees"] = 150
    series = series_after(world, newer)
    changes = {one.cell: one.change for one in series.breaks}
    assert changes == {"education": Change.RECOUNTED, "preschool": Change.GONE}
    points = next(row.points for row in series.rows if row.cell == "education")
    assert points[1].value == 300, "preschools are counted here now"
    assert points[1].direction is None
