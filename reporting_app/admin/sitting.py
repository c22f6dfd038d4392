"""The time between unlocking and locking: keys, opened cases, what this member has seen and searched for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date

from reporting_app.admin.facts import QUIET_KINDS
from reporting_app.admin.fetching import Fetcher
from reporting_app.admin.inbox import Inbox
from reporting_app.admin.oral import Slip
from reporting_app.admin.read_marks import ReadMarks
from reporting_app.admin.searching import CaseIndex
from reporting_app.admin.seen import SEEN_SIZE
from reporting_app.admin.tracing import TraceBook
from reporting_app.admin.trust import PanelSetting, ShortNotice
from reporting_app.admin.workspace import State, Workspace
from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry
from reporting_app.cases.team import Staff, Team
from reporting_app.crypto.enrolment import Enrolment
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import INVESTIGATOR

MOST_SEARCHES = 50


@dataclass
class Sitting:
    """The time between unlocking and locking. Dropping it drops the keys and every opened case."""

    keys: MemberKeys = field(repr=False)
    name: str
    role: str
    marks: ReadMarks
    workspace: Workspace | None = field(default=None, repr=False)
    fetcher: Fetcher | None = field(default=None, repr=False)
    damaged: str = ""
    done: set[str] = field(default_factory=set)
    slip: Slip | None = field(default=None, repr=False)
    searches: dict[str, str] = field(default_factory=dict, repr=False)
    traces: TraceBook = field(default_factory=TraceBook, repr=False)
    _setting: tuple[State, date, PanelSetting] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._inbox = Inbox(self.keys.member)

    @property
    def seen(self) -> set[bytes]:
        """What this member has had on the screen: the first eight bytes of each event's id."""
        return self.marks.seen

    @property
    def inbox(self) -> Inbox:
        """What the list needs of every case, as the cases are now."""
        self._inbox.renew(self.cases, self.waiting)
        return self._inbox

    @property
    def index(self) -> CaseIndex | None:
        return self.workspace.index if self.workspace else None

    @property
    def is_reading_in(self) -> bool:
        """Whether a search finds less than there is: the panel was unlocked just now."""
        return self.index is not None and not self.index.is_whole

    def keep_search(self, words: str) -> str:
        """An id for an address: the words themselves stay in this memory, out of the browser's history."""
        name = secrets.token_urlsafe(6)
        self.searches = dict([*self.searches.items(), (name, words)][-MOST_SEARCHES:])
        return name

    def end(self) -> None:
        """The search index goes with the keys."""
        if self.fetcher:
            self.fetcher.stop()
        if self.index:
            self.index.close()

    @property
    def state(self) -> State:
        return self.workspace.state if self.workspace else State()

    @property
    def setting(self) -> PanelSetting | None:
        """What the majority signed, or None while nothing good has been seen."""
        if self.workspace is None:
            return None
        # It can only change with a round of fetching or a new day; checking signatures costs milliseconds.
        asked = (self.workspace.state, self.workspace.today)
        if self._setting is None or self._setting[0] is not asked[0] or self._setting[1] != asked[1]:
            try:
                self._setting = (*asked, self.workspace.setting)
            except Refused:
                return None
        return self._setting[2]

    @property
    def short_notices(self) -> list[ShortNotice]:
        """New members whom this panel could not show in time, until they are compared by voice."""
        setting = self.setting
        return self.workspace.short_notices(setting.chain) if self.workspace and setting else []

    @property
    def standing(self) -> str:
        """``investigator`` or ``witness`` by the roster in force and with this very key, else empty."""
        setting = self.setting
        member = setting.roster.members.get(self.keys.member) if setting else None
        return member.role if member and member.sign == self.keys.sign_public else ""

    @property
    def cases(self) -> dict[str, Case]:
        return self.workspace.cases if self.workspace else {}

    @property
    def team(self) -> Team:
        return self.workspace.team if self.workspace else Team()

    @property
    def staff(self) -> Staff:
        """Who is at work today."""
        setting = self.setting
        if setting is None:
            return Staff()
        current = [one.id for one in setting.roster.with_role(INVESTIGATOR, setting.today)]
        return self.team.staff(current, setting.today, self.keys.member)

    @property
    def enrolment(self) -> Enrolment:
        keys = self.keys
        unsigned = Enrolment(keys.member, self.name, self.role, keys.sign_public, keys.kem.public)
        return unsigned.signed(keys.sign_seed)

    @property
    def waiting(self) -> set[bytes]:
        """Events of this member's that the site does not have yet."""
        return (
            {row.id for row in self.workspace.cache.outgoing() if not row.sent} if self.workspace else set()
        )

    def unseen(self, case: Case) -> list[Entry]:
        """What others have added that this member has not had on the screen."""
        return [
            entry
            for entry in case.timeline
            if entry.event.author != self.keys.member
            and entry.event.kind not in QUIET_KINDS
            and entry.event.id[:SEEN_SIZE] not in self.seen
        ]

    def has_seen(self, case: Case) -> bool:
        """Whether this member has had anything of the case on the screen, or written in it."""
        spoken = [entry.event for entry in case.timeline if entry.event.kind not in QUIET_KINDS]
        return any(one.author == self.keys.member or one.id[:SEEN_SIZE] in self.seen for one in spoken)

    def first_time(self, once: str) -> bool:
        """Whether a form with this mark is posted for the first time: a double click sends once."""
        if once in self.done:
            return False
        self.done.add(once)
        return True
