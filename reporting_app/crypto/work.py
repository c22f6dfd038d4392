"""Proof of work on a submission (docs/protocol.md §13). Difficulty is 0 today."""

from __future__ import annotations

from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive


def find(letter_id: bytes, cell_id: bytes, bits: int) -> int:
    """The smallest nonce (u64) that satisfies ``check``; takes about 2**bits hashes."""
    nonce = 0
    while not _enough(nonce, letter_id, cell_id, bits):
        nonce += 1
    return nonce


def check(nonce: int, letter_id: bytes, cell_id: bytes, bits: int) -> None:
    """Raises Refused("proof-of-work") unless the hash starts with ``bits`` zero bits."""
    if not _enough(nonce, letter_id, cell_id, bits):
        raise Refused("proof-of-work", "the work in this submission is not enough")


def _enough(nonce: int, letter_id: bytes, cell_id: bytes, bits: int) -> bool:
    digest = derive(Label.WORK, b"", nonce.to_bytes(8, "big") + letter_id + cell_id, 32)
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
