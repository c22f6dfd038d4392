"""Opening a slot with a private key (docs/protocol.md §4). The site must never reach this module."""

from __future__ import annotations

from reporting_app.crypto import aead, kem, slots
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive


def unseal_slot(header: bytes, slot: bytes, mine: kem.PrivateKey) -> slots.Payload | None:
    """What the slot tells the holder of ``mine``, or None when it is for somebody else."""
    ciphertext, sealed = slot[: kem.CIPHERTEXT_SIZE], slot[kem.CIPHERTEXT_SIZE :]
    try:
        shared = mine.decapsulate(ciphertext)
    except Refused:
        return None
    wrapping = derive(Label.WRAP, shared, header + mine.public + ciphertext, 32)
    plaintext = aead.unseal(wrapping, b"", sealed)
    if plaintext is None:
        return None
    payload = slots.Payload(plaintext[0], plaintext[1:33], plaintext[33 : 33 + slots.SHARE_SIZE])
    return payload if payload.kind in slots.KINDS and payload.wire == plaintext else None
