"""Proposing the next roster or deployment file (docs/protocol.md §9, §10).

Nothing here reads a clock, a file or the network: panel and command line pass everything in.
A *proposal file* is what colleagues send each other and what the site takes.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from reporting_app.cases import history
from reporting_app.cases.changes import Change, roster_changes, text_changes
from reporting_app.cases.identity import Identity
from reporting_app.cases.majority import DEPLOYMENT, ROSTER, check_form, kind_of, sign_document
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import SUITE, Json, b64, canonical, exact_keys, parse, unb64
from reporting_app.crypto.enrolment import Enrolment
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import Former, Member, kem_hash
from reporting_app.crypto.roster import ACTIVATION_DAYS, Roster, RosterChain, checked_keys

DEPLOYMENT_ID_SIZE = 16
DEFAULT_SLOTS = 12
KEY_LIFETIME = timedelta(days=730)
# Time for a majority to sign before the site would refuse it; a proposal may name another day.
SIGNING_DAYS = 5


@dataclass(frozen=True)
class Proposal:
    """A document on its way to a majority, with the KEM keys of a roster or the content of a deployment."""

    document: SignedDocument
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        return kind_of(self.document)

    @property
    def file(self) -> DeploymentFile:
        """Of a deployment: the document with its content. Raises Refused("schema", "content")."""
        return DeploymentFile(self.document, self.content)

    def to_bytes(self) -> bytes:
        if self.kind == DEPLOYMENT:
            return self.file.to_bytes()
        keys = {member: b64(key) for member, key in self.keys.items()}
        return canonical({"document": self.document.to_value(), "keys": keys})

    @classmethod
    def from_bytes(cls, data: bytes) -> Proposal:
        """Raises Refused("encoding", "schema", "content", "roster-chain")."""
        value = parse(data)
        if not isinstance(value, dict) or "document" not in value:
            raise Refused("schema", "not a proposal file")
        document = SignedDocument.from_value(value["document"])
        if kind_of(document) == DEPLOYMENT:
            return cls(document, content=DeploymentFile.from_value(value).content)
        keys = exact_keys(value, ["document", "keys"])["keys"]
        if not isinstance(keys, dict):
            raise Refused("schema", "keys is an object")
        known = {member: unb64(key) for member, key in keys.items()}
        return cls(document, checked_keys(Roster.from_document(document), known))

    def with_signatures(self, document: SignedDocument) -> Proposal:
        """The same proposal with also the signatures of ``document``. Raises Refused("schema")."""
        return replace(self, document=self.document.merged(document))

    def signed_by(self, keys: MemberKeys) -> Proposal:
        """The same proposal with this member's signature."""
        return replace(self, document=sign_document(self.document, keys))


def new_deployment_id() -> bytes:
    """16 random bytes that name a deployment for ever."""
    return secrets.token_bytes(DEPLOYMENT_ID_SIZE)


def propose_roster(
    previous: RosterChain | None,
    deployment: bytes,
    add: Sequence[Enrolment],
    leave: Collection[str],
    day: date,
    active: date | None = None,
    slots: int | None = None,
) -> SignedDocument:
    """The next roster version, unsigned; the first when ``previous`` is None.

    ``active`` None means as soon as the rules allow or, when somebody is added, SIGNING_DAYS later;
    ``slots`` None keeps the number, 12 at first.
    Raises Refused("roster-chain", "deployment", "schema") for what no signature could make valid.
    """
    newest = previous.newest if previous else None
    if newest and newest.deployment != deployment:
        raise Refused("deployment", "the roster belongs to another deployment")
    holds = active or _usual(newest, bool(add), day)
    body = {
        "active": holds.isoformat(),
        "day": day.isoformat(),
        "deployment": b64(deployment),
        "former": [one.to_value() for one in _former(newest, leave, max(day, holds - timedelta(days=1)))],
        "kind": ROSTER,
        "members": [one.to_value() for one in _members(newest, add, leave, holds)],
        "previous": b64(newest.id) if newest else "",
        "slots": slots or (newest.slots if newest else DEFAULT_SLOTS),
        "suite": SUITE,
        "version": newest.version + 1 if newest else 1,
    }
    document = SignedDocument(body, {})
    check_form(document, previous)
    return document


def roster_proposal(
    document: SignedDocument, known: Mapping[str, bytes], add: Sequence[Enrolment]
) -> Proposal:
    """The proposal file of a roster: ``known`` are the KEM keys of the version before."""
    keys = {**known, **{one.member: one.kem for one in add}}
    return Proposal(document, checked_keys(Roster.from_document(document), keys))


def propose_deployment(
    chain: RosterChain,
    previous: deployment.Deployment | None,
    human_part: Mapping[str, Any],
    day: date,
) -> Proposal:
    """The next version of the deployment file, unsigned.

    Raises Refused("schema", "encoding", "roster-chain").
    """
    if "identity" in human_part:
        Identity.from_value(human_part["identity"])
    optional = set(human_part) & set(deployment.OPTIONAL_CONTENT_KEYS)
    wrong = set(human_part) ^ {"parameters", *deployment.CONTENT_KEYS, *optional}
    if wrong:
        names = ", ".join(sorted(wrong))[:200]
        raise Refused("schema", "missing or unknown in the deployment file: " + names)
    history.check(human_part)
    content = {key: value for key, value in human_part.items() if key != "parameters"}
    body: dict[str, Json] = {
        "content": b64(deployment.content_hash(content)),
        "day": day.isoformat(),
        "deployment": b64(chain.deployment),
        "kind": DEPLOYMENT,
        "parameters": human_part["parameters"],
        "previous": b64(previous.id) if previous else "",
        "roster": chain.in_force(day).version,
        "suite": SUITE,
        "version": previous.version + 1 if previous else 1,
    }
    document = SignedDocument(body, {})
    check_form(document, chain)
    if previous is not None:
        _check_volumes(previous, document)
    return Proposal(document, content=content)


def describe_change(
    proposal: Proposal, chain: RosterChain | None, current: DeploymentFile | None
) -> list[Change]:
    """What differs from the newest roster or from the deployment file in force.

    Raises Refused("schema", "content") for a document without its content: nobody signs what is not shown.
    """
    if proposal.kind == DEPLOYMENT:
        return text_changes("", current.human_part if current else {}, proposal.file.human_part)
    return roster_changes(chain.newest if chain else None, Roster.from_document(proposal.document))


def _usual(newest: Roster | None, adds: bool, day: date) -> date:
    if newest is None:
        return day
    return max(newest.active, day + timedelta(days=SIGNING_DAYS + ACTIVATION_DAYS) if adds else day)


def _members(
    newest: Roster | None, add: Sequence[Enrolment], leave: Collection[str], holds: date
) -> list[Member]:
    before = dict(newest.members) if newest else {}
    strangers = sorted(set(leave) - set(before))
    if strangers:
        raise Refused("roster-chain", "not in the roster: " + ", ".join(strangers))
    for one in add:
        if one.member in before or (newest and one.member in newest.former):
            raise Refused("roster-chain", f"the id {one.member} is taken and is never used again")
        expires = min(holds, date.max - KEY_LIFETIME) + KEY_LIFETIME
        before[one.member] = Member(one.member, one.name, one.role, one.sign, kem_hash(one.kem), expires)
    return [before[name] for name in sorted(before) if name not in leave]


def _former(newest: Roster | None, leave: Collection[str], until: date) -> list[Former]:
    if newest is None:
        return []
    gone = dict(newest.former)
    for name in leave:
        if name in newest.members:
            gone[name] = Former(name, newest.members[name].sign, until)
    return [gone[name] for name in sorted(gone)]


def _check_volumes(older: deployment.Deployment, newer: SignedDocument) -> None:
    volumes = deployment.Parameters.from_value(newer.body["parameters"]).volumes
    if any(volumes.get(year, shards) != shards for year, shards in older.parameters.volumes.items()):
        raise Refused("roster-chain", "the shards of a volume never change")
