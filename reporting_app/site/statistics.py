"""What the site keeps of the statistics: ledger and releases, append only (docs/protocol.md §15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import RosterChain
from reporting_app.site.published import StoredDocumentsBroken
from reporting_app.statistics.catalogue import Catalogue
from reporting_app.statistics.ledger import Intent, Ledger, check_catalogue
from reporting_app.statistics.release import Release, Releases
from reporting_app.storage.letterbox import Letterbox

# What signers may write, beside the site's day: a panel may bring back what a restored site has lost.
MOST_AHEAD, MOST_BEHIND = timedelta(days=2), timedelta(days=30)


@dataclass(frozen=True)
class Statistics:
    """All of it, verified. ``contents`` are what people wrote of the deployment files, by version."""

    ledger: Ledger = field(default_factory=Ledger)
    releases: Releases = field(default_factory=Releases)
    contents: Mapping[int, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def newest(self) -> Mapping[str, Any]:
        return self.contents[max(self.contents)]


class StatisticsShelf:
    """Read and verified again only when something was appended."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox
        self._counts: tuple[int, ...] = ()
        self._kept = Statistics()

    def now(self, chain: RosterChain) -> Statistics:
        """Raises StoredDocumentsBroken and StorageBusy."""
        counts = (*self._letterbox.document_counts(), *self._letterbox.statistics_counts())
        if counts != self._counts:
            self._kept, self._counts = self._read(chain), counts
        return self._kept

    def append_intent(self, document: SignedDocument, chain: RosterChain) -> bool:
        """False when it is known. Raises Refused as Ledger.append, and "catalogue"."""
        now = self.now(chain)
        if document.id in {one.id for one in now.ledger.intents}:
            return False
        intent = now.ledger.append(document, chain).intents[-1]
        self._check_day(intent.day, "ledger")
        _check_file(intent, now)
        stored = self._letterbox.append_intent(intent.version, document.to_bytes())
        return stored or self._lost_race(document, chain, "ledger")

    def append_release(self, document: SignedDocument, chain: RosterChain) -> bool:
        """False when it is known. Raises Refused as Releases.append."""
        now = self.now(chain)
        if document.id in {one.id for one in now.releases.all}:
            return False
        release: Release = now.releases.append(document, now.ledger, chain).all[-1]
        self._check_day(release.day, "release")
        number = len(now.releases.all) + 1
        stored = self._letterbox.append_release(number, document.to_bytes())
        return stored or self._lost_race(document, chain, "release")

    def _read(self, chain: RosterChain) -> Statistics:
        try:
            ledger = Ledger.load(_documents(self._letterbox.intents()), chain)
            releases = Releases.load(_documents(self._letterbox.releases()), ledger, chain)
        except Refused as refused:
            raise StoredDocumentsBroken(refused.reason) from None
        files = [DeploymentFile.from_bytes(one).human_part for one in self._letterbox.deployments()]
        return Statistics(ledger, releases, dict(enumerate(files, 1)))

    def _check_day(self, day: date, reason: str) -> None:
        if not -MOST_BEHIND <= day - self._letterbox.today() <= MOST_AHEAD:
            raise Refused(reason, "dated more than two days ahead, or 30 behind")

    def _lost_race(self, document: SignedDocument, chain: RosterChain, reason: str) -> bool:
        # Another process stored this number a moment ago: the same document, or one that came first.
        now = self.now(chain)
        known = {one.id for one in now.ledger.intents} | {one.id for one in now.releases.all}
        if document.id not in known:
            raise Refused(reason, "another one was published a moment ago")
        return False


def _documents(stored: list[bytes]) -> list[SignedDocument]:
    return [SignedDocument.from_bytes(one) for one in stored]


def _check_file(intent: Intent, now: Statistics) -> None:
    if intent.file not in now.contents:
        raise Refused("catalogue", "the intent names a deployment file that is not published here")
    check_catalogue(intent, Catalogue.of(now.contents[intent.file]))
