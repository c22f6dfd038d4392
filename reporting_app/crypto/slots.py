"""Content keys and the slots they are sealed into (docs/protocol.md §4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from reporting_app.crypto import aead, kem
from reporting_app.crypto.hashing import Label, derive

PAYLOAD_SIZE = 80
SHARE_SIZE = 33
SLOT_SIZE = kem.CIPHERTEXT_SIZE + PAYLOAD_SIZE + aead.TAG_SIZE
PAYLOAD_FILL = PAYLOAD_SIZE - 1 - 32 - SHARE_SIZE

READER = 1
WATCH_REPORT = 2
WATCH_MESSAGE = 3
KINDS = (READER, WATCH_REPORT, WATCH_MESSAGE)


@dataclass(frozen=True)
class Payload:
    """What a slot tells its recipient: a type, a content key or watch token, a share."""

    kind: int
    secret: bytes
    share: bytes

    @property
    def wire(self) -> bytes:
        return bytes([self.kind]) + self.secret + self.share + bytes(PAYLOAD_FILL)


@dataclass(frozen=True)
class ContentKey:
    """A fresh random key for one object and what derives from it, 32 bytes each."""

    key: bytes

    @classmethod
    def generate(cls) -> ContentKey:
        return cls(secrets.token_bytes(32))

    @property
    def body_key(self) -> bytes:
        return derive(Label.BODY, self.key, b"", 32)

    @property
    def deletion_token(self) -> bytes:
        return derive(Label.DELETION_TOKEN, self.key, b"", 32)

    @property
    def commitment(self) -> bytes:
        """Binds the object to this key, and lets only its readers have it deleted (decision 0001)."""
        return commitment_of(self.deletion_token)


def commitment_of(deletion_token: bytes) -> bytes:
    """The 32-byte commitment that a deletion token opens."""
    return derive(Label.COMMITMENT, b"", deletion_token, 32)


def seal_slot(header: bytes, theirs: bytes, payload: bytes) -> bytes:
    """1216 bytes that only the holder of ``theirs`` (an X-Wing public key) opens, under this header."""
    ciphertext, shared = kem.encapsulate(theirs)
    wrapping = derive(Label.WRAP, shared, header + theirs + ciphertext, 32)
    return ciphertext + aead.seal(wrapping, b"", payload)


def filler_slot(header: bytes) -> bytes:
    """A slot nobody can open. A real encapsulation: random bytes would be recognisable."""
    return seal_slot(header, kem.generate().public, secrets.token_bytes(PAYLOAD_SIZE))
