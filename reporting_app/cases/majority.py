"""Who may sign a roster or a deployment file, which signatures count, and what no signature could mend.

Nothing here reads a clock, a file or the network (docs/protocol.md §9, §10).
"""

from __future__ import annotations

from datetime import date, timedelta

from reporting_app.crypto import deployment, signing
from reporting_app.crypto.documents import LEAST_SIGNATURES, SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import ACTIVATION_DAYS, Roster, RosterChain

ROSTER, DEPLOYMENT = "roster", "deployment"
LABELS = {ROSTER: Label.SIGN_ROSTER, DEPLOYMENT: Label.SIGN_DEPLOYMENT}


def kind_of(document: SignedDocument) -> str:
    """``roster`` or ``deployment``. Raises Refused("schema")."""
    kind = document.body.get("kind")
    if kind not in LABELS:
        raise Refused("schema", "neither a roster nor a deployment file")
    return str(kind)


def sign_document(document: SignedDocument, keys: MemberKeys) -> SignedDocument:
    """The document with this member's signature, under the label of its kind."""
    return document.signed_by(LABELS[kind_of(document)], keys.member, keys.sign_seed)


def voters(document: SignedDocument, chain: RosterChain | None) -> dict[str, bytes]:
    """Who may sign, with their Ed25519 keys: the version before for a roster, the one named for a file.

    Raises Refused("roster-chain") when that version is not known here.
    """
    if kind_of(document) == ROSTER:
        before = Roster.from_document(document).version - 1
        if before == 0:
            return Roster.from_document(document).voting_keys
    else:
        before = document.body.get("roster", 0)
    if chain is None or not isinstance(before, int) or not 1 <= before <= len(chain.versions):
        raise Refused("roster-chain", "made under a roster that is not known here")
    return chain.versions[before - 1].voting_keys


def valid_signers(document: SignedDocument, chain: RosterChain | None) -> list[str]:
    """Members whose signature counts, ascending."""
    label, keys = LABELS[kind_of(document)], voters(document, chain)
    return [
        member
        for member, signature in sorted(document.signatures.items())
        if member in keys and _is_signed(label, keys[member], document, signature)
    ]


def missing_signatures(document: SignedDocument, chain: RosterChain | None) -> int:
    """How many more signatures a strict majority, at least two, needs."""
    needed = max(LEAST_SIGNATURES, len(voters(document, chain)) // 2 + 1)
    return max(0, needed - len(valid_signers(document, chain)))


def check_form(document: SignedDocument, chain: RosterChain | None) -> None:
    """Everything but the number of signatures. Raises Refused for what can never become valid."""
    _ = document.canonical_body  # what has no spelling cannot be signed
    try:
        if kind_of(document) == DEPLOYMENT:
            if chain is None:
                raise Refused("roster-chain", "a deployment file needs a roster")
            deployment.verify(document, chain)
        elif Roster.from_document(document).version == 1:
            RosterChain.load([document], None)
        elif chain is None:
            raise Refused("roster-chain", "made under a roster that is not known here")
        else:
            # A chain checks the succession first; a lack of signatures is what a proposal is.
            chain.append(document)
    except Refused as refused:
        if refused.reason != "roster-majority":
            raise


def publish_by(document: SignedDocument, chain: RosterChain | None) -> date | None:
    """The last day on which a site takes a roster that adds somebody; None for everything else.

    ``document`` has the form that ``check_form`` asks for.
    """
    if chain is None or kind_of(document) != ROSTER:
        return None
    newer = Roster.from_document(document)
    if newer.version != chain.newest.version + 1 or not newer.added_since(chain.newest):
        return None
    return newer.active - timedelta(days=ACTIVATION_DAYS)


def _is_signed(label: Label, key: bytes, document: SignedDocument, signature: bytes) -> bool:
    try:
        signing.verify(label, key, document.canonical_body, signature)
    except Refused:
        return False
    return True
