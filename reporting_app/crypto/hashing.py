"""BLAKE2b with a key and a purpose: every derivation, name and tag of the protocol (docs/protocol.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from hashlib import blake2b


class Label(bytes, Enum):
    """The table of labels. Each is used for one purpose only; at most 16 bytes."""

    RECEIPT_CHECK = b"rapp1.rc-check"
    RECEIPT_ROOT = b"rapp1.rc-root"
    RECEIPT_KEM = b"rapp1.rc-kem"
    RECEIPT_SIGN = b"rapp1.rc-sign"
    RECEIPT_THREAD = b"rapp1.rc-thread"
    THREAD_ID = b"rapp1.thread-id"
    BOARD_KEY = b"rapp1.board-key"
    SHARD = b"rapp1.shard"
    WATCH = b"rapp1.watch"
    WATCH_TAG = b"rapp1.watch-tag"
    CELL_TAG = b"rapp1.cell-tag"
    WRAP = b"rapp1.wrap"
    BODY = b"rapp1.body"
    DELETION_TOKEN = b"rapp1.del-token"
    COMMITMENT = b"rapp1.commit"
    OBJECT_ID = b"rapp1.object-id"
    EVENT_ID = b"rapp1.event-id"
    HEARD = b"rapp1.heard"
    TEAM = b"rapp1.team"
    TRACE = b"rapp1.trace"
    WORK = b"rapp1.pow"
    DOCUMENT_ID = b"rapp1.doc-id"
    CONTENT = b"rapp1.content"
    KEM_HASH = b"rapp1.kem-hash"
    FINGERPRINT = b"rapp1.finger"
    MEMBER_KEM = b"rapp1.mk-kem"
    MEMBER_SIGN = b"rapp1.mk-sign"
    MEMBER_CACHE = b"rapp1.mk-cache"
    DRAFT = b"rapp1.draft"
    PSEUDONYM = b"rapp1.ballot-ps"
    DAY_DIGEST = b"rapp1.day-digest"
    DRAW = b"rapp1.draw"
    COUNTED = b"rapp1.counted"
    SIGN_EVENT = b"rapp1.sig-event"
    SIGN_ROSTER = b"rapp1.sig-roster"
    SIGN_DEPLOYMENT = b"rapp1.sig-deploy"
    SIGN_BALLOT = b"rapp1.sig-ballot"
    SIGN_REQUEST = b"rapp1.sig-req"
    SIGN_ENROLMENT = b"rapp1.sig-enrol"
    SIGN_LEDGER = b"rapp1.sig-ledger"
    SIGN_RELEASE = b"rapp1.sig-stats"
    SIGN_DRAW = b"rapp1.sig-draw"


def derive(label: Label, key: bytes, data: bytes, size: int) -> bytes:
    """H(label, key, data, size): BLAKE2b (RFC 7693), key 0-64 bytes, label as personalisation."""
    return blake2b(data, digest_size=size, key=key, person=label.value.ljust(16, b"\0")).digest()


def object_id(data: bytes) -> bytes:
    """The 32-byte name of a letter, cell or parcel: the hash of its bytes (§4)."""
    return derive(Label.OBJECT_ID, b"", data, 32)


def day_digest(object_ids: Iterable[bytes]) -> bytes:
    """32 bytes that change when the set of a day's letters changes (§13)."""
    return derive(Label.DAY_DIGEST, b"", b"".join(sorted(object_ids)), 32)
