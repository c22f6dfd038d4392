"""How long a slow phone works: Chromium at a quarter of its speed, the real pages, clocks inside the page."""

from __future__ import annotations

import logging
import secrets
import statistics
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import peers
from benchmarks.report import say
from reporting_app.crypto import shape
from tests.browser.walking import Walker
from tests.browser_fixtures import ARGUMENTS, CHROMIUM, Investigator, LiveSite, running_site

THROTTLE = 4
RUNS = 5
SHARD = 1024 * 1024
OUR_STATE = """() => {
  const main = document.querySelector('main');
  addEventListener('click', (event) => { window.clickedAt = event.timeStamp; }, { capture: true });
  new MutationObserver(() => { window.changedAt = performance.now(); })
    .observe(main, { attributeFilter: ['data-state'] });
}"""
TIMES = """() => ({
  clicked: window.clickedAt, changed: window.changedAt,
  requests: performance.getEntriesByType('resource').filter(({ name }) => name.includes('/v1/'))
    .map(({ name, startTime, responseEnd }) => ({ name, startTime, responseEnd })),
})"""


def run() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with (
        TemporaryDirectory() as directory,
        running_site(f"sqlite:///{directory}/site.db") as site,
        sync_playwright() as maker,
    ):
        browser = maker.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        words = _thread(browser, site)
        size = _fill_board(site)
        looks = [_look(browser, site, words) for _ in range(RUNS)]
        runs = [_seal(browser, site) for _ in range(RUNS)]
        browser.close()
    speed = f"at {THROTTLE}x CPU throttle"
    sealing, work = statistics.median(s for s, _ in runs), peers.WORK_BEFORE_FIRST_MESSAGE
    say(f"sealing, click to request, {speed}", sealing, "ms", "at most", 500, work)
    say(f"click to the receipt on the screen, {speed}", statistics.median(t for _, t in runs), "ms")
    name = f"receipt check, shard of {size // 1024} KiB, after download, {speed}"
    say(name, statistics.median(looks), "ms", "at most", 1000)


def _thread(browser: Browser, site: LiveSite) -> list[str]:
    """A report with an answer; the words to come back with."""
    person = Walker(browser.new_page(), site)
    words = person.report()
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack för att du berättar. Vill du säga mer om när det händer?")
    investigator.status("assessing")
    person.page.close()
    return words


def _fill_board(site: LiveSite) -> int:
    """Other people's cells, until the shard is full; its size in bytes."""
    year = site.today.year
    deployment = site.world.chain.deployment
    while (size := sum(map(len, site.letterbox.board(year, 0)))) + shape.CELL_SIZE <= SHARD:
        tags = (secrets.token_bytes(length) for length in (16, 16, 32))
        front = shape.cell_header(shape.CellShape(deployment, year, 0, *tags))
        site.put_cell(front + secrets.token_bytes(shape.CELL_SIZE - len(front)))
    return size


def _slow_page(browser: Browser, site: LiveSite) -> tuple[Page, Walker]:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    return page, Walker(page, site)


def _throttle(page: Page) -> None:
    page.evaluate(OUR_STATE)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})


def _seal(browser: Browser, site: LiveSite) -> tuple[float, float]:
    """Milliseconds from the click until the request leaves, and until the receipt is shown."""
    page, person = _slow_page(browser, site)
    person.start_writing("Någon följer efter mig. " * 40)
    _throttle(page)
    person.button(person.say.send).click()
    person.sees("sent")
    times = page.evaluate(TIMES)
    page.close()
    sent = next(one for one in times["requests"] if one["name"].endswith("/v1/letters"))
    return sent["startTime"] - times["clicked"], times["changed"] - times["clicked"]


def _look(browser: Browser, site: LiveSite, words: list[str]) -> float:
    """Milliseconds from the last byte until the conversation is shown."""
    page, person = _slow_page(browser, site)
    page.goto(person.url + "kvitto")
    person.box(person.say.receipt).fill(" ".join(words))
    _throttle(page)
    person.button(person.say.show).click()
    person.sees("found")
    times = page.evaluate(TIMES)
    page.close()
    return float(times["changed"] - max(one["responseEnd"] for one in times["requests"]))
