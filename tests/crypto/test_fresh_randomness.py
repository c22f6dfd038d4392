"""Against whoever compares what is sealed: nothing that should be random is constant or used twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import combinations

import pytest

from reporting_app.cases import proposals
from reporting_app.crypto import (
    aead,
    cell,
    kem,
    keyfile,
    letter,
    letter_open,
    receipt,
    shape,
    slots,
    slots_open,
    wordlist,
)
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.keyfile import Cost, KeyFile

DEPLOYMENT = bytes(range(16))
BOARD_KEY, TOKEN = bytes([1]) * 32, bytes([2]) * 32
HALF = cell.HALF_TAG
READER = kem.generate()


def slot_parts(name: str, header: bytes, slot: bytes) -> dict[str, bytes]:
    """Its two encapsulations, and the share that only the reader sees."""
    payload = slots_open.unseal_slot(header, slot, READER)
    end = kem.ML_KEM_CIPHERTEXT_SIZE
    parts = {f"{name}, ML-KEM": slot[:end], f"{name}, X25519": slot[end : kem.CIPHERTEXT_SIZE]}
    return parts | ({f"{name}, share": payload.share} if payload else {})


def a_letter() -> dict[str, bytes]:
    frame = letter.Frame(DEPLOYMENT, 1, 4)
    sealed = letter.seal_letter(frame, [letter.Recipient(READER.public)], bytes([letter.BALLOT_CONTENT]))
    found = letter_open.open_letter(sealed, READER, DEPLOYMENT)
    assert isinstance(found, letter_open.BallotReading)
    parts = {"commitment": shape.read_letter(sealed).commitment, "content key": found.key.key}
    front = shape.LETTER_HEADER_SIZE
    for at in range(4):
        start = front + at * slots.SLOT_SIZE
        parts |= slot_parts(f"slot {at}", sealed[:front], sealed[start : start + slots.SLOT_SIZE])
    return parts


def a_cell_of(data: bytes) -> dict[str, bytes]:
    outer = shape.read_cell(data)
    front = shape.CELL_HEADER_SIZE
    parts = slot_parts("slot", data[:front], data[front : front + slots.SLOT_SIZE])
    return parts | {
        "commitment": outer.commitment,
        "first half of the tag": outer.tag[:HALF],
        "second half of the tag": outer.tag[HALF:],
        "first half of the watch tag": outer.watch_tag[:HALF],
        "second half of the watch tag": outer.watch_tag[HALF:],
    }


def an_automatic_cell() -> dict[str, bytes]:
    return a_cell_of(cell.seal_cell(cell.Place(DEPLOYMENT, 2026, 0), BOARD_KEY, READER.public, []))


def an_answer_cell() -> dict[str, bytes]:
    watch = cell.watch_tag(TOKEN, cell.ANSWER)
    return a_cell_of(cell.seal_cell(cell.Place(DEPLOYMENT, 2026, 0), BOARD_KEY, READER.public, [], watch))


def a_blank_cell() -> dict[str, bytes]:
    return a_cell_of(cell.blank_cell(DEPLOYMENT, 2026, 1))


def a_key_file() -> dict[str, bytes]:
    made = KeyFile.create("utredare-1", "A", "investigator", "en fras", Cost(1, 8, 1))
    salt, nonce = unb64(made.front["kdf"]["salt"]), unb64(made.front["nonce"])
    return {"salt": salt, "nonce": nonce, "secret": made.open("en fras").sign_seed}


def a_receipt() -> dict[str, bytes]:
    return {"receipt": receipt.generate(), "deployment id": proposals.new_deployment_id()}


def a_passphrase() -> dict[str, bytes]:
    return {"passphrase": keyfile.generate_passphrase().encode()}


MAKERS = (a_letter, an_automatic_cell, an_answer_cell, a_blank_cell, a_key_file, a_receipt, a_passphrase)


def repeated(things: list[dict[str, bytes]]) -> set[str]:
    """Parts of which two things have the same, or which stand at two places of one; or that are zeros."""
    found = {name for thing in things for name, part in thing.items() if not any(part)}
    for one, other in combinations(things, 2):
        found |= {name for name, part in one.items() if part in other.values()}
    return found | {
        name for thing in things for name, part in thing.items() if list(thing.values()).count(part) > 1
    }


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_no_two_things_share_anything_that_should_be_random(make: Callable[[], dict[str, bytes]]) -> None:
    assert repeated([make() for _ in range(3)]) == set()


@pytest.mark.parametrize("make", MAKERS[:-1], ids=lambda make: make.__name__)
def test_a_broken_source_of_randomness_would_be_seen(
    make: Callable[[], dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes([5]) * size)
    assert repeated([make() for _ in range(3)]) != set()


def test_a_blank_cell_may_lie_in_any_shard() -> None:
    shards = {shape.read_cell(cell.blank_cell(DEPLOYMENT, 2026, 2)).shard for _ in range(40)}
    assert shards == {0, 1}  # by chance one is missing in one of 5 * 10^11 runs


def test_a_key_file_costs_a_thief_what_rfc_9106_advises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyfile, "_stretch", lambda _passphrase, _kdf: bytes(aead.KEY_SIZE))
    made = KeyFile.create("utredare-1", "A", "investigator", keyfile.generate_passphrase())
    kdf = made.front["kdf"]
    assert kdf["name"] == "argon2id"
    assert (kdf["t"], kdf["m"], kdf["p"]) == (3, 64 * 1024, 4)


def test_a_generated_passphrase_has_at_least_80_bits() -> None:
    assert len(keyfile.generate_passphrase().split()) * wordlist.BITS >= 80
