"""Coding with the keyboard alone: a prefilled case takes few keys, so well under half a minute.

By the keystroke-level model (0.28 s a key, 1.35 s to judge each of five values) twenty keys are about 13 s.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.admin.world import Office
from tests.browser.panels import Start, audit

pytestmark = pytest.mark.browser
MOST_KEYS = 20
FOCUS = "() => document.activeElement.getAttribute('href') ?? document.activeElement.id ?? ''"
ON_BUTTON = "() => document.activeElement.matches('#coding form button')"


def test_a_prefilled_case_is_coded_in_few_keys(office: Office, start: Start) -> None:
    answers = {"form": ["violence"], "severity": ["level_4"], "organisation": ["preschool"]}
    reporter = office.report(**answers, consequence=["hesitation", "private_life"])
    panel = start("utredare-1").unlock()
    page, keys = panel.go(f"/cases/{reporter.case_id}"), 0
    audit(page, "not coded")
    panel.go(f"/cases/{reporter.case_id}")

    def press(key: str) -> None:
        nonlocal keys
        keys += 1
        assert keys <= MOST_KEYS, "too many keys"
        page.keyboard.press(key)

    press("Tab")
    press("Enter")  # past the header
    while page.evaluate(FOCUS) != "#coding":
        press("Tab")
    press("Enter")
    while page.evaluate(FOCUS) != "coding-form":
        press("Tab")
    press("ArrowUp")  # one value is another than the one suggested
    while not page.evaluate(ON_BUTTON):
        press("Tab")
    press("Enter")
    expect(page.get_by_text("Ärendet är kodat.")).to_be_visible()
    expect(page.locator(".coded")).to_contain_text("Direkt hot")
    expect(page.locator(".coded")).to_contain_text("Förskola")
    expect(page.locator("#coding")).not_to_have_attribute("open", "")
    audit(page, "coded")
