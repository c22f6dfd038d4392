"""The roster chain: what a majority can do, and what nobody can."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from reporting_app.cases import majority, proposals
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import RosterChain, RosterFile, checked_keys, in_time
from tests.deployment import TODAY, World, enrol, make_world, member_keys

LATER = TODAY + timedelta(days=40)
SOONEST = TODAY + timedelta(days=2)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def leaving(world: World, *members: str, day: date = TODAY) -> SignedDocument:
    return proposals.propose_roster(world.chain, world.chain.deployment, [], members, day)


def changed(document: SignedDocument, **fields: Any) -> SignedDocument:
    return SignedDocument({**document.body, **fields}, {})


def refused(chain: RosterChain, document: SignedDocument) -> str:
    with pytest.raises(Refused) as caught:
        chain.append(document)
    return caught.value.reason


def test_a_strict_majority_of_the_version_before_carries_the_next(world: World) -> None:
    document = world.signed(leaving(world, "utredare-3"), "utredare-1", "utredare-2", "tillsyn-1")
    assert world.chain.append(document).newest.version == 2


def test_half_is_not_a_majority(world: World) -> None:
    document = world.signed(leaving(world, "utredare-3"), "utredare-1", "utredare-2")
    assert refused(world.chain, document) == "roster-majority"


def test_a_signature_by_a_stranger_refuses_the_whole_document(world: World) -> None:
    stranger = member_keys("utredare-9")
    document = majority.sign_document(world.signed(leaving(world, "utredare-3")), stranger)
    assert refused(world.chain, document) == "roster-majority"


def test_a_signature_under_another_body_counts_for_nothing(world: World) -> None:
    signed = world.signed(leaving(world, "utredare-3"))
    other = SignedDocument(leaving(world, "utredare-2").body, signed.signatures)
    assert refused(world.chain, other) == "roster-majority"


def test_those_who_join_have_no_say_in_their_own_joining(world: World) -> None:
    new = [member_keys("utredare-4"), member_keys("utredare-5")]
    document = proposals.propose_roster(
        world.chain, world.chain.deployment, [enrol(one) for one in new], [], TODAY
    )
    for one in new:
        document = majority.sign_document(document, one)
    assert refused(world.chain, document) == "roster-majority"


def test_a_new_member_holds_two_days_later_at_the_earliest(world: World) -> None:
    document = proposals.propose_roster(
        world.chain, world.chain.deployment, [enrol(member_keys("utredare-4"))], [], TODAY, SOONEST
    )
    chain = world.chain.append(world.signed(document))
    assert chain.in_force(TODAY + timedelta(days=1)).version == 1
    assert chain.in_force(TODAY + timedelta(days=2)).version == 2
    for hasty in (TODAY, TODAY + timedelta(days=1)):
        early = changed(document, active=hasty.isoformat())
        assert refused(world.chain, world.signed(early)) == "roster-chain"


def test_whoever_is_added_is_shown_two_days_before_by_anybodys_calendar(world: World) -> None:
    """The day in the document is what its signers wrote; ``in_time`` goes by the reader's own."""
    new, chain = enrol(member_keys("utredare-4")), world.chain
    backdated = changed(
        proposals.propose_roster(chain, chain.deployment, [new], [], TODAY, SOONEST), day="2026-10-01"
    )
    newer = chain.append(world.signed(backdated)).newest
    shown = [TODAY - timedelta(days=9), TODAY, TODAY + timedelta(days=1), SOONEST, LATER]
    assert [in_time(chain.newest, newer, day) for day in shown] == [True, True, False, False, False]


def test_who_leaves_may_leave_at_once_and_unannounced(world: World) -> None:
    newer = world.chain.append(world.signed(leaving(world, "utredare-3"))).newest
    assert in_time(world.chain.newest, newer, LATER)


def test_a_version_at_the_end_of_all_days_is_refused_by_name(world: World) -> None:
    new, chain = enrol(member_keys("utredare-4")), world.chain
    document = proposals.propose_roster(chain, chain.deployment, [new], [], TODAY, date.max)
    assert chain.append(world.signed(document)).newest.active == date.max
    last = changed(document, day=date.max.isoformat())
    assert refused(chain, world.signed(last)) == "roster-chain"


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 3},
        {"previous": b64(bytes(32))},
        {"day": "2020-01-01", "active": "2020-01-01"},
        {"deployment": b64(bytes(16))},
        {"slots": 3},
        {"slots": 17},
    ],
)
def test_a_version_that_does_not_follow_is_refused_however_many_sign(
    world: World, fields: dict[str, Any]
) -> None:
    document = changed(leaving(world, "utredare-3"), **fields)
    assert refused(world.chain, world.signed(document)) == "roster-chain"


def test_nobody_disappears_without_standing_as_former(world: World) -> None:
    document = changed(leaving(world, "utredare-3"), former=[])
    assert refused(world.chain, world.signed(document)) == "roster-chain"


def test_at_least_two_investigators_remain(world: World) -> None:
    with pytest.raises(Refused, match="two investigators"):
        leaving(world, "utredare-2", "utredare-3")


def test_who_left_signs_nothing_new_but_old_words_still_verify(world: World) -> None:
    chain = world.chain.append(world.signed(leaving(world, "utredare-3")))
    assert chain.author_key("utredare-3", TODAY) == world.keys["utredare-3"].sign_public
    with pytest.raises(Refused, match="author"):
        chain.author_key("utredare-3", LATER)


def test_who_left_never_returns_under_the_same_id(world: World) -> None:
    chain = world.chain.append(world.signed(leaving(world, "utredare-3")))
    with pytest.raises(Refused, match="never used again"):
        proposals.propose_roster(chain, chain.deployment, [enrol(member_keys("utredare-3"))], [], TODAY)


def test_a_letter_to_a_replaced_roster_is_taken_for_thirty_days(world: World) -> None:
    chain = world.chain.append(world.signed(leaving(world, "utredare-3")))
    assert chain.acceptable(1, TODAY + timedelta(days=30)).version == 1
    with pytest.raises(Refused, match="roster-stale"):
        chain.acceptable(1, TODAY + timedelta(days=31))
    with pytest.raises(Refused, match="roster-stale"):
        chain.acceptable(3, TODAY)


def test_a_chain_from_another_anchor_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="anchor"):
        RosterChain.load([world.roster], make_world().anchor)


def test_a_key_that_the_majority_did_not_sign_is_refused(world: World) -> None:
    exchanged = {**world.public_keys, "utredare-1": member_keys("x").kem.public}
    with pytest.raises(Refused, match="another key for utredare-1"):
        checked_keys(world.chain.newest, exchanged)


def test_a_roster_file_survives_the_wire(world: World) -> None:
    again = RosterFile.from_value(world.roster_file.to_value())
    assert RosterChain.load(again.documents, world.anchor).newest.id == world.chain.newest.id
    assert again.keys == world.public_keys
