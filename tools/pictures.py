"""Pictures of the running demo for the README: `make pictures`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from reporting_app.demo import leader  # noqa: E402
from reporting_app.site.leaders import code_at  # noqa: E402
from tests.browser_fixtures import ARGUMENTS, CHROMIUM  # noqa: E402
from tests.demo.running import RunningDemo, running_demo  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
TABLET = {"width": 768, "height": 1024}
TALLEST = 1800
TALL = {"width": 1280, "height": 1400}
STEP = 30  # seconds for which a one-time code stands
# Of the panel, besides a case: address below the panel's own, and the picture's name.
PLACES = {
    "cases": "list",
    "register": "oral-report",
    "team/absence": "absence",
    "team/blocks": "text-blocks",
    "trace": "trace",
}
TEXT = (
    "Efter ett beslut har en man väntat utanför kontoret tre kvällar i rad. Han säger inget men följer efter."
)


class Photographer:
    """Opens pages of a demo and keeps what they look like."""

    def __init__(self, browser: Browser, demo: RunningDemo) -> None:
        self._browser, self._demo = browser, demo

    def page(self, size: dict[str, int], scheme: str) -> Page:
        context = self._browser.new_context(viewport=size, color_scheme=scheme, locale="sv-SE")  # type: ignore[arg-type]
        return context.new_page()

    def keep(self, page: Page, name: str) -> None:
        page.screenshot(path=PICTURES / f"{name}.png")

    def reporter(self, scheme: str) -> str:
        """Start, writing and receipt; gives the nine words."""
        page = self.page(PHONE, scheme)
        page.goto(f"{self._demo.site}/sv/")
        self.keep(page, f"start-phone-{scheme}")
        page.goto(f"{self._demo.site}/sv/anmal")
        send = page.get_by_role("button", name="Skicka", exact=True)
        expect(send).to_be_enabled()
        page.get_by_role("textbox", name="Vad har hänt?").fill(TEXT)
        page.get_by_role("heading", name="Vad har hänt?").or_(
            page.get_by_text("Vad har hänt?")
        ).first.evaluate("one => one.scrollIntoView()")
        self.keep(page, f"report-phone-{scheme}")
        send.click()
        expect(page.get_by_role("main")).to_have_attribute("data-state", "sent")
        self.keep(page, f"receipt-phone-{scheme}")
        words = page.get_by_role("region", name="Ditt kvitto").get_by_role("listitem").all_inner_texts()
        return " ".join(words)

    def back(self, words: str, size: dict[str, int], name: str, scheme: str) -> None:
        page = self.page(size, scheme)
        page.goto(f"{self._demo.site}/sv/kvitto")
        page.get_by_role("textbox", name="Ditt kvitto").fill(words)
        page.get_by_role("button", name="Visa", exact=True).click()
        expect(page.get_by_role("main")).to_have_attribute("data-state", "found")
        self.keep(page, name)

    def opened(self, member: str, size: dict[str, int], scheme: str) -> Page:
        page = self.page(size, scheme)
        page.goto(self._demo.panels[member])
        locked = page.get_by_label("Lösenfras")
        if locked.is_visible():
            locked.fill(self._demo.passphrases[member])
            page.get_by_role("button", name="Lås upp").click()
            page.wait_for_timeout(4_000)
        return page

    def panel(self, member: str, name: str, scheme: str, case: str = "") -> None:
        page = self.opened(member, DESK, scheme)
        if case:
            page.get_by_role("link", name=case).first.click()
        page.wait_for_load_state("networkidle")
        self.keep(page, name)

    def work(self, member: str, case: str, size: dict[str, int], scheme: str, language: str) -> None:
        """Every page of an investigator's, whole, under ``docs/pictures/panel``."""
        page = self.opened(member, size, scheme)
        root = page.locator("body").get_attribute("data-root") or "/"
        page.goto(f"{page.url.split(root)[0]}{root}cases?language={language}")
        home = page.url.split("cases")[0]
        page.get_by_role("link", name=case).first.click()
        addresses = {page.url: "case", **{home + place: name for place, name in PLACES.items()}}
        for address, name in addresses.items():
            page.goto(address)
            page.wait_for_load_state("networkidle")
            path = PICTURES / "panel" / f"{name}-{size['width']}-{scheme}-{language}.jpg"
            path.parent.mkdir(exist_ok=True)
            height = min(page.locator("html").bounding_box()["height"], TALLEST)  # type: ignore[index]
            whole = {"x": 0, "y": 0, "width": size["width"], "height": height}
            page.screenshot(path=path, full_page=True, clip=whole, type="jpeg", quality=60)  # type: ignore[arg-type]

    def statistics(self, size: dict[str, int], scheme: str, name: str) -> None:
        """What leadership sees of one table, after signing in."""
        known = leader.read(self._demo.directory)
        page = self.page(size, scheme)
        page.goto(f"{self._demo.site}/sv/ledning")
        page.get_by_label("Namn").fill(known.name)
        page.get_by_label("Lösenord", exact=True).fill(known.passphrase)
        now = int(time.time())
        page.wait_for_timeout(1_000 * (STEP - now % STEP))  # a code works once: each visit needs its own
        page.get_by_label("Kod", exact=True).fill(code_at(known.secret, int(time.time())))
        page.get_by_role("button", name="Logga in").click()
        page.goto(f"{self._demo.site}/sv/ledning/tabell/form_per_year")
        if size == PHONE:
            page.get_by_role("heading", name="Så såg det ut").evaluate("one => one.scrollIntoView()")
        self.keep(page, name)

    def drawing(self, size: dict[str, int], scheme: str, name: str) -> None:
        """The witness's page of statistics."""
        page = self.opened("tillsyn-1", size, scheme)
        root = page.locator("body").get_attribute("data-root") or "/"
        page.goto(f"{page.url.split(root)[0]}{root}statistics")
        self.keep(page, name)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, running_demo(Path(directory), 24) as demo:
        receipts = (Path(directory) / "sample-receipts.txt").read_text("utf-8").splitlines()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            photographer = Photographer(browser, demo)
            for scheme in ("light", "dark"):
                photographer.reporter(scheme)
            photographer.back(receipts[5], PHONE, "status-phone-light", "light")
            photographer.back(receipts[5], DESK, "status-desk-light", "light")
            photographer.panel("utredare-1", "cases-desk-light", "light")
            photographer.panel("utredare-1", "case-desk-dark", "dark", "Efter ett beslut")
            photographer.panel("tillsyn-1", "oversight-desk-light", "light")
            photographer.drawing(PHONE, "light", "drawing-phone-light")
            photographer.statistics(TALL, "light", "statistics-desk-light")
            photographer.statistics(PHONE, "light", "statistics-phone-light")
            photographer.statistics(PHONE, "dark", "statistics-phone-dark")
            for size, scheme, language in (
                (DESK, "light", "sv"),
                (TABLET, "dark", "sv"),
                (DESK, "dark", "en"),
            ):
                photographer.work("utredare-2", "Efter ett beslut", size, scheme, language)
            browser.close()


if __name__ == "__main__":
    main()
