"""When the site is silent, refuses, or serves what the majority did not sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from reporting_app.cases import proposals
from reporting_app.crypto.documents import SignedDocument
from tests.admin.world import REPORT, FakeSite, Office, make_office


def test_with_the_site_away_yesterdays_work_stays_readable(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.away = True
    page = panel.browser.get("/cases").text
    assert "Webbplatsen svarar inte." in page
    assert REPORT in panel.browser.case(reporter.case_id)
    again = office.panel("utredare-1").unlock()
    assert REPORT in again.browser.case(reporter.case_id)


def test_what_is_written_while_the_site_is_away_waits_sealed_and_goes_later(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.away = True
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Vi hör av oss.", "once": "1"})
    assert answer.status_code == 303
    page = panel.browser.case(reporter.case_id)
    assert "väntar förseglat" in page
    assert "Vi hör av oss." in page
    assert "1 sak väntar på att skickas" in page
    assert "7 dagar kvar till svar" in page
    assert "Besvarad" not in page
    stored = b"".join(one.read_bytes() for one in office.directory.iterdir() if "cache" in one.name)
    assert b"av oss" not in stored
    office.shelf.away = False
    page = panel.browser.get("/cases").text
    assert "väntar på att skickas" not in page
    assert "Besvarad" in page
    assert reporter.texts == ["Vi hör av oss."]


def test_what_waits_survives_a_restart(office: Office) -> None:
    reporter = office.report()
    first = office.panel("utredare-1").unlock()
    office.shelf.away = True
    first.browser.submit(f"/cases/{reporter.case_id}/note", {"text": "Kvar.", "once": "1"})
    first.panel.close()
    office.shelf.away = False
    office.panel("utredare-1").unlock()
    assert "Kvar." in office.panel("utredare-2").unlock().browser.case(reporter.case_id)


def test_a_refusal_keeps_the_text_and_says_why(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.refuses = "roster-stale"
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Ett svar.", "once": "1"})
    assert answer.status_code == 400
    assert "Webbplatsen tog inte emot det (roster-stale)" in answer.text
    assert "Ett svar." in answer.text
    office.shelf.refuses = ""
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Ett svar.", "once": "1"})
    assert reporter.texts == ["Ett svar."]


def _alarm(office: Office, panel: Office.Open) -> str:
    page = panel.browser.get("/cases").text
    assert "Stopp: något stämmer inte" in page
    assert "Ring dina kollegor" in page
    assert "Stopp: något stämmer inte" in panel.browser.get("/roster").text
    return str(page)


def test_a_roster_that_the_majority_did_not_sign_is_shouted_about(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    forged = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["utredare-3"], office.clock.today
    )
    office.shelf.documents.append(office.world.signed(forged, "utredare-2"))
    assert "en förteckning som majoriteten inte har skrivit under" in _alarm(office, panel)
    assert "Utredare 3" in panel.browser.get("/roster").text


def test_an_older_roster_than_before_is_shouted_about(office: Office) -> None:
    newer = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["utredare-3"], office.clock.today
    )
    office.shelf.documents.append(office.world.signed(newer))
    panel = office.panel("utredare-1").unlock()
    assert "Stopp" not in panel.browser.get("/cases").text
    office.shelf.documents.pop()
    assert "äldre eller annan förteckning" in _alarm(office, panel)


def test_another_anchor_is_shouted_about(office: Office, tmp_path_factory: object) -> None:
    panel = office.panel("utredare-1").unlock()
    other = make_office(office.directory.parent / "other")
    office.shelf.documents[:] = other.shelf.documents
    assert "förteckning" in _alarm(office, panel)


def test_texts_that_the_signed_document_does_not_name_are_shouted_about_and_not_used(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    honest = office.shelf.content
    for content in ({**honest, "name": {"en": "Forged", "sv": "Förfalskad"}}, {**honest, "more": 1}, {}):
        office.shelf.content = content
        page = panel.browser.get("/cases").text
        assert "Stopp: något stämmer inte" in page
        assert "Förfalskad" not in page
        assert REPORT in panel.browser.case(reporter.case_id)
    office.shelf.content = honest
    assert "Stopp" not in panel.browser.get("/cases").text


def test_new_texts_that_come_between_two_answers_are_no_alarm(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = office.panel("utredare-1").unlock()
    newer = office.world.signed_file(office.world.next_file({"name": {"sv": "Nytt namn"}}))
    first = office.shelf.deployment

    def answers() -> Iterator[SignedDocument]:
        """The old document; then somebody publishes, and every later answer is new."""
        assert first is not None
        yield first
        while True:
            yield newer.document

    said = answers()
    office.shelf.content = newer.content
    monkeypatch.setattr(FakeSite, "deployment", lambda _site: next(said))
    page = panel.browser.get("/cases").text
    assert "Stopp" not in page
    assert "Nytt namn" in page


def test_a_forged_deployment_file_is_shouted_about_and_not_used(office: Office) -> None:
    reporter = office.report(form=["direct_threat"])
    panel = office.panel("utredare-1").unlock()
    forged = office.world.next_file({"name": {"en": "Forged", "sv": "Förfalskad"}}, version=1, previous="")
    office.shelf.content = forged.content
    office.shelf.deployment = SignedDocument(forged.document.body, office.world.deployment.signatures)
    assert "texter och frågor som majoriteten inte har skrivit under" in _alarm(office, panel)
    assert "Förfalskad" not in panel.browser.case(reporter.case_id)


def test_lost_letters_are_shouted_about_and_stay_readable(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.letters.clear()
    page = panel.browser.get("/cases").text
    assert "Brev som fanns på webbplatsen är borta" in page
    assert REPORT in panel.browser.case(reporter.case_id)


def test_a_site_that_changes_its_word_on_a_day_is_shouted_about_and_the_first_day_stays(
    office: Office,
) -> None:
    reporter = office.report()
    office.clock.now += 86_400
    panel = office.panel("utredare-1").unlock()
    assert REPORT in panel.browser.case(reporter.case_id)
    for name, (day, sealed) in office.shelf.letters.items():
        office.shelf.letters[name] = (day + timedelta(days=1), sealed)
    page = panel.browser.get("/cases").text
    assert "en annan dag än den sade först" in page
    assert "är borta" not in page, "moved is not lost"
    sitting = panel.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    days = set(sitting.workspace.cache.places().values())
    assert office.clock.today - timedelta(days=1) in days


def test_two_programs_of_one_member_on_one_computer_never_use_a_number_twice(office: Office) -> None:
    reporter = office.report()
    panels = [office.panel("utredare-1").unlock() for _ in range(2)]
    workspaces = [one.panel.sitting.workspace for one in panels if one.panel.sitting]
    for number, one in enumerate(workspaces):
        assert one is not None
        one.note(reporter.case_id, f"Anteckning {number}")
    colleague = office.panel("utredare-2").unlock().panel.sitting
    assert colleague is not None
    assert colleague.workspace is not None
    notes = [e for e in colleague.workspace.cases[reporter.case_id].timeline if e.event.kind == "note"]
    assert len(notes) == 2
    assert not [entry for entry in notes if entry.equivocal]


def test_a_site_that_answers_nonsense_does_not_stop_the_panel(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.letters[b"x" * 32] = (office.clock.today, b"nonsense")
    assert panel.browser.get("/cases").status_code == 200
    assert REPORT in panel.browser.case(reporter.case_id)


def test_without_any_answer_ever_the_waiting_room_says_so(office: Office) -> None:
    office.shelf.away = True
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.get("/cases", follow_redirects=False)
    assert page.headers["Location"] == "/start/waiting"
    assert "Webbplatsen svarar inte" in panel.browser.get("/start/waiting").text


def test_a_damaged_invitation_is_a_sentence_and_can_be_replaced(office: Office) -> None:
    office.home("utredare-1").invitation.write_bytes(b"{broken")
    panel = office.panel("utredare-1").unlock()
    page = panel.browser.get("/start/waiting").text
    assert "Inbjudningen på den här datorn är skadad" in page
    assert "Inbjudningsfil" in page
