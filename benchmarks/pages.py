"""What a visitor downloads, and how long a slow phone seals: the real site in a real Chromium."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.report import say
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.demo.running import running_demo

THROTTLE = 4
RUNS = 3


def run() -> None:
    with tempfile.TemporaryDirectory() as directory:
        start = time.perf_counter()
        with running_demo(Path(directory)) as demo, sync_playwright() as playwright:
            say("demo to READY, built before", time.perf_counter() - start, "s", "at most", 60)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _weight(browser, f"{demo.site}/sv/", "first page", 15, 3)
            _weight(browser, f"{demo.site}/sv/anmal", "report page", 75, 7)
            times = [_seal(browser, demo.site) for _ in range(RUNS)]
            say(f"click to sent at {THROTTLE}x CPU throttle", statistics.median(times), "ms", "at most", 500)
            browser.close()


def _weight(browser: Browser, url: str, name: str, most_kilobytes: float, most_requests: int) -> None:
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    page.close()
    say(f"{name}, everything on the wire", sum(sizes) / 1000, "kB", "at most", most_kilobytes)
    say(f"{name}, requests", len(sizes), "requests", "at most", most_requests)


def _seal(browser: Browser, site: str) -> float:
    page: Page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{site}/sv/anmal")
    send = page.get_by_role("button", name="Skicka", exact=True)
    expect(send).to_be_enabled()
    page.get_by_role("textbox", name="Vad har hänt?").fill("Någon följer efter mig. " * 40)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    start = time.perf_counter()
    send.click()
    page.wait_for_selector("main[data-state=sent]")
    taken = (time.perf_counter() - start) * 1000
    page.close()
    return taken
