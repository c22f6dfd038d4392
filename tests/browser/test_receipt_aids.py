"""The nine words on paper with nothing that betrays them, and help with typing them in again."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from reporting_app.crypto import receipt, wordlist
from reporting_app.crypto.errors import Refused
from tests.browser.walking import SLOW, Walker, axe_findings, small_targets, wider_than_screen
from tests.browser_fixtures import LiveSite

pytestmark = pytest.mark.browser
# Words that somebody sees, those that style sheets add included.
SEEN = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), one = walker.currentNode.parentElement;
    const wide = one.getBoundingClientRect().width > 1;
    if (text !== '' && one.checkVisibility() && wide) texts.push(text);
  }
  return texts;
}"""
PICTURED = """() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility())
  .filter((one) => one.matches('img, svg, canvas, button, a, input')
    || ['', '::before'].some((part) => /url|gradient/.test(getComputedStyle(one, part).backgroundImage)))
  .map((one) => one.outerHTML.slice(0, 80))"""
COLOURS = """() => {
  const word = document.querySelector('#words li'), paper = getComputedStyle(document.body);
  return [getComputedStyle(word).color, getComputedStyle(word, '::before').color, paper.backgroundColor];
}"""
NOTE_PRINTS = """
window.printed = [];
window.print = () => {
  dispatchEvent(new Event('beforeprint'));
  window.printed.push(document.title);
  dispatchEvent(new Event('afterprint'));
};
"""


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def words_in(html: str) -> set[str]:
    return set(re.findall(r"\w+", html))


@pytest.fixture
def person(live_site: LiveSite, page: Page) -> Walker:
    page.add_init_script(NOTE_PRINTS)
    return Walker(page, live_site)


def test_the_words_print_on_one_page_and_nothing_else_does(person: Walker) -> None:
    page = person.page
    words = person.report()
    title = page.title()
    button = person.button("Skriv ut orden")
    for warning in ("Aldrig på jobbet", "sidans adress", "kopia"):
        expect(button).to_have_accessible_description(re.compile(warning))
    for paper in ("A4", "Letter"):
        pdf = page.pdf(format=paper)
        assert pages_of(pdf) == 1
        assert not any(
            one in pdf for one in (title.encode(), title.encode("utf-16-be").hex().upper().encode())
        )
    assert page.title() == title
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(SEEN) == words
    assert page.evaluate(PICTURED) == []
    assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.emulate_media(media="screen")
    button.click()
    assert page.evaluate("() => window.printed") == ["–"]
    assert page.title() == title
    person.type_back(words)
    page.evaluate("() => print()")
    assert page.evaluate("() => window.printed") == ["–", title]
    page.emulate_media(media="print")
    assert not set(words) & set(page.evaluate(SEEN))


@pytest.mark.long
def test_the_longest_words_fit_on_a_small_page(person: Walker) -> None:
    person.report()
    longest = sorted(wordlist.words(), key=len)[-9:]
    fill = (
        "words => document.querySelectorAll('#words li').forEach((one, at) => (one.textContent = words[at]))"
    )
    person.page.evaluate(fill, longest)
    assert pages_of(person.page.pdf(format="A5")) == 1


def test_a_print_from_elsewhere_is_what_is_on_the_page(person: Walker) -> None:
    page = person.page
    person.start_writing("Det jag skrev.")
    page.emulate_media(media="print")
    seen = page.evaluate(SEEN)
    assert {"Vad har hänt?", "Det här skickar du"} <= set(seen)
    assert not {"Lämna sidan", "Skicka", "Akut fara eller stöd"} & set(seen)


@pytest.fixture
def typing(person: Walker) -> Walker:
    person.page.goto(person.url + "kvitto")
    expect(person.button("Visa")).to_be_enabled(timeout=SLOW)
    person.box("Ditt kvitto").focus()
    person.requests.clear()
    return person


def is_receipt(words: list[str]) -> bool:
    try:
        receipt.from_words(" ".join(words))
    except Refused:
        return False
    return True


def offered(person: Walker, group: str = "Välj ord") -> list[str]:
    return person.page.get_by_role("group", name=group).get_by_role("button").all_inner_texts()


def test_words_are_offered_while_one_is_typed_and_taken_by_tap(typing: Walker) -> None:
    page, box = typing.page, typing.box("Ditt kvitto")
    page.keyboard.type("a")
    assert offered(typing) == [], "one letter says nothing"
    page.keyboard.type("ker")
    assert offered(typing) == ["åkerbär", "åkerbruk", "åkermark"]
    assert axe_findings(page) + wider_than_screen(page) + small_targets(page) == []
    page.get_by_role("button", name="åkerbruk").click()
    expect(box).to_have_value("åkerbruk ")
    expect(box).to_be_focused()
    assert offered(typing) == []
    page.keyboard.type("abb")
    assert offered(typing) == ["abborre"]
    page.keyboard.type("orre")
    assert offered(typing) == [], "nothing more to offer"
    box.fill("")
    assert typing.requests == []


def test_nine_words_by_keyboard_alone_with_help(typing: Walker) -> None:
    """A foreign keyboard: five letters of each word, then Tab to the one meant."""
    page, box = typing.page, typing.box("Ditt kvitto")
    words = "omväg känslig krafsa rödlök omelett importera sippra novis".split()
    words.append(next(w for w in wordlist.words() if is_receipt([*words, w])))
    for word in words:
        page.keyboard.type(word[:5].translate(str.maketrans("åäö", "aao")))
        beginning = offered(typing)
        if word not in beginning:
            page.keyboard.type(word[5:] + " ")
            continue
        for _ in range(beginning.index(word) + 1):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=word, exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(box).to_be_focused()
    assert wordlist.fold(box.input_value()) == wordlist.fold(" ".join(words)) + " "
    page.keyboard.press("Enter")
    typing.sees("notfound")


def test_a_finished_word_that_is_not_in_the_list_is_named_at_once(typing: Walker) -> None:
    page, box = typing.page, typing.box("Ditt kvitto")
    page.keyboard.type("abborre absolut åkermarj")
    expect(page.get_by_text("finns inte i listan")).to_have_count(0)
    page.keyboard.type(" ")
    expect(
        page.get_by_role("status").filter(has_text="Ord 3 finns inte i listan: ”åkermarj”.")
    ).to_be_visible()
    expect(box).to_be_focused()
    assert offered(typing, "Menar du något av de här?") == ["åkermark"]
    page.get_by_role("button", name="åkermark").click()
    expect(box).to_have_value("abborre absolut åkermark ")
    expect(page.get_by_text("finns inte i listan")).to_have_count(0)
    assert typing.requests == []


def test_nothing_is_offered_once_nine_words_stand(typing: Walker) -> None:
    """Also where a longer word begins as the last one does."""
    page = typing.page
    page.keyboard.type("abborre " * 8 + "arti")
    assert offered(typing) == ["artig", "artikel"]
    page.keyboard.press("Backspace")
    assert offered(typing) == []


def test_a_wrong_word_is_said_once(typing: Walker) -> None:
    page = typing.page
    page.keyboard.type("abborre åkermarj absolut")
    said = page.get_by_text("finns inte i listan").filter(visible=True)
    expect(said).to_have_text("Ord 2 finns inte i listan: ”åkermarj”.")
    page.keyboard.press("Enter")
    expect(said).to_have_text("Ordet ”åkermarj” finns inte i listan. Titta på ord 2.")
    assert offered(typing, "Menar du något av de här?") == ["åkermark"]
    page.keyboard.type("e")
    expect(said).to_have_text("Ord 2 finns inte i listan: ”åkermarj”.")


def test_offers_are_announced_once_after_a_pause(typing: Walker) -> None:
    page = typing.page
    page.clock.install()
    page.evaluate(
        """() => {
          window.said = [];
          const line = document.getElementById('word-count');
          new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });
        }"""
    )
    for letter in "åker":
        page.keyboard.type(letter)
        page.clock.run_for(300)
    assert page.evaluate("() => window.said") == []
    page.clock.run_for(2_000)
    assert page.evaluate("() => window.said") == ["3 ord att välja på."]


def test_nothing_of_the_words_stays_and_every_state_is_explained(person: Walker) -> None:
    page = person.page
    words = person.report()
    person.type_back(words)
    person.come_back([*words[:8], words[8][:3] + "qq"])
    expect(page.get_by_text("finns inte i listan").first).to_be_visible()
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert not [one for one in page.locator("[data-private]").all() if one.text_content()]
    person.come_back(words)
    person.sees("found")
    held = page.evaluate("() => document.body.innerHTML")
    # Some of the list are ordinary words, and the page says those to everybody.
    everybodys = words_in(page.request.get(f"{person.url}kvitto").text())
    assert set(words) & words_in(held) <= everybodys
    assert len(set(words) - everybodys) > 4, "most of them would be seen"
    assert not [pair for pair in pairwise(words) if " ".join(pair) in held]
    page.get_by_text("Vad de olika lägena betyder").click()
    terms = page.locator("#meanings").get_by_role("term").all_inner_texts()
    assert terms == ["Lagrad", "Mottagen", "Bedöms", "Utreds", "Åtgärdas", "Avslutad"]
    expect(page.locator("#meanings").get_by_role("definition").first).to_have_text(
        "Rapporten finns på servern, men ingen utredare har hämtat den än."
    )
