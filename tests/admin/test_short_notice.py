"""Against a majority that backdates and a site that helps it: a panel shouts about whom it showed too late.

An honest site refuses such a version (tests/site/test_publishing.py); what remains is that a panel which knew
the roster before meets the new member too late, and says so until its member has compared by voice.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from reporting_app.admin.home import PanelHome
from reporting_app.cli import common
from reporting_app.cli.main import main
from reporting_app.crypto.keyfile import KeyFile
from reporting_app.crypto.members import fingerprint, spoken
from tests.admin.newcomers import leave, let_in
from tests.admin.world import CHEAP, PASSPHRASE, FakeSite, Office
from tests.deployment import member_keys

DAY = timedelta(days=1)
SHOUT = "Kontrollera en ny medlem"
PAGES = ("/cases", "/roster")


def shouts(panel: Office.Open) -> bool:
    """Whether every page shouts; all pages do or none does."""
    found = {SHOUT in panel.browser.get(path).text for path in PAGES}
    assert len(found) == 1
    return found.pop()


def _notice(page: str) -> str:
    return page[page.index('aria-labelledby="hasty-2"') : page.index("/roster/compared/2")]


def backdate(office: Office) -> None:
    today = office.clock.today
    let_in(office, today - 30 * DAY, today - DAY)


@pytest.mark.parametrize("member", ["utredare-3", "tillsyn-1"])
def test_a_backdated_member_is_shouted_about_over_restarts_until_compared(
    office: Office, member: str
) -> None:
    panel = office.panel(member).unlock()
    assert not shouts(panel)
    backdate(office)
    assert shouts(panel)
    assert panel.browser.get("/state").get_json()["alarms"] == 1
    assert shouts(office.panel(member).unlock())
    office.shelf.away = True
    assert shouts(office.panel(member).unlock())
    office.shelf.away = False

    panel = office.panel(member).unlock()
    assert panel.browser.submit("/roster/compared/2").headers["Location"] == "/roster"
    assert not shouts(panel)
    assert panel.browser.get("/state").get_json()["alarms"] == 0
    assert not shouts(office.panel(member).unlock())


def test_the_notice_names_who_came_since_when_and_whom_to_ask(office: Office) -> None:
    panel, new = office.panel("utredare-3").unlock(), member_keys("utredare-4")
    version = let_in(office, office.clock.today - 30 * DAY, office.clock.today - DAY, new)
    page = panel.browser.get("/roster").text
    notice = _notice(page)
    assert "<strong>Utredare 4</strong>" in notice
    assert all(f"<span>{part}</span>" in notice for part in new.fingerprint.split())
    assert "gäller från 20 november 2026. Panelen såg den för första gången 21 november 2026" in notice
    assert "skrev under: Tillsyn 1, Tillsyn 2, Utredare 1, Utredare 2." in notice
    assert spoken(version.id) in notice
    assert "Har panelen varit stängd" in notice
    panel.browser.get("/roster?language=en")
    assert "I have compared by voice" in panel.browser.get("/roster").text


def test_one_who_signed_is_sent_to_those_who_did_not(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    backdate(office)
    notice = _notice(panel.browser.get("/roster").text)
    assert "skrev under: Tillsyn 1, Tillsyn 2, Utredare 2." in notice
    assert "inte skrev under: Utredare 3." in notice


@pytest.mark.parametrize(("wait", "loud"), [(0, True), (1, True), (2, False), (9, False)])
def test_two_days_are_counted_from_when_the_panel_first_sees_it(
    office: Office, wait: int, loud: bool
) -> None:
    panel, today = office.panel("utredare-3").unlock(), office.clock.today
    let_in(office, today - 30 * DAY, today + wait * DAY)
    assert shouts(panel) == loud
    office.clock.now += 10 * 86_400
    assert shouts(office.panel("utredare-3").unlock()) == loud, "what was seen in time stays so"


def test_a_panel_that_was_shut_meets_it_late_and_says_that_this_may_be_why(office: Office) -> None:
    office.panel("utredare-3").unlock()
    let_in(office, office.clock.today, office.clock.today + 7 * DAY)
    office.clock.now += 8 * 86_400
    page = office.panel("utredare-3").unlock().browser.get("/roster").text
    assert SHOUT in page
    assert "Har panelen varit stängd" in page


def test_a_brand_new_panel_has_nothing_to_compare_with(office: Office) -> None:
    backdate(office)
    assert not shouts(office.panel("utredare-3").unlock())


def test_only_the_versions_that_came_too_late_are_shouted_about_each_by_itself(office: Office) -> None:
    panel, today = office.panel("utredare-3").unlock(), office.clock.today
    let_in(office, today, today + 2 * DAY)
    assert not shouts(panel)
    office.clock.now += 3 * 86_400
    for member in ("utredare-5", "utredare-6"):
        let_in(office, today, today + 2 * DAY, member_keys(member))
    panel = office.panel("utredare-3").unlock()
    page = panel.browser.get("/roster").text
    assert [f'id="hasty-{version}"' in page for version in (2, 3, 4)] == [False, True, True]
    panel.browser.submit("/roster/compared/4")
    page = panel.browser.get("/roster").text
    assert [f'id="hasty-{version}"' in page for version in (3, 4)] == [True, False]


def test_nobody_is_told_to_compare_themselves(office: Office) -> None:
    made = KeyFile.create("utredare-4", "Utredare 4", "investigator", PASSPHRASE, CHEAP)
    PanelHome(office.directory).write_key(made)
    office.invite("utredare-4")
    colleague, newcomer = office.panel("utredare-3").unlock(), office.panel("utredare-4").unlock()
    let_in(office, office.clock.today - 30 * DAY, office.clock.today, made.open(PASSPHRASE))
    assert shouts(colleague)
    assert newcomer.browser.get("/start/waiting").headers["Location"] == "/cases"
    assert not shouts(newcomer)


def test_a_key_served_for_somebody_who_left_again_gives_no_fingerprint_to_compare(office: Office) -> None:
    panel, today, new = office.panel("utredare-3").unlock(), office.clock.today, member_keys("utredare-4")
    let_in(office, today - 30 * DAY, today - 2 * DAY, new)
    leave(office, "utredare-4")
    other = member_keys("utredare-4").kem.public
    office.shelf.keys["utredare-4"] = other
    page = panel.browser.get("/roster").text
    assert "<strong>Utredare 4</strong>" in page
    assert fingerprint(new.sign_public, other).split()[0] not in page


def test_another_page_cannot_confirm_and_nothing_is_confirmed_beforehand(office: Office) -> None:
    panel = office.panel("utredare-3").unlock()
    panel.browser.submit("/roster/compared/2")
    backdate(office)
    assert shouts(panel), "what was said before it came does not count"
    assert panel.browser.post("/roster/compared/2").status_code == 400
    assert shouts(panel)


def test_the_command_line_says_so_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "connect", lambda url: FakeSite(office.shelf, url))
    monkeypatch.setattr("reporting_app.cli.cases.time", SimpleNamespace(time=office.clock))
    asked = ["cases", "list", "--site", "http://site.test", "--key", str(office.home("utredare-3").key)]
    assert "COMPARE" not in CliRunner().invoke(main, asked, input=f"{PASSPHRASE}\n").output
    backdate(office)
    said = CliRunner().invoke(main, asked, input=f"{PASSPHRASE}\n")
    assert "COMPARE roster version 2 by voice: it let in utredare-4" in said.output
    assert shouts(office.panel("utredare-3").unlock()), "whichever program met it first"
