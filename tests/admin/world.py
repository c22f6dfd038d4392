"""An office for the panel's tests: key files with cheap passphrases, a site in memory, panels on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from reporting_app.admin.app import TRANSLATIONS, create_panel
from reporting_app.admin.config import PanelConfig
from reporting_app.admin.home import PanelHome
from reporting_app.admin.pages import EXTENSION
from reporting_app.admin.panel import Panel
from reporting_app.admin.remote import Day, Member, Site, SiteAway, SiteRefused
from reporting_app.cases import proposals
from reporting_app.cases.reporter import Thread, compose_message, compose_report, compose_view, read_thread
from reporting_app.crypto import receipt, shape
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.enrolment import Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import day_digest, object_id
from reporting_app.crypto.keyfile import Cost, KeyFile
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.statistics.ledger import Ledger
from reporting_app.statistics.release import Releases
from tests.deployment import INVESTIGATORS, WITNESSES, World, world_of
from tests.translations import compile_in

PASSPHRASE = "sju ord som bara provar sig fram"
CHEAP = Cost(passes=1, memory=8, lanes=1)
NOON = datetime.combine(date(2026, 11, 21), time(12), UTC).timestamp()
PORT = 8123
TOKEN = "provets-token"
REPORT = "Någon följer efter mig hem från kontoret."


class Compiled(BytecodeCache):
    """Templates that another panel of this test process has compiled already."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()


@dataclass
class Shelf:
    """What a site stores, and how it behaves just now."""

    clock: Clock
    documents: list[SignedDocument] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    deployment: SignedDocument | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    letters: dict[bytes, tuple[date, bytes]] = field(default_factory=dict)
    cells: dict[bytes, bytes] = field(default_factory=dict)
    intake_cells: dict[bytes, bytes] = field(default_factory=dict)
    away: bool = False
    refuses: str = ""
    drops_cells: bool = False
    refuses_letters_only: bool = False
    stale: set[bytes] = field(default_factory=set)
    ledger: list[SignedDocument] = field(default_factory=list)
    releases: list[SignedDocument] = field(default_factory=list)

    def put(self, submission: bytes) -> None:
        parts = shape.read_submission(submission)
        self.letters.setdefault(object_id(parts.letter), (self.clock.today, parts.letter))
        self.intake_cells[object_id(parts.cell)] = parts.cell


class FakeSite(Site):
    """The site's side of protocol §13 in memory; ``Shelf`` says when it is silent or refuses."""

    def __init__(self, shelf: Shelf, url: str = "http://site.test") -> None:
        super().__init__(url, shelf.clock)
        self._shelf = shelf

    def _there(self) -> Shelf:
        if self._shelf.away:
            raise SiteAway("the site does not answer")
        return self._shelf

    def roster(self) -> RosterFile:
        return RosterFile(tuple(self._there().documents), self._shelf.keys)

    def deployment(self) -> SignedDocument:
        found = self._there().deployment
        assert found is not None
        return found

    def _content(self) -> Mapping[str, Any]:
        return self._there().content

    def publish(self, proposal: proposals.Proposal) -> None:
        if proposal.kind == "roster":
            self._there().documents.append(proposal.document)
            self._shelf.keys |= proposal.keys
        else:
            self._there().deployment, self._shelf.content = proposal.document, proposal.content

    def statistics(self, member: Member) -> tuple[list[SignedDocument], list[SignedDocument]]:  # noqa: ARG002
        return list(self._there().ledger), list(self._shelf.releases)

    def publish_intent(self, document: SignedDocument) -> None:
        self._append(self._there().ledger, document)

    def publish_release(self, document: SignedDocument) -> None:
        self._append(self._there().releases, document)

    def _append(self, kept: list[SignedDocument], document: SignedDocument) -> None:
        """By the very rules of the site (§15)."""
        if document in kept:
            return
        kept.append(document)
        chain = RosterChain.load(self._shelf.documents, self._shelf.documents[0].id)
        try:
            Releases.load(self._shelf.releases, Ledger.load(self._shelf.ledger, chain), chain)
        except Refused as refused:
            kept.pop()
            raise SiteRefused(409, refused.reason, refused.detail) from None

    def post(self, submission: bytes) -> None:
        if object_id(shape.read_submission(submission).letter) in self._there().stale:
            raise SiteRefused(409, "roster-stale", "sealed to an old roster")
        if self._there().refuses:
            raise SiteRefused(409, self._shelf.refuses, "not now")
        self._shelf.put(submission)

    def post_cell(self, member: Member, cell: bytes) -> None:  # noqa: ARG002
        if self._there().refuses and not self._shelf.refuses_letters_only:
            raise SiteRefused(409, self._shelf.refuses, "not now")
        if not self._shelf.drops_cells:
            self._shelf.cells[object_id(cell)] = cell

    def board(self, volume: int, shard: int) -> bytes:  # noqa: ARG002
        cells = self._there().cells
        found = [cells[name] for name in sorted(cells)]
        return b"".join(one for one in found if shape.read_cell(one).volume == volume)

    def intake(self, shard: int) -> bytes:  # noqa: ARG002
        cells = self._there().intake_cells
        return b"".join(cells[name] for name in sorted(cells))

    def days(self, member: Member) -> list[Day]:  # noqa: ARG002
        by_day: dict[date, list[bytes]] = {}
        for name, (day, _) in self._there().letters.items():
            by_day.setdefault(day, []).append(name)
        return [Day(day, len(names), day_digest(names)) for day, names in sorted(by_day.items())]

    def letter_ids(self, member: Member, day: date) -> list[bytes]:  # noqa: ARG002
        return sorted(name for name, (when, _) in self._there().letters.items() if when == day)

    def letters(self, member: Member, names: Sequence[bytes]) -> list[bytes]:  # noqa: ARG002
        return [self._there().letters[name][1] for name in names]


@dataclass
class Office:
    """Members with key files, a site, and reporters."""

    directory: Path
    world: World
    shelf: Shelf
    clock: Clock
    # Where panels find a site that is real; else each is given the shelf.
    site: str = ""

    def home(self, member: str) -> PanelHome:
        return PanelHome(self.directory, member)

    def invite(self, member: str) -> bytes:
        roster = RosterFile(tuple(self.shelf.documents), self.world.public_keys)
        made = Invitation("http://site.test", self.world.anchor, self.world.chain.deployment, roster)
        self.home(member).invitation.write_bytes(made.to_bytes())
        return made.to_bytes()

    def panel(self, member: str, home: PanelHome | None = None, **more: Any) -> Office.Open:
        ticks = Clock()
        settings: dict[str, Any] = {
            "port": PORT,
            "token": TOKEN,
            "background": False,
            "fresh_seconds": 0,
            "cost": CHEAP,
            "connect": lambda url, clock: Site(self.site, clock) if self.site else FakeSite(self.shelf, url),
            "monotonic": ticks,
            "pause": lambda _seconds: None,
        }
        config = PanelConfig(**(settings | more))
        app = create_panel(home or self.home(member), self.clock, config)
        app.jinja_env.bytecode_cache = COMPILED
        return Office.Open(app, ticks)

    @dataclass
    class Open:
        """One panel, and the browser that has its token."""

        app: Flask
        ticks: Clock

        def __post_init__(self) -> None:
            self.browser = Browser(self.app.test_client(), self.panel.config.path)

        @property
        def panel(self) -> Panel:
            found: Panel = self.app.extensions[EXTENSION]
            return found

        def unlock(self) -> Office.Open:
            self.browser.get(f"/?token={TOKEN}")
            self.browser.submit("/unlock", {"passphrase": PASSPHRASE})
            assert self.panel.sitting is not None
            return self

    def report(
        self,
        text: str = REPORT,
        leave_out: tuple[str, ...] = (),
        language: str = "sv",
        **answers: list[str],
    ) -> Reporter:
        keys = receipt.ReporterKeys(receipt.generate(), self.world.chain.deployment)
        body = {**self.world.report_body(text), "answers": answers, "language": language}
        submission, _ = compose_report(keys, self.world.setting(self.clock.today), body, leave_out)
        self.shelf.put(submission)
        return Reporter(self, keys)


@dataclass
class Reporter:
    """Somebody with a receipt."""

    office: Office
    keys: receipt.ReporterKeys

    @property
    def case_id(self) -> str:
        return self.keys.thread.thread_id.hex()[:20]

    @property
    def thread(self) -> Thread:
        shelf, world = self.office.shelf, self.office.world
        intake, board = list(shelf.intake_cells.values()), list(shelf.cells.values())
        return read_thread(self.keys, world.chain, intake, board, self.office.clock.today)

    @property
    def texts(self) -> list[str]:
        said = (one for one in self.thread.case.events if one.kind == "message")
        return [str(one.body["text"]) for one in said]

    def write(self, text: str, leave_out: tuple[str, ...] = ()) -> None:
        setting = self.office.world.setting(self.office.clock.today)
        submission, _ = compose_message(self.keys, setting, self.thread, text, leave_out)
        self.office.shelf.put(submission)

    def view(self, moment: str = "closing", text: str = "", **answers: list[str]) -> None:
        """Answers how it has gone."""
        setting = self.office.world.setting(self.office.clock.today)
        body = {"answers": answers, "moment": moment, "text": text}
        self.office.shelf.put(compose_view(self.keys, setting, self.thread, body)[0])


class Browser:
    """A browser as far as the panel is concerned: follows nothing by itself, fills in CSRF tokens."""

    def __init__(self, client: FlaskClient, root: str) -> None:
        self.client = client
        self.root = root

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.ask("POST", path, data=data, **more)

    def outside(self, path: str, **more: Any) -> Any:
        """Without the panel's own path, as whoever does not know it."""
        return self.client.get(path, base_url=f"http://127.0.0.1:{PORT}", **more)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Paths are written, here and in ``Location``, without the panel's own in front."""
        base = f"http://127.0.0.1:{PORT}"
        answer = self.client.open(self.root + path, method=method, base_url=base, **more)
        there = answer.headers.get("Location")
        if there is not None:
            answer.headers["Location"] = there.removeprefix(self.root)
        return answer

    def token(self) -> str:
        """A CSRF token of this session, from whatever page has one."""
        for path in ("/unlock", "/start", "/start/waiting", "/cases", "/start/passphrase"):
            page = self.get(path)
            if page.status_code == 200 and 'name="csrf_token"' in page.text:
                return str(page.text.split('name="csrf_token" value="')[1].split('"')[0])
        raise AssertionError("no page has a form")

    def submit(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.post(path, {"csrf_token": self.token(), **(data or {})}, **more)

    def case(self, case_id: str) -> str:
        return str(self.get(f"/cases/{case_id}").text)


def make_office(directory: Path) -> Office:
    """Five members, a signed roster and deployment file, published."""
    keys = {}
    directory.mkdir(parents=True, exist_ok=True)
    for member in INVESTIGATORS + WITNESSES:
        role = "witness" if member.startswith("tillsyn") else "investigator"
        made = KeyFile.create(member, member.replace("-", " ").capitalize(), role, PASSPHRASE, CHEAP)
        PanelHome(directory).write_key(made)
        keys[member] = made.open(PASSPHRASE)
    world = world_of(keys)
    clock = Clock()
    shelf = Shelf(clock, [world.roster], dict(world.public_keys), world.deployment, world.content)
    office = Office(directory, world, shelf, clock)
    for member in keys:
        office.invite(member)
    return office


def compile_translations() -> None:
    """The panel's."""
    compile_in(TRANSLATIONS)


def proposal_bytes(document: SignedDocument, keys: dict[str, bytes]) -> bytes:
    return proposals.Proposal(document, keys).to_bytes()


__all__ = ["PASSPHRASE", "TOKEN", "Office", "b64", "make_office"]
