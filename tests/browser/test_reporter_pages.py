"""A report from start to answer in a real browser, with the production headers on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.cases import sealing
from reporting_app.crypto import receipt
from reporting_app.crypto.event import REPORTER
from reporting_app.headers import FEATURES
from tests.browser.walking import Walker, number_in
from tests.browser_fixtures import ON_BOTH_DATABASES, Investigator, LiveSite

pytestmark = pytest.mark.browser
LANGUAGES = ["sv", pytest.param("en", marks=pytest.mark.long)]


@ON_BOTH_DATABASES
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_sent_answered_and_followed_up(live_site: LiveSite, page: Page, language: str) -> None:
    person = Walker(page, live_site, language)
    person.page.goto(live_site.url + f"/{language}/")
    words = person.report("Min chef hotar mig.\n\n”Säg inget”, sa han. ☂")
    person.type_back(words)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text(words[0], exact=True)).to_have_count(0)

    person.come_back(words)
    person.sees("found")
    steps = page.locator("#timeline > li")
    expect(steps.nth(0)).to_have_class("is-done")
    expect(steps.nth(1)).to_have_class("is-waiting")

    investigator = Investigator(live_site)
    (_, reading) = investigator.read()[0]
    assert reading.events[-1].body["narrative"] == "Min chef hotar mig.\n\n”Säg inget”, sa han. ☂"
    assert reading.events[-1].body["language"] == language
    investigator.open()
    investigator.reply("Tack för att du berättar. Händer det ofta?")
    investigator.status("assessing")

    person.come_back(words)
    person.sees("found")
    expect(steps.nth(1)).to_have_class("is-done")
    expect(steps.nth(2)).to_have_class("is-done")
    expect(page.get_by_text("Händer det ofta?")).to_be_visible()
    person.write_more("Varje vecka.")
    expect(
        page.get_by_role("status").filter(has_text={"sv": "lagrat", "en": "stored"}[language])
    ).to_be_visible()
    expect(person.box(person.say.more)).to_have_value("")
    messages = [e.body["text"] for _, r in investigator.read() for e in r.events if e.kind == "message"]
    assert "Varje vecka." in messages

    colleague = Investigator(live_site, "utredare-3")
    colleague.open()
    colleague.close("support", "Vi har pratat med chefens chef.")
    person.come_back(words)
    person.sees("found")
    expect(page.locator("#state-name")).to_have_text({"sv": "Avslutad", "en": "Closed"}[language])
    expect(page.get_by_text("Vi har pratat med chefens chef.")).to_be_visible()


@ON_BOTH_DATABASES
def test_who_is_left_out_cannot_read_now_or_later(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing("Utredare två är min chef.")
    person.page.get_by_role("checkbox", name="Lämna utanför Utredare 2").check()
    expect(page.get_by_role("checkbox", name="Lämna utanför Utredare 1")).to_be_disabled()
    expect(page.get_by_role("checkbox", name="Lämna utanför Tillsyn 1")).to_be_enabled()
    person.button("Skicka").click()
    person.sees("sent")
    words = person.words()
    person.type_back(words)
    person.come_back(words)
    person.sees("found")
    expect(page.get_by_text("Kontrollera att listan stämmer innan du skickar.")).to_be_visible()
    left_out = page.get_by_role("checkbox", name="Lämna utanför Utredare 2")
    expect(left_out).to_be_visible()
    expect(left_out).to_be_checked()
    expect(left_out).to_be_disabled()
    expect(page.get_by_text("Välj igen innan du skickar")).to_be_hidden()
    person.write_more("En sak till.")
    expect(page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    expect(left_out).to_be_checked()
    said = [e.body["exclude"] for e in Investigator(live_site).case.events if e.kind == "exclusion"]
    assert said == [["utredare-2"], ["utredare-2"]]
    assert Investigator(live_site, "utredare-2").read() == []
    assert len(Investigator(live_site, "utredare-3").read()) == 2


def test_optional_questions_are_recorded_only_when_answered(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing("Hot per telefon.")
    page.get_by_text("Svara på några frågor om du vill").click()
    asked = {
        name: page.locator(f"[data-question={name}]")
        for name in ("for_whom", "form", "already_told", "told_result")
    }
    expect(asked["told_result"]).to_be_hidden()
    for name in ("for_whom", "form", "already_told"):
        asked[name].locator("summary").click()
    asked["for_whom"].get_by_role("radio", name="En kollega").check()
    asked["for_whom"].get_by_role("radio", name="Mig").check()
    asked["form"].get_by_role("checkbox", name="Direkt hot").check()
    asked["form"].get_by_role("checkbox", name="Vet ej / vill ej svara").check()
    asked["already_told"].get_by_role("checkbox", name="Polis").check()
    expect(asked["told_result"]).to_be_visible()
    person.button("Skicka").click()
    person.sees("sent")
    (_, reading) = Investigator(live_site).read()[0]
    assert reading.events[-1].body["answers"] == {"already_told": ["police"], "for_whom": ["self"]}


def test_wrong_words_are_named_in_the_page_only(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = receipt.to_words(receipt.generate()).split()
    for typed, error in [
        ([], "Skriv kvittots nio ord."),
        ([*words[:4], "qqqq", *words[5:]], "Ordet ”qqqq” finns inte i listan. Titta på ord 5."),
        (words[:8], "Ett kvitto har nio ord. Här är det 8."),
        ([words[1], words[0], *words[2:]], "Ett av orden är fel"),
    ]:
        person.come_back(typed)
        expect(page.get_by_role("alert").filter(has_text=error)).to_be_visible()
        expect(person.box("Ditt kvitto")).to_be_focused()
        person.sees("editing")
    assert not any("/v1/board" in request.url for request in person.requests)


def test_a_receipt_is_read_however_it_is_typed(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back([word.upper() for word in words])
    folded = str.maketrans("åäö", "aao")
    person.come_back([f"  {word.capitalize().translate(folded)}," for word in words])
    person.sees("found")


@pytest.mark.parametrize(
    ("text", "most_left", "too_much"),
    [("a", 11990, 8000), ("å", 5990, 14000), ("م", 5990, 14000), ("😀", 2990, 17000), ("👩🏽‍🚒", 790, 19200)],
    ids=["latin", "ring", "arabic", "emoji", "joined emoji"],
)
def test_room_is_counted_in_the_characters_that_are_written(
    live_site: LiveSite, page: Page, text: str, most_left: int, too_much: int
) -> None:
    person = Walker(page, live_site)
    line = page.locator("#narrative-left")
    person.start_writing(text)
    assert number_in(line.inner_text()) == most_left
    person.box("Vad har hänt?").fill(text * 20_000)
    assert number_in(line.inner_text()) == too_much
    person.button("Skicka").click()
    expect(page.get_by_role("alert").filter(has_text=f"ungefär {too_much} tecken")).to_be_visible()
    person.box("Vad har hänt?").fill(text * (20_000 - too_much))
    person.button("Skicka").click()
    person.sees("sent")


@pytest.mark.parametrize(("language", "backs"), [("sv", 1), ("en", 1), ("sv", 0)])
def test_while_the_receipt_is_not_checked_no_link_and_no_first_back_loses_it(
    live_site: LiveSite, page: Page, language: str, backs: int
) -> None:
    person = Walker(page, live_site, language)
    page.goto(person.url)
    words = person.report()
    told = {"sv": "Du har inte kontrollerat kvittot än.", "en": "You have not checked the receipt yet."}
    expect(page.locator("a[href^='/']:visible")).to_have_count(0)
    expect(page.locator("a[href^='tel:']:visible").first).to_be_visible()
    assert page.evaluate("() => history.state") is None
    for _ in range(backs):
        page.evaluate("() => history.back()")
        expect(page.get_by_role("status").filter(has_text=told[language])).to_be_in_viewport()
    assert person.words() == words
    person.type_back(words)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.locator("a[href^='/']:visible").count() > 5
    page.wait_for_timeout(300)
    page.evaluate("() => history.back()")
    page.wait_for_url(person.url)


def test_quick_exit_from_the_receipt_leaves_at_once(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    page.route("https://www.1177.se/**", lambda route: route.fulfill(body="<title>1177</title>Vård"))
    page.on("dialog", lambda dialog: dialog.dismiss())
    words = person.report()
    person.button("Lämna sidan").click()
    page.wait_for_url("https://www.1177.se/")
    page.go_back()
    assert not [word for word in words if f">{word}<" in page.content()]


def test_requests_and_storage_tell_nothing_of_a_receipt(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    asked: list[list[str]] = []
    for typed in (words, receipt.to_words(receipt.generate()).split()):
        person.requests.clear()
        person.come_back(typed)
        person.sees("found" if typed is words else "notfound")
        asked.append(sorted(request.url for request in person.requests))
        assert not any(person.says_in_requests(word) for word in typed if len(word) > 5)
    assert asked[0] == asked[1]
    assert page.context.cookies() == []
    assert page.evaluate(
        "() => [localStorage.length, sessionStorage.length, location.search, location.hash]"
    ) == [0, 0, "", ""]


def test_a_forged_cell_is_counted_and_never_shown(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    keys = receipt.ReporterKeys(receipt.from_words(" ".join(words)), live_site.world.chain.deployment)
    setting = live_site.world.setting(live_site.today)
    forger = sealing.Pen("utredare-1", secrets.token_bytes(32), keys.thread.thread_id, setting)
    forged = forger.sign("message", {"parcels": [], "text": "Ring mig på 070"}, ["utredare-1", REPORTER], 1)
    live_site.put_cell(sealing.board_cell(setting, keys.thread, [forged], None))
    person.come_back(words)
    person.sees("found")
    expect(page.get_by_text("En post kunde inte verifieras")).to_be_visible()
    expect(page.get_by_text("Ring mig på 070")).to_have_count(0)


def test_when_exclusions_are_no_longer_known_the_page_asks(live_site: LiveSite, page: Page) -> None:
    """A thread whose intake cell is gone, and with it the only word of who was left out."""
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    keys = receipt.ReporterKeys(receipt.from_words(" ".join(words)), live_site.world.chain.deployment)
    setting = live_site.world.setting(live_site.today)
    member = live_site.world.keys["utredare-1"]
    pen = sealing.Pen("utredare-1", member.sign_seed, keys.thread.thread_id, setting)
    said = pen.sign("message", {"parcels": [], "text": "Hej!"}, ["utredare-1", REPORTER], 1)
    live_site.put_cell(sealing.board_cell(setting, keys.thread, [said], None))
    page.route("**/v1/intake/*", lambda r: r.fulfill(content_type="application/octet-stream", body=b""))
    person.come_back(words)
    person.sees("found")
    expect(page.get_by_text("Välj igen innan du skickar")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Lämna utanför Utredare 3")).to_be_visible()


def test_a_late_answer_is_said_to_be_late(
    live_site: LiveSite, page: Page, new_context: Callable[..., BrowserContext]
) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    later = new_context().new_page()
    later.clock.set_fixed_time(live_site.now + timedelta(days=12))
    again = Walker(later, live_site)
    again.come_back(words)
    again.sees("found")
    expect(later.locator("#timeline > li").nth(2)).to_have_class("is-late")
    expect(later.locator("#no-opened")).to_be_visible()


def test_a_page_may_use_no_device_and_no_feature_of_the_browser(live_site: LiveSite, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_site.url}/sv/anmal")
    allowed = page.evaluate("() => document.featurePolicy.allowedFeatures()")
    assert [name for name in allowed if name in FEATURES] == []
    assert len(page.evaluate("() => document.featurePolicy.features()")) > 50, "the browser knows many"
    assert said == []


def test_the_root_leads_to_swedish_and_unknown_pages_say_so(live_site: LiveSite, page: Page) -> None:
    page.goto(live_site.url + "/")
    assert page.url == live_site.url + "/sv/"
    answer = page.goto(live_site.url + "/en/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
