"""Four minutes on a phone: what is to be read and tapped on the shortest way from the start page to the end.

Nothing is timed. What is counted, at a reader's and a typist's ordinary speed, gives the estimate.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.walking import SLOW, Walker
from tests.browser_fixtures import LiveSite

pytestmark = pytest.mark.browser
MOST_TAPS, MOST_WORDS, MOST_SECONDS = 12, 150, 240
WORDS_A_MINUTE, KEYSTROKE_SECONDS = 200, 0.2
WRITTEN_LETTER_SECONDS = 1  # the nine words are copied by hand
NARRATIVE = (
    "En man har väntat utanför kontoret flera kvällar sedan vi fattade ett beslut om hans familj. Han"
    " säger inget men följer efter oss till bussen. I går ringde någon och sa att vi skulle ångra oss. Vi"
    " är alla rädda."
)
# Words that somebody reads before `end`, or in the whole of `main`: neither keys' fingerprints nor what only
# screen readers say.
READ = r"""(end) => {
  const main = document.querySelector('main');
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  let words = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (end && !(text.compareDocumentPosition(end) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
    const one = text.parentElement;
    if (!one.checkVisibility() || one.closest('code, .hidden-text') !== null) continue;
    words += (text.data.match(/\S*[\p{L}\d]\S*/gu) ?? []).length;
  }
  return words;
}"""
NOTE_TAPS = "addEventListener('click', (event) => event.isTrusted && window.noteTap(), { capture: true });"
START = {"sv": "Berätta", "en": "Tell us"}


@dataclass
class Effort:
    """What the walk has cost so far."""

    taps: int = 0
    read_before: int = 0
    read_after: int = 0
    keystrokes: int = 0
    copied: int = 0

    @property
    def seconds(self) -> float:
        reading = (self.read_before + self.read_after) / WORDS_A_MINUTE * 60
        return reading + self.keystrokes * KEYSTROKE_SECONDS + self.copied * WRITTEN_LETTER_SECONDS


class Finger:
    """Does all with taps and keys alone, as a person with a phone, and counts them."""

    def __init__(self, page: Page, delay_ms: int) -> None:
        self.effort = Effort()
        self._delay = delay_ms
        page.expose_function("noteTap", self._tapped)
        page.add_init_script(NOTE_TAPS)

    def _tapped(self) -> None:
        self.effort.taps += 1

    def type_into(self, box: Locator, text: str) -> None:
        box.tap()
        box.press_sequentially(text, delay=self._delay, timeout=0)
        self.effort.keystrokes += len(text)


def walk(page: Page, site: LiveSite, language: str, delay_ms: int = 0) -> Effort:
    """The shortest way: nothing opened, nothing answered but the one question."""
    finger, person = Finger(page, delay_ms), Walker(page, site, language)
    effort = finger.effort
    page.goto(person.url)
    begin = person.main.get_by_role("link", name=START[language], exact=True)
    effort.read_before += page.evaluate(READ, begin.element_handle())
    begin.tap()
    expect(person.button(person.say.send)).to_be_enabled(timeout=SLOW)
    box = person.box(person.say.narrative)
    effort.read_before += page.evaluate(READ, box.element_handle())
    effort.read_after -= page.evaluate(READ, box.element_handle())
    effort.read_after += page.evaluate(READ, person.button(person.say.send).element_handle())
    finger.type_into(box, NARRATIVE)
    person.button(person.say.send).tap()
    person.sees("sent")
    words = person.words()
    effort.read_after += page.evaluate(READ)
    effort.copied += len("".join(words))
    for answer in person.main.get_by_role("textbox").all():
        place = int(str(answer.evaluate("field => field.labels[0].textContent")).split()[-1])
        finger.type_into(answer, words[place - 1])
    person.button(person.say.done).tap()
    expect(page.locator("#done-title")).to_be_focused()
    return effort


@pytest.mark.parametrize("language", ["sv", pytest.param("en", marks=pytest.mark.long)])
def test_the_shortest_way_takes_few_taps_few_words_and_four_minutes(
    live_site: LiveSite,
    new_context: Callable[..., BrowserContext],
    language: str,
    record_property: Callable[[str, object], None],
) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    effort = walk(page, live_site, language)
    record_property("effort", f"{effort} {effort.seconds:.0f} s")
    assert len(NARRATIVE.split()) == 40
    assert 5 <= effort.taps <= MOST_TAPS
    assert 50 < effort.read_before <= MOST_WORDS
    assert 60 < effort.seconds < MOST_SECONDS


@pytest.mark.long
def test_the_same_way_at_the_speed_of_a_thumb(
    live_site: LiveSite, new_context: Callable[..., BrowserContext]
) -> None:
    """Slow keys let everything that waits for a pause or a timer come in between."""
    page = new_context(has_touch=True, is_mobile=True).new_page()
    assert walk(page, live_site, "sv", delay_ms=200).taps <= MOST_TAPS


@pytest.mark.parametrize("language", [pytest.param("sv", marks=pytest.mark.long), "en"])
def test_little_is_to_be_read_before_writing(live_site: LiveSite, page: Page, language: str) -> None:
    person = Walker(page, live_site, language)
    page.goto(person.url)
    begin = person.main.get_by_role("link", name=START[language], exact=True)
    read = page.evaluate(READ, begin.element_handle())
    person.start_writing("")
    read += page.evaluate(READ, person.box(person.say.narrative).element_handle())
    assert 50 < read <= MOST_WORDS


LANGUAGES = ("sv", "en")
# Everything that a person is to be told before writing (domain: "Before writing, the reporter is told").
TOLD = {
    "immediate danger": ("112", "112"),
    "the police otherwise": ("114 14", "114 14"),
    "nobody watches": ("Ingen bevakar", "Nobody watches"),
    "a private phone": ("privat telefon med mobildata", "private phone on mobile data"),
    "nothing of work's": (
        "Jobbets dator, telefon, konto eller wifi",
        "work computer, phone, account or Wi-Fi",
    ),
    "no name, address or device": (
        "sparar inte ditt namn, din nätadress eller uppgifter om din enhet",
        "not store your name, your network address or data about your",
    ),
    "who can read": ("krypteras för de utredare du väljer", "encrypted for the investigators you choose"),
    "a monitored device, a look": (
        "enhet som övervakas, eller någon som ser din skärm",
        "monitored device, or someone who sees your screen",
    ),
    "details and what is said later": (
        "Detaljer som bara du känner till, och det du berättar senare",
        "Details only you know, and what you say later",
    ),
    "a tampered site": ("En sida som någon har ändrat", "A page someone has altered"),
    "times and rooms": ("exakta tider och rum", "exact times and rooms"),
    "a unique role": ("en roll som bara du har", "a role that only you have"),
    "personal numbers": ("personnummer", "personal identity numbers"),
    "photos": ("Bilder kan röja dig", "Photos can give you away"),
    "the receipt by hand": ("Skriv av kvittot för hand", "Copy the receipt by hand"),
    "lost means gone": ("kan ingen få fram det", "nobody can recover it"),
    "the history stays": ("Den rensar inte historiken", "It does not clear your history"),
    "reprisals": ("Repressalier är förbjudna", "Reprisals are prohibited"),
    "media and authorities": ("medier och myndigheter", "media and to authorities"),
    "it replaces no other report": (
        "orosanmälan lex Sarah polisanmälan anmälan om arbetsskada",
        "lex Sarah report a police report a work injury report",
    ),
    "support": ("Skyddsombudet och facket", "safety representative and your union"),
    "more support": ("Företagshälsovården", "Occupational health service"),
    "victims": ("Brottsofferjouren", "Victim Support"),
    "clock: assessment": ("inom 2 arbetsdagar", "within 2 working days"),
    "clock: first answer": ("inom 7 dagar", "within 7 days"),
    "clock: feedback": ("3 månader efter första svaret", "3 months after the first answer"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_is_somewhere_in_the_layers(live_site: LiveSite, language: str) -> None:
    shown = ""
    for path in ("", "anmal"):
        html = urlopen(f"{live_site.url}/{language}/{path}").read().decode()  # noqa: S310
        body = re.sub(r"<template.*?</template>", "", html.partition('data-in="receipt"')[0], flags=re.DOTALL)
        shown += " " + re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))
    assert [what for what, said in TOLD.items() if said[LANGUAGES.index(language)] not in shown] == []
