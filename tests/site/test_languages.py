"""A language is offered whole or not at all, and a page says when no editor has read its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from reporting_app.cases import majority, proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.cli.main import main
from reporting_app.crypto.encoding import canonical
from reporting_app.site import pages
from reporting_app.site.content import Edition
from reporting_app.site.languages import CODES, localised
from tests.deployment import TODAY, World, human_part

PATHS = [*pages.PAGES, "finns-inte"]
AWAITING = {
    "fi": "Kielentarkistaja ei ole vielä tarkistanut tätä tekstiä.",
    "sv-simple": "Ingen redaktör har kontrollerat den här texten än.",
}
LONG = 4  # words: shorter sentences can be the same in two languages


def site_of(world: World, content: Mapping[str, Any]) -> FlaskClient:
    """The pages of a deployment file with this content."""
    file = proposals.propose_deployment(world.chain, None, content, TODAY).file
    app = Flask(__name__)
    edition = Edition.of(file, world.anchor)
    app.register_blueprint(pages.blueprint(lambda: edition))
    return app.test_client()


def without(code: str) -> dict[str, Any]:
    """The demo's content with one text missing in one language."""
    content = human_part()
    del content["contacts"][0]["note"][code]
    return content


def html_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def links(html: str) -> dict[str, tuple[str, ...]]:
    """In the language bar: address -> lang, dir, hreflang and the words."""
    (bar,) = re.findall(r'<span class="languages">.*?</span>', html, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)" lang="([^"]+)" dir="([^"]+)" hreflang="([^"]+)">([^<]+)<', bar)
    return {address: tuple(more) for address, *more in found}


@pytest.fixture(scope="module")
def paged(built: None, world: World) -> FlaskClient:
    return site_of(world, human_part())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_every_language_and_leads_to_the_others(
    paged: FlaskClient, code: str, path: str
) -> None:
    names = {"sv": "Svenska", "en": "English", "fi": "Suomi", "sv-simple": "Lätt svenska"}
    answer = paged.get(f"/{code}/{path}")
    assert answer.status_code == (404 if path == "finns-inte" else 200)
    html = answer.get_data(as_text=True)
    assert f'<html lang="{code}" dir="ltr" ' in html
    there = "" if path == "finns-inte" else path
    expected = {f"/{one}/{there}": (one, "ltr", one, name) for one, name in names.items() if one != code}
    assert links(html) == expected


@pytest.mark.parametrize("code", CODES[1:])
def test_a_language_with_a_gap_is_neither_linked_nor_served(built: None, world: World, code: str) -> None:
    client = site_of(world, without(code))
    assert client.get(f"/{code}/").status_code == 404
    assert client.get(f"/{code}").status_code == 404
    assert client.get(f"/{code}/anmal").status_code == 404
    others = [one for one in CODES if one not in (code, "sv")]
    assert list(links(html_of(client, "/sv/"))) == [f"/{one}/" for one in others]
    assert client.get(f"/{others[0]}/").status_code == 200


def test_swedish_is_served_whatever_is_missing(built: None, world: World) -> None:
    content = human_part()
    for _, said in localised(content):
        for code in CODES[1:]:
            said.pop(code)  # type: ignore[attr-defined]
    client = site_of(world, content)
    assert client.get("/sv/").status_code == 200
    assert links(html_of(client, "/sv/")) == {}


@pytest.mark.parametrize("address", ["/latt", "/latt/"])
def test_a_short_address_leads_to_easy_swedish_when_it_is_offered(
    paged: FlaskClient, world: World, address: str
) -> None:
    answer = paged.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sv-simple/")
    assert paged.get("/sv-simple").headers["Location"] == "/sv-simple/"
    assert site_of(world, without("sv-simple")).get(address).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_once_that_its_text_awaits_an_editor(paged: FlaskClient, path: str) -> None:
    for code in CODES:
        html = html_of(paged, f"/{code}/{path}")
        assert html.count('class="note unreviewed"') == (code in AWAITING), code
        assert AWAITING.get(code, "") in html


def test_the_line_goes_when_the_signed_file_says_that_an_editor_has_read(built: None, world: World) -> None:
    content = human_part()
    content["texts"]["reviewed_languages"] = ["fi"]
    client = site_of(world, content)
    assert "unreviewed" not in html_of(client, "/fi/")
    assert "unreviewed" in html_of(client, "/sv-simple/")
    said = html_of(client, "/sv/tillganglighet")
    assert "granskat texterna på de här språken: Lätt svenska." in said
    assert "språken: Svenska, English, Suomi, Lätt svenska." in said


@pytest.mark.parametrize("code", ["en", "fi"])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_falls_back_to_swedish(paged: FlaskClient, code: str, path: str) -> None:
    def swedish_in(address: str) -> list[str]:
        html = unescape(re.sub(r"<[^>]+>", "", html_of(paged, address)))
        texts = (line for _, said in localised(human_part()) for line in said["sv"].splitlines())
        plain = (line.replace("**", "").removeprefix("- ").strip() for line in texts)
        return [line for line in plain if len(line.split()) >= LONG and line in html]

    assert swedish_in(f"/{code}/{path}") == []
    assert swedish_in(f"/sv/{path}"), "Swedish pages are found by the same measure"


@pytest.mark.parametrize("code", CODES)
def test_the_receipts_words_are_marked_as_swedish_in_every_language(paged: FlaskClient, code: str) -> None:
    report, receipt = html_of(paged, f"/{code}/anmal"), html_of(paged, f"/{code}/kvitto")
    for place in ('id="words"', 'id="early-words"', 'id="back-first"', 'id="back-second"'):
        (tag,) = re.findall(rf"<[^>]*{place}[^>]*>", report)
        assert 'lang="sv" dir="ltr"' in tag
    (tag,) = re.findall(r'<textarea id="receipt"[^>]*>', receipt)
    assert 'lang="sv" dir="ltr"' in tag
    says = {"en": "Swedish words", "fi": "ruotsinkielistä sanaa"}
    assert says.get(code, "") in receipt


def test_whoever_proposes_a_file_is_told_what_a_language_lacks(world: World, tmp_path: Path) -> None:
    (tmp_path / "roster.json").write_bytes(canonical(world.roster_file.to_value()))

    def told(content: Mapping[str, Any]) -> str:
        (tmp_path / "content.json").write_bytes(canonical(content))
        options = ["--roster", str(tmp_path / "roster.json"), "--out", str(tmp_path / "out.proposal")]
        result = CliRunner().invoke(main, ["deployment", "propose", str(tmp_path / "content.json"), *options])
        assert result.exit_code == 0, result.output
        assert Proposal.from_bytes((tmp_path / "out.proposal").read_bytes()).kind == majority.DEPLOYMENT
        return result.stderr

    assert told(human_part()) == ""
    assert told(without("fi")) == "fi is not offered, 1 texts are missing: contacts.emergency.note\n"


def test_a_poster_in_a_language_with_a_gap_is_refused(built: None, world: World, tmp_path: Path) -> None:
    file = world.signed_file(proposals.propose_deployment(world.chain, None, without("fi"), TODAY)).file
    (tmp_path / "roster.json").write_bytes(canonical(world.roster_file.to_value()))
    (tmp_path / "deployment.json").write_bytes(file.to_bytes())
    out = tmp_path / "sheet.html"

    def asked(code: str) -> str:
        options = ["--keys", str(tmp_path), "--url", "https://example.se", "--language", code, "-o", str(out)]
        return CliRunner().invoke(main, ["poster", *options]).output

    assert "not complete in fi: contacts.emergency.note" in asked("fi")
    assert not out.exists()
    assert "no editor has read the text in sv-simple yet" in asked("sv-simple")
    assert '<html lang="sv-simple" dir="ltr">' in out.read_text("utf-8")
