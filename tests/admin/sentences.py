"""What the model of the panels knows: sentences, each with who said it, and who may read the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reporting_app.admin import acts
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import proposals, together
from reporting_app.cases.sealing import board_cell
from reporting_app.crypto import shape
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.crypto.event import Event
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.receipt import ReporterKeys
from tests.deployment import FOUNDED, INVESTIGATORS, TODAY, World, human_part, make_world

HUMAN = ("report", "message", "note", "status", "proposal")
INSIDE = ("note", "close")


@dataclass(frozen=True)
class Said:
    """A sentence somebody meant to say; no two are the same."""

    text: str
    author: str
    to_reporter: bool


@dataclass
class Told:
    """One case as the model knows it; ``wrong`` are the reasons for which something must be set aside."""

    keys: ReporterKeys
    left_out: tuple[str, ...]
    said: list[Said] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    @property
    def readers(self) -> list[str]:
        return [name for name in INVESTIGATORS if name not in self.left_out]

    @property
    def id(self) -> str:
        return self.keys.thread.thread_id.hex()[:20]


def text_of(event: Event) -> str:
    body = event.body
    told = body.get("arguments", body)
    return str(body.get("narrative") or body.get("text") or told.get("reason"))


def sentences(events: Iterable[Event]) -> list[tuple[str, str]]:
    return sorted((text_of(one), one.author) for one in events if one.kind in HUMAN)


def say(panel: Workspace, case_id: str, how: str, text: str) -> None:
    if how == "reply":
        panel.reply(case_id, text)
    elif how == "note":
        panel.note(case_id, text)
    elif how == "status":
        panel.set_status(case_id, "investigating", reason=text)
    else:
        acts.propose_closing(panel, case_id, together.JUNK, text)


def small_world() -> World:
    """Without the long texts: a panel checks all that was signed at every step."""
    keys = make_world()
    part = human_part()
    brief: dict[str, Any] = {**{key: {} for key in part}, "parameters": part["parameters"]}
    brief["taxonomy"] = {"outcome": part["taxonomy"]["outcome"]}
    file = keys.signed_file(proposals.propose_deployment(keys.chain, None, brief, FOUNDED))
    return World(keys.keys, keys.roster, file.document, file.content)


def another_site() -> dict[str, bytes]:
    """Well-formed answers of another deployment's site, by place."""
    world = make_world()
    keys = world.reporter()
    sealed = shape.read_submission(world.report(keys)).letter
    day, name = TODAY.isoformat(), b64(object_id(sealed))
    return {
        "roster": canonical(world.roster_file.to_value()),
        "deployment": world.deployment.to_bytes(),
        "content": canonical(world.content),
        "days": canonical({"days": [{"count": 1, "day": day, "digest": name}]}),
        "ids": canonical({"letters": [name]}),
        "letters": sealed,
        "board": board_cell(world.setting(), keys.thread, [], None),
    }


ELSEWHERE = another_site()
