"""The roster chain as a state machine: a majority changes it step by step, everybody else tries to.

The adversary serves documents: a minority, members who left or have not come yet, a majority that breaks a
rule, and a site that cuts, forks or exchanges what it was given. Claim: the chain names at each step, and on
each day, exactly the members that a small independent model names; all else is refused by its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine

from reporting_app.admin.trust import Trust
from reporting_app.cases import majority
from reporting_app.crypto import deployment
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.storage.cache import Cache
from tests.crypto.roster_model import (
    BROKEN,
    DAY,
    FIRST_DAY,
    INVESTIGATOR,
    KEYS,
    STRANGER,
    WITNESS,
    Model,
    Version,
    signed,
)
from tests.deployment import human_part

MOST_MEMBERS = 8
gaps = st.sampled_from([0, 1, 5, 40])
waits = st.integers(0, 3)
places = st.integers(0, 15)
BRIEF = {"content": b64(bytes(32)), "parameters": human_part()["parameters"]}


def reason(attempt: Callable[[], object]) -> str:
    """By which name it is refused; empty when it is not."""
    try:
        attempt()
    except Refused as refused:
        return refused.reason
    return ""


class Chain(RuleBasedStateMachine):
    """The product's chain, a panel's trust in what a site serves, and the model."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model.founded()
        self.anchor = self.model.documents[0].id
        self.chain = RosterChain.load(self.model.documents, self.anchor)
        self.trust = Trust(Cache(create_engine("sqlite://")), self.anchor)

    # Legal steps

    def carry(self, version: Version, place: int) -> None:
        """Signed by a bare majority of the version before, whichever it is."""
        voters = sorted(self.model.newest.members)
        turned = voters[place % len(voters) :] + voters[: place % len(voters)]
        document = signed(version.body(), turned[: self.model.newest.majority()])
        self.chain = self.chain.append(document)
        self.model.carry(version, document)

    @precondition(lambda self: self.model.fresh and len(self.model.newest.members) < MOST_MEMBERS)
    @rule(role=st.sampled_from([INVESTIGATOR, WITNESS]), gap=gaps, wait=waits, place=places)
    def somebody_joins(self, role: str, gap: int, wait: int, place: int) -> None:
        members = {**self.model.newest.members, self.model.fresh.member: role}
        self.carry(self.model.next(gap, wait, members=members), place)

    def leaving(self, who: int, last: int, gap: int, wait: int, joins: str = "") -> Version | None:
        """``last`` is how many days after the version's day the words of who leaves still count."""
        newest = self.model.newest
        gone = sorted(newest.members)[who % len(newest.members)]
        members = {name: role for name, role in newest.members.items() if name != gone}
        if joins:
            members[joins] = newest.members[gone]
        newer = self.model.next(gap, wait, members=members)
        if len(newer.investigators()) < 2:
            return None
        return self.model.next(
            gap, wait, members=members, former={**newest.former, gone: newer.day + last * DAY}
        )

    @rule(who=places, last=st.integers(-2, 3), gap=gaps, wait=waits, place=places)
    def somebody_leaves(self, who: int, last: int, gap: int, wait: int, place: int) -> None:
        if newer := self.leaving(who, last, gap, wait):
            self.carry(newer, place)

    @precondition(lambda self: self.model.fresh)
    @rule(who=places, gap=gaps, wait=waits, place=places)
    def somebody_takes_a_new_key_and_id(self, who: int, gap: int, wait: int, place: int) -> None:
        if newer := self.leaving(who, 1, gap, wait, self.model.fresh.member):
            self.carry(newer, place)

    @rule(slots=st.integers(MOST_MEMBERS, 16), gap=gaps, place=places)
    def the_slots_change(self, slots: int, gap: int, place: int) -> None:
        self.carry(self.model.next(gap, slots=slots), place)

    # What is refused

    def refused(self, document: SignedDocument, name: str) -> None:
        assert reason(lambda: self.chain.append(document)) == name
        assert reason(lambda: RosterChain.load([*self.model.documents, document], self.anchor)) == name
        served = RosterFile((*self.model.documents, document), self.sealing_keys())
        assert reason(lambda: self.trust.accept_roster(served, self.model.newest.active)) == name

    @rule(name=st.sampled_from(sorted(BROKEN)))
    def everybody_signs_what_breaks_a_rule(self, name: str) -> None:
        body = BROKEN[name](self.model)
        if body is not None:
            self.refused(signed(body, sorted(self.model.newest.members)), "roster-chain")

    @rule(place=places)
    def a_minority_signs(self, place: int) -> None:
        voters, body = sorted(self.model.newest.members), self.model.next().body()
        few = voters[: self.model.newest.majority() - 1]
        self.refused(signed(body, few), "roster-majority")
        outsiders = [*self.model.newest.former, STRANGER.member]
        self.refused(signed(body, [*voters, outsiders[place % len(outsiders)]]), "roster-majority")

    @precondition(lambda self: self.model.fresh and len(self.model.newest.members) < MOST_MEMBERS)
    @rule()
    def newcomers_vote_for_themselves(self) -> None:
        newest, new = self.model.newest, self.model.fresh.member
        body = self.model.next(gap=5, members={**newest.members, new: INVESTIGATOR}).body()
        few = sorted(newest.members)[: newest.majority() - 1]
        self.refused(signed(body, [*few, new]), "roster-majority")

    @rule()
    def signatures_are_copied(self) -> None:
        """From another body, and from the same body under another label."""
        voters, newer = sorted(self.model.newest.members), self.model.next()
        other = signed(self.model.next(gap=7).body(), voters)
        self.refused(SignedDocument(newer.body(), other.signatures), "roster-majority")
        self.refused(signed(newer.body(), voters, Label.SIGN_DEPLOYMENT), "roster-majority")

    @rule()
    def a_signature_stands_twice(self) -> None:
        value: Any = signed(self.model.next().body(), sorted(self.model.newest.members)).to_value()
        doubled = {**value, "signatures": [value["signatures"][0], *value["signatures"]]}
        assert reason(lambda: SignedDocument.from_value(doubled)) == "schema"
        turned = {**value, "signatures": value["signatures"][::-1]}
        assert reason(lambda: SignedDocument.from_value(turned)) == "schema"
        body = {**value["body"], "members": value["body"]["members"][::-1]}
        assert reason(lambda: self.chain.append(SignedDocument(body, {}))) == "schema"

    @precondition(lambda self: len(self.model.versions) > 1)
    @rule(cut=places)
    def the_site_cuts_or_forks_the_chain(self, cut: int) -> None:
        documents, older = self.model.documents, self.model.versions[-2]
        gap = cut % (len(documents) - 1)
        holed = [*documents[:gap], *documents[gap + 1 :]]
        assert reason(lambda: RosterChain.load(holed, self.anchor)) == "roster-chain"
        fork = signed({**self.model.newest.body(), "slots": 16}, sorted(older.members))
        forked = [*documents[:-1], fork]
        if fork.id != documents[-1].id:
            self.refused(fork, "roster-chain")
            assert RosterChain.load(forked, self.anchor).newest.slots == 16, "alone it would carry"
            self.not_believed(forked)
        self.not_believed(documents[:-1])

    @rule(who=places)
    def the_site_exchanges_a_sealing_key(self, who: int) -> None:
        now = self.model.versions[self.model.in_force(self.model.newest.active) - 1]
        name = sorted(now.members)[who % len(now.members)]
        self.not_believed(self.model.documents, {**self.sealing_keys(), name: STRANGER.kem.public})

    def not_believed(self, documents: Sequence[SignedDocument], keys: dict[str, bytes] | None = None) -> None:
        served = RosterFile(tuple(documents), keys or self.sealing_keys())
        assert reason(lambda: self.trust.accept_roster(served, self.model.newest.active)) == "roster-chain"

    @rule()
    def another_anchor(self) -> None:
        assert reason(lambda: RosterChain.load(self.model.documents, bytes(32))) == "roster-chain"
        assert reason(lambda: RosterChain.load(self.model.documents[1:], self.anchor)) == "roster-chain"

    @rule(under=places, more=st.integers(0, 3), enough=st.booleans())
    def a_deployment_file(self, under: int, more: int, enough: bool) -> None:
        """It counts when a majority of the version in force on its day signed it, and names that version."""
        version = self.model.versions[under % len(self.model.versions)]
        day = version.active + more * DAY
        frame = {"day": day.isoformat(), "deployment": b64(self.chain.deployment), "kind": "deployment"}
        frame |= {"previous": "", "roster": version.number, "suite": 1, "version": 1}
        few = sorted(version.members)[: version.majority() - (not enough)]
        document = signed({**BRIEF, **frame}, few, Label.SIGN_DEPLOYMENT)
        right = self.model.in_force(day) == version.number
        expected = ("" if enough else "roster-majority") if right else "roster-chain"
        assert reason(lambda: deployment.verify(document, self.chain)) == expected
        assert (majority.missing_signatures(document, self.chain) == 0) == enough

    # What holds after each step

    def sealing_keys(self) -> dict[str, bytes]:
        return {name: KEYS[name].kem.public for name in self.model.ever}

    @invariant()
    def a_panel_and_the_wire_agree(self) -> None:
        served = RosterFile(tuple(self.model.documents), self.sealing_keys())
        again = RosterFile.from_value(served.to_value())
        for day in (FIRST_DAY, self.model.newest.active):
            believed = self.trust.accept_roster(again, day)
            assert [one.id for one in believed.versions] == [one.id for one in self.model.documents]
        assert [one.id for one in self.chain.versions] == [one.id for one in self.model.documents]

    @invariant()
    def the_members_are_those_of_the_model(self) -> None:
        for ours, theirs in zip(self.model.versions, self.chain.versions, strict=True):
            assert {name: one.role for name, one in theirs.members.items()} == ours.members
            assert {name: one.until for name, one in theirs.former.items()} == ours.former
            assert theirs.voting_keys == {name: KEYS[name].sign_public for name in ours.members}
            assert theirs.slots == ours.slots
        assert sorted(self.chain.all_members) == self.model.ever

    @invariant()
    def every_day_is_as_the_model_says(self) -> None:
        for day in self.model.turning_days():
            now = self.model.in_force(day)
            assert (reason(lambda: self.chain.in_force(day)) == "roster-chain") == (now == 0)  # noqa: B023
            assert now == 0 or self.chain.in_force(day).version == now
            for number in range(len(self.model.versions) + 2) if now else ():
                stale = reason(lambda: self.chain.acceptable(number, day))  # noqa: B023
                assert stale == ("" if self.model.accepts(number, day) else "roster-stale")
            for name in self.model.ever:
                silent = reason(lambda: self.chain.author_key(name, day))  # noqa: B023
                assert silent == ("" if self.model.speaks(name, day) else "author")
        assert reason(lambda: self.chain.author_key("stranger", FIRST_DAY + timedelta(9))) == "author"


def test_only_a_majority_within_the_rules_changes_who_the_members_are() -> None:
    run_state_machine_as_test(
        Chain, settings=settings(max_examples=12, stateful_step_count=16, deadline=None, derandomize=True)
    )


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_broken_rule_is_tried_at_least_once(name: str) -> None:
    """So that the machine above cannot pass by never coming to it."""
    chain = Chain()
    for _ in range(2):
        chain.somebody_joins(role=WITNESS, gap=1, wait=0, place=0)
    chain.somebody_leaves(who=0, last=1, gap=5, wait=3, place=0)
    assert BROKEN[name](chain.model) is not None
    chain.everybody_signs_what_breaks_a_rule(name)


@pytest.mark.long
def test_the_roster_chain_for_long() -> None:
    run_state_machine_as_test(
        Chain, settings=settings(max_examples=400, stateful_step_count=40, deadline=None)
    )
