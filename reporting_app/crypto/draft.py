"""What somebody is still writing, sealed to their own key (docs/protocol.md §12a)."""

from __future__ import annotations

from reporting_app.crypto import aead, kem
from reporting_app.crypto.encoding import pad
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

MAGIC = b"RPD1"
STEP = 4096
HEAD = len(MAGIC) + kem.CIPHERTEXT_SIZE
MOST_DRAFT = 256 * 1024


def seal_draft(place: str, content: bytes, theirs: bytes) -> bytes:
    """Only the holder of ``theirs`` (an X-Wing public key) opens it, and only in this place.

    Sealing needs no secret, so what is posted after a lock can still be kept. The length shows in steps
    of 4 KiB. Raises Refused("length").
    """
    if len(content) > MOST_DRAFT:
        raise Refused("length", "a draft is at most 256 KiB")
    size = -(-(4 + len(content)) // STEP) * STEP
    padded = pad(len(content).to_bytes(4, "big") + content, size)
    ciphertext, shared = kem.encapsulate(theirs)
    key = derive(Label.DRAFT, shared, theirs + ciphertext, aead.KEY_SIZE)
    return MAGIC + ciphertext + aead.seal(key, MAGIC + place.encode(), padded)


def open_draft(place: str, sealed: bytes, mine: kem.PrivateKey) -> bytes:
    """The content. Raises Refused("magic", "body", "encoding")."""
    if sealed[: len(MAGIC)] != MAGIC or len(sealed) < HEAD:
        raise Refused("magic", "not a draft of suite 1")
    ciphertext = sealed[len(MAGIC) : HEAD]
    shared = mine.decapsulate(ciphertext)
    key = derive(Label.DRAFT, shared, mine.public + ciphertext, aead.KEY_SIZE)
    padded = aead.unseal(key, MAGIC + place.encode(), sealed[HEAD:])
    if padded is None:
        raise Refused("body", "the draft does not open here")
    size = int.from_bytes(padded[:4], "big")
    content, filling = padded[4 : 4 + size], padded[4 + size :]
    if len(content) != size or filling.strip(b"\0"):
        raise Refused("body", "the draft's padding says something")
    return content
