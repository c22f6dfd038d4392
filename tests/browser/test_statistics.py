"""From ballots to what everybody may see: two witnesses at their panels, a real site, a real browser."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from reporting_app.admin.remote import Site
from reporting_app.admin.visit import fetch_setting
from reporting_app.cases.sealing import blank_intake_cell, submission
from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.cli.main import main
from reporting_app.crypto import ballot, letter
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.letter import Recipient
from reporting_app.crypto.members import WITNESS
from reporting_app.demo import leader
from reporting_app.demo.leader import DemoLeader
from reporting_app.demo.practice import NO_COST
from reporting_app.demo.sample import serving
from reporting_app.demo.world import Demo, prepare
from reporting_app.site.app import LETTERBOX
from reporting_app.site.leaders import code_at
from reporting_app.statistics import noise
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leaders
from tests.admin.world import compile_translations
from tests.browser.walking import axe_findings, wider_than_screen
from tests.browser.workday import PASSPHRASE, Desk, Municipality, sit_down

pytestmark = pytest.mark.browser

TODAY = date(2027, 3, 1)
WITHIN = date(2026, 11, 20)  # ballots of 2026 count until 14 February
PERIOD = "2026"
CASES = {"harassment": 12, "violence": 2}


class Then:
    """The clock of everybody."""

    day = TODAY

    def __call__(self) -> float:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC).timestamp()


@dataclass
class Town:
    site: str
    first: Desk
    second: Desk
    city: Municipality
    demo: Demo
    leader: DemoLeader


@pytest.fixture
def town(tmp_path: Path, built: None, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A year is over and coded. Chance is set to nothing, so that the test knows the numbers."""
    monkeypatch.setattr(noise, "draw", lambda cells, _share: dict.fromkeys(cells, 0))
    compile_translations()
    clock = Then()
    with ExitStack() as stack:
        demo = prepare(tmp_path, TODAY, "http://127.0.0.1", lambda: PASSPHRASE, NO_COST)
        settings = SiteSettings(demo.keys_directory, f"sqlite:///{(tmp_path / 'site.sqlite').as_posix()}")
        app = build_site(settings, clock)
        stack.callback(app.extensions[LETTERBOX].close)
        engine = make_engine(settings.database)
        stack.callback(engine.dispose)
        known = leader.prepare(tmp_path, Leaders(engine))
        url = stack.enter_context(serving(app))
        prepare(tmp_path, TODAY, url)
        clock.day = WITHIN
        _cast(demo, url, clock)
        clock.day = TODAY
        city = Municipality(url, browser)
        desks = [sit_down(stack, city, demo, clock, member) for member in ("tillsyn-1", "tillsyn-2")]
        yield Town(url, *desks, city, demo, known)
        for context in city.contexts:
            context.close()
        assert city.broken == []


def _cast(demo: Demo, url: str, clock: Then) -> None:
    """The investigators' ballots, through the protocol."""
    site, keys = Site(url, clock), demo.open_keys("utredare-1")
    setting = fetch_setting(site, b64(demo.chain.anchor), clock())
    witnesses = [Recipient(setting.keys[one.id]) for one in setting.roster.with_role(WITNESS, clock.day)]
    for value, count in CASES.items():
        for _ in range(count):
            mark = secrets.token_bytes(16)
            made = Ballot(
                "utredare-1", 1, clock.day, setting.deployment_id, PERIOD, mark, "form_per_year", value
            )
            content = ballot.ballot_content(made.sign(keys.sign_seed))
            sealed = letter.seal_letter(setting.frame, witnesses, content)
            site.post(submission(setting, sealed, blank_intake_cell(setting)))


def audit(page: Page, where: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe_findings(page) == [], f"{where}, {scheme}"
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert wider_than_screen(page) == [], f"{where}, {width}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_two_witnesses_release_a_year_and_leadership_reads_it(town: Town) -> None:
    first, second = town.first, town.second
    first.go("statistics")
    for name in ("organisation", "severity", "consequence", "outcome", "own_view"):
        first.page.locator(f'[id="2026-{name}_per_year"]').uncheck()
    audit(first.page, "offer")
    first.page.get_by_role("button", name="Föreslå att dra").first.click()
    expect(first.main).to_contain_text("Du har föreslagit 2026")
    second.go("statistics")
    expect(second.main).to_contain_text("Huvudskyddsombudet föreslår att ni drar 2026")
    audit(second.page, "asked")
    second.press("Skriv under och dra")
    expect(second.main).to_contain_text("Underskrivet och draget")
    first.go("statistics")
    second.go("statistics")
    audit(second.page, "drawn")
    first.go("statistics")
    first.page.get_by_role("link", name="Huvudsaklig form").click()
    expect(first.page.get_by_role("row", name="Trakasserier")).to_contain_text("10")
    expect(first.page.get_by_role("row", name="Våld")).to_contain_text("färre än 10")
    audit(first.page, "release")
    signed = leadership_reads(town)
    verify = ["statistics", "verify", str(signed), "--anchor", b64(town.demo.chain.anchor)]
    checked = CliRunner().invoke(main, verify)
    assert checked.exit_code == 0, checked.output
    assert "form_per_year" in checked.output


def leadership_reads(town: Town) -> Path:
    """Signs in, reads the table that was just published, and takes the signed file along."""
    page = town.city.person(viewport={"width": 360, "height": 740}, accept_downloads=True)
    page.goto(f"{town.site}/sv/ledning")
    page.get_by_label("Namn").fill(town.leader.name)
    page.get_by_label("Lösenord", exact=True).fill(town.leader.passphrase)
    page.get_by_label("Kod", exact=True).fill(code_at(town.leader.secret, int(Then()())))
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("link", name="Vad det handlar om").click()
    row = page.get_by_role("table").first.get_by_role("row", name="Trakasserier")
    expect(row).to_contain_text("10")
    expect(page.get_by_role("table").first.get_by_role("row", name="Våld")).to_contain_text("färre än 10")
    audit(page, "leadership")
    page.get_by_role("link", name="Till översikten").click()
    with page.expect_download() as found:
        page.get_by_role("link", name="Med alla underskrifter").click()
    return Path(found.value.path())
