"""The rules of signing in, with a clock that stands still: somebody who guesses, replays, or finds a cookie.

The claim about rest: no time of a sign-in or of a try is in the database.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from reporting_app.site import leaders as rules
from reporting_app.site.leaders import SignIn, Visit, code_at
from reporting_app.storage.leaders import Leader, Leaders
from tests.leadership import CHEAP, NAME, PASSPHRASE, enrol, migrated_file
from tests.storage_fixtures import FakeClock

# RFC 6238, appendix B: the last six of the eight digits, SHA-1.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


class Door:
    """An account, and whoever stands before it."""

    def __init__(self, leaders: Leaders, clock: FakeClock) -> None:
        self.leaders = leaders
        self.clock = clock
        self.leader = enrol(leaders)
        self.rules = SignIn(leaders, clock, CHEAP)

    def restart(self) -> None:
        self.rules = SignIn(self.leaders, self.clock, CHEAP)

    def code(self, later: int = 0) -> str:
        return code_at(self.leader.secret, int(self.clock()) + later)

    def enter(self, passphrase: str = PASSPHRASE, code: str = "", name: str = NAME) -> Visit | None:
        return self.rules.attempt(name, passphrase, code or self.code())

    def fail(self, times: int) -> None:
        for _ in range(times):
            assert self.enter("fel") is None


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: storage itself is tried on both databases; here it is about the rules."""
    return migrated_file(tmp_path)


@pytest.fixture
def door(engine: Engine, clock: FakeClock) -> Door:
    return Door(Leaders(engine), clock)


@pytest.mark.parametrize("moment", RFC_CODES)
def test_codes_are_those_of_the_standard(moment: int) -> None:
    assert code_at(RFC_SECRET, moment) == RFC_CODES[moment]


def test_name_password_and_code_together_let_in(door: Door) -> None:
    visit = door.enter("  gratis agera simning\tbredvid visit bega\u030avad torkrum", name=" Anna  EK ")
    assert visit is not None
    assert door.rules.is_open(visit)


def test_with_one_of_them_wrong_nobody_comes_in(door: Door) -> None:
    assert door.enter(passphrase="fel") is None
    assert door.enter(code="000000") is None
    assert door.enter(name="bo") is None
    assert door.enter(name="\0") is None
    assert door.enter() is not None, "with none wrong"


def test_a_clock_may_differ_by_half_a_minute(door: Door) -> None:
    taken = {
        seconds: rules.matching_step(door.leader.secret, door.code(seconds), int(door.clock())) is not None
        for seconds in (-60, -30, 0, 30, 60)
    }
    assert taken == {-60: False, -30: True, 0: True, 30: True, 60: False}


def test_a_code_works_once_and_so_do_all_before_it(door: Door) -> None:
    before, now = door.code(-30), door.code()
    assert door.enter(code=now) is not None
    assert door.enter(code=now) is None
    assert door.enter(code=before) is None
    door.clock.now += 30
    assert door.enter() is not None


def test_a_code_that_was_used_before_a_restart_is_not_taken_after_it(door: Door) -> None:
    used = door.code(30)
    assert door.enter(code=used) is not None
    door.restart()
    door.clock.now += 30
    assert door.enter(code=used) is None
    door.clock.now += 30
    assert door.enter() is not None


def test_waits_grow_to_a_quarter_of_an_hour_and_no_further() -> None:
    assert [rules.wait(failures) for failures in (0, 4, 5, 6, 7, 9, 10, 11, 1000)] == [
        *(0, 0, 30, 60, 120, 480, 900, 900, 900)
    ]


def test_an_account_waits_after_five_failures_even_for_its_owner(door: Door) -> None:
    door.fail(5)
    assert door.enter() is None
    door.clock.now += 29
    assert door.enter() is None
    door.clock.now += 1
    assert door.enter() is not None


def test_trying_while_it_waits_does_not_prolong_the_wait_and_a_later_failure_doubles_it(door: Door) -> None:
    door.fail(25)
    door.clock.now += 30
    door.fail(1)
    door.clock.now += 59
    assert door.enter() is None
    door.clock.now += 1
    assert door.enter() is not None


def test_coming_in_forgets_the_failures(door: Door) -> None:
    door.fail(4)
    assert door.enter() is not None
    door.fail(4)
    door.clock.now += 30
    assert door.enter() is not None


def test_one_account_waits_and_another_does_not(door: Door) -> None:
    other = enrol(door.leaders, "bo")
    door.fail(5)
    for _ in range(9):
        assert door.enter("fel", name="nobody") is None
    assert door.enter() is None
    assert door.enter(code=code_at(other.secret, int(door.clock())), name="bo") is not None


def test_a_visit_ends_after_half_an_hour_without_a_request(door: Door) -> None:
    now = int(door.clock())
    assert door.rules.is_open(Visit(door.leader.session, now - 7200, now - 1799))
    assert not door.rules.is_open(Visit(door.leader.session, now - 7200, now - 1800))
    assert not door.rules.is_open(Visit(door.leader.session, now, now + 1)), "of a time to come"


def test_a_visit_ends_after_eight_hours_however_busy(door: Door) -> None:
    now = int(door.clock())
    assert door.rules.is_open(Visit(door.leader.session, now - 8 * 3600 + 1, now))
    assert not door.rules.is_open(Visit(door.leader.session, now - 8 * 3600, now))


def test_every_visit_ends_when_one_is_ended_the_account_is_reset_or_removed(door: Door) -> None:
    first = door.enter()
    door.clock.now += 30
    second = door.enter()
    assert first is not None
    assert second is not None
    door.rules.end(first)
    assert not door.rules.is_open(second)
    door.clock.now += 30
    third = door.enter()
    assert third is not None
    door.leaders.replace(rules.new_leader(NAME, PASSPHRASE, CHEAP))
    assert not door.rules.is_open(third)
    new = door.leaders.find(NAME)
    assert isinstance(new, Leader)
    fourth = door.enter(code=code_at(new.secret, int(door.clock())))
    assert fourth is not None
    door.leaders.remove(NAME)
    assert not door.rules.is_open(fourth)


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(door: Door) -> None:
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    door.rules = SignIn(door.leaders, door.clock, dearer)
    visit = door.enter()
    found = door.leaders.find(NAME)
    assert found is not None
    assert visit is not None
    assert "t=2" in found.password
    assert door.rules.is_open(visit)
    door.clock.now += 30
    assert door.enter() is not None


def test_accounts_are_hashed_as_the_standard_advises_and_so_is_nobodys(engine: Engine) -> None:
    hasher = rules.default_hasher()
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (65_536, 3, 4)
    assert not hasher.check_needs_rehash(rules._unknown_password(hasher))


def test_no_time_of_a_try_or_a_sign_in_is_at_rest(door: Door, engine: Engine) -> None:
    assert door.enter() is not None
    step = rules.step_of(int(door.clock()))
    door.fail(5)
    waits_until = int(door.clock()) + 30
    with engine.connect() as connection:
        stored = [
            bytes(value)
            for table in ("leaders", "leader_attempts")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            for value in row
        ]
    told = [
        struct.pack(order + kind, number) for number in (step, waits_until) for order in "<>" for kind in "IQ"
    ]
    told += [str(number).encode() for number in (step, waits_until)]
    assert len(stored) == 5 + 2
    assert [value for value in stored if any(one in value for one in told)] == []
