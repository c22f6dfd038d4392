"""Drawing statistics, two witnesses together: what people agree to (docs/protocol.md §15)."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reporting_app.admin.ballots import witnesses
from reporting_app.admin.counting import Checked, Said, checked_casts, checked_messages
from reporting_app.admin.letters import Slip
from reporting_app.admin.outbox import Outbox
from reporting_app.admin.pins import Counted, Pins
from reporting_app.admin.remote import Site
from reporting_app.admin.statistics_memory import Standing, StatisticsMemory
from reporting_app.admin.trust import PanelSetting
from reporting_app.crypto import letter
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.statistics import drawing
from reporting_app.statistics.catalogue import Catalogue, Table
from reporting_app.statistics.drawing import CORRECTION, PROPOSAL, SALT_SIZE, Message, Opened
from reporting_app.statistics.ledger import Intent, Planned, check_catalogue, intent_body
from reporting_app.statistics.release import Release, correction_body
from reporting_app.statistics.tally import Cast, by_table, tally

MOST_TRIED = 32  # proposals of one witness: a flood of them must not slow the page
Draw = Callable[[Sequence[str], int], dict[str, int]]


def draw_by_opendp(cells: Sequence[str], share: int) -> dict[str, int]:
    """One full draw."""
    from reporting_app.statistics.noise import draw  # noqa: PLC0415 - OpenDP is large, and few ever draw

    return draw(cells, share)


@dataclass(frozen=True)
class Proposal:
    """What another witness proposes to draw, with their signature; ``counted`` 32 bytes."""

    intent: Intent
    counted: bytes


@dataclass
class DrawingRoom:
    """One for each unlocked panel of a witness. Methods raise Refused, SiteAway, SiteRefused, StorageBusy."""

    keys: MemberKeys
    site: Site
    outbox: Outbox
    memory: StatisticsMemory
    pins: Pins
    draw: Draw = draw_by_opendp
    standing: Standing = field(default_factory=Standing)
    asked: bool = False  # the site, since this panel was opened
    _casts: Checked[Cast] = field(default_factory=checked_casts)
    _said: Checked[Said] = field(default_factory=checked_messages)

    def look(self, setting: PanelSetting, ballots: Mapping[bytes, Slip], draws: Mapping[bytes, Slip]) -> None:
        """Takes in what has come for witnesses, and what was drawn when the site was last asked."""
        if not self.asked:
            self.standing = self.memory.remembered(setting.chain)
        self._casts.take(ballots, setting.chain)
        self._said.take(draws, setting.chain)

    @property
    def casts(self) -> list[Cast]:
        """Every ballot whose signature holds."""
        return list(self._casts.held.values())

    @property
    def refused(self) -> int:
        """How many ballots and messages break a rule and are not counted."""
        return len(self._casts.refused) + len(self._said.refused)

    def said(self, kind: str) -> list[Said]:
        """Messages of a kind, in the order in which the site had them."""
        found = [one for one in self._said.held.values() if one.message.kind == kind]
        return sorted(found, key=lambda one: (one.day, one.letter))

    def propose(self, setting: PanelSetting, period: str, tables: Sequence[Table]) -> None:
        """Draws, commits, signs and asks the other witnesses."""
        self._check_trust()
        counted = self._count(tables, period, len(self.standing.ledger.intents))
        opened = Opened(counted.digest, self.drawn(tables), secrets.token_bytes(SALT_SIZE))
        body = intent_body(
            ledger=self.standing.ledger,
            deployment=setting.deployment_id,
            day=setting.today,
            roster=setting.roster.version,
            file=setting.deployment.version,
            period=period,
            proposer=self.keys.member,
            commitment=opened.commitment,
            tables=tables,
        )
        document = self.signed(SignedDocument(body, {}), Label.SIGN_LEDGER)
        intent = Intent.from_document(document, setting.deployment_id)
        self._check_open(intent, setting)
        self.pins.keep(intent.commitment, counted)
        more = {
            "body": body,
            "counted": b64(counted.digest),
            "kept": b64(drawing.keep(opened, self.keys.cache_key)),
            "signature": b64(document.signatures[self.keys.member]),
        }
        self.tell(setting, PROPOSAL, more)

    def drawn(self, tables: Sequence[Table | Planned]) -> drawing.Draws:
        """One full draw of each."""
        return {one.id: self.draw(one.cells, one.share) for one in tables}

    def proposals(self, setting: PanelSetting) -> list[Proposal]:
        """Of each witness, oneself too, the last one that still fits the ledger."""
        last: dict[str, Proposal] = {}
        tried: Counter[str] = Counter()
        for said in reversed(self.said(PROPOSAL)):
            author = said.message.author
            tried[author] += 1
            if author in last or tried[author] > MOST_TRIED:
                continue
            with suppress(Refused):
                document = signed_by_author(said, Label.SIGN_LEDGER, setting)
                intent = Intent.from_document(document, setting.deployment_id)
                self.standing.ledger.check_next(intent, setting.chain)
                last[author] = Proposal(intent, unb64(said.message.more["counted"], 32))
        return list(last.values())

    def accept(self, setting: PanelSetting, proposal: Proposal) -> None:
        """Signs a colleague's intent and puts it into the ledger: from here it is spent.

        Raises Refused("counted") when this panel counts other ballots.
        """
        self._check_trust()
        intent = proposal.intent
        self._check_open(intent, setting)
        counted = self.count(setting, intent)
        if counted.digest != proposal.counted:
            raise Refused("counted", "the two panels do not count the same ballots")
        self.pins.keep(intent.commitment, counted)
        self.site.publish_intent(self.signed(intent.document, Label.SIGN_LEDGER))

    def correct(
        self, setting: PanelSetting, release: Release, taken_back: Sequence[str], reason: str
    ) -> None:
        """Asks the other witnesses to sign a release that takes cells back."""
        self._check_trust()
        body = correction_body(release, taken_back, reason, setting.today, setting.roster.version)
        document = self.signed(SignedDocument(body, {}), Label.SIGN_RELEASE)
        found = Release.from_document(document, setting.deployment_id)
        self.standing.releases.check_next(found, self.standing.ledger)
        more = {"body": body, "signature": b64(document.signatures[self.keys.member])}
        self.tell(setting, CORRECTION, more)

    def corrections(self, setting: PanelSetting) -> list[Release]:
        """Those that still fit, signed by one witness each."""
        found = []
        for said in self.said(CORRECTION):
            with suppress(Refused):
                document = signed_by_author(said, Label.SIGN_RELEASE, setting)
                release = Release.from_document(document, setting.deployment_id)
                self.standing.releases.check_next(release, self.standing.ledger)
                found.append(release)
        return found

    def accept_correction(self, release: Release) -> None:
        """Signs and publishes it."""
        self._check_trust()
        self.site.publish_release(self.signed(release.document, Label.SIGN_RELEASE))

    def count(self, setting: PanelSetting, intent: Intent) -> Counted:
        """What the intent's tables count: what was pinned when it was signed, if this panel was there."""
        pinned = self.pins.of(intent.commitment)
        if pinned is not None:
            return pinned
        catalogue = Catalogue.of(setting.file.human_part)
        check_catalogue(intent, catalogue)
        tables = [catalogue.by_id[one.id] for one in intent.tables]
        return self._count(tables, intent.period, intent.version - 1)

    def signed(self, document: SignedDocument, label: Label) -> SignedDocument:
        """With this member's signature."""
        return document.signed_by(label, self.keys.member, self.keys.sign_seed)

    def tell(self, setting: PanelSetting, kind: str, more: Mapping[str, Any]) -> None:
        """A letter to all witnesses of today, oneself too."""
        message = Message(kind, self.keys.member, setting.today, setting.deployment_id, more)
        content = letter.draw_content(message.sign(self.keys.sign_seed))
        self.outbox.post_to_witnesses(setting, witnesses(setting), content)

    def _count(self, tables: Sequence[Table], period: str, before: int) -> Counted:
        """``before``: how many intents of the ledger were drawn earlier."""
        earlier = self.standing.ledger.intents[:before]
        casts, tallies = by_table(self.casts), {}
        for table in tables:
            drawn = [one.period for one in earlier if one.table(table.id)]
            tallies[table.id] = tally(casts.get(table.id, []), table, drawn, period)
        return Counted.of(tallies)

    def _check_trust(self) -> None:
        if self.standing.alarm:
            raise Refused(self.standing.alarm, "the site shows less or otherwise than before")

    def _check_open(self, intent: Intent, setting: PanelSetting) -> None:
        """Whether it may be signed now. Raises Refused as Ledger.append, and "catalogue"."""
        if intent.file != setting.deployment.version:
            raise Refused("catalogue", "the two panels know different deployment files")
        check_catalogue(intent, Catalogue.of(setting.file.human_part))
        self.standing.ledger.check_next(intent, setting.chain)


def signed_by_author(said: Said, label: Label, setting: PanelSetting) -> SignedDocument:
    """The document that a message carries with its author's signature. Raises Refused("signature")."""
    more, author = said.message.more, said.message.author
    document = SignedDocument.from_value(
        {"body": more["body"], "signatures": [{"member": author, "signature": more["signature"]}]}
    )
    key = setting.chain.author_key(author, said.day)
    document.check_signatures(label, {author: key}, 1)
    return document
