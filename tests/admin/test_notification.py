"""Arbetsmiljöverket on the case page: a decision with its reason, and a text that points nobody out."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.admin.world import Office, Reporter

SEVERE: dict[str, Any] = {
    "severity": ["level_5"],
    "form": ["violence", "direct_threat"],
    "setting": ["home_visit"],
    "consequence": ["sick_leave"],
}


def prepared(panel: Office.Open, reporter: Reporter) -> str:
    page = panel.browser.case(reporter.case_id)
    found = re.search(r'<textarea id="prepared".*?>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def decide(panel: Office.Open, reporter: Reporter, **fields: str) -> Any:
    filled = {"decision": "made", "reason": "Fara för liv.", "once": "a"} | fields
    return panel.browser.submit(f"/cases/{reporter.case_id}/notification", filled)


def test_a_severe_case_asks_until_somebody_decides(office: Office) -> None:
    reporter = office.report("Han slog mot rutan.", **SEVERE)
    panel, colleague = office.panel("utredare-1").unlock(), office.panel("utredare-2").unlock()
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Vi ringer.", "once": "1"})
    assert "Beslut om Arbetsmiljöverket saknas" in colleague.browser.get("/cases").text
    office.clock.now += 86_400
    panel, colleague = office.panel("utredare-1").unlock(), office.panel("utredare-2").unlock()
    page = colleague.browser.get("/cases").text
    assert "Skulle ha beslutats 21 nov." in page
    assert "1 försenat" in page
    assert "beslut saknas" in panel.browser.case(reporter.case_id)
    assert decide(panel, reporter).status_code == 303
    shown = colleague.browser.case(reporter.case_id)
    assert "beslut saknas" not in shown
    for words in ("Vi anmäler till Arbetsmiljöverket</strong>", "Utredare 1", "22 nov.", "Fara för liv."):
        assert words in shown
    assert "Beslut om Arbetsmiljöverket saknas" not in colleague.browser.get("/cases").text
    assert "notification" not in {event.kind for event in reporter.thread.case.events}


def test_a_case_that_is_not_severe_asks_for_nothing(office: Office) -> None:
    reporter = office.report(severity=["level_3"])
    panel = office.panel("utredare-1").unlock()
    assert "notification-title" not in panel.browser.case(reporter.case_id)
    assert "Beslut om Arbetsmiljöverket saknas" not in panel.browser.get("/cases").text


@pytest.mark.long
def test_a_decision_needs_both_its_choice_and_its_reason(office: Office) -> None:
    reporter = office.report(**SEVERE)
    panel = office.panel("utredare-1").unlock()
    wrong = {"decision": "Välj om ni anmäler eller inte.", "reason": "Skriv varför."}
    for field, said in wrong.items():
        answer = decide(panel, reporter, **{field: ""})
        assert answer.status_code == 400
        assert said in answer.text
    assert "beslut saknas" in panel.browser.case(reporter.case_id)


def test_the_prepared_text_says_what_happened_and_points_nobody_out(office: Office) -> None:
    reporter = office.report("Kalle på Blåklinten såg det.", organisation=["adult_support"], **SEVERE)
    panel = office.panel("utredare-1").unlock()
    panel.browser.submit(f"/cases/{reporter.case_id}/status", {"state": "investigating", "once": "1"})
    text = prepared(panel, reporter)
    assert text.splitlines()[2:] == [
        "Händelse: Våld; Direkt hot",
        "Allvar: Våld eller vapen",
        "Var: Hembesök",
        "Följd: Sjukskrivning",
        "Verksamhet: Socialförvaltningen",
        "Rapporterat: november 2026",
        "Åtgärder hittills: Utreds",
    ]
    for words in ("Kalle", "Blåklinten", "Vuxenstöd", "Utredare", "21", reporter.case_id):
        assert words not in text


@pytest.mark.long
def test_a_small_organisation_is_not_named_at_all(office: Office) -> None:
    reporter = office.report(organisation=["housing_company"], **SEVERE)
    panel = office.panel("utredare-1").unlock()
    assert "Verksamhet: Exempelbostäder AB" in prepared(panel, reporter)
    listed = [dict(one) for one in office.world.content["organisations"]]
    next(one for one in listed if one["id"] == "housing_company")["employees"] = 80
    file = office.world.signed_file(office.world.next_file({"organisations": listed}))
    office.shelf.deployment, office.shelf.content = file.document, file.content
    assert "Verksamhet: uppgift saknas" in prepared(panel, reporter)


def test_a_reason_that_is_being_written_survives_the_lock(office: Office) -> None:
    reporter = office.report(**SEVERE)
    panel = office.panel("utredare-1").unlock()
    place = f"notification:{reporter.case_id}"
    kept = {"place": place, "reason": "Vi har talat med", "decision": "not_needed"}
    assert panel.browser.submit("/drafts", kept).status_code == 204
    panel.panel.lock()
    page = panel.unlock().browser.case(reporter.case_id)
    assert "Vi har talat med" in page
    assert 'value="not_needed" checked' in page
