"""Rosters and deployment files are published by a majority, whoever brings them (protocol.md §9, §10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from reporting_app.cases.proposals import Proposal, propose_roster
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import Json, b64, canonical
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.storage.letterbox import Letterbox
from tests.deployment import FOUNDED, TODAY, World, enrol, make_world, member_keys
from tests.site_fixtures import JSON, RowCounts, Visitor, deployment_body, problem_of, roster_body
from tests.storage_fixtures import FakeClock

NEW = member_keys("utredare-4")


def newest_keys(world: World) -> dict[str, Json]:
    return {name: b64(key) for name, key in {**world.public_keys, "utredare-4": NEW.kem.public}.items()}


def adding_somebody(world: World, written: date) -> bytes:
    """Signed by all: utredare-4 comes two days after TODAY, in a version that bears the day ``written``."""
    soonest = TODAY + timedelta(days=2)
    document = propose_roster(world.chain, world.chain.deployment, [enrol(NEW)], [], written, soonest)
    return canonical({"document": world.signed(document).to_value(), "keys": newest_keys(world)})


def test_a_roster_from_another_anchor_is_refused(newcomer: Visitor, row_counts: RowCounts) -> None:
    answer = newcomer.post("/v1/roster", roster_body(make_world()), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert row_counts()["rosters"] == 0


def test_a_site_that_was_not_told_its_anchor_takes_no_first_roster(
    letterbox: Letterbox, world: World, clock: FakeClock
) -> None:
    client = create_app(SiteConfig(), letterbox, clock).test_client()
    answer = client.post("/v1/roster", data=roster_body(world), content_type=JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert letterbox.rosters() == []


def test_a_deployment_file_needs_a_roster_first(newcomer: Visitor, row_counts: RowCounts) -> None:
    answer = newcomer.post("/v1/deployment", deployment_body(newcomer.world), JSON)
    assert (answer.status_code, problem_of(answer)) == (404, "not-found")
    assert row_counts()["deployments"] == 0


def test_a_deployment_file_with_another_content_is_refused_though_the_majority_signed(
    visitor: Visitor, row_counts: RowCounts
) -> None:
    world, before = visitor.world, row_counts()
    newer = world.signed_file(world.next_file({"contacts": []}))
    named = {"content": dict(newer.content), "document": newer.document.to_value()}
    other = {**named, "content": {**newer.content, "name": {"sv": "Annat namn"}}}
    answer = visitor.post("/v1/deployment", canonical(other), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "content")
    for form in ({**other, "content": {}}, {**other, "content": []}, {"document": named["document"]}):
        answer = visitor.post("/v1/deployment", canonical(form), JSON)
        assert (answer.status_code, problem_of(answer)) == (422, "schema")
    known = canonical({**other, "document": world.deployment.to_value()})
    assert problem_of(visitor.post("/v1/deployment", known, JSON)) == "content", "not even a known document"
    assert row_counts() == before
    assert visitor.get("/v1/deployment/content").get_data() == canonical(world.content)
    assert visitor.post("/v1/deployment", canonical(named), JSON).status_code == 201
    assert visitor.get("/v1/deployment/content").get_data() == canonical(newer.content)


def test_no_text_is_in_what_a_browser_downloads(visitor: Visitor) -> None:
    document = visitor.get("/v1/deployment").get_json()
    keys = "content day deployment kind parameters previous roster suite version"
    assert set(document["body"]) == set(keys.split())
    assert len(document["body"]["content"]) == 43, "a hash"
    assert visitor.get("/v1/deployment/content").get_json() == visitor.world.content


@pytest.mark.parametrize("signers", [[], ["utredare-1"], ["utredare-1", "utredare-2"]])
def test_less_than_a_majority_changes_nothing(
    visitor: Visitor, row_counts: RowCounts, signers: list[str]
) -> None:
    world, before = visitor.world, row_counts()
    roster = propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], TODAY)
    file = world.next_file()
    for name in signers:
        roster, file = world.signed(roster, name), world.signed_file(file, name)
    keys = {name: key for name, key in world.public_keys.items() if name != "utredare-3"}
    for proposal in (Proposal(roster, keys), file):
        answer = visitor.post(f"/v1/{proposal.kind}", proposal.to_bytes(), JSON)
        assert (answer.status_code, problem_of(answer)) == (409, "roster-majority")
    assert row_counts() == before


def test_a_refusal_does_not_repeat_who_signed(visitor: Visitor) -> None:
    """A document that nobody accepts could otherwise put words of its sender on our page."""
    stranger, world = member_keys("kanariefagel"), visitor.world
    roster = propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], TODAY)
    keys = {name: key for name, key in world.public_keys.items() if name != "utredare-3"}
    proposals = Proposal(roster, keys), world.next_file()
    bodies = [one.signed_by(stranger).to_bytes() for one in proposals]
    for path, body in zip(("/v1/roster", "/v1/deployment"), bodies, strict=True):
        answer = visitor.post(path, body, JSON)
        assert problem_of(answer) == "roster-majority"
        assert b"kanariefagel" not in answer.get_data()


def test_keys_that_are_not_the_rosters_are_refused(newcomer: Visitor, row_counts: RowCounts) -> None:
    world = newcomer.world
    swapped = dict(world.public_keys) | {"utredare-1": member_keys("utredare-1").kem.public}
    answer = newcomer.post("/v1/roster", Proposal(world.roster, swapped).to_bytes(), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    missing = {name: key for name, key in world.public_keys.items() if name != "utredare-1"}
    foreign = dict(world.public_keys) | {"okand": world.public_keys["utredare-1"]}
    for keys in (missing, foreign):
        answer = newcomer.post("/v1/roster", Proposal(world.roster, keys).to_bytes(), JSON)
        assert (answer.status_code, problem_of(answer)) == (422, "schema")
    assert row_counts()["rosters"] == 0


def test_keys_of_a_roster_that_waits_are_served_beside_those_in_force(visitor: Visitor) -> None:
    world = visitor.world
    assert visitor.post("/v1/roster", adding_somebody(world, TODAY), JSON).status_code == 201
    assert "utredare-4" in visitor.get("/v1/roster").get_json()["keys"]
    letter = visitor.post("/v1/letters", visitor.submission(version=2))
    assert problem_of(letter) == "roster-stale", "it is not in force yet"
    visitor.clock.pass_days(2)
    assert visitor.post("/v1/letters", visitor.submission(version=2)).status_code == 201


@pytest.mark.parametrize("written", [TODAY, TODAY - timedelta(days=30)])
def test_nobody_is_let_in_sooner_than_two_days_after_publication_whatever_day_the_signers_wrote(
    visitor: Visitor, row_counts: RowCounts, written: date
) -> None:
    body = adding_somebody(visitor.world, written)
    visitor.clock.pass_days(1)
    before = row_counts()
    answer = visitor.post("/v1/roster", body, JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert "within two days" in answer.get_json()["detail"]
    assert row_counts() == before
    visitor.clock.pass_days(-1)
    assert visitor.post("/v1/roster", body, JSON).status_code == 201
    visitor.clock.pass_days(9)
    assert visitor.post("/v1/roster", body, JSON).status_code == 200, "it is known already"


def test_who_leaves_does_so_at_once_and_a_chain_begins_on_any_day(newcomer: Visitor) -> None:
    world = newcomer.world
    assert newcomer.post("/v1/roster", roster_body(world), JSON).status_code == 201
    roster = world.signed(propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], FOUNDED))
    keys = {name: key for name, key in world.public_keys.items() if name != "utredare-3"}
    assert newcomer.post("/v1/roster", Proposal(roster, keys).to_bytes(), JSON).status_code == 201


def test_the_end_of_all_days_is_no_mistake_of_ours(visitor: Visitor) -> None:
    world = visitor.world
    forged = dict(Proposal.from_bytes(adding_somebody(world, TODAY)).document.body)
    document = SignedDocument({**forged, "day": "9999-12-31", "active": "9999-12-31"}, {})
    body = canonical({"document": document.to_value(), "keys": newest_keys(world)})
    answer = visitor.post("/v1/roster", body, JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")


def test_the_first_deployment_file_is_version_one(newcomer: Visitor, row_counts: RowCounts) -> None:
    world = newcomer.world
    newcomer.post("/v1/roster", roster_body(world), JSON)
    answer = newcomer.post("/v1/deployment", world.signed_file(world.next_file()).to_bytes(), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert row_counts()["deployments"] == 0


def test_a_replaced_roster_signs_no_deployment_file_not_even_with_an_old_day(
    visitor: Visitor, row_counts: RowCounts
) -> None:
    world = visitor.world
    roster = world.signed(propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], TODAY))
    keys = {name: key for name, key in world.public_keys.items() if name != "utredare-3"}
    assert visitor.post("/v1/roster", Proposal(roster, keys).to_bytes(), JSON).status_code == 201
    backdated = world.signed_file(world.next_file())
    answer = visitor.post("/v1/deployment", backdated.to_bytes(), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert row_counts()["deployments"] == 1
    current = world.signed_file(world.next_file(roster=2, day=TODAY.isoformat()), *keys)
    assert visitor.post("/v1/deployment", current.to_bytes(), JSON).status_code == 201


def test_of_two_second_versions_the_first_stands(visitor: Visitor, row_counts: RowCounts) -> None:
    world = visitor.world
    first = world.signed_file(world.next_file())
    other = world.signed_file(world.next_file({"name": {"sv": "Annat namn"}}))
    assert visitor.post("/v1/deployment", first.to_bytes(), JSON).status_code == 201
    answer = visitor.post("/v1/deployment", other.to_bytes(), JSON)
    assert (answer.status_code, problem_of(answer)) == (409, "roster-chain")
    assert visitor.post("/v1/deployment", first.to_bytes(), JSON).status_code == 200
    assert visitor.get("/v1/deployment").get_data() == first.document.to_bytes()
    assert row_counts()["deployments"] == 2


def test_a_database_with_a_forged_roster_serves_nothing_and_says_only_that_it_is_broken(
    app: Flask, visitor: Visitor, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    forged = make_world()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE rosters SET document = :document"), {"document": forged.roster.to_bytes()}
        )
    restarted = create_app(SiteConfig(visitor.world.anchor), Letterbox(engine, visitor.clock), visitor.clock)
    answer = restarted.test_client().get("/v1/roster")
    assert (answer.status_code, problem_of(answer)) == (500, "unexpected")
    assert "StoredDocumentsBroken" in caplog.text
