"""Two witnesses at an office whose year is over: ballots on the site, panels that draw."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reporting_app.admin.drawing import DrawingRoom, Proposal
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.sealing import blank_intake_cell, submission
from reporting_app.crypto import ballot, letter
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.letter import Recipient
from reporting_app.statistics.catalogue import Catalogue, Table
from tests.admin.test_cover import workspace
from tests.admin.world import NOON, Office
from tests.deployment import TODAY, WITNESSES

DAY = 86_400
PERIOD = "2026"
DRAWN_ON = date(2027, 2, 20)  # after the year and 45 days


def cast(office: Office, table: str, value: str, mark: bytes, *, day: date, period: str = PERIOD) -> None:
    """A ballot on the site since ``day``, by an investigator's panel."""
    world = office.world
    made = Ballot("utredare-1", 1, day, world.chain.deployment, period, mark, table, value)
    wire = made.sign(world.keys["utredare-1"].sign_seed)
    setting = world.setting()
    seen = [Recipient(world.public_keys[one]) for one in WITNESSES]
    sealed = letter.seal_letter(setting.frame, seen, ballot.ballot_content(wire))
    now, office.clock.now = office.clock.now, NOON + (day - TODAY).days * DAY
    office.shelf.put(submission(setting, sealed, blank_intake_cell(setting)))
    office.clock.now = now


def a_year(office: Office, values: dict[str, int], table: str = "form_per_year") -> None:
    """So many cases of each value; then it is the day after which nothing of the year counts."""
    chance = random.Random(7)  # noqa: S311
    for value, count in values.items():
        for _ in range(count):
            day = TODAY + timedelta(days=chance.randrange(20))
            cast(office, table, value, chance.randbytes(16), day=day)
    office.clock.now = NOON + (DRAWN_ON - TODAY).days * DAY


def tables(one: Workspace, *names: str) -> list[Table]:
    by_id = Catalogue.of(one.setting.file.human_part).by_id
    return [by_id[name] for name in names]


@dataclass
class Pair:
    """Both witnesses' panels."""

    first: Workspace
    second: Workspace

    @classmethod
    def at(cls, office: Office) -> Pair:
        pair = cls(workspace(office, "tillsyn-1"), workspace(office, "tillsyn-2"))
        pair.sync()
        return pair

    def sync(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.first.sync()
            self.second.sync()

    def propose(self, *names: str, period: str = PERIOD) -> None:
        wanted = tables(self.first, *names)
        self.first.draw_together(lambda room, setting: room.propose(setting, period, wanted))
        self.sync()

    @property
    def proposals(self) -> list[Proposal]:
        return self.second.draw_together(DrawingRoom.proposals)

    def accept(self) -> None:
        (proposal,) = self.proposals
        self.second.draw_together(lambda room, setting: room.accept(setting, proposal))

    def publish(self, *names: str) -> None:
        self.propose(*names)
        self.accept()
        self.sync(4)


def fixed(panels: Iterable[Workspace], noise: int = 0) -> None:
    """Panels that always draw the same, so that a test sees the numbers."""
    for one in panels:
        one._drawing.draw = lambda cells, _share: dict.fromkeys(cells, noise)
