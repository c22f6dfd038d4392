"""A report that somebody tells: the same form as others, and a receipt that the panel keeps nowhere."""

from __future__ import annotations

import html
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from reporting_app.admin.workspace import Workspace
from reporting_app.cases import proposals
from reporting_app.crypto import receipt, shape
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.receipt import ReporterKeys
from reporting_app.storage.errors import StorageBusy
from tests.admin.world import Office, Reporter

TOLD = "Någon väntade vid min bil två kvällar i rad."
FIELDS = {"text": TOLD, "language": "sv", "once": "a"}


def words_on(page: str) -> list[str]:
    listed = re.search(r'<ol class="words".*?</ol>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", listed[0]) if listed else []


def post(panel: Office.Open, page: str, path: str, fields: dict[str, Any]) -> Any:
    """Sends a form of ``page``: to ask another page for a token would be to leave this one."""
    token = re.findall(r'name="csrf_token" value="(.*?)"', page)[0]
    return panel.browser.post(path, {"csrf_token": token, **fields})


def register(panel: Office.Open, page: str = "", **fields: Any) -> str:
    answer = post(panel, page or panel.browser.get("/register").text, "/register", FIELDS | fields)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def holder(office: Office, words: list[str]) -> Reporter:
    """Whoever has been given the slip of paper."""
    random = receipt.from_words(" ".join(words))
    return Reporter(office, ReporterKeys(random, office.world.chain.deployment))


def confirm(panel: Office.Open, page: str, **fields: str) -> Any:
    words = words_on(page)
    places = [int(number) for number in re.findall(r"Ord nummer (\d)", page)]
    right = {"first": words[places[0] - 1], "second": words[places[1] - 1]}
    return post(panel, page, "/register/done", right | fields)


def test_the_words_find_the_report_and_the_answer(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    page = register(panel, **{"answer.severity": "level_2", "answer.form": ["harassment", "other"]})
    reporter = holder(office, words_on(page))
    case_page = panel.browser.case(reporter.case_id)
    assert TOLD in case_page
    assert "Registrerad av utredare. Utredaren såg kvittot när det skapades." in case_page
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Vi ringer i morgon.", "once": "b"})
    assert reporter.thread.stored
    assert reporter.thread.case.opened is not None
    assert reporter.texts == ["Vi ringer i morgon."]


def test_a_colleague_sees_who_wrote_it_down_and_the_witness_that_it_is_there(office: Office) -> None:
    page = register(office.panel("utredare-1").unlock(), **{"answer.severity": "level_2"})
    reporter = holder(office, words_on(page))
    colleague = office.panel("utredare-2").unlock()
    report = colleague.panel.sitting.cases[reporter.case_id].report  # type: ignore[union-attr]
    assert report is not None
    body = report.event.body
    assert (body["path"], body["answers"]) == ("oral", {"severity": ["level_2"]})
    shown = colleague.browser.case(reporter.case_id)
    assert re.search(r"Utredare 1</strong>.*?Jag har skrivit ner rapporten", shown, re.DOTALL)
    assert "7 dagar kvar till svar" in shown, "writing it down is no answer"
    assert "7 dagar kvar till svar" in office.panel("tillsyn-1").unlock().browser.get("/cases").text


@pytest.mark.long
def test_the_letter_is_as_large_as_every_reporters(office: Office) -> None:
    register(office.panel("utredare-1").unlock())
    assert {len(letter) for _, letter in office.shelf.letters.values()} == {shape.LETTER_SIZE}
    assert len(office.shelf.intake_cells) == len(office.shelf.letters)


def test_whom_the_reporter_leaves_out_cannot_read_and_whoever_heard_it_cannot_be_left_out(
    office: Office,
) -> None:
    panel = office.panel("utredare-1").unlock()
    assert 'value="utredare-1"' not in panel.browser.get("/register").text
    for leave in (["utredare-1"], ["utredare-2", "utredare-3"], ["utredare-9"]):
        answer = panel.browser.submit("/register", {**FIELDS, "leave": leave})
        assert answer.status_code == 400, leave
        assert words_on(answer.text) == []
        assert TOLD in answer.text
    assert office.shelf.letters == {}
    page = register(panel, leave=["utredare-3"])
    case_id = holder(office, words_on(page)).case_id
    assert case_id not in office.panel("utredare-3").unlock().panel.sitting.cases  # type: ignore[union-attr]
    assert case_id in office.panel("utredare-2").unlock().panel.sitting.cases  # type: ignore[union-attr]


@pytest.mark.long
def test_answers_count_by_the_same_rule_as_in_a_reporters_browser(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    told = {"answer.already_told": "nobody", "answer.told_result": "dismissed", "answer.form": "unknown-id"}
    page = register(panel, **told)
    case = panel.panel.sitting.cases[holder(office, words_on(page)).case_id]  # type: ignore[union-attr]
    assert case.report is not None
    assert case.report.event.body["answers"] == {"already_told": ["nobody"]}


@pytest.mark.long
def test_only_the_narrative_is_compulsory(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    answer = panel.browser.submit("/register", {**FIELDS, "text": "  ", "answer.severity": "level_3"})
    assert answer.status_code == 400
    assert "Skriv ner vad som har hänt." in answer.text
    assert re.search(r'value="level_3" selected', answer.text), "what was chosen is kept"
    assert words_on(register(panel))


def test_two_words_from_the_slip_and_the_panel_has_forgotten_all_nine(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    page = register(panel)
    words = words_on(page)
    wrong = confirm(panel, page, second="fel")
    assert wrong.status_code == 400
    assert "Det är inte ordet som står där." in wrong.text
    assert words_on(wrong.text) == words
    assert confirm(panel, wrong.text).headers["Location"] == f"/cases/{holder(office, words).case_id}"
    assert panel.panel.sitting.slip is None  # type: ignore[union-attr]
    again = panel.browser.submit("/register", FIELDS)
    assert (again.status_code, words_on(again.text)) == (303, [])


def test_a_double_click_shows_the_same_words_and_registers_once(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.get("/register").text
    first, second = register(panel, page), register(panel, page)
    assert words_on(first) == words_on(second) != []
    assert len(panel.panel.sitting.cases) == 1  # type: ignore[union-attr]


@pytest.mark.long
def test_going_on_to_another_page_or_locking_loses_the_words(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    register(panel)
    panel.browser.get("/state")
    assert panel.panel.sitting.slip is not None, "what the page asks by itself"  # type: ignore[union-attr]
    assert "Panelen har glömt kvittots ord." in panel.browser.get("/cases").text
    assert panel.panel.sitting.slip is None  # type: ignore[union-attr]
    register(panel, once="b")
    sitting = panel.panel.sitting
    panel.browser.submit("/lock")
    panel.unlock()
    assert panel.panel.sitting is not sitting
    assert panel.browser.submit("/register/done", {"first": "a", "second": "b"}).status_code == 303


def test_the_words_are_in_no_file_log_cookie_or_address(
    office: Office, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    office.shelf.away = False
    panel = office.panel("utredare-1").unlock()
    office.shelf.away = True  # so that the outbox keeps it
    answer = panel.browser.submit("/register", FIELDS)
    words = words_on(answer.text)
    assert len(words) == receipt.WORDS
    random = receipt.from_words(" ".join(words))
    said = confirm(panel, answer.text)
    places = [
        answer.headers.get("Set-Cookie", ""),
        said.headers["Location"],
        said.headers.get("Set-Cookie", ""),
    ]
    places += [caplog.text, *capfd.readouterr()]
    kept = b"".join(file.read_bytes() for file in Path(office.directory).rglob("*") if file.is_file())
    assert len(kept) > shape.SUBMISSION_SIZE
    assert random not in kept
    # One of the words may stand anywhere; all of them do not, by chance.
    assert sum(word.encode() in kept for word in words) < receipt.WORDS // 2
    for place in places:
        assert sum(word in place for word in words) < receipt.WORDS // 2
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.long
def test_a_silent_site_loses_nothing_and_the_page_says_that_it_waits(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    office.shelf.away = True
    page = register(panel)
    assert "Rapporten väntar förseglad här och skickas av sig själv." in page
    reporter = holder(office, words_on(page))
    assert "Väntar förseglat på att skickas." in panel.browser.case(reporter.case_id)
    panel.panel.close()
    office.shelf.away = False
    office.panel("utredare-1").unlock()
    assert reporter.thread.stored
    assert reporter.case_id in office.panel("utredare-2").unlock().panel.sitting.cases  # type: ignore[union-attr]


def test_a_report_that_waited_for_a_new_roster_keeps_its_receipt_its_readers_and_its_witness(
    office: Office,
) -> None:
    panel = office.panel("utredare-1").unlock()
    office.shelf.away = True
    page = register(panel, leave=["tillsyn-2"])
    reporter = holder(office, words_on(page))
    cache = panel.panel.cache
    letters = [shape.read_submission(row.submission).letter for row in cache.outgoing()]
    office.shelf.stale = {object_id(one) for one in letters}
    newer = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["utredare-3"], office.clock.today
    )
    office.shelf.documents.append(office.world.signed(newer))
    office.shelf.away = False
    panel.browser.get("/cases")
    assert reporter.thread.stored
    assert reporter.case_id in office.panel("utredare-2").unlock().panel.sitting.cases  # type: ignore[union-attr]
    watching = {
        name: len(office.panel(name).unlock().panel.sitting.workspace.watched)  # type: ignore[union-attr]
        for name in ("tillsyn-1", "tillsyn-2")
    }
    assert watching == {"tillsyn-1": 1, "tillsyn-2": 0}


@pytest.mark.long
def test_what_the_site_refuses_is_said_and_shows_no_receipt(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    office.shelf.refuses = "proof-of-work"
    answer = panel.browser.submit("/register", FIELDS)
    assert answer.status_code == 400
    assert "Webbplatsen tog inte emot rapporten (proof-of-work)." in answer.text
    assert words_on(answer.text) == []
    office.shelf.refuses = ""
    assert words_on(register(panel))


def test_a_disk_that_fills_up_meanwhile_keeps_no_receipt_from_the_reporter(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is out; only the note beside it cannot be kept."""
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.get("/register").text
    monkeypatch.setattr(Workspace, "note", full)
    words = words_on(register(panel, page))
    assert len(words) == receipt.WORDS
    assert holder(office, words).thread.stored


def test_on_a_full_disk_nothing_is_registered_and_the_form_can_be_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.get("/register").text
    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "send_prepared", full)
        answer = post(panel, page, "/register", FIELDS)
    assert answer.status_code == 400
    assert "oftast för att disken är full" in answer.text
    assert TOLD in answer.text
    assert words_on(register(panel, page))


def full(*_arguments: object) -> None:
    raise StorageBusy


def test_what_was_typed_and_chosen_survives_the_lock(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    fields = {
        "text": TOLD,
        "answer.form": ["harassment", "violence"],
        "leave": "utredare-2",
        "language": "en",
    }
    assert panel.browser.submit("/drafts", {"place": "register:new", **fields}).status_code == 204
    panel.panel.lock()
    later = {**FIELDS, **fields, "text": TOLD + " Och i dag igen."}
    token = panel.browser.token()
    assert panel.browser.post("/register", {**later, "csrf_token": token}).status_code == 303
    page = panel.unlock().browser.get("/register").text
    assert TOLD + " Och i dag igen." in html.unescape(page)
    for chosen in ('value="harassment" checked', 'value="violence" checked', 'value="utredare-2" checked'):
        assert chosen in page
    assert 'value="en" selected' in page
    panel.browser.submit("/register", FIELDS)
    assert TOLD not in panel.browser.get("/register").text, "registered: no draft any more"


def test_a_witness_registers_nothing(office: Office) -> None:
    panel = office.panel("tillsyn-1").unlock()
    assert panel.browser.get("/register").status_code == 404
    assert panel.browser.submit("/register", FIELDS).status_code == 404
    assert office.shelf.letters == {}
