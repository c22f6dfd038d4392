"""What anyone can see of a sealed object, the site included: its outer fields (protocol §4, §6, §13)."""

from __future__ import annotations

from dataclasses import dataclass

from reporting_app.crypto import aead
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.slots import SLOT_SIZE

LETTER_SIZE = 32_768
LETTER_HEADER_SIZE = 64
LETTER_MAGIC = b"RPL1"
CELL_SIZE = 4_096
CELL_HEADER_SIZE = 96
CELL_MAGIC = b"RPC1"
CELL_TAG, CELL_WATCH_TAG = slice(24, 40), slice(40, 56)
CELL_BODY_SIZE = CELL_SIZE - CELL_HEADER_SIZE - SLOT_SIZE - aead.TAG_SIZE
INTAKE_VOLUME = 0
SUBMISSION_MAGIC = b"RPS1"
SUBMISSION_SIZE = 4 + 8 + LETTER_SIZE + CELL_SIZE
LEAST_SLOTS, MOST_SLOTS = 4, 16

assert CELL_BODY_SIZE == 2768
assert SUBMISSION_SIZE == 36_876


def letter_body_size(slots: int) -> int:
    """Bytes of padded plaintext in a letter: 18 096 for 12 slots."""
    return LETTER_SIZE - LETTER_HEADER_SIZE - slots * SLOT_SIZE - aead.TAG_SIZE


@dataclass(frozen=True)
class LetterShape:
    deployment: bytes
    roster_version: int
    slots: int
    commitment: bytes

    @property
    def body_offset(self) -> int:
        return LETTER_HEADER_SIZE + self.slots * SLOT_SIZE


@dataclass(frozen=True)
class CellShape:
    deployment: bytes
    volume: int
    shard: int
    tag: bytes
    watch_tag: bytes
    commitment: bytes


@dataclass(frozen=True)
class Submission:
    nonce: int
    letter: bytes
    cell: bytes


def letter_header(deployment: bytes, roster_version: int, slots: int, commitment: bytes) -> bytes:
    """The first 64 bytes of a letter."""
    fields = [LETTER_MAGIC, deployment, roster_version.to_bytes(4, "big"), bytes([slots]), bytes(7)]
    return b"".join(fields) + commitment


def read_letter(data: bytes) -> LetterShape:
    """The outer fields of 32 768 bytes. Raises Refused("length", "magic", "schema")."""
    _check_frame(data, LETTER_SIZE, LETTER_MAGIC, "letter")
    slots = data[24]
    if not LEAST_SLOTS <= slots <= MOST_SLOTS or any(data[25:32]):
        raise Refused("schema", "the letter's header has values outside the format")
    version = int.from_bytes(data[20:24], "big")
    return LetterShape(data[4:20], version, slots, data[32:64])


def cell_header(shape: CellShape) -> bytes:
    """The first 96 bytes of a cell."""
    place = shape.volume.to_bytes(2, "big") + shape.shard.to_bytes(2, "big")
    tags = shape.tag + shape.watch_tag
    return CELL_MAGIC + shape.deployment + place + tags + bytes(8) + shape.commitment


def read_cell(data: bytes) -> CellShape:
    """The outer fields of 4 096 bytes. Raises Refused("length", "magic", "schema")."""
    _check_frame(data, CELL_SIZE, CELL_MAGIC, "cell")
    if any(data[56:64]):
        raise Refused("schema", "the cell's header has values outside the format")
    volume, shard = int.from_bytes(data[20:22], "big"), int.from_bytes(data[22:24], "big")
    return CellShape(data[4:20], volume, shard, data[CELL_TAG], data[CELL_WATCH_TAG], data[64:96])


def write_submission(nonce: int, letter: bytes, cell: bytes) -> bytes:
    """36 876 bytes: one letter and its intake cell, as posted."""
    return SUBMISSION_MAGIC + nonce.to_bytes(8, "big") + letter + cell


def read_submission(data: bytes) -> Submission:
    """Raises Refused("length", "magic")."""
    _check_frame(data, SUBMISSION_SIZE, SUBMISSION_MAGIC, "submission")
    letter_end = 12 + LETTER_SIZE
    return Submission(int.from_bytes(data[4:12], "big"), data[12:letter_end], data[letter_end:])


def _check_frame(data: bytes, size: int, magic: bytes, what: str) -> None:
    if len(data) != size:
        raise Refused("length", f"a {what} is exactly {size} bytes")
    if data[:4] != magic:
        raise Refused("magic", f"not a {what} of suite 1")
