"""Leadership's accounts on both databases: what each change changes; guesses are counted one by one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from reporting_app.storage.engine import writing
from reporting_app.storage.errors import StorageBusy
from reporting_app.storage.leaders import Leader, Leaders
from tests.site_fixtures import RowCounts

ANNA = Leader("anna", "$argon2id$1")


@pytest.fixture
def leaders(engine: Engine) -> Leaders:
    return Leaders(engine)


def test_an_account_is_kept_as_it_was_made_and_its_name_is_taken(leaders: Leaders) -> None:
    assert leaders.add(ANNA)
    assert not leaders.add(Leader("anna", "another"))
    assert leaders.add(Leader("ådel", "x"))
    assert leaders.find("anna") == leaders.of_session(ANNA.session) == ANNA
    assert leaders.find("Anna") is leaders.of_session(bytes(32)) is None
    assert leaders.names() == ["anna", "ådel"]


def test_a_new_password_ends_what_the_old_one_began_and_a_new_hash_does_not(leaders: Leaders) -> None:
    leaders.add(ANNA)
    leaders.set_password(ANNA, "$argon2id$2")
    assert leaders.of_session(ANNA.session) == replace(ANNA, password="$argon2id$2")
    fresh = Leader("anna", "$argon2id$3")
    assert leaders.replace(fresh)
    assert leaders.of_session(ANNA.session) is None
    assert leaders.find("anna") == fresh
    assert not leaders.replace(Leader("nobody", "x"))
    assert leaders.names() == ["anna"]


def test_signing_out_ends_the_sessions_of_one_account_only(leaders: Leaders) -> None:
    other = Leader("bo", "x")
    leaders.add(ANNA)
    leaders.add(other)
    leaders.end_sessions(ANNA.session)
    assert leaders.of_session(ANNA.session) is None
    assert leaders.of_session(other.session) == other
    changed = leaders.find("anna")
    assert changed is not None
    assert changed == replace(ANNA, session=changed.session)


def test_nothing_is_left_of_a_removed_account(leaders: Leaders, row_counts: RowCounts) -> None:
    before = row_counts()
    leaders.add(ANNA)
    leaders.change_attempts(ANNA.id, lambda _: (b"1", None))
    assert row_counts() != before
    assert leaders.remove("anna")
    assert row_counts() == before
    assert not leaders.remove("anna")


def test_attempts_at_the_same_moment_are_counted_one_by_one(leaders: Leaders) -> None:
    def count() -> None:
        leaders.change_attempts(ANNA.id, lambda sealed: (sealed + b".", None))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert leaders.change_attempts(ANNA.id, lambda sealed: (sealed, len(sealed))) == 4


def test_locked_storage_is_busy(leaders: Leaders, engine: Engine) -> None:
    leaders.add(ANNA)
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE leaders, leader_attempts IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StorageBusy):
            leaders.change_attempts(ANNA.id, lambda sealed: (sealed, None))
    assert leaders.names() == ["anna"]
