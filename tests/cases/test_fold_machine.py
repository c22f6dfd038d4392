"""One thread as a state machine: honest letters, hostile ones between them, arriving in any order.

The adversaries are an investigator with bad intent who has the thread's secrets, somebody who found the
receipt, a member who has left, and a site that copies letters. Claim: the case is the one that the honest
letters make alone; what breaks a rule is beside it with its reason and its letter; what an entitled author
signed against all sense stands in it, marked.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from reporting_app.admin.letters import Opener
from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry
from reporting_app.crypto.event import EPOCH, MOST_SEQ, NUMBERS_A_DAY, REPORTER, Event, newest
from reporting_app.crypto.hashing import object_id
from tests.cases.attacks import ATTACKS, HONEST, INSIDER, WORLD, Carried, Thread


class OneThread(RuleBasedStateMachine):
    """Letters with the day on which the site got them; what is expected of the hostile ones."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = Thread(WORLD.reporter())
        self.honest: list[tuple[bytes, date]] = []
        self.hostile: list[tuple[bytes, date]] = []
        self.said: list[Event] = []
        self.by_insider: dict[bytes, tuple[Event, bool]] = {}
        self.expected: Counter[tuple[bytes, str]] = Counter()
        self.excluded = False
        self.chance = random.Random(0)  # noqa: S311
        report = self.thread.event(REPORTER, "report", WORLD.report_body(), self.seq(REPORTER))
        self.post_honest(report)

    def seq(self, author: str) -> int:
        first = NUMBERS_A_DAY * (self.thread.day - EPOCH).days if author == REPORTER else 0
        return 1 + max([first, *(one.seq for one in self.said if one.author == author)])

    def post_honest(self, event: Event) -> None:
        self.said.append(event)
        self.honest.append((self.thread.sealed([event]), self.thread.day))

    def post_hostile(self, sealed: bytes) -> bytes:
        self.hostile.append((sealed, self.thread.day))
        return object_id(sealed)

    # Honest

    @rule(author=st.sampled_from([REPORTER, *HONEST]), behind=st.integers(0, 1))
    def somebody_writes(self, author: str, behind: int = 0) -> None:
        """On a computer whose clock may be a day behind."""
        day = self.thread.day - timedelta(days=behind)
        self.post_honest(self.thread.message(author, self.seq(author), parents=newest(self.said), day=day))

    @rule(author=st.sampled_from(HONEST), state=st.sampled_from(["assessing", "acting"]))
    def the_status_changes(self, author: str, state: str) -> None:
        body = {"reason": "Klart.", "state": state}
        self.post_honest(
            self.thread.event(author, "status", body, self.seq(author), parents=newest(self.said))
        )

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.thread.day += timedelta(days=days)

    @precondition(lambda self: not self.excluded)
    @rule()
    def the_reporter_leaves_the_insider_out(self) -> None:
        body = {"exclude": [INSIDER]}
        self.post_honest(self.thread.event(REPORTER, "exclusion", body, self.seq(REPORTER), audience=HONEST))
        self.excluded = True

    # Hostile

    @rule(name=st.sampled_from(sorted(ATTACKS)))
    def attack(self, name: str) -> None:
        reason, make = ATTACKS[name]
        if name == "a second report":
            self.time_passes(1)  # the site keeps days only: of two on one day nobody knows which was first
        made = make(self.thread)
        if isinstance(made, Event):
            letter_id = self.post_hostile(self.thread.sealed([made]))
        elif isinstance(made, Carried):
            letter_id = self.post_hostile(made.letter)
            self.by_insider[made.reseal.id] = (made.reseal, False)
        else:
            letter_id = self.post_hostile(made)
        self.expected[letter_id, reason] += 1

    @rule(
        seq=st.sampled_from([1, 2, 3, MOST_SEQ]),
        shift=st.integers(-5, 5),
        parents=st.sets(st.integers(0, 30), max_size=3),
    )
    def the_insider_confuses(self, seq: int, shift: int, parents: set[int]) -> None:
        """Validly signed: numbers that repeat, jump and make rings, days that cannot be, unknown parents."""
        known = [one.id for one in self.said] + sorted(self.by_insider) + [bytes(32)]
        named = [known[place % len(known)] for place in parents]
        day = self.thread.day + timedelta(days=shift)
        made = self.thread.note(INSIDER, seq, day=day, parents=named)
        self.by_insider[made.id] = (made, abs(shift) > 1)
        self.post_hostile(self.thread.sealed([made]))

    @rule(place=st.integers(0, 30))
    def an_honest_word_comes_again(self, place: int) -> None:
        """Copied, in a new letter and on a later day."""
        self.post_hostile(self.thread.sealed([self.said[place % len(self.said)]]))

    # What holds

    @rule()
    def check(self) -> None:
        alone = opened(HONEST[0], self.honest)
        for member in HONEST:
            letters = [*self.honest, *self.hostile, *self.honest[:2]]
            self.chance.shuffle(letters)
            self.compare(opened(member, letters), alone)

    def compare(self, opener: Opener, alone: Opener) -> None:
        (case,), (pure,) = opener.cases().values(), alone.cases().values()
        assert [line(one) for one in case.timeline if one.event.author != INSIDER] == [
            line(one) for one in pure.timeline
        ]
        assert view(case) == view(pure)
        days = {one.event.id: one.day for one in pure.timeline}
        assert all(days[parent] <= one.day for one in pure.timeline for parent in one.event.parents)
        assert alone.set_aside == [] == list(pure.set_aside)
        shown = Counter((one.letter, one.reason) for one in (*opener.set_aside, *case.set_aside))
        theirs = [one for one in case.timeline if one.event.author == INSIDER]
        if self.excluded:
            assert theirs == []
            assert sum((shown - self.expected).values()) == len(self.by_insider)
            assert {reason for _, reason in shown - self.expected} <= {"author"}
            assert self.expected <= shown
        else:
            assert shown == self.expected
            self.check_marks(theirs)

    def check_marks(self, theirs: Sequence[Entry]) -> None:
        assert {one.event.id for one in theirs} == set(self.by_insider)
        numbers = Counter(one.event.seq for one in theirs)
        for one in theirs:
            assert one.misdated == self.by_insider[one.event.id][1]
            assert one.equivocal == (numbers[one.event.seq] > 1)

    def teardown(self) -> None:
        self.check()


def opened(member: str, letters: Sequence[tuple[bytes, date]]) -> Opener:
    opener = Opener(WORLD.keys[member])
    for sealed, day in letters:
        opener.add(sealed, day, WORLD.chain)
    return opener


def line(entry: Entry) -> tuple[bytes, date, bool, bool]:
    return entry.event.id, entry.day, entry.equivocal, entry.misdated


def view(case: Case) -> tuple[object, ...]:
    """What people act on."""
    return (
        case.id,
        case.report and case.report.event,
        case.received,
        case.state,
        case.reopened,
        case.excluded,
        case.readers,
        case.first_answer,
        case.clocks,
    )


def test_hostile_letters_change_nothing_and_are_shown() -> None:
    run_state_machine_as_test(
        OneThread, settings=settings(max_examples=12, stateful_step_count=15, deadline=None, derandomize=True)
    )


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_each_attack_is_set_aside_by_its_own_name(name: str) -> None:
    machine = OneThread()
    machine.somebody_writes(HONEST[1])
    machine.attack(name)
    machine.check()


@pytest.mark.long
def test_one_thread_for_long() -> None:
    run_state_machine_as_test(
        OneThread, settings=settings(max_examples=300, stateful_step_count=40, deadline=None)
    )
