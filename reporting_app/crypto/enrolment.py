"""How a member joins: their public part out, an invitation in (docs/protocol.md §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporting_app.crypto import event, kem, signing
from reporting_app.crypto.encoding import SUITE, Json, b64, canonical, exact_keys, is_suite, parse, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.members import ROLES, check_name, fingerprint
from reporting_app.crypto.roster import RosterChain, RosterFile

ENROLMENT_KEYS = ["kem", "kind", "member", "name", "role", "sign", "suite"]


@dataclass(frozen=True)
class Enrolment:
    """A future member's public keys, signed with the key they contain."""

    member: str
    name: str
    role: str
    sign: bytes
    kem: bytes = field(repr=False)
    signature: bytes = field(repr=False, default=b"")

    @property
    def body(self) -> dict[str, Json]:
        return {
            "kem": b64(self.kem),
            "kind": "enrolment",
            "member": self.member,
            "name": self.name,
            "role": self.role,
            "sign": b64(self.sign),
            "suite": SUITE,
        }

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.sign, self.kem)

    def signed(self, seed: bytes) -> Enrolment:
        signature = signing.sign(Label.SIGN_ENROLMENT, seed, canonical(self.body))
        return Enrolment(self.member, self.name, self.role, self.sign, self.kem, signature)

    def to_bytes(self) -> bytes:
        return canonical({"body": self.body, "signature": b64(self.signature)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Enrolment:
        """Raises Refused("encoding", "schema", "signature")."""
        value = exact_keys(parse(data), ["body", "signature"])
        body = exact_keys(value["body"], ENROLMENT_KEYS)
        if body["kind"] != "enrolment" or not is_suite(body["suite"]):
            raise Refused("schema", "not an enrolment of suite 1")
        if not event.is_member_id(body["member"]) or body["role"] not in ROLES:
            raise Refused("schema", "the member id or role is outside the format")
        check_name(body["name"])
        public, sign = unb64(body["kem"], kem.PUBLIC_KEY_SIZE), unb64(body["sign"], 32)
        signature = unb64(value["signature"], signing.SIGNATURE_SIZE)
        signing.verify(Label.SIGN_ENROLMENT, sign, canonical(body), signature)
        return cls(body["member"], body["name"], body["role"], sign, public, signature)


@dataclass(frozen=True)
class Invitation:
    """Where the site is and which roster to trust; the anchor is compared by voice."""

    site: str
    anchor: bytes
    deployment: bytes
    roster: RosterFile

    def to_bytes(self) -> bytes:
        value: Mapping[str, Json] = {
            "anchor": b64(self.anchor),
            "deployment": b64(self.deployment),
            "kind": "invitation",
            "roster": self.roster.to_value(),
            "site": self.site,
            "suite": SUITE,
        }
        return canonical(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> Invitation:
        """Raises Refused("encoding", "schema", "roster-chain", "roster-majority", "deployment")."""
        keys = ["anchor", "deployment", "kind", "roster", "site", "suite"]
        value = exact_keys(parse(data), keys)
        if value["kind"] != "invitation" or not is_suite(value["suite"]):
            raise Refused("schema", "not an invitation of suite 1")
        site = value["site"]
        if not isinstance(site, str) or not site.startswith(("https://", "http://")):
            raise Refused("schema", "the invitation names no site")
        roster = RosterFile.from_value(value["roster"])
        anchor = unb64(value["anchor"], 32)
        chain = RosterChain.load(roster.documents, anchor)
        if chain.deployment != unb64(value["deployment"], 16):
            raise Refused("deployment", "the invitation's roster belongs to another deployment")
        return cls(site.rstrip("/"), anchor, chain.deployment, roster)
