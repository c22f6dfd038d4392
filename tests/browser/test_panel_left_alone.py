"""What the panel's script does with what is being written, and with a page that is left, locked or stale."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from reporting_app.cases.schema import MOST_TEXT
from tests.admin.world import PASSPHRASE, Office
from tests.browser.panels import Start, audit

pytestmark = pytest.mark.browser
TYPED = "Hej. Tack för att du skrev. Vi har läst och"


def test_a_text_block_goes_where_the_cursor_stands_and_never_over_what_is_written(
    office: Office, start: Start
) -> None:
    reporter = office.report()
    panel = start("utredare-1").unlock()
    workspace = panel.open.panel.sitting.workspace  # type: ignore[union-attr]
    assert workspace is not None
    workspace.tell_team("template", {"id": "tack", "text": "Tack.\nVi läser.", "title": "Tack"})
    page = panel.go(f"/cases/{reporter.case_id}")
    area = page.get_by_label("Svar till anmälaren")
    area.focus()
    page.keyboard.type("HejHälsningar")
    for _ in "Hälsningar":
        page.keyboard.press("ArrowLeft")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.get_by_label("Sätt in textblock").focus()
    page.keyboard.type("Tack")
    page.keyboard.press("Tab")
    expect(panel.button("Sätt in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(area).to_be_focused()
    expect(area).to_have_value("Hej\n\nTack.\nVi läser.\n\nHälsningar")
    page.keyboard.type(" Mer.")
    expect(area).to_have_value("Hej\n\nTack.\nVi läser. Mer.\n\nHälsningar")
    expect(page.get_by_text("Utkastet är sparat")).to_be_visible()
    page.reload()
    panel.button("Föreslå samtal eller möte").click()
    expect(area).to_have_value(re.compile(r"^Hej.*Hälsningar\n\nVill du prata med oss", re.DOTALL))
    expect(page.locator("#reply-length")).to_contain_text("tecken")
    assert reporter.texts == []


def test_what_is_being_typed_survives_the_lock(office: Office, start: Start) -> None:
    reporter = office.report()
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    page.get_by_label("Svar till anmälaren").type(TYPED)
    expect(page.get_by_text("Utkastet är sparat")).to_be_visible()
    page.get_by_label("Svar till anmälaren").press("End")
    page.keyboard.type(" mer")
    panel.open.ticks.now += 901
    panel.ask()
    expect(page.get_by_role("heading", name="Lås upp panelen")).to_be_visible()
    expect(page.get_by_text("Panelen låste sig själv")).to_be_visible()
    assert reporter.case_id not in page.inner_text("body")
    page.get_by_label("Lösenfras").fill(PASSPHRASE)
    panel.button("Lås upp").click()
    expect(page.get_by_label("Svar till anmälaren")).to_have_value(f"{TYPED} mer")


def test_news_is_offered_without_taking_the_page_from_somebody_typing(office: Office, start: Start) -> None:
    reporter = office.report()
    first, second = start("utredare-1").unlock(), start("utredare-2").unlock()
    page = first.go(f"/cases/{reporter.case_id}")
    page.get_by_label("Svar till anmälaren").fill(TYPED)
    other = second.go(f"/cases/{reporter.case_id}")
    other.get_by_label("Svar till anmälaren").fill("Från en kollega.")
    second.button("Skicka svaret").click()
    expect(other.get_by_text("Svaret är skickat.")).to_be_visible()
    fetcher = first.open.panel.sitting.fetcher  # type: ignore[union-attr]
    assert fetcher is not None
    fetcher.round()
    first.ask()
    expect(page.get_by_role("status").get_by_text("1 nyhet")).to_be_visible()
    expect(page.get_by_label("Svar till anmälaren")).to_have_value(TYPED)
    audit(page, "news")
    page.get_by_role("link", name="Visa").click()
    expect(page.get_by_text("Från en kollega.")).to_be_visible()
    expect(page.get_by_label("Svar till anmälaren")).to_have_value(TYPED)


def test_a_panel_that_ended_says_so_and_keeps_what_was_typed(office: Office, start: Start) -> None:
    reporter = office.report()
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    page.route("**/state?*", lambda route: route.abort())
    page.route("**/drafts", lambda route: route.abort())
    page.get_by_label("Svar till anmälaren").fill(TYPED)
    expect(page.get_by_text("Utkastet kunde inte sparas")).to_be_visible()
    panel.ask()
    expect(page.get_by_text("Panelen svarar inte.")).to_be_visible()
    expect(page.get_by_label("Svar till anmälaren")).to_have_value(TYPED)


def test_back_after_locking_shows_nothing_readable(office: Office, start: Start) -> None:
    reporter = office.report("Hemligt och bara för er.")
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    panel.button("Lås").click()
    expect(page.get_by_role("heading", name="Lås upp panelen")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Lås upp panelen")).to_be_visible()
    assert "Hemligt" not in page.content()


def test_a_page_that_the_browser_keeps_for_later_is_emptied(office: Office, start: Start) -> None:
    reporter = office.report("Hemligt och bara för er.")
    page = start("utredare-1").unlock().go(f"/cases/{reporter.case_id}")
    page.get_by_label("Svar till anmälaren").fill(TYPED)
    with page.expect_request("**/drafts"):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.inner_text("body") == ""


def test_a_page_left_alone_without_answers_is_wiped_and_locks_the_panel(office: Office, start: Start) -> None:
    reporter = office.report("Hemligt och bara för er.")
    panel = start("utredare-1")
    panel.page.clock.install()
    page = panel.unlock().go(f"/cases/{reporter.case_id}")
    page.route("**/state?*", lambda route: route.abort())
    page.get_by_label("Svar till anmälaren").fill(TYPED)
    page.clock.fast_forward("17:00")
    expect(page.get_by_role("heading", name="Lås upp panelen")).to_be_visible()
    assert panel.open.panel.sitting is None
    assert panel.open.panel.drafts is not None
    assert panel.open.panel.drafts.places() == {f"reply:{reporter.case_id}"}


def test_the_length_below_a_text_counts_characters(office: Office, start: Start) -> None:
    reporter = office.report()
    page = start("utredare-1").unlock().go(f"/cases/{reporter.case_id}")
    page.get_by_label("Svar till anmälaren").fill("å" * (MOST_TEXT // 2 + 7))
    expect(page.locator("#reply-length")).to_contain_text("För långt med ungefär 7 tecken")
