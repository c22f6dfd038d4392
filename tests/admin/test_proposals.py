"""Proposals as pure documents: what panel and command line share."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reporting_app.cases import majority, proposals
from reporting_app.cases.changes import Change, text_changes
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto import deployment
from reporting_app.crypto.encoding import canonical
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import Roster
from tests.deployment import TODAY, World, enrol, human_part, make_world, member_keys


@pytest.fixture(scope="module")
def town() -> World:
    return make_world()


def _current(town: World) -> deployment.Deployment:
    return deployment.verify(town.deployment, town.chain)


def test_a_newcomer_joins_after_time_to_sign_and_a_leaver_counts_until_then(town: World) -> None:
    new = enrol(member_keys("utredare-4"))
    document = proposals.propose_roster(town.chain, town.chain.deployment, [new], ["tillsyn-2"], TODAY)
    roster = Roster.from_document(document)
    assert roster.active == TODAY + timedelta(days=7)
    assert roster.former["tillsyn-2"].until == TODAY + timedelta(days=6)
    assert proposals.describe_change(Proposal(document), town.chain, None) == [
        Change("added", "utredare-4", "", "Utredare 4"),
        Change("left", "tillsyn-2", "Tillsyn 2", "2026-11-27"),
        Change("active", "", "2026-01-07", "2026-11-28"),
    ]
    assert len(town.chain.append(town.signed(document)).versions) == 2
    assert majority.publish_by(document, town.chain) == TODAY + timedelta(days=proposals.SIGNING_DAYS)


def test_a_newcomer_may_come_sooner_but_not_within_two_days(town: World) -> None:
    new, soonest = enrol(member_keys("utredare-4")), TODAY + timedelta(days=2)
    document = proposals.propose_roster(town.chain, town.chain.deployment, [new], [], TODAY, soonest)
    assert Roster.from_document(document).active == soonest
    assert majority.publish_by(document, town.chain) == TODAY
    hasty = soonest - timedelta(days=1)
    with pytest.raises(Refused, match="two days later"):
        proposals.propose_roster(town.chain, town.chain.deployment, [new], [], TODAY, hasty)


def test_only_what_adds_somebody_has_a_last_day_to_be_published(town: World) -> None:
    leaves = proposals.propose_roster(town.chain, town.chain.deployment, [], ["tillsyn-2"], TODAY)
    assert Roster.from_document(leaves).active == TODAY
    texts = proposals.propose_deployment(town.chain, _current(town), human_part(), TODAY)
    for document in (leaves, texts.document, town.roster):
        assert majority.publish_by(document, town.chain) is None


def test_signatures_are_counted_only_when_they_hold(town: World) -> None:
    document = proposals.propose_roster(town.chain, town.chain.deployment, [], ["tillsyn-2"], TODAY)
    assert majority.missing_signatures(document, town.chain) == 3
    signed = town.signed(document, "utredare-1", "tillsyn-2")
    forged = majority.sign_document(signed, member_keys("utredare-3"))
    assert majority.valid_signers(forged, town.chain) == ["tillsyn-2", "utredare-1"]
    assert majority.missing_signatures(forged, town.chain) == 1
    stranger = majority.sign_document(document, member_keys("nobody"))
    assert majority.missing_signatures(stranger, town.chain) == 3


def test_a_proposal_file_comes_back_the_same_and_merges(town: World) -> None:
    document = proposals.propose_roster(town.chain, town.chain.deployment, [], ["tillsyn-2"], TODAY)
    one = proposals.roster_proposal(town.signed(document, "utredare-1"), town.public_keys, [])
    two = Proposal.from_bytes(
        proposals.roster_proposal(town.signed(document, "utredare-2"), town.public_keys, []).to_bytes()
    )
    assert set(one.keys) == set(town.keys) - {"tillsyn-2"}
    assert set(one.with_signatures(two.document).document.signatures) == {"utredare-1", "utredare-2"}
    other = proposals.propose_roster(town.chain, town.chain.deployment, [], ["tillsyn-1"], TODAY)
    with pytest.raises(Refused, match="schema"):
        one.with_signatures(other)


@pytest.mark.parametrize(
    ("leave", "active", "reason"),
    [
        (["nobody"], None, "roster-chain"),
        (["utredare-1", "utredare-2"], None, "roster-chain"),
        ([], date(2026, 1, 1), "roster-chain"),
    ],
)
def test_what_no_signature_could_make_valid_is_refused_at_once(
    town: World, leave: list[str], active: date | None, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        proposals.propose_roster(town.chain, town.chain.deployment, [], leave, TODAY, active)


def test_an_id_is_never_used_again(town: World) -> None:
    again = enrol(member_keys("utredare-1"))
    with pytest.raises(Refused, match="taken"):
        proposals.propose_roster(town.chain, town.chain.deployment, [again], [], TODAY)
    gone = proposals.propose_roster(town.chain, town.chain.deployment, [], ["utredare-1"], TODAY)
    chain = town.chain.append(town.signed(gone))
    with pytest.raises(Refused, match="taken"):
        proposals.propose_roster(chain, chain.deployment, [again], [], TODAY)


def test_a_deployment_file_follows_the_one_before(town: World) -> None:
    human = human_part()
    human["name"]["sv"] = "Nytt namn"
    proposal = proposals.propose_deployment(town.chain, _current(town), human, TODAY)
    changes = proposals.describe_change(proposal, town.chain, town.file)
    assert changes == [Change("text", "name.sv", "Kontaktpunkten", "Nytt namn")]
    assert deployment.verify(town.signed(proposal.document), town.chain, _current(town)).version == 2


def test_a_deployment_file_with_other_parts_or_other_shards_is_refused(town: World) -> None:
    human = human_part()
    human["parameters"]["volumes"][0]["shards"] = 4
    with pytest.raises(Refused, match="never change"):
        proposals.propose_deployment(town.chain, _current(town), human, TODAY)
    with pytest.raises(Refused, match="unknown"):
        proposals.propose_deployment(town.chain, _current(town), {**human_part(), "extra": 1}, TODAY)
    fraction = human_part()
    fraction["parameters"]["epsilon"] = 0.5
    with pytest.raises(Refused, match="encoding"):
        proposals.propose_deployment(town.chain, _current(town), fraction, TODAY)


def test_a_proposal_file_whose_texts_are_not_those_to_be_signed_is_refused(town: World) -> None:
    proposal = town.next_file({"name": {"sv": "Nytt namn"}}).signed_by(town.keys["utredare-1"])
    data = proposal.to_bytes()
    assert Proposal.from_bytes(data) == proposal
    with pytest.raises(Refused, match="content"):
        Proposal.from_bytes(data.replace(b"Nytt namn", b"Nytt lamm"))
    with pytest.raises(Refused, match="schema"):
        Proposal.from_bytes(canonical({"document": proposal.document.to_value()}))
    with pytest.raises(Refused):
        proposals.describe_change(Proposal(proposal.document), town.chain, town.file)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"id": "a", "phone": "1"}], [{"id": "a", "phone": "9"}, {"id": "a", "phone": "1"}]),
        ([{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "a"}]),
        (["x", "y"], ["y", "x"]),
        (["x"], {"0": "x"}),
        (1, True),
        (1, "1"),
        ({}, []),
        ([], None),
        (None, {}),
        ("", None),
        ({"a": 1}, {"a": 1, "b": {}}),
    ],
)
def test_no_difference_can_hide_from_the_one_who_signs(before: object, after: object) -> None:
    assert text_changes("x", before, after) != []
    assert text_changes("x", after, before) != []


def test_the_order_in_which_keys_are_written_is_no_difference() -> None:
    assert text_changes("x", {"a": 1, "b": 2}, {"b": 2, "a": 1}) == []
