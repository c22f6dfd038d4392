"""Somebody looks at the device afterwards, or at what the page asks of the network: nothing tells of it.

Words and text are in the page as long as a person needs them, in nothing that outlives it, and in no request.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.walking import Walker
from tests.browser_fixtures import LiveSite

pytestmark = pytest.mark.browser
SECRET = "Hemlighet-som-inte-far-bli-kvar"
MORE = "Ännu-en-hemlighet-som-inte-far-bli-kvar"
EXIT = "https://www.1177.se/"
# Everything that a page can leave behind for the next one, for the person at the screen or for the console.
KEPT = """async () => JSON.stringify([
  document.title, location.href, history.state, window.name, document.cookie,
  {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys(),
  (await navigator.serviceWorker?.getRegistrations() ?? []).length,
])"""
FIELDS = "() => [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')"
PRIVATE = {
    "autocomplete": "off",
    "autocorrect": "off",
    "spellcheck": "false",  # some browsers send what is checked to their maker
    "writingsuggestions": "false",
}


class Watch:
    """What a page has kept and said so far."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._said: list[str] = []
        page.on("console", lambda message: self._said.append(message.text))

    def traces(self, *of: str) -> list[str]:
        kept = str(self._page.evaluate(KEPT)) + json.dumps(self._said, ensure_ascii=False)
        return [one for one in of if len(one) > 5 and one in kept]

    def is_empty(self) -> bool:
        """Whether all storage is empty, whatever might be in it."""
        _, _, _, name, *stores = json.loads(str(self._page.evaluate(KEPT)))
        return (name, stores) == ("", ["", {}, {}, [], [], 0]) and self._said == []


def test_at_no_step_is_anything_of_it_kept_outside_the_page(live_site: LiveSite, page: Page) -> None:
    person, watch = Walker(page, live_site), Watch(page)
    title = page.goto(person.url + "anmal") and page.title()
    words = person.report(SECRET)
    assert page.title() == title
    assert watch.traces(SECRET, *words) == []
    person.type_back(words)
    assert watch.traces(SECRET, *words) == []
    person.come_back(words)
    person.sees("found")
    person.write_more(MORE)
    expect(page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    assert watch.traces(SECRET, MORE, *words) == []
    assert watch.is_empty()


@pytest.mark.long
@pytest.mark.parametrize(
    "leak",
    [
        "document.title = '?'", "location.hash = '?'", "history.replaceState({ word: '?' }, '')",
        "window.name = '?'", "document.cookie = 'draft=?'", "localStorage.setItem('draft', '?')",
        "sessionStorage.setItem('draft', '?')", "caches.open('?')", "console.log('?')",
        "new Promise((done) => (indexedDB.open('?').onsuccess = done))",
    ],
)  # fmt: skip
def test_a_trace_would_be_found(live_site: LiveSite, page: Page, leak: str) -> None:
    watch = Watch(page)
    page.goto(f"{live_site.url}/sv/anmal")
    assert watch.traces(SECRET) == []
    page.evaluate(f"async () => {{ await ({leak.replace('?', SECRET)}); }}")
    assert watch.traces(SECRET) == [SECRET]


def test_what_was_typed_leaves_its_field_when_it_is_needed_no_more(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    person.start_writing(SECRET)
    assert SECRET in page.evaluate(FIELDS)
    person.button("Skicka").click()
    person.sees("sent")
    assert SECRET not in page.evaluate(FIELDS)
    words = person.words()
    person.type_back(words)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack. Nu kan du stänga sidan.")
    expect(page.locator("#narrative, #words, #early-words, #back-first")).to_have_count(0)
    person.come_back(words)
    person.sees("found")
    assert not [word for word in words if word in page.evaluate(FIELDS)]


def test_a_page_that_the_browser_keeps_for_its_back_button_holds_nothing(
    live_site: LiveSite, page: Page
) -> None:
    """No browser in a test keeps such pages: the events are the ones with which it would say so."""
    person = Walker(page, live_site)
    person.start_writing(SECRET)
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert SECRET not in page.evaluate(FIELDS)
    with page.expect_navigation():
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


@pytest.mark.parametrize("path", ["anmal", "kvitto"])
def test_quick_exit_takes_the_pages_place_in_the_history(live_site: LiveSite, page: Page, path: str) -> None:
    person = Walker(page, live_site)
    page.route(f"{EXIT}**", lambda route: route.fulfill(body="<title>1177</title>Vård"))
    page.goto(person.url)
    page.goto(person.url + path)
    person.button("Lämna sidan").click()
    page.wait_for_url(EXIT)
    page.go_back()
    assert page.url == person.url


@pytest.mark.parametrize("path", ["anmal", "kvitto"])
def test_what_a_page_was_doing_when_it_was_left_ends_without_a_word(
    live_site: LiveSite, page: Page, path: str
) -> None:
    """Both the roster and the page that is fled to are slow: what comes in between comes too late."""
    person, slow, said = Walker(page, live_site), list[Route](), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.route("**/v1/roster", lambda route: slow.append(route))  # noqa: PLW0108 - bound methods fail
    page.route(f"{EXIT}**", lambda route: slow.append(route))  # noqa: PLW0108
    page.goto(person.url + path, wait_until="domcontentloaded")
    person.button("Lämna sidan").click(no_wait_after=True)
    while len(slow) < 2:
        page.wait_for_timeout(20)
    with page.expect_response("**/v1/roster"):
        slow[0].continue_()
    page.wait_for_timeout(200)
    assert said == [], "the page of this test also fails when a script does"
    slow[1].fulfill(body="<title>1177</title>Vård")
    page.wait_for_url(EXIT)


def test_closing_a_thread_clears_it_and_no_way_leads_back(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    words = person.report()
    person.type_back(words)
    page.goto(person.url)
    person.come_back(words)
    person.sees("found")
    person.box("Skriv mer").fill(MORE)
    person.button("Stäng och rensa").click()
    page.wait_for_url(person.url)
    page.go_back()
    assert page.url == person.url


@pytest.mark.parametrize(("path", "fields"), [("anmal", 3), ("kvitto", 3)])
def test_no_field_is_completed_checked_or_translated_by_somebody_else(
    live_site: LiveSite, page: Page, path: str, fields: int
) -> None:
    page.goto(f"{live_site.url}/sv/{path}")
    found = page.locator("textarea, input[type=text]").all()
    assert len(found) == fields
    for field in found:
        assert {name: field.get_attribute(name) for name in PRIVATE} == PRIVATE
    expect(page.locator("meta[name=google][content=notranslate]")).to_have_count(1)
    for private in page.locator(".words, .conversation").all():
        assert private.get_attribute("translate") == "no"


def test_requests_carry_no_cookie_no_referrer_and_go_nowhere_else(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    page.context.add_cookies([{"name": "of", "value": "another-service", "url": live_site.url}])
    words = person.report()
    person.type_back(words)
    person.come_back(words)
    person.sees("found")
    headers = {one.url: one.all_headers() for one in person.requests if one.is_navigation_request()}
    assert all("cookie" in sent for sent in headers.values()), "the browser has one to send"
    asked = [one for one in person.requests if "/v1/" in one.url]
    assert len(asked) > 5
    for one in asked:
        sent = one.all_headers()
        assert not {"cookie", "referer"} & set(sent)
        assert sent["cache-control"] == "no-cache", "as no-store is spelled in a request"
    assert all(one.url.startswith((live_site.url, "data:")) for one in person.requests)


def test_an_answer_that_leads_elsewhere_is_not_followed(live_site: LiveSite, page: Page) -> None:
    person = Walker(page, live_site)
    elsewhere = {"location": "/v1/elsewhere", "content-type": "application/octet-stream"}
    page.route("**/v1/letters", lambda route: route.fulfill(status=307, headers=elsewhere))
    person.start_writing(SECRET)
    person.button("Skicka").click()
    person.sees("failed")
    assert not [one for one in person.requests if "elsewhere" in one.url]


@pytest.mark.parametrize("asset", ["exit-*.js", "report-*.js", "site-*.css"])
def test_a_file_that_was_changed_on_its_way_is_not_used(
    live_site: LiveSite, new_context: Callable[..., BrowserContext], asset: str
) -> None:
    page = new_context().new_page()

    def alter(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\n/* one more line */")

    page.route(f"**/assets/{asset}", alter)
    page.goto(f"{live_site.url}/sv/anmal")
    expect(page.get_by_text("Sidan är inte redo än. Inget kan skickas.")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Skicka", exact=True)).to_be_disabled()


def test_receipt_and_keys_come_from_the_systems_randomness(live_site: LiveSite, page: Page) -> None:
    page.add_init_script(
        """
        Math.random = () => { throw new Error('not for secrets'); };
        window.drawn = 0;
        const draw = crypto.getRandomValues.bind(crypto);
        crypto.getRandomValues = (into) => { window.drawn += into.length; return draw(into); };
        """
    )
    Walker(page, live_site).report()
    # Receipt, content key, commitments' nonces and a seed for each of twelve slots are far more than this.
    assert page.evaluate("() => window.drawn") > 12 + 13 * 32
