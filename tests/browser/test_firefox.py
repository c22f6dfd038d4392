"""A second engine: the reporter's walk in Firefox ESR, also as cautious people set it up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.second_engine import FIREFOX, WHY_SKIPPED, Firefox, Preferences, running_firefox
from tests.browser.walking import LABELS
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FIREFOX.exists(), reason=WHY_SKIPPED)]
SV = LABELS["sv"]
TOKYO, GREENWICH = -540, 0
REPORT, ANSWER, MORE = "Min chef hotar mig.", "Tack för att du berättar. Händer det ofta?", "Varje vecka."
DEFAULT: Preferences = {}
NO_WEBASSEMBLY = {"javascript.options.wasm": False}
NO_FINGERPRINT = {"privacy.resistFingerprinting": True}
NO_SCRIPTS = {"javascript.enabled": False}


def report(person: Firefox, site: LiveSite, text: str) -> list[str]:
    """From the first page to the receipt, typed back; the nine words."""
    person.open(f"{site.url}/sv/")
    person.press("Berätta")
    person.write(SV.narrative, text)
    person.press(SV.send)
    person.sees("Rapporten är lagrad")
    words = person.texts("#words > li")
    for label in person.texts(".pair label"):
        person.write(label, words[int(label.split()[-1]) - 1])
    person.press(SV.done)
    person.sees("Tack. Nu kan du stänga sidan.")
    return words


def come_back(person: Firefox, site: LiveSite, words: list[str]) -> None:
    person.open(f"{site.url}/sv/")
    person.press("Jag har ett kvitto")
    person.write(SV.receipt, " ".join(words))
    person.press(SV.show)
    person.sees("Steg för steg")


def take_the_simple_way(person: Firefox, site: LiveSite, path: str) -> None:
    """From the page that needs scripts, which without them shows nothing that cannot work."""
    person.open(f"{site.url}/sv/{path}")
    person.sees("Din webbläsare kör inte JavaScript")
    assert person.texts("button, textarea, input, select") == []
    person.press("Till den enkla vägen")
    person.sees("Här ser servern det du skriver och ditt kvitto.")


def told(investigator: Investigator) -> set[str]:
    """What has been written in the thread, by anybody."""
    bodies = [event.body for _, reading in investigator.read() for event in reading.events]
    return {str(body[key]) for body in bodies for key in ("narrative", "text") if key in body}


def check(record: dict[str, Any], site: LiveSite) -> None:
    """Nobody else was asked for anything, nothing is kept, nothing was complained of."""
    assert [url for url in record["requests"] if not url.startswith((site.url, "data:"))] == []
    assert (record["cookies"], record["problems"]) == (0, [])


@pytest.mark.parametrize(
    ("preferences", "webassembly", "timezone"),
    [
        pytest.param(DEFAULT, True, TOKYO, id="as it comes"),
        pytest.param(NO_WEBASSEMBLY, False, TOKYO, id="WebAssembly off", marks=pytest.mark.long),
        pytest.param(NO_FINGERPRINT, True, GREENWICH, id="fingerprinting resisted", marks=pytest.mark.long),
    ],
)
def test_a_report_is_sent_answered_and_followed_up_in_firefox(
    live_site: LiveSite, tmp_path: Path, preferences: Preferences, webassembly: bool, timezone: int
) -> None:
    with running_firefox(tmp_path, preferences) as person:
        words = report(person, live_site, REPORT)
        come_back(person, live_site, words)
        assert person.texts("#state-name") == ["Lagrad"]
        investigator = Investigator(live_site)
        investigator.open()
        investigator.reply(ANSWER)
        come_back(person, live_site, words)
        person.sees(ANSWER)
        person.write(SV.more, MORE)
        person.press(SV.reply)
        person.sees("Ditt svar är lagrat.")
        here = person.about_itself()
        record = person.record()
    assert (here["hasWebAssembly"], here["timezone"]) == (webassembly, timezone), "the profile took effect"
    assert here["sideways"] == 0
    assert told(investigator) == {REPORT, ANSWER, MORE}
    check(record, live_site)


@pytest.mark.long
def test_a_report_is_sent_answered_and_followed_up_in_firefox_without_scripts(
    live_site: LiveSite, tmp_path: Path
) -> None:
    with running_firefox(tmp_path, NO_SCRIPTS) as person:
        take_the_simple_way(person, live_site, "anmal")
        person.write(SV.narrative, REPORT)
        person.press("Granska")
        person.sees(REPORT)
        person.press(SV.send)
        person.sees("Rapporten är lagrad")
        words = person.texts(".words > li")
        assert len(words) == 9
        investigator = Investigator(live_site)
        investigator.open()
        investigator.reply(ANSWER)
        take_the_simple_way(person, live_site, "kvitto")
        person.write(SV.receipt, " ".join(words))
        person.press(SV.show)
        person.sees(ANSWER)
        person.write(SV.more, MORE)
        person.press(SV.reply)
        person.sees("Ditt svar är lagrat.")
        record = person.record()
    assert told(investigator) == {REPORT, ANSWER, MORE}
    check(record, live_site)
