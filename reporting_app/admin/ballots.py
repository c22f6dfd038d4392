"""Ballots on their way to the witnesses, each after days of its own, in shuffled batches (protocol §8)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from reporting_app.admin.letters import Thread
from reporting_app.admin.outbox import Outbox
from reporting_app.admin.trust import PanelSetting
from reporting_app.cases import coding
from reporting_app.cases.coding import WITHDRAWN, Scheme, Vote
from reporting_app.cases.fold import Case
from reporting_app.cases.need import Limits
from reporting_app.crypto import ballot
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.encoding import b64, canonical, parse, parse_day, unb64
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.letter import Recipient
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.storage.cache import Cache

MOST_DAYS = (
    14  # between a coding and its ballots, each drawn for itself: so they mix with those of other cases
)
MEAN_WAIT = 2 * 3600  # seconds that a panel runs, on average, before the day's batch leaves
OVERDUE_DAYS, OVERDUE_WAIT = 3, 600  # a panel that seldom runs long must get rid of them too
LONGEST_GAP = 300  # seconds that count after a pause: a computer that slept does not catch up at once
MOST_AT_ONCE = 64
NAME_SIZE = 16
BATCH_DAY = "ballots"


@dataclass(frozen=True)
class Kept:
    """What this panel says of one case in one table: ``heard`` when anything of it was ever sent."""

    name: bytes
    period: str
    value: str
    due: date
    sent: bool = False
    heard: bool = False

    def says(self, vote: Vote) -> bool:
        return (self.period, self.value) == (vote.period, vote.value)


@dataclass
class BallotBox:
    """One for each unlocked panel. What it keeps is sealed under the member's cache key."""

    keys: MemberKeys
    outbox: Outbox
    cache: Cache
    chance: Random = field(default_factory=secrets.SystemRandom)
    _last: float | None = None
    _kept: dict[bytes, Kept] | None = None
    _asked: tuple[date, int, int] | None = None
    _cast: dict[str, tuple[Case, tuple[Vote, ...]]] = field(default_factory=dict)

    def round(self, setting: PanelSetting, threads: Iterable[Thread], now: float) -> None:
        """Plans what the cases say now and perhaps sends the day's batch. Raises SiteAway, SiteRefused."""
        gap = 0.0 if self._last is None else min(max(now - self._last, 0.0), LONGEST_GAP)
        self._last = now
        cases = [(one.block.secret, one.case) for one in threads if one.case and one.block]
        waiting = self._plan(setting, cases)
        due = [(mark, vote) for mark, vote in waiting.items() if self._known[mark].due <= setting.today]
        sent_today = self.cache.fact(BATCH_DAY) == setting.today.isoformat().encode()
        if not due or sent_today or not witnesses(setting):
            return
        late = setting.today - min(self._known[mark].due for mark, _ in due)
        wait = OVERDUE_WAIT if late >= timedelta(days=OVERDUE_DAYS) else MEAN_WAIT
        if self.chance.random() < gap / wait:
            self.chance.shuffle(due)
            for mark, vote in due[:MOST_AT_ONCE]:
                self._send(setting, mark, vote)
            self.cache.set_fact(BATCH_DAY, setting.today.isoformat().encode())

    @property
    def _known(self) -> dict[bytes, Kept]:
        """By pseudonym. What cannot be opened is as what was never kept: it is planned anew."""
        if self._kept is None:
            self._kept = dict(filter(None, (self._read(*row) for row in self.cache.ballots())))
        return self._kept

    def _plan(self, setting: PanelSetting, cases: list[tuple[bytes, Case]]) -> dict[bytes, Vote]:
        """What is not sent yet, by pseudonym; a day is drawn for what is new."""
        scheme = scheme_of(setting)
        asked = (setting.today, setting.deployment.version, setting.roster.version)
        if asked != self._asked:
            self._asked = asked
            self._cast.clear()
        waiting: dict[bytes, Vote] = {}
        new: dict[bytes, Kept] = {}
        for secret, case in cases:
            for vote in self._votes(setting, scheme, case):
                mark = ballot.pseudonym(secret, vote.table)
                kept = self._known.get(mark)
                if kept is None or not kept.says(vote):
                    kept = new[mark] = self._drawn(vote, kept)
                if not kept.sent:
                    waiting[mark] = vote
        self._keep(new)
        return waiting

    def _votes(self, setting: PanelSetting, scheme: Scheme, case: Case) -> tuple[Vote, ...]:
        """Worked out again only when the case, the day or what was signed is another."""
        before = self._cast.get(case.id)
        if before is None or before[0] is not case:
            before = self._cast[case.id] = (case, self._votes_now(setting, scheme, case))
        return before[1]

    def _votes_now(self, setting: PanelSetting, scheme: Scheme, case: Case) -> tuple[Vote, ...]:
        present = {one.id for one in setting.roster.with_role(INVESTIGATOR, setting.today)}
        mine = coding.caster(case, present) == self.keys.member
        if not mine or leaves_out_a_witness(case, setting):
            return ()
        found = coding.votes(case, scheme, setting.today)
        return tuple(vote for vote in found if coding.frozen_after(vote.period) >= setting.today)

    def _drawn(self, vote: Vote, before: Kept | None) -> Kept:
        """The first day that ``vote`` may leave on. What was never sent needs no taking back."""
        due = vote.since + timedelta(days=1 + self.chance.randrange(MOST_DAYS))
        heard = before.heard if before else False
        settled = vote.value == WITHDRAWN and before is not None and not heard
        name = before.name if before else secrets.token_bytes(NAME_SIZE)
        return Kept(name, vote.period, vote.value, due, settled, heard)

    def _send(self, setting: PanelSetting, mark: bytes, vote: Vote) -> None:
        """Sealed only now, to the witnesses of today; said twice it counts once."""
        made = Ballot(
            author=self.keys.member,
            catalogue=scheme_of(setting).catalogue,
            day=setting.today,
            deployment=setting.deployment_id,
            period=vote.period,
            pseudonym=mark,
            table=vote.table,
            value=vote.value,
        )
        wire = made.sign(self.keys.sign_seed)
        self.outbox.post_to_witnesses(setting, witnesses(setting), ballot.ballot_content(wire))
        self._keep({mark: replace(self._known[mark], sent=True, heard=True)})

    def _keep(self, rows: Mapping[bytes, Kept]) -> None:
        self._known.update(rows)
        self.cache.keep_ballots([(one.name, self._sealed(mark, one)) for mark, one in rows.items()])

    def _sealed(self, mark: bytes, one: Kept) -> bytes:
        record = {
            "due": one.due.isoformat(),
            "heard": one.heard,
            "mark": b64(mark),
            "period": one.period,
            "sent": one.sent,
            "value": one.value,
        }
        return ballot.seal_kept(self.keys.cache_key, one.name, canonical(record))

    def _read(self, name: bytes, sealed: bytes) -> tuple[bytes, Kept] | None:
        record = ballot.open_kept(self.keys.cache_key, name, sealed)
        if record is None:
            return None
        value = parse(record)
        due, mark = parse_day(value["due"]), unb64(value["mark"], 16)
        return mark, Kept(name, value["period"], value["value"], due, value["sent"], value["heard"])


def scheme_of(setting: PanelSetting) -> Scheme:
    """What is coded by the deployment file in force."""
    content = setting.file.human_part
    usual, given = Limits(), content["parameters"]
    limits = Limits(
        given.get("first_answer_days", usual.answer_days), given.get("feedback_months", usual.feedback_months)
    )
    return Scheme.of(content, limits)


def witnesses(setting: PanelSetting) -> list[Recipient]:
    """Slots for the witnesses one may seal to today."""
    return [Recipient(setting.keys[one.id]) for one in setting.roster.with_role(WITNESS, setting.today)]


def leaves_out_a_witness(case: Case, setting: PanelSetting) -> bool:
    """Then nothing of it is cast: whoever counts ballots would learn of a case that they may not know."""
    watching = {one.id for one in setting.roster.with_role(WITNESS, setting.today)}
    return not watching.isdisjoint(case.excluded)
