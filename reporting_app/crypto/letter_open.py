"""Opening a letter with a member's key (docs/protocol.md §4). The site must never reach this module."""

from __future__ import annotations

from dataclasses import dataclass

from reporting_app.crypto import aead, event, kem, letter, shape, slots, slots_open
from reporting_app.crypto.encoding import ByteReader
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.receipt import THREAD_BLOCK_SIZE, ThreadBlock


@dataclass(frozen=True)
class Watching:
    """A witness's slot: there is a letter, and this token marks its thread's answers."""

    kind: int
    token: bytes


@dataclass(frozen=True)
class Reading:
    """An opened letter of a thread. Its events are parsed and of this thread, not yet verified."""

    key: slots.ContentKey
    share: bytes
    block: ThreadBlock
    events: tuple[event.Event, ...]


@dataclass(frozen=True)
class BallotReading:
    """An opened ballot letter: the signed record's wire form (§8)."""

    key: slots.ContentKey
    wire: bytes


@dataclass(frozen=True)
class DrawReading:
    """An opened letter among witnesses: a signed message's wire form (§15)."""

    key: slots.ContentKey
    wire: bytes


@dataclass(frozen=True)
class MembersReading:
    """An opened letter among members: events of any thread, without its block, parsed, not yet verified."""

    key: slots.ContentKey
    events: tuple[event.Event, ...]


Opened = Reading | Watching | BallotReading | DrawReading | MembersReading


def open_letter(data: bytes, mine: kem.PrivateKey, deployment: bytes) -> Opened:
    """Raises Refused: length, magic, schema, deployment, not-for-me, commitment, body, encoding, thread."""
    return open_body(data, find_slot(data, mine, deployment), deployment)


def find_slot(data: bytes, mine: kem.PrivateKey, deployment: bytes) -> slots.Payload:
    """What the slot for ``mine`` says; up to 16 decapsulations.

    Raises Refused: length, magic, schema, deployment, not-for-me, commitment.
    """
    outer = _outer(data, deployment)
    return _my_slot(data, outer, mine)


def open_body(data: bytes, payload: slots.Payload, deployment: bytes) -> Opened:
    """The letter by what its slot says, found now or before. Raises as ``open_letter`` but "not-for-me"."""
    outer = _outer(data, deployment)
    if not _is_bound(outer, payload):
        raise Refused("commitment", "the letter is not bound to the key in its slot")
    if payload.kind != slots.READER:
        return Watching(payload.kind, payload.secret)
    key = slots.ContentKey(payload.secret)
    front, sealed = data[: outer.body_offset], data[outer.body_offset :]
    padded = aead.unseal(key.body_key, front, sealed)
    if padded is None:
        raise Refused("body", "the body does not open under its own key")
    return _read_content(padded, key, payload.share, deployment)


def _outer(data: bytes, deployment: bytes) -> shape.LetterShape:
    outer = shape.read_letter(data)
    if outer.deployment != deployment:
        raise Refused("deployment", "the letter belongs to another deployment")
    return outer


def _is_bound(outer: shape.LetterShape, payload: slots.Payload) -> bool:
    """XChaCha20-Poly1305 does not commit to its key: without this, one letter could read differently to two
    investigators."""
    return payload.kind != slots.READER or slots.ContentKey(payload.secret).commitment == outer.commitment


def _my_slot(data: bytes, outer: shape.LetterShape, mine: kem.PrivateKey) -> slots.Payload:
    header = data[: shape.LETTER_HEADER_SIZE]
    unbound = False
    for start in range(shape.LETTER_HEADER_SIZE, outer.body_offset, slots.SLOT_SIZE):
        payload = slots_open.unseal_slot(header, data[start : start + slots.SLOT_SIZE], mine)
        if payload is None:
            continue
        if _is_bound(outer, payload):
            return payload
        unbound = True
    if unbound:
        raise Refused("commitment", "the letter is not bound to the key in its slot")
    raise Refused("not-for-me", "no slot opens with this key")


def _read_content(padded: bytes, key: slots.ContentKey, share: bytes, deployment: bytes) -> Opened:
    outer = ByteReader(padded)
    kind = outer.integer(1)
    content = outer.take(outer.integer(2))
    outer.only_zeros_left()
    if kind == letter.BALLOT_CONTENT:
        return BallotReading(key, content)
    if kind == letter.DRAW_CONTENT:
        return DrawReading(key, content)
    reader = ByteReader(content)
    if kind == letter.MEMBERS_CONTENT:
        events = _only_events(reader)
        for one in events:
            event.check_place(one, deployment, one.thread)
        return MembersReading(key, events)
    if kind != letter.THREAD_CONTENT:
        raise Refused("body", "unknown content type")
    block = ThreadBlock.parse(reader.take(THREAD_BLOCK_SIZE))
    events = _only_events(reader)
    for one in events:
        event.check_place(one, deployment, block.thread_id)
    return Reading(key, share, block, events)


def _only_events(reader: ByteReader) -> tuple[event.Event, ...]:
    events = event.read_events(reader)
    if reader.left:
        raise Refused("body", "bytes after the last event")
    return events
