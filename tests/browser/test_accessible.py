"""Every state of every page: axe-core, keyboard, reflow, size of what one taps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.crypto import receipt
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

FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const outlined = one.closest('.way') === null ? style : getComputedStyle(one, '::after');
  const bar = document.querySelector('.bar').getBoundingClientRect();
  const sticks = getComputedStyle(document.querySelector('.bar')).position === 'sticky';
  const inBar = !sticks || one.closest('.bar, .skip') !== null;
  return {
    name: (one.getAttribute('aria-label') ?? one.innerText ?? '').trim(), id: one.id, tag: one.tagName,
    visible: outlined.outlineStyle !== 'none' && parseFloat(outlined.outlineWidth) >= 2,
    clear: inBar || (box.bottom > bar.bottom && box.top < innerHeight),
  };
}"""


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
    investigator.status("closed", "support", "Vi har ordnat stöd.")
    person.come_back(words)
    person.sees("found")
    yield "closed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    language = {"light": "sv", "dark": "en"}[scheme]
    found: dict[str, list[str]] = {}
    for state in states(Walker(page, live_site, language), live_site):
        open_everything(page)
        found[state] = axe_findings(page)
    assert len(found) > 12
    assert {state: findings for state, findings in found.items() if findings} == {}


@pytest.mark.parametrize(
    "width", [320, *(pytest.param(width, marks=pytest.mark.long) for width in (360, 768))]
)
def test_nothing_scrolls_sideways_and_everything_can_be_tapped(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 640}).new_page()
    found: dict[str, list[str]] = {}
    for state in states(Walker(page, live_site), live_site):
        open_everything(page)
        found[state] = wider_than_screen(page) + small_targets(page)
    assert {state: findings for state, findings in found.items() if findings} == {}


def test_large_text_reflows(live_site: LiveSite, new_context: Callable[..., BrowserContext]) -> None:
    """1280 px at 400 % is a screen of 320 × 256."""
    page = new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4).new_page()
    for path in ("", "anmal", "kvitto", "ledning", "tillganglighet", "personuppgifter"):
        page.goto(f"{live_site.url}/sv/{path}")
        open_everything(page)
        assert wider_than_screen(page) == []


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


def tab_to(page: Page, wanted: str) -> None:
    """Tab until the focus is on what has this name or id; on the way, focus is always to be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] == "BODY":
            continue
        assert focus["visible"], f"no focus ring on {focus}"
        assert focus["clear"], f"focus hidden: {focus}"
        if focus["id"].startswith(wanted) or focus["name"].startswith(wanted):
            return
    raise AssertionError(f"never reached {wanted}")
