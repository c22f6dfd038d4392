"""The demo's one account of the leadership, kept in a file so that it stays the same at every start."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import generate_passphrase
from reporting_app.site.leaders import new_leader
from reporting_app.storage.leaders import Leaders

NAME = "ledning-demo"
FILE = "demo-leader.json"


@dataclass(frozen=True)
class DemoLeader:
    name: str
    passphrase: str
    secret: bytes  # of the one-time codes


def prepare(
    directory: Path, leaders: Leaders, new_passphrase: Callable[[], str] = generate_passphrase
) -> DemoLeader:
    """Makes the account in file and database, or in the database what the file has."""
    path = directory / FILE
    if not path.exists():
        passphrase = new_passphrase()
        made = new_leader(NAME, passphrase)
        _write(path, DemoLeader(NAME, passphrase, made.secret))
    demo = read(directory)
    known = leaders.find(demo.name)
    if known is None or known.secret != demo.secret:
        account = replace(new_leader(demo.name, demo.passphrase), secret=demo.secret)
        _ = leaders.replace(account) or leaders.add(account)
    return demo


def read(directory: Path) -> DemoLeader:
    """Raises Refused("schema") when this is no folder of a demo."""
    path = directory / FILE
    if not path.is_file():
        raise Refused("schema", f"{directory} is not the folder of a demo")
    stored = json.loads(path.read_text("utf-8"))
    return DemoLeader(stored["name"], stored["passphrase"], base64.b32decode(stored["secret"]))


def _write(path: Path, demo: DemoLeader) -> None:
    content = {
        "demo": "For trying only: never use this account for anything real.",
        "name": demo.name,
        "passphrase": demo.passphrase,
        "secret": base64.b32encode(demo.secret).decode(),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
