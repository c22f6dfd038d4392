"""Sealed drafts (protocol §12a)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting_app.crypto import kem
from reporting_app.crypto.draft import HEAD, MOST_DRAFT, STEP, open_draft, seal_draft
from reporting_app.crypto.errors import Refused

MINE = kem.generate()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=9000), st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_a_draft_opens_to_what_was_sealed_and_its_length_shows_in_steps(content: bytes, place: str) -> None:
    sealed = seal_draft(place, content, MINE.public)
    assert open_draft(place, sealed, MINE) == content
    assert (len(sealed) - HEAD - 16) % STEP == 0
    assert content not in sealed or len(content) <= 4


def test_nobody_else_and_no_other_place_opens_it() -> None:
    sealed = seal_draft("reply:1", b"text", MINE.public)
    with pytest.raises(Refused, match="body"):
        open_draft("reply:1", sealed, kem.generate())
    with pytest.raises(Refused, match="body"):
        open_draft("note:1", sealed, MINE)


@pytest.mark.parametrize("at", [0, 4, 1000, HEAD, -1])
def test_a_changed_byte_is_refused(at: int) -> None:
    sealed = bytearray(seal_draft("x", b"text", MINE.public))
    sealed[at] ^= 1
    with pytest.raises(Refused):
        open_draft("x", bytes(sealed), MINE)


@pytest.mark.parametrize("size", [0, 3, 4, HEAD - 1, HEAD, HEAD + 15])
def test_a_cut_draft_is_refused(size: int) -> None:
    with pytest.raises(Refused):
        open_draft("x", seal_draft("x", b"text", MINE.public)[:size], MINE)


def test_a_draft_has_a_largest_size() -> None:
    seal_draft("x", bytes(MOST_DRAFT), MINE.public)
    with pytest.raises(Refused, match="length"):
        seal_draft("x", bytes(MOST_DRAFT + 1), MINE.public)
