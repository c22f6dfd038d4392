"""Every language in a real browser; one from right to left needs no more than its translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from playwright.sync_api import BrowserContext, Page

from reporting_app.site.languages import CODES, LANGUAGES, Language, localised
from tests.browser import walking
from tests.browser.walking import (
    Walker,
    Words,
    axe_findings,
    open_everything,
    small_targets,
    wider_than_screen,
)
from tests.browser_fixtures import Investigator, LiveSite, running_site
from tests.deployment import INVESTIGATORS, WITNESSES, human_part, member_keys, world_of
from tests.site.sentences import sentences
from tests.storage_fixtures import fresh_database

pytestmark = pytest.mark.browser
PAGES = ("", "anmal", "kvitto", "ledning", "tillganglighet", "personuppgifter", "finns-inte")
WIDTHS = (320, 360, 1280)
LETTERS = "אבגדהוזחטיכלמנסעפצקרשת"
KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\})")

# Where an arrow points: its tip after the turn it has been given, 1 to the right and -1 to the left.
ARROW = """([selector, part, x, y]) => {
  const turn = new DOMMatrix(getComputedStyle(document.querySelector(selector), part).transform);
  return Math.sign(Math.round(turn.a * x + turn.c * y));
}"""
MIDDLE = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return (box.left + box.right) / 2 / document.documentElement.clientWidth;
}"""
MARK = """() => {
  const one = document.querySelector('.timeline li');
  return parseFloat(getComputedStyle(one, '::before').left) / one.getBoundingClientRect().width;
}"""
DIRECTIONS = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const style = getComputedStyle(one);
  return style.unicodeBidi === 'normal' ? `${style.direction}, not isolated` : style.direction;
})"""


def pseudo(text: str) -> str:
    """Swedish in letters that run from right to left. What is filled in, figures and marks stay."""
    parts = KEPT.split(text)
    return "".join(part if KEPT.fullmatch(part) else "".join(map(_letter, part)) for part in parts)


def _letter(sign: str) -> str:
    return LETTERS[ord(sign.lower()) % len(LETTERS)] if sign.isalpha() else sign


@pytest.fixture
def right_to_left(
    built: None, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveSite]:
    """A site that also has a language which is only in this test."""
    hebrew = Language("he", pseudo("Svenska"), "rtl", catalogues=tmp_path)
    catalogue = Catalog()
    for sentence in sentences():
        catalogue.add(sentence, pseudo(sentence))
    hebrew.catalogue.parent.mkdir(parents=True)
    with hebrew.catalogue.open("wb") as compiled:
        write_mo(compiled, catalogue)
    content = human_part()
    for _, said in localised(content):
        said["he"] = pseudo(said["sv"])  # type: ignore[index]
    world = world_of({member: member_keys(member) for member in INVESTIGATORS + WITNESSES}, content)
    monkeypatch.setitem(walking.LABELS, "he", Words(*map(pseudo, astuple(walking.LABELS["sv"]))))
    with (
        fresh_database("sqlite", request, tmp_path, migrated=False) as url,
        running_site(url, world, spoken=(*LANGUAGES, hebrew)) as site,
    ):
        yield site


def test_nothing_scrolls_sideways_from_right_to_left(right_to_left: LiveSite, page: Page) -> None:
    found: dict[str, list[str]] = {}
    for state in walked(Walker(page, right_to_left, "he"), right_to_left):
        open_everything(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            found[f"{state} {width}"] = wider_than_screen(page)
    assert len(found) == len(WIDTHS) * (len(PAGES) + 5)
    assert {state: wide for state, wide in found.items() if wide} == {}
    page.set_viewport_size({"width": 320, "height": 740})
    page.evaluate("() => { document.querySelector('main').style.minInlineSize = '25rem'; }")
    assert wider_than_screen(page) != [], "too wide to the left is noticed"


def walked(person: Walker, site: LiveSite) -> Iterator[str]:
    """Every page, and what shows after sending and coming back."""
    for path in PAGES:
        person.page.goto(person.url + path)
        yield f"/{path}"
    for path in ("utan/anmal", "utan/kvitto"):
        unwrapped(person.page, person.url + path)
        yield f"/{path}"
    words = person.report()
    yield "receipt"
    person.type_back(words)
    yield "done"
    answered(person, site, words)
    yield "thread"


def unwrapped(page: Page, address: str) -> None:
    """A page as browsers without scripts show it."""
    html = page.request.get(address).text().replace("<noscript>", "").replace("</noscript>", "")
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(address)


def answered(person: Walker, site: LiveSite, words: list[str]) -> None:
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack. Ring 114 14 om det händer igen.")
    investigator.close("support", "Vi har ordnat stöd.")
    person.come_back(words)
    person.sees("found")


def test_the_layout_is_mirrored_and_what_is_swedish_keeps_its_direction(
    right_to_left: LiveSite, page: Page
) -> None:
    person = Walker(page, right_to_left, "he")
    seen = {}
    for language in ("sv", "he"):
        page.goto(f"{right_to_left.url}/{language}/")
        arrows = (
            page.evaluate(ARROW, ["summary", "::before", 1, 1]),
            page.evaluate(ARROW, [".way", "::after", 1, -1]),
        )
        seen[language] = [*arrows, page.evaluate(MIDDLE, "#exit") > 0.5]
    assert seen == {"sv": [1, 1, True], "he": [-1, -1, False]}, "arrows, and where the way out is"
    assert page.evaluate(DIRECTIONS, "a[href^='tel:']") == ["ltr"] * page.locator("a[href^='tel:']").count()
    person.start_writing("Jag är rädd.")
    assert page.evaluate(DIRECTIONS, "#narrative") == ["ltr"], "Swedish is written as Swedish"
    person.box(person.say.narrative).fill(pseudo("Jag är rädd."))
    assert page.evaluate(DIRECTIONS, "#narrative") == ["rtl"]
    assert set(page.evaluate(DIRECTIONS, ".person-name, .fingerprint")) == {"ltr"}
    person.button(person.say.send).click()
    person.sees("sent")
    words = person.words()
    assert page.evaluate(DIRECTIONS, "#words") == ["ltr"]
    person.type_back(words)
    answered(person, right_to_left, words)
    assert page.evaluate(MARK) > 0.5, "the marks of the timeline stand to the right"
    assert page.evaluate(DIRECTIONS, ".reply-text, #state-reason-text") == ["ltr", "ltr"]
    assert "\u2068" in page.locator(".said").inner_text(), "a date cannot turn its sentence around"


@pytest.mark.parametrize("code", CODES[2:])
def test_axe_finds_nothing_and_four_languages_fit_a_narrow_screen(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], code: str
) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    found: dict[str, list[str]] = {}
    for path in PAGES[:3]:
        page.goto(f"{live_site.url}/{code}/{path}")
        open_everything(page)
        found[path] = axe_findings(page) + wider_than_screen(page) + small_targets(page)
    assert {path: findings for path, findings in found.items() if findings} == {}
    said = page.evaluate(
        "() => new Intl.DateTimeFormat(document.documentElement.lang, { month: 'long' }).format(0)"
    )
    assert said == {"fi": "tammikuu", "sv-simple": "januari"}[code], "the browser says days in this language"
