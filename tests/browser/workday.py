"""A municipality at work: the real site, thirty reports, and three investigators at their panels."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from reporting_app.admin.app import create_panel
from reporting_app.admin.config import Clock, PanelConfig
from reporting_app.admin.home import PanelHome
from reporting_app.admin.pages import EXTENSION
from reporting_app.admin.remote import Site
from reporting_app.admin.serve import panel_server
from reporting_app.admin.visit import fetch_setting
from reporting_app.cases import reporter
from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64
from reporting_app.demo.practice import NO_COST, free_port
from reporting_app.demo.sample import body_of, serving
from reporting_app.demo.world import Demo, prepare
from reporting_app.site.app import LETTERBOX
from tests.browser.walking import SLOW, Walker
from tests.browser_fixtures import LiveSite

PASSPHRASE = "sju ord som bara gäller i den här dagen"
NAMES = {
    "utredare-1": "Utredare 1, stadsledningskontoret",
    "utredare-2": "Utredare 2, socialförvaltningen",
    "utredare-3": "Utredare 3, utbildningsförvaltningen",
}
REPORTS = 30
OLDEST = 5  # days: none of them is late with its first answer


class Calendar:
    """The clock of everybody: now, or so many days ago while reports are filed."""

    days_ago = 0

    def __call__(self) -> float:
        return time.time() - timedelta(days=self.days_ago).total_seconds()


@dataclass
class Desk:
    """An investigator in front of their own panel."""

    member: str
    page: Page
    url: str
    path: str

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def unlock(self, address: str) -> None:
        self.page.goto(address)
        self.page.get_by_label("Lösenfras").fill(PASSPHRASE)
        self.press("Lås upp")
        listed = self.page.get_by_role("heading", name="Ärenden", exact=True)
        watched = self.page.get_by_role("heading", name="Bevakning", exact=True)
        expect(listed.or_(watched)).to_be_visible(timeout=SLOW)

    def go(self, path: str) -> Locator:
        """Opening a page fetches what is new first."""
        self.page.goto(f"{self.url}{self.path}/{path}")
        return self.main

    def list(self, query: str = "") -> Locator:
        return self.go(f"cases{query}")

    def open(self, case_id: str) -> Locator:
        return self.go(f"cases/{case_id}")

    def row(self, case_id: str) -> Locator:
        """Its line in the list that is in front."""
        return self.page.get_by_role("row").filter(has=self.page.locator(f'a[href$="/{case_id}"]'))

    def rows(self) -> list[str]:
        """The ids of the cases listed, in their order."""
        links = self.page.locator(".what a").all()
        return [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links]

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def unfold(self, name: str) -> Locator:
        """One of the case's folded acts, opened."""
        act = self.page.locator("details", has=self.page.locator("summary", has_text=name)).last
        if act.get_attribute("open") is None:
            act.locator("summary").first.click()
        return act

    def reply(self, text: str) -> None:
        self.page.get_by_label("Svar till anmälaren").fill(text)
        self.press("Skicka svaret")
        expect(self.main).to_contain_text(text)

    def set_status(self, label: str) -> None:
        act = self.unfold("Ändra status")
        act.get_by_label("Status", exact=True).select_option(label=label)
        act.get_by_role("button", name="Ändra status").click()

    def propose_handlers(self, *members: str, reason: str = "De har tid.") -> None:
        act = self.page.locator("#handlers")
        if act.get_attribute("open") is None:
            act.locator("summary").first.click()
        for box in act.get_by_role("group", name="Handläggare").get_by_role("checkbox").all():
            box.set_checked(box.get_attribute("value") in members)
        act.get_by_label("Varför just de").fill(reason)
        self.press("Lägg förslaget")
        expect(self.main).to_contain_text("Förslaget är lagt.")

    def propose_closing(self, outcome: str, reason: str, ask: str = "") -> None:
        act = self.unfold("Föreslå att ärendet avslutas")
        act.get_by_label("Utfall").select_option(label=outcome)
        act.get_by_label("Motivering, som anmälaren läser").fill(reason)
        if ask:
            act.get_by_text("Fråga någon som inte läser ärendet").first.click()
            act.get_by_role("checkbox", name=NAMES[ask]).check()
        self.press("Föreslå att avsluta")
        expect(self.main).to_contain_text("Förslaget är lagt.")

    def approve(self) -> None:
        self.press("Godkänn")
        expect(self.main).to_contain_text("Du har godkänt förslaget.")


@dataclass
class Municipality:
    """``receipts`` are the reporters' words, by the id that their case has in the panels."""

    site: str
    browser: Browser
    desks: dict[str, Desk] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    samples: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def person(self, **options: Any) -> Page:
        """A browser of somebody's own. Its script errors and breaches of the policy are kept."""
        context = self.browser.new_context(**{"locale": "sv-SE", **options})
        context.set_default_timeout(SLOW)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on(
            "console", lambda said: self.broken.append(said.text) if "Security Policy" in said.text else None
        )
        return page

    def returns(self, words: str) -> Walker:
        """A reporter on a phone, with the receipt typed in."""
        page = self.person(viewport={"width": 360, "height": 740})
        walker = Walker(page, cast(LiveSite, SimpleNamespace(url=self.site)))
        walker.come_back(words.split())
        walker.sees("found")
        return walker


@contextmanager
def municipality(directory: Path, browser: Browser) -> Iterator[Municipality]:
    """Founded, thirty reports filed over the last days, three panels unlocked and up to date."""
    calendar = Calendar()
    today = datetime.now(UTC).date()
    with ExitStack() as stack:
        demo = prepare(directory, today, "http://127.0.0.1", lambda: PASSPHRASE, NO_COST)
        database = f"sqlite:///{(directory / 'site.sqlite').as_posix()}"
        app = build_site(SiteSettings(demo.keys_directory, database), calendar)
        stack.callback(app.extensions[LETTERBOX].close)
        url = stack.enter_context(serving(app))
        prepare(directory, today, url)  # invitations with the address that it got
        city = Municipality(url, browser)
        _file_reports(city, demo, calendar)
        for member in NAMES:
            city.desks[member] = sit_down(stack, city, demo, calendar, member)
        yield city
        for context in city.contexts:
            context.close()


def _file_reports(city: Municipality, demo: Demo, calendar: Calendar) -> None:
    """Through the protocol, oldest first; nobody is left out, so that everybody starts with the same."""
    samples = json.loads((files("reporting_app.demo") / "sample.json").read_text("utf-8"))
    site, anchor = Site(city.site, calendar), b64(demo.chain.anchor)
    for number, sample in enumerate(islice(cycle(samples), REPORTS)):
        calendar.days_ago = OLDEST - number * (OLDEST + 1) // REPORTS
        setting = fetch_setting(site, anchor, calendar())
        random = receipt.generate()
        keys = receipt.ReporterKeys(random, setting.deployment_id)
        site.post(reporter.compose_report(keys, setting, body_of(sample, setting), ())[0])
        case_id = keys.thread.thread_id.hex()[:20]
        city.receipts[case_id], city.samples[case_id] = receipt.to_words(random), sample


def sit_down(stack: ExitStack, city: Municipality, demo: Demo, calendar: Clock, member: str) -> Desk:
    """A panel on a port of its own, unlocked in a browser of its own."""
    port = free_port()
    config = PanelConfig(port, background=False, fresh_seconds=0, cost=NO_COST)
    app = create_panel(PanelHome.of_key(demo.key_path(member)), calendar, config)
    server = panel_server(app, port)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    stack.callback(app.extensions[EXTENSION].close)
    stack.callback(thread.join, 10)
    stack.callback(server.stop)
    page = city.person(viewport={"width": 1280, "height": 900})
    desk = Desk(member, page, config.url.rstrip("/"), config.path)
    desk.unlock(config.start_url)
    return desk
