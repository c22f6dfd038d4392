"""Against a lying site and a majority that changes its mind in secret: which files a panel believes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reporting_app.admin.trust import Trust
from reporting_app.cases import proposals
from reporting_app.crypto import kem
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import RosterFile
from reporting_app.storage.cache import Cache
from tests.deployment import TODAY, World, enrol, make_world, member_keys


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture
def trust(world: World, tmp_path: Path) -> Trust:
    """That of a panel which has seen the first roster and deployment file."""
    made = Trust(Cache.at(tmp_path / "a.cache"), world.anchor)
    made.accept_roster(world.roster_file, TODAY)
    made.accept_deployment(world.file, world.chain, TODAY)
    return made


def file_with(world: World, version: int, name: str = "Ny", **fields: Any) -> DeploymentFile:
    """A deployment file that the whole roster signed."""
    previous = "" if version == 1 else b64(world.deployment.id)
    content = {"name": {"en": name, "sv": name}}
    return world.signed_file(world.next_file(content, version=version, previous=previous, **fields)).file


def refused(trust: Trust, world: World, file: DeploymentFile, today: date = TODAY) -> str:
    before = trust.remembered(today).deployment.id
    with pytest.raises(Refused) as caught:
        trust.accept_deployment(file, world.chain, today)
    assert trust.remembered(today).deployment.id == before, "the last good file is kept"
    return caught.value.detail


def test_a_later_file_of_the_majority_is_believed(world: World, trust: Trust) -> None:
    file = file_with(world, 2, day=TODAY.isoformat())
    assert trust.accept_deployment(file, world.chain, TODAY).version == 2
    assert trust.remembered(TODAY).deployment.version == 2
    assert trust.remembered(TODAY).file.content == file.content


def test_another_file_of_the_same_version_is_refused(world: World, trust: Trust) -> None:
    assert "two deployment files" in refused(trust, world, file_with(world, 1, "En annan"))


def test_an_older_file_is_refused(world: World, trust: Trust) -> None:
    trust.accept_deployment(file_with(world, 2), world.chain, TODAY)
    assert "older" in refused(trust, world, world.file)


def test_a_later_file_that_moves_the_cells_of_a_volume_is_refused(world: World, trust: Trust) -> None:
    parameters = world.deployment.body["parameters"]
    volumes = [{**one, "shards": 2 * one["shards"]} for one in parameters["volumes"]]
    file = file_with(world, 2, parameters={**parameters, "volumes": volumes})
    assert "shards" in refused(trust, world, file)


def test_a_later_file_with_an_earlier_day_is_refused(world: World, trust: Trust) -> None:
    trust.accept_deployment(file_with(world, 2, day=TODAY.isoformat()), world.chain, TODAY)
    assert "dated" in refused(trust, world, file_with(world, 3))


def test_a_wrong_key_for_a_member_of_a_waiting_roster_is_refused_before_it_holds(
    world: World, trust: Trust
) -> None:
    newcomer = member_keys("utredare-4")
    chain = world.chain
    document = world.signed(
        proposals.propose_roster(chain, chain.deployment, [enrol(newcomer)], [], TODAY, TODAY + timedelta(9))
    )
    served = RosterFile((world.roster, document), {**world.public_keys, "utredare-4": kem.generate().public})
    with pytest.raises(Refused, match="another key"):
        trust.accept_roster(served, TODAY)
    right = RosterFile((world.roster, document), {**world.public_keys, "utredare-4": newcomer.kem.public})
    assert trust.accept_roster(right, TODAY).newest.version == 2
