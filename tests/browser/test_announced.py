"""What axe cannot see: what a screen reader is told at each change, and where one is after it.

A change is announced when its text comes into a live region that was there before and not left out of the
page (`display: none`), empty or saying something else.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from reporting_app.crypto import receipt
from tests.browser.keyboard import tab_to
from tests.browser.walking import SLOW, Walker
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = pytest.mark.browser
LISTEN = """() => {
  const regions = [...document.querySelectorAll('[role=status], [role=alert]')];
  const seen = () => new Map(regions.map((one) => [one, [one.checkVisibility(), one.textContent]]));
  let before = seen();
  window.heard = [];
  new MutationObserver(() => {
    for (const [one, [isShown, text]] of seen()) {
      const [wasShown, said] = before.get(one);
      if (wasShown && isShown && text !== said && text !== '') window.heard.push([one.role, text.trim()]);
    }
    before = seen();
  }).observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
}"""
MESSAGE = """key => document.getElementById('messages').content
  .querySelector(`[data-message="${key}"]`).textContent"""


class Listener:
    """A person who hears what the page announces, and asks now and then."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(LISTEN)

    def says(self, key: str) -> str:
        return str(self._page.evaluate(MESSAGE, key))

    def heard(self) -> list[tuple[str, str]]:
        """(role, text) of what came since the last time."""
        return [(role, text) for role, text in self._page.evaluate("() => window.heard.splice(0)")]


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.id"))


def test_sending_a_report_is_announced_at_every_step(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing("Någon ringer och är tyst.")
    ear = Listener(page)
    page.route("**/v1/letters", lambda route: route.abort())
    tab_to(page, "send")
    page.keyboard.press("Enter")
    person.sees("failed")
    assert ear.heard() == [
        ("status", ear.says("sealing")),
        ("status", ear.says("posting")),
        ("status", ear.says("retrying")),
        ("alert", ear.says("unknown")),
    ]
    assert focused(page) == "send-status-problem"
    page.unroute("**/v1/letters")
    tab_to(page, "retry")
    page.keyboard.press("Enter")
    person.sees("sent")
    assert ear.heard() == [("status", ear.says("posting"))]
    assert focused(page) == "sent-title"

    words = person.words()
    tab_to(page, "done")
    page.keyboard.press("Enter")
    assert ear.heard() == [("alert", ear.says("back-empty"))]
    assert focused(page).startswith("back-")
    page.evaluate("() => history.back()")
    expect(page.get_by_role("status").filter(has_text=ear.says("back-unchecked"))).to_be_visible()
    assert ear.heard() == [("status", ear.says("back-unchecked"))]
    person.type_back(words)
    assert focused(page) == "done-title"


def test_coming_back_by_keyboard_is_announced_at_every_step(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    investigator = Investigator(live_site)
    investigator.open()
    investigator.reply("Tack. Händer det ofta?")
    page.goto(person.url)
    tab_to(page, "Jag har ett kvitto")
    page.keyboard.press("Enter")
    expect(person.button("Visa")).to_be_enabled(timeout=SLOW)
    ear = Listener(page)

    ask(page, ["qqqq", *words[1:]])
    wrong = ear.says("receipt-word").replace("{word}", "qqqq").replace("{number}", "1")
    named = ear.says("word-unknown").replace("{word}", "qqqq").replace("{number}", "1")
    assert ear.heard() == [("status", named), ("alert", wrong)]
    assert focused(page) == "receipt"
    ask(page, receipt.to_words(receipt.generate()).split())
    person.sees("notfound")
    assert ear.heard() == [("status", ear.says("fetching"))]
    assert focused(page) == "missing-title"
    ask(page, words)
    person.sees("found")
    assert ear.heard() == [("status", ear.says("fetching"))]
    assert focused(page) == "thread-title"

    tab_to(page, "send")
    page.keyboard.press("Enter")
    assert focused(page) == "more"
    expect(person.box(person.say.more)).to_have_accessible_description(re.compile("Skriv något först."))
    assert ear.heard() == [("alert", "Skriv något först.")]
    page.keyboard.type("Varje vecka.")
    tab_to(page, "send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=ear.says("sent-more"))).to_be_visible()
    said = [("status", ear.says(key)) for key in ("sealing", "posting", "sent-more")]
    assert ear.heard() == said
    assert focused(page) == "send", "where one was"
    tab_to(page, "close")
    page.keyboard.press("Enter")
    page.wait_for_url(person.url)


def test_what_keeps_answers_from_coming_is_announced(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    page.goto(person.url + "kvitto")
    expect(person.button("Visa")).to_be_enabled(timeout=SLOW)
    ear = Listener(page)
    page.route("**/v1/board/**", lambda route: route.abort())
    ask(page, receipt.to_words(receipt.generate()).split())
    person.sees("failed")
    assert ear.heard() == [("status", ear.says("fetching")), ("alert", ear.says("network"))]
    assert focused(page) == "ask-status-problem"


def ask(page: Page, words: list[str]) -> None:
    """Types a receipt in place of what stands there and shows it, without a mouse."""
    tab_to(page, "receipt")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(" ".join(words))
    tab_to(page, "show")
    page.keyboard.press("Enter")
