"""A working day of three investigators on thirty reports, each step done and checked in real pages.

What one does in a page reaches the colleagues it concerns and nobody else, and the reporter where it concerns
them: issue 5's promise about need to know and about two together, seen from every chair.

The tests share one day. The first walks the acute case from the inbox to its outcome, with nothing done yet;
each of the others takes a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walking import HURRY, SLOW, axe_findings, small_targets, wider_than_screen
from tests.browser.workday import NAMES, Desk, Municipality, municipality

pytestmark = pytest.mark.browser
FIRST, SECOND, THIRD = NAMES
THANKS = "Vi vet inte vem du är och försöker inte ta reda på det."
NEW_WORDS = "Han stod vid grinden igen i morse."


@pytest.fixture(scope="module")
def city(built: None, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Municipality]:
    with municipality(tmp_path_factory.mktemp("city"), browser) as one:
        yield one


@pytest.fixture(autouse=True)
def _nothing_broke(city: Municipality) -> Iterator[None]:
    """No script error and no breach of the content security policy, on anybody's page."""
    yield
    assert city.broken == []


@pytest.fixture
def desks(city: Municipality) -> tuple[Desk, Desk, Desk]:
    first, second, third = city.desks.values()
    return first, second, third


def case_beginning(city: Municipality, words: str) -> str:
    """The newest case whose report begins so."""
    return [case_id for case_id, one in city.samples.items() if one["narrative"].startswith(words)][-1]


def test_the_acute_case_goes_from_the_inbox_to_its_outcome(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    acute = triage(city, desks[0], desks[2])
    narrowing(acute, *desks)
    new_words_reach_the_handlers_only(city, acute, *desks)
    recusal_and_handover(acute, *desks)
    closing(city, acute, desks[0], desks[2])
    how_it_has_gone(city, acute, desks[0])


def triage(city: Municipality, first: Desk, third: Desk) -> str:
    """What is acute stands first for everybody, and is not unanswered any more once one has answered."""
    first.list()
    listed = first.rows()
    acute = listed[0]
    assert sorted(listed) == sorted(city.receipts)
    assert city.samples[acute]["answers"]["severity"] == "level_5"
    expect(first.row(acute)).to_contain_text("Våld eller vapen, obesvarat")
    first.row(acute).get_by_role("link").click()
    first.reply("Tack för att du berättar. Är du trygg just nu?")
    first.set_status("Utreds")
    expect(first.page.locator(".title .state")).to_have_text("Utreds")
    third.list()
    assert third.rows()[0] != acute
    expect(third.row(acute)).to_contain_text("Utreds")
    expect(third.row(acute)).not_to_contain_text("obesvarat")
    return acute


def narrowing(acute: str, first: Desk, second: Desk, third: Desk) -> None:
    """One proposes, another approves, and the third gets nothing more."""
    first.open(acute)
    first.page.get_by_role("link", name="Föreslå handläggare").click()
    expect(first.page.get_by_role("group", name="Handläggare")).to_be_visible()
    first.propose_handlers(FIRST, SECOND)
    second.open(acute)
    second.approve()
    first.open(acute)
    first.reply("Nu är det vi två som har ditt ärende.")
    expect(third.open(acute)).to_contain_text("Du får inget nytt i det här ärendet.")
    expect(third.main).not_to_contain_text("Nu är det vi två")
    expect(third.page.get_by_label("Svar till anmälaren")).to_have_count(0)


def new_words_reach_the_handlers_only(
    city: Municipality, acute: str, first: Desk, second: Desk, third: Desk
) -> None:
    """The reporter sees who handles the case, and what they write goes there and nowhere else."""
    reporter = city.returns(city.receipts[acute])
    expect(reporter.main).to_contain_text("Är du trygg just nu?")
    people = reporter.page.locator("#investigators li")
    for number, name in enumerate(NAMES.values()):
        expect(people.nth(number)).to_contain_text(name)
        rests = people.nth(number).get_by_text("Handlägger inte ärendet.")
        expect(rests).to_be_visible(visible=name == NAMES[THIRD])
    reporter.write_more(NEW_WORDS)
    expect(reporter.box(reporter.say.more)).to_have_value("", timeout=SLOW)
    for handler in (first, second):
        expect(handler.open(acute)).to_contain_text(NEW_WORDS)
    expect(third.open(acute)).not_to_contain_text(NEW_WORDS)


def recusal_and_handover(acute: str, first: Desk, second: Desk, third: Desk) -> None:
    """Who steps aside gets nothing more. With one handler left the third reads again, all that was said."""
    second.open(acute)
    second.page.get_by_role("link", name="Jag är jävig: kliv åt sidan").click()
    second.press("Kliv åt sidan för alltid")
    expect(second.main).to_contain_text("Du har klivit åt sidan.")
    expect(second.main).not_to_contain_text("Arbetsmiljöverket")
    expect(first.open(acute)).to_contain_text("Färre än två av handläggarna är kvar.")
    first.propose_handlers(FIRST, THIRD, reason="Utredare 2 har klivit åt sidan.")
    expect(third.open(acute)).to_contain_text(NEW_WORDS)
    expect(third.main).to_contain_text("Nu är det vi två")
    third.approve()
    expect(third.page.locator(".readers dd").first).to_have_text(f"{NAMES[FIRST]} · {NAMES[THIRD]}")
    third.reply("Jag har tagit över efter min kollega.")
    expect(first.open(acute)).to_contain_text("Jag har tagit över")
    expect(second.open(acute)).not_to_contain_text("Jag har tagit över")


def closing(city: Municipality, acute: str, first: Desk, third: Desk) -> None:
    """Nothing is closed by one alone; the reporter reads outcome and reason once two have signed."""
    first.open(acute)
    first.propose_closing("Säkerhetsåtgärd", "Larmet fungerar nu även i källaren.")
    expect(first.main).to_contain_text("Väntar på att någon annan godkänner.")
    expect(first.page.locator(".title .state")).to_have_text("Utreds")
    third.list()
    expect(third.row(acute)).to_contain_text("Väntar på din underskrift")
    third.open(acute)
    third.approve()
    first.list("?group=closed")
    assert first.rows() == [acute]
    told = city.returns(city.receipts[acute]).page.get_by_role("region", name="Läget")
    expect(told).to_contain_text("Avslutad")
    expect(told).to_contain_text("Säkerhetsåtgärd")
    expect(told).to_contain_text("Larmet fungerar nu även i källaren.")


def how_it_has_gone(city: Municipality, acute: str, first: Desk) -> None:
    """The closed case asks; reprisals open it again and stand above all but unanswered threats."""
    reporter = city.returns(city.receipts[acute])
    page, send = reporter.page, reporter.button("Skicka svaren")
    asked = page.get_by_role("region", name="Hur har det gått?")
    send.click()
    expect(page.locator("#view-status-problem")).to_be_focused()
    expect(asked).to_contain_text("Svara på minst en fråga eller skriv något.")
    asked.get_by_role("radiogroup", name="Har det slutat?").get_by_role("radio", name="Ja").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(
        asked.get_by_role("radiogroup", name="Har det slutat?").get_by_role("radio", name="Nej")
    ).to_be_checked()
    reprisals = asked.get_by_role("radiogroup", name="Har du utsatts för repressalier?")
    reprisals.get_by_role("radio", name="Ja").check()
    assert axe_findings(page) + wider_than_screen(page) + small_targets(page) == []
    page.evaluate(f"() => {{ {HURRY} }}")
    page.route("**/v1/letters", lambda route: route.abort())
    send.click()
    again = page.get_by_role("button", name="Försök igen")
    expect(again).to_be_visible(timeout=SLOW)
    expect(reprisals.get_by_role("radio", name="Ja")).to_be_checked()
    expect(reporter.button(reporter.say.reply)).to_be_hidden()
    page.unroute("**/v1/letters")
    again.click()
    expect(asked.get_by_role("status").first).to_have_text("Tack. Dina svar är lagrade.", timeout=SLOW)
    expect(page.locator("#view-title")).to_be_focused()
    expect(send).to_be_hidden()
    expect(page.get_by_role("region", name="Läget")).to_contain_text("Mottagen")
    expect(page.locator("#conversation li").last).to_contain_text(
        "Du svarade på frågorna om hur det har gått"
    )
    first.list()
    above = first.rows()[: first.rows().index(acute)]
    assert {city.samples[one]["answers"]["severity"] for one in above} <= {"level_4", "level_5"}
    expect(first.row(acute)).to_contain_text("Anmälaren berättar om repressalier")
    first.open(acute)
    expect(first.main).to_contain_text("Har du utsatts för repressalier? Ja")
    expect(first.main).to_contain_text("Har det slutat? Nej")
    assert axe_findings(first.page) == []


@pytest.mark.long
def test_a_handover_gives_the_new_handler_what_was_said_and_takes_the_next_words_from_the_old(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    first, second, third = desks
    case_id = case_beginning(city, "Hemtjänst.")
    first.open(case_id)
    first.propose_handlers(FIRST, SECOND)
    second.open(case_id)
    second.approve()
    second.reply("Skrivet medan vi var två.")
    first.open(case_id)
    first.propose_handlers(FIRST, THIRD, reason="Utredare 2 går i pension.")
    expect(third.open(case_id)).not_to_contain_text("Skrivet medan vi var två.")
    second.open(case_id)
    second.approve()
    expect(second.main).to_contain_text("Du får inget nytt i det här ärendet.")
    expect(third.open(case_id)).to_contain_text("Skrivet medan vi var två.")
    third.reply("Skrivet efter överlämningen.")
    expect(second.open(case_id)).to_contain_text("Skrivet medan vi var två.")
    expect(second.main).not_to_contain_text("Skrivet efter överlämningen.")


@pytest.mark.long
def test_somebody_outside_the_case_signs_without_reading_it(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    first, second, third = desks
    case_id = case_beginning(city, "Miljötillsyn.")
    first.open(case_id)
    first.reply("Bara för er två.")
    first.propose_handlers(FIRST, SECOND)
    second.open(case_id)
    second.approve()
    first.open(case_id)
    first.reply("Skrivet när det var vi två.")
    first.propose_closing("Stöd", "Du har fått stöd.", ask=THIRD)
    waiting = city.returns(city.receipts[case_id])
    expect(waiting.main).to_contain_text("Skrivet när det var vi två.")
    expect(waiting.main).not_to_contain_text("Du har fått stöd.")
    expect(third.list()).to_contain_text("Du är ombedd att skriva under")
    third.page.get_by_role("link", name="Avsluta ärendet").click()
    expect(third.main).to_contain_text("Du har fått stöd.")
    expect(third.main).not_to_contain_text("Skrivet när det var vi två.")
    third.approve()
    expect(third.main).to_contain_text("En händelse som andra nämner har inte kommit hit än.")
    for unfit in ("Du är ombedd", "Den visas när den kommer", "Allt hänger inte ihop"):
        expect(third.main).not_to_contain_text(unfit)
    expect(first.open(case_id)).to_contain_text("Avslutad")
    told = city.returns(city.receipts[case_id]).page.get_by_role("region", name="Läget")
    expect(told).to_contain_text("Du har fått stöd.")


@pytest.mark.long
def test_a_text_block_of_one_helps_another_answer(city: Municipality, desks: tuple[Desk, Desk, Desk]) -> None:
    first, second, _third = desks
    case_id = case_beginning(city, "Jag satt i receptionen")
    first.go("team/blocks")
    first.page.get_by_role("heading", name="Tack för att du berättar").click()
    first.press("Lägg till Tack för att du berättar")
    expect(first.main).to_contain_text("Textblocket är tillagt.")
    second.open(case_id)
    second.page.get_by_label("Sätt in textblock").select_option(label="Tack för att du berättar")
    second.press("Sätt in")
    expect(second.page.get_by_label("Svar till anmälaren")).to_be_focused()
    second.press("Skicka svaret")
    expect(second.page.locator(".line")).to_contain_text(THANKS)
    expect(city.returns(city.receipts[case_id]).main).to_contain_text(THANKS)


@pytest.mark.long
def test_a_coding_takes_one_press_and_everybody_who_reads_sees_it(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    first, second, _third = desks
    case_id = case_beginning(city, "Inspektör.")
    first.open(case_id)
    second.open(case_id)
    for desk in (first, second):
        desk.list("?uncoded=1")
        assert case_id in desk.rows()
    first.open(case_id)
    first.press("Koda")
    expect(first.page.locator("#coding")).to_contain_text("Kodat")
    second.list("?uncoded=1")
    assert case_id not in second.rows()


@pytest.mark.long
def test_whoever_covers_has_the_absent_ones_cases(city: Municipality, desks: tuple[Desk, Desk, Desk]) -> None:
    first, second, third = desks
    case_id = case_beginning(city, "På min skola kom det in en äldre kille")
    today = datetime.now(UTC).date()
    first.open(case_id)
    first.reply("Jag återkommer.")
    third.list("?group=mine")
    assert case_id not in third.rows()
    first.go("team/absence")
    first.page.get_by_label("Första dagen borta").fill(today.isoformat())
    first.page.get_by_label("Sista dagen borta").fill((today + timedelta(days=14)).isoformat())
    first.page.get_by_role("checkbox", name=NAMES[THIRD]).check()
    first.press("Spara frånvaron")
    expect(first.main).to_contain_text("Frånvaron är sparad.")
    expect(third.list("?group=mine")).to_contain_text(f"Du täcker för {NAMES[FIRST]} till")
    assert case_id in third.rows()
    expect(third.open(case_id)).to_contain_text(f"{NAMES[THIRD]} täcker.")
    second.list("?group=mine")
    assert case_id not in second.rows()
    first.go("team/absence")
    first.press("Ta bort min frånvaro")
    third.list("?group=mine")
    assert case_id not in third.rows()


@pytest.mark.long
def test_who_visits_reads_the_answer_with_the_nine_words_of_the_slip(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    first, second, _third = desks
    second.list()
    before = second.rows()
    first.list()
    first.page.get_by_role("link", name="Registrera en muntlig rapport").click()
    first.page.get_by_label("Vad har hänt?").fill("Hon kom hit och berättade att någon följer efter henne.")
    first.press("Registrera")
    words = first.page.locator(".words li").all_inner_texts()
    for field in first.page.get_by_role("textbox").all():
        number = int(str(field.evaluate("one => one.labels[0].textContent")).split()[-1])
        field.fill(words[number - 1])
    first.press("Klar")
    second.list()
    (case_id,) = set(second.rows()) - set(before)
    expect(second.open(case_id)).to_contain_text("Hon kom hit och berättade")
    second.reply("Tack för att du kom hit.")
    expect(city.returns(" ".join(words)).main).to_contain_text("Tack för att du kom hit.")


@pytest.mark.long
def test_a_search_finds_and_marks_a_word_with_its_own_letters(
    city: Municipality, desks: tuple[Desk, Desk, Desk]
) -> None:
    _first, second, third = desks
    case_id = case_beginning(city, "Det låg ett brev")
    second.open(case_id)
    second.reply("Vi ber er spara kuvertet på ett säkert ställe: gärna i kassaskåpet.")
    third.list()
    third.page.get_by_label("Sök i ärendena").fill("kassaskåp")
    third.press("Sök")
    expect(third.page.get_by_role("heading", name="1 träff på ”kassaskåp”")).to_be_focused()
    assert third.rows() == [case_id]
    expect(third.row(case_id).locator("mark")).to_have_text("kassaskåpet")
    assert "kassask" not in third.page.url
    third.page.get_by_label("Sök i ärendena").fill("kassaskap")
    third.press("Sök")
    expect(third.main).to_contain_text("Inget ärende stämmer.")


@pytest.mark.long
def test_two_throw_out_what_is_no_report(city: Municipality, desks: tuple[Desk, Desk, Desk]) -> None:
    first, second, third = desks
    case_id = case_beginning(city, "det gäller en tillsättning")
    first.open(case_id)
    first.propose_closing("Skräp: ingen rapport", "Samma text en gång till.")
    third.list()
    assert case_id in third.rows()
    second.open(case_id)
    second.approve()
    third.list()
    assert case_id not in third.rows()
    third.list("?group=junk")
    assert third.rows() == [case_id]
    expect(third.row(case_id)).not_to_contain_text("kvar till svar")
