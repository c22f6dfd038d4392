"""Against a colleague who denies what they did or read: panels tell it, and all see the same trace."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from reporting_app.admin import trace_pages
from reporting_app.admin.home import PanelHome
from reporting_app.admin.read_marks import MOST_AT_ONCE, ReadMarks
from reporting_app.admin.sitting import Sitting
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Posting
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Event
from tests.admin.world import REPORT, Office, Reporter
from tests.cases.letterbox import Story
from tests.deployment import TODAY, make_world

A, B, C = "utredare-1", "utredare-2", "utredare-3"
NOTE = "Jag känner till platsen."
DAY = timedelta(days=1).total_seconds()


def sitting(panel: Office.Open) -> Sitting:
    found = panel.panel.sitting
    assert found is not None
    return found


def case_in(panel: Office.Open, reporter: Reporter) -> Case:
    workspace = sitting(panel).workspace
    assert workspace is not None
    workspace.sync()
    return workspace.cases[reporter.case_id]


def reads(case: Case) -> list[Event]:
    return [one for one in case.events if one.kind == "read"]


def tomorrow(office: Office, *panels: Office.Open) -> None:
    """A night locks every panel; each fetches once as it is unlocked."""
    office.clock.now += DAY
    for panel in panels:
        panel.unlock()


def trace_text(panel: Office.Open, path: str) -> str:
    page = panel.browser.get(path)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.split("<main")[1].split("</main>")[0]).split())


def test_what_is_read_today_is_told_tomorrow_once_in_each_case(office: Office) -> None:
    reporter, unread = office.report(), office.report()
    panel = office.panel(A).unlock()
    panel.browser.case(reporter.case_id)
    panel.browser.submit("/lock")
    panel.unlock()
    assert reads(case_in(panel, reporter)) == [], "not the same day"
    tomorrow(office, panel)
    assert reads(case_in(panel, unread)) == []
    (told,) = reads(case_in(panel, reporter))
    report = case_in(panel, reporter).report
    assert report is not None
    assert told.body["events"] == [b64(report.event.id)]
    assert told.audience == (A, B, C), "the reporter is not told"


def test_what_waits_to_be_told_survives_the_end_of_the_panel_and_lies_sealed(office: Office) -> None:
    reporter = office.report()
    panel = office.panel(A).unlock()
    panel.browser.case(reporter.case_id)
    report = case_in(panel, reporter).report
    assert report is not None
    panel.panel.close()
    files = [path for path in office.home(A).directory.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    name = report.event.id
    assert [one for one in (name[:8], b64(name)[:10].encode(), name.hex()[:8].encode()) if one in held] == []
    assert reporter.case_id.encode() not in held
    again = office.panel(A)
    tomorrow(office, again)
    assert [b64(name)] == reads(case_in(again, reporter))[0].body["events"]


def test_telling_stops_no_clock_and_is_news_to_nobody(office: Office) -> None:
    reporter = office.report()
    one, other = office.panel(A).unlock(), office.panel(B).unlock()
    for panel in (one, other):
        panel.browser.case(reporter.case_id)
    tomorrow(office, other)
    before, news = case_in(other, reporter), sitting(other).inbox.content
    one.unlock()
    after = case_in(other, reporter)
    assert {event.author for event in reads(after)} == {A, B}
    assert (after.clocks, after.state, after.first_answer) == (before.clocks, before.state, None)
    assert sitting(other).unseen(after) == []
    assert sitting(other).inbox.content == news
    assert "den här versionen inte känner" not in other.browser.case(reporter.case_id)


def test_two_colleagues_see_the_same_trace_and_the_same_code(office: Office) -> None:
    reporter = office.report()
    one, other = office.panel(A).unlock(), office.panel(B).unlock()
    note(one, reporter)
    other.browser.case(reporter.case_id)
    tomorrow(office, other, one)
    seen = [trace_text(panel, f"/trace/{reporter.case_id}") for panel in (one, other)]
    assert seen[0] == seen[1]
    assert "Utredare 2 har läst 2 steg 1 från anmälaren · anteckning (Utredare 1)" in seen[0]
    assert "Det som finns här hänger ihop." in seen[0]
    assert "Stämmer inte" not in seen[0]


def test_of_the_reporter_only_the_day_is_told(office: Office) -> None:
    reporter = office.report(severity=["level_5"])
    panel = office.panel(A).unlock()
    note(panel, reporter)
    page = panel.browser.get(f"/trace/{reporter.case_id}").text
    own = [one for one in case_in(panel, reporter).events if one.author == "reporter"]
    assert "<strong>Anmälaren</strong> skrev" in page
    assert [one.id.hex()[:8] for one in own if one.id.hex()[:8] in page] == []
    assert [one for one in (REPORT, NOTE, "level_5", str(own[0].seq)) if one in page] == []


def test_what_the_site_keeps_back_is_named_where_the_member_looks(office: Office) -> None:
    reporter = office.report()
    one, other = office.panel(A).unlock(), office.panel(B).unlock()
    hidden = note(one, reporter)
    before = set(office.shelf.letters)
    note(one, reporter, "Och en till.")
    del office.shelf.letters[hidden]
    assert before - set(office.shelf.letters) == {hidden}
    assert "Allt hänger inte ihop" in other.browser.case(reporter.case_id)
    seen = trace_text(other, f"/trace/{reporter.case_id}")
    number = next(e.seq for e in case_in(one, reporter).events if e.kind == "note")
    assert f"Ett steg saknas: nummer {number} av Utredare 1." in seen
    assert "Bygger på ett steg som inte finns här" in seen
    assert "I 1 ärende hänger inte allt ihop" in trace_text(other, "/trace")


def test_who_may_no_longer_write_tells_nothing_and_hinders_nothing(office: Office) -> None:
    gone, kept = office.report(), office.report()
    panel = office.panel(A).unlock()
    for reporter in (gone, kept):
        panel.browser.case(reporter.case_id)
    workspace = sitting(panel).workspace
    assert workspace is not None
    workspace.act(gone.case_id, lambda desk: desk.recusal())
    tomorrow(office, panel)
    assert (len(reads(case_in(panel, gone))), len(reads(case_in(panel, kept)))) == (0, 1)
    assert sitting(panel).state.alarms == ()


@pytest.mark.long
def test_a_silent_site_makes_it_wait(office: Office) -> None:
    reporter = office.report()
    panel = office.panel(A).unlock()
    panel.browser.case(reporter.case_id)
    office.shelf.away = True
    tomorrow(office, panel)
    assert reads(case_in(panel, reporter)) == []
    office.shelf.away = False
    assert case_in(panel, reporter)
    assert len(reads(case_in(office.panel(B).unlock(), reporter))) == 1


@pytest.mark.long
def test_two_computers_of_one_member_tell_once(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reporter = office.report()
    elsewhere = PanelHome(tmp_path_factory.mktemp("home"), A)
    for name in ("key", "invitation"):
        getattr(elsewhere, name).write_bytes(getattr(office.home(A), name).read_bytes())
    panels = [office.panel(A).unlock(), office.panel(A, elsewhere).unlock()]
    for panel in panels:
        panel.browser.case(reporter.case_id)
    tomorrow(office, *panels)
    assert len(reads(case_in(panels[0], reporter))) == 1


def test_what_one_computer_has_told_no_other_tells_again_and_the_rest_waits_a_day() -> None:
    world = make_world((A, B, C))
    story = Story(world)
    story.post(story.desk(B).note("Ett."))
    marks = ReadMarks(A, set())
    marks.saw(story.case(A).timeline, TODAY - timedelta(days=1))
    first = marks.due(story.case(A), TODAY)
    assert [one.kind for one in first] == ["report", "note"]
    story.post(story.desk(A).post("read", {"events": sorted(b64(one.id) for one in first)}))
    story.post(story.desk(B).note("Två."))
    marks.saw(story.case(A).timeline, TODAY - timedelta(days=1))
    assert marks.due(story.case(A), TODAY) == [], "once a day"
    assert [one.body for one in marks.due(story.case(A), TODAY + timedelta(days=1))] == [{"text": "Två."}]
    story.post(story.desk(A).recusal())
    assert marks.due(story.case(A), TODAY + timedelta(days=1)) == []


@pytest.mark.parametrize(("reason", "is_over"), [("audience", False), ("length", True)])
def test_a_case_that_is_no_longer_open_keeps_no_other_from_being_told(reason: str, is_over: bool) -> None:
    told: list[str] = []

    def act(name: str, _compose: object) -> Posting:
        told.append(name)
        raise Refused(reason, "not here")

    cases = {str(number): cast(Case, None) for number in range(30)}
    with pytest.raises(Refused) if is_over else nullcontext():
        Waiting(A, set()).tell(cases, TODAY, act)
    assert len(told) == (1 if is_over else 4)


class Waiting(ReadMarks):
    """Somebody who has read something in every case, and told it in none."""

    def due(self, case: Case, today: date) -> list[Event]:  # noqa: ARG002
        return [cast(Event, SimpleNamespace(id=bytes(32)))]


def test_a_morning_after_many_cases_comes_a_few_at_a_time_in_no_order() -> None:
    """So that the letters of one moment do not tell how much somebody read."""
    cases = {str(number): cast(Case, None) for number in range(30)}
    told: list[str] = []
    for left in (30, 9, 1000):
        here = {str(number): cast(Case, None) for number in range(left)}
        before = len(told)
        Waiting(A, set()).tell(here, date.min, lambda name, _compose: cast(Posting, told.append(name)))
        assert len(told) - before == {30: 4, 9: 1, 1000: MOST_AT_ONCE}[left]
    drawn = set()
    for _ in range(20):
        Waiting(A, set()).tell(cases, date.min, lambda name, _compose: cast(Posting, drawn.add(name)))
    assert len(drawn) > 10


def test_acts_are_chosen_by_member_and_month_and_paged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = office.report()
    one, other = office.panel(A).unlock(), office.panel(B).unlock()
    note(one, reporter)
    note(other, reporter)
    by_member = trace_text(one, f"/trace?member={B}")
    assert "Utredare 2 skrev en anteckning" in by_member
    assert "Utredare 1 skrev en anteckning" not in by_member
    assert "Utredare 1 skrev en anteckning" in trace_text(one, "/trace?month=2026-11")
    wrong = "/trace?month=1999-01&page=x&member=nobody"
    assert "finns inte" in trace_text(one, wrong)
    assert count(one, wrong) == count(one, "/trace") == 4
    whole = trace_text(one, "/trace")
    newest_first = [whole.index(f"{who} skrev") for who in ("Utredare 2", "Utredare 1", "Anmälaren")]
    assert newest_first == sorted(newest_first)
    monkeypatch.setattr(trace_pages, "PAGE_SIZE", 3)
    assert "Sida 1 av 2" in trace_text(one, "/trace")
    assert [count(one, f"/trace?{which}") for which in ("page=1", "page=2", "page=9", "all=1")] == [
        3,
        1,
        1,
        4,
    ]


def test_a_trace_is_for_investigators_who_can_read_the_case(office: Office) -> None:
    reporter = office.report(leave_out=(C,))
    assert office.panel(C).unlock().browser.get(f"/trace/{reporter.case_id}").status_code == 404
    witness = office.panel("tillsyn-1").unlock().browser
    assert [witness.get(path).status_code for path in ("/trace", f"/trace/{reporter.case_id}")] == [404, 404]
    panel = office.panel(A).unlock()
    panel.browser.submit("/lock")
    assert panel.browser.get(f"/trace/{reporter.case_id}").headers["Location"].startswith("/unlock")


def test_english_says_it_too(office: Office) -> None:
    reporter = office.report()
    panel = office.panel(A).unlock()
    panel.browser.case(reporter.case_id)
    tomorrow(office, panel)
    panel.browser.get("/cases?language=en")
    seen = trace_text(panel, f"/trace/{reporter.case_id}")
    assert "The reporter wrote" in seen
    assert "has read 1 step" in seen


def note(panel: Office.Open, reporter: Reporter, text: str = NOTE) -> bytes:
    """The id of the letter that it is in."""
    workspace = sitting(panel).workspace
    assert workspace is not None
    workspace.sync()
    posted = workspace.note(reporter.case_id, text)
    entries = workspace.cases[reporter.case_id].timeline
    return next(entry.letter for entry in entries if entry.event.id == posted.event.id)


def count(panel: Office.Open, path: str) -> int:
    return len(re.findall(r'<p class="act-of">', panel.browser.get(path).text))
