"""A real site with a real database on a real port, at a day of the test's choice; browsers of that day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

from playwright.sync_api import BrowserContext

from reporting_app.cases import sealing
from reporting_app.cases.reporter import compose_report
from reporting_app.crypto import cell, receipt
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.receipt import ReporterKeys
from reporting_app.site.api import EXTENSION
from reporting_app.site.published import Shelf
from reporting_app.site.service import Site
from tests.browser.walking import Walker
from tests.browser_fixtures import LiveSite, running_site
from tests.deployment import World

Clock = Callable[[], float]


@dataclass
class Served(LiveSite):
    """A running site that somebody else may write in."""

    def restart(self) -> None:
        """Reads the documents of the database again."""
        site: Site = self.app.extensions[EXTENSION]
        site._shelf = Shelf(self.letterbox, self.world.anchor)

    def put_report(self, submission: bytes) -> None:
        """As anybody posts it."""
        body = Request(f"{self.url}/v1/letters", submission, {"Content-Type": "application/octet-stream"})  # noqa: S310
        with urlopen(body) as answer:  # noqa: S310
            assert answer.status == 201

    def walker(self, context: BrowserContext) -> Walker:
        """Somebody with a fresh page, whose device has the site's day."""
        page = context.new_page()
        page.clock.set_fixed_time(self.now)
        return Walker(page, self)


class Owner:
    """Somebody with a receipt, known to the site or not."""

    def __init__(self, site: Served) -> None:
        self.random = receipt.generate()
        self.keys = ReporterKeys(self.random, site.world.chain.deployment)
        self.site = site

    @property
    def words(self) -> list[str]:
        return receipt.to_words(self.random).split()

    def report(self, *leave_out: str) -> Owner:
        world = self.site.world
        made, _ = compose_report(self.keys, world.setting(self.site.today), world.report_body(), leave_out)
        self.site.put_report(made)
        return self

    def answered(self, times: int) -> Owner:
        setting, seed = self.site.world.setting(self.site.today), self.site.world.keys["utredare-1"].sign_seed
        pen = sealing.Pen("utredare-1", seed, self.keys.thread.thread_id, setting)
        for number in range(times):
            body = {"parcels": [], "text": f"Svar {number}."}
            said = pen.sign("message", body, ["utredare-1", REPORTER], number + 1)
            self.site.put_cell(sealing.board_cell(setting, self.keys.thread, [said], cell.ANSWER))
        return self


@contextmanager
def serving(world: World, database_url: str, clock: Clock) -> Iterator[Served]:
    """The site of ``world`` until the end of the block."""
    with running_site(database_url, world, clock) as site:
        yield Served(**vars(site))
