"""Sections 4, 6 and 13 of docs/protocol.md, written from the text: letters, cells, submissions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from tests.independent.conventions import (
    Refusal,
    decapsulate,
    encapsulate,
    from_b64,
    h,
    kem_public,
    need,
    seal,
    unseal,
)
from tests.independent.event import Event, belong, read_all
from tests.independent.receipt import Block

LETTER, CELL, SLOT, SUBMISSION = 32_768, 4_096, 1_216, 36_876
READER, REPORT, LATER = 1, 2, 3
THREAD, BALLOT, MEMBERS = 1, 2, 3


# Section 4: letter


@dataclass(frozen=True)
class Key:
    """A content key and what is made of it."""

    content: bytes

    @property
    def deletion_token(self) -> bytes:
        return h("rapp1.del-token", self.content, b"", 32)

    @property
    def commitment(self) -> bytes:
        return h("rapp1.commit", b"", self.deletion_token, 32)

    @property
    def body(self) -> bytes:
        return h("rapp1.body", self.content, b"", 32)


def object_id(data: bytes) -> bytes:
    return h("rapp1.object-id", b"", data, 32)


def make_slot(header: bytes, public: bytes, payload: bytes) -> bytes:
    shared, ciphertext = encapsulate(public)
    return ciphertext + seal(h("rapp1.wrap", shared, header + public + ciphertext, 32), b"", payload)


def make_payload(kind: int, secret: bytes, share: bytes | None = None) -> bytes:
    return bytes([kind]) + secret + (share or secrets.token_bytes(33)) + bytes(14)


def open_slot(header: bytes, slot: bytes, kem_seed: bytes) -> bytes | None:
    """The payload, when the slot is for this reader and says what a slot can say."""
    ciphertext, sealed = slot[:1120], slot[1120:]
    try:
        shared = decapsulate(kem_seed, ciphertext)
    except Refusal:
        return None
    payload = unseal(h("rapp1.wrap", shared, header + kem_public(kem_seed) + ciphertext, 32), b"", sealed)
    sound = payload and payload[0] in (READER, REPORT, LATER) and payload[66:] == bytes(14)
    return payload if sound else None


def make_letter(
    deployment: bytes,
    roster_version: int,
    slots: int,
    recipients: Sequence[tuple[bytes, int]],
    block: bytes,
    events: Sequence[Event],
) -> bytes:
    """`recipients` are public keys with the type of their slot."""
    need(len(recipients) <= slots, "length")
    key = Key(secrets.token_bytes(32))
    header = (
        b"RPL1" + deployment + roster_version.to_bytes(4, "big") + bytes([slots]) + bytes(7) + key.commitment
    )
    token = Block(block).watch_token
    made = [
        make_slot(header, public, make_payload(kind, key.content if kind == READER else token))
        for public, kind in recipients
    ]
    while len(made) < slots:
        made.append(make_slot(header, kem_public(secrets.token_bytes(32)), secrets.token_bytes(80)))
    secrets.SystemRandom().shuffle(made)
    before = header + b"".join(made)
    inside = block + _counted(events)
    need(len(inside) < 2**16, "length")
    content = bytes([THREAD]) + len(inside).to_bytes(2, "big") + inside
    return before + _seal_body(key, before, content, LETTER)


def _counted(events: Sequence[Event]) -> bytes:
    need(len(events) < 256, "length")
    return bytes([len(events)]) + b"".join(event.wire for event in events)


def _seal_body(key: Key, before: bytes, content: bytes, whole: int) -> bytes:
    room = whole - len(before) - 16
    need(len(content) <= room, "length")
    return seal(key.body, before, content.ljust(room, b"\0"))


@dataclass(frozen=True)
class Opened:
    """An opened letter or cell. A witness's has a watch token instead of a key and a content."""

    type: int
    share: bytes
    key: Key | None
    watch_token: bytes = b""
    block: bytes = b""
    events: tuple[Event, ...] = ()
    ballot: bytes = b""


def check_letter(data: bytes) -> None:
    """What everybody can check, the site too."""
    need(len(data) == LETTER, "length")
    need(data[:4] == b"RPL1", "magic")
    need(4 <= data[24] <= 16 and data[25:32] == bytes(7), "schema")


def open_letter(data: bytes, deployment: bytes, kem_seed: bytes) -> Opened:
    check_letter(data)
    need(data[4:20] == deployment, "deployment")
    header, end = data[:64], 64 + SLOT * data[24]
    payload = _find(header, [data[at : at + SLOT] for at in range(64, end, SLOT)], header[32:], kem_seed)
    kind, secret, share = payload[0], payload[1:33], payload[33:66]
    if kind != READER:
        return Opened(kind, share, None, secret)
    content = _open_body(Key(secret), data, end)
    size = int.from_bytes(content[1:3], "big")
    inside = content[3 : 3 + size]
    need(content[0] in (THREAD, BALLOT, MEMBERS), "body")
    need(len(inside) == size and not any(content[3 + size :]), "body")
    if content[0] == BALLOT:
        return Opened(kind, share, Key(secret), ballot=inside)
    if content[0] == MEMBERS:
        return Opened(kind, share, Key(secret), events=_events(inside, deployment))
    need(size > 1280, "body")
    block = Block(inside[:1280])
    events = _events(inside[1280:], deployment, block.thread)
    encapsulate(block.kem_public)
    return Opened(kind, share, Key(secret), block=inside[:1280], events=events)


def _find(header: bytes, slots: Sequence[bytes], commitment: bytes, kem_seed: bytes) -> bytes:
    """The payload of the first slot that counts."""
    broken = False
    for slot in slots:
        payload = open_slot(header, slot, kem_seed)
        if payload and (payload[0] != READER or Key(payload[1:33]).commitment == commitment):
            return payload
        broken = broken or payload is not None
    raise Refusal("commitment" if broken else "not-for-me")


def _open_body(key: Key, data: bytes, start: int) -> bytes:
    content = unseal(key.body, data[:start], data[start:])
    if content is None:
        raise Refusal("body")
    return content


def _events(data: bytes, deployment: bytes, thread: bytes = b"", filled: bool = False) -> tuple[Event, ...]:
    """What follows them is nothing, or filling when they stand in a cell."""
    events, rest = read_all(data[1:], data[0])
    need(not any(rest) if filled else not rest, "body")
    for event in events:
        belong(event, deployment, thread or from_b64(event.says["thread"]))
    return tuple(events)


# Section 6: cell


def make_tag(board_key: bytes) -> bytes:
    return (n := secrets.token_bytes(8)) + h("rapp1.cell-tag", board_key, n, 8)


def is_mine(tag: bytes, board_key: bytes) -> bool:
    return tag[8:] == h("rapp1.cell-tag", board_key, tag[:8], 8)


def make_watch_tag(watch_token: bytes, purpose: int) -> bytes:
    m = secrets.token_bytes(8)
    return m + h("rapp1.watch-tag", watch_token, m + bytes([purpose]), 8)


def watch_purpose(watch_tag: bytes, watch_token: bytes) -> int:
    """1 or 2; 0 for neither."""
    m, mark = watch_tag[:8], watch_tag[8:]
    return next((p for p in (1, 2) if mark == h("rapp1.watch-tag", watch_token, m + bytes([p]), 8)), 0)


def make_cell(
    deployment: bytes,
    place: tuple[int, int],
    board_key: bytes,
    public: bytes,
    events: Sequence[Event],
    watch_tag: bytes | None = None,
) -> bytes:
    """`place` is volume, 0 for an intake cell, and shard."""
    key, watch = Key(secrets.token_bytes(32)), watch_tag or secrets.token_bytes(16)
    where = b"".join(number.to_bytes(2, "big") for number in place)
    header = b"RPC1" + deployment + where + make_tag(board_key) + watch + bytes(8) + key.commitment
    before = header + make_slot(header, public, make_payload(READER, key.content))
    return before + _seal_body(key, before, _counted(events), CELL)


def check_cell(data: bytes) -> None:
    need(len(data) == CELL, "length")
    need(data[:4] == b"RPC1", "magic")
    need(data[56:64] == bytes(8), "schema")


def open_cell(data: bytes, deployment: bytes, kem_seed: bytes, thread: bytes) -> Opened:
    check_cell(data)
    need(data[4:20] == deployment, "deployment")
    payload = _find(data[:96], [data[96:1312]], data[64:96], kem_seed)
    need(payload[0] == READER, "not-for-me")
    key = Key(payload[1:33])
    events = _events(_open_body(key, data, 1312), deployment, thread, filled=True)
    return Opened(READER, payload[33:66], key, events=events)


# Section 13: submission


def work(nonce: int, letter: bytes, cell: bytes) -> int:
    """How many zero bits the digest starts with; the ids are those of letter and cell."""
    digest = h("rapp1.pow", b"", nonce.to_bytes(8, "big") + letter + cell, 32)
    return 256 - int.from_bytes(digest, "big").bit_length()


def make_submission(letter: bytes, cell: bytes, nonce: int = 0) -> bytes:
    return b"RPS1" + nonce.to_bytes(8, "big") + letter + cell


def read_submission(data: bytes) -> tuple[int, bytes, bytes]:
    """Nonce, letter and intake cell."""
    need(len(data) == SUBMISSION, "length")
    need(data[:4] == b"RPS1", "magic")
    letter, cell = data[12 : 12 + LETTER], data[12 + LETTER :]
    check_letter(letter)
    check_cell(cell)
    return int.from_bytes(data[4:12], "big"), letter, cell
