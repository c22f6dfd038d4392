"""A second engine: the reporter's walk in Firefox ESR, also as cautious people set it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.second_engine import FIREFOX, WHY_SKIPPED, Firefox, Preferences, running_firefox
from tests.browser.walking import LABELS
from tests.browser_fixtures import Investigator, LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FIREFOX.exists(), reason=WHY_SKIPPED)]
SV = LABELS["sv"]
TOKYO, GREENWICH = -540, 0
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
        words = report(person, live_site, "Min chef hotar mig.")
        come_back(person, live_site, words)
        assert person.texts("#state-name") == ["Lagrad"]
        investigator = Investigator(live_site)
        investigator.open()
        investigator.reply("Tack för att du berättar. Händer det ofta?")
        come_back(person, live_site, words)
        person.sees("Händer det ofta?")
        person.write(SV.more, "Varje vecka.")
        person.press(SV.reply)
        person.sees("Ditt svar är lagrat.")
        told = [e.body for _, reading in investigator.read() for e in reading.events]
        assert {"Min chef hotar mig."} == {body["narrative"] for body in told if "narrative" in body}
        assert "Varje vecka." in [body.get("text") for body in told]
        here = person.about_itself()
        record = person.record()
    assert (here["hasWebAssembly"], here["timezone"]) == (webassembly, timezone), "the profile took effect"
    assert [url for url in record["requests"] if not url.startswith((live_site.url, "data:"))] == []
    assert (record["cookies"], record["problems"]) == (0, [])


def test_without_scripts_firefox_shows_whom_to_call_and_nothing_that_cannot_work(
    live_site: LiveSite, tmp_path: Path
) -> None:
    with running_firefox(tmp_path, NO_SCRIPTS) as person:
        for path in ("anmal", "kvitto"):
            person.open(f"{live_site.url}/sv/{path}")
            person.sees("Sidan behöver JavaScript")
            person.sees("Du kan också ringa:")
            assert person.texts("main a[href^='tel:']")
            assert person.texts("button, textarea, input, select") == []
        assert person.record()["problems"] == []
