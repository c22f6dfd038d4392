"""The site takes what two witnesses signed and nothing else, and forgets none of it (protocol.md §15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.hashing import Label
from reporting_app.demo.statistics import Town
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.statistics.release import correction_body
from reporting_app.storage.letterbox import Letterbox
from tests.deployment import TODAY, WITNESSES
from tests.site_fixtures import JSON, RowCounts, Visitor, problem_of
from tests.statistics.town import no_noise
from tests.storage_fixtures import FakeClock

PERIOD = "2026"
DRAWN_ON = date(2027, 2, 20)


@pytest.fixture
def town(visitor: Visitor, site_clock: FakeClock) -> Town:
    """Both witnesses have drawn 2026; nothing of it is on the site yet."""
    site_clock.now += (DRAWN_ON - TODAY).days * 86_400
    world = visitor.world
    made = Town(world.chain, [world.keys[one] for one in WITNESSES], {1: world.file.human_part}, no_noise)
    made.publish_period(PERIOD, DRAWN_ON)
    return made


def bring(visitor: Visitor, path: str, document: SignedDocument) -> str:
    """The name of the problem, else the status."""
    answer = visitor.post(path, document.to_bytes(), JSON)
    return str(answer.status_code) if answer.status_code < 300 else problem_of(answer)


def intent(visitor: Visitor, document: SignedDocument) -> str:
    return bring(visitor, "/v1/ledger", document)


def release(visitor: Visitor, document: SignedDocument) -> str:
    return bring(visitor, "/v1/releases", document)


def again(town: Town, document: SignedDocument, label: Label, **changed: Any) -> SignedDocument:
    """The same with other values, rightly signed by both."""
    return town.signed({**document.body, **changed}, label)


def test_what_two_witnesses_signed_is_taken_kept_and_given_to_members(
    visitor: Visitor, town: Town, letterbox: Letterbox, site_clock: FakeClock
) -> None:
    bound, shown = town.ledger.intents[0].document, [one.document for one in town.releases.all]
    assert [intent(visitor, bound), intent(visitor, bound)] == ["201", "200"]
    assert [release(visitor, one) for one in shown] == ["201"] * len(shown)
    assert release(visitor, shown[0]) == "200"
    anew = Visitor(create_app(SiteConfig(), letterbox, site_clock).test_client(), visitor.world, site_clock)
    for site in (visitor, anew):
        found = site.signed("GET", "/v1/statistics").get_json()
        assert found == {"ledger": [bound.to_value()], "releases": [one.to_value() for one in shown]}
    assert problem_of(visitor.get("/v1/statistics")) == "authorization"


def test_a_table_and_period_are_drawn_once(visitor: Visitor, town: Town, row_counts: RowCounts) -> None:
    bound = town.ledger.intents[0].document
    intent(visitor, bound)
    next_one = {"version": 2, "previous": b64(bound.id), "commitment": b64(bytes([1] * 32))}
    assert intent(visitor, again(town, bound, Label.SIGN_LEDGER, **next_one)) == "drawn"
    other = again(town, bound, Label.SIGN_LEDGER, commitment=b64(bytes([2] * 32)))
    assert intent(visitor, other) == "ledger", "nor beside the one that came first"
    assert row_counts()["ledger"] == 1


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"period": "2027"}, "not-frozen"),
        ({"file": 2}, "catalogue"),
        ({"day": (DRAWN_ON + timedelta(days=3)).isoformat()}, "ledger"),
        ({"day": (DRAWN_ON - timedelta(days=31)).isoformat()}, "not-frozen"),
        ({"roster": 2}, "ledger"),
        ({"kind": "release"}, "schema"),
        ({"tables": []}, "schema"),
        ({"tables": [{"cells": ["invented"], "id": "form_per_year", "share": 400}]}, "catalogue"),
        ({"tables": [{"cells": ["a"], "id": "unknown_per_year", "share": 1}]}, "catalogue"),
    ],
)
def test_an_intent_that_breaks_a_rule_is_named_by_it(
    visitor: Visitor, town: Town, row_counts: RowCounts, changed: Mapping[str, Any], problem: str
) -> None:
    bound = town.ledger.intents[0].document
    assert intent(visitor, again(town, bound, Label.SIGN_LEDGER, **changed)) == problem
    assert row_counts()["ledger"] == 0


def test_one_witness_or_others_are_not_two(visitor: Visitor, town: Town, row_counts: RowCounts) -> None:
    bound, shown = town.ledger.intents[0].document, town.releases.all[0].document
    alone = SignedDocument(bound.body, {"tillsyn-1": bound.signatures["tillsyn-1"]})
    assert intent(visitor, alone) == "ledger-signatures"
    investigators = SignedDocument(bound.body, {})
    for member in ("utredare-1", "utredare-2"):
        seed = visitor.world.keys[member].sign_seed
        investigators = investigators.signed_by(Label.SIGN_LEDGER, member, seed)
    assert intent(visitor, investigators) == "ledger-signatures"
    intent(visitor, bound)
    half = SignedDocument(shown.body, {"tillsyn-2": shown.signatures["tillsyn-2"]})
    assert release(visitor, half) == "release-signatures"
    assert (row_counts()["ledger"], row_counts()["releases"]) == (1, 0)


def test_a_tampered_release_is_refused(visitor: Visitor, town: Town, row_counts: RowCounts) -> None:
    shown = town.releases.all[0].document
    assert release(visitor, shown) == "release", "nothing is published that nobody was bound to"
    intent(visitor, town.ledger.intents[0].document)
    cell = next(iter(shown.body["cells"]))
    higher = {**shown.body["cells"], cell: 500}
    tampered = SignedDocument({**shown.body, "cells": higher}, shown.signatures)
    assert release(visitor, tampered) == "release-signatures"
    exact = again(town, shown, Label.SIGN_RELEASE, cells={**shown.body["cells"], cell: 13})
    assert release(visitor, exact) == "schema", "not even two witnesses publish an exact count"
    few = again(town, shown, Label.SIGN_RELEASE, cells={**shown.body["cells"], cell: 5})
    assert release(visitor, few) == "schema", "nor one below ten"
    fewer = {name: value for name, value in shown.body["cells"].items() if name != cell}
    assert release(visitor, again(town, shown, Label.SIGN_RELEASE, cells=fewer)) == "release"
    assert row_counts()["releases"] == 0


def test_a_correction_takes_back_and_never_draws_again(visitor: Visitor, town: Town) -> None:
    intent(visitor, town.ledger.intents[0].document)
    first = town.releases.all[0]
    release(visitor, first.document)
    cells = dict.fromkeys(first.cells, 1000)
    redrawn = again(town, first.document, Label.SIGN_RELEASE, cells=cells)
    assert release(visitor, redrawn) == "release"
    body = correction_body(first, [next(iter(cells))], "Felkodat.", DRAWN_ON, 1)
    assert release(visitor, town.signed({**body, "reason": " "}, Label.SIGN_RELEASE)) == "release"
    assert release(visitor, town.signed({**body, "cells": cells}, Label.SIGN_RELEASE)) == "release"
    assert release(visitor, town.signed(body, Label.SIGN_RELEASE)) == "201"


def test_what_is_no_document_is_said_so(visitor: Visitor) -> None:
    for path in ("/v1/ledger", "/v1/releases"):
        for body in (b"{}", b'{"body":{},"signatures":[]}', b"[]"):
            answer = visitor.post(path, body, JSON)
            assert (answer.status_code, problem_of(answer)) == (422, "schema")
        assert problem_of(visitor.post(path, b"not json", JSON)) == "encoding"
