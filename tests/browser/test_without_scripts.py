"""A browser that runs no scripts: the plain path from the first page to the answer, under the real CSP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.walking import Walker, axe_findings, small_targets, wider_than_screen
from tests.browser_fixtures import ON_BOTH_DATABASES, Investigator, LiveSite

pytestmark = pytest.mark.browser
TEXT = "De stod utanför skolan\nnär jag gick hem."


class Plain(Walker):
    """A person whose browser runs no scripts."""

    def write(self, text: str) -> None:
        self.page.locator("#text").fill(text)

    def press(self, name: str) -> None:
        self.button(name).click()

    def report_plainly(self) -> list[str]:
        self.page.goto(self.url + "utan/anmal")
        self.write(TEXT)
        self.press("Granska")
        self.press("Skicka")
        return self.words()

    def look_plainly(self, words: list[str]) -> None:
        self.page.goto(self.url + "utan/kvitto")
        self.page.locator("#receipt").fill(" ".join(words))
        self.press("Visa")


@pytest.fixture
def plain(live_site: LiveSite, new_context: Callable[..., BrowserContext]) -> Plain:
    context = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    return Plain(context.new_page(), live_site)


@ON_BOTH_DATABASES
def test_a_report_its_answer_and_more_words(plain: Plain, live_site: LiveSite) -> None:
    page = plain.page
    page.goto(plain.url)
    page.get_by_role("link", name="Berätta", exact=True).first.click()
    page.get_by_role("link", name="Till den enkla vägen").click()
    plain.write(TEXT)
    page.get_by_role("checkbox", name="Lämna utanför Utredare 2").check()
    plain.press("Granska")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stämmer det här?")
    plain.press("Skicka")
    words = plain.words()
    investigator = Investigator(live_site)
    assert investigator.read()[0][1].events[-1].body["narrative"] == TEXT
    assert investigator.case.excluded == {"utredare-2"}
    investigator.open()
    investigator.reply("Tack. Är du i fara nu?")
    investigator.status("assessing")
    page.goto(plain.url + "kvitto")
    page.get_by_role("link", name="Till den enkla vägen").click()
    page.locator("#receipt").fill(" ".join(words))
    plain.press("Visa")
    expect(page.locator(".reply-text")).to_have_text("Tack. Är du i fara nu?")
    expect(page.locator(".now-state")).to_have_text("Bedöms")
    plain.write("Nej, inte just nu.")
    plain.press("Skicka svar")
    expect(page.get_by_role("status")).to_have_text("Ditt svar är lagrat.")
    texts = [e.body["text"] for _, r in investigator.read() for e in r.events if e.kind == "message"]
    assert "Nej, inte just nu." in texts


def test_the_same_thread_reads_the_same_with_and_without_scripts(
    plain: Plain, live_site: LiveSite, page: Page
) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    investigator = Investigator(live_site)
    investigator.open()
    investigator.reply("Vi läser.")
    investigator.close("support", "Vi har ordnat stöd.")
    person.come_back(words)
    person.sees("found")
    plain.look_plainly(words)
    for part in (".now", ".timeline", ".conversation"):
        assert plain.page.locator(part).inner_text() == page.locator(part).inner_text()


def test_with_scripts_the_plain_forms_are_not_there_to_tempt(live_site: LiveSite, page: Page) -> None:
    for path in ("utan/anmal", "utan/kvitto"):
        page.goto(f"{live_site.url}/sv/{path}")
        expect(page.locator("form, textarea, input")).to_have_count(0)
        expect(page.get_by_role("link", name="Till den säkrare sidan")).to_be_visible()


def test_the_browser_keeps_an_empty_form_and_the_server_names_what_is_wrong(plain: Plain) -> None:
    plain.page.goto(plain.url + "utan/anmal")
    plain.press("Granska")
    expect(plain.page.locator("#text:focus")).to_have_count(1)
    plain.write("   ")
    plain.press("Granska")
    problem = plain.page.get_by_role("alert")
    expect(problem).to_be_focused()
    problem.get_by_role("link").click()
    expect(plain.page.locator("#text")).to_be_focused()


def states(plain: Plain) -> Iterator[str]:
    page = plain.page
    page.goto(plain.url + "anmal")
    yield "notice"
    page.goto(plain.url + "utan/anmal")
    page.locator(".questions > summary").click()
    yield "writing"
    plain.write(" ")
    plain.press("Granska")
    yield "empty"
    plain.write(TEXT)
    page.locator(".questions > summary").click()
    page.locator("[data-question=already_told] > summary").click()
    page.get_by_role("checkbox", name="Polis").check()
    plain.press("Granska")
    yield "review"
    plain.press("Skicka")
    words = plain.words()
    yield "sent"
    plain.look_plainly(["fel"])
    yield "wrong receipt"
    plain.look_plainly(words)
    yield "thread"
    plain.write("Mer.")
    plain.press("Skicka svar")
    yield "sent more"


def judged(page: Page, plain: Plain) -> list[str]:
    """What is wrong with what ``plain`` sees. axe needs scripts: another browser gets the page unwrapped."""
    html = plain.page.content().replace("<noscript>", "").replace("</noscript>", "")
    page.route(
        "**/unwrapped", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    page.goto(plain.url + "unwrapped")
    page.unroute("**/unwrapped")
    return axe_findings(page) + wider_than_screen(page) + small_targets(page)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_nothing_scrolls_sideways_and_everything_can_be_tapped(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    size = {"width": 320, "height": 640}
    context = new_context(java_script_enabled=False, color_scheme=scheme, viewport=size)
    plain = Plain(context.new_page(), live_site)
    judge = new_context(color_scheme=scheme, viewport=size).new_page()
    found = {state: judged(judge, plain) for state in states(plain)}
    assert len(found) == 8
    assert {state: findings for state, findings in found.items() if findings} == {}
