"""Leadership's pages say no more than was signed: uncertainty shows, few is never zero, breaks are told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from reporting_app.site import statistics_pages
from reporting_app.site.statistics import Statistics
from tests import headers
from tests.deployment import World
from tests.site.statistics_site import (
    Shown,
    charts_of,
    client_of,
    html_of,
    main_of,
    marks,
    rows_of,
    words_of,
)
from tests.statistics.town import FORM, ORGANISATION, TODAY, Told, content, organisation, published, town

pytestmark = pytest.mark.usefixtures("built")

HOME = {"sv": "/sv/ledning", "en": "/en/ledning"}
IN_BOTH = pytest.mark.parametrize("language", HOME)
FORM_PAGE, ORGANISATION_PAGE = f"/sv/ledning/tabell/{FORM}", f"/sv/ledning/tabell/{ORGANISATION}"
MOST_WORDS = 80
TIMES: Told = {
    (FORM, "2027"): {"harassment": 60, "violence": 9, "vandalism": 300},
    (FORM, "2028"): {"harassment": 65, "violence": 0, "vandalism": 100},
}
# What the first screen has to say: direction, uncertainty, what it does not mean.
SAID = {
    "sv": ("Tydligt färre än tidigare: Skadegörelse.", "slump", "kan betyda att fler vågar berätta"),
    "en": (
        "Clearly fewer than before: Damage to property.",
        "chance",
        "can mean that more people dare to tell",
    ),
}


def first_screen(html: str) -> str:
    (found,) = re.findall(r'<section class="first".*?</section>', html, re.DOTALL)
    return words_of(found)


@IN_BOTH
def test_the_first_screen_says_direction_uncertainty_and_what_it_does_not_mean(
    world: World, language: str
) -> None:
    said = first_screen(html_of(client_of(world, published(world, TIMES)), HOME[language]))
    assert [part for part in SAID[language] if part not in said] == []
    assert len(said.split()) <= MOST_WORDS


@IN_BOTH
def test_the_first_screen_stays_short_whatever_changed(world: World, language: str) -> None:
    """Every form rose or fell, under names of two words, of four, and of more than there is room for."""
    cells = [one["id"] for one in content()["taxonomy"]["form"]]
    told: Told = {
        (FORM, "2027"): {cell: 300 * (number % 2) for number, cell in enumerate(cells)},
        (FORM, "2028"): {cell: 300 * (1 - number % 2) for number, cell in enumerate(cells)},
    }
    for length in (2, 4, 24):
        named = content()
        for one in named["taxonomy"]["form"]:
            one["label"] = dict.fromkeys(("sv", "en"), " ".join(["ord"] * length))
        said = first_screen(html_of(client_of(world, published(world, told, {1: named})), HOME[language]))
        assert 30 < len(said.split()) <= MOST_WORDS
        assert re.search(r"(ändringar|changes): \d+\.", said), "what has no room is counted"


@IN_BOTH
def test_before_anything_is_published_the_page_says_so_and_when_it_can_come(
    world: World, language: str
) -> None:
    client = client_of(world, town(world))
    html = html_of(client, HOME[language])
    assert {"sv": "Ingen statistik är publicerad än.", "en": "No statistics have been published yet."}[
        language
    ] in first_screen(html)
    assert len(first_screen(html).split()) <= MOST_WORDS
    assert {"sv": "15 februari 2031", "en": "15 February 2031"}[language] in words_of(html)
    assert "statistik.csv" not in html, "there is nothing to download"
    table = html_of(client, f"{HOME[language]}/tabell/{FORM}")
    assert charts_of(table) == []
    assert rows_of(table) == []


def test_what_is_fewer_than_ten_is_never_drawn_as_a_value(world: World) -> None:
    html = html_of(client_of(world, published(world, TIMES)), FORM_PAGE)
    groups = [one for chart in charts_of(html) for one in marks(chart, "suppressed")]
    assert len(groups) > 20
    for group in groups:
        assert list(group.iter("circle")) == list(group.iter("line")) == []
        (band,) = group.iter("rect")
        size = band.get("height") if "point" in str(group.get("class")) else band.get("width")
        assert float(str(size).rstrip("%")) > 1, "a band that can be seen, from zero to its end"
        texts = [str(one.text) for one in group.iter("text")]
        assert any("färre än 10" in one for one in texts)
        assert "0" not in texts
    shown = [one for chart in charts_of(html) for one in marks(chart, "shown")]
    assert len(shown) == 6, "four over time, two now: they have dots"
    assert all(len(list(one.iter("circle"))) == 1 for one in shown)


def test_the_table_beside_a_chart_has_the_same_numbers(world: World) -> None:
    html = html_of(client_of(world, published(world, TIMES)), FORM_PAGE)
    drawn = {
        str(texts[0].text): str(texts[-1].text)
        for chart in charts_of(html)
        for group in chart.iter("g")
        if str(group.get("class")).startswith("bar-") and (texts := list(group.iter("text")))
    }
    rows = {row[0]: row[1:] for row in rows_of(html) if len(row) == 5}
    assert drawn["Skadegörelse"] == "100 (77–123)"
    assert rows["Skadegörelse"] == ["100", "77", "123", "tydligt färre"]
    assert drawn["Våld"] == "färre än 10 (0–30)"
    assert rows["Våld"] == ["färre än 10", "0", "30", "osäkert"]
    over_time = [row for row in rows_of(html) if row[0] == "Skadegörelse" and len(row) == 3]
    assert over_time == [["Skadegörelse", "300 (277–323)", "100 (77–123)"]]
    assert "Skadegörelse: tydligt färre 2028 än 2027. Senast: 100, troligen 77–123." in words_of(html)


def test_every_chart_has_a_name_and_a_description_that_are_on_the_page(world: World) -> None:
    html = html_of(client_of(world, published(world, TIMES)), FORM_PAGE)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids)) == len(ids)
    for chart in charts_of(html):
        named = str(chart.get("aria-labelledby")).split()
        assert [chart.find("title").get("id"), chart.find("desc").get("id")] == named  # type: ignore[union-attr]
        assert all(str(one.text).strip() for one in (*chart.iter("title"), *chart.iter("desc")))


def test_what_was_taken_back_drawn_in_vain_or_not_drawn_is_said(world: World) -> None:
    made = published(world, TIMES, years=("2026", "2027"))
    made.draw_only("2028")
    made.take_back(FORM, "2027", "vandalism", "<b>Fel</b> i räkningen.")
    html = html_of(client_of(world, made), FORM_PAGE)
    said = words_of(html)
    assert "rättades 23 februari 2028: <b>Fel</b> i räkningen. Återtagna tal: 1." in said
    assert "<b>Fel" not in html
    assert "Talen för 2028 togs fram 23 februari 2029 men har inte publicerats." in said
    assert "2029 är inte framtagen än." in said
    assert "2030 kan räknas tidigast 15 februari 2031." in said
    taken = [one for chart in charts_of(html) for one in marks(chart, "withdrawn")]
    assert taken
    for group in taken:
        assert [*group.iter("circle"), *group.iter("rect"), *group.iter("line")] == []
        assert "återtaget" in "".join(group.itertext())


def merged() -> dict[str, Any]:
    newer = content()
    renamed, joined = organisation(newer, "preschool"), organisation(newer, "care_homes")
    renamed["name"] = {"sv": "Förskolorna", "en": "The preschools"}
    joined |= {"id": "care", "name": {"sv": "Äldreomsorg", "en": "Care"}, "was": ["care_homes", "home_care"]}
    newer["organisations"] = [one for one in newer["organisations"] if one["id"] != "home_care"]
    return newer


def test_a_renamed_and_a_merged_organisation_are_explained(world: World) -> None:
    newer = merged()
    client = client_of(world, published(world, {}, {1: content(), 2: newer}, newer_from="2028"), newer)
    said = words_of(html_of(client, ORGANISATION_PAGE))
    assert "Förskolorna hette Förskola till och med 2027." in said
    assert (
        "2027 räknades Särskilt boende och Hemtjänst var för sig. Från 2028 ingår de i Äldreomsorg. "
        "Talen går inte att jämföra rakt av." in said
    )
    english = words_of(html_of(client, ORGANISATION_PAGE.replace("/sv/", "/en/")))
    assert (
        "In 2027, Care homes and Home care were counted separately. From 2028 they are part of Care."
        in english
    )


def test_what_no_file_names_is_shown_by_its_id(world: World) -> None:
    told: Told = {(FORM, "2027"): {"harassment": 60}, (ORGANISATION, "2027"): {"preschool": 80}}
    made = published(world, told, years=("2027",))
    bare = content()
    bare["catalogue"]["tables"] = bare["catalogue"]["tables"][2:]
    made.files = {2: bare}
    client = client_of(world, made)
    for page, cell in ((FORM_PAGE, "harassment"), (ORGANISATION_PAGE, "preschool")):
        said = words_of(main_of(html_of(client, page)))
        assert cell in said
        assert "Beskrivningen som talen för 2027 bygger på finns inte här." in said


def test_a_name_in_a_signed_file_cannot_become_markup(world: World) -> None:
    nasty = content()
    nasty["taxonomy"]["form"][0]["label"] = dict.fromkeys(("sv", "en"), "<script>x</script>\"'& y")
    html = html_of(client_of(world, published(world, TIMES, {1: nasty})), FORM_PAGE)
    assert "<script>x" not in html
    assert "<script>x</script>\"'& y" in words_of(re.sub(r"<t[hd]", "<i", html))


def test_a_page_is_made_anew_when_something_is_published_or_the_day_changes(world: World) -> None:
    made = published(world, TIMES, years=("2027",))
    shown = Shown(made.statistics())
    client = client_of(world, shown)
    assert "2028 är inte framtagen än." in words_of(html_of(client, FORM_PAGE))
    made.publish_period("2028", TODAY)
    shown.statistics = made.statistics()
    assert "2028 är inte framtagen än." not in words_of(html_of(client, FORM_PAGE))
    made.take_back(FORM, "2028", "vandalism", "Fel.")
    shown.statistics = made.statistics()
    assert "återtaget" in html_of(client, FORM_PAGE)
    shown.today = TODAY.replace(year=2031)
    assert "2030 är inte framtagen än." in words_of(html_of(client, FORM_PAGE))


PAGES = ("", "/metod", f"/tabell/{FORM}", f"/tabell/{ORGANISATION}")


@IN_BOTH
def test_pages_need_no_script_no_style_attribute_and_load_their_own_style_sheet(
    world: World, language: str
) -> None:
    client = client_of(world, published(world, TIMES))
    for page in PAGES:
        answer = client.get(HOME[language] + page)
        headers.check(answer, images="data:", forms="'none'")
        html = answer.get_data(as_text=True)
        assert not re.search(r"\sstyle=|<style|<script>|\son\w+=", html)
        assert re.findall(r'<script defer src="/assets/(\w+)', html) == ["exit"]
        assert re.findall(r'<link rel="stylesheet" href="/assets/(\w+)-', html) == ["site", "statistics"]
    assert "/assets/statistics-" not in html_of(client, f"/{language}/")


def test_every_reader_gets_the_same_bytes(world: World) -> None:
    client = client_of(world, published(world, TIMES))
    who = {"Accept-Language": "fi", "User-Agent": "x", "Cookie": "a=b", "X-Forwarded-For": "192.0.2.7"}
    for page in (*PAGES, "/statistik.csv", "/statistik.json"):
        first, again = client.get(HOME["sv"] + page), client.get(HOME["sv"] + page, headers=who)
        assert (first.get_data(), list(first.headers)) == (again.get_data(), list(again.headers))


def test_only_reading_is_possible_and_what_is_not_there_is_missing(world: World) -> None:
    client = client_of(world, published(world, TIMES))
    for page in PAGES:
        assert {client.open(HOME["sv"] + page, method=one).status_code for one in ("POST", "PUT")} == {405}
    for address in ("/sv/ledning/tabell/no_such", "/sv/ledning/tabell/", "/fi/ledning/metod"):
        assert client.get(address).status_code == 404
    gap = content()
    gap["contacts"][0]["note"].pop("en")
    assert client_of(world, published(world, TIMES), gap).get("/en/ledning").status_code == 404


def test_other_languages_lead_to_the_two_that_have_figures(world: World) -> None:
    client = client_of(world, published(world, TIMES))
    html = main_of(html_of(client, "/fi/ledning"))
    assert re.findall(r'<a href="([^"]+)"', html) == ["/sv/ledning", "/en/ledning"]
    bar = re.findall(r'hreflang="([^"]+)"', html_of(client, FORM_PAGE))
    assert bar == ["en"], "no other language has this page"


def test_the_method_page_has_each_tables_share_and_what_is_not_promised(world: World) -> None:
    said = words_of(html_of(client_of(world, published(world, TIMES)), "/sv/ledning/metod"))
    rows = rows_of(html_of(client_of(world, published(world, TIMES)), "/sv/ledning/metod"))
    assert ["Vad det handlar om", "0,4", "±23"] in rows
    for promise in (
        "OpenDP",
        "diariet",
        "flera rapporter",
        "i tillsynen utanför",
        "ingen har bedömt",
        "45 dagar",
    ):
        assert promise in said


def test_the_blueprint_takes_a_door(world: World) -> None:
    """Who may see the pages is one line for whoever installs them."""
    made = published(world, TIMES)
    client = client_of(world, made)
    blueprint = client.application.blueprints[statistics_pages.NAME]
    guarded = Flask(__name__, static_folder=None)
    blueprint.before_request_funcs.setdefault(None, []).append(lambda: ("closed", 403))
    guarded.register_blueprint(blueprint)
    for page in (*PAGES, "/statistik.csv", "/statistik.json", "/statistik.schema.json"):
        assert guarded.test_client().get(HOME["sv"] + page).status_code == 403


def test_an_empty_site_needs_no_releases(world: World) -> None:
    shown = Shown(Statistics(contents={1: content()}))
    assert json.loads(client_of(world, shown).get("/sv/ledning/statistik.json").get_data())["tables"]
