"""Cells: sealed answers that only their reporter recognises (docs/protocol.md §6)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from reporting_app.crypto import aead, event, kem, shape, slots, slots_open
from reporting_app.crypto.encoding import ByteReader, pad
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

ANSWER = 1
CONCLUSION = 2
HALF_TAG = 8


@dataclass(frozen=True)
class Place:
    """Where a cell stands in clear: volume is a year on the board, 0 among the intake cells."""

    deployment: bytes
    volume: int
    shard: int


def cell_tag(board_key: bytes) -> bytes:
    """A fresh 16-byte tag that looks random to all but holders of ``board_key`` (32 bytes)."""
    nonce = secrets.token_bytes(HALF_TAG)
    return nonce + derive(Label.CELL_TAG, board_key, nonce, HALF_TAG)


def is_tag_of(tag: bytes, board_key: bytes) -> bool:
    """Whether ``tag`` was made with ``board_key``."""
    nonce, mark = tag[:HALF_TAG], tag[HALF_TAG:]
    return hmac.compare_digest(mark, derive(Label.CELL_TAG, board_key, nonce, HALF_TAG))


def watch_tag(watch_token: bytes, purpose: int) -> bytes:
    """The 16-byte mark of a human ANSWER or CONCLUSION, seen by witnesses only."""
    nonce = secrets.token_bytes(HALF_TAG)
    return nonce + _watch_mark(watch_token, nonce, purpose)


def watched_purpose(tag: bytes, watch_token: bytes) -> int | None:
    """ANSWER or CONCLUSION when the watch tag marks this thread, else None."""
    nonce, mark = tag[:HALF_TAG], tag[HALF_TAG:]
    for purpose in (ANSWER, CONCLUSION):
        if hmac.compare_digest(mark, _watch_mark(watch_token, nonce, purpose)):
            return purpose
    return None


def _watch_mark(watch_token: bytes, nonce: bytes, purpose: int) -> bytes:
    return derive(Label.WATCH_TAG, watch_token, nonce + bytes([purpose]), HALF_TAG)


def seal_cell(
    place: Place,
    board_key: bytes,
    reporter_kem: bytes,
    events: Sequence[event.Event],
    watch: bytes | None = None,
) -> bytes:
    """4 096 bytes for the reporter. ``watch`` is a watch tag, random when None. Raises Refused("length")."""
    content = bytes([len(events)]) + b"".join(one.wire for one in events)
    padded = pad(content, shape.CELL_BODY_SIZE)
    key = slots.ContentKey.generate()
    outer = shape.CellShape(
        deployment=place.deployment,
        volume=place.volume,
        shard=place.shard,
        tag=cell_tag(board_key),
        watch_tag=watch if watch is not None else secrets.token_bytes(16),
        commitment=key.commitment,
    )
    header = shape.cell_header(outer)
    share = secrets.token_bytes(slots.SHARE_SIZE)
    payload = slots.Payload(slots.READER, key.key, share).wire
    front = header + slots.seal_slot(header, reporter_kem, payload)
    return front + aead.seal(key.body_key, front, padded)


def blank_cell(deployment: bytes, volume: int, shards: int) -> bytes:
    """A cell nobody can open or recognise, as members post it beside their letters (§5)."""
    place = Place(deployment, volume, secrets.randbelow(shards))
    return seal_cell(place, secrets.token_bytes(32), kem.generate().public, [])


def open_cell(data: bytes, mine: kem.PrivateKey, deployment: bytes, thread: bytes) -> tuple[event.Event, ...]:
    """What one cell holds: events of this thread, not yet verified.

    Raises Refused: length, magic, schema, not-for-me, commitment, body, encoding, deployment, thread.
    """
    outer = shape.read_cell(data)
    if outer.deployment != deployment:
        raise Refused("deployment", "the cell belongs to another deployment")
    header = data[: shape.CELL_HEADER_SIZE]
    body_offset = shape.CELL_HEADER_SIZE + slots.SLOT_SIZE
    payload = slots_open.unseal_slot(header, data[shape.CELL_HEADER_SIZE : body_offset], mine)
    if payload is None or payload.kind != slots.READER:
        raise Refused("not-for-me", "the cell does not open with this key")
    key = slots.ContentKey(payload.secret)
    if key.commitment != outer.commitment:
        raise Refused("commitment", "the cell is not bound to the key in its slot")
    padded = aead.unseal(key.body_key, data[:body_offset], data[body_offset:])
    if padded is None:
        raise Refused("body", "the body does not open under its own key")
    reader = ByteReader(padded)
    events = event.read_events(reader)
    reader.only_zeros_left()
    for one in events:
        event.check_place(one, deployment, thread)
    return events
