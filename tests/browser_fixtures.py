"""The real site on a real port, and a real Chromium in front of it, with the production headers on."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from reporting_app.cases import deciding, proposals, together
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, Sighting, fold
from reporting_app.cases.member import Desk, Posting
from reporting_app.crypto import shape
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.letter_open import Reading, open_letter
from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import assets, languages, leadership, pages, statistics_pages
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.site.languages import Language
from reporting_app.site.leaders import SignIn
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leaders
from reporting_app.storage.letterbox import Cell, Clock, Letter, Letterbox, RosterDocument
from reporting_app.storage.migrations import migrate
from tests.deployment import World, make_world
from tests.storage_fixtures import DATABASES, fresh_database
from tests.translations import compile_in

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
SEES_ITS_END = 0.02  # seconds between a server's looks; half a second is usual, and each test waits for it
ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
# The address bar loads two pages of its own in every context, half a second of work, and a process is kept in
# reserve; nobody types an address here. The last such list counts, so the rest repeats Playwright's.
FEATURES = """WebUIOmniboxPopup WebUIOmniboxAimPopup SpareRendererForSitePerProcess
AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades
HttpsFirstBalancedModeAutoEnable LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning
AvoidCorsURLLoaderRestartOnRedirect OptimizationHints NetworkTimeServiceQuerying AimEnabled
PreconnectToSearch""".split()
ARGUMENTS.append(f"--disable-features={','.join(FEATURES)}")


@dataclass
class LiveSite:
    """A running site with a demo roster and deployment file, and its database at hand."""

    url: str
    world: World
    letterbox: Letterbox
    engine: Engine
    app: Flask
    clock: Clock

    @property
    def today(self) -> date:
        return self.letterbox.today()

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def remove_member(self, member: str) -> None:
        """Publishes a roster version without one member, in force today."""
        chain = self.world.chain
        document = proposals.propose_roster(chain, chain.deployment, [], [member], self.today)
        chain = chain.append(self.world.signed(document))
        keys = {name: key for name, key in self.world.public_keys.items() if name != member}
        encoded = canonical({name: b64(key) for name, key in keys.items()})
        self.letterbox.append_roster(RosterDocument(2, chain.newest.document.to_bytes(), encoded))
        self.world.chain = chain

    def letters(self) -> list[bytes]:
        return self.letterbox.letters(self.letterbox.letter_ids(self.today))

    def put_cell(self, sealed: bytes) -> None:
        """A cell on the board, as the site stores what a member posts."""
        outer = shape.read_cell(sealed)
        cell = Cell(object_id(sealed), outer.volume, outer.shard, outer.tag, outer.commitment, sealed)
        self.letterbox.put_board_cell(cell)

    def put_posting(self, posting: Posting) -> None:
        sent = shape.read_submission(posting.submission)
        outer = shape.read_letter(sent.letter)
        inner = shape.read_cell(sent.cell)
        cell = Cell(object_id(sent.cell), inner.volume, inner.shard, inner.tag, inner.commitment, sent.cell)
        self.letterbox.put_submission(
            Letter(object_id(sent.letter), outer.commitment, sent.letter), cell, self.today
        )
        for cell in posting.cells:
            self.put_cell(cell)


@dataclass
class Investigator:
    """One member at work in the only thread that the site holds."""

    site: LiveSite
    member: str = "utredare-1"

    def read(self) -> list[tuple[bytes, Reading]]:
        keys = self.site.world.keys[self.member]
        opened: list[tuple[bytes, Reading]] = []
        for letter in self.site.letters():
            try:
                reading = open_letter(letter, keys.kem, self.site.world.chain.deployment)
            except Refused:
                continue
            if isinstance(reading, Reading):
                opened.append((object_id(letter), reading))
        return opened

    @property
    def case(self) -> Case:
        sightings = [Sighting(e, name, self.site.today) for name, r in self.read() for e in r.events]
        return fold(self.read()[0][1].block.thread_id, sightings, People.of(self.site.world.chain))

    @property
    def desk(self) -> Desk:
        keys = self.site.world.keys[self.member]
        block = self.read()[0][1].block
        return Desk(self.member, keys.sign_seed, self.site.world.setting(self.site.today), block, self.case)

    def open(self) -> None:
        for name, reading in self.read():
            ids = [event.id for event in reading.events if event.author == "reporter"]
            if ids:
                self.site.put_posting(self.desk.opened(name, ids))

    def reply(self, text: str) -> None:
        self.site.put_posting(self.desk.reply(text))

    def status(self, state: str, reason: str = "") -> None:
        self.site.put_posting(self.desk.status(state, reason))

    def close(self, outcome: str, reason: str) -> None:
        """Proposes it; a colleague approves."""
        arguments = together.close_arguments(outcome, reason)
        for posting in deciding.propose(self.desk, together.CLOSE, arguments):
            self.site.put_posting(posting)
        colleague = next(name for name in sorted(self.case.readers) if name != self.member)
        desk = Investigator(self.site, colleague).desk
        self.site.put_posting(deciding.approve(desk, desk.case.decisions[-1]))


@pytest.fixture(scope="session")
def built() -> None:
    """Browser code and translations, built once from what stands in the working tree."""
    manifest = assets.BUILD / "manifest.json"
    sources = [*ROOT.glob("client/src/**/*.ts"), *ROOT.glob("client/styles/*"), ROOT / "client/build.mjs"]
    newest = max(source.stat().st_mtime for source in sources)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        subprocess.run([str(ROOT / "tools" / "node"), "client/build.mjs"], cwd=ROOT, check=True)
    compile_in(languages.TRANSLATIONS)
    assets.version()


@contextmanager
def running_site(
    database_url: str,
    world: World | None = None,
    clock: Clock = time.time,
    spoken: tuple[Language, ...] = languages.LANGUAGES,
    statistics_public: bool = False,
) -> Iterator[LiveSite]:
    """A site with its pages, on a free port."""
    world = world or make_world()
    engine = make_engine(database_url)
    migrate(engine)
    letterbox = Letterbox(engine, clock)
    keys = canonical(world.roster_file.to_value()["keys"])
    letterbox.append_roster(RosterDocument(1, world.roster.to_bytes(), keys))
    letterbox.append_deployment(1, world.file.to_bytes())
    app = create_app(SiteConfig(world.anchor), letterbox, clock)
    sign_in = None if statistics_public else SignIn(Leaders(engine), clock)
    leadership.install(app, sign_in, spoken)
    statistics_pages.install(app, spoken, signs_in=sign_in is not None)
    pages.install(app, noscript=True, languages=spoken, signs_in=sign_in is not None)
    noscript_pages.install(app, spoken)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(SEES_ITS_END,), daemon=True)
    thread.start()
    try:
        yield LiveSite(f"http://127.0.0.1:{server.port}", world, letterbox, engine, app, clock)
    finally:
        server.shutdown()
        thread.join()
        engine.dispose()


ON_BOTH_DATABASES = pytest.mark.parametrize("live_site", DATABASES, indirect=True)


@pytest.fixture
def live_site(built: None, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveSite]:
    """On SQLite, unless a test is marked with ON_BOTH_DATABASES."""
    kind = getattr(request, "param", "sqlite")
    with fresh_database(kind, request, tmp_path, migrated=False) as url, running_site(url) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts of a phone's size; everything Playwright's ``new_context`` takes can be given."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        settings = {"viewport": {"width": 360, "height": 740}, "locale": "sv-SE", **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A phone's page. A script error or a breach of the content security policy fails the test."""
    page = new_context().new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    assert broken == []
