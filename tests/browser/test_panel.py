"""The panel in a real browser: every page and state is accessible, by keyboard alone, in two languages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reporting_app.admin.home import PanelHome
from reporting_app.cases import proposals
from tests.admin.deciding import Signer
from tests.admin.newcomers import let_in
from tests.admin.world import PASSPHRASE, Office
from tests.browser.panels import Start, audit, tab_to

pytestmark = pytest.mark.browser


def test_every_state_of_daily_work_is_accessible(office: Office, start: Start) -> None:
    reporter = office.report(leave_out=("utredare-3",), severity=["level_5"], form=["violence"])
    office.report("En annan sak, " * 40)
    panel = start("utredare-1")
    page = panel.page
    panel.go("/cases")
    audit(page, "no token")
    page.goto(f"{panel.url}?token=provets-token")
    audit(page, "locked")
    page.get_by_label("Lösenfras").fill("fel")
    panel.button("Lås upp").click()
    expect(page.get_by_role("alert")).to_contain_text("Det är inte lösenfrasen")
    audit(page, "wrong passphrase")
    panel.unlock()
    audit(page, "list")
    panel.go(f"/cases/{reporter.case_id}")
    audit(page, "case")
    panel.button("Skicka svaret").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "empty reply")
    page.get_by_label("Svar till anmälaren").fill("Ett svar. " * 300)
    expect(page.locator("#reply-length")).to_contain_text("skickas som 3 meddelanden")
    audit(page, "long reply")
    panel.button("Skicka svaret").click()
    expect(page.get_by_text("Svaret är skickat i 3 delar.")).to_be_visible()
    audit(page, "sent")
    panel.go("/roster")
    audit(page, "roster")
    office.shelf.away = True
    panel.go("/cases")
    audit(page, "away")
    office.shelf.away = False
    office.shelf.letters.clear()
    panel.go("/cases")
    expect(page.get_by_text("Stopp: något stämmer inte")).to_be_visible()
    audit(page, "alarm")
    panel.go("/cases/000000000000")
    audit(page, "not found")


@pytest.mark.long
def test_every_step_of_the_first_run_is_accessible(office: Office, start: Start, tmp_path: Path) -> None:
    panel = start("", home=PanelHome(tmp_path / "new"))
    page = panel.page
    page.goto(f"{panel.url}?token=provets-token")
    audit(page, "who")
    page.get_by_label("Namn").fill("Utredare 4")
    page.get_by_label("Kort id").fill("Å4")
    page.get_by_role("radio", name="Utredare").check()
    panel.button("Fortsätt").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "wrong id")
    page.get_by_label("Kort id").fill("utredare-4")
    panel.button("Fortsätt").click()
    audit(page, "passphrase")
    words = page.locator(".words li").all_inner_texts()
    for field in page.locator("label", has_text="Ord nummer").all():
        number = int(re.findall(r"\d", field.inner_text())[0])
        page.get_by_label(field.inner_text()).fill(words[number - 1])
    panel.button("Skapa nyckeln").click()
    expect(page.locator(".code span")).to_have_count(6)
    audit(page, "key")
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta anmälningsfilen").click()
    assert download.value.suggested_filename == "utredare-4.enrolment.json"
    for data, said in ((b"{", "skadad"), (office.invite("utredare-1"), "Jämför koden")):
        file = {"name": "invitation.json", "mimeType": "application/json", "buffer": data}
        page.get_by_label("Inbjudningsfil").set_input_files(file)  # type: ignore[arg-type]
        panel.button("Läs inbjudan").click()
        expect(page.get_by_role("main")).to_contain_text(said)
        audit(page, said)
    page.get_by_role("checkbox").check()
    panel.button("Koden stämmer").click()
    expect(page.get_by_text("Du står inte i förteckningen än")).to_be_visible()
    audit(page, "waiting")


def test_witness_and_proposals_are_accessible(office: Office, start: Start) -> None:
    office.report()
    witness = start("tillsyn-1").unlock()
    expect(witness.page.get_by_text("7 dagar kvar till svar")).to_be_visible()
    audit(witness.page, "witness")
    newer = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["utredare-3"], office.clock.today
    )
    keys = {name: key for name, key in office.world.public_keys.items() if name != "utredare-3"}
    file = proposals.Proposal(office.world.signed(newer, "utredare-1"), keys).to_bytes()
    page = witness.go("/roster")
    page.get_by_text("Granska och skriv under ett förslag").click()
    page.get_by_label("Förslagsfil").set_input_files(
        {"name": "p.json", "mimeType": "application/json", "buffer": file}  # type: ignore[arg-type]
    )
    witness.button("Visa förslaget").click()
    expect(page.get_by_text("2 underskrifter saknas.")).to_be_visible()
    audit(page, "proposal")
    witness.button("Skriv under").click()
    expect(page.get_by_text("1 underskrift saknas.")).to_be_visible()


@pytest.mark.long
def test_somebody_who_came_too_late_to_be_shown_is_announced_accessibly(office: Office, start: Start) -> None:
    panel = start("utredare-3").unlock()
    let_in(office, office.clock.today - timedelta(days=2), office.clock.today)
    page = panel.go("/cases")
    expect(page.get_by_role("region", name="Kontrollera en ny medlem")).to_be_visible()
    audit(page, "somebody new, among the cases")
    page.get_by_role("link", name="Så gör du").click()
    expect(page.get_by_role("heading", name="Kontrollera en ny medlem")).to_be_visible()
    audit(page, "somebody new, in the roster")
    panel.button("Jag har jämfört muntligt").click()
    expect(page.get_by_role("status").filter(has_text="Antecknat")).to_be_visible()
    expect(page.get_by_role("heading", name="Kontrollera en ny medlem")).to_have_count(0)


def test_a_reply_is_written_and_sent_with_the_keyboard_alone(office: Office, start: Start) -> None:
    reporter = office.report()
    panel = start("utredare-1")
    page = panel.page
    page.goto(f"{panel.url}?token=provets-token")
    expect(page.get_by_label("Lösenfras")).to_be_focused()
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ärenden", exact=True)).to_be_visible()
    tab_to(page, page.locator(".what a"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(reporter.case_id)
    tab_to(page, page.get_by_label("Svar till anmälaren"))
    page.keyboard.type("Vi hör av oss.")
    tab_to(page, panel.button("Skicka svaret"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Svaret är skickat.")).to_be_visible()
    assert reporter.texts == ["Vi hör av oss."]
    page.keyboard.press("Alt+l")
    expect(page.get_by_role("heading", name="Lås upp panelen")).to_be_visible()


@pytest.mark.long
def test_a_trace_that_does_not_hold_is_found_with_the_keyboard_and_accessible(
    office: Office, start: Start
) -> None:
    reporter = office.report()
    colleague = office.panel("utredare-2").unlock().panel
    assert colleague.sitting is not None
    assert colleague.sitting.workspace is not None
    for text in ("Hålls inne.", "Syns."):
        colleague.sitting.workspace.note(reporter.case_id, text)
    hidden = list(office.shelf.letters)[-2]
    del office.shelf.letters[hidden]
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    tab_to(page, page.get_by_role("main").get_by_role("link", name="Spår", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Spår i ärende {reporter.case_id}")
    expect(page.get_by_text("Ett steg saknas: nummer")).to_be_visible()
    audit(page, "trace of a case")
    tab_to(page, page.get_by_role("link", name="Spår i alla ärenden"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Medlem"))
    page.keyboard.type("Utredare 2")
    tab_to(page, panel.button("Visa"))
    page.keyboard.press("Enter")
    expect(page.locator(".trace li")).to_have_count(2)
    audit(page, "all traces")


def test_cases_are_filtered_searched_and_opened_with_the_keyboard_alone(office: Office, start: Start) -> None:
    office.report("En man väntade vid min bil.", severity=["level_2"])
    wanted = office.report("Han följde bilen hem.", severity=["level_5"], form=["violence"])
    panel = start("utredare-1").unlock()
    page = panel.page
    tab_to(page, page.get_by_text("Filtrera och ordna"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Allvar"))
    page.keyboard.type("Våld")
    tab_to(page, panel.button("Visa"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 ärende")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Han följde bilen hem.")).to_be_focused()
    page.get_by_label("Sök i ärendena").focus()
    page.keyboard.type("bil")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 träff på ”bil”")).to_be_focused()
    expect(page).to_have_title(re.compile("^1 ärende"))
    assert re.search(r"/cases\?severity=level_5&search=[\w-]{8}$", page.url)
    audit(page, "hits")
    expect(page.get_by_role("heading", name="1 träff på ”bil”")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(wanted.case_id)
    page.go_back()
    expect(page.locator("mark")).to_have_text(["bilen"])


def test_a_colleague_approves_with_the_keyboard_alone(office: Office, start: Start) -> None:
    reporter = office.report()
    first = Signer(office, "utredare-1")
    first.reply(reporter)
    first.close(reporter)
    panel = start("utredare-2").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    audit(page, "a proposal that waits")
    panel.go(f"/cases/{reporter.case_id}")
    tab_to(page, panel.button("Godkänn"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Du har godkänt förslaget.")).to_be_visible()
    assert reporter.thread.case.state == "closed"


@pytest.mark.long
def test_every_state_of_two_together_is_accessible(office: Office, start: Start) -> None:
    reporter = office.report()
    first, second = Signer(office, "utredare-1"), Signer(office, "utredare-2")
    first.reply(reporter)
    first.choose(reporter, "utredare-1", "utredare-2")
    second.answer(reporter, "approve")
    first.close(reporter, asked=["utredare-3"])
    handler, other = start("utredare-2").unlock(), start("utredare-3").unlock()
    audit(handler.page, "list with a signature to give")
    audit(handler.go(f"/cases/{reporter.case_id}"), "narrowed case")
    panel_page = handler.go(f"/cases/{reporter.case_id}")
    panel_page.get_by_text("Lämna över ärendet").click()
    handler.button("Lägg förslaget").click()
    expect(panel_page.get_by_role("alert")).to_be_focused()
    audit(panel_page, "handover without a reason")
    audit(handler.go(f"/cases/{reporter.case_id}/recuse"), "before stepping aside")
    audit(other.go("/cases"), "list of who is asked")
    audit(other.go(f"/asked/{reporter.case_id}"), "asked")
    audit(other.go(f"/cases/{reporter.case_id}"), "read only")
    second.answer(reporter, "decline", reason="Inte än.")
    audit(other.go(f"/asked/{reporter.case_id}"), "nothing to sign")
    audit(handler.go(f"/cases/{reporter.case_id}"), "declined")


@pytest.mark.long
def test_the_teams_pages_are_accessible_in_every_state(office: Office, start: Start) -> None:
    reporter = office.report()
    for member in ("utredare-2", "utredare-3"):
        colleague = office.panel(member).unlock().panel.sitting.workspace  # type: ignore[union-attr]
        assert colleague is not None
        colleague.note(reporter.case_id, "Läst.")
        body = {"cover": ["utredare-1"], "first": "2026-11-20", "last": "2026-12-24"}
        colleague.tell_team("absence", body)
    panel = start("utredare-1").unlock()
    page = panel.go("/team/absence")
    audit(page, "others away")
    page.get_by_label("Första dagen borta").fill("2026-11-30")
    page.get_by_label("Sista dagen borta").fill("2026-11-21")
    panel.button("Spara frånvaron").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "wrong days")
    page.get_by_label("Första dagen borta").fill("2026-11-21")
    page.get_by_role("checkbox", name="Utredare 2").check()
    panel.button("Spara frånvaron").click()
    expect(page.get_by_role("heading", name="Ett ärende behöver någon mer på plats")).to_be_visible()
    audit(page, "away, and a case without anybody")
    panel.go("/cases")
    expect(page.get_by_text("Ingen på plats")).to_be_visible()
    audit(page, "list with absences")
    panel.go(f"/cases/{reporter.case_id}")
    expect(page.get_by_text("Ingen som handlägger ärendet är på plats i dag.")).to_be_visible()
    audit(page, "case with absences")
    panel.go("/team/blocks")
    page.get_by_role("heading", name="Tack för att du berättar").click()
    page.get_by_role("button", name="Lägg till Tack för att du berättar").click()
    audit(page, "blocks")
    page.get_by_role("link", name="Ändra Tack för att du berättar").click()
    page.get_by_label("Rubrik").fill("")
    panel.button("Spara").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "a block without a title")
    panel.go(f"/cases/{reporter.case_id}")
    audit(page, "an answer with text blocks")


def test_the_panel_in_english(office: Office, start: Start) -> None:
    reporter = office.report(form=["violence"])
    panel = start("utredare-1").unlock()
    panel.page.get_by_role("link", name="English").click()
    expect(panel.page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()
    page = panel.go(f"/cases/{reporter.case_id}")
    expect(page.get_by_label("Answer to the reporter")).to_be_visible()
    expect(page.get_by_role("complementary").get_by_text("Violence", exact=True)).to_be_visible()
    audit(page, "English case")


def test_a_long_unbroken_word_does_not_widen_a_narrow_page(office: Office, start: Start) -> None:
    reporter = office.report("https://exempel.se/" + "mycketlångt" * 40)
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{reporter.case_id}")
    audit(page, "long word")
    page.get_by_label("Svar till anmälaren").fill("x" * 400)
    panel.button("Skicka svaret").click()
    expect(page.get_by_text("Svaret är skickat.")).to_be_visible()
    audit(page, "long word sent")
    panel.go("/cases")
    audit(page, "long word in the list")
