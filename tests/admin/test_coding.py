"""The coding form on the case page: prefilled, kept when the panel locks, closed to who was left out."""

from __future__ import annotations

from tests.admin.test_ballots import CHOSEN
from tests.admin.world import Office


def test_the_form_is_prefilled_and_one_post_codes_the_case(office: Office) -> None:
    reporter = office.report(form=["violence"], severity=["level_4"], organisation=["adult_support"])
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.case(reporter.case_id)
    for value in ("violence", "level_4", "adult_support", "yes"):
        assert f'<option value="{value}" selected>' in page
    panel.browser.get("/cases")
    assert "Inte kodat" in panel.browser.get("/cases?uncoded=1").text
    incomplete = {"plausible": "yes", **CHOSEN, "consequence": ""}
    refused = panel.browser.submit(f"/cases/{reporter.case_id}/coding", incomplete)
    assert refused.status_code == 400
    assert "Huvudsaklig följd: välj ett värde." in refused.text
    done = panel.browser.submit(f"/cases/{reporter.case_id}/coding", {"plausible": "yes", **CHOSEN})
    assert done.headers["Location"] == f"/cases/{reporter.case_id}#coding"
    assert reporter.case_id not in panel.browser.get("/cases?uncoded=1").text
    assert "Inte kodat" not in panel.browser.get("/cases").text
    assert "coding" not in {event.kind for event in reporter.thread.case.events}


def test_a_coding_that_is_posted_after_the_panel_locked_is_kept(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    panel.browser.case(reporter.case_id)
    token = panel.browser.token()
    panel.panel.lock()
    form = {"csrf_token": token, "plausible": "yes", **CHOSEN}
    answer = panel.browser.post(f"/cases/{reporter.case_id}/coding", form)
    assert answer.headers["Location"] == f"/unlock?next={panel.browser.root}/cases/{reporter.case_id}"
    panel.unlock()
    page = panel.browser.case(reporter.case_id)
    assert all(f'<option value="{value}" selected>' in page for value in CHOSEN.values())
    assert "Utkast, inte skickat" in page


def test_an_investigator_who_is_left_out_cannot_reach_the_form(office: Office) -> None:
    reporter = office.report(leave_out=("utredare-3",))
    panel = office.panel("utredare-3").unlock()
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/coding", {"plausible": "yes", **CHOSEN})
    assert answer.status_code == 404
