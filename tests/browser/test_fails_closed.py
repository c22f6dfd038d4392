"""Missing, broken, forged or offline: nothing leaves, nothing typed is lost, and the page says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64
from tests.browser.walking import HURRY, Walker, log_in_first
from tests.browser_fixtures import ON_BOTH_DATABASES, Investigator, LiveSite

pytestmark = pytest.mark.browser
SECRET = "Hemlighet-som-aldrig-far-lamna"
EXIT = "https://www.1177.se/"


@pytest.mark.parametrize("script", ["exit", "report"])
def test_without_a_script_no_text_leaves_and_the_person_is_told(
    live_site: LiveSite, page: Page, script: str
) -> None:
    person = Walker(page, live_site)
    page.route(f"**/assets/{script}-*.js", lambda route: route.abort())
    page.goto(person.url + "anmal")
    box = person.box("Vad har hänt?")
    box.click()
    page.keyboard.type(SECRET)
    expect(person.button("Skicka")).to_be_disabled()
    person.button("Skicka").click(force=True)
    for key in ("Enter", "Control+Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Sidan är inte redo än. Inget kan skickas.")).to_be_visible()
    assert not person.says_in_requests(SECRET)
    assert person.sent_bytes() == []


@pytest.mark.parametrize("script", ["exit", "receipt"])
def test_without_a_script_no_receipt_leaves(live_site: LiveSite, page: Page, script: str) -> None:
    person = Walker(page, live_site)
    page.route(f"**/assets/{script}-*.js", lambda route: route.abort())
    page.goto(person.url + "kvitto")
    person.box("Ditt kvitto").fill(SECRET)
    page.keyboard.press("Enter")
    expect(person.button("Visa")).to_be_disabled()
    expect(page.get_by_text("Sidan är inte redo än. Inget kan skickas.")).to_be_visible()
    assert not person.says_in_requests(SECRET)


@pytest.mark.parametrize(
    ("path", "button", "later"),
    [
        ("anmal", "Skicka", ["Rapporten är lagrad", "Tack. Nu kan du stänga sidan."]),
        ("kvitto", "Visa", ["Det finns inget att visa för det här kvittot", "Din rapport"]),
    ],
)
@pytest.mark.parametrize("scripts", [True, False])
def test_without_the_stylesheet_nothing_is_said_before_its_time_and_nothing_can_be_sent(
    live_site: LiveSite, new_context: Callable[..., BrowserContext],
    path: str, button: str, later: list[str], scripts: bool,
) -> None:  # fmt: skip
    page = new_context(java_script_enabled=scripts).new_page()
    page.route("**/assets/*.css", lambda route: route.abort())
    page.goto(f"{live_site.url}/sv/{path}")
    if scripts:
        expect(page.get_by_role("alert").filter(has_text="Sidans utseende laddades inte")).to_be_visible()
    expect(page.get_by_text("Sidan är inte redo än. Inget kan skickas.")).to_be_visible()
    expect(page.get_by_role("button", name=button, exact=True)).to_be_disabled()
    for sentence in later:
        expect(page.get_by_role("heading", name=sentence)).to_be_hidden()


@pytest.mark.parametrize("document", ["roster", "deployment"])
def test_the_login_page_of_a_network_is_no_contact_and_can_be_tried_again(
    live_site: LiveSite, page: Page, document: str
) -> None:
    person = Walker(page, live_site)
    page.route(f"**/v1/{document}", log_in_first)
    page.goto(person.url + "anmal")
    expect(page.get_by_role("alert").filter(has_text="ingen kontakt med servern")).to_be_visible()
    expect(person.button("Skicka")).to_be_disabled()
    page.unroute(f"**/v1/{document}")
    person.button("Försök igen").click()
    expect(person.button("Skicka")).to_be_enabled()


@pytest.mark.parametrize("place", ["roster", "board/*/*", "intake/*"])
def test_the_login_page_of_a_network_is_no_damaged_answer(
    live_site: LiveSite, page: Page, place: str
) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    page.route(f"**/v1/{place}", log_in_first)
    page.goto(person.url + "kvitto")
    expect(person.button("Visa")).to_be_enabled()
    person.box("Ditt kvitto").fill(" ".join(words))
    person.button("Visa").click()
    expect(page.get_by_role("alert").filter(has_text="ingen kontakt med servern")).to_be_visible()
    page.unroute(f"**/v1/{place}")
    person.button("Visa").click()
    person.sees("found")


def test_without_javascript_the_page_says_so_and_where_to_go(
    live_site: LiveSite, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_site.url + "/sv/anmal")
    expect(page.get_by_role("heading", name="Din webbläsare kör inte JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="Till den enkla vägen")).to_be_visible()
    expect(page.get_by_role("link", name="112").first).to_have_attribute("href", "tel:112")


@pytest.mark.parametrize("path", ["anmal", "kvitto"])
def test_no_control_could_carry_text_by_itself(live_site: LiveSite, page: Page, path: str) -> None:
    page.goto(f"{live_site.url}/sv/{path}")
    expect(page.locator("input[name], textarea[name], select[name], form, [type=submit]")).to_have_count(0)


def test_an_altered_roster_is_refused_in_plain_words(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)

    def alter(route: Route) -> None:
        body = route.fetch().text().replace('"name":"Utredare 1"', '"name":"Utredare X"')
        route.fulfill(body=body, content_type="application/json")

    page.route("**/v1/roster", alter)
    page.goto(person.url + "anmal")
    expect(page.get_by_role("alert").filter(has_text="saknar rätt underskrifter")).to_be_visible()
    expect(person.button("Skicka")).to_be_disabled()
    expect(page.get_by_text("Utredare X", exact=True)).to_have_count(0)


def test_texts_of_another_deployment_version_are_refused(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)

    def alter(route: Route) -> None:
        body = route.fetch().text()
        known = b64(live_site.world.deployment.id)
        assert known in body
        route.fulfill(body=body.replace(known, "A" * 43), content_type="text/html; charset=utf-8")

    page.route("**/sv/anmal", alter)
    page.goto(person.url + "anmal")
    expect(page.get_by_role("alert").filter(has_text="nya texter")).to_be_visible()
    expect(person.button("Skicka")).to_be_disabled()


def test_offline_the_text_stays_and_the_very_same_bytes_go_later(live_site: LiveSite, page: Page) -> None:
    page.add_init_script(HURRY)
    person = Walker(page, live_site)
    person.start_writing(SECRET)
    page.context.set_offline(True)
    person.button("Skicka").click()
    person.sees("failed")
    expect(page.get_by_role("alert").filter(has_text="Vi vet inte om det kom fram")).to_be_visible()
    expect(person.box("Vad har hänt?")).to_have_value(SECRET)
    page.route("**/v1/letters", lambda route: route.abort())
    page.context.set_offline(False)
    person.sees("failed")
    page.unroute("**/v1/letters")
    person.button("Försök igen").click()
    person.sees("sent")
    sent = person.sent_bytes()
    assert len(sent) > 3
    assert len(set(sent)) == 1
    assert len(live_site.letters()) == 1


def test_a_lost_answer_does_not_become_a_second_report(live_site: LiveSite, page: Page) -> None:
    page.add_init_script(HURRY)
    person = Walker(page, live_site)
    lost = {"count": 0}

    def lose(route: Route) -> None:
        route.fetch()  # the site stores it, the answer never comes
        lost["count"] += 1
        route.abort()

    page.route("**/v1/letters", lose, times=2)
    person.start_writing("Kom det fram?")
    person.button("Skicka").click()
    person.sees("sent")
    assert lost["count"] == 2
    assert len(live_site.letters()) == 1


def test_an_answer_that_is_not_the_sites_is_not_believed(live_site: LiveSite, page: Page) -> None:
    page.add_init_script(HURRY)
    person = Walker(page, live_site)
    page.route("**/v1/letters", lambda route: route.fulfill(status=200, body="<h1>Logga in på wifi</h1>"))
    person.start_writing("Kaféets inloggningssida svarar.")
    person.button("Skicka").click()
    person.sees("failed")
    page.get_by_text("Måste du gå nu?").click()
    expect(page.locator("#early-words li")).to_have_count(9)


def test_a_refusal_names_itself_and_leaves_the_text_to_change(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    problem = json.dumps({"type": "urn:reporting-app:proof-of-work", "title": "", "detail": ""})
    page.route("**/v1/letters", lambda r: r.fulfill(status=403, body=problem), times=1)
    person.start_writing("Ett försök.")
    person.button("Skicka").click()
    person.sees("failed")
    expect(page.get_by_role("alert").filter(has_text="proof-of-work")).to_be_visible()
    person.box("Vad har hänt?").fill("Ett försök till.")
    person.button("Skicka").click()
    person.sees("sent")
    assert len(set(person.sent_bytes())) == 2


@ON_BOTH_DATABASES
def test_a_stale_roster_is_fetched_and_sealed_to_again(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    stale = json.dumps({"type": "urn:reporting-app:roster-stale", "title": "", "detail": ""})
    page.route("**/v1/letters", lambda r: r.fulfill(status=409, body=stale), times=1)
    person.start_writing("Samma läsare.")
    person.button("Skicka").click()
    person.sees("sent")
    assert len(set(person.sent_bytes())) == 2


def test_new_readers_are_shown_before_anything_is_sealed_to_them(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing("Vem läser?")
    live_site.remove_member("utredare-3")
    stale = json.dumps({"type": "urn:reporting-app:roster-stale", "title": "", "detail": ""})
    page.route("**/v1/letters", lambda r: r.fulfill(status=409, body=stale), times=1)
    person.button("Skicka").click()
    expect(page.get_by_role("alert").filter(has_text="har ändrats sedan du öppnade sidan")).to_be_visible()
    person.sees("editing")
    expect(page.get_by_text("Utredare 3", exact=True)).to_have_count(0)
    expect(person.box("Vad har hänt?")).to_have_value("Vem läser?")
    person.button("Skicka").click()
    person.sees("sent")
    assert len(Investigator(live_site).read()) == 1


def test_leaving_with_unsent_words_asks_first(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing("")
    person.box("Vad har hänt?").click()
    page.keyboard.type("Osänt.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Till startsidan").click()
    expect(person.box("Vad har hänt?")).to_have_value("Osänt.")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("how", ["click", "escape", "space"])
def test_quick_exit_leaves_at_once_and_asks_nothing(live_site: LiveSite, page: Page, how: str) -> None:
    person = Walker(page, live_site)
    page.route("https://www.1177.se/**", lambda route: route.fulfill(body="<title>1177</title>Vård"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.goto(person.url)
    person.start_writing("")
    person.box("Vad har hänt?").click()
    page.keyboard.type(SECRET)
    leave = person.button("Lämna sidan")
    if how == "click":
        leave.click()
    elif how == "space":
        leave.focus()
        page.keyboard.press(" ")
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url(EXIT)
    assert asked == []
    assert not person.says_in_requests(SECRET)
    page.go_back()
    expect(page.get_by_text(SECRET)).to_have_count(0)


def test_after_the_type_back_nothing_is_left_in_the_page(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report(SECRET)
    wrong = receipt.to_words(receipt.generate()).split()
    person.type_back(wrong)
    expect(page.get_by_role("alert").filter(has_text="stämmer inte med kvittot")).to_be_visible()
    person.type_back(words)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack. Nu kan du stänga sidan.")
    html = page.content()
    assert SECRET not in html
    assert not [word for word in words if len(word) > 5 and f">{word}<" in html]
