"""Coming back with a receipt, without scripts: the thread is found, and what is wrong is explained."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import Engine

from reporting_app.cases.reporter import read_thread, split_cells
from reporting_app.crypto import receipt
from reporting_app.crypto.documents import SignedDocument
from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import pages
from tests.deployment import World
from tests.noscript.person import RECEIPT, TEXT, Person, letters
from tests.site_fixtures import Visitor, make_app
from tests.storage_fixtures import FakeClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CLOCKS = ("first_answer_days", "feedback_months", "triage_working_days")


def test_the_words_shown_find_the_report(person: Person) -> None:
    words = person.report()
    assert len(words.split()) == 9
    page = person.look(words.upper().replace("Å", "A"))
    assert "Din rapport" in page
    assert "Rapporten finns på servern, men ingen utredare har hämtat den än." in page
    assert TEXT not in html.unescape(page), "own words are not shown again"


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Jag vill prata i telefon"), ("en", "I would like to talk by phone")]
)
def test_asking_for_a_call_fills_in_the_form_after_what_is_written_and_sends_nothing(
    person: Person, newcomer: Visitor, language: str, words: str
) -> None:
    path = f"/{language}/utan/kvitto"
    person.post(path, receipt=person.report())
    before = len(letters(newcomer))
    for written, expected in (("", words), ("Det hände igen.", f"Det hände igen.\n\n{words}")):
        page = person.press(path, "call", text=written, leave="utredare-2")
        text = html.unescape(page.split("</textarea>")[0].rsplit(">", 1)[1])
        assert text.strip().startswith(expected)
        assert re.search(r'value="utredare-2"[^>]* checked', page)
        assert person.press(path, "call", text=text).count(words) == 1
    assert len(letters(newcomer)) == before
    person.press(path, "send", text=text)
    assert len(letters(newcomer)) == before + 1


def test_more_words_are_sent_once_however_often_the_page_is_loaded(person: Person, newcomer: Visitor) -> None:
    shown = person.look(person.report())
    page = person.press(RECEIPT, "send", text="De var där igen.")
    assert "Ditt svar är lagrat." in page
    person.page = shown
    page = person.press(RECEIPT, "send", text="De var där igen.")
    assert person.status == 422
    assert "Något har redan skickats med det här kvittot" in page
    assert "De var där igen.</textarea>" in page, "the text is kept"
    assert [reading.events[-1].kind for reading in letters(newcomer)].count("message") == 1
    person.press(RECEIPT, "send", text="De var där igen.")
    assert [reading.events[-1].kind for reading in letters(newcomer)].count("message") == 2, "if one insists"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Skriv kvittots nio ord."),
        ("adjektiv krona", "Ett kvitto har nio ord. Här är det 2."),
        ("krona xyzzy adjektiv", "Ordet ”xyzzy” finns inte i listan. Titta på ord 2."),
        ("krona " * 9, "Ett av orden är fel, eller så står de i fel ordning."),
    ],
)
def test_a_mistyped_receipt_is_explained_and_kept(person: Person, words: str, said: str) -> None:
    page = person.look(words)
    assert person.status == 422
    assert said in page
    assert f"\n{words}</textarea>" in page


def test_a_receipt_that_finds_nothing_says_what_that_can_mean(person: Person) -> None:
    page = person.look(receipt.to_words(receipt.generate()))
    assert "Det finns inget att visa för det här kvittot" in page
    assert "08-465 004 20" in page


def test_an_endless_receipt_is_not_spelled_out(person: Person) -> None:
    """Marks in the wrong order are sorted one by one: a form full of them kept every thread waiting."""
    page = person.look("ord " + "\u0301" * 13_000 + "\u0323" * 13_000)
    assert person.status == 422
    assert page.count("\u0301") < 1_000
    assert "\u0323" not in page


def test_the_browser_reads_a_thread_that_began_without_scripts(person: Person, newcomer: Visitor) -> None:
    words = person.report()
    keys = receipt.ReporterKeys(receipt.from_words(words), newcomer.world.chain.deployment)
    intake = split_cells(newcomer.get("/v1/intake/0").data)
    today = newcomer.client.application.extensions["reporting_app.letterbox"].today()
    assert read_thread(keys, newcomer.world.chain, intake, [], today).stored


def test_a_deployment_file_without_days_for_the_clocks_means_the_usual_ones(
    built: None, engine: Engine, world: World, site_clock: FakeClock
) -> None:
    numbers = world.deployment.body["parameters"]
    quiet = {name: value for name, value in numbers.items() if name not in CLOCKS}
    signed = world.signed(SignedDocument({**world.deployment.body, "parameters": quiet}, {}))
    silent = World(world.keys, world.roster, signed, world.content)
    app = make_app(engine, silent, site_clock)
    pages.install(app, noscript=True)
    noscript_pages.install(app)
    visitor = Visitor(app.test_client(), silent, site_clock)
    visitor.publish()
    person = Person(visitor.client)
    words = person.report()
    site_clock.pass_days(4)  # from a Saturday: two working days are over
    page = person.look(words)
    assert "Du ska få det senast 28 november 2026." in page
    assert "Senast 3 månader efter första svaret." in page
    assert page.count('class="notice warning"') == 2, "that the server sees it, and that nobody has opened it"
    scripted = visitor.get("/sv/kvitto").text
    assert 'data-first-answer-days="7" data-feedback-months="3" data-opened-days="2"' in scripted
