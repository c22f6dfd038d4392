"""Made-up statistics of the demo town: invented counts under the noise and the signatures of real ones.

Nothing here is a figure about anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt
from random import Random
from typing import Any

from reporting_app.cases.coding import FORM, IN_TIME, ORGANISATION, TIMELINESS, UNDETERMINED, frozen_after
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import RosterChain
from reporting_app.statistics import periods
from reporting_app.statistics.catalogue import Catalogue, Table
from reporting_app.statistics.ledger import Ledger, intent_body
from reporting_app.statistics.release import Releases, release_body
from reporting_app.storage.letterbox import Letterbox

Draw = Callable[[Sequence[str], int], Mapping[str, int]]  # cells and share: one witness's full draw
CASES_A_YEAR = 300
DAYS_TO_DRAW = 9
# What happens in the town's last year, for something to be seen.
TURNS: Mapping[str, float] = {"direct_threat": 2.4, "vandalism": 0.3, "compulsory_school": 1.8}
WEIGHTS: Mapping[str, float] = {
    "harassment": 4,
    "direct_threat": 3,
    "vandalism": 6,
    "internal_silence": 2,
    "compulsory_school": 5,
    "social_services": 3,
    IN_TIME: 9,
    UNDETERMINED: 0.4,
}


@dataclass
class Town:
    """Publishes table after table, like two witnesses who draw as soon as they may.

    ``draw`` is OpenDP's (reporting_app.statistics.noise) unless a test wants the same figures each time;
    ``files`` are the deployment files' human parts by version, ``file_for`` which of them holds for a period.
    """

    chain: RosterChain
    witnesses: Sequence[MemberKeys]
    files: Mapping[int, Mapping[str, Any]]
    draw: Draw
    file_for: Callable[[str], int] = lambda _: 1
    random: Random = field(default_factory=lambda: Random(6))  # noqa: S311 - made up
    turns_in: int = 0  # the year in which things change
    ledger: Ledger = field(default_factory=Ledger)
    releases: Releases = field(default_factory=Releases)

    def publish(self, first: int, today: date) -> None:
        """Everything that is frozen by ``today``, from the year ``first`` on, oldest first."""
        self.turns_in = today.year - 1
        kinds = {table.period for table in Catalogue.of(self.files[max(self.files)]).tables}
        begun = date(first, 1, 1)
        frozen = [one for kind in kinds for one in periods.frozen_periods(kind, begun, today)]
        for period in sorted(frozen, key=lambda one: (frozen_after(one), one)):
            self.publish_period(period, today)

    def publish_period(self, period: str, today: date) -> None:
        """All tables of one period, or nothing when the catalogue has none of its kind."""
        catalogue = Catalogue.of(self.files[self.file_for(period)])
        tables = [one for one in catalogue.tables if one.period == periods.kind_of(period)]
        if tables:
            day = self._day(period, today)
            self.intend(period, tables, day)
            for table in tables:
                self._release(table, period, day)

    def intend(self, period: str, tables: Sequence[Table], day: date) -> None:
        """The intent alone: drawn, and nothing shown."""
        body = intent_body(
            ledger=self.ledger,
            deployment=self.chain.deployment,
            day=day,
            roster=self.chain.in_force(day).version,
            file=self.file_for(period),
            period=period,
            proposer=self.witnesses[0].member,
            commitment=bytes(32),
            tables=tables,
        )
        self.ledger = self.ledger.append(self.signed(body, Label.SIGN_LEDGER), self.chain)

    def add(self, body: Mapping[str, Any]) -> None:
        """One more release, a correction for example."""
        self.releases = self.releases.append(self.signed(body, Label.SIGN_RELEASE), self.ledger, self.chain)

    def keep(self, letterbox: Letterbox) -> None:
        """On a site that has none, past its rules about days."""
        for intent in self.ledger.intents:
            letterbox.append_intent(intent.version, intent.document.to_bytes())
        for number, release in enumerate(self.releases.all, 1):
            letterbox.append_release(number, release.document.to_bytes())

    def signed(self, body: Mapping[str, Any], label: Label) -> SignedDocument:
        document = SignedDocument(body, {})
        for keys in self.witnesses:
            document = document.signed_by(label, keys.member, keys.sign_seed)
        return document

    def _release(self, table: Table, period: str, day: date) -> None:
        counts = self.counts(table, period)
        noise = [self.draw(table.cells, table.share) for _ in self.witnesses]
        noisy = {cell: count + sum(one[cell] for one in noise) for cell, count in counts.items()}
        self.add(release_body(self.ledger.intents[-1], table.id, noisy, day, self.ledger.intents[-1].roster))

    def counts(self, table: Table, period: str) -> Mapping[str, int]:
        """What nobody has counted, before noise."""
        latest = periods.year_of(period) == self.turns_in
        weights = {cell: WEIGHTS.get(cell, 1.0) for cell in table.cells}
        cases = CASES_A_YEAR / (4 if table.dimension == TIMELINESS else 1)
        turns = TURNS if latest and table.dimension in (FORM, ORGANISATION) else {}
        whole = sum(weights.values())
        means = {cell: cases * weight / whole * turns.get(cell, 1) for cell, weight in weights.items()}
        return {cell: max(0, round(self.random.gauss(mean, sqrt(mean)))) for cell, mean in means.items()}

    def _day(self, period: str, today: date) -> date:
        """Nine days after it is frozen, when there is a roster; the ledger's days never go backwards."""
        last = self.ledger.intents[-1].day if self.ledger.intents else date.min
        usual = frozen_after(period) + timedelta(days=DAYS_TO_DRAW)
        return min(today, max(usual, self.chain.versions[0].active, last))


def measures(today: date) -> list[dict[str, Any]]:
    """What the town says that it has done, for the deployment file's ``measures``."""
    return [
        {
            "day": f"{today.year - 2}-09-01",
            "organisation": "",
            "text": {
                "en": "Two people at every home visit with a known threat.",
                "sv": "Två personer vid varje hembesök med känd hotbild.",
            },
        },
        {
            "day": f"{today.year - 1}-03-15",
            "organisation": "compulsory_school",
            "text": {
                "en": "Reception staff trained in meeting threats.",
                "sv": "Receptionerna utbildade i att möta hot.",
            },
        },
    ]
