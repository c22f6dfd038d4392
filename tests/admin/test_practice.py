"""A practice is offered wherever one begins, and nobody takes it for the real thing, or the reverse."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reporting_app.admin.home import PanelHome
from tests.admin.deciding import Signer
from tests.admin.world import TOKEN, Office

LINK = "Öva på påhittade ärenden"
BAND = "ÖVNING: påhittade ärenden"
OFFER = "Låt en kollega godkänna"
ADDRESS = "http://127.0.0.1:1/?token=x"


@dataclass
class Room:
    """A practice room that makes nothing."""

    passphrase: str = "ord för övningen"
    start_url: str = ""
    answers_given: int = 0
    breaks: bool = False
    known: set[str] = field(default_factory=set)
    approved: list[str] = field(default_factory=list)
    ended: int = 0

    def start(self) -> None:
        if self.breaks:
            raise OSError("disk full")
        self.start_url = ADDRESS

    def write_back(self, case_id: str) -> bool:
        self.answers_given += case_id in self.known
        return case_id in self.known

    def approve(self, case_id: str) -> bool:
        """As a colleague would, who is not needed here to see what the page says."""
        self.approved.append(case_id)
        return case_id in self.known

    def end(self) -> None:
        self.start_url, self.ended = "", self.ended + 1


def test_it_is_offered_before_the_first_run_before_unlocking_and_after(
    office: Office, tmp_path: Path
) -> None:
    new = office.panel("", home=PanelHome(tmp_path / "new"), practice=Room())
    new.browser.get(f"/?token={TOKEN}")
    assert LINK in new.browser.get("/start").text
    old = office.panel("utredare-1", practice=Room())
    old.browser.get(f"/?token={TOKEN}")
    assert LINK in old.browser.get("/unlock").text
    assert LINK in old.unlock().browser.get("/cases").text
    assert old.browser.get("/practice").status_code == 200


def test_a_panel_without_a_practice_and_a_practice_itself_offer_none(office: Office) -> None:
    for panel in (office.panel("utredare-1"), office.panel("utredare-1", practising=Room())):
        assert LINK not in panel.unlock().browser.get("/cases").text
        assert panel.browser.get("/practice").status_code == 404


def test_it_starts_and_ends_at_a_button_and_with_the_panel(office: Office) -> None:
    room = Room()
    panel = office.panel("utredare-1", practice=room)
    browser = panel.unlock().browser
    assert ADDRESS not in browser.get("/practice").text
    browser.submit("/practice/start")
    assert ADDRESS in browser.get("/practice").text
    browser.submit("/practice/end")
    assert ADDRESS not in browser.get("/practice").text
    browser.submit("/practice/start")
    panel.panel.close()
    assert (room.start_url, room.ended) == ("", 2)


def test_when_it_cannot_start_the_page_says_that_real_cases_are_not_affected(office: Office) -> None:
    panel = office.panel("utredare-1", practice=Room(breaks=True)).unlock()
    answer = panel.browser.submit("/practice/start")
    assert answer.status_code == 409
    assert "Dina ärenden är inte berörda" in answer.text


@pytest.mark.parametrize(
    ("language", "title", "band"), [("sv", "ÖVNING:", BAND), ("en", "PRACTICE:", "PRACTICE: made-up")]
)
def test_every_page_of_a_practice_says_so_in_title_and_band_and_no_real_page_does(
    office: Office, language: str, title: str, band: str
) -> None:
    case = office.report().case_id
    paths = ["/unlock", "/cases", f"/cases/{case}", "/roster", "/steps", "/nowhere", "/version"]
    for room in (Room(), None):
        panel = office.panel("utredare-1", practising=room)
        pages = [panel.browser.get("/cases")] if language == "sv" else []  # no token yet
        panel.browser.get(f"/?token={TOKEN}")
        panel.browser.get(f"/unlock?language={language}")
        pages.append(panel.browser.get("/unlock"))
        panel.unlock()
        panel.browser.get(f"/cases?language={language}")
        pages += [panel.browser.get(path) for path in paths[1:]]
        for page in pages:
            assert (f"<title>{title}" in page.text, band in page.text) == (room is not None,) * 2, (
                page.request.path
            )
            assert ('class="is-practice"' in page.text) == (room is not None)


def test_the_passphrase_stands_on_the_page_in_a_practice_only(office: Office) -> None:
    for room in (Room(), None):
        panel = office.panel("utredare-1", practising=room, practice=None if room else Room())
        panel.browser.get(f"/?token={TOKEN}")
        assert (Room.passphrase in panel.browser.get("/unlock").text) == (room is not None)


def test_steps_are_ticked_off_by_what_the_learner_did(office: Office) -> None:
    case = office.report().case_id
    room = Room(known={case})
    browser = office.panel("utredare-1", practising=room).unlock().browser

    def ticked() -> int:
        return int(browser.get("/steps").text.count('class="is-done"'))

    assert ticked() == 0
    browser.get(f"/cases/{case}")
    assert ticked() == 1
    for action, form in (
        ("reply", {"text": "Tack."}),
        ("note", {"text": "Ring."}),
        ("status", {"state": "assessing"}),
    ):
        before = ticked()
        browser.submit(f"/cases/{case}/{action}", {"once": action, **form})
        assert ticked() == before + 1, action
    browser.submit(f"/steps/answer/{case}")
    assert ticked() == 5


def test_nobody_writes_back_in_a_real_panel_or_in_a_case_that_is_not_there(office: Office) -> None:
    case = office.report().case_id
    real = office.panel("utredare-1").unlock().browser
    assert real.submit(f"/steps/answer/{case}").status_code == 404
    room = Room()
    browser = office.panel("utredare-1", practising=room).unlock().browser
    assert browser.submit("/steps/answer/00000000000000000000").status_code == 404
    answer = browser.submit(f"/steps/answer/{case}")
    assert "inget mer att säga" in browser.get(answer.headers["Location"]).text


def test_a_colleague_is_offered_while_a_proposal_of_the_learner_waits_and_only_in_a_practice(
    office: Office,
) -> None:
    reporter = office.report()
    room = Room(known={reporter.case_id})
    learner, real = Signer(office, "utredare-1", practising=room), Signer(office, "utredare-2")
    assert OFFER not in learner.see(reporter)
    learner.reply(reporter)
    learner.close(reporter)
    assert OFFER in learner.see(reporter)
    assert OFFER not in real.see(reporter)
    learner.browser.submit(f"/steps/approve/{reporter.case_id}")
    assert room.approved == [reporter.case_id]
    assert "har godkänt ditt förslag" in learner.see(reporter)
    assert real.browser.submit(f"/steps/approve/{reporter.case_id}").status_code == 404
    assert learner.browser.get("/steps").text.count('class="is-done"') == 2
    real.answer(reporter, "approve")
    assert learner.see(reporter).count(OFFER) == 0
    assert learner.browser.get("/steps").text.count('class="is-done"') == 3


def test_only_a_panel_that_nobody_started_in_a_terminal_can_be_turned_off_from_a_page(office: Office) -> None:
    ordinary = office.panel("utredare-1").unlock()
    assert "Stäng av panelen" not in ordinary.browser.get("/cases").text
    assert ordinary.browser.submit("/end").status_code == 404
    assert ordinary.panel.sitting is not None
    clicked = office.panel("utredare-1", may_end=True).unlock()
    assert "Stäng av panelen" in clicked.browser.get("/cases").text
    assert "Panelen är avstängd" in clicked.browser.submit("/end").text
    assert (clicked.panel.ending, clicked.panel.sitting) == (True, None)


def test_a_panel_is_left_when_it_is_locked_and_no_page_has_asked_for_half_an_hour(office: Office) -> None:
    room = Room()
    panel = office.panel("utredare-1", practice=room, idle_seconds=10**6).unlock()
    panel.ticks.now += 3600
    assert not panel.panel.is_left  # unlocked
    panel.browser.submit("/lock")
    panel.ticks.now += 1700
    assert not panel.panel.is_left
    panel.ticks.now += 200
    assert panel.panel.is_left
    room.start_url = ADDRESS
    assert not panel.panel.is_left  # somebody practises
    room.start_url = ""
    panel.browser.get("/unlock")
    assert not panel.panel.is_left
