"""How people set their screens: forced colours, more contrast, less motion, larger text, paper.

And what a page that is still loading must not do: move what a finger is on its way to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.walking import AXE, SLOW, Walker, open_everything, wider_than_screen
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = pytest.mark.browser
TELLING = "Jag är den enda kuratorn. Han väntade på Storgatan 12."
# Text of less than 7:1; axe measures, the rule of its AAA level decides.
PALE_TEXT = """async () => {
  const rule = 'color-contrast-enhanced';
  const found = await axe.run(document, { runOnly: [rule], rules: { [rule]: { enabled: true } } });
  const nodes = found.violations.flatMap((one) => one.nodes);
  return nodes.map((one) => one.failureSummary + one.html.slice(0, 90));
}"""
# Controls without an edge, and boxes that only their background told apart.
EDGELESS = """() => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const controls = '.button, textarea, input[type=text], .way';
  const all = `${controls}, .danger, .notice, .before, .side, .slip, .now, .person`;
  return [...document.querySelectorAll(all)].filter((one) => one.checkVisibility()).filter((one) => {
    if (one.matches(':empty')) return false;
    const style = getComputedStyle(one);
    return ['Top', 'Right', 'Bottom', 'Left'].some((side) =>
      parseFloat(style[`border${side}Width`]) < 1 || style[`border${side}Style`] === 'none'
      || style[`border${side}Color`] === paper);
  }).map((one) => one.outerHTML.slice(0, 90));
}"""
# What has the focus, and whether a ring is seen around it (a way's ring stands around the whole box).
RING = """() => {
  const one = document.activeElement;
  const part = one.matches('.way a') ? '::after' : null;
  const style = getComputedStyle(one, part);
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    && style.outlineColor !== getComputedStyle(document.body).backgroundColor;
  return [one.id || one.textContent.trim().slice(0, 40), seen];
}"""
DOTS = """() => [...document.querySelectorAll('.timeline li')].map((one) =>
  [one.classList.contains('is-done'), getComputedStyle(one, '::before').backgroundColor])"""
MOVING = """() => {
  const moves = (style) => style.scrollBehavior === 'smooth'
    || `${style.transitionDuration},${style.animationDuration}`.split(',').some((one) => parseFloat(one) > 0);
  return [...document.querySelectorAll('*')]
    .filter((one) => [null, '::before', '::after'].some((part) => moves(getComputedStyle(one, part))))
    .map((one) => one.outerHTML.slice(0, 90));
}"""
BIG_TEXT = "size => { document.documentElement.style.fontSize = size; }"
BROKEN_WORDS = """() => [...document.querySelectorAll('#words li')].filter((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((box) => box.top)).size > 1;
}).map((one) => one.textContent)"""
# What stands below the list of readers gives way to it: how long it is, the roster says.
WATCH_SHIFTS = """
window.shifts = [];
const gaveWay = (node) => document.querySelector('.readers').compareDocumentPosition(node) & 4;
new PerformanceObserver((list) => {
  for (const { node, previousRect, currentRect } of list.getEntries().flatMap((one) => one.sources)) {
    if (node && document.querySelector('.page-report') && gaveWay(node)) continue;
    window.shifts.push(`${node && (node.id || node.className)} ${previousRect.y} -> ${currentRect.y}`);
  }
}).observe({ type: 'layout-shift', buffered: true });
"""


def stops(person: Walker, site: LiveSite) -> Iterator[str]:
    """The pages that have most on them."""
    page = person.page
    page.goto(person.url)
    yield "start"
    person.start_writing("")
    person.button(person.say.send).click()
    open_everything(page)
    yield "error"
    person.box(person.say.narrative).fill(TELLING)
    expect(page.locator("#narrative-hints li")).to_have_count(2)
    yield "hints"
    person.button(person.say.send).click()
    person.sees("sent")
    words = person.words()
    yield "receipt"
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack. Händer det ofta?")
    person.come_back(words)
    person.sees("found")
    open_everything(page)
    yield "thread"


def rings(page: Page) -> Iterator[tuple[str, bool]]:
    """Every control from the top, and whether its focus is seen."""
    page.evaluate("() => { document.activeElement.blur(); getSelection().empty(); scrollTo(0, 0); }")
    seen: set[str] = set()
    while len(seen) < 200:
        page.keyboard.press("Tab")
        name, is_seen = page.evaluate(RING)
        if name in seen:
            return
        seen.add(name)
        yield name, is_seen


def wrong_with(page: Page, state: str) -> list[Any]:
    """What is wrong in any of the modes, each named."""
    found: list[Any] = []
    for scheme in ("light", "dark"):
        page.emulate_media(contrast="more", color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(AXE)
        found += [("more contrast", scheme, one) for one in page.evaluate(PALE_TEXT)]
    page.emulate_media(contrast="no-preference", color_scheme="light", forced_colors="active")
    found += [("forced colours", one) for one in page.evaluate(EDGELESS)]
    if state in ("start", "receipt"):
        found += [("no ring", name) for name, is_seen in rings(page) if not is_seen]
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    found += [("moves", one) for one in page.evaluate(MOVING)]
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(BIG_TEXT, "32px")
    found += [("200 % text", one) for one in [*wider_than_screen(page), *page.evaluate(BROKEN_WORDS)]]
    page.evaluate(BIG_TEXT, "")
    return found


def test_every_way_of_setting_a_screen_works_where_a_person_begins(live_site: LiveSite, page: Page) -> None:
    for state in stops(Walker(page, live_site), live_site):
        assert wrong_with(page, state) == [], state
        if state == "error":
            return


@pytest.mark.long
def test_every_way_of_setting_a_screen_works_on_every_page(live_site: LiveSite, page: Page) -> None:
    found = {state: wrong_with(page, state) for state in stops(Walker(page, live_site), live_site)}
    assert set(found) == {"start", "error", "hints", "receipt", "thread"}
    assert {state: findings for state, findings in found.items() if findings} == {}
    page.emulate_media(forced_colors="active")
    dots = page.evaluate(DOTS)
    assert {colour for is_done, colour in dots if is_done}.isdisjoint(
        colour for is_done, colour in dots if not is_done
    ), "forced colours keep steps that are done apart from those that are not"
    assert len(dots) > 2


@pytest.mark.long
def test_a_dark_screen_prints_dark_words_on_white(live_site: LiveSite, page: Page) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(f"{live_site.url}/sv/")
    page.evaluate(AXE)
    pale = "() => axe.run(document, { runOnly: ['color-contrast'] }).then((found) => found.violations)"
    assert page.evaluate(pale) == []
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    first = page.locator(".way-first")
    assert first.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("anmal", (360, 740)),
        ("kvitto", (1280, 800)),
        pytest.param("kvitto", (360, 740), marks=pytest.mark.long),
        pytest.param("anmal", (1280, 800), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_nothing_moves_when_the_page_becomes_ready(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], path: str, size: tuple[int, int]
) -> None:
    page = new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.add_init_script(WATCH_SHIFTS)
    held: list[Route] = []
    page.route("**/v1/roster", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks its handlers
    page.goto(f"{live_site.url}/sv/{path}")
    if size[0] == 360:
        page.locator("textarea").first.evaluate("one => one.scrollIntoView()")
    notice = page.locator("#not-ready")
    expect(notice).to_be_in_viewport(ratio=1)
    page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    held[0].continue_()
    expect(notice).to_be_hidden(timeout=SLOW)
    page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    assert page.evaluate("() => window.shifts") == []


def test_a_notice_that_stays_hides_nothing(live_site: LiveSite, page: Page) -> None:
    page.route("**/v1/roster", lambda route: route.abort())
    page.goto(f"{live_site.url}/sv/kvitto")
    notice = page.locator("#not-ready")
    last = page.locator(".foot p").last
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    below, above = last.bounding_box(), notice.bounding_box()
    assert below is not None
    assert above is not None
    assert below["y"] + below["height"] <= above["y"]
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(
            """() => document.activeElement === document.body
              || document.activeElement.getBoundingClientRect().bottom
                <= document.getElementById('not-ready').getBoundingClientRect().top + 1"""
        ), page.evaluate("() => document.activeElement.outerHTML")


@pytest.mark.long
def test_without_a_style_sheet_the_notice_stands_above_the_form(live_site: LiveSite, page: Page) -> None:
    page.route("**/*.css", lambda route: route.abort())
    page.goto(f"{live_site.url}/sv/anmal")
    notice, field = page.locator("#not-ready").bounding_box(), page.locator("#narrative").bounding_box()
    assert notice is not None
    assert field is not None
    assert notice["y"] + notice["height"] < field["y"]
