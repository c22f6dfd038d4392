"""How long until a slow phone on a slow network can use a page that it has never seen.

Chromium at a quarter of its speed behind its own network emulation: what travels is slowed down and every
answer waits. Setting up the connection costs nothing here; TCP and TLS would add to it.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.report import say
from tests.browser_fixtures import ARGUMENTS, CHROMIUM
from tests.demo.running import running_demo

THROTTLE = 4
LATENCY_MS = 400
DOWN_BITS = UP_BITS = 400_000
RUNS = 5
PATIENCE_MS = 60_000
WHEN_SEND_IS_ENABLED = """() => document.addEventListener('DOMContentLoaded', () => {
  const send = document.querySelector('#send');
  new MutationObserver(() => { if (!send.disabled) window.usableAt ??= performance.now(); })
    .observe(send, { attributeFilter: ['disabled'] });
})"""
LOADED_AND_PAINTED = """() => Math.max(
  performance.getEntriesByType('navigation')[0].loadEventEnd,
  performance.getEntriesByName('first-contentful-paint')[0].startTime,
)"""


def run() -> None:
    slow = f"{THROTTLE}x CPU throttle, {DOWN_BITS // 1000} kbit/s, {LATENCY_MS} ms, nothing cached"
    with (
        tempfile.TemporaryDirectory() as directory,
        running_demo(Path(directory)) as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        first = _median(browser, lambda page: _first_page(page, f"{demo.site}/sv/"))
        report = _median(browser, lambda page: _report_page(page, f"{demo.site}/sv/anmal"))
        browser.close()
    say(f"first page loaded, painted and its first link clickable, {slow}", first, "s", "at most", 3)
    say(f"report page until it can send, {slow}", report, "s", "at most", 5)


def _median(browser: Browser, measure: Callable[[Page], float]) -> float:
    """Seconds; every run in a context of its own, so that nothing is cached."""
    taken: list[float] = []
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        _slow_down(page)
        taken.append(measure(page) / 1000)
        context.close()
    return statistics.median(taken)


def _slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"latency": LATENCY_MS, "downloadThroughput": DOWN_BITS / 8, "uploadThroughput": UP_BITS / 8}
    session.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})


def _first_page(page: Page, url: str) -> float:
    page.goto(url, wait_until="load")
    page.get_by_role("main").get_by_role("link", name="Berätta").click(trial=True)
    return float(page.evaluate(LOADED_AND_PAINTED))


def _report_page(page: Page, url: str) -> float:
    page.add_init_script(f"({WHEN_SEND_IS_ENABLED})()")
    page.goto(url)
    expect(page.get_by_role("button", name="Skicka", exact=True)).to_be_enabled(timeout=PATIENCE_MS)
    return float(page.evaluate("() => window.usableAt"))
