"""A release holds only as it was bound to be: tampered, unsigned or drawn again it is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.statistics.distribution import FEWEST, STEP
from reporting_app.statistics.ledger import Ledger
from reporting_app.statistics.release import Releases, correction_body, release_body
from tests.statistics.bureau import DAY, PAIR, Bureau, published, table

TABLE = table("form", 400)
NOISY = {"a": 37, "b": 9, "c": -4}


@pytest.fixture(scope="module")
def ledger(bureau: Bureau) -> Ledger:
    return bureau.drawn(bureau.drawn(Ledger(), "2034", TABLE), "2035", TABLE)


@pytest.fixture(scope="module")
def first(bureau: Bureau, ledger: Ledger) -> SignedDocument:
    return bureau.release(ledger.intents[1], NOISY)


@pytest.fixture(scope="module")
def releases(bureau: Bureau, ledger: Ledger, first: SignedDocument) -> Releases:
    return Releases().append(first, ledger, bureau.world.chain)


def refused(
    reason: str, bureau: Bureau, ledger: Ledger, document: SignedDocument, releases: Releases | None = None
) -> None:
    with pytest.raises(Refused) as error:
        (releases or Releases()).append(document, ledger, bureau.world.chain)
    assert error.value.reason == reason, error.value.detail


def test_what_is_published_is_rounded_and_suppressed(releases: Releases) -> None:
    (release,) = releases.all
    assert published(release) == {"a": 35, "b": None, "c": None}
    assert releases.last("form", "2035") == release
    assert releases.last("form", "2034") is None


@given(st.dictionaries(st.sampled_from("abc"), st.integers(-500, 500), min_size=3))
def test_no_cell_tells_more_than_its_step_of_five(
    bureau: Bureau, ledger: Ledger, noisy: dict[str, int]
) -> None:
    body = release_body(ledger.intents[1], "form", noisy, DAY, 1)
    for cell, seen in body["cells"].items():
        if noisy[cell] < FEWEST:
            assert seen == "suppressed"
        else:
            assert seen % STEP == 0
            assert abs(seen - noisy[cell]) <= STEP // 2


@pytest.mark.parametrize(
    ("reason", "changed"),
    [
        ("release-signatures", {"cells": {"a": 40, "b": "suppressed", "c": "suppressed"}}),
        ("release-signatures", {"cells": {"a": 35, "b": 10, "c": "suppressed"}}),
        ("schema", {"cells": {"a": 37, "b": "suppressed", "c": "suppressed"}}),
        ("schema", {"cells": {"a": 5, "b": "suppressed", "c": "suppressed"}}),
        ("schema", {"cells": {"a": "9", "b": "suppressed", "c": "suppressed"}}),
        ("schema", {"reason": "r" * 501}),
        ("schema", {"suite": 2}),
        ("release", {"share": 399}),
        ("release", {"table": "other"}),
        ("release", {"period": "2034"}),
        ("release", {"cells": {"a": 35, "b": "suppressed"}}),
        ("release", {"cells": {"a": 35, "b": "suppressed", "d": "suppressed"}}),
        ("release", {"intent": b64(bytes(32))}),
        ("release", {"reason": "Första gången."}),
        ("release", {"corrects": b64(bytes(32))}),
        ("release", {"roster": 2}),
        ("release", {"day": (DAY - timedelta(days=1)).isoformat()}),
        ("deployment", {"deployment": b64(bytes(16))}),
    ],
)
def test_a_tampered_release_is_refused(
    bureau: Bureau, ledger: Ledger, first: SignedDocument, reason: str, changed: dict[str, Any]
) -> None:
    refused(reason, bureau, ledger, SignedDocument({**first.body, **changed}, first.signatures))


@pytest.mark.parametrize("members", [(), PAIR[:1], (PAIR[0], "utredare-1"), (*PAIR, "utredare-1")])
def test_two_witnesses_sign_and_nobody_else(bureau: Bureau, ledger: Ledger, members: tuple[str, ...]) -> None:
    refused("release-signatures", bureau, ledger, bureau.release(ledger.intents[1], NOISY, members))


def test_a_release_holds_under_its_own_label_only(
    bureau: Bureau, ledger: Ledger, first: SignedDocument
) -> None:
    for label in (Label.SIGN_LEDGER, Label.SIGN_DRAW, Label.SIGN_DEPLOYMENT):
        refused("release-signatures", bureau, ledger, bureau.signed(first.body, label))


def test_nothing_is_released_that_the_ledger_does_not_know(
    bureau: Bureau, ledger: Ledger, first: SignedDocument
) -> None:
    refused("release", bureau, Ledger(ledger.intents[:1]), first)


def test_a_second_release_of_the_same_draw_is_refused(
    bureau: Bureau, ledger: Ledger, first: SignedDocument, releases: Releases
) -> None:
    refused("release", bureau, ledger, first, releases)
    refused(
        "release", bureau, ledger, bureau.release(ledger.intents[1], {"a": 60, "b": 60, "c": 60}), releases
    )


def test_a_correction_takes_back_and_says_why(bureau: Bureau, ledger: Ledger, releases: Releases) -> None:
    body = correction_body(releases.all[0], ["a"], "En dubbelräknad grupp.", DAY, 1)
    corrected = releases.append(bureau.correction(body), ledger, bureau.world.chain)
    (held,) = corrected.holding
    assert held.cells == {"a": "withdrawn", "b": "suppressed", "c": "suppressed"}
    with pytest.raises(KeyError):
        held.count("a")
    assert len(corrected.all) == 2
    # What was taken back stays so, and the chain of corrections does not fork.
    back = {**body, "corrects": b64(held.id), "cells": releases.all[0].document.body["cells"]}
    refused("release", bureau, ledger, bureau.correction(back), corrected)
    refused("release", bureau, ledger, bureau.correction({**body, "reason": "Igen."}), corrected)


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": " "},
        {"cells": {"a": 30, "b": "suppressed", "c": "suppressed"}},
        {"cells": {"a": 35, "b": 10, "c": "suppressed"}},
        {"cells": {"a": "suppressed", "b": "suppressed", "c": "suppressed"}},
        {"corrects": ""},
        {"day": (DAY - timedelta(days=1)).isoformat()},
    ],
)
def test_a_correction_that_draws_again_or_gives_no_reason_is_refused(
    bureau: Bureau, ledger: Ledger, releases: Releases, changed: dict[str, Any]
) -> None:
    body = correction_body(releases.all[0], [], "Rättat.", DAY, 1) | changed
    refused("release", bureau, ledger, bureau.correction(body), releases)


def test_a_ledger_without_releases_is_empty_and_no_error(bureau: Bureau, ledger: Ledger) -> None:
    assert Releases.load([], ledger, bureau.world.chain).holding == []
