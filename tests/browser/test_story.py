"""The whole story in a real browser: three investigators, one of them left out, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.walking import SLOW, Walker
from tests.browser_fixtures import LiveSite
from tests.demo.running import RunningDemo, running_demo

pytestmark = pytest.mark.browser
SECRET = "Mannen i den röda bilen väntade utanför skolan igen."


@pytest.fixture(scope="module")
def demo(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@dataclass
class PanelWalker:
    """An investigator at their own panel."""

    page: Page
    demo: RunningDemo
    member: str

    def unlock(self) -> None:
        """An earlier walk may have left the panel unlocked: it belongs to the computer, not to the tab."""
        self.page.goto(self.demo.panels[self.member])
        inside = self.page.get_by_role("heading", name="Ärenden", exact=True)
        locked = self.page.get_by_label("Lösenfras")
        expect(inside.or_(locked)).to_be_visible(timeout=SLOW)
        if locked.is_visible():
            locked.fill(self.demo.passphrases[self.member])
            self.page.get_by_role("button", name="Lås upp").click()
        expect(inside).to_be_visible(timeout=SLOW)

    def open_case(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def fetch(self) -> None:
        self.page.get_by_role("button", name="Hämta nu").click()

    def reply(self, text: str) -> None:
        self.page.get_by_label("Svar till anmälaren").fill(text)
        self.page.get_by_role("button", name="Skicka svaret").click()
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def set_status(self, label: str) -> None:
        self.page.get_by_text("Ändra status", exact=True).first.click()
        self.page.get_by_label("Status", exact=True).select_option(label=label)
        self.page.get_by_role("button", name="Ändra status").click()


@pytest.mark.parametrize(
    ("language", "opened", "state"),
    [
        ("sv", "öppnad", "Utreds"),
        pytest.param("en", "opened", "Investigat", marks=pytest.mark.long),
    ],
)
def test_a_report_is_answered_by_those_it_was_meant_for(
    demo: RunningDemo,
    new_context: Callable[..., BrowserContext],
    language: str,
    opened: str,
    state: str,
) -> None:
    wide = {"viewport": {"width": 1280, "height": 900}}
    phone = new_context().new_page()
    site = cast(LiveSite, SimpleNamespace(url=demo.site))
    reporter = Walker(phone, site, language)
    secret = f"{SECRET} ({language})"

    reporter.start_writing(secret)
    phone.get_by_role("checkbox", name="Utredare 2").check()
    reporter.button(reporter.say.send).click()
    reporter.sees("sent")
    words = reporter.words()
    reporter.type_back(words)
    assert len(words) == 9
    assert not reporter.says_in_requests(secret)

    left_out = PanelWalker(new_context(**wide).new_page(), demo, "utredare-2")
    left_out.unlock()
    expect(left_out.page.get_by_role("main")).not_to_contain_text(secret)

    first = PanelWalker(new_context(**wide).new_page(), demo, "utredare-1")
    second = PanelWalker(new_context(**wide).new_page(), demo, "utredare-3")
    for panel in (first, second):
        panel.unlock()
        panel.fetch()
        panel.open_case(secret)
    first.reply("Tack för att du berättar. Är du trygg just nu?")
    second.set_status("Utreds")

    back = Walker(new_context().new_page(), site, language)
    back.come_back(words)
    back.sees("found")
    expect(back.main).to_contain_text("Är du trygg just nu?")
    expect(back.main).to_contain_text(opened, ignore_case=True)
    expect(back.main).to_contain_text(state)
    expect(back.main).not_to_contain_text(secret)
    back.write_more(f"Ja, men jag vågar inte gå hem själv. ({language})")
    expect(back.box(back.say.more)).to_have_value("", timeout=SLOW)
    assert not any(word in request.url for word in words for request in back.requests)

    first.page.reload()
    first.fetch()
    expect(first.page.get_by_role("main")).to_contain_text(
        f"vågar inte gå hem själv. ({language})", timeout=SLOW
    )
    left_out.page.reload()
    expect(left_out.page.get_by_role("main")).not_to_contain_text(secret)


@pytest.mark.long
def test_the_demo_ends_with_exit_code_zero(tmp_path_factory: pytest.TempPathFactory, built: None) -> None:
    with running_demo(tmp_path_factory.mktemp("short")) as demo:
        assert sorted(demo.panels) == sorted(demo.passphrases)
        assert demo.stop() == 0
