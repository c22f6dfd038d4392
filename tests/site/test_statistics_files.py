"""The same numbers as files: a spreadsheet runs nothing of them, and the schema says what they mean."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from reporting_app.site import statistics_files as files
from reporting_app.site.languages import LANGUAGES
from reporting_app.site.statistics_pages import NAME, SCHEMA
from reporting_app.statistics.series import all_series
from tests.browser_fixtures import ROOT
from tests.deployment import World
from tests.site.statistics_site import client_of
from tests.statistics.town import FORM, ORGANISATION, TODAY, Told, ToldTown, content, published, town

pytestmark = pytest.mark.usefixtures("built")

TOLD: Told = {
    (FORM, "2027"): {"harassment": 60, "vandalism": 300},
    (FORM, "2028"): {"harassment": 65, "vandalism": 100},
    (ORGANISATION, "2028"): {"compulsory_school": 190},
}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def of_city(world: World) -> ToldTown:
    """Everything that a file can hold: a correction, a draw in vain, a rate."""
    made = published(world, TOLD, {1: content()})
    made.take_back(FORM, "2028", "harassment", "Fel.")
    made.draw_only("2029")
    return made


def table_of(client: FlaskClient, address: str, delimiter: str) -> list[dict[str, str]]:
    data = client.get(address).get_data()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_a_spreadsheet_opens_every_number_as_its_country_writes_it(world: World) -> None:
    client = client_of(world, of_city(world))
    swedish = table_of(client, "/sv/ledning/statistik.csv", ";")
    english = table_of(client, "/en/ledning/statistik.csv", ",")
    found = {(one["table"], one["period"], one["cell"]): one for one in swedish}
    assert len(found) == len(swedish) == len(english)
    fell = found[FORM, "2028", "vandalism"]
    assert [fell[name] for name in ("label", "status", "value", "low", "high", "direction")] == [
        *("Skadegörelse", "shown", "100", "77", "123", "down")
    ]
    few = found[FORM, "2028", "violence"]
    assert [few[name] for name in ("status", "value", "low", "high")] == ["suppressed", "", "0", "30"]
    assert found[FORM, "2028", "harassment"]["status"] == "withdrawn"
    assert found[FORM, "2028", "harassment"]["value"] == ""
    assert found[FORM, "2029", "vandalism"]["period_status"] == "drawn"
    assert found[ORGANISATION, "2028", "compulsory_school"]["per_1000"] == "100,0"
    rates = [one["per_1000"] for one in english if one["cell"] == "compulsory_school"]
    assert "100.0" in rates


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_name_becomes_a_formula(world: World, start: str) -> None:
    nasty = content()
    nasty["taxonomy"]["form"][0]["label"]["sv"] = f'{start}HYPERLINK("x";"y")'
    made = published(world, TOLD, {1: nasty})
    rows = table_of(client_of(world, made), "/sv/ledning/statistik.csv", ";")
    (label, *_) = [one["label"] for one in rows if one["cell"] == "harassment"]
    assert label == f'\'{start}HYPERLINK("x";"y")'


def test_files_are_kept_under_their_names_and_never_shown_as_pages(world: World) -> None:
    client = client_of(world, of_city(world))
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    types["schema.json"] = "application/schema+json"
    for name, kind in types.items():
        answer = client.get(f"/sv/ledning/statistik.{name}")
        assert answer.content_type == kind
        assert answer.headers["Content-Disposition"] == f'attachment; filename="statistik.{name}"'
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


# As much of JSON Schema as ours uses.
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def mistakes(value: Any, schema: dict[str, Any], whole: dict[str, Any], where: str = "") -> list[str]:
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]] | {
            key: one for key, one in schema.items() if key != "$ref"
        }
    kinds = schema.get("type", [])
    allowed = tuple(TYPES[one] for one in ([kinds] if isinstance(kinds, str) else kinds))
    wrong = bool(allowed) and not isinstance(value, allowed)
    wrong |= "enum" in schema and value not in schema["enum"]
    wrong |= "const" in schema and value != schema["const"]
    wrong |= "pattern" in schema and not re.search(schema["pattern"], str(value))
    found = [where] if wrong else []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        more = schema.get("additionalProperties", True)
        found += [f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, one in value.items():
            if name not in known and more is False:
                found.append(f"{where}.{name} is unknown")
            inner = known.get(name, more if isinstance(more, dict) else {})
            found += mistakes(one, inner, whole, f"{where}.{name}")
    for number, one in enumerate(value if isinstance(value, list) else ()):
        found += mistakes(one, schema.get("items", {}), whole, f"{where}[{number}]")
    return found


def test_the_json_is_what_its_schema_says(world: World) -> None:
    newer = content(measures=[{"day": "2028-03-01", "organisation": "", "text": {"sv": "Lås."}}])
    newer["organisations"][0]["name"] = {"sv": "Ny", "en": "New"}
    made = of_city(world)
    made.files = {1: content(), 2: newer}
    made.file_for = lambda _: 2
    made.publish_period("2030-q1", TODAY.replace(month=12))
    client = client_of(world, made)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    value = json.loads(client.get("/sv/ledning/statistik.json").get_data())
    assert mistakes(value, schema, schema) == []
    assert value == json.loads(client.get("/en/ledning/statistik.json").get_data())
    form = next(one for one in value["tables"] if one["id"] == FORM)
    assert [one["status"] for one in form["periods"][:3]] == ["published", "published", "drawn"]
    value["tables"][0]["periods"][0]["cells"]["violence"]["value"] = "0"
    value["tables"][0]["total"] = 1
    assert len(mistakes(value, schema, schema)) == 2, "would be noticed"


def test_the_same_statistics_are_the_same_bytes(world: World) -> None:
    made = of_city(world)
    first, again = (files.as_json(all_series(made.statistics(), TODAY), ()) for _ in range(2))
    assert first == again
    assert files.as_json(all_series(town(world).statistics(), TODAY), ()) != first


def test_every_sentence_is_there_in_english() -> None:
    found = extract_from_dir(
        str(ROOT),
        [("templates/leadership/**.html", "jinja2"), ("reporting_app/site/statistics_words.py", "python")],
        {"templates/leadership/**.html": {"trimmed": "true"}},
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "node_modules")),
    )
    sentences = {str(message) for _, _, message, _, _ in found}
    english = next(one for one in LANGUAGES if one.code == "en")
    with english.compiled(NAME).with_suffix(".po").open("rb") as po:
        catalogue = read_po(po)
    messages = {str(one.id): str(one.string) for one in catalogue if one.id}
    assert len(sentences) > 100
    assert set(messages) == sentences
    assert [one.id for one in catalogue if one.fuzzy] == list(catalogue.obsolete) == []
    assert {one for one, said in messages.items() if not said.strip()} == set()
    assert [
        one
        for one, said in messages.items()
        if set(PLACEHOLDER.findall(one)) != set(PLACEHOLDER.findall(said))
    ] == []
