"""Every page and state for the reporter, as a phone and a desk show it, light and dark: `make pictures`.

One JPEG a state with its four variants, under docs/pictures/sheets/; README.md there lists them.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from reporting_app.crypto import receipt  # noqa: E402
from tests.browser.test_without_scripts import Plain  # noqa: E402
from tests.browser.walking import SLOW, Walker  # noqa: E402
from tests.browser_fixtures import ARGUMENTS, CHROMIUM, Investigator, LiveSite, running_site  # noqa: E402

SHEETS = ROOT / "docs" / "pictures" / "sheets"
MOST_BYTES = 150_000
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
VARIANTS = [(size, scheme) for size in (PHONE, DESK) for scheme in ("light", "dark")]
SHOWN = {360: 230, 1280: 500}  # how wide a variant stands in its sheet, px
GAP = 12
PAPER_WIDTH = 2 * SHOWN[360] + SHOWN[1280] + 4 * GAP
TELLING = "Jag är den enda kuratorn. Han väntade på Storgatan 12 och ringde 070-123 45 67."
SHELLS = {"": "start", "ledning": "statistics", "tillganglighet": "accessibility"}
SHELLS |= {"personuppgifter": "privacy", "finns-inte": "not-found"}
LANGUAGES = ("en", "fi", "sv-simple")

PAPER = f"""body {{ display: grid; grid-template: auto auto 1fr / repeat(3, auto); gap: {GAP}px;
  margin: {GAP}px; align-items: start; justify-content: start; background: #888; }}
img:nth-child(-n + 2) {{ grid-row: 1 / 4; }}
img:nth-child(n + 3) {{ grid-column: 3; }}"""

SHRINK = """([zoom, phone, desk]) => document.querySelectorAll('img').forEach((one) => {
  one.width = zoom * (one.naturalWidth > 400 ? desk : phone);
})"""

Scenes = Iterator[tuple[str, str]]


@dataclass
class Described:
    """Names of sheets and what is on them, in the order of the walk."""

    captions: dict[str, str]
    pictures: dict[str, list[bytes]]


def scenes(person: Walker, site: LiveSite) -> Scenes:
    """With scripts: (name, what is seen), each time the page stands ready for its picture."""
    yield from shells(person)
    words = yield from writing(person)
    yield from coming_back(person, site, words)


def shells(person: Walker) -> Scenes:
    for path, name in SHELLS.items():
        person.page.goto(person.url + path)
        yield name, f"`/sv/{path}`"


def writing(person: Walker) -> Iterator[tuple[str, str]]:
    page = person.page
    person.start_writing("")
    yield "report-empty", "the report page as it opens"
    person.button(person.say.send).click()
    yield "report-error", "sent with nothing written"
    person.box(person.say.narrative).fill(TELLING)
    page.locator("#questions > summary").click()
    page.locator("[data-question=form] > summary").click()
    page.locator("[data-question=form] input").first.check()
    page.locator("#investigators input").nth(1).check()
    expect(page.locator("#narrative-hints li")).to_have_count(3)
    yield "report-written", "hints, one question open, somebody left out, summary"
    page.route("**/v1/letters", lambda route: route.abort())
    person.button(person.say.send).click()
    person.sees("failed")
    yield "report-not-sent", "the network is away"
    page.unroute("**/v1/letters")
    person.button(person.say.again).click()
    person.sees("sent")
    words = person.words()
    yield "report-receipt", "nine words to copy"
    person.type_back(words)
    yield "report-done", "the receipt has been checked"
    return words


def coming_back(person: Walker, site: LiveSite, words: list[str]) -> Scenes:
    page = person.page
    page.goto(person.url + "kvitto")
    expect(person.button(person.say.show)).to_be_enabled(timeout=SLOW)
    yield "return-empty", "the return page as it opens"
    person.come_back(["qqqq", *words[1:]])
    yield "return-wrong-word", "a word that is not in the list"
    person.come_back(receipt.to_words(receipt.generate()).split())
    person.sees("notfound")
    yield "return-nothing-found", "a receipt of which the site has nothing"
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack för att du berättar. Händer det ofta, och är du i fara nu?")
    investigator.status("assessing")
    person.come_back(words)
    person.sees("found")
    yield "thread-answered", "opened and answered"
    investigator.close("support", "Vi har ordnat stöd och flyttat mötena till ett annat hus.")
    person.come_back(words)
    person.sees("found")
    yield "thread-closed", "closed, with the reason"


def plain_scenes(plain: Plain, site: LiveSite) -> Scenes:
    """Without scripts."""
    page = plain.page
    page.goto(plain.url + "anmal")
    yield "plain-notice", "the report page where no scripts run"
    page.goto(plain.url + "utan/anmal")
    yield "plain-report", "the plain form"
    plain.write("De stod utanför skolan\nnär jag gick hem.")
    page.locator(".questions > summary").click()
    page.locator("[data-question=already_told] > summary").click()
    page.locator("[data-question=already_told] input").first.check()
    plain.press("Granska")
    yield "plain-review", "what is about to be sent"
    plain.press("Skicka")
    words = plain.words()
    yield "plain-sent", "the receipt"
    page.goto(plain.url + "utan/kvitto")
    yield "plain-return", "the plain return form"
    investigator = Investigator(site)
    investigator.open()
    investigator.reply("Tack. Är du i fara nu?")
    plain.look_plainly(words)
    yield "plain-thread", "opened and answered"


def translated(page: Page, site: LiveSite) -> Scenes:
    for language in LANGUAGES:
        page.goto(f"{site.url}/{language}/anmal")
        expect(page.locator("#send")).to_be_enabled(timeout=SLOW)
        yield f"report-{language}", f"the report page, `/{language}/`"


@contextmanager
def fresh_site() -> Iterator[LiveSite]:
    with tempfile.TemporaryDirectory() as folder, running_site(f"sqlite:///{folder}/site.db") as site:
        yield site


def walk(browser: Browser, size: dict[str, int], scheme: str, kept: Described) -> None:
    """One variant of every sheet."""
    options = {"viewport": size, "color_scheme": scheme, "locale": "sv-SE"}
    with fresh_site() as site:
        page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
        photograph(page, scenes(Walker(page, site), site), kept)
        photograph(page, translated(page, site), kept)
    with fresh_site() as site:
        page = browser.new_context(**options, java_script_enabled=False).new_page()  # type: ignore[arg-type]
        photograph(page, plain_scenes(Plain(page, site), site), kept)


def photograph(page: Page, stops: Scenes, kept: Described) -> None:
    for name, caption in stops:
        page.mouse.move(0, 0)
        page.evaluate("() => scrollTo(0, 0)")
        kept.captions[name] = caption
        kept.pictures.setdefault(name, []).append(page.screenshot(full_page=True))


def compose(page: Page, pictures: list[bytes]) -> bytes:
    """The phones beside each other, the desks above each other: as good a JPEG as the size allows."""
    images = "".join(
        f'<img width="{SHOWN[size["width"]]}" src="data:image/png;base64,{base64.b64encode(one).decode()}">'
        for (size, _), one in zip(VARIANTS, pictures, strict=True)
    )
    page.set_content(images)
    page.add_style_tag(content=PAPER)
    page.wait_for_function("() => [...document.images].every((one) => one.complete)")
    for zoom, quality in ((1, 60), (1, 45), (0.85, 45), (0.7, 45), (0.6, 45)):
        page.evaluate(SHRINK, [zoom, SHOWN[360], SHOWN[1280]])
        page.set_viewport_size({"width": int(PAPER_WIDTH * zoom) + 4 * GAP, "height": 300})
        sheet = page.screenshot(full_page=True, type="jpeg", quality=quality)
        if len(sheet) <= MOST_BYTES:
            break
    return sheet


def index(captions: dict[str, str]) -> str:
    lines = [f"| [{name}]({name}.jpg) | {caption} |" for name, caption in captions.items()]
    head = "Every page and state, 360 and 1280 px wide, light and dark; made by `make pictures`."
    return "\n".join([head, "", "| Sheet | What it shows |", "|---|---|", *lines, ""])


def main() -> None:
    SHEETS.mkdir(parents=True, exist_ok=True)
    kept = Described({}, {})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for size, scheme in VARIANTS:
            walk(browser, size, scheme, kept)
        paper = browser.new_page(viewport={"width": PAPER_WIDTH, "height": 300})
        for name, pictures in kept.pictures.items():
            (SHEETS / f"{name}.jpg").write_bytes(compose(paper, pictures))
        browser.close()
    (SHEETS / "README.md").write_text(index(kept.captions), "utf-8")


if __name__ == "__main__":
    main()
