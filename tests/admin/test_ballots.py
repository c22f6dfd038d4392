"""Against a witness who joins the ballots of a case, whoever has the cache, and codings made by hand."""

from __future__ import annotations

import random
import sqlite3
from datetime import timedelta
from itertools import chain

import pytest

from reporting_app.admin import ballots
from reporting_app.admin.ballots import LONGEST_GAP, MOST_DAYS
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import proposals
from reporting_app.crypto import ballot, shape
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.errors import Refused
from reporting_app.storage.cache import Cache
from tests.admin.test_cover import workspace
from tests.admin.world import Office
from tests.deployment import TODAY

CHOSEN = {
    "form": "violence",
    "organisation": "adult_support",
    "severity": "level_4",
    "consequence": "hesitation",
}
TABLES = {"form_per_year", "organisation_per_year", "severity_per_year", "consequence_per_year"}
DAY = 86_400


class Willing(random.Random):
    """Sends at every moment it is asked, in an order that a seed gives."""

    getrandbits = random.Random.getrandbits  # for days and orders, which stay drawn

    def random(self) -> float:
        return 0.0


def running(
    office: Office, member: str = "utredare-1", seed: int = 1, chance: random.Random | None = None
) -> Workspace:
    """A panel that runs; what it posts as cover goes nowhere."""
    one = workspace(office, member)
    one._ballots.chance = chance or Willing(seed)
    one._cover.round = lambda *_: None  # type: ignore[method-assign,assignment]
    one.covers = True
    return one


def days(office: Office, one: Workspace, count: int, *, steps: int = 1) -> None:
    """So many days later, in so many steps: two rounds at each, five minutes apart."""
    for _ in range(steps):
        office.clock.now += count // steps * DAY - LONGEST_GAP
        one.sync()
        office.clock.now += LONGEST_GAP
        one.sync()


def opened(office: Office, member: str = "tillsyn-1") -> list[Ballot]:
    """What this witness reads, by the days on which the site got it."""
    one = workspace(office, member)
    world = office.world
    return [
        ballot.read(found.wire, world.keys["utredare-1"].sign_public, world.chain.deployment)
        for found in one._opener.ballots.values()
    ]


def coded(office: Office, one: Workspace, *, leave_out: tuple[str, ...] = ()) -> str:
    reporter = office.report(leave_out=leave_out)
    one.sync()
    one.code(reporter.case_id, CHOSEN, plausible=True)
    one.reply(reporter.case_id, "Tack.")  # else the clock would say something as well
    return reporter.case_id


def test_every_witness_opens_one_ballot_a_table_and_no_investigator_does(office: Office) -> None:
    one = running(office)
    coded(office, one)
    days(office, one, MOST_DAYS + 1)
    for witness in ("tillsyn-1", "tillsyn-2"):
        assert {found.table for found in opened(office, witness)} == TABLES
    values = {found.table: found.value for found in opened(office)}
    assert values["organisation_per_year"] == "social_services"
    assert {found.period for found in opened(office)} == {"2026"}
    assert workspace(office, "utredare-2")._opener.ballots == {}


def test_nothing_ties_the_ballots_of_a_case_together(office: Office) -> None:
    one = running(office)
    for _ in range(3):
        coded(office, one)
    before = set(office.shelf.letters)
    days(office, one, MOST_DAYS, steps=MOST_DAYS)
    found = opened(office)
    assert len(found) == 3 * len(TABLES) == len({each.pseudonym for each in found})
    for secret in [thread.block.secret for thread in one._opener.threads.values()]:
        marks = {ballot.pseudonym(secret, table) for table in TABLES}
        sent = {each.day for each in found if each.pseudonym in marks}
        assert len(sent) > 1, "the ballots of one case came on one day"
    new = [sealed for name, (_, sealed) in office.shelf.letters.items() if name not in before]
    assert len(new) == len(found), "one ballot a letter, and nothing else came"
    others = [office.shelf.letters[name][1] for name in before]
    ordinary = {(len(sealed), shape.read_letter(sealed).slots) for sealed in others}
    assert {(len(sealed), shape.read_letter(sealed).slots) for sealed in new} == ordinary


def test_the_order_within_a_batch_is_drawn(office: Office) -> None:
    coded(office, running(office))
    office.clock.now += (MOST_DAYS + 1) * DAY
    orders = set()
    for seed in range(4):
        one = running(office, seed=seed)
        sent: list[str] = []
        one._ballots._send = lambda _setting, _mark, vote, sent=sent: sent.append(vote.table)  # type: ignore
        one.sync()
        one.cache.set_fact("ballots", b"")  # as if the last batch were of another day
        office.clock.now += LONGEST_GAP
        one.sync()
        assert sorted(sent) == sorted(TABLES)
        orders.add(tuple(sent))
    assert len(orders) > 1


def test_no_ballot_leaves_on_the_day_of_the_coding(office: Office) -> None:
    one = running(office)
    coded(office, one)
    for _ in range(5):
        office.clock.now += LONGEST_GAP
        one.sync()
    assert opened(office) == []


def test_one_batch_a_day_leaves_at_a_drawn_moment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "MOST_AT_ONCE", 1)
    draws: list[float] = [1.0, 0.0, 0.0]
    one = running(office)
    coded(office, one)
    one._ballots.chance.random = lambda: draws.pop(0)  # type: ignore[method-assign]
    office.clock.now += (MOST_DAYS + 1) * DAY
    seen = []
    for _ in range(4):
        office.clock.now += LONGEST_GAP
        one.sync()
        seen.append(len(opened(office)))
    assert seen == [0, 1, 1, 1]
    assert draws == [0.0], "asked once more after the batch of the day had left"


def test_what_waits_survives_a_restart_and_a_silent_site(office: Office) -> None:
    coded(office, running(office))
    again = running(office, seed=2)
    planned = {mark: kept.due for mark, kept in again._ballots._known.items()}
    office.shelf.away = True
    days(office, again, MOST_DAYS + 1)
    office.shelf.away = False
    assert opened(office) == []
    assert {mark: kept.due for mark, kept in again._ballots._known.items()} == planned
    days(office, again, 1)
    assert len(opened(office)) == len(TABLES)
    days(office, running(office), 1)
    assert len(opened(office)) == len(TABLES), "sent again after a restart"


def test_a_lost_cache_says_the_same_again_under_the_same_pseudonyms(office: Office) -> None:
    one = running(office)
    coded(office, one)
    days(office, one, MOST_DAYS + 1)
    first = {found.pseudonym for found in opened(office)}
    (office.directory / "utredare-1" / "cover.db").unlink()
    days(office, running(office), 2)
    assert {found.pseudonym for found in opened(office)} == first
    assert len(opened(office)) == 2 * len(TABLES)


def test_the_cache_file_says_nothing_of_a_coding(office: Office) -> None:
    one = running(office)
    coded(office, one)
    days(office, one, MOST_DAYS // 2)
    with sqlite3.connect(office.directory / "utredare-1" / "cover.db") as file:
        rows = file.execute("select name, sealed from ballot").fetchall()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert len(rows) == len(TABLES)
    assert {(len(name), len(sealed)) for name, sealed in rows} == {(16, 296)}
    data = (office.directory / "utredare-1" / "cover.db").read_bytes()
    marks = list(one._ballots._known)
    assert [mark for mark in marks if mark in data] == []
    sealed_rows = b"".join(chain(*rows))
    for plain in (*CHOSEN.values(), *TABLES, "2026", "value"):  # the signed words stand beside it, in public
        assert plain.encode() not in sealed_rows, plain


def test_a_changed_coding_sends_only_what_changed(office: Office) -> None:
    one = running(office)
    case_id = coded(office, one)
    days(office, one, MOST_DAYS + 1)
    one.code(case_id, {**CHOSEN, "severity": "level_2"}, plausible=True)
    days(office, one, MOST_DAYS + 1)
    again = opened(office)
    severity = sorted((each.day, each.value) for each in again if each.table == "severity_per_year")
    assert [value for _, value in severity] == ["level_4", "level_2"]
    assert len(again) == len(TABLES) + 1


def test_what_was_heard_is_taken_back_and_what_was_not_is_never_said(office: Office) -> None:
    one = running(office)
    heard = coded(office, one)
    days(office, one, MOST_DAYS + 1)
    unheard = coded(office, one)
    one.sync()  # days are drawn
    office.clock.now += DAY
    one.code(heard, {}, plausible=False)
    one.code(unheard, {}, plausible=False)
    days(office, one, MOST_DAYS + 1)
    secrets = {case_id: secret_of(one, case_id) for case_id in (heard, unheard)}
    said = {name: by_table(opened(office), secret) for name, secret in secrets.items()}
    assert said[unheard] == {}
    assert {said[heard][table] for table in TABLES} == {"withdrawn"}


def secret_of(one: Workspace, case_id: str) -> bytes:
    return one._opener.threads[one.cases[case_id].thread].block.secret


def by_table(found: list[Ballot], secret: bytes) -> dict[str, str]:
    """The latest value of each table."""
    mine = [each for each in found if each.pseudonym == ballot.pseudonym(secret, each.table)]
    return {each.table: each.value for each in sorted(mine, key=lambda each: each.day)}


def test_a_case_that_leaves_out_a_witness_casts_nothing(office: Office) -> None:
    one = running(office)
    coded(office, one, leave_out=("tillsyn-2",))
    days(office, one, MOST_DAYS + 1)
    assert opened(office) == []
    assert one._ballots._known == {}


def test_without_witnesses_nothing_is_sent_and_the_page_says_so(office: Office) -> None:
    document = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["tillsyn-1", "tillsyn-2"], TODAY
    )
    office.shelf.documents.append(office.world.signed(document))
    panel = office.panel("utredare-1").unlock()
    reporter = office.report()
    assert "Därför skickas inget till statistiken." in panel.browser.case(reporter.case_id)
    one = running(office)
    one.code(reporter.case_id, CHOSEN, plausible=True)
    before = len(office.shelf.letters)
    days(office, one, MOST_DAYS + 1)
    assert len(office.shelf.letters) == before


def test_a_period_that_is_frozen_hears_nothing_more(office: Office) -> None:
    one = running(office)
    coded(office, one)
    office.clock.now += timedelta(days=86).total_seconds()  # 15 February 2027
    days(office, one, 2)
    assert [each.table for each in opened(office) if each.period == "2026"] == []


def test_a_value_outside_the_catalogue_is_refused_before_it_is_signed(office: Office) -> None:
    one = running(office)
    reporter = office.report()
    one.sync()
    for wrong in ({"form": "invented"}, {"form": "withdrawn"}, {"actor": "unknown"}):
        with pytest.raises(Refused, match="schema"):
            one.code(reporter.case_id, wrong, plausible=True)


def test_an_older_cache_keeps_its_letters_when_ballots_come(office: Office) -> None:
    path = office.directory / "old.db"
    old = Cache.at(path)
    old.set_draft("reply:x", b"kept")
    with sqlite3.connect(path) as file:
        file.execute("drop table ballot")
    again = Cache.at(path)
    assert again.ballots() == []
    assert again.drafts() == [("reply:x", b"kept")]
