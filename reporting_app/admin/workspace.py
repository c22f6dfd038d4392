"""The opened cases of one member: fetched, opened, verified and folded in memory, never stored opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

from reporting_app.admin.letters import Opener, Watched, answers_seen
from reporting_app.admin.remote import LETTERS_A_FETCH, Member, Site, SiteAway, SiteRefused
from reporting_app.admin.trust import Alarm, Trust
from reporting_app.cases.fold import Case, SetAside
from reporting_app.cases.member import Desk, Posting, split_text
from reporting_app.cases.reporter import split_cells
from reporting_app.cases.sealing import Setting
from reporting_app.crypto import shape
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache

Clock = Callable[[], float]


@dataclass(frozen=True)
class State:
    """What the panel shows about itself: how fresh, what is wrong, what waits to be sent."""

    synced: float | None = None
    away: str = ""
    alarms: tuple[Alarm, ...] = ()
    waiting: int = 0
    new_letters: int = 0


@dataclass
class Workspace:
    """One member's panel, unlocked. Safe for the panel's threads."""

    keys: MemberKeys
    site: Site
    cache: Cache
    anchor: bytes
    clock: Clock
    state: State = field(default_factory=State)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._trust = Trust(self.cache, self.anchor)
        self._opener = Opener(self.keys)
        self._known_rosters = 0
        self._cases: dict[str, Case] = {}

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()

    @property
    def setting(self) -> Setting:
        """The last good roster and deployment file. Raises Refused when there is none yet."""
        return self._trust.remembered(self.today)

    @property
    def role(self) -> str:
        """``investigator``, ``witness`` or, when the roster does not name the member, an empty string."""
        member = self.setting.roster.members.get(self.keys.member)
        return member.role if member else ""

    def sync(self) -> State:
        """Send what waits, fetch what is new, open it, and post ``opened`` for what nobody has opened.

        What the site does wrong becomes an alarm; a silent site leaves yesterday's work readable.
        """
        with self._lock:
            alarms: list[Alarm] = []
            away, new = "", 0
            try:
                setting, alarms = self._trust.refresh(self.site, self.today)
                self._open_cached(setting)
                alarms += self._send_waiting()
                new, lost = self._fetch(setting)
                if lost:
                    alarms.append(Alarm("letters", "lost", f"{lost} letters are no longer on the site"))
                self._open_cached(setting)
                self._post_opened(setting)
            except SiteAway as silence:
                away = str(silence)
                self._open_what_is_here()
            except SiteRefused as refusal:
                alarms.append(Alarm("site", refusal.kind, refusal.detail))
                self._open_what_is_here()
            waiting = len(self.cache.outgoing())
            synced = self.state.synced if away else self.clock()
            self.state = State(synced, away, tuple(alarms), waiting, new)
            return self.state

    @property
    def cases(self) -> dict[str, Case]:
        """Every case this member may read, by id."""
        return self._cases

    @property
    def set_aside(self) -> list[SetAside]:
        """Letters that should have opened and broke a rule."""
        return self._opener.set_aside

    @property
    def watched(self) -> dict[bytes, Watched]:
        """What a witness sees: letters whose answers they watch for."""
        return self._opener.watched

    def answers(self) -> dict[bytes, set[int]]:
        """For each watched letter, which human answers are marked on the board. Asks the site."""
        volumes = self.setting.deployment.parameters.volumes
        cells = [
            one
            for year, shards in volumes.items()
            for shard in range(shards)
            for one in split_cells(self.site.board(year, shard))
        ]
        return answers_seen(self.watched, cells)

    def reply(self, case_id: str, text: str) -> list[Posting]:
        """Answer the reporter; a long text becomes several messages.

        Raises KeyError for an unknown case, Refused, SiteRefused. A silent site raises nothing: the
        sealed answer waits and ``state`` says so.
        """
        parts = split_text(text)
        if not parts:
            raise Refused("schema", "there is nothing to send")
        return [self._act(case_id, partial(Desk.reply, text=part)) for part in parts]

    def note(self, case_id: str, text: str) -> Posting:
        """A note among colleagues."""
        return self._act(case_id, lambda desk: desk.note(text))

    def set_status(self, case_id: str, state: str, outcome: str = "", reason: str = "") -> Posting:
        """A new state, which the reporter sees."""
        return self._act(case_id, lambda desk: desk.status(state, outcome, reason))

    def _act(self, case_id: str, compose: Callable[[Desk], Posting]) -> Posting:
        with self._lock:
            setting = self.setting
            case = self._cases[case_id]
            posting = compose(self._desk(setting, case))
            self._send_new(setting, posting)
            return posting

    def _desk(self, setting: Setting, case: Case) -> Desk:
        block = self._opener.threads[case.thread].block
        return Desk(self.keys.member, self.keys.sign_seed, setting, block, case)

    def _send_new(self, setting: Setting, posting: Posting) -> None:
        """Keep it sealed until the site has both parts, so that neither side misses what the other has."""
        name = posting.event.id
        self.cache.add_outgoing(name, posting.submission, posting.cell or b"")
        try:
            self._send(setting, posting.submission, posting.cell or b"")
        except SiteRefused:
            self.cache.remove_outgoing(name)
            raise
        except SiteAway as silence:
            self.state = State(self.state.synced, str(silence), self.state.alarms, self.state.waiting + 1)
        else:
            self.cache.remove_outgoing(name)
        letter = shape.read_submission(posting.submission).letter
        self.cache.add_letters(setting.today, [letter])
        self._open_cached(setting)

    def _send(self, setting: Setting, submission: bytes, cell: bytes) -> None:
        self.site.post(submission)
        if cell:
            self.site.post_cell(Member(self.keys, setting.deployment_id), cell)

    def _send_waiting(self) -> list[Alarm]:
        alarms: list[Alarm] = []
        for name, submission, cell in self.cache.outgoing():
            try:
                self._send(self.setting, submission, cell)
                self.cache.remove_outgoing(name)
            except SiteRefused as refusal:
                alarms.append(Alarm("outgoing", refusal.kind, refusal.detail))
        return alarms

    def _fetch(self, setting: Setting) -> tuple[int, int]:
        """Compare day by day with the site: ``(fetched, lost)`` counts letters new here and gone there."""
        member = Member(self.keys, setting.deployment_id)
        waiting = {object_id(shape.read_submission(one).letter) for _, one, _ in self.cache.outgoing()}
        listed = {one.day: one.digest for one in self.site.days(member)}
        fetched = lost = 0
        for day in sorted({*listed, *self.cache.days()}):
            if self.cache.digest(day) == listed.get(day):
                continue
            there = set(self.site.letter_ids(member, day)) if day in listed else set()
            lost += len(self.cache.known(day) - there - waiting)
            fetched += self._fetch_day(member, day, sorted(there - self.cache.known(day)))
        return fetched, lost

    def _fetch_day(self, member: Member, day: date, names: list[bytes]) -> int:
        for start in range(0, len(names), LETTERS_A_FETCH):
            letters = self.site.letters(member, names[start : start + LETTERS_A_FETCH])
            self.cache.add_letters(day, letters)
        return len(names)

    def _open_what_is_here(self) -> None:
        try:
            self._open_cached(self.setting)
        except Refused:
            self._cases = {}

    def _open_cached(self, setting: Setting) -> None:
        if len(setting.chain.versions) != self._known_rosters:
            # A new roster may name the author of something that was set aside before.
            self._opener = Opener(self.keys)
            self._known_rosters = len(setting.chain.versions)
        opened = [
            self._opener.add(sealed, day, setting.chain)
            for day, sealed in self.cache.letters(besides=self._opener.done)
        ]
        if any(opened):
            self._cases = self._opener.cases()

    def _post_opened(self, setting: Setting) -> None:
        for case in list(self._cases.values()):
            if self.keys.member not in case.readers:
                continue
            by_letter: dict[bytes, list[bytes]] = {}
            for entry in case.unopened:
                by_letter.setdefault(entry.letter, []).append(entry.event.id)
            for letter, names in by_letter.items():
                posting = self._desk(setting, self._cases[case.id]).opened(letter, names)
                self._send_new(setting, posting)
