"""What a deployment file tells readers of statistics: measures taken, what an organisation came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.crypto.encoding import Json, parse_day
from reporting_app.crypto.errors import Refused

MEASURES, WAS = "measures", "was"
MOST_MEASURES, MOST_TEXT = 100, 300
FIRST_LANGUAGE = "sv"


@dataclass(frozen=True)
class Measure:
    """Something done on a day for the whole city, or for one organisation (its id)."""

    day: date
    text: Mapping[str, str]
    organisation: str = ""

    @classmethod
    def from_value(cls, value: Json, organisations: Iterable[str]) -> Measure:
        """Raises Refused("schema")."""
        if not isinstance(value, dict) or set(value) != {"day", "organisation", "text"}:
            raise Refused("schema", "measures: each has a day, an organisation (or nothing) and a text")
        text, organisation = value["text"], value["organisation"]
        if organisation != "" and organisation not in set(organisations):
            raise Refused("schema", f"measures: there is no organisation {str(organisation)[:64]}")
        if not isinstance(text, dict) or not str(text.get(FIRST_LANGUAGE, "")).strip():
            raise Refused("schema", "measures: the text is missing in Swedish")
        if not all(isinstance(said, str) and len(said) <= MOST_TEXT for said in text.values()):
            raise Refused("schema", f"measures: a text has at most {MOST_TEXT} characters")
        try:
            return cls(parse_day(value["day"]), text, organisation)
        except Refused:
            raise Refused("schema", "measures: a day is written as 2027-03-01") from None


def measures(content: Mapping[str, Any]) -> tuple[Measure, ...]:
    """Those of a deployment file's content, the first one first. Raises Refused("schema")."""
    listed = content.get(MEASURES, [])
    if not isinstance(listed, list) or len(listed) > MOST_MEASURES:
        raise Refused("schema", f"measures: a list of at most {MOST_MEASURES}")
    known = [one["id"] for one in _organisations(content)]
    return tuple(sorted((Measure.from_value(one, known) for one in listed), key=lambda one: one.day))


def readable_measures(content: Mapping[str, Any]) -> tuple[Measure, ...]:
    """The same for a page: none when the signed file has what nobody can read."""
    try:
        return measures(content)
    except Refused:
        return ()


def origins(organisation: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the organisations that this one was before. Raises Refused("schema")."""
    listed = organisation.get(WAS, [])
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise Refused("schema", f"was: {organisation['id']} has something else than a list of ids")
    return tuple(listed)


def check(content: Mapping[str, Any]) -> None:
    """Of a file that is proposed. Raises Refused("schema")."""
    measures(content)
    for organisation in _organisations(content):
        origins(organisation)


def _organisations(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = content["organisations"]
    return (
        [one for one in listed if isinstance(one, dict) and "id" in one] if isinstance(listed, list) else []
    )
