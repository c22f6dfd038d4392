"""Somebody of the leadership in a real browser, under the policy of production, with and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.site.leaders import code_at
from reporting_app.storage.leaders import Leader, Leaders
from tests.browser.keyboard import tab_to
from tests.browser.walking import axe_findings, small_targets, wider_than_screen
from tests.browser_fixtures import LiveSite
from tests.leadership import NAME, PASSPHRASE, enrol

pytestmark = pytest.mark.browser


def fill_in(page: Page, leader: Leader, password: str = PASSPHRASE, later: int = 0) -> None:
    page.get_by_label("Namn").fill(NAME)
    page.get_by_label("Lösenord", exact=True).fill(password)
    page.get_by_label("Kod", exact=True).fill(code_at(leader.secret, int(time.time()) + later))


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def findings(page: Page) -> list[str]:
    return axe_findings(page) + wider_than_screen(page) + small_targets(page)


def check_cookies(site: LiveSite, page: Page) -> None:
    """They go to the statistics, in every language, and to no page for reporters. Ends on the statistics."""
    kept = page.context.cookies()
    assert {one["name"] for one in kept} == {"__Secure-leader"}
    assert all(one["httpOnly"] and one["secure"] and one["sameSite"] == "Strict" for one in kept)
    for path in ("sv/", "sv/anmal", "en/kvitto", "en/ledning", "sv/ledning"):
        answer = page.goto(f"{site.url}/{path}")
        assert answer is not None
        assert answer.url == f"{site.url}/{path}"
        assert ("cookie" in answer.request.all_headers()) is path.endswith("ledning"), path


def test_signing_in_and_out_and_reporters_pages_never_see_the_cookie(live_site: LiveSite, page: Page) -> None:
    leader = enrol(Leaders(live_site.engine))
    page.goto(f"{live_site.url}/sv/")
    page.get_by_role("link", name="Statistik").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in till statistiken")
    press(page, "Logga in")
    expect(page.get_by_label("Kod", exact=True)).to_have_accessible_description(re.compile("sex siffror"))
    assert findings(page) == []
    fill_in(page, leader, "fel")
    press(page, "Logga in")
    expect(page.get_by_role("alert")).to_contain_text("stämmer inte")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Namn")).to_have_value(NAME)
    expect(page.get_by_label("Lösenord", exact=True)).to_have_value("")
    assert page.context.cookies() == [], "who has not signed in has none"
    fill_in(page, leader)
    tab_to(page, "Logga in")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Ingen statistik är publicerad än.")).to_be_visible()
    check_cookies(live_site, page)
    tab_to(page, "Logga ut")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga ut")
    assert findings(page) == []
    press(page, "Logga ut")
    expect(page.get_by_role("status")).to_have_text("Du är utloggad.")
    assert page.context.cookies() == []
    page.goto(f"{live_site.url}/sv/ledning")
    expect(page.get_by_role("button", name="Logga in")).to_be_visible()


@pytest.mark.long
def test_without_scripts_too(live_site: LiveSite, new_context: Callable[..., BrowserContext]) -> None:
    leader = enrol(Leaders(live_site.engine))
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_site.url}/sv/ledning")
    fill_in(page, leader)
    press(page, "Logga in")
    expect(page.get_by_text("Ingen statistik är publicerad än.")).to_be_visible()
    check_cookies(live_site, page)
    page.get_by_role("link", name="Logga ut").click()
    press(page, "Logga ut")
    expect(page.get_by_role("status")).to_have_text("Du är utloggad.")
