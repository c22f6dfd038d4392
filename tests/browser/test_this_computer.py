"""A full disk, a wrong clock and a key used elsewhere, as they look on the member's screen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reporting_app.admin.home import PanelHome
from reporting_app.admin.trust import CLOCK, FULL, Alarm
from reporting_app.admin.workspace import State
from tests.admin.world import Office
from tests.browser.panels import Start, audit

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_what_is_wrong_with_this_computer_is_accessible(
    office: Office, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = office.report()
    panel = start("utredare-1").unlock()
    sitting = panel.open.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    directory = tmp_path / "there"
    directory.mkdir()
    for file in (office.home("utredare-1").key, office.home("utredare-1").invitation):
        shutil.copy(file, directory)
    there = office.panel("utredare-1", PanelHome(directory, "utredare-1")).unlock().panel.sitting
    assert there is not None
    assert there.workspace is not None
    there.workspace.note(reporter.case_id, "Skrivet där.")
    sitting.workspace.sync()
    panel.go("/cases")
    expect(panel.page.get_by_role("heading", name="Din nyckel har använts på en annan dator")).to_be_visible()
    audit(panel.page, "a key used elsewhere")
    panel.button("Det var jag").click()
    expect(panel.page.get_by_role("status").filter(has_text="det var du")).to_be_visible()
    wrong = (Alarm("site", CLOCK, "", 17 * 60), Alarm("panel", FULL, ""))
    sitting.workspace.state = State(synced=office.clock(), alarms=wrong)
    monkeypatch.setattr(sitting.workspace, "sync", lambda: None)
    panel.go("/cases")
    expect(panel.page.get_by_role("heading", name="Den här datorn behöver rättas")).to_be_visible()
    audit(panel.page, "clock and disk")
