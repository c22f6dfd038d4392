"""Parcels: fixed-size sealed chunks of an attachment (docs/protocol.md §7). The site takes none yet."""

from __future__ import annotations

from reporting_app.crypto import aead
from reporting_app.crypto.encoding import ByteReader, pad
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.slots import ContentKey

SIZE = 262_144
HEADER_SIZE = 64
MAGIC = b"RPP1"
PLAINTEXT_SIZE = SIZE - HEADER_SIZE - aead.TAG_SIZE
MOST_CONTENT = PLAINTEXT_SIZE - 4


def seal_parcel(deployment: bytes, key: ContentKey, content: bytes) -> bytes:
    """262 144 bytes. ``key`` seals one parcel only. Raises Refused("length") over ``MOST_CONTENT`` bytes."""
    header = MAGIC + deployment + bytes(12) + key.commitment
    padded = pad(len(content).to_bytes(4, "big") + content, PLAINTEXT_SIZE)
    return header + aead.seal(key.body_key, header, padded)


def open_parcel(data: bytes, deployment: bytes, key: ContentKey) -> bytes:
    """The chunk. Raises Refused: length, magic, schema, deployment, commitment, body."""
    if len(data) != SIZE:
        raise Refused("length", "a parcel is exactly 262 144 bytes")
    if data[:4] != MAGIC:
        raise Refused("magic", "not a parcel of suite 1")
    if any(data[20:32]):
        raise Refused("schema", "the parcel's header has values outside the format")
    if data[4:20] != deployment:
        raise Refused("deployment", "the parcel belongs to another deployment")
    if data[32:HEADER_SIZE] != key.commitment:
        raise Refused("commitment", "the parcel is not bound to this key")
    padded = aead.unseal(key.body_key, data[:HEADER_SIZE], data[HEADER_SIZE:])
    if padded is None:
        raise Refused("body", "the body does not open under its own key")
    reader = ByteReader(padded)
    content = reader.take(reader.integer(4))
    reader.only_zeros_left()
    return content
