"""Accessibility statement and privacy information: complete, of the deployment's facts, true of the code."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporting_app.cases import proposals
from reporting_app.crypto import deployment
from reporting_app.crypto.members import spoken
from reporting_app.site import pages
from reporting_app.site.content import Edition
from reporting_app.storage import letterbox, move, tables
from tests.deployment import TODAY, World, human_part

BOTH = pytest.mark.parametrize("language", ["sv", "en"])
STATEMENTS = ("tillganglighet", "personuppgifter")
TEXTS = {
    "tillganglighet": ("accessibility_assessed", "accessibility_report"),
    "personuppgifter": ("privacy_controller", "privacy_legal", "privacy_recipients", "privacy_retention"),
}
MISSING = {"sv": "Uppgiften saknas. Fråga", "en": "This information is missing. Ask"}
# What the law (2018:1937) and Digg's rules, and article 13 of the GDPR, ask to be there.
DEMANDED = {
    ("tillganglighet", "sv"): "2018:1937, delvis uppfyller, WCAG 2.1, EN 301 549, Vad som brister, testats, "
    "axe-core, tangentbord, 400 procents, Ingen utomstående, inte provats av personer, "
    "Bedömningen gjordes, Berätta om brister, Digg, www.digg.se/tdosanmalan",
    ("tillganglighet", "en"): "2018:1937, partly meet, WCAG 2.1, EN 301 549, Where they fall short, tested, "
    "axe-core, keyboard, 400 percent, Nobody from outside, not been tried by people with disabilities, "
    "assessment was made, Tell us about shortcomings, Digg, www.digg.se/tdosanmalan",
    (
        "personuppgifter",
        "sv",
    ): "personuppgiftsansvarig, Dataskyddsombud, artikel 6.1, 2009:400, standardtext, "
    "Vad som lagras, raderas inte, Vilka som kan läsa, utanför EU, begära, invända, IMY, www.imy.se",
    (
        "personuppgifter",
        "en",
    ): "data controller, Data protection officer, Article 6, 2009:400, standard text, "
    "What is stored, not deleted, Who can read, outside the EU, ask to know, object, IMY, www.imy.se",
}


def read(client: FlaskClient, path: str) -> str:
    """What a person reads in the main part of a page."""
    answer = client.get(path)
    assert answer.status_code == 200
    (main,) = re.findall(r"<main.*?</main>", answer.get_data(as_text=True), re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


def plain(markdown: str) -> list[str]:
    """The lines of a deployment text, as they are read."""
    lines = markdown.replace("**", "").splitlines()
    return [line.removeprefix("- ") for line in lines if line]


def site_of(world: World, content: Mapping[str, Any]) -> FlaskClient:
    """The pages of a deployment file with this content, which the majority signed."""
    file = world.signed_file(proposals.propose_deployment(world.chain, None, dict(content), TODAY)).file
    deployment.verify(file.document, world.chain)
    app = Flask(__name__)
    edition = Edition.of(file, world.anchor)
    app.register_blueprint(pages.blueprint(lambda: edition))
    return app.test_client()


@pytest.fixture(scope="module")
def paged(built: None, world: World) -> FlaskClient:
    return site_of(world, human_part())


@pytest.mark.parametrize("path", ["", "anmal", "kvitto", "ledning", *STATEMENTS, "finns-inte"])
@BOTH
def test_every_page_leads_to_both_statements_under_a_neutral_title(
    paged: FlaskClient, path: str, language: str
) -> None:
    html = paged.get(f"/{language}/{path}").get_data(as_text=True)
    (footer,) = re.findall(r"<footer.*?</footer>", html, re.DOTALL)
    for statement in STATEMENTS:
        assert f'href="/{language}/{statement}"' in footer
    name = {"sv": "Kontaktpunkten", "en": "Contact Point"}[language]
    assert f"<title>{name}</title>" in html


@pytest.mark.parametrize(("path", "language"), DEMANDED)
def test_a_statement_has_what_the_law_demands(paged: FlaskClient, path: str, language: str) -> None:
    said = read(paged, f"/{language}/{path}")
    assert [words for words in DEMANDED[path, language].split(", ") if words not in said] == []


@pytest.mark.parametrize("path", STATEMENTS)
@BOTH
def test_the_organisations_own_words_come_from_the_signed_file(
    paged: FlaskClient, world: World, path: str, language: str
) -> None:
    said = read(paged, f"/{language}/{path}")
    body = human_part()
    for key in TEXTS[path]:
        for line in plain(body["texts"][key][language]):
            assert line in said
    assert body["owner"]["name"][language] in said
    assert MISSING[language] not in said


@BOTH
def test_the_privacy_page_names_who_guards_the_data_and_the_signed_version(
    paged: FlaskClient, world: World, language: str
) -> None:
    said = read(paged, f"/{language}/personuppgifter")
    assert "08-465 004 50" in said
    assert f"version 1, {TODAY}" in said
    assert spoken(world.anchor) in said, "the code of panels and of the poster"


@BOTH
def test_another_organisations_facts_are_shown_without_a_change_of_code(
    built: None, world: World, language: str
) -> None:
    content = json.loads(json.dumps(human_part()).replace("Exempelkommunen", "Annorlunda stad"))
    content["parameters"]["intake_days"] = 17
    content["texts"]["privacy_legal"] = {"sv": "Vår egen grund.", "en": "A ground of our own."}
    client = site_of(world, content)
    said = read(client, f"/{language}/personuppgifter")
    assert "Annorlunda stad" in said
    assert f"17 {'dagar' if language == 'sv' else 'days'}" in said
    assert {"sv": "Vår egen grund.", "en": "A ground of our own."}[language] in said
    assert "2009:400" not in said


@BOTH
def test_a_file_without_these_texts_is_still_served_and_what_is_missing_is_said(
    built: None, world: World, language: str
) -> None:
    content = human_part()
    for key in list(content["texts"]):
        if key.startswith(("privacy_", "accessibility_")):
            del content["texts"][key]
    content["contacts"] = [one for one in content["contacts"] if one["id"] != "data_protection_officer"]
    client = site_of(world, content)
    # The law and the code have their say all the same; the controller stands in `owner`.
    assert read(client, f"/{language}/tillganglighet").count(MISSING[language]) == 2
    assert read(client, f"/{language}/personuppgifter").count(MISSING[language]) == 4


def test_nothing_is_said_to_be_deleted_that_the_site_keeps(paged: FlaskClient, world: World) -> None:
    """When deletion orders are built, this fails: the page has to be written anew."""
    source = "".join(inspect.getsource(module) for module in (letterbox, move, tables))
    deleted = set(re.findall(r"delete\((\w+)\)", source))
    assert deleted == {"intake_cells", "arrived"}, "confirmations go, arrivals move, nothing else"
    said = read(paged, "/sv/personuppgifter")
    assert "raderas inte från servern i dag" in said
    days = deployment.verify(world.deployment, world.chain).parameters.intake_days
    assert f"tas bort efter {days} dagar" in said


def test_statements_are_pages_without_a_script_of_their_own(paged: FlaskClient) -> None:
    for path in STATEMENTS:
        html = paged.get(f"/sv/{path}").get_data(as_text=True)
        assert len(re.findall(r"<script", html)) == 1, "the quick exit, and nothing else"
        assert not re.search(r"<(form|input|textarea|iframe|img)\b", html)


def test_what_is_signed_is_text_and_never_markup(built: None, world: World) -> None:
    content = human_part()
    content["texts"]["privacy_legal"] = {"sv": "<script>alert(1)</script>[x](javascript:alert(1))", "en": "x"}
    content["owner"]["name"] = {"sv": "<img src=x>", "en": "x"}
    html = site_of(world, content).get("/sv/personuppgifter").get_data(as_text=True)
    assert "alert(1)" in html, "the words themselves are shown"
    assert "<script>" not in html
    assert "<img" not in html
    assert "javascript:" not in html
