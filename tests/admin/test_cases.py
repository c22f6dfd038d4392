"""Working with cases."""

from __future__ import annotations

import html

import pytest
from werkzeug.datastructures import MultiDict

from reporting_app.admin.drafts import fields_of
from reporting_app.admin.remote import Member, SiteRefused
from reporting_app.cases.schema import MOST_TEXT
from tests.admin.world import PASSPHRASE, REPORT, FakeSite, Office, Reporter

ANSWER = "Tack. Vi läser och hör av oss i veckan."


def _reply(panel: Office.Open, reporter: Reporter, text: str, once: str = "a") -> int:
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": text, "once": once})
    return int(answer.status_code)


def test_the_list_shows_a_report_with_its_clock_and_what_is_unread(office: Office) -> None:
    office.report(severity=["level_4"])
    page = office.panel("utredare-1").unlock().browser.get("/cases").text
    assert REPORT in page
    assert "7 dagar kvar till svar" in page
    assert "1 öppet" in page
    assert "Oläst" in page
    assert "Allvarligt hot" in page


def test_what_has_been_on_the_screen_is_not_unread_even_after_a_restart(office: Office) -> None:
    reporter = office.report()
    first = office.panel("utredare-1").unlock()
    first.browser.case(reporter.case_id)
    assert "Oläst" not in first.browser.get("/cases").text
    first.panel.close()
    second = office.panel("utredare-1").unlock()
    assert "Oläst" not in second.browser.get("/cases").text
    reporter.write("De var där igen i kväll.")
    assert "1 nytt" in second.browser.get("/cases").text
    assert "Nytt</strong>" in second.browser.case(reporter.case_id)


def test_a_late_case_says_so_in_words(office: Office) -> None:
    office.report()
    office.clock.now += 10 * 86_400
    page = office.panel("utredare-1").unlock().browser.get("/cases").text
    assert "Svar försenat" in page
    assert "1 försenat" in page


def test_a_reply_reaches_the_reporter_and_stops_the_clock(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    assert _reply(panel, reporter, ANSWER) == 303
    assert reporter.texts == [ANSWER]
    page = panel.browser.case(reporter.case_id)
    assert "Svaret är skickat." in page
    assert "Besvarad 21 nov." in page


def test_a_double_click_sends_once(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    assert _reply(panel, reporter, ANSWER, "same") == 303
    assert _reply(panel, reporter, ANSWER, "same") == 303
    assert reporter.texts == [ANSWER]


def test_a_long_reply_goes_in_parts_and_loses_nothing(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    text = "\n\n".join(f"Stycke {number}. " + "Vi förstår att det är svårt. " * 12 for number in range(8))
    assert _reply(panel, reporter, text) == 303
    parts = reporter.texts
    assert len(parts) > 1
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "said"), [("", "Skriv ett svar."), ("   ", "Skriv ett svar."), ("å" * MOST_TEXT, "för lång")]
)
def test_what_cannot_be_sent_is_explained_and_kept(office: Office, text: str, said: str) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": text, "once": "1"})
    assert answer.status_code == 400
    assert said in answer.text
    assert "Det är en sak att rätta" in answer.text
    assert text.strip() in html.unescape(answer.text)
    assert reporter.texts == []


def test_of_a_long_answer_refused_halfway_only_the_rest_is_left_to_send(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost and nothing is said twice."""
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    parts = [f"Del {number}. " + f"ord{number} " * 220 for number in (1, 2, 3)]
    parts = [part.strip() for part in parts]
    posted: list[bytes] = []

    def refuse_the_second(site: FakeSite, member: Member, cell: bytes) -> None:
        posted.append(cell)
        if len(posted) == 2:
            raise SiteRefused(409, "roster-stale", "not now")
        put_cell(site, member, cell)

    put_cell = FakeSite.post_cell
    where, form = f"/cases/{reporter.case_id}/reply", {"text": "\n\n".join(parts), "once": "1"}
    with monkeypatch.context() as site:
        site.setattr(FakeSite, "post_cell", refuse_the_second)
        answer = panel.browser.submit(where, form)
    assert answer.status_code == 400
    assert "1 av svarets 3 delar är klara" in answer.text
    assert "roster-stale" in answer.text
    box = answer.text.split('<textarea id="reply')[1].split("</textarea>")[0]
    assert ("ord1" in box, "ord2" in box, "ord3" in box) == (False, True, True)
    assert "ord1" in answer.text, "the part that is out stands in the case"
    assert panel.browser.submit(where, form).status_code == 303, "the old form, again"
    assert reporter.texts == parts[:1]
    assert panel.panel.drafts is not None
    rest = panel.panel.drafts.load(f"reply:{reporter.case_id}", office.world.keys["utredare-1"])
    assert panel.browser.submit(where, {**rest, "once": "2"}).status_code == 303
    assert reporter.texts == parts


def test_nul_and_broken_characters_are_a_sentence(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    assert _reply(panel, reporter, "hej\0då") == 400
    path = f"/cases/{reporter.case_id}/reply"
    token = panel.browser.token()
    raw = b"csrf_token=" + token.encode() + b"&once=2&text=hej%ff%fe"
    kind = "application/x-www-form-urlencoded"
    assert panel.browser.post(path, raw, content_type=kind).status_code < 500
    assert panel.browser.post(path, b"{", content_type="application/json").status_code == 400


def test_markup_in_a_report_is_only_text(office: Office) -> None:
    reporter = office.report("<script>alert(1)</script> & <b>hej</b>")
    page = office.panel("utredare-1").unlock().browser.case(reporter.case_id)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("page_language", "code", "said"),
    [
        ("sv", "fi", "Språk på anmälarens sida: finska"),
        ("sv", "sv-simple", "Språk på anmälarens sida: lätt svenska"),
        ("sv", "ar", "Språk på anmälarens sida: ar"),
        ("en", "en", "Language of the reporter’s page: English"),
        ("sv", "sv", ""),
    ],
)
def test_the_language_of_a_report_is_told_when_it_is_not_swedish(
    office: Office, page_language: str, code: str, said: str
) -> None:
    reporter = office.report(language=code)
    panel = office.panel("utredare-1").unlock()
    panel.browser.get(f"/?language={page_language}")
    page = panel.browser.case(reporter.case_id)
    assert said in page
    assert ("anmälarens sida:" in page or "reporter’s page:" in page) == bool(said)


def test_a_note_stays_among_colleagues(office: Office) -> None:
    reporter = office.report()
    first, second = office.panel("utredare-1").unlock(), office.panel("utredare-2").unlock()
    where = f"/cases/{reporter.case_id}/note"
    assert first.browser.submit(where, {"text": "Ring skyddsombudet.", "once": "1"}).status_code == 303
    assert "Ring skyddsombudet." in second.browser.case(reporter.case_id)
    assert reporter.texts == []


@pytest.mark.parametrize(
    "fields", [{"state": "nowhere"}, {"state": "closed", "outcome": "support", "reason": "x"}, {}]
)
def test_a_status_outside_the_lists_is_refused(office: Office, fields: dict[str, str]) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/status", {**fields, "once": "1"})
    assert answer.status_code == 400
    assert reporter.thread.case.state == "received"


def test_someone_left_out_sees_nothing_and_the_others_see_who(office: Office) -> None:
    reporter = office.report(leave_out=("utredare-2",))
    left_out = office.panel("utredare-2").unlock()
    assert left_out.browser.get(f"/cases/{reporter.case_id}").status_code == 404
    assert "Inga öppna ärenden" in left_out.browser.get("/cases").text
    page = office.panel("utredare-1").unlock().browser.case(reporter.case_id)
    assert "Bortvalda av anmälaren" in page
    assert "Utredare 2" in page


def test_two_panels_see_each_others_work_and_lose_nothing(office: Office) -> None:
    reporter = office.report()
    first, second = office.panel("utredare-1").unlock(), office.panel("utredare-3").unlock()
    assert _reply(first, reporter, "Från den första.") == 303
    assert _reply(second, reporter, "Från den tredje.") == 303
    for panel in (first, second):
        page = panel.browser.case(reporter.case_id)
        assert "Från den första." in page
        assert "Från den tredje." in page
    assert set(reporter.texts) == {"Från den första.", "Från den tredje."}


def test_the_page_learns_of_news_without_being_reloaded(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    known = panel.browser.case(reporter.case_id).split('data-known="')[1].split('"')[0]
    assert panel.browser.get(f"/state?known={known}").get_json()["new"] == 0
    reporter.write("En sak till.")
    panel.browser.submit("/sync", {"back": "/cases"})
    state = panel.browser.get(f"/state?known={known}").get_json()
    assert state["new"] == 1
    assert state["news"] == "1 nyhet"


def test_opening_posts_the_signed_opened_cell_once(office: Office) -> None:
    reporter = office.report()
    assert reporter.thread.case.opened is None
    office.panel("utredare-1").unlock()
    office.panel("utredare-2").unlock()
    opened = [one for one in reporter.thread.case.events if one.kind == "opened"]
    assert len(opened) == 1


def test_answers_are_shown_in_the_words_that_were_asked(office: Office) -> None:
    reporter = office.report(
        form=["direct_threat", "vandalism"], organisation=["social_services"], gone=["x"]
    )
    page = office.panel("utredare-1").unlock().browser.case(reporter.case_id)
    assert "Vad handlar det om?" in page
    assert "Direkt hot" in page
    assert "Socialförvaltningen" in page


@pytest.mark.parametrize(
    "path", ["/cases/000000000000", "/cases/%00", "/cases/x/reply", "/cases/a/b/c", "/cases/../roster"]
)
def test_a_case_that_is_not_there_is_a_page_that_says_so(office: Office, path: str) -> None:
    panel = office.panel("utredare-1").unlock()
    assert panel.browser.get(path).status_code in (303, 404)
    assert panel.browser.submit("/cases/000000000000/reply", {"text": "x"}).status_code == 404


def test_a_witness_sees_letters_and_answers_but_no_text(office: Office) -> None:
    reporter = office.report()
    witness = office.panel("tillsyn-1").unlock()
    before = witness.browser.get("/cases").text
    assert "7 dagar kvar till svar" in before
    assert REPORT not in before
    _reply(office.panel("utredare-1").unlock(), reporter, ANSWER)
    assert "Besvarad av en människa" in witness.browser.get("/cases").text
    assert witness.browser.get(f"/cases/{reporter.case_id}").status_code == 404


def test_unlocking_again_shows_the_same_case(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    panel.browser.submit("/lock")
    panel.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    assert REPORT in panel.browser.case(reporter.case_id)


def test_line_ends_of_the_browser_are_not_signed(office: Office) -> None:
    reporter = office.report()
    browser = office.panel("utredare-1").unlock().browser
    posted = {"text": "En rad.\r\nEn till.\r\n", "once": "1"}
    browser.submit(f"/cases/{reporter.case_id}/reply", posted)
    assert reporter.texts == ["En rad.\nEn till."]
    browser.submit(f"/cases/{reporter.case_id}/note", posted)
    assert "\r" not in browser.case(reporter.case_id)


def test_line_ends_of_the_browser_are_not_kept_in_drafts(office: Office) -> None:
    posted = MultiDict([("text", "En\r\ntill"), ("handlers", "a"), ("handlers", "b")])
    assert fields_of(posted) == {"text": "En\ntill", "handlers": "a b"}


def test_a_text_that_is_too_long_is_so_by_characters(office: Office) -> None:
    reporter = office.report()
    browser = office.panel("utredare-1").unlock().browser
    text = "å" * (MOST_TEXT // 2 + 7)
    answer = browser.submit(f"/cases/{reporter.case_id}/reply", {"text": text, "once": "1"})
    assert answer.status_code == 400
    assert "för lång med ungefär 7 tecken" in answer.text
