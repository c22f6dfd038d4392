"""Ed25519 (RFC 8032) with a purpose in front of what is signed (docs/protocol.md §1)."""

from __future__ import annotations

from nacl import bindings
from nacl.exceptions import BadSignatureError
from nacl.exceptions import ValueError as NaclValueError

from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label

SEED_SIZE = 32
PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed."""
    return bindings.crypto_sign_seed_keypair(seed)[0]


def sign(label: Label, seed: bytes, data: bytes) -> bytes:
    """A 64-byte signature over the label, filled to 16 bytes, and ``data``."""
    _, secret = bindings.crypto_sign_seed_keypair(seed)
    return bindings.crypto_sign(_message(label, data), secret)[:SIGNATURE_SIZE]


def verify(label: Label, theirs: bytes, data: bytes, signature: bytes) -> None:
    """Raises Refused("signature") unless ``signature`` is strictly valid.

    libsodium refuses S at or above the group order, small-order A and R and non-canonical A; R is
    compared as bytes with a canonical encoding, so no second spelling of R passes either.
    """
    if len(theirs) != PUBLIC_KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        raise Refused("signature", "wrong size")
    try:
        bindings.crypto_sign_open(signature + _message(label, data), theirs)
    except (BadSignatureError, NaclValueError):
        raise Refused("signature", "does not match") from None


def _message(label: Label, data: bytes) -> bytes:
    return label.value.ljust(16, b"\0") + data
