"""Sealing a letter: 32 768 bytes, one form for everything (docs/protocol.md §4)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from reporting_app.crypto import aead, shape, slots
from reporting_app.crypto.encoding import pad
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Event
from reporting_app.crypto.receipt import ThreadBlock

THREAD_CONTENT = 1
BALLOT_CONTENT = 2
MEMBERS_CONTENT = 3
DRAW_CONTENT = 4


@dataclass(frozen=True)
class Recipient:
    """Somebody with a slot. ``kind`` is READER, WATCH_REPORT or WATCH_MESSAGE of ``slots``."""

    kem_public: bytes
    kind: int = slots.READER
    share: bytes | None = None


@dataclass(frozen=True)
class Frame:
    """What a letter's header says in clear: where it belongs and how many slots it has."""

    deployment: bytes
    roster_version: int
    slots: int


def thread_content(block: ThreadBlock, events: Sequence[Event]) -> bytes:
    """Content of a letter of a thread. Raises Refused("thread") for an event of another one."""
    if any(event.thread != block.thread_id for event in events):
        raise Refused("thread", "an event belongs to another thread")
    content = block.wire + bytes([len(events)]) + b"".join(event.wire for event in events)
    return bytes([THREAD_CONTENT]) + len(content).to_bytes(2, "big") + content


def members_content(events: Sequence[Event]) -> bytes:
    """Content of a letter among members that gives nobody the secret of a thread."""
    content = bytes([len(events)]) + b"".join(event.wire for event in events)
    return bytes([MEMBERS_CONTENT]) + len(content).to_bytes(2, "big") + content


def draw_content(wire: bytes) -> bytes:
    """Content of a letter among witnesses who draw statistics together (§15)."""
    return bytes([DRAW_CONTENT]) + len(wire).to_bytes(2, "big") + wire


def seal_letter(
    frame: Frame, recipients: Sequence[Recipient], content: bytes, watch_token: bytes = bytes(32)
) -> bytes:
    """32 768 bytes. Raises Refused("length") when content or recipients do not fit.

    Recipients and fillers stand in random order, so nobody sees how many can open the letter.
    """
    if len(recipients) > frame.slots:
        raise Refused("length", "more recipients than slots")
    padded = pad(content, shape.letter_body_size(frame.slots))
    key = slots.ContentKey.generate()
    header = shape.letter_header(frame.deployment, frame.roster_version, frame.slots, key.commitment)
    sealed = [slots.seal_slot(header, to.kem_public, _payload(to, key, watch_token)) for to in recipients]
    sealed += [slots.filler_slot(header) for _ in range(frame.slots - len(recipients))]
    secrets.SystemRandom().shuffle(sealed)
    front = header + b"".join(sealed)
    return front + aead.seal(key.body_key, front, padded)


def _payload(to: Recipient, key: slots.ContentKey, watch_token: bytes) -> bytes:
    secret = key.key if to.kind == slots.READER else watch_token
    share = to.share if to.share is not None else secrets.token_bytes(slots.SHARE_SIZE)
    return slots.Payload(to.kind, secret, share).wire
