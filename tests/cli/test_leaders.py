"""Accounts of the leadership from the command line: what is handed out opens the door."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.cli.main import main
from reporting_app.crypto.encoding import canonical
from reporting_app.demo import leader as demo_leader
from reporting_app.demo.leader import DemoLeader
from reporting_app.site import leaders
from reporting_app.site.leaders import SignIn, code_at
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leaders
from tests.deployment import World
from tests.leadership import CHEAP, migrated_file


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(leaders, "default_hasher", lambda: CHEAP)
    return migrated_file(tmp_path)


def run(database: str, *arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(main, ["leaders", *arguments, "--database", database], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), "an error without a sentence"
    return result


def handed_out(result: Result) -> tuple[str, str]:
    """The passphrase, and the address for the app with codes."""
    assert result.exit_code == 0, result.output
    passphrase = re.search(r"^Passphrase: (.+)$", result.stdout, re.M)
    address = re.search(r"^For the app with codes: (\S+)$", result.stdout, re.M)
    assert address
    return (passphrase[1] if passphrase else "", address[1])


@dataclass
class Door:
    """The running site's."""

    sign_in: SignIn

    def lets_in(self, name: str, passphrase: str, address: str) -> bool:
        """With a telephone that read the address."""
        code = pyotp.parse_uri(address).at(int(time.time()))  # type: ignore[union-attr]
        return self.sign_in.attempt(name, passphrase, code) is not None


@pytest.fixture
def door(database: str) -> Door:
    return Door(SignIn(Leaders(make_engine(database)), time.time))


def test_what_is_printed_once_lets_one_person_in(database: str, door: Door) -> None:
    added = run(database, "add", "Kommundirektör Ek")
    passphrase, address = handed_out(added)
    assert len(passphrase.split()) == 7
    assert unquote(urlsplit(address).path) == "/Statistik:kommundirektör ek"
    assert len(parse_qs(urlsplit(address).query)["secret"][0]) == 32
    assert added.stdout.count("█") > 100, "a code to photograph"
    assert door.lets_in("Kommundirektör Ek", passphrase, address)
    again = run(database, "add", "kommundirektör  EK")
    assert (again.exit_code, "has an account" in again.stderr) == (1, True)
    assert json.loads(run(database, "list", "--json").stdout) == ["kommundirektör ek"]


def test_a_reset_gives_new_ones_and_the_old_ones_end(database: str, door: Door) -> None:
    old = handed_out(run(database, "add", "ek"))
    new = handed_out(run(database, "reset", "ek"))
    assert set(old).isdisjoint(new)
    assert not door.lets_in("ek", *old)
    assert door.lets_in("ek", *new)


def test_whoever_is_removed_is_out(database: str, door: Door) -> None:
    given = handed_out(run(database, "add", "ek"))
    assert run(database, "remove", "ek").exit_code == 0
    assert not door.lets_in("ek", *given)
    assert run(database, "list").stdout == "Nobody has an account.\n"
    for command in ("remove", "reset"):
        refused = run(database, command, "ek")
        assert (refused.exit_code, "has no account" in refused.stderr) == (1, True)


def test_an_own_passphrase_is_long_and_is_not_printed(database: str, door: Door) -> None:
    short, own = "kort och klart", "en egen fras med å"
    refused = run(database, "add", "ek", "--own", stdin=f"{short}\n{short}\n")
    assert (refused.exit_code, "15 to 200" in refused.stderr) == (1, True)
    assert run(database, "list", "--json").stdout.strip() == "[]"
    added = run(database, "add", "ek", "--own", stdin=f"{own}\n{own}\n")
    assert own not in added.output
    assert door.lets_in("ek", own, handed_out(added)[1])


@pytest.mark.parametrize("name", ["", " ", "a\u0007b", "x" * 81])
def test_a_name_that_cannot_be_typed_is_none(database: str, name: str) -> None:
    assert run(database, "add", name).exit_code == 2


def test_the_demo_has_one_account_that_is_the_same_at_every_start(tmp_path: Path, database: str) -> None:
    accounts = Leaders(make_engine(database))

    def is_let_in(demo: DemoLeader, code: str) -> bool:
        return SignIn(accounts, time.time).attempt(demo.name, demo.passphrase, code) is not None

    demo = demo_leader.prepare(tmp_path, accounts)
    kept = accounts.find(demo.name)
    assert demo_leader.prepare(tmp_path, accounts) == demo
    assert accounts.find(demo.name) == kept
    code = CliRunner().invoke(main, ["leaders", "demo-code", "--data", str(tmp_path)]).stdout.strip()
    assert is_let_in(demo, code)
    assert "trying only" in (tmp_path / demo_leader.FILE).read_text("utf-8")
    accounts.remove(demo.name)
    assert demo_leader.prepare(tmp_path, accounts) == demo, "a new database gets it too"
    assert is_let_in(demo, demo_code(demo))
    nothing = CliRunner().invoke(main, ["leaders", "demo-code", "--data", str(tmp_path / "keys")])
    assert (nothing.exit_code, "not the folder of a demo" in nothing.stderr) == (1, True)


def demo_code(demo: DemoLeader) -> str:
    return code_at(demo.secret, int(time.time()))


@pytest.mark.parametrize("public", [False, True])
def test_the_sites_setting_decides_who_sees_the_statistics(
    built: None, world: World, tmp_path: Path, public: bool
) -> None:
    (tmp_path / "roster.json").write_bytes(canonical(world.roster_file.to_value()))
    (tmp_path / "deployment.json").write_bytes(world.file.to_bytes())
    settings = SiteSettings(tmp_path, f"sqlite:///{tmp_path}/site.db", statistics_public=public)
    client: FlaskClient = build_site(settings, time.time).test_client()
    answer = client.get("/sv/ledning")
    assert answer.status_code == (200 if public else 302)
    assert SiteSettings(tmp_path, "").statistics_public is False
