"""The panel in a real browser with ten thousand opened cases: does a page keep the browser from its work?

Chromium in front of the panel's own server, with the panel's own content security policy.
"""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.inbox import CASES, MEMBER, many_cases
from benchmarks.peers import INBOX
from benchmarks.report import say
from reporting_app.admin.serve import panel_server
from tests.admin.world import PASSPHRASE, TOKEN, Office, compile_translations, make_office
from tests.browser_fixtures import ARGUMENTS, CHROMIUM

RUNS = 5
# Chromium says of a task that it was long from this on.
LONG_TASK = 50
WATCH = """window.longest = 0; window.tasks = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    window.tasks += 1; window.longest = Math.max(window.longest, one.duration); }
}).observe({ type: 'longtask', buffered: true });"""
# What came before the last frame has been told by then.
SETTLED = """() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(
  () => done([window.tasks, window.longest]), 100)), 300))"""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
PATHS = {
    "inbox, page 1": "/cases",
    "inbox, the last page of all": f"/cases?group=all&sort=newest&page={CASES // 50}",
}


def run() -> None:
    compile_translations()
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as maker:
        office = make_office(Path(directory) / "members")
        with _panel(office) as (opened, url):
            browser = maker.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(WATCH)
            _unlock(page, url)
            first = _fill(office, opened)
            root = url + opened.panel.config.path.lstrip("/")
            _watch_works(page)
            for name, path in {**PATHS, "a case": f"/cases/{first}"}.items():
                _measure(page, name, root + path)
            _search(page, root)
            browser.close()


@contextmanager
def _panel(office: Office) -> Iterator[tuple[Office.Open, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    opened = office.panel(MEMBER, port=port, fresh_seconds=3600)
    server = panel_server(opened.app, port)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield opened, f"http://127.0.0.1:{port}/"
    server.stop()
    thread.join(10)


def _unlock(page: Page, url: str) -> None:
    page.goto(f"{url}?token={TOKEN}")
    page.get_by_label("Lösenfras").fill(PASSPHRASE)
    page.get_by_role("button", name="Lås upp").click()
    page.wait_for_url("**/cases*")


def _fill(office: Office, opened: Office.Open) -> str:
    """Puts the cases in, as after opening their letters; the id of one."""
    sitting = opened.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    assert sitting.workspace.index is not None
    cases = many_cases(office)
    sitting.workspace.index.update(cases)
    sitting.workspace._cases = cases
    return next(iter(cases))


def _watch_works(page: Page) -> None:
    """A task made long on purpose is seen; else the figures would say nothing."""
    page.reload()
    page.evaluate(
        "() => new Promise((done) => setTimeout(() => { const from = performance.now();"
        " while (performance.now() - from < 120); done(); }))"
    )
    tasks, longest = page.evaluate(SETTLED)
    assert tasks >= 1
    assert longest >= LONG_TASK


def _measure(page: Page, name: str, where: str) -> None:
    found, loads = [], []
    for _ in range(RUNS):
        page.goto(where)
        found.append(page.evaluate(SETTLED))
        loads.append(float(page.evaluate(LOADED)))
    _say(name, [tuple(one) for one in found])
    say(f"{name}, {CASES} cases, address to loaded in Chromium", min(loads), "ms", peers=INBOX)


def _search(page: Page, root: str) -> None:
    found = []
    for _ in range(RUNS):
        page.goto(f"{root}/cases")
        box = page.locator("#words")
        box.fill("hot kontor")
        box.press("Enter")
        page.wait_for_url("**search=*")
        found.append(tuple(page.evaluate(SETTLED)))
    _say("a page of hits", found)


def _say(name: str, found: list[tuple[float, float]]) -> None:
    """Of several runs the best: other programs use the processors too."""
    tasks, longest = min(found)
    say(f"{name}, {CASES} cases, tasks over {LONG_TASK} ms in Chromium", tasks, "tasks", "at most", 0, INBOX)
    say(f"{name}, {CASES} cases, longest of them", longest, "ms")


if __name__ == "__main__":
    run()
