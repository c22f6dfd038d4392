"""The longest ledger and all releases that a panel has seen: no site takes them back (protocol §15)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from reporting_app.admin.remote import Member, Site, SiteRefused
from reporting_app.admin.trust import Alarm
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import RosterChain
from reporting_app.statistics.ledger import Ledger
from reporting_app.statistics.release import Releases
from reporting_app.storage.cache import Cache

FACT = "statistics"
LEDGER_SHORTER, LEDGER_FORKED = "ledger-shorter", "ledger-forked"


@dataclass(frozen=True)
class Standing:
    """What is drawn and what is published, as far as this panel knows. Nothing is signed under ``alarm``."""

    ledger: Ledger = field(default_factory=Ledger)
    releases: Releases = field(default_factory=Releases)
    alarm: str = ""


@dataclass
class StatisticsMemory:
    """Keeps them in the panel's cache; they are public in content and need no sealing."""

    cache: Cache
    _parsed: tuple[bytes, int, Standing] | None = None

    def remembered(self, chain: RosterChain) -> Standing:
        """Without asking the site. Raises Refused when the cache was changed by another program."""
        known = self.cache.fact(FACT)
        if known is None:
            return Standing()
        if self._parsed is None or self._parsed[:2] != (known, len(chain.versions)):
            value = parse(known)
            ledger = Ledger.load(_documents(value["ledger"]), chain)
            standing = Standing(ledger, Releases.load(_documents(value["releases"]), ledger, chain))
            self._parsed = (known, len(chain.versions), standing)
        return self._parsed[2]

    def refresh(self, site: Site, member: Member, chain: RosterChain) -> tuple[Standing, list[Alarm]]:
        """Asks the site and keeps what is more. Raises SiteAway, SiteRefused.

        What a restored site has lost is brought back; what it changed is an alarm.
        """
        before = self.remembered(chain)
        try:
            standing = self._compared(site, member, chain, before)
        except Refused as refused:
            alarm = Alarm("statistics", refused.reason, refused.detail)
            return Standing(before.ledger, before.releases, refused.reason), [alarm]
        self._keep(standing)
        return standing, []

    def _compared(self, site: Site, member: Member, chain: RosterChain, before: Standing) -> Standing:
        intents, releases = site.statistics(member)
        if _bring_back(site, intents, releases, before):
            intents, releases = site.statistics(member)
        ledger = Ledger.load(intents, chain)
        pairs = zip(before.ledger.intents, ledger.intents, strict=False)
        if any(mine.id != theirs.id for mine, theirs in pairs):
            raise Refused(LEDGER_FORKED, "the site shows another ledger than before")
        if len(ledger.intents) < len(before.ledger.intents):
            raise Refused(LEDGER_SHORTER, "the site shows fewer draws than before")
        found = Releases.load(releases, ledger, chain)
        if {one.id for one in before.releases.all} - {one.id for one in found.all}:
            raise Refused(LEDGER_SHORTER, "the site shows fewer releases than before")
        return Standing(ledger, found)

    def _keep(self, standing: Standing) -> None:
        value = {
            "ledger": [one.document.to_value() for one in standing.ledger.intents],
            "releases": [one.document.to_value() for one in standing.releases.all],
        }
        self.cache.set_fact(FACT, canonical(value))


def _bring_back(
    site: Site, intents: list[SignedDocument], releases: list[SignedDocument], before: Standing
) -> bool:
    """Sends what the site no longer shows, as far as it takes that. Whether there was any."""
    shown = {one.id for one in (*intents, *releases)}
    lost = [one.document for one in before.ledger.intents if one.id not in shown]
    lost_releases = [one.document for one in before.releases.all if one.id not in shown]
    with suppress(SiteRefused):  # then the comparison that follows says what is missing
        for document in lost:
            site.publish_intent(document)
        for document in lost_releases:
            site.publish_release(document)
    return bool(lost or lost_releases)


def _documents(values: list[object]) -> list[SignedDocument]:
    return [SignedDocument.from_value(one) for one in values]
