"""What one running panel holds: locked or unlocked, and for how long it has been left alone."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from reporting_app.admin.config import Clock, PanelConfig
from reporting_app.admin.drafts import Drafts
from reporting_app.admin.fetching import Fetcher
from reporting_app.admin.home import PanelHome
from reporting_app.admin.read_marks import ReadMarks
from reporting_app.admin.searching import CaseIndex
from reporting_app.admin.seen import SeenStore
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.order import Entry
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto.enrolment import Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import KeyFile, generate_passphrase
from reporting_app.storage.cache import Cache
from reporting_app.storage.errors import StorageBusy

MOST_DELAY = 4.0
AWAY_WAIT = 0.3
TICKET_SECONDS = 5 * 60
LEFT_SECONDS = 30 * 60


@dataclass
class Beginning:
    """A first run between its steps: in memory only."""

    member: str
    name: str
    role: str
    passphrase: str = field(repr=False)
    asked: tuple[int, int]


class Panel:
    """One panel process. Safe for its threads."""

    def __init__(self, home: PanelHome, clock: Clock, config: PanelConfig) -> None:
        self.home = home
        self.clock = clock
        self.config = config
        self.sitting: Sitting | None = None
        self.beginning: Beginning | None = None
        self.invitation: Invitation | None = None
        self.proposals: dict[str, Proposal] = {}
        self.locked_by_itself = False
        self.ending = False
        self.form_seed = secrets.token_hex(20)
        self._tickets: dict[str, float] = {}
        self._asked = config.monotonic()
        self._public = b""
        self._notices: list[tuple[str, str]] = []
        self._lock = threading.RLock()
        self._touched = (0.0, 0.0)
        self._failures = 0
        self._cache: Cache | None = None

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()

    @property
    def cache(self) -> Cache:
        with self._lock:
            if self._cache is None:
                self._cache = Cache.at(self.home.cache)
            return self._cache

    @property
    def drafts(self) -> Drafts | None:
        """None until the first unlocking of this process: before that nothing can have been written."""
        return Drafts(self.cache, self._public) if self._public else None

    def begin(self, member: str, name: str, role: str) -> None:
        """First run: who it is, and a passphrase to write down, asked back by two of its words."""
        places = sorted(secrets.SystemRandom().sample(range(7), 2))
        self.beginning = Beginning(member, name, role, generate_passphrase(), (places[0], places[1]))

    def create_key(self, passphrase: str) -> None:
        """Writes the key file and unlocks. Raises FileExistsError, OSError."""
        start = self.beginning
        if start is None:
            raise Refused("keyfile", "there is nothing to create")
        made = KeyFile.create(start.member, start.name, start.role, passphrase, self.config.cost)
        self.home = self.home.write_key(made)
        self.beginning = None
        self.unlock(passphrase)

    def unlock(self, passphrase: str) -> None:
        """Raises Refused("passphrase", "keyfile", "cache"); a wrong one answers a little later each time."""
        with self._lock:
            file = self.home.read_key()
            try:
                keys = file.open(passphrase)
            except Refused:
                self._failures += 1
                self.config.pause(min(MOST_DELAY, 0.25 * 2**self._failures))
                raise
            self._failures = 0
            marks = ReadMarks.kept(SeenStore(self.cache, keys.kem.public), keys, self.today)
            self._public = keys.kem.public
            self._drop()
            sitting = self.sitting = Sitting(keys, file.name, file.role, marks)
            self.locked_by_itself = False
            self.touch()
        self.connect(sitting)

    def connect(self, sitting: Sitting) -> None:
        """Gives ``sitting``, unless it has ended, a workspace when there is a confirmed invitation."""
        with self._lock:
            if self.sitting is not sitting or sitting.fetcher or not self.home.has_invitation:
                return
            try:
                invitation = self.home.read_invitation()
            except Refused as refused:
                sitting.damaged = refused.reason
                return
            sitting.damaged = ""
            site = self.config.connect(invitation.site, self.clock)
            sitting.workspace = Workspace(
                sitting.keys,
                site,
                self.cache,
                invitation.anchor,
                self.clock,
                covers=self.config.background,
                index=CaseIndex(),
                marks=sitting.marks,
            )
            every = float(self.config.sync_seconds)
            fetcher = Fetcher(sitting.workspace, every, self.lock_when_idle, self.config.monotonic)
            sitting.fetcher = fetcher
            if self.config.background:
                fetcher.start()
        fetcher.ask(self.config.sync_wait)

    def confirm_invitation(self) -> None:
        """Keeps the invitation whose anchor was compared. Raises OSError."""
        with self._lock:
            sitting, invitation = self.sitting, self.invitation
            if invitation is None or sitting is None:
                return
            self.home.write_invitation(invitation)
            self.invitation = None
            sitting.end()
            sitting.fetcher = None
        self.connect(sitting)

    def lock(self, *, by_itself: bool = False) -> None:
        """Forgets keys and opened cases. Drafts are sealed already."""
        with self._lock:
            self.locked_by_itself = by_itself
            self._notices.clear()
            self._drop()

    def new_ticket(self) -> str:
        """A token that opens one browser, once, within minutes: other programs may see it on its way."""
        with self._lock:
            ticket = secrets.token_urlsafe(32)
            self._tickets[ticket] = self.config.monotonic() + TICKET_SECONDS
            return ticket

    def admits(self, token: str) -> bool:
        """Whether a browser with ``token`` may come in. A ticket is used up."""
        if hmac.compare_digest(token.encode(), self.config.token.encode()):
            return True
        with self._lock:
            return self._tickets.pop(token, 0.0) > self.config.monotonic()

    def asked(self) -> None:
        """A browser that was let in has asked for something: a page is open."""
        self._asked = self.config.monotonic()

    @property
    def is_left(self) -> bool:
        """Locked, and no page has asked for anything for long: nobody would miss the process."""
        practises = self.config.practice is not None and self.config.practice.start_url != ""
        idle = self.config.monotonic() - self._asked
        return self.sitting is None and not practises and idle > LEFT_SECONDS

    def touch(self) -> None:
        """Somebody is here."""
        self._touched = (self.config.monotonic(), self.clock())

    @property
    def seconds_left(self) -> int:
        """Until the panel locks itself, by the clock that moved most: one of them may not count sleep.

        A wall clock that went far back says that nobody knows how long it was.
        """
        steady, wall = self._touched
        away = max(self.config.monotonic() - steady, abs(self.clock() - wall))
        return max(0, int(self.config.idle_seconds - away))

    def lock_when_idle(self) -> None:
        if self.sitting is not None and self.seconds_left == 0:
            self.lock(by_itself=True)

    def freshen(self) -> None:
        """Fetches when what is shown is older than a little while."""
        sitting = self.sitting
        if sitting is None or sitting.fetcher is None:
            return
        tried = sitting.fetcher.tried
        if tried is None or not 0 <= self.config.monotonic() - tried < self.config.fresh_seconds:
            # A silent site must not make every page slow.
            sitting.fetcher.ask(AWAY_WAIT if sitting.state.away else self.config.sync_wait)

    def saw(self, entries: Iterable[Entry]) -> None:
        """Remembers, sealed, what has been on the screen."""
        sitting = self.sitting
        if sitting:
            sitting.marks.saw(entries, self.today)
            with suppress(StorageBusy):  # a full disk keeps nobody from reading
                sitting.marks.save(SeenStore(self.cache, sitting.keys.kem.public))

    def say(self, notice: str, tone: str = "done") -> None:
        """Something to show once, on the next page; ``tone`` is ``done`` or ``waits``."""
        self._notices.append((tone, notice))

    def said(self) -> list[tuple[str, str]]:
        with self._lock:
            notices, self._notices = self._notices, []
            return notices

    def close(self) -> None:
        """At the end of the process."""
        self.lock()
        if self.config.practice:
            self.config.practice.end()

    def _drop(self) -> None:
        sitting, self.sitting = self.sitting, None
        if sitting:
            sitting.end()
