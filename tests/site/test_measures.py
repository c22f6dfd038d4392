"""Measures stand at their day where they were taken; a list of them that nobody can read breaks nothing."""

from __future__ import annotations

from typing import Any

import pytest

from reporting_app.cases import proposals
from reporting_app.cases.history import MOST_TEXT
from reporting_app.crypto import deployment
from reporting_app.crypto.errors import Refused
from tests.deployment import World
from tests.site.statistics_site import charts_of, client_of, html_of, words_of
from tests.statistics.town import FORM, ORGANISATION, TODAY, Told, content, published

pytestmark = pytest.mark.usefixtures("built")

FORM_PAGE, ORGANISATION_PAGE = f"/sv/ledning/tabell/{FORM}", f"/sv/ledning/tabell/{ORGANISATION}"
TIMES: Told = {(FORM, "2027"): {"harassment": 60}, (FORM, "2028"): {"harassment": 65}}
MEASURES = [
    {"day": "2028-03-01", "organisation": "", "text": {"sv": "Skalskydd.", "en": "Doors."}},
    {"day": "2027-03-01", "organisation": "preschool", "text": {"sv": "Larm."}},
]


def numbers_on(html: str) -> dict[str, list[str]]:
    """By chart name, the numbers of the measures drawn in it."""
    return {
        str(chart.find("title").text): [  # type: ignore[union-attr]
            str(one.text) for one in chart.iter("text") if one.get("class") == "measure-number"
        ]
        for chart in charts_of(html)
    }


def test_a_measure_stands_at_its_day_and_that_of_one_organisation_in_its_own_chart(world: World) -> None:
    dated = content(measures=MEASURES)
    client = client_of(world, published(world, TIMES, {1: dated}), dated)
    assert numbers_on(html_of(client, FORM_PAGE))["Trakasserier över tid"] == ["2"]
    drawn = numbers_on(html_of(client, ORGANISATION_PAGE))
    assert drawn["Förskola över tid"] == ["1", "2"]
    assert drawn["Grundskola över tid"] == ["2"]
    said = words_of(html_of(client, FORM_PAGE))
    assert "1 mars 2027: Larm. (Förskola)" in said
    assert '<span lang="sv">Larm.</span>' in html_of(client, FORM_PAGE.replace("/sv/", "/en/"))


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        [{}],
        [{**MEASURES[0], "day": "2028-3-1"}],
        [{**MEASURES[0], "organisation": "no_such"}],
        [{**MEASURES[0], "text": {"en": "Doors."}}],
        [{**MEASURES[0], "text": {"sv": "x" * (MOST_TEXT + 1)}}],
        [MEASURES[0]] * 101,
    ],
    ids=lambda one: str(one)[:40],
)
def test_measures_that_nobody_can_read_are_refused_and_never_break_a_page(world: World, wrong: Any) -> None:
    with pytest.raises(Refused, match="measures:") as refused:
        propose_with(world, measures=wrong)
    assert refused.value.reason == "schema"
    html = html_of(client_of(world, published(world, TIMES, {1: content(measures=wrong)})), FORM_PAGE)
    assert numbers_on(html)["Trakasserier över tid"] == []


def propose_with(world: World, **changed: Any) -> None:
    current = deployment.verify(world.deployment, world.chain)
    proposals.propose_deployment(world.chain, current, content(**changed), TODAY)


def test_a_measure_in_two_languages_costs_reporters_no_language(world: World) -> None:
    dated = content(measures=MEASURES)
    client = client_of(world, published(world, TIMES, {1: dated}), dated)
    assert client.get("/fi/").status_code == 200
