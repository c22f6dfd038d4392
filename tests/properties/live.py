"""A real site with a real database on a real port, at a day of the test's choice; browsers of that day."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from flask import Flask
from playwright.sync_api import BrowserContext
from sqlalchemy import Engine
from werkzeug.serving import make_server

from reporting_app.cases import sealing
from reporting_app.cases.reporter import compose_report
from reporting_app.crypto import cell, receipt
from reporting_app.crypto.encoding import canonical
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.receipt import ReporterKeys
from reporting_app.site import pages
from reporting_app.site.api import EXTENSION
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.site.published import Shelf
from reporting_app.site.service import Site
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox, RosterDocument
from reporting_app.storage.migrations import migrate
from tests.browser.walking import Walker
from tests.browser_fixtures import LiveSite
from tests.deployment import World

Clock = Callable[[], float]


@dataclass
class Served(LiveSite):
    """A running site whose database is at hand."""

    engine: Engine
    clock: Clock
    app: Flask

    def restart(self) -> None:
        """Reads the documents of the database again."""
        site: Site = self.app.extensions[EXTENSION]
        site._shelf = Shelf(self.letterbox, self.world.anchor)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

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
def serving(world: World, directory: Path, clock: Clock) -> Iterator[Served]:
    """The site of ``world`` until the end of the block."""
    engine = make_engine(f"sqlite:///{directory / 'site.db'}")
    migrate(engine)
    letterbox = Letterbox(engine, clock)
    keys: Any = world.roster_file.to_value()["keys"]
    letterbox.append_roster(RosterDocument(1, world.roster.to_bytes(), canonical(keys)))
    letterbox.append_deployment(1, world.deployment.to_bytes())
    app = create_app(SiteConfig(world.anchor), letterbox, clock)
    if "pages" not in app.blueprints:
        pages.install(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.port}", world, letterbox, engine, clock, app)
    finally:
        server.shutdown()
        thread.join()
        engine.dispose()
