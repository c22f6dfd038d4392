"""How it has gone, in the panel: reprisals stand first until answered, and the answers are counted once."""

from __future__ import annotations

import pytest

from reporting_app.admin.ballots import MOST_DAYS
from tests.admin.deciding import Crew, close_together
from tests.admin.test_ballots import CHOSEN, DAY, days, opened, running
from tests.admin.test_inbox import listed
from tests.admin.world import Office, Reporter

REASON = "Anmälaren berättar om repressalier"


@pytest.fixture
def closed(office: Office) -> Reporter:
    reporter = office.report()
    close_together(office, reporter)
    return reporter


def test_the_timeline_tells_the_answers_in_words(office: Office, closed: Reporter) -> None:
    closed.view(stopped=["partly"], safer=["no"], reprisals=["unsure"], invented=["yes", "perhaps"])
    first = Crew(office).all[0]
    page = first.see(closed)
    assert "Hur det har gått, frågat när ärendet avslutades" in page
    for answer in ("Har det slutat? Delvis", "Är du tryggare nu? Nej"):
        assert answer in page
    assert "Har du utsatts för repressalier? Vet ej / vill ej svara" in page
    assert "invented Ja, perhaps" in page, "what no page offers, by its id"
    assert "view-sent" not in page
    assert REASON not in first.list()
    assert first.lists(closed, "?group=closed")
    first.browser.get("/cases?language=en")
    page = first.see(closed)
    assert "How it has gone, asked when the case was closed" in page
    assert "Has it stopped? Partly" in page


def test_reprisals_stand_first_with_their_reason_until_a_person_has_answered(
    office: Office, closed: Reporter
) -> None:
    office.report()
    closed.view(reprisals=["yes"], text="Jag fick sluta på avdelningen.")
    first, second, _ = Crew(office).all
    page = first.list()
    assert listed(page)[0] == closed.case_id
    assert REASON in page
    assert "Jag fick sluta på avdelningen." in first.see(closed)
    assert second.lists(closed, "?group=open"), "it is open again"
    office.shelf.away = True
    first.reply(closed, "Vi ringer dig.")
    assert REASON in first.list(), "an answer that has not left stops nothing"
    office.shelf.away = False
    assert REASON not in first.list()
    assert REASON not in second.list()


def test_an_answer_is_cast_days_after_it_was_given_and_a_later_one_replaces_it(
    office: Office, closed: Reporter
) -> None:
    one = running(office)
    one.sync()
    one.code(closed.case_id, CHOSEN, plausible=True)
    office.clock.now += 20 * DAY
    closed.view(stopped=["no"])
    one.sync()
    kept = [kept for kept in one._ballots._known.values() if kept.value == "not_better"]
    assert [found.due > office.clock.today for found in kept] == [True]
    days(office, one, MOST_DAYS + 1)
    office.clock.now += 170 * DAY
    closed.view("later", stopped=["yes"], safer=["yes"])
    days(office, one, MOST_DAYS + 1)
    cast = [each for each in opened(office) if each.table == "own_view_per_year"]
    assert [(each.value, each.period) for each in sorted(cast, key=lambda each: each.day)] == [
        ("not_better", "2027"),
        ("stopped_and_safer", "2027"),
    ]
    assert len({each.pseudonym for each in cast}) == 1
