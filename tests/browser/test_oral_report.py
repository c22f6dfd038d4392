"""Somebody tells an investigator, gets nine words on a slip of paper, and reads the answer with them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.admin.world import Office
from tests.browser.panels import Running, Start, audit, tab_to
from tests.browser.walking import Walker
from tests.browser_fixtures import LiveSite, running_site
from tests.storage_fixtures import fresh_database

pytestmark = pytest.mark.browser
TOLD = "Någon väntade vid min bil två kvällar i rad."


@pytest.fixture
def live(office: Office, built: None, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveSite]:
    """The real site of the office's members."""
    office.clock.now = time.time()
    with (
        fresh_database("sqlite", request, tmp_path, migrated=False) as url,
        running_site(url, office.world) as site,
    ):
        office.site = site.url
        yield site


def words_on(page: Page) -> list[str]:
    return page.locator(".words li").all_inner_texts()


def type_back(panel: Running) -> None:
    words = words_on(panel.page)
    for label in panel.page.locator("label", has_text="Ord nummer").all_inner_texts():
        panel.page.get_by_label(label).fill(words[int(label.split()[-1]) - 1])
    panel.button("Klar").click()


def test_the_reporter_reads_the_answer_on_the_site_with_the_words_of_the_slip(
    live: LiveSite, start: Start, page: Page
) -> None:
    panel = start("utredare-1").unlock()
    desk = panel.page
    desk.get_by_role("link", name="Registrera en muntlig rapport").click()
    desk.get_by_label("Vad har hänt?").fill(TOLD)
    expect(desk.locator("[data-when]")).to_be_hidden()
    desk.get_by_role("checkbox", name="Chef", exact=True).check()
    expect(desk.locator("[data-when]")).to_be_visible()
    desk.get_by_role("checkbox", name="Utredare 3 · Utredare").check()
    panel.button("Registrera").click()
    expect(desk.get_by_role("heading", name="Lämna över kvittot")).to_be_visible()
    words = words_on(desk)
    assert len(words) == 9
    type_back(panel)
    expect(desk.get_by_text("Registrerad av utredare. Utredaren såg kvittot")).to_be_visible()
    desk.get_by_label("Svar till anmälaren").fill("Vi ringer skyddsombudet i dag.")
    panel.button("Skicka svaret").click()
    expect(desk.get_by_text("Svaret är skickat.")).to_be_visible()

    walker = Walker(page, live)
    walker.come_back(words)
    walker.sees("found")
    expect(walker.main).to_contain_text("Vi ringer skyddsombudet i dag.")
    assert TOLD not in page.inner_text("body")


@pytest.mark.long
def test_the_words_are_guarded_printed_alone_and_gone_afterwards(office: Office, start: Start) -> None:
    panel = start("utredare-1").unlock()
    page = panel.go("/register")
    page.get_by_label("Vad har hänt?").focus()
    page.keyboard.type(TOLD)
    _tab_to_far(page, panel)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lämna över kvittot")).to_be_visible()
    words = words_on(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Ärenden").click()
    expect(page.get_by_role("heading", name="Lämna över kvittot")).to_be_visible()
    assert asked == ["beforeunload"]
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text().split()
    assert shown == words
    page.emulate_media(media="screen")
    type_back(panel)
    expect(page.get_by_text("Panelen har glömt kvittots ord.")).to_be_visible()
    with suppress(Error):  # the browser has kept nothing that it could show
        page.go_back()
    shown = page.inner_text("body").split()
    assert not any(word in shown for word in words)


def _tab_to_far(page: Page, panel: Running) -> None:
    for _ in range(3):
        try:
            return tab_to(page, panel.button("Registrera"))
        except AssertionError:
            continue
    raise AssertionError("the keyboard does not get there")


@pytest.mark.long
def test_writing_down_linking_and_deciding_are_accessible(office: Office, start: Start) -> None:
    severe = office.report("Han slog mot rutan.", severity=["level_5"], form=["violence"])
    office.report("Samma bil igen.", leave_out=("utredare-3",))
    panel = start("utredare-1").unlock()
    page = panel.go("/register")
    audit(page, "register")
    panel.button("Registrera").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "nothing written")
    page.get_by_label("Vad har hänt?").fill(TOLD)
    panel.button("Registrera").click()
    expect(page.get_by_role("heading", name="Lämna över kvittot")).to_be_visible()
    audit(page, "words")
    page.get_by_label("Ord nummer").first.fill("fel")
    page.get_by_label("Ord nummer").last.fill("fel")
    panel.button("Klar").click()
    expect(page.get_by_role("alert")).to_be_focused()
    audit(page, "wrong words")
    type_back(panel)
    panel.go(f"/cases/{severe.case_id}")
    audit(page, "a decision is asked for")
    panel.button("Spara beslutet").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj om ni anmäler eller inte.")
    audit(page, "no decision chosen")
    page.get_by_role("radio", name="Det behöver inte anmälas").check()
    page.get_by_label("Skäl, bara för er").fill("Ingen var i fara.")
    panel.button("Spara beslutet").click()
    expect(page.get_by_text("Beslutet är sparat.")).to_be_visible()
    audit(page, "decided")
    page.get_by_role("link", name="Koppla till ett annat ärende").click()
    audit(page, "together")
    page.get_by_label("Sök i ärendena").fill("väntade")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 träff på ”väntade”")).to_be_focused()
    audit(page, "hits")
    panel.button("Koppla").click()
    expect(page.get_by_text("Ärendena hör ihop.")).to_be_visible()
    audit(page, "linked")
    page.get_by_role("link", name="English").click()
    audit(page, "linked, in English")


@pytest.mark.long
def test_the_prepared_text_is_copied_with_the_keyboard(office: Office, start: Start) -> None:
    severe = office.report(severity=["level_4"])
    panel = start("utredare-1").unlock()
    page = panel.go(f"/cases/{severe.case_id}")
    page.get_by_text("Underlag och beslut").focus()
    page.keyboard.press("Enter")
    panel.button("Kopiera underlaget").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Kopierat.")).to_be_visible()
    expect(panel.button("Kopiera underlaget")).to_be_focused()
    page.get_by_label("Skäl, bara för er").focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Skäl, bara för er")).to_have_value(
        re.compile("^Underlag till Arbetsmiljöverket")
    )
