"""What only members may do: signed requests, and nobody gets in with less (protocol.md §13)."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from reporting_app.cases.proposals import Proposal, propose_roster
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.requests import Request
from tests.deployment import TODAY, enrol, member_keys
from tests.site_fixtures import JSON, OCTETS, RowCounts, Visitor, problem_of

MEMBERS_ONLY = [
    ("GET", "/v1/letters", b"", None),
    ("GET", "/v1/letters?day=2026-11-21", b"", None),
    ("POST", "/v1/letters/fetch", canonical({"letters": [b64(bytes(32))]}), JSON),
    ("POST", "/v1/board", None, OCTETS),
]


@pytest.mark.parametrize(("method", "path", "body", "content_type"), MEMBERS_ONLY)
@pytest.mark.parametrize(
    "header",
    [
        *[None, "", "Rapp1", "Rapp1 utredare-1 1 x", "Rapp1  utredare-1 1 x", "Basic dXNlcjpwYXNz"],
        *["Rapp1 utredare-1 1764000000 " + "A" * 86, "Rapp1 okand 1764000000 " + "A" * 86],
        *["\xff\xfe", "A" * 5_000],
    ],
)
def test_nobody_gets_in_without_a_members_signature(
    visitor: Visitor,
    row_counts: RowCounts,
    method: str,
    path: str,
    body: bytes | None,
    content_type: str | None,
    header: str | None,
) -> None:
    before = row_counts()
    answer = visitor.client.open(
        path,
        method=method,
        data=visitor.cell() if body is None else body,
        content_type=content_type,
        headers={"Authorization": header} if header is not None else {},
    )
    assert (answer.status_code, problem_of(answer)) == (401, "authorization")
    assert row_counts() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "GET"},
        {"path": "/v1/letters"},
        {"path": "/v1/board?"},
        {"body": b"another cell"},
        {"deployment": bytes(16)},
        {"member": "utredare-2"},
        {"member": "tillsyn-1"},
    ],
)
def test_a_signature_counts_for_one_request_only(
    visitor: Visitor, row_counts: RowCounts, changed: dict[str, Any]
) -> None:
    before = row_counts()
    answer = visitor.signed("POST", "/v1/board", visitor.cell(), OCTETS, changed)
    assert (answer.status_code, problem_of(answer)) == (401, "authorization")
    assert row_counts() == before


@pytest.mark.parametrize(("seconds", "accepted"), [(900, True), (-900, True), (901, False), (-901, False)])
def test_a_clock_may_be_a_quarter_of_an_hour_off(visitor: Visitor, seconds: int, accepted: bool) -> None:
    now = int(visitor.clock())
    answer = visitor.signed("GET", "/v1/letters", changed={"time": now + seconds})
    if accepted:
        assert answer.status_code == 200
        return
    assert (answer.status_code, problem_of(answer)) == (401, "clock")
    assert int(parsedate_to_datetime(answer.headers["Date"]).timestamp()) == now


def status_for(visitor: Visitor, keys: MemberKeys) -> int:
    """What a member hears who asks for the list of letters."""
    now = int(visitor.clock())
    request = Request(visitor.world.chain.deployment, keys.member, "GET", "/v1/letters", b"", now)
    header = request.authorization(keys.sign_seed)
    return visitor.get("/v1/letters", headers={"Authorization": header}).status_code


def test_a_witness_may_look_for_answers_too(visitor: Visitor) -> None:
    assert status_for(visitor, visitor.world.keys["tillsyn-1"]) == 200


def test_who_joins_or_leaves_does_so_on_the_day_that_the_roster_says(visitor: Visitor) -> None:
    world = visitor.world
    comes, goes = member_keys("utredare-4"), world.keys["utredare-3"]
    proposed = propose_roster(
        world.chain, world.chain.deployment, [enrol(comes)], [goes.member], TODAY, TODAY + timedelta(days=2)
    )
    keys = {one.member: one.kem.public for one in (*world.keys.values(), comes) if one is not goes}
    assert (
        visitor.post("/v1/roster", Proposal(world.signed(proposed), keys).to_bytes(), JSON).status_code == 201
    )
    visitor.clock.pass_days(1)
    assert (status_for(visitor, goes), status_for(visitor, comes)) == (200, 401)
    visitor.clock.pass_days(1)
    assert (status_for(visitor, goes), status_for(visitor, comes)) == (401, 200)
