"""What a visitor downloads from the demo as `make run` starts it, and how long that takes to start."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import peers
from benchmarks.report import say
from tests.browser_fixtures import ARGUMENTS, CHROMIUM
from tests.demo.running import running_demo


def run() -> None:
    with tempfile.TemporaryDirectory() as directory:
        start = time.perf_counter()
        with running_demo(Path(directory)) as demo, sync_playwright() as playwright:
            say("make run to READY, built before", time.perf_counter() - start, "s", "at most", 60)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _report("first page", _weigh(browser, f"{demo.site}/sv/"), 15, 3, peers.FIRST_PAGE)
            report_page = _weigh(browser, f"{demo.site}/sv/anmal")
            _report("report page", report_page, 75, 7, peers.SUBMITTING_PAGE)
            say("report page, scripts, brotli", report_page.scripts / 1000, "kB", "at most", 45)
            browser.close()


@dataclass
class Weight:
    """Bytes as they travelled: bodies compressed, and with the headers of HTTP/1.1 around them."""

    requests: int = 0
    bodies: float = 0
    scripts: float = 0
    with_headers: float = 0


def _weigh(browser: Browser, url: str) -> Weight:
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    weight, heads = Weight(), {}

    def responded(event: Any) -> None:
        heads[event["requestId"]] = event["type"], event["response"]["encodedDataLength"]

    def finished(event: Any) -> None:
        kind, head = heads[event["requestId"]]
        body = event["encodedDataLength"] - head
        weight.requests += 1
        weight.bodies += body
        weight.scripts += body if kind == "Script" else 0
        weight.with_headers += event["encodedDataLength"]

    session.on("Network.responseReceived", responded)
    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    page.close()
    return weight


def _report(
    name: str, weight: Weight, most_kilobytes: float, most_requests: int, others: peers.Peers
) -> None:
    say(f"{name}, everything, brotli", weight.bodies / 1000, "kB", "at most", most_kilobytes, others)
    say(f"{name}, with headers of HTTP/1.1", weight.with_headers / 1000, "kB", "at most", most_kilobytes)
    requests = peers.FIRST_PAGE_REQUESTS if name == "first page" else None
    say(f"{name}, requests", weight.requests, "requests", "at most", most_requests, requests)
