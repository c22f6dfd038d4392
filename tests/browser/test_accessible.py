"""Every state of every page: axe-core, keyboard, reflow, size of what one taps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.crypto import receipt
from tests.browser.keyboard import tab_to
from tests.browser.walking import (
    SLOW,
    Walker,
    axe_findings,
    open_everything,
    small_targets,
    wider_than_screen,
)
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = pytest.mark.browser


def states(person: Walker, site: LiveSite) -> Iterator[str]:
    """Walks through every state and stops in each."""
    page = person.page
    for name in ("", "ledning", "tillganglighet", "personuppgifter", "finns-inte"):
        page.goto(person.url + name)
        yield f"/{name}"
    person.start_writing("")
    yield "editing"
    person.button(person.say.send).click()
    yield "nothing written"
    person.box(person.say.narrative).fill("Någon ringer och är tyst.")
    page.route("**/v1/letters", lambda route: route.abort())
    person.button(person.say.send).click()
    person.sees("sending")
    yield "sending"
    person.sees("failed")
    yield "failed"
    page.unroute("**/v1/letters")
    person.button(person.say.again).click()
    person.sees("sent")
    words = person.words()
    person.button(person.say.done).click()
    yield "sent"
    person.type_back(words)
    yield "done"
    person.come_back(["qqqq", *words[1:]])
    yield "wrong word"
    person.come_back(receipt.to_words(receipt.generate()).split())
    person.sees("notfound")
    yield "notfound"
    person.come_back(words)
    person.sees("found")
    yield "stored"
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack. Vi läser " + "noga och länge " * 30)
    investigator.close("support", "Vi har ordnat stöd.")
    person.come_back(words)
    person.sees("found")
    yield "closed"


@pytest.mark.parametrize(
    ("scheme", "language", "width", "height"),
    [
        pytest.param("light", "sv", 320, 256, id="light, 1280 px at 400 %"),
        pytest.param("dark", "en", 1280, 800, id="dark", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing_nothing_scrolls_sideways_and_everything_can_be_tapped(
    live_site: LiveSite,
    new_context: Callable[..., BrowserContext],
    scheme: str,
    language: str,
    width: int,
    height: int,
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": width, "height": height}).new_page()
    found: dict[str, list[str]] = {}
    for state in states(Walker(page, live_site, language), live_site):
        open_everything(page)
        found[state] = axe_findings(page) + wider_than_screen(page) + small_targets(page)
    assert {"/", "editing", "sending", "failed", "sent", "notfound", "stored", "closed"} <= set(found)
    assert {state: findings for state, findings in found.items() if findings} == {}


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_width_scrolls_sideways(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 640}).new_page()
    found: dict[str, list[str]] = {}
    for state in states(Walker(page, live_site), live_site):
        open_everything(page)
        found[state] = wider_than_screen(page) + small_targets(page)
    assert {state: findings for state, findings in found.items() if findings} == {}


def test_a_report_and_its_answer_by_keyboard_alone(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    page.goto(person.url)
    tab_to(page, "Berätta")
    page.keyboard.press("Enter")
    expect(person.button("Skicka")).to_be_enabled(timeout=SLOW)
    tab_to(page, "narrative")
    page.keyboard.type("Skrivet utan mus.")
    tab_to(page, "Svara på några frågor om du vill")
    page.keyboard.press("Enter")
    tab_to(page, "Vem gäller det?")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="En kollega")).to_be_checked()
    tab_to(page, "send")
    page.keyboard.press("Enter")
    person.sees("sent")
    words = person.words()
    for _ in range(2):
        tab_to(page, "back-")
        label = page.evaluate("() => document.activeElement.labels[0].textContent")
        page.keyboard.type(words[int(label.split()[-1]) - 1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    (_, reading) = Investigator(live_site).read()[0]
    assert reading.events[-1].body["answers"] == {"for_whom": ["colleague"]}
