"""What helps somebody to write without giving themself away, and to see what they are about to send.

None of it asks the network for anything, stops anybody or stays behind.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.walking import SLOW, Walker, axe_findings, small_targets, wider_than_screen
from tests.browser_fixtures import LiveSite

pytestmark = pytest.mark.browser
TELLING = "Jag är den enda kuratorn. Han väntade på Storgatan 12 och ringde 070-123 45 67."
QUOTED = ["”070-123 45 67”", "”Storgatan 12”", "”Jag är den enda kuratorn”"]
CALL = "Jag vill prata i telefon eller träffas. Hur kan vi göra det så att det är säkert för mig?"
TITLE = "Det här kan visa vem du är"
# How often a region that screen readers watch has been changed, and what stands in it.
COUNT_CHANGES = """box => {
  window.changes = 0;
  const all = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => window.changes++).observe(box, all);
}"""
SILENT = """() => [...document.querySelectorAll('[role=status], [role=alert]')]
  .filter((one) => one.closest('[hidden]') === null && getComputedStyle(one).display === 'none')
  .map((one) => one.id)"""
DESCRIPTION = """field => field.getAttribute('aria-describedby').split(' ')
  .map((id) => document.getElementById(id).textContent).join(' ')"""
EVERYTHING = "() => document.documentElement.outerHTML"


@pytest.fixture
def person(live_site: LiveSite, page: Page) -> Walker:
    walker = Walker(page, live_site)
    walker.start_writing("")
    return walker


def hints(person: Walker) -> Locator:
    return person.main.get_by_role("status").filter(has_text=TITLE)


def sent(person: Walker) -> Locator:
    return person.page.get_by_role("region", name="Det här skickar du")


def test_hints_name_what_could_tell_who_wrote_and_ask_the_network_for_nothing(person: Walker) -> None:
    box, clock = person.box("Vad har hänt?"), person.page.clock
    clock.install()
    person.requests.clear()
    box.fill(TELLING)
    clock.run_for(2_000)
    expect(hints(person).get_by_role("listitem")).to_have_count(3)
    assert axe_findings(person.page) + wider_than_screen(person.page) == []
    for line, quoted in zip(hints(person).get_by_role("listitem").all(), QUOTED, strict=True):
        expect(line).to_contain_text(quoted)
    expect(box).to_be_focused()
    box.fill("En kväll förra veckan väntade han utanför.")
    clock.run_for(2_000)
    expect(hints(person)).to_have_count(0)
    box.fill(TELLING)
    clock.run_for(2_000)
    expect(hints(person)).to_be_visible()
    assert person.requests == []
    person.page.get_by_role("checkbox", name="Utredare 2").check()
    person.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    for kept in person.page.locator("[data-private]").all():
        assert kept.text_content() == "", "kept for the back button"


def test_hints_wait_for_a_pause_and_repeat_nothing_to_who_listens(person: Walker) -> None:
    page, box = person.page, person.box("Vad har hänt?")
    region = page.locator("#narrative-hints")
    page.clock.install()
    region.evaluate(COUNT_CHANGES)
    for piece in ("Storgatan 12 ", "och sedan ", "hem igen."):
        box.press_sequentially(piece)
        page.clock.run_for(600)
    assert page.evaluate("() => window.changes") == 0, "spoken while typing"
    page.clock.run_for(1_000)
    expect(region.get_by_role("listitem")).to_have_count(1)
    before = page.evaluate("() => window.changes")
    box.press_sequentially(" Mer om det.")
    page.clock.run_for(2_000)
    assert page.evaluate("() => window.changes") == before, "the same line spoken again"


def test_hints_stop_nobody_on_either_page_and_leave_with_the_text(person: Walker) -> None:
    box = person.box("Vad har hänt?")
    box.fill(TELLING)
    expect(hints(person)).to_be_visible()
    person.button("Skicka").click()
    person.sees("sent")
    assert [
        one for one in ("Storgatan", "kuratorn", "070-123") if one in person.page.evaluate(EVERYTHING)
    ] == []
    words = person.words()
    person.type_back(words)
    person.come_back(words)
    person.sees("found")
    for text, said in (("", "Skriv något först."), ("ö" * 6_100, "för lång för att skickas")):
        person.box("Skriv mer").fill(text)
        person.page.get_by_role("heading", level=1).focus()
        person.button("Skicka svar").click()
        expect(person.box("Skriv mer")).to_be_focused()
        expect(person.main.get_by_role("alert").filter(has_text=said)).to_be_visible()
    person.box("Skriv mer").fill("Ring mig på 070-123 45 67.")
    expect(hints(person)).to_contain_text("”070-123 45 67”")
    person.button("Skicka svar").click()
    expect(person.page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    assert "070-123" not in person.page.evaluate(EVERYTHING)


def test_asking_for_a_call_begins_a_message_keeps_what_is_written_and_sends_nothing(person: Walker) -> None:
    words = person.report()
    person.type_back(words)
    person.come_back(words)
    person.sees("found")
    box, ask = person.box("Skriv mer"), person.button("Be om samtal eller möte")
    sent_before = len(person.sent_bytes())
    ask.focus()
    person.page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value(CALL)
    expect(ask).to_have_accessible_description(re.compile("kan avslöja vem du är"))
    box.fill("Det hände igen.")
    ask.click()
    ask.click()
    expect(box).to_have_value(f"Det hände igen.\n\n{CALL}")
    expect(hints(person)).to_have_count(0)
    assert len(person.sent_bytes()) == sent_before
    assert axe_findings(person.page) == []
    assert small_targets(person.page) == []


def test_the_summary_follows_what_is_written_answered_and_chosen(person: Walker) -> None:
    page, summary = person.page, sent(person)
    rows = ("Ord i texten", "Svar på frågor", "Språk", "Kan läsa", "Lämnas utanför")

    def told() -> dict[str, list[str]]:
        lists = summary.get_by_role("definition").all()
        return {row: one.inner_text().split("\n") for row, one in zip(rows, lists, strict=True)}

    assert told() == dict(
        zip(rows, [["0"], ["0"], ["Svenska"], ["Utredare 1", "Utredare 2", "Utredare 3"], ["0"]], strict=True)
    )
    person.box("Vad har hänt?").fill("Fem ord om det här.")
    page.get_by_text("Svara på några frågor om du vill").click()
    for name, answer in (("Vem gäller det?", "Mig"), ("Pågår det fortfarande?", "Vet ej / vill ej svara")):
        page.get_by_text(name, exact=True).click()
        page.get_by_role("radiogroup", name=name).get_by_text(answer, exact=True).click()
    page.get_by_role("checkbox", name="Utredare 2").check()
    page.get_by_role("checkbox", name="Tillsyn 1").check()
    assert told() == dict(
        zip(
            rows,
            [
                ["5"],
                ["Vem gäller det? Mig"],
                ["Svenska"],
                ["Utredare 1", "Utredare 3"],
                ["Utredare 2", "Tillsyn 1"],
            ],
            strict=True,
        )
    )
    assert summary.locator("[aria-live], [role=status], [role=alert]").count() == 0


def test_the_summary_leads_back_to_hints_that_remain(person: Walker) -> None:
    box, line = person.box("Vad har hänt?"), sent(person).get_by_text("Något i texten kan visa vem du är.")
    address, clock = person.page.url, person.page.clock
    clock.install()
    box.fill(TELLING)
    clock.run_for(2_000)
    expect(line).to_be_visible()
    sent(person).get_by_role("link").click()
    expect(box).to_be_focused()
    assert person.page.url == address
    box.fill("Inget särskilt.")
    clock.run_for(2_000)
    expect(line).to_be_hidden()


def test_the_questions_say_how_many_are_left_and_how_long_they_take(person: Walker) -> None:
    page = person.page
    heading = page.locator("#questions > summary")
    expect(heading).to_contain_text("11 frågor, ungefär 2 min.")
    heading.click()
    page.get_by_text("Vem har redan fått veta?", exact=True).click()
    page.get_by_role("checkbox", name="Polis").check()
    expect(heading).to_contain_text("11 kvar, ungefär 2 min.")  # one answered, one more to ask
    for question in page.locator("[data-question]").all():
        if question.is_visible() and question.get_attribute("open") is None:
            question.locator("summary").click()
        if question.is_visible():
            question.get_by_text("Vet ej / vill ej svara", exact=True).click()
    expect(page.locator("#questions-left")).to_be_empty()
    expect(page.get_by_text("Det finns ingen tidsgräns. Sidan sparar inget på enheten")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "said"),
    [("   ", "Skriv några ord om vad som har hänt."), ("ö" * 6_100, "för lång för att skickas")],
)
def test_what_stops_a_report_takes_the_focus_and_names_its_field(
    person: Walker, text: str, said: str
) -> None:
    box = person.box("Vad har hänt?")
    box.fill(text)
    person.button("Skicka").click()
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(person.main.get_by_role("alert").filter(has_text=said)).to_be_visible()
    assert said in box.evaluate(DESCRIPTION)
    assert person.sent_bytes() == []
    box.fill("Kort.")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(person.main.get_by_role("alert").filter(has_text=said)).to_have_count(0)


@pytest.mark.parametrize("path", ["anmal", "kvitto"])
def test_what_will_be_announced_is_there_before_it_is_said(person: Walker, path: str) -> None:
    """A region that is made, or shown, together with its words is passed over by some screen readers."""
    person.page.goto(person.url + path)
    expect(person.page.locator("#not-ready")).to_be_hidden(timeout=SLOW)
    assert person.page.locator("[role=status]:not([hidden])").count() > 1
    assert person.page.evaluate(SILENT) == []
