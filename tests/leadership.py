"""Somebody of the leadership with an account, at a cost of hashing that tests can pay."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporting_app.site.leaders import code_at, new_leader
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leader, Leaders
from reporting_app.storage.migrations import migrate
from tests.storage_fixtures import FakeClock

HTTPS = "https://localhost"
PAGE, SIGN_IN, SIGN_OUT = "/sv/ledning", "/sv/ledning/logga-in", "/sv/ledning/logga-ut"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NAME = "anna ek"
PASSPHRASE = "gratis agera simning bredvid visit begåvad torkrum"


def enrol(leaders: Leaders, name: str = NAME, passphrase: str = PASSPHRASE) -> Leader:
    leader = new_leader(name, passphrase, CHEAP)
    assert leaders.add(leader)
    return leader


def migrated_file(directory: Path) -> str:
    """The URL of an empty SQLite database with the site's tables."""
    file = directory / "site.db"
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "site.db"
        migrate(make_engine(f"sqlite:///{file}"))
        return file.read_bytes()


def fields(leader: Leader, now: float, **changed: str) -> dict[str, str]:
    """What she types when all is right."""
    return {"name": NAME, "password": PASSPHRASE, "code": code_at(leader.secret, int(now))} | changed


@dataclass
class CountingHasher(PasswordHasher):
    """Counts checks, and keeps them waiting while ``gate`` is shut."""

    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    checks: int = 0

    def __post_init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.gate.set()

    def verify(self, *given: Any) -> Any:
        self.checks += 1
        self.entered.set()
        assert self.gate.wait(20)
        return super().verify(*given)


@dataclass
class Office:
    """A site with one account, and a browser of the leadership's."""

    app: Flask
    client: FlaskClient
    leader: Leader
    leaders: Leaders
    clock: FakeClock
    hasher: CountingHasher

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=HTTPS, **more)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, str], **more: object) -> TestResponse:
        return self.client.post(path, base_url=HTTPS, data=data, **more)  # type: ignore[arg-type]

    def sign_in(self, **changed: str) -> TestResponse:
        return self.post(SIGN_IN, fields(self.leader, self.clock(), **changed))

    def is_in(self) -> bool:
        answer = self.get(PAGE)
        assert (answer.status_code, answer.headers.get("Location")) in ((200, None), (302, SIGN_IN))
        return answer.status_code == 200

    def token(self) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(SIGN_OUT).text)
        assert found
        return found[1]
