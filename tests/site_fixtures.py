"""A site with a small municipality, for tests that speak HTTP to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from reporting_app.cases.proposals import Proposal
from reporting_app.crypto import shape
from reporting_app.crypto.requests import Request
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.storage.letterbox import Letterbox
from tests.deployment import TODAY, World, make_world
from tests.storage_fixtures import FakeClock

OCTETS = "application/octet-stream"
JSON = "application/json"
RowCounts = Callable[[], dict[str, int]]


@dataclass
class Visitor:
    """Somebody who talks to the site; with a member's name, somebody who signs."""

    client: FlaskClient
    world: World
    clock: FakeClock

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, body: bytes, content_type: str | None = OCTETS, **more: Any) -> TestResponse:
        return self.client.post(path, data=body, content_type=content_type, **more)

    def signed(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str | None = None,
        changed: dict[str, Any] | None = None,
    ) -> TestResponse:
        """A request signed by utredare-1; ``changed`` replaces fields of what is signed."""
        fields: dict[str, Any] = {
            "deployment": self.world.chain.deployment,
            "member": "utredare-1",
            "method": method,
            "path": path,
            "body": body,
            "time": int(self.clock()),
        }
        request = Request(**(fields | (changed or {})))
        header = request.authorization(self.world.keys["utredare-1"].sign_seed)
        return self.client.open(
            path, method=method, data=body, content_type=content_type, headers={"Authorization": header}
        )

    def publish(self) -> None:
        """Puts the municipality's roster and deployment file on the site."""
        assert self.post("/v1/roster", roster_body(self.world), JSON).status_code == 201
        assert self.post("/v1/deployment", deployment_body(self.world), JSON).status_code == 201

    def submission(self, **changed: Any) -> bytes:
        """36 876 bytes of the right shape around noise: the site sees no more than that of a real one."""
        fields: dict[str, Any] = {"nonce": 0, "version": 1, "slots": 12, "volume": 0, "shard": 0}
        fields |= {"letter_deployment": self.world.chain.deployment} | changed
        front = shape.letter_header(
            fields["letter_deployment"], fields["version"], fields["slots"], secrets.token_bytes(32)
        )
        letter = front + secrets.token_bytes(shape.LETTER_SIZE - len(front))
        cell = self.cell(fields["volume"], fields["shard"])
        return shape.write_submission(fields["nonce"], letter, cell)

    def cell(self, volume: int = 2026, shard: int = 0, deployment: bytes | None = None) -> bytes:
        """4 096 bytes of the right shape around noise."""
        outer = shape.CellShape(
            deployment or self.world.chain.deployment,
            volume,
            shard,
            *(secrets.token_bytes(size) for size in (16, 16, 32)),
        )
        front = shape.cell_header(outer)
        return front + secrets.token_bytes(shape.CELL_SIZE - len(front))


def roster_body(world: World) -> bytes:
    return Proposal(world.roster, world.public_keys).to_bytes()


def deployment_body(world: World) -> bytes:
    return world.file.to_bytes()


def problem_of(response: TestResponse) -> str:
    """The name of a problem, after checking that it is one in every respect."""
    assert response.content_type == "application/problem+json"
    value = response.get_json()
    assert set(value) == {"detail", "status", "title", "type"}
    assert value["status"] == response.status_code
    assert value["title"]
    assert value["detail"]
    name: str = value["type"].removeprefix("urn:reporting-app:")
    return name


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()


def noon() -> FakeClock:
    return FakeClock(datetime.combine(TODAY, time(12), UTC).timestamp())


@pytest.fixture
def site_clock() -> FakeClock:
    return noon()


def make_app(engine: Engine, world: World, clock: FakeClock) -> Flask:
    return create_app(SiteConfig(anchor=world.anchor), Letterbox(engine, clock), clock)


@pytest.fixture
def app(engine: Engine, world: World, site_clock: FakeClock) -> Flask:
    return make_app(engine, world, site_clock)


@pytest.fixture
def newcomer(app: Flask, world: World, site_clock: FakeClock) -> Iterator[Visitor]:
    """A visitor of a site on which nothing is published yet."""
    with app.test_client() as client:
        yield Visitor(client, world, site_clock)


@pytest.fixture
def visitor(newcomer: Visitor) -> Visitor:
    """A visitor of a site with roster and deployment file."""
    newcomer.publish()
    return newcomer
