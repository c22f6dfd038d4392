"""Panels, a reporter and the real site, with a network that fails and a site that lies between them.

The adversary is whoever holds the network or answers for the site, and a colleague who helps them with a
thread's secrets. Claim: what a panel says it sent arrives, once; nothing else ever stands in a case; once the
network is good and the site honest everybody who may read sees the same, and the reporter every answer.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.admin.network import DROPS, FAULTS, LIES, PLACES
from tests.admin.two_panels import ME, Office


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    made.begin()
    yield made
    shutil.rmtree(made.directory)


@pytest.mark.parametrize("how", ["note", "reply"])
def test_every_fault_may_befall_every_request_of_a_posting(office: Office, how: str) -> None:
    for fault in sorted(FAULTS):
        for before in range(2):
            office.speak(ME, 0, how, [""] * before + [fault])
            assert office.networks[ME].faults == [] or how == "note"
        office.sync(ME, [])
    office.calm()


def test_every_lie_is_told_and_none_is_believed(office: Office) -> None:
    office.the_majority_decides()
    office.sync(ME, [])
    told = set()
    for lie in [*product(LIES, PLACES), *DROPS]:
        if lie[1] not in ("roster", "deployment", "content"):
            office.follow_up(0)
        office.the_site_lies(ME, lie, syncs=2 if lie[1] == "board" else 1)
        told |= set(office.networks[ME].told)
    assert told == {*product(LIES, PLACES), *DROPS}
    office.calm()


def test_a_proxy_s_error_page_does_not_say_that_the_site_refused(office: Office) -> None:
    office.speak(ME, 0, "reply", ["gateway"])
    office.calm()


def test_another_network_s_page_does_not_say_that_the_site_took_it(office: Office) -> None:
    office.speak(ME, 0, "note", ["portal"])
    office.calm()


def test_a_letter_that_the_site_threw_away_is_sent_again(office: Office) -> None:
    office.the_site_lies(ME, DROPS[0], 1)
    office.calm()


def test_an_answer_that_waited_for_days_is_late_for_its_author_too(office: Office) -> None:
    office.speak(ME, 0, "reply", ["lost"])
    office.clock.pass_days(3)
    office.calm()


def test_what_waited_for_a_month_past_a_new_roster_arrives(office: Office) -> None:
    office.speak(ME, 0, "reply", ["lost"])
    office.the_majority_decides()
    office.clock.pass_days(32)
    office.calm()


def test_words_forged_or_of_somebody_left_out_reach_nobody(office: Office) -> None:
    for case in range(2):
        office.somebody_forges(case)
    office.calm()


def test_two_panels_agree_whatever_network_and_site_do() -> None:
    run_state_machine_as_test(
        Office, settings=settings(max_examples=1, stateful_step_count=12, deadline=None, derandomize=True)
    )


@pytest.mark.long
def test_two_panels_agree_for_long() -> None:
    run_state_machine_as_test(
        Office, settings=settings(max_examples=300, stateful_step_count=40, deadline=None)
    )
