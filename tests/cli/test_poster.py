"""The sheet in the staff room: leads to the right address, fits one page, tells nothing of who put it up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner, Result
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.cases import proposals
from reporting_app.cli.main import main
from reporting_app.cli.poster import LONGEST_ADDRESS
from reporting_app.crypto.encoding import canonical
from reporting_app.crypto.members import spoken
from reporting_app.crypto.roster import RosterChain
from tests.browser.walking import axe_findings
from tests.deployment import FOUNDED, World

ADDRESS = "https://kontaktpunkten.exempelkommunen.se"
LONGEST = f"https://{'a' * 60}.{'b' * (LONGEST_ADDRESS - 73)}.se/"
LANGUAGES = ("sv", "en", "both")
SAYS = {
    "sv": ["Kontaktpunkten", "Ring 112", "privata telefon med mobildata", "3 utredare", "2 i tillsynen"],
    "en": ["Contact Point", "Call 112", "private phone on mobile data", "3 investigators", "2 in oversight"],
}


@pytest.fixture
def directory(built: None, world: World, tmp_path: Path) -> Path:
    keys = tmp_path / "hemlig-avdelning"
    keys.mkdir()
    (keys / "roster.json").write_bytes(canonical(world.roster_file.to_value()))
    (keys / "deployment.json").write_bytes(world.file.to_bytes())
    return keys


def ask(directory: Path, address: str, language: str = "both") -> Result:
    out = str(directory.parent / "sheet.html")
    options = ["--keys", str(directory), "--url", address, "--language", language, "-o", out]
    return CliRunner().invoke(main, ["poster", *options])


def sheet(directory: Path, address: str = ADDRESS, language: str = "both") -> str:
    result = ask(directory, address, language)
    assert result.exit_code == 0, result.output
    return (directory.parent / "sheet.html").read_text("utf-8")


def text_of(html: str) -> str:
    """What a person reads."""
    body = re.sub(r"<(style|svg|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def modules(html: str) -> list[list[int]]:
    """The drawn code as rows of 0 and 1, from the strokes of its SVG path."""
    (box,) = re.findall(r'viewBox="0 0 (\d+) \d+"', html)
    (path,) = re.findall(r'<path[^>]* d="([^"]+)"', html)
    rows = [[0] * int(box) for _ in range(int(box))]
    x = y = 0.0
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if step == "h":
            for column in range(round(x), round(x + values[0])):
                rows[int(y)][column] = 1
            x += values[0]
        else:
            x, y = values if step == "M" else (x + values[0], y + values[1])
    return rows


def with_margin(address: str) -> list[list[int]]:
    return [list(row) for row in segno.make_qr(address, error="m").matrix_iter(border=4)]


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/", f"{ADDRESS}:8443/sv/", LONGEST])
def test_the_code_leads_to_exactly_the_address_that_is_printed(directory: Path, address: str) -> None:
    html = sheet(directory, address)
    assert f">{address}</p>" in html
    assert modules(html) == with_margin(address)
    assert modules(html) != with_margin(ADDRESS + "/en/"), "another address would be noticed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_one_must_know_in_the_languages_asked_for(
    directory: Path, world: World, language: str
) -> None:
    html = sheet(directory, language=language)
    for one, sentences in SAYS.items():
        for sentence in sentences:
            assert (sentence in text_of(html)) == (language in (one, "both")), sentence
    assert f'<html lang="{"en" if language == "en" else "sv"}" dir="ltr">' in html
    assert spoken(world.anchor) in text_of(html)


def test_a_member_who_has_left_is_no_longer_counted(directory: Path, world: World) -> None:
    chain = RosterChain.load([world.roster], world.anchor)
    day = FOUNDED + timedelta(days=1)
    document = world.signed(proposals.propose_roster(chain, chain.deployment, [], ["utredare-2"], day))
    value = world.roster_file.to_value()
    (directory / "roster.json").write_bytes(
        canonical({**value, "chain": [*value["chain"], document.to_value()]})
    )
    assert "2 utredare" in text_of(sheet(directory))


def test_it_names_no_reader_and_nobody_who_made_it(directory: Path, world: World) -> None:
    html = sheet(directory)
    names = [member.name for member in world.chain.newest.members.values()]
    for told in [
        *names,
        *world.keys,
        "hemlig",
        str(directory.parent),
        "segno",
        "generator",
        "Exempelkommunen",
    ]:
        assert told not in html, told
    assert not re.search(r"\d{4}-\d\d-\d\d", html), "no day"
    assert sheet(directory) == html


def test_it_asks_the_network_for_nothing(directory: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sheet(directory)
    page.goto((directory.parent / "sheet.html").as_uri())
    assert asked == [(directory.parent / "sheet.html").as_uri()]


def pages_printed(page: Page, html: str) -> int:
    page.set_content(html)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_on_one_page(directory: Path, page: Page, language: str) -> None:
    assert pages_printed(page, sheet(directory, LONGEST, language)) == 1
    assert pages_printed(page, sheet(directory, language=language)) == 1
    assert pages_printed(page, sheet(directory).replace("</main>", "<br>" * 60 + "</main>")) > 1


@pytest.mark.parametrize("width", [320, 1280])
def test_it_can_be_read_on_a_screen_too(
    directory: Path, new_context: Callable[..., BrowserContext], width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    for language in LANGUAGES:
        page.set_content(sheet(directory, LONGEST, language))
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.goto("about:blank")
    for language in LANGUAGES:
        html = sheet(directory, language=language)
        page.set_content(re.sub(r"<meta http-equiv[^>]+>", "", html))
        assert axe_findings(page) == []
        expect(page.get_by_role("img", name=ADDRESS)).to_be_visible()


def refused() -> Iterator[tuple[str, str]]:
    yield from ((address, "https") for address in ["http://a.se", "kontakt.se", "ftp://a.se", "javascript:1"])
    yield from (
        (address, "host") for address in ["https://", "https://malmö.se", "https://a b.se", "https:///sv/"]
    )
    for more in ["/?rum=3", "/#rum", "/sv/anmal", "/rum-3/", "?", "#"]:
        yield f"https://a.se{more}", "which poster"
    yield "https://a:b@a.se/", "which poster"
    yield "https://a.se:99999/", "not an address"
    yield "https://[::1", "not an address"
    yield LONGEST.replace(".se", "x.se"), "too long"


@pytest.mark.parametrize(("address", "because"), [*refused()])
def test_an_address_that_would_harm_is_refused(directory: Path, address: str, because: str) -> None:
    result = ask(directory, address)
    assert result.exit_code == 1
    assert because in result.output
    assert not (directory.parent / "sheet.html").exists()


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1/", "http://[::1]:8000/en/"])
def test_ones_own_computer_needs_no_https(directory: Path, address: str) -> None:
    assert address in sheet(directory, address)


def test_documents_that_the_majority_did_not_sign_give_no_sheet(directory: Path, world: World) -> None:
    honest = world.file.to_bytes()
    other_texts = honest.replace(b"Kontaktpunkten", b"Kontaktpunktar", 1)
    other_rules = honest.replace(b'"min_recipients":3', b'"min_recipients":1', 1)
    for altered, reason in ((other_texts, "content"), (other_rules, "roster-majority")):
        assert altered != honest
        (directory / "deployment.json").write_bytes(altered)
        result = ask(directory, ADDRESS)
        assert result.exit_code == 1
        assert f"[{reason}]" in result.output
