"""Documents that a majority signs: the form they share (docs/protocol.md §9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reporting_app.crypto import event, signing
from reporting_app.crypto.encoding import Json, b64, canonical, exact_keys, parse, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

LEAST_SIGNATURES = 2


@dataclass(frozen=True)
class SignedDocument:
    """A body and the signatures under it, not yet checked against anybody's rules."""

    body: Mapping[str, Any]
    signatures: Mapping[str, bytes]

    @classmethod
    def from_value(cls, value: Json) -> SignedDocument:
        """Raises Refused("schema", "encoding")."""
        document = exact_keys(value, ["body", "signatures"])
        body, entries = document["body"], document["signatures"]
        if not isinstance(body, dict) or not isinstance(entries, list):
            raise Refused("schema", "a signed document is a body and signatures")
        signatures: dict[str, bytes] = {}
        for entry in entries:
            exact_keys(entry, ["member", "signature"])
            member = entry["member"]
            if not event.is_member_id(member) or member <= max(signatures, default=""):
                raise Refused("schema", "signatures stand in ascending order, one a member")
            signatures[member] = unb64(entry["signature"], signing.SIGNATURE_SIZE)
        canonical(body)
        return cls(body, signatures)

    @classmethod
    def from_bytes(cls, data: bytes) -> SignedDocument:
        return cls.from_value(parse(data))

    @cached_property
    def canonical_body(self) -> bytes:
        return canonical(self.body)

    @cached_property
    def id(self) -> bytes:
        """32 bytes that name this version, whoever signed it."""
        return derive(Label.DOCUMENT_ID, b"", self.canonical_body, 32)

    def to_value(self) -> Json:
        entries = [
            {"member": member, "signature": b64(signature)}
            for member, signature in sorted(self.signatures.items())
        ]
        return {"body": self.body, "signatures": entries}

    def to_bytes(self) -> bytes:
        return canonical(self.to_value())

    def signed_by(self, label: Label, member: str, seed: bytes) -> SignedDocument:
        """The same document with one more signature."""
        signature = signing.sign(label, seed, self.canonical_body)
        return SignedDocument(self.body, {**self.signatures, member: signature})

    def merged(self, other: SignedDocument) -> SignedDocument:
        """Both sets of signatures. Raises Refused("schema") when the bodies differ."""
        if other.canonical_body != self.canonical_body:
            raise Refused("schema", "these are signatures under different documents")
        return SignedDocument(self.body, {**self.signatures, **other.signatures})

    def check_majority(self, label: Label, keys: Mapping[str, bytes]) -> None:
        """Raises Refused("roster-majority") unless a strict majority of ``keys``, at least two, signed."""
        self.check_signatures(label, keys, max(LEAST_SIGNATURES, len(keys) // 2 + 1))

    def check_signatures(self, label: Label, keys: Mapping[str, bytes], needed: int) -> None:
        """Raises Refused("roster-majority") unless ``needed`` of ``keys`` signed.

        A signature by anybody else, or a wrong one, refuses the whole document.
        """
        for member, signature in self.signatures.items():
            if member not in keys:
                raise Refused("roster-majority", f"{member} has no vote")
            try:
                signing.verify(label, keys[member], self.canonical_body, signature)
            except Refused:
                raise Refused("roster-majority", f"{member}'s signature does not match") from None
        if len(self.signatures) < needed:
            raise Refused("roster-majority", f"{len(self.signatures)} signatures of {needed} needed")
