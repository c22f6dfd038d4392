"""What a person does on the reporter's pages, step by step, found by role and label as people find it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser_fixtures import ROOT, LiveSite

# What the page waits for takes a twentieth of its time.
HURRY = """const wait = setTimeout;
window.setTimeout = (act, milliseconds, ...more) => wait(act, milliseconds / 20, ...more);"""
AXE = (ROOT / "client/node_modules/axe-core/axe.min.js").read_text("utf-8")
SLOW = 20_000


@dataclass(frozen=True)
class Words:
    """The labels that a language's page promises to keep."""

    narrative: str
    send: str
    done: str
    receipt: str
    show: str
    more: str
    reply: str
    again: str
    leave_out: str
    leave: str


LABELS = {
    "sv": Words(
        "Vad har hänt?", "Skicka", "Klar", "Ditt kvitto", "Visa", "Skriv mer", "Skicka svar", "Försök igen",
        "Lämna utanför", "Lämna sidan",
    ),
    "en": Words(
        "What has happened?", "Send", "Done", "Your receipt", "Show", "Write more", "Send reply", "Try again",
        "Leave out", "Leave page",
    ),
}  # fmt: skip


class Walker:
    """A person with a browser, on one site, in one language."""

    def __init__(self, page: Page, site: LiveSite, language: str = "sv") -> None:
        self.page = page
        self.url = f"{site.url}/{language}/"
        self.say = LABELS[language]
        self.requests: list[Request] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=name, exact=True)

    def sees(self, state: str) -> None:
        expect(self.main).to_have_attribute("data-state", state, timeout=SLOW)

    def start_writing(self, text: str) -> None:
        self.page.goto(self.url + "anmal")
        expect(self.button(self.say.send)).to_be_enabled(timeout=SLOW)
        self.box(self.say.narrative).fill(text)

    def report(self, text: str = "Någon följer efter mig hem från jobbet.") -> list[str]:
        """Writes, sends and gives the nine words, not yet typed back."""
        self.start_writing(text)
        self.button(self.say.send).click()
        self.sees("sent")
        return self.words()

    def words(self) -> list[str]:
        return (
            self.page.get_by_role("region", name=self.say.receipt).get_by_role("listitem").all_inner_texts()
        )

    def type_back(self, words: list[str]) -> None:
        for field in self.main.get_by_role("textbox").all():
            place = int(str(field.evaluate("field => field.labels[0].textContent")).split()[-1])
            field.fill(words[place - 1])
        self.button(self.say.done).click()

    def come_back(self, words: list[str]) -> None:
        self.page.goto(self.url + "kvitto")
        expect(self.button(self.say.show)).to_be_enabled(timeout=SLOW)
        self.box(self.say.receipt).fill(" ".join(words))
        self.button(self.say.show).click()

    def write_more(self, text: str) -> None:
        self.box(self.say.more).fill(text)
        self.button(self.say.reply).click()

    def sent_bytes(self) -> list[bytes]:
        """The body of every submission that left the page."""
        return [r.post_data_buffer or b"" for r in self.requests if r.method == "POST"]

    def says_in_requests(self, text: str) -> bool:
        """Whether any request carries these words, in its address or body."""
        found = [r.url.encode() + (r.post_data_buffer or b"") for r in self.requests]
        return any(text.encode() in one for one in found)


def log_in_first(route: Route) -> None:
    """What a café's network answers, whatever was asked for."""
    route.fulfill(status=200, content_type="text/html", body="<h1>Logga in på wifi</h1>")


def number_in(sentence: str) -> int:
    return int("".join(sign for sign in sentence if sign.isdigit()))


def open_everything(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")


def axe_findings(page: Page, *rules: str) -> list[str]:
    """What axe-core finds wrong, WCAG 2.2 AA and its best practices; with ``rules`` those only."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def wider_than_screen(page: Page) -> list[str]:
    """What makes the page scroll sideways, to the left in a page from right to left."""
    script = """() => {
      const width = document.documentElement.clientWidth;
      if (document.scrollingElement.scrollWidth <= width) return [];
      const found = [...document.querySelectorAll('body *')]
        .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 120)])
        .filter(([box]) => box.right > width + 1 || box.left < -1)
        .map(([, text]) => text);
      return ['the page', ...found];
    }"""
    return list(page.evaluate(script))


def small_targets(page: Page) -> list[str]:
    """Controls lower than 44 px, other than links inside running text."""
    script = """() => [...document.querySelectorAll('button, summary, .button, .check, nav a, input')]
      .filter((one) => !['checkbox', 'radio'].includes(one.type))
      .filter((one) => one.checkVisibility())
      .filter((one) => one.getBoundingClientRect().height < 44)
      .map((one) => one.outerHTML.slice(0, 120))"""
    return list(page.evaluate(script))
