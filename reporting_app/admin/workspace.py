"""The opened cases of one member: fetched, opened, verified and folded in memory, never stored opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from reporting_app.admin import drawing_rounds, following
from reporting_app.admin.ballots import BallotBox, scheme_of
from reporting_app.admin.catching_up import Caught, catch_up
from reporting_app.admin.cover import Cover
from reporting_app.admin.drawing import DrawingRoom
from reporting_app.admin.elsewhere import Elsewhere
from reporting_app.admin.held import Held
from reporting_app.admin.letters import Opener, Watched, answers_seen
from reporting_app.admin.outbox import Outbox
from reporting_app.admin.pins import Pins
from reporting_app.admin.read_marks import ReadMarks
from reporting_app.admin.remote import Member, Site, SiteAway, SiteRefused
from reporting_app.admin.searching import CaseIndex
from reporting_app.admin.statistics_memory import StatisticsMemory
from reporting_app.admin.trust import CLOCK, FULL, Alarm, PanelSetting, ShortNotice, Trust
from reporting_app.cases import schema, team
from reporting_app.cases.coding import UNDETERMINED
from reporting_app.cases.deciding import Outside
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk, Posting, after, split_text
from reporting_app.cases.order import CLOCK_SKEW, SetAside
from reporting_app.cases.reporter import split_cells
from reporting_app.cases.sealing import Setting
from reporting_app.cases.team import Team
from reporting_app.cases.together import Decision
from reporting_app.crypto import shape
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import WITNESS
from reporting_app.crypto.roster import RosterChain
from reporting_app.storage.cache import Cache
from reporting_app.storage.errors import StorageBusy

Clock = Callable[[], float]
Done = TypeVar("Done")


@dataclass(frozen=True)
class State:
    """What the panel shows about itself: how fresh, what is wrong, what waits to be sent."""

    synced: float | None = None
    away: str = ""
    alarms: tuple[Alarm, ...] = ()
    waiting: int = 0
    new_letters: int = 0


class PartlySaid(Exception):
    """Of a long answer the first ``said`` of ``total`` parts are out; ``rest`` is the text of the others."""

    def __init__(
        self, said: int, total: int, rest: str, problem: Refused | SiteRefused | StorageBusy
    ) -> None:
        super().__init__(f"{said} of {total} parts")
        self.said, self.total, self.rest, self.problem = said, total, rest, problem


@dataclass
class Workspace:
    """One member's panel, unlocked. Safe for the panel's threads."""

    keys: MemberKeys
    site: Site
    cache: Cache
    anchor: bytes
    clock: Clock
    state: State = field(default_factory=State)
    # Whether to post, now and then, what nobody can open. Long-running panels do; single commands do not.
    covers: bool = False
    # Takes in the words of what is opened, for those who search.
    index: CaseIndex | None = field(default=None, repr=False)
    # What its member has read, where it is told to colleagues.
    marks: ReadMarks | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._trust = Trust(self.cache, self.anchor)
        self._outbox = Outbox(self.keys, self.site, self.cache)
        self._cover = Cover(self._outbox, self.cache)
        self._ballots = BallotBox(self.keys, self._outbox, self.cache)
        self._held = Held(self.keys, self.cache)
        memory, pins = StatisticsMemory(self.cache), Pins(self.keys, self.cache)
        self._drawing = DrawingRoom(self.keys, self.site, self._outbox, memory, pins)
        self._elsewhere = Elsewhere(self.keys, self.cache)
        self._cases: dict[str, Case] = {}

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()

    @property
    def setting(self) -> PanelSetting:
        """The last good roster and deployment file. Raises Refused when there is none yet."""
        return self._trust.remembered(self.today)

    def short_notices(self, chain: RosterChain) -> list[ShortNotice]:
        """Versions that let others in before this panel could show them, until they are compared."""
        mine = {self.keys.member}
        return [one for one in self._trust.short_notices(chain) if one.added - mine]

    def compared(self, version: int) -> None:
        """The member has compared a roster version by voice."""
        self._trust.compared(version)

    @property
    def role(self) -> str:
        """``investigator``, ``witness`` or, when the roster does not name the member, an empty string."""
        member = self.setting.roster.members.get(self.keys.member)
        return member.role if member else ""

    def sync(self) -> State:
        """Send what waits, fetch what is new, open it, and post ``opened`` for what nobody has opened.

        Raises nothing: what the site does wrong becomes an alarm, a silent site leaves yesterday's work
        readable, and one letter that breaks something never hides the others or the alarms.
        """
        with self._lock:
            alarms: list[Alarm] = []
            away, new = "", 0
            try:
                if not self._opener.done:  # just unlocked: whoever waits need not wait for the network
                    self._open_what_is_here()
                setting, wrong = self._trust.refresh(self.site, self.today)
                alarms += wrong
                self._open_cached(setting)
                alarms += self._outbox.send_waiting(setting)
                sent = self._outbox.sent
                caught = self._fetch(setting)
                new, alarms = caught.new, alarms + caught.alarms
                self._open_cached(setting)
                self._elsewhere.notice(self._opener.threads.values(), caught.fresh)
                following.post_opened(self)
                following.carry_on(self)
                if self.role == WITNESS:
                    alarms += self.draw_together(drawing_rounds.carry_on)
                alarms += self._outbox.confirm(sent, caught.listed)
                if self.covers:
                    self._cover.round(setting, self.clock())
                    self._ballots.round(setting, self._opener.threads.values(), self.clock())
                if self.marks:
                    self.marks.tell(self._cases, setting.today, self.act)
            except SiteAway as silence:
                away = str(silence)
            except SiteRefused as refusal:
                alarms.append(Alarm("site", refusal.kind, refusal.detail, refusal.ahead))
            except Refused as refused:
                alarms.append(Alarm("site", refused.reason, refused.detail))
            except StorageBusy as busy:
                alarms.append(Alarm("panel", FULL, str(busy)))
            except Exception as error:  # whatever it is, it must not switch the alarms off
                alarms.append(Alarm("panel", "unexpected", type(error).__name__))
            self._open_what_is_here()
            synced = self.state.synced if away else self.clock()
            self.state = State(synced, away, tuple(alarms), self._outbox.waiting, new)
            return self.state

    @property
    def _opener(self) -> Opener:
        return self._held.opener

    @property
    def cases(self) -> dict[str, Case]:
        """Every case this member may read, by id."""
        return self._cases

    @property
    def set_aside(self) -> list[SetAside]:
        """Letters that should have opened and broke a rule."""
        return [*self._opener.set_aside, *self._opener.without_case]

    @property
    def elsewhere(self) -> frozenset[bytes]:
        """Letters with something of this member's key that was not signed here; ``was_me`` forgets them."""
        return self._elsewhere.letters

    def was_me(self) -> None:
        """The member says so of everything in ``elsewhere``. Raises StorageBusy."""
        self._elsewhere.was_me()

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

    @property
    def asked(self) -> dict[str, Case]:
        """Cases that this member cannot read and is asked to sign in: the proposals alone."""
        return self._opener.asked()

    def reads(self, case_id: str) -> bool:
        """Whether new words of this case go to this member."""
        return case_id in self._cases and self.keys.member in self._cases[case_id].readers

    def decisions(self, case_id: str) -> list[Decision]:
        """What two together decide in a case that this member reads or is asked about. Raises KeyError."""
        case = {**self.asked, **self._cases}[case_id]
        return case.decisions if self.reads(case_id) else case.decisions_from_outside

    @property
    def team(self) -> Team:
        """What the investigators have said about their own work: absences, text blocks."""
        return Team.of(self._opener.team())

    def reply(self, case_id: str, text: str) -> list[Posting]:
        """Answer the reporter; a long text becomes several messages.

        Raises KeyError for an unknown case, Refused, SiteRefused, StorageBusy: then nothing was said; or
        PartlySaid. A silent site raises nothing: the sealed answer waits and ``state`` says so.
        """
        schema.some_text(text.strip())
        said: list[Posting] = []
        for number, part in enumerate(parts := split_text(text)):
            try:
                said.append(self.act(case_id, partial(Desk.reply, text=part)))
            except (Refused, SiteRefused, StorageBusy) as problem:
                if number:
                    raise PartlySaid(number, len(parts), after(text, parts[:number]), problem) from problem
                raise
        return said

    def note(self, case_id: str, text: str) -> Posting:
        """A note among colleagues."""
        return self.act(case_id, lambda desk: desk.note(text))

    def set_status(self, case_id: str, state: str, reason: str = "") -> Posting:
        """A new state, which the reporter sees. Closing takes two: ``acts.propose_closing``."""
        return self.act(case_id, lambda desk: desk.status(state, reason))

    def code(self, case_id: str, chosen: Mapping[str, str], *, plausible: bool) -> Posting:
        """What the case counts as, by dimension. Raises Refused("schema") for what cannot be chosen."""
        scheme = scheme_of(self.setting)
        for name, value in chosen.items():
            if value not in (*scheme.values_of(name), UNDETERMINED):
                raise Refused("schema", f"{value} is no {name}")
        values = scheme.values_for(chosen, plausible=plausible)
        return self.act(case_id, lambda desk: desk.coding(scheme.catalogue, values))

    def act(self, case_id: str, compose: Callable[[Desk], Posting]) -> Posting:
        """Posts what ``compose`` makes in the case as it is now. Raises as ``reply``."""
        with self._lock:
            setting = self.setting
            self._open_cached(setting)  # another program of this member may have used the next number
            posting = compose(self._desk(setting, self._cases[case_id]))
            self._send_new(setting, posting)
            return posting

    def answer_asked(self, case_id: str, compose: Callable[[Outside], Posting]) -> Posting:
        """The same in a case that is not open to this member. Raises KeyError when they are not asked."""
        with self._lock:
            setting = self.setting
            self._open_cached(setting)
            case = {**self.asked, **self._cases}[case_id]
            posting = compose(Outside(self.keys.member, self.keys.sign_seed, setting, case))
            self._send_new(setting, posting)
            return posting

    def tell_team(self, kind: str, body: Mapping[str, Json]) -> Posting:
        """Says something to all investigators about their own work."""
        with self._lock:
            setting = self.setting
            self._open_cached(setting)
            posting = team.compose(self.keys, setting, self._opener.team(), kind, body)
            self._send_new(setting, posting)
            return posting

    def draw_together(self, act: Callable[[DrawingRoom, PanelSetting], Done]) -> Done:
        """What a witness does about statistics, with all ballots that are here. Raises as ``act``."""
        with self._lock:
            setting = self.setting
            self._drawing.look(setting, self._opener.ballots, self._opener.draws)
            return act(self._drawing, setting)

    def hand_on(self, case_id: str) -> None:
        """Gives new handlers what was said before they came, in as many letters as it takes."""
        with self._lock:
            following.hand_on(self, case_id)

    def send_prepared(self, posting: Posting) -> None:
        """Posts a further letter of something that has been said already. Raises SiteRefused."""
        with self._lock:
            self._send_new(self.setting, posting)

    def desk(self, case_id: str) -> Desk:
        """To write in a case as it is now. Raises KeyError, Refused("audience")."""
        return self._desk(self.setting, self._cases[case_id])

    def cannot_answer(self, case: Case, why: SetAside) -> None:
        """Something of a case that cannot be followed: shown with it, once."""
        self._opener.cannot_answer(case.thread, why)

    def _desk(self, setting: Setting, case: Case) -> Desk:
        block = self._opener.threads[case.thread].block
        if block is None:
            raise Refused("audience", "this case is not open to this member")
        return Desk(self.keys.member, self.keys.sign_seed, setting, block, case)

    def _send_new(self, setting: Setting, posting: Posting) -> None:
        self._check_clock(setting)
        waits = self._outbox.send(setting, posting)
        if waits:
            self.state = replace(self.state, away=waits, waiting=self.state.waiting + 1)
        self._open_cached(setting)

    def _check_clock(self, setting: Setting) -> None:
        """What is said with a clock known to be wrong would bear a wrong day. Raises SiteRefused("clock")."""
        wrong = next((one for one in self.state.alarms if one.reason == CLOCK), None)
        if wrong is None:
            return
        try:
            self.site.days(Member(self.keys, setting.deployment_id))
        except SiteAway:
            raise SiteRefused(HTTPStatus.UNAUTHORIZED, CLOCK, wrong.detail, wrong.number) from None

    def _fetch(self, setting: Setting) -> Caught:
        member = Member(self.keys, setting.deployment_id)
        own = {object_id(shape.read_submission(row.submission).letter) for row in self.cache.outgoing()}
        founded, last = setting.chain.versions[0].day, setting.today + CLOCK_SKEW
        return catch_up(self.site, member, self.cache, own, founded, last)

    def _open_what_is_here(self) -> None:
        try:
            self._open_cached(self.setting)
        except Refused:  # nothing good has been seen yet, so there is nothing to open it with
            self._cases = {}

    def _open_cached(self, setting: Setting) -> None:
        if self._held.renew(setting.chain):
            self._cases = self._opener.cases()
            if self.index:
                self.index.update(self._cases)
