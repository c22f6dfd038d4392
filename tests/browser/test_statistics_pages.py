"""Leadership's pages in a real browser: axe in light and dark, a phone's width, and paper."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Page

from reporting_app.demo.statistics import Town, measures
from tests.browser.walking import axe_findings, small_targets, wider_than_screen
from tests.browser_fixtures import LiveSite, running_site
from tests.deployment import INVESTIGATORS, WITNESSES, member_keys, world_of
from tests.statistics.town import FORM, ORGANISATION, QUARTERLY, TODAY, quarterly, seeded
from tests.storage_fixtures import FakeClock, fresh_database

pytestmark = pytest.mark.browser

PAGES = ("", "/metod", f"/tabell/{FORM}", f"/tabell/{ORGANISATION}", f"/tabell/{QUARTERLY}")
# Words of a chart that stick out of it.
CUT = """() => [...document.querySelectorAll('.chart[role=img] :is(.label, .number)')].filter((one) => {
  const [own, chart] = [one, one.ownerSVGElement].map((each) => each.getBoundingClientRect());
  return own.left < chart.left - 1 || own.right > chart.right + 1;
}).map((one) => one.textContent)"""

# Labels that a number of the same chart lies on.
OVERLAID = """() => [...document.querySelectorAll('.chart[role=img]')].flatMap((chart) => {
  const boxes = (of) => [...chart.querySelectorAll(of)].map((one) => [one, one.getBoundingClientRect()]);
  const meet = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top + 2 && a.top + 2 < b.bottom;
  return boxes('.label').filter(([, own]) => boxes('.number').some(([, other]) => meet(own, other)));
}).map(([one]) => one.textContent)"""


@pytest.fixture
def city(
    built: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """A site on which two witnesses have published four years."""
    content = quarterly() | {"measures": measures(TODAY)}
    world = world_of({member: member_keys(member) for member in INVESTIGATORS + WITNESSES}, content)
    town = Town(world.chain, [world.keys[name] for name in WITNESSES], {1: content}, seeded(3))
    town.publish(2026, TODAY)
    clock = FakeClock(datetime.combine(TODAY, time(12), UTC).timestamp())
    with (
        fresh_database("sqlite", request, tmp_path_factory.mktemp("city"), migrated=False) as url,
        running_site(url, world, clock, statistics_public=True) as site,
    ):
        for number, intent in enumerate(town.ledger.intents, 1):
            site.letterbox.append_intent(number, intent.document.to_bytes())
        for number, release in enumerate(town.releases.all, 1):
            site.letterbox.append_release(number, release.document.to_bytes())
        yield site


def findings(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    misplaced = [text for script in (CUT, OVERLAID) for text in page.evaluate(script)]
    return wider_than_screen(page) + small_targets(page) + misplaced + axe_findings(page)


def test_a_phone_shows_everything_in_light_and_dark_and_paper_has_every_number(
    city: LiveSite, new_context: Callable[..., BrowserContext]
) -> None:
    light, dark = (new_context(color_scheme=scheme).new_page() for scheme in ("light", "dark"))
    assert findings(light, f"{city.url}/sv/ledning") == []
    assert findings(light, f"{city.url}/sv/ledning/tabell/{FORM}") == []
    assert findings(dark, f"{city.url}/en/ledning/tabell/{QUARTERLY}") == []
    check_paper(light, f"{city.url}/sv/ledning/tabell/{FORM}")


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_page_in_every_light_and_width(
    city: LiveSite, new_context: Callable[..., BrowserContext], scheme: str, width: int, language: str
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": width, "height": 800}).new_page()
    found = {path: findings(page, f"{city.url}/{language}/ledning{path}") for path in PAGES}
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def check_paper(page: Page, address: str) -> None:
    """Save as PDF gives a tagged document with the numbers of the tables in it."""
    page.goto(address)
    numbers = page.locator("td").all_inner_texts()
    assert len(numbers) > 50
    paper = page.pdf(format="A4", tagged=True)
    assert b"/StructTreeRoot" in paper
    assert b"/Marked true" in paper
    said = unicodedata.normalize("NFKC", text_of(paper))  # without ligatures
    assert "Exempelkommunen" in said, "whose page it is"
    assert "Lämna sidan" not in said, "the frame is not printed"
    bare = partial(re.sub, r"[\s\-‐]", "")
    assert [one for one in numbers if bare(one) not in bare(said)] == []


def text_of(paper: bytes) -> str:
    """The text of a PDF as Chromium writes them: glyphs by font, each font with a map to Unicode."""
    objects = dict(re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", paper, re.DOTALL))
    fonts = {
        name: unicode_of(stream(objects[re.findall(rb"/ToUnicode (\d+) 0 R", objects[number])[0]]))
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", paper)
        if b"/ToUnicode" in objects.get(number, b"")
    }
    said = ""
    for body in objects.values():
        if b"/Length" in body and (drawn := stream(body)) and b" Tf" in drawn:
            said += "".join(spoken(drawn, fonts))
    return said


def stream(body: bytes) -> bytes:
    head, _, data = body.partition(b"stream\n")
    if b"/FlateDecode" not in head:
        return b""
    return zlib.decompressobj().decompress(data)


def unicode_of(table: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for first, last, start in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", table):
        for step in range(int(last, 16) - int(first, 16) + 1):
            found[int(first, 16) + step] = chr(int(start, 16) + step)
    ranges = re.sub(rb"beginbfrange.*?endbfrange", b"", table, flags=re.DOTALL)
    for glyph, letters in re.findall(rb"<(\w{4})> <(\w+)>", ranges):
        found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def spoken(drawn: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    letters: dict[int, str] = {}
    for font, glyphs in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>", drawn):
        letters = fonts.get(font, {}) if font else letters
        for start in range(0, len(glyphs), 4):
            yield letters.get(int(glyphs[start : start + 4], 16), "?")
