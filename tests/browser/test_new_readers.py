"""The list of readers changes while somebody writes more: nothing is sealed to people they have not seen."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Walker
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = pytest.mark.browser
STALE = json.dumps({"type": "urn:reporting-app:roster-stale", "title": "", "detail": ""})


@pytest.fixture
def person(live_site: LiveSite, page: Page) -> Walker:
    """Somebody who has come back, and whose next letter the site refuses once as sealed to an old list."""
    walker = Walker(page, live_site)
    words = walker.report()
    walker.type_back(words)
    walker.come_back(words)
    walker.sees("found")
    page.route("**/v1/letters", lambda route: route.fulfill(status=409, body=STALE), times=1)
    walker.requests.clear()
    return walker


def test_a_message_waits_until_new_readers_have_been_seen(live_site: LiveSite, person: Walker) -> None:
    live_site.remove_member("utredare-3")
    person.write_more("Vem läser?")
    expect(
        person.page.get_by_role("alert").filter(has_text="har ändrats sedan du öppnade sidan")
    ).to_be_visible()
    expect(person.page.get_by_text("Utredare 3", exact=True)).to_have_count(0)
    expect(person.box("Skriv mer")).to_have_value("Vem läser?")
    assert len(person.sent_bytes()) == 1
    assert len(live_site.letters()) == 1
    person.button("Skicka svar").click()
    expect(person.page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    assert len(Investigator(live_site).read()) == 2


def test_a_message_to_the_same_readers_is_sealed_again(live_site: LiveSite, person: Walker) -> None:
    person.write_more("Samma läsare.")
    expect(person.page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    assert len(set(person.sent_bytes())) == 2
    assert len(live_site.letters()) == 2
