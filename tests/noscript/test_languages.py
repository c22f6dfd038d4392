"""The plain forms speak the language of their address, and only languages that are offered."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import pages
from reporting_app.site.languages import CODES
from tests.deployment import World, world_of
from tests.noscript.person import Person, letters
from tests.site.test_languages import without
from tests.site_fixtures import Visitor, make_app
from tests.storage_fixtures import FakeClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WRONG_WORD = {
    "sv": "Ordet ”xyz” finns inte i listan. Titta på ord 1.",
    "en": "The word “xyz” is not in the list. Look at word 1.",
    "fi": "Sanaa ”xyz” ei ole luettelossa. Katso sanaa 1.",
    "sv-simple": "Ordet ”xyz” finns inte i listan. Titta på ord 1.",
}
DAY = {"sv": "21 november 2026", "en": "21 November 2026", "fi": "21. marraskuuta 2026"}


@pytest.mark.parametrize("code", CODES)
def test_a_report_and_its_receipt_in_one_language(person: Person, newcomer: Visitor, code: str) -> None:
    report, receipt = f"/{code}/utan/anmal", f"/{code}/utan/kvitto"
    person.post(report, step="review", text="Jag är rädd.")
    page = person.press(report, "send")
    assert '<ol class="words" role="list" lang="sv" dir="ltr"' in page
    words = " ".join(re.findall(r"<li>(\w+)</li>", page))
    (reading,) = letters(newcomer)
    assert reading.events[-1].body["language"] == code
    assert WRONG_WORD[code] in person.post(receipt, receipt="xyz" + words[words.index(" ") :])
    assert DAY[code.removesuffix("-simple")] in person.post(receipt, receipt=words)


@pytest.mark.parametrize("path", ["anmal", "kvitto"])
def test_a_language_with_a_gap_has_no_plain_forms(
    built: None, engine: Engine, world: World, site_clock: FakeClock, path: str
) -> None:
    gappy = world_of(world.keys, without("fi"))
    app = make_app(engine, gappy, site_clock)
    pages.install(app, noscript=True)
    noscript_pages.install(app)
    visitor = Visitor(app.test_client(), gappy, site_clock)
    visitor.publish()
    assert visitor.get(f"/fi/utan/{path}").status_code == 404
    assert visitor.get(f"/en/utan/{path}").status_code == 200
