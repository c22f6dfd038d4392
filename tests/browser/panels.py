"""A panel on a real port with a browser in front of it, and what is asked of each of its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.admin.world import PASSPHRASE, Office
from tests.browser.walking import axe_findings, open_everything, wider_than_screen

DESK = {"width": 1280, "height": 900}


@dataclass
class Running:
    """One panel on a real port, and the page in front of it."""

    open: Office.Open
    page: Page
    url: str

    def unlock(self) -> Running:
        self.page.goto(f"{self.url}?token=provets-token")
        self.page.get_by_label("Lösenfras").fill(PASSPHRASE)
        self.page.get_by_role("button", name="Lås upp").click()
        expect(self.page.get_by_role("heading", level=1)).not_to_contain_text("Lås upp")
        return self

    def go(self, path: str) -> Page:
        root = self.open.panel.config.path.lstrip("/")
        self.page.goto(f"{self.url}{root}/{path.lstrip('/')}")
        return self.page

    def ask(self) -> None:
        """What the page does by itself every 15 seconds."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


Start = Callable[..., Running]


def audit(page: Page, where: str) -> None:
    """axe-core in both colour schemes, which differ in colours only, and no scrolling sideways."""
    open_everything(page)
    assert axe_findings(page) == [], where
    page.emulate_media(color_scheme="dark")
    assert axe_findings(page, "color-contrast") == [], f"{where}, dark"
    page.emulate_media(color_scheme="light")
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert wider_than_screen(page) == [], f"{where}, {width}"
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")
