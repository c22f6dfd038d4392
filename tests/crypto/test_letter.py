"""Letters and cells: what opens, for whom, and what a changed bit does."""

from __future__ import annotations

import secrets
from datetime import date

import pytest

from reporting_app.cases import sealing
from reporting_app.cases.reporter import read_thread
from reporting_app.crypto import aead, cell, event, kem, letter, shape, slots, slots_open
from reporting_app.crypto.encoding import pad
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.letter_open import BallotReading, Reading, Watching, open_letter
from tests.deployment import TODAY, World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def sealed(world: World) -> bytes:
    return shape.read_submission(world.report(world.reporter(), ("utredare-2",))).letter


def opened(world: World, data: bytes, member: str = "utredare-1") -> Reading:
    found = open_letter(data, world.keys[member].kem, world.chain.deployment)
    assert isinstance(found, Reading)
    return found


def reason(world: World, data: bytes, member: str = "utredare-1") -> str:
    with pytest.raises(Refused) as caught:
        open_letter(data, world.keys[member].kem, world.chain.deployment)
    return caught.value.reason


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_reader_opens_what_was_sealed(world: World, sealed: bytes) -> None:
    reading = opened(world, sealed)
    assert [one.kind for one in reading.events] == ["exclusion", "report"]


def test_who_was_left_out_is_told_nothing_but_not_for_me(world: World, sealed: bytes) -> None:
    assert reason(world, sealed, "utredare-2") == "not-for-me"


def test_a_witness_gets_a_token_and_no_key(world: World, sealed: bytes) -> None:
    watching = open_letter(sealed, world.keys["tillsyn-1"].kem, world.chain.deployment)
    assert isinstance(watching, Watching)
    assert watching.token == opened(world, sealed).block.watch_token


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (0, "magic"),
        (4, "deployment"),
        (20, "not-for-me"),
        (24, "schema"),
        (25, "schema"),
        (32, "not-for-me"),
        (shape.LETTER_SIZE - 1, "body"),
        (shape.LETTER_HEADER_SIZE + 12 * slots.SLOT_SIZE, "body"),
    ],
)
def test_a_changed_bit_is_refused_by_its_own_error(
    world: World, sealed: bytes, at: int, expected: str
) -> None:
    changed = flipped(sealed, at)
    if at == 24:
        changed = sealed[:24] + bytes([3]) + sealed[25:]
    assert reason(world, changed) == expected


def test_a_changed_bit_in_any_slot_stops_every_reader(world: World, sealed: bytes) -> None:
    for slot in range(12):
        at = shape.LETTER_HEADER_SIZE + slot * slots.SLOT_SIZE + 7
        assert reason(world, flipped(sealed, at)) in ("not-for-me", "body")


@pytest.mark.parametrize("data", [b"", b"RPL1", bytes(shape.LETTER_SIZE - 1), bytes(shape.LETTER_SIZE + 1)])
def test_another_length_is_refused(world: World, data: bytes) -> None:
    assert reason(world, data) == "length"


def test_a_letter_bound_to_another_key_is_refused_by_every_reader(world: World) -> None:
    """Without the commitment, one ciphertext could be made to open under two keys."""
    honest, other = slots.ContentKey.generate(), slots.ContentKey.generate()
    header = shape.letter_header(world.chain.deployment, 1, 12, honest.commitment)
    payload = slots.Payload(slots.READER, other.key, bytes(slots.SHARE_SIZE)).wire
    public = world.public_keys["utredare-1"]
    front = (
        header
        + slots.seal_slot(header, public, payload)
        + b"".join(slots.filler_slot(header) for _ in range(11))
    )
    body = aead.seal(other.body_key, front, pad(b"\1\0\0", shape.letter_body_size(12)))
    assert reason(world, front + body) == "commitment"


@pytest.mark.parametrize(
    "padded",
    [b"\1\0\0" + b"x", b"\7\0\0", b"\1\xff\xff", b"\1\0\4abcd"],
    ids=["padding", "type", "size", "short"],
)
def test_a_body_outside_the_format_is_refused(world: World, padded: bytes) -> None:
    key = slots.ContentKey.generate()
    header = shape.letter_header(world.chain.deployment, 1, 12, key.commitment)
    payload = slots.Payload(slots.READER, key.key, bytes(slots.SHARE_SIZE)).wire
    slot = slots.seal_slot(header, world.public_keys["utredare-1"], payload)
    front = header + slot + b"".join(slots.filler_slot(header) for _ in range(11))
    body = aead.seal(key.body_key, front, pad(padded, shape.letter_body_size(12)))
    assert reason(world, front + body) == "body"


def test_an_event_of_another_thread_cannot_be_spliced_in(world: World) -> None:
    reporter, other = world.reporter(), world.reporter()
    stray = event.Draft(
        kind="message",
        author=event.REPORTER,
        audience=["utredare-1"],
        body={"parcels": [], "text": "x"},
        day=TODAY,
        deployment=world.chain.deployment,
        thread=other.thread.thread_id,
        seq=1,
    ).sign(other.sign_seed)
    with pytest.raises(Refused, match="thread"):
        letter.thread_content(reporter.thread, [stray])
    content = reporter.thread.wire + b"\1" + stray.wire
    framed = b"\1" + len(content).to_bytes(2, "big") + content
    setting = world.setting()
    forged = letter.seal_letter(setting.frame, setting.readers(["utredare-1"]), framed)
    assert reason(world, forged) == "thread"


def test_a_letter_of_another_deployment_is_refused(world: World) -> None:
    foreign = make_world()
    data = shape.read_submission(foreign.report(foreign.reporter())).letter
    assert reason(world, data) == "deployment"


def test_a_ballot_letter_looks_like_any_other(world: World, sealed: bytes) -> None:
    content = b"\2" + (5).to_bytes(2, "big") + b"hello"
    setting = world.setting()
    recipients = [letter.Recipient(world.public_keys["tillsyn-1"])]
    data = letter.seal_letter(setting.frame, recipients, content)
    assert len(data) == len(sealed)
    assert data[:32] == sealed[:32]
    found = open_letter(data, world.keys["tillsyn-1"].kem, world.chain.deployment)
    assert isinstance(found, BallotReading)
    assert found.wire == b"hello"


def test_a_cell_opens_for_its_reporter_alone(world: World) -> None:
    reporter, stranger = world.reporter(), world.reporter()
    data = sealing.intake_cell(world.setting(), reporter.thread, [])
    tag = shape.read_cell(data).tag
    assert cell.is_tag_of(tag, reporter.thread.board_key)
    assert not cell.is_tag_of(tag, stranger.thread.board_key)
    assert cell.open_cell(data, reporter.kem, world.chain.deployment, reporter.thread.thread_id) == ()
    with pytest.raises(Refused, match="not-for-me"):
        cell.open_cell(data, stranger.kem, world.chain.deployment, stranger.thread.thread_id)


@pytest.mark.parametrize("at", [20, 24, 40, 64, 96, 1311, 1312, 4095])
def test_a_changed_bit_in_a_cell_is_refused(world: World, at: int) -> None:
    reporter = world.reporter()
    data = flipped(sealing.intake_cell(world.setting(), reporter.thread, []), at)
    with pytest.raises(Refused):
        cell.open_cell(data, reporter.kem, world.chain.deployment, reporter.thread.thread_id)


@pytest.mark.parametrize(("signer", "expected"), [("utredare-1", "audience"), ("utredare-2", "signature")])
def test_what_is_not_addressed_to_the_reporter_is_refused_in_a_cell(
    world: World, signer: str, expected: str
) -> None:
    reporter = world.reporter()
    note = event.Draft(
        kind="note",
        author="utredare-1",
        audience=["utredare-1"],
        body={"text": "internt"},
        day=date(2026, 11, 1),
        deployment=world.chain.deployment,
        thread=reporter.thread.thread_id,
        seq=1,
    ).sign(world.keys[signer].sign_seed)
    data = sealing.intake_cell(world.setting(), reporter.thread, [note])
    thread = read_thread(reporter, world.chain, [], [data], date(2026, 11, 2))
    assert [one.reason for one in thread.case.set_aside] == [expected]
    assert thread.case.timeline == ()


def test_the_watch_mark_looks_random_to_all_but_its_witnesses() -> None:
    token, other = secrets.token_bytes(32), secrets.token_bytes(32)
    tag = cell.watch_tag(token, cell.CONCLUSION)
    assert cell.watched_purpose(tag, token) == cell.CONCLUSION
    assert cell.watched_purpose(tag, other) is None
    assert cell.watched_purpose(secrets.token_bytes(16), token) is None


def test_only_as_many_shard_bits_are_revealed_as_there_are_shards(world: World) -> None:
    block = world.reporter().thread
    full = block.shard(2**15)
    for bits in range(16):
        assert block.shard(2**bits) == full >> (15 - bits)


def test_a_low_order_point_in_a_slot_is_somebody_else_s_slot() -> None:
    mine = kem.generate()
    hostile = bytes(kem.CIPHERTEXT_SIZE) + bytes(96)
    assert slots_open.unseal_slot(bytes(64), hostile, mine) is None
