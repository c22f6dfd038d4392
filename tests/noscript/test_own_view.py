"""How it has gone, without scripts: asked once, sent once, and nothing chosen is lost on the way."""

from __future__ import annotations

import html
import re

import pytest

from reporting_app.cases import deciding, together
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.order import Sighting
from reporting_app.crypto import shape
from reporting_app.crypto.hashing import object_id
from reporting_app.storage.errors import StorageBusy
from reporting_app.storage.letterbox import Cell, Letterbox
from tests.noscript.person import RECEIPT, Person, letters
from tests.site_fixtures import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
QUESTION = "Har du utsatts för repressalier?"


class Office:
    """The investigators of the one case that the site holds."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._world = visitor.world
        self._box: Letterbox = visitor.client.application.extensions["reporting_app.letterbox"]

    @property
    def case(self) -> Case:
        readings = letters(self._visitor)
        sightings = [Sighting(e, bytes(32), self._box.today()) for r in readings for e in r.events]
        return fold(readings[0].block.thread_id, sightings, People.of(self._world.chain))

    def desk(self, member: str) -> Desk:
        block = letters(self._visitor)[0].block
        setting = self._world.setting(self._box.today())
        return Desk(member, self._world.keys[member].sign_seed, setting, block, self.case)

    def post(self, posting: Posting) -> None:
        self._visitor.post("/v1/letters", posting.submission)
        for sealed in posting.cells:
            outer = shape.read_cell(sealed)
            cell = Cell(object_id(sealed), outer.volume, outer.shard, outer.tag, outer.commitment, sealed)
            self._box.put_board_cell(cell)

    def close(self) -> None:
        self.post(self.desk("utredare-1").reply("Vi har läst det."))
        arguments = together.close_arguments("support", "Stöd är på plats.")
        for posting in deciding.propose(self.desk("utredare-1"), together.CLOSE, arguments):
            self.post(posting)
        self.post(deciding.approve(self.desk("utredare-2"), self.case.decisions[-1]))

    @property
    def views(self) -> list[dict[str, object]]:
        return [dict(one.body) for one in self.case.events if one.kind == "view"]


@pytest.fixture
def closed(person: Person, newcomer: Visitor) -> tuple[str, Office]:
    """The receipt of a case that two have closed, and who closed it."""
    words = person.report()
    assert QUESTION not in person.look(words), "nothing is asked before"
    office = Office(newcomer)
    office.close()
    return words, office


def checked(page: str) -> set[str]:
    return set(re.findall(r'value="(\w+)"[^>]*name="view\.\w+" checked', page))


def test_a_closed_case_asks_once_and_the_answers_reach_the_investigators(
    person: Person, closed: tuple[str, Office]
) -> None:
    words, office = closed
    assert QUESTION in person.look(words)
    answers = {"view.stopped": "yes", "view.safer": "partly", "view.reprisals": "no", "text": "Inte klart."}
    page = html.unescape(person.press(RECEIPT, "view", **answers))
    assert "Tack. Dina svar är lagrade." in page
    assert "Du svarade på frågorna om hur det har gått" in page
    assert QUESTION not in page
    assert ">\nInte klart.</textarea>" in page, "what was written beside it stays"
    given = {"stopped": ["yes"], "safer": ["partly"], "reprisals": ["no"]}
    assert office.views == [{"answers": given, "moment": "closing", "text": ""}]
    assert office.case.state == "closed"
    assert QUESTION not in person.look(words)


def test_reprisals_open_the_case_again_in_both_views(person: Person, closed: tuple[str, Office]) -> None:
    words, office = closed
    person.look(words)
    page = person.press(RECEIPT, "view", **{"view.reprisals": "yes"})
    assert office.case.reopened
    assert "Avslutad" not in page.split('class="now-state">')[1][:20]


def test_nothing_chosen_is_lost_when_it_cannot_be_sent(
    person: Person, newcomer: Visitor, closed: tuple[str, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    words, office = closed
    person.look(words)
    page = person.press(RECEIPT, "view")
    assert person.status == 422
    assert "Svara på minst en fråga eller skriv något." in page
    long = person.press(RECEIPT, "view", **{"view.safer": "no", "view.text": "å" * 6001})
    assert 'href="#view"' in long
    assert checked(long) == {"no"}
    assert long.count("å" * 6001) == 1

    def busy(*_: object) -> None:
        raise StorageBusy("full")

    site = newcomer.client.application.extensions["reporting_app.site"]
    with monkeypatch.context() as full:
        full.setattr(site, "submit", busy, raising=False)
        page = person.press(RECEIPT, "view", **{"view.safer": "no", "view.text": "Samma."})
        full.setattr(site, "intake", busy, raising=False)
        kept = person.press(RECEIPT, "view", **{"view.safer": "no", "view.text": "Samma."})
    assert '<input type="hidden" name="view.safer" value="no">' in kept
    assert '<input type="hidden" name="view.text" value="Samma.">' in kept
    person.page = page
    assert checked(page) == {"no"}
    assert "\nSamma.</textarea>" in page
    assert office.views == []
    again = person.press(RECEIPT, "send", text="Mer.", **{"view.safer": "no", "view.text": "Samma."})
    assert checked(again) == {"no"}, (
        "words sent beside them have opened the case again, and they are still there"
    )
    assert "Tack" in person.press(RECEIPT, "view", **{"view.safer": "no", "view.text": "Samma."})
    assert len(office.views) == 1


def test_what_nobody_is_offered_is_left_away_and_what_is_sent_twice_counts_once(
    person: Person, closed: tuple[str, Office]
) -> None:
    words, office = closed
    shown = person.look(words)
    made_up = {
        "view.stopped": "perhaps",
        "view.reprisals": "partly",
        "view.moment": "never",
        "view.safer": "yes",
    }
    person.press(RECEIPT, "view", **made_up)
    person.page = shown
    assert checked(person.press(RECEIPT, "view", **made_up)) == {"yes"}, "asked for again, not sent twice"
    assert person.status == 422
    assert office.views == [{"answers": {"safer": ["yes"]}, "moment": "closing", "text": ""}]
