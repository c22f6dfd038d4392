"""What a panel believes of the site: only what the majority signed, and never an older state than before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from reporting_app.admin.remote import Site
from reporting_app.cases.sealing import Setting
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import Deployment, DeploymentFile
from reporting_app.crypto.encoding import canonical, parse, parse_day
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import Roster, RosterChain, RosterFile, checked_keys, in_time
from reporting_app.storage.cache import Cache

ROSTER, DEPLOYMENT = "roster", "deployment"
SHORT_NOTICE = "short-notice:"
# What is wrong with this computer, not with the site.
CLOCK, FULL = "clock", "full"
Read = TypeVar("Read")


@dataclass(frozen=True)
class Alarm:
    """The site served something that the majority did not sign, or an older state. Shown loudly.

    ``number`` is for CLOCK: seconds by which this computer is ahead, 0 when the site has not said.
    """

    subject: str
    reason: str
    detail: str
    number: int = 0


@dataclass(frozen=True)
class PanelSetting(Setting):
    """A setting with the texts, questions and outcomes that a panel shows."""

    file: DeploymentFile = field(repr=False)


@dataclass(frozen=True)
class ShortNotice:
    """A version that lets somebody in sooner than two days after ``seen``, when it first came here."""

    before: Roster
    version: Roster
    seen: date

    @property
    def added(self) -> set[str]:
        """Ids of who came."""
        return self.version.added_since(self.before)


class Trust:
    """Pins the anchor, remembers the newest roster and deployment file, and judges what the site serves."""

    def __init__(self, cache: Cache, anchor: bytes) -> None:
        self._cache = cache
        self._anchor = anchor
        self._parsed: dict[str, tuple[bytes, Any]] = {}

    def accept_roster(self, served: RosterFile, today: date) -> RosterChain:
        """The chain, if it carries and its keys are there. Raises Refused."""
        chain = RosterChain.load(served.documents, self._anchor)
        before = self._remembered_roster()
        if before is not None and not _extends(chain, before):
            raise Refused("roster-chain", "the site serves an older or another roster than before")
        for roster in _current_and_waiting(chain, today):
            checked_keys(roster, served.keys)
        if before is not None:
            self._note_haste(chain, before, today)
        self._cache.set_fact(ROSTER, canonical(served.to_value()))
        return chain

    def accept_deployment(self, served: DeploymentFile, chain: RosterChain, today: date) -> Deployment:
        """The deployment version, if it carries. Raises Refused."""
        found = deployment.verify(served.document, chain)
        file = self._remembered_file()
        before = deployment.verify(file.document, chain) if file else None
        if before is not None and found.version < before.version:
            raise Refused("roster-chain", "the site serves an older deployment file than before")
        if before is not None and found.version == before.version and found.id != before.id:
            raise Refused("roster-chain", "the site serves two deployment files of one version")
        if before is not None and found.version > before.version:
            deployment.check_later(before, found)
            # Members who left long ago could still sign with an old day.
            chain.acceptable(found.roster, today)
        self._cache.set_fact(DEPLOYMENT, served.to_bytes())
        return found

    def refresh(self, site: Site, today: date) -> tuple[PanelSetting, list[Alarm]]:
        """What to work with now. What the site serves wrongly becomes an alarm; the last good state is kept.

        Raises Refused when there is no good state yet, SiteAway when the site is silent.
        """
        alarms: list[Alarm] = []
        try:
            self.accept_roster(site.roster(), today)
        except Refused as refused:
            alarms.append(Alarm(ROSTER, refused.reason, refused.detail))
        chain = self._remembered_roster()
        if chain is not None:
            try:
                self.accept_deployment(site.deployment_file(), chain, today)
            except Refused as refused:
                alarms.append(Alarm(DEPLOYMENT, refused.reason, refused.detail))
        return self.remembered(today, alarms), alarms

    def remembered(self, today: date, alarms: list[Alarm] | None = None) -> PanelSetting:
        """The last good state. Raises Refused when there is none."""
        stored = self._cache.fact(ROSTER)
        chain = self._remembered_roster()
        file = self._remembered_file()
        if stored is None or chain is None or file is None:
            why = "; ".join(alarm.detail for alarm in alarms or [])
            raise Refused("roster-chain", why or "no roster and deployment file are known yet")
        roster = chain.in_force(today)
        keys = checked_keys(roster, _file(stored).keys)
        return PanelSetting(chain, roster, keys, deployment.verify(file.document, chain), today, file)

    def short_notices(self, chain: RosterChain) -> list[ShortNotice]:
        """What ``compared`` has not been called for yet: it outlives restarts, by version."""
        return [
            ShortNotice(older, newer, parse_day(seen.decode()))
            for older, newer in pairwise(chain.versions)
            if (seen := self._cache.fact(f"{SHORT_NOTICE}{newer.version}"))
        ]

    def compared(self, version: int) -> None:
        """The member has asked colleagues about the version."""
        self._cache.set_fact(f"{SHORT_NOTICE}{version}", b"")

    def _note_haste(self, chain: RosterChain, before: RosterChain, today: date) -> None:
        """A site that colludes with a majority takes what an honest one refuses (§9 rule 6)."""
        for older, newer in pairwise(chain.versions[len(before.versions) - 1 :]):
            if not in_time(older, newer, today):
                self._cache.set_fact(f"{SHORT_NOTICE}{newer.version}", today.isoformat().encode())

    def _remembered_roster(self) -> RosterChain | None:
        return self._once(ROSTER, lambda stored: RosterChain.load(_file(stored).documents, self._anchor))

    def _remembered_file(self) -> DeploymentFile | None:
        return self._once(DEPLOYMENT, DeploymentFile.from_bytes)

    def _once(self, name: str, read: Callable[[bytes], Read]) -> Read | None:
        """What is remembered, read again only when it is another: that takes milliseconds, on every page."""
        stored = self._cache.fact(name)
        if stored is None:
            return None
        if name not in self._parsed or self._parsed[name][0] != stored:
            self._parsed[name] = (stored, read(stored))
        found: Read = self._parsed[name][1]
        return found


def _file(stored: bytes) -> RosterFile:
    return RosterFile.from_value(parse(stored))


def _current_and_waiting(chain: RosterChain, today: date) -> list[Roster]:
    return list(chain.versions[chain.in_force(today).version - 1 :])


def _extends(newer: RosterChain, older: RosterChain) -> bool:
    ids = [version.id for version in newer.versions]
    return ids[: len(older.versions)] == [version.id for version in older.versions]
