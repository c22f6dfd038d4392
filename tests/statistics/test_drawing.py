"""Each witness is bound before it knows the other's draw, and no draw is further out than chance goes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting_app.crypto import signing
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.statistics import drawing
from reporting_app.statistics.distribution import most_plausible
from reporting_app.statistics.drawing import Message, Opened
from reporting_app.statistics.ledger import Intent, Ledger
from reporting_app.statistics.tally import tally
from tests.statistics.bureau import Bureau, cast, table

TABLE = table("form", 400)
SEED, NAME = secrets.token_bytes(32), secrets.token_bytes(16)
KEY = signing.public_key(SEED)
SECOND = Message(
    "second",
    "tillsyn-2",
    date(2036, 3, 1),
    NAME,
    {"draws": {"form": {"a": 3, "b": -1, "c": 0}}, "intent": "A" * 43},
)
numbers = st.integers(-60, 60)
opened = st.builds(
    lambda counted, salt, a, b: Opened(counted, {"form": {"a": a, "b": b}}, salt),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
    numbers,
    numbers,
)


@given(opened, opened)
def test_a_commitment_fits_what_was_bound_and_nothing_else(one: Opened, other: Opened) -> None:
    assert Opened.from_value(one.to_value()).commitment == one.commitment
    assert (one.commitment == other.commitment) == (one == other)
    assert replace(one, salt=bytes(32)).commitment != one.commitment or one.salt == bytes(32)


def test_the_salt_is_never_shown() -> None:
    one = Opened(bytes(32), {}, b"s" * 32)
    assert "sss" not in repr(one)


@pytest.fixture(scope="module")
def intent(bureau: Bureau) -> Intent:
    body = bureau.body(Ledger(), "2035", TABLE)
    return Intent.from_document(SignedDocument(body, {}), bureau.world.chain.deployment)


@pytest.mark.parametrize(
    "draws",
    [
        {},
        {"other": {"a": 0, "b": 0, "c": 0}},
        {"form": {"a": 0, "b": 0, "c": 0}, "other": {"a": 0}},
        {"form": {"a": 0, "b": 0}},
        {"form": {"a": 0, "b": 0, "c": 0, "d": 0}},
        {"form": {"a": most_plausible(400) + 1, "b": 0, "c": 0}},
        {"form": {"a": 0, "b": 0, "c": -most_plausible(400) - 1}},
    ],
)
def test_a_draw_that_misses_a_cell_or_lies_further_out_than_chance_is_refused(
    intent: Intent, draws: dict[str, dict[str, int]]
) -> None:
    with pytest.raises(Refused) as refused:
        drawing.check_draws(draws, intent)
    assert refused.value.reason == "draw"


def test_a_draw_as_far_out_as_chance_goes_holds(intent: Intent) -> None:
    most = most_plausible(400)
    drawing.check_draws({"form": {"a": most, "b": -most, "c": 0}}, intent)


@pytest.mark.parametrize(
    "value", [None, [], {"form": []}, {"form": {"a": 1.5}}, {"form": {"a": True}}, {"form": {"a": "1"}}]
)
def test_a_draw_is_of_integers(value: Any) -> None:
    with pytest.raises(Refused) as refused:
        drawing.read_draws(value)
    assert refused.value.reason == "schema"


def test_both_draws_are_added_in_every_cell() -> None:
    count = tally([cast("x", "form", "a"), cast("y", "form", "a")], TABLE, [], "2035")
    one, two = {"a": 5, "b": -3, "c": 0}, {"a": -1, "b": -3, "c": 7}
    assert drawing.noisy(count.cells, one, two) == {"a": 6, "b": -6, "c": 7}


def test_a_message_is_read_by_whom_it_is_from() -> None:
    wire = SECOND.sign(SEED)
    assert drawing.author_of(wire) == ("tillsyn-2", date(2036, 3, 1))
    assert drawing.read(wire, KEY, NAME) == SECOND


@given(st.data())
def test_no_message_with_a_flipped_bit_is_read(data: st.DataObject) -> None:
    wire = bytearray(SECOND.sign(SEED))
    place = data.draw(st.integers(0, len(wire) * 8 - 1))
    wire[place // 8] ^= 1 << place % 8
    with pytest.raises(Refused):
        drawing.read(bytes(wire), KEY, NAME)


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("body", lambda wire: drawing.read(wire + b"\0", KEY, NAME)),
        ("body", lambda _: drawing.read(b"", KEY, NAME)),
        ("deployment", lambda wire: drawing.read(wire, KEY, bytes(16))),
        ("signature", lambda wire: drawing.read(wire, signing.public_key(bytes(32)), NAME)),
        ("schema", lambda _: drawing.read(replace(SECOND, kind="opening").sign(SEED), KEY, NAME)),
        ("schema", lambda _: drawing.read(replace(SECOND, kind="other").sign(SEED), KEY, NAME)),
        ("schema", lambda _: drawing.author_of(replace(SECOND, author="reporter").sign(SEED))),
        ("length", lambda _: replace(SECOND, more={"draws": {}, "intent": "A" * 70_000}).sign(SEED)),
    ],
)
def test_other_messages_are_refused(reason: str, read: Callable[[bytes], object]) -> None:
    with pytest.raises(Refused) as refused:
        read(SECOND.sign(SEED))
    assert refused.value.reason == reason


def test_what_is_kept_opens_with_the_proposers_key_alone() -> None:
    one, key = Opened(bytes(32), {"form": {"a": 3}}, secrets.token_bytes(32)), secrets.token_bytes(32)
    kept = drawing.keep(one, key)
    assert drawing.recover(kept, one.commitment, key) == one
    assert drawing.recover(kept, one.commitment, secrets.token_bytes(32)) is None
    assert drawing.recover(kept, bytes(32), key) is None
    assert drawing.recover(kept[:-1] + bytes([kept[-1] ^ 1]), one.commitment, key) is None
