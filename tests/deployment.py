"""A small municipality for tests: members with cheap keys, a signed roster, a signed deployment file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from typing import Any

from reporting_app.cases import majority, proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.cases.reporter import compose_report
from reporting_app.cases.sealing import Setting
from reporting_app.crypto import deployment, receipt
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.enrolment import Enrolment
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import RosterChain, RosterFile, checked_keys

FOUNDED = date(2026, 1, 7)
TODAY = date(2026, 11, 21)
INVESTIGATORS = ("utredare-1", "utredare-2", "utredare-3")
WITNESSES = ("tillsyn-1", "tillsyn-2")


def member_keys(member: str) -> MemberKeys:
    """Keys without a key file: Argon2id would only make tests slow."""
    return MemberKeys(member, secrets.token_bytes(32))


def enrol(keys: MemberKeys) -> Enrolment:
    role = "witness" if keys.member.startswith("tillsyn") else "investigator"
    name = keys.member.replace("-", " ").capitalize()
    return Enrolment(keys.member, name, role, keys.sign_public, keys.kem.public).signed(keys.sign_seed)


def human_part() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files("reporting_app.demo") / "kommun.json").read_text("utf-8"))
    return content


@dataclass
class World:
    """Members, what they signed, and what a writer needs to know."""

    keys: dict[str, MemberKeys]
    roster: SignedDocument
    deployment: SignedDocument
    content: Mapping[str, Any]
    chain: RosterChain = field(init=False)

    def __post_init__(self) -> None:
        self.chain = RosterChain.load([self.roster], self.roster.id)

    @property
    def anchor(self) -> bytes:
        return self.chain.anchor

    @property
    def public_keys(self) -> dict[str, bytes]:
        return {member: keys.kem.public for member, keys in self.keys.items()}

    @property
    def roster_file(self) -> RosterFile:
        return RosterFile(tuple(version.document for version in self.chain.versions), self.public_keys)

    @property
    def file(self) -> DeploymentFile:
        return DeploymentFile(self.deployment, self.content)

    def next_file(self, content: Mapping[str, Json] | None = None, **changed: Json) -> Proposal:
        """Deployment version 2, unsigned: other parts of the content, or of the signed body."""
        other = {**self.content, **(content or {})}
        body = {**self.deployment.body, "content": b64(deployment.content_hash(other))}
        body |= {"version": 2, "previous": b64(self.deployment.id), **changed}
        return Proposal(SignedDocument(body, {}), content=other)

    def setting(self, today: date = TODAY) -> Setting:
        roster = self.chain.in_force(today)
        current = deployment.verify(self.deployment, self.chain)
        return Setting(self.chain, roster, checked_keys(roster, self.public_keys), current, today)

    def signed(self, document: SignedDocument, *members: str) -> SignedDocument:
        """The document with signatures of ``members``, all when none is named."""
        for member in members or tuple(self.keys):
            document = majority.sign_document(document, self.keys[member])
        return document

    def signed_file(self, proposal: Proposal, *members: str) -> Proposal:
        """The same for a document with its content."""
        return replace(proposal, document=self.signed(proposal.document, *members))

    def reporter(self) -> receipt.ReporterKeys:
        return receipt.ReporterKeys(receipt.generate(), self.chain.deployment)

    def report_body(self, narrative: str = "Någon följer efter mig hem.") -> dict[str, Json]:
        return {
            "answers": {"form": ["direct_threat"]},
            "language": "sv",
            "narrative": narrative,
            "parcels": [],
            "path": "script",
            "questionnaire": b64(self.deployment.id),
        }

    def report(
        self, keys: receipt.ReporterKeys, leave_out: tuple[str, ...] = (), today: date = TODAY
    ) -> bytes:
        """A submission with a new report."""
        submission, _ = compose_report(keys, self.setting(today), self.report_body(), leave_out)
        return submission


def make_world(members: tuple[str, ...] = INVESTIGATORS + WITNESSES) -> World:
    return world_of({member: member_keys(member) for member in members})


def world_of(keys: dict[str, MemberKeys], content: dict[str, Any] | None = None) -> World:
    """A world of members whose keys are there already; with ``content`` in the place of the demo's."""
    roster = proposals.propose_roster(
        None, proposals.new_deployment_id(), [enrol(one) for one in keys.values()], [], FOUNDED
    )
    for one in keys.values():
        roster = majority.sign_document(roster, one)
    chain = RosterChain.load([roster], None)
    file = proposals.propose_deployment(chain, None, content or human_part(), FOUNDED)
    for one in keys.values():
        file = file.signed_by(one)
    return World(keys, roster, file.document, file.content)
