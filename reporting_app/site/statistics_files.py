"""The published statistics as files for other programs: CSV, JSON and the JSON's schema."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reporting_app.cases.history import Measure
from reporting_app.crypto.encoding import b64
from reporting_app.site.content import FIRST_LANGUAGE
from reporting_app.site.statistics_words import Words
from reporting_app.statistics.breaks import Break
from reporting_app.statistics.distribution import CONFIDENCE
from reporting_app.statistics.series import Column, Point, Series

FORMAT = 1
COLUMNS = (
    "table period period_status cell label status value low high direction "
    "per_1000 per_1000_low per_1000_high employees released release"
).split()
# What spreadsheet programs take for the start of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_json(series: Sequence[Series], measures: Sequence[Measure]) -> bytes:
    """UTF-8, keys in order, the same bytes for the same statistics. The schema is ``SCHEMA``."""
    value = {
        "confidence": CONFIDENCE,
        "format": FORMAT,
        "measures": [
            {"day": one.day.isoformat(), "organisation": one.organisation, "text": dict(one.text)}
            for one in measures
        ],
        "tables": [_table(one) for one in series],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def as_csv(series: Sequence[Series], words: Words, language: str) -> bytes:
    """One line a cell and period. Semicolons and decimal commas in Swedish, as Excel opens them there.

    UTF-8 with a byte order mark, without which Excel takes it for something else.
    """
    swedish = language == FIRST_LANGUAGE
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if swedish else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(series, words):
        writer.writerow(_cell(one, "," if swedish else ".") for one in line)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _lines(series: Sequence[Series], words: Words) -> Iterator[list[Any]]:
    for one in series:
        for row in one.rows:
            label = words.row(one, row)
            for column, point in zip(one.columns, row.points, strict=True):
                start = [one.id, column.period, column.status.value, row.cell, label]
                yield [*start, *_values(point), *_release(column)]


def _values(point: Point) -> list[Any]:
    direction = point.direction.value if point.direction else ""
    counted = [point.value, point.low, point.high] if point.is_counted else [None, None, None]
    rate = point.rate
    rates = [rate.value, rate.low, rate.high, rate.employees] if rate else [None] * 4
    return [point.state.value, *counted, direction, *rates]


def _release(column: Column) -> list[str]:
    return [column.day.isoformat(), b64(column.release.id)] if column.release else ["", ""]


def _cell(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", decimal)
    text = str(value)
    # The ids and labels come from signed files, yet a person opens this in a program that runs formulas.
    return "'" + text if text.startswith(FORMULA) else text


def _table(series: Series) -> dict[str, Any]:
    return {
        "breaks": [_break(one) for one in series.breaks],
        "cells": [{"id": row.cell, "name": _named(row.name)} for row in series.rows],
        "dimension": series.dimension,
        "dropped": series.is_dropped,
        "epsilon": series.share / 1000,
        "id": series.id,
        "kind": series.kind,
        "meaning": dict(series.meaning),
        "periods": [_period(series, place) for place in range(len(series.columns))],
    }


def _period(series: Series, place: int) -> dict[str, Any]:
    column = series.columns[place]
    corrections = [
        {"day": one.day.isoformat(), "reason": one.reason, "withdrawn": list(one.taken_back)}
        for one in column.corrections
    ]
    return {
        "cells": {row.cell: _point(row.points[place]) for row in series.rows},
        "corrections": corrections,
        "day": column.day.isoformat(),
        "period": column.period,
        "release": b64(column.release.id) if column.release else None,
        "status": column.status.value,
    }


def _point(point: Point) -> dict[str, Any]:
    said: dict[str, Any] = {"status": point.state.value}
    if point.is_counted:
        said |= {"high": point.high, "low": point.low, "value": point.value}
    if point.direction:
        said["direction"] = point.direction.value
    if point.rate:
        one = point.rate
        rates = {"high": one.high, "low": one.low, "value": one.value}
        said["per_1000"] = {name: round(value, 1) for name, value in rates.items()}
        said["per_1000"]["employees"] = one.employees
    return said


def _break(one: Break) -> dict[str, Any]:
    return {
        "after": one.after,
        "before": one.before,
        "cell": one.cell,
        "change": one.change.value,
        "name": _named(one.name),
        "older": [_named(name) for name in one.older],
    }


def _named(name: Mapping[str, str] | str) -> dict[str, str]:
    return {FIRST_LANGUAGE: name} if isinstance(name, str) else dict(name)
