"""A site in full control of its database cannot make a panel believe what the rules do not carry.

The operator writes straight into the tables of a real site, and knows the thread besides (from an
investigator with bad intent, say). Real panels ask the site over HTTP. What they refuse, they show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reporting_app.admin.wording import REASONS
from reporting_app.crypto import kem
from reporting_app.storage import tables
from tests.admin.world import compile_translations
from tests.properties.town import READERS, Town, believe_everything, said, town_at

ALARM = "Stopp: något stämmer inte"
REPORT = "Någon följer efter mig hem."


@pytest.fixture
def town(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Its site serves whatever stands in the database."""
    compile_translations()
    believe_everything(monkeypatch)
    with town_at(tmp_path, database_url) as made:
        yield made


def test_an_honest_site_gives_no_alarm_and_carries_what_members_signed(town: Town) -> None:
    """The control for everything below."""
    owner = town.owner()
    town.put_letter(owner.keys.thread, [said(town.pen(owner, "utredare-2"), "Äkta.", 1, tuple(READERS))])
    panel = town.panel()
    page = panel.browser.get("/cases").text
    assert ALARM not in page
    assert REPORT in page
    case = panel.browser.case(owner.keys.thread.thread_id.hex()[:20])
    assert "Äkta." in case
    assert "lagd åt sidan" not in case


def test_nobody_speaks_for_the_reporter_a_colleague_or_a_stranger(town: Town) -> None:
    owner = town.owner()
    forged = {
        "signature": [town.stranger(owner, name) for name in ("reporter", "utredare-2")],
        "author": [town.stranger(owner, "utredare-9")],
    }
    for pens in forged.values():
        for pen in pens:
            town.put_letter(owner.keys.thread, [said(pen, "Det var påhittat.", 9, tuple(READERS))])
    panel = town.panel()
    page = panel.browser.case(owner.keys.thread.thread_id.hex()[:20])
    assert "Det var påhittat." not in page
    assert "3 saker är lagda åt sidan" in page
    assert page.count(str(REASONS["signature"])) == 2
    assert page.count(str(REASONS["author"])) == 1


def test_a_roster_that_a_minority_signed_changes_nobody(town: Town) -> None:
    panel = town.panel()
    forged = town.minority_roster()
    town.put_roster(forged, {m: k for m, k in town.site.world.public_keys.items() if m != "utredare-3"})
    page = panel.browser.get("/cases").text
    assert "en förteckning som majoriteten inte har skrivit under" in page
    assert "Utredare 3" in panel.browser.get("/roster").text
    assert panel.panel.sitting is not None
    assert panel.panel.sitting.workspace is not None
    assert set(panel.panel.sitting.workspace.setting.keys) == set(town.site.world.keys)


def test_a_key_beside_the_roster_gets_nothing_and_a_key_instead_is_shouted_about(town: Town) -> None:
    spy = kem.generate()
    town.change_keys({"utredare-9": spy.public})
    panel = town.panel()
    assert panel.panel.sitting is not None
    assert panel.panel.sitting.workspace is not None
    assert ALARM not in panel.browser.get("/cases").text
    assert spy.public not in panel.panel.sitting.workspace.setting.keys.values()
    town.change_keys({"utredare-3": spy.public})
    assert ALARM in panel.browser.get("/cases").text
    assert spy.public not in panel.panel.sitting.workspace.setting.keys.values()


@pytest.mark.parametrize(
    ("part", "named"),
    [
        *[(part, True) for part in ("texts", "questionnaire", "contacts", "parameters", "taxonomy", "name")],
        *[(part, False) for part in ("texts", "contacts", "taxonomy")],
    ],
)
def test_other_texts_under_old_signatures_are_shouted_about_and_not_used(
    town: Town, part: str, named: bool
) -> None:
    town.owner()
    panel = town.panel()
    honest = town.site.world.file.human_part
    changed = {part: {**honest[part], "x": 1} if isinstance(honest[part], dict) else []}
    town.change_deployment(named=named, **changed)
    page = panel.browser.get("/cases").text
    assert "texter och frågor som majoriteten inte har skrivit under" in page
    assert REPORT in page
    assert panel.panel.sitting is not None
    assert panel.panel.sitting.workspace is not None
    assert panel.panel.sitting.workspace.setting.file.human_part == honest


def test_letters_moved_to_another_day_are_shouted_about_and_keep_their_first_day(town: Town) -> None:
    owner = town.owner()
    panel = town.panel()
    filed = town.site.today
    moved = filed - timedelta(days=20)
    town.write(update(tables.arrived_letters).values(day=moved))
    assert ALARM in panel.browser.get("/cases").text
    assert panel.panel.sitting is not None
    assert panel.panel.sitting.cases[owner.keys.thread.thread_id.hex()[:20]].received == filed


@pytest.mark.parametrize("day", [date(2026, 1, 6), date(2026, 11, 23), date(9999, 12, 31)])
def test_days_that_cannot_be_are_shouted_about(town: Town, day: date) -> None:
    town.owner()
    panel = town.panel()
    assert ALARM not in panel.browser.get("/cases").text
    town.write(update(tables.arrived_letters).values(day=day))
    page = panel.browser.get("/cases").text
    assert "på dagar som inte kan stämma" in page
    assert REPORT in page


def test_who_has_left_is_not_heard_and_two_words_with_one_number_are_marked(town: Town) -> None:
    town.site.remove_member("utredare-3")
    town.site.restart()
    town.office.clock.now += 3 * 86_400
    owner = town.owner()
    block, audience = owner.keys.thread, ("utredare-1", "utredare-2")
    town.put_letter(block, [said(town.pen(owner, "utredare-3"), "Jag är kvar.", 1, audience)])
    for text in ("Ja.", "Nej."):
        town.put_letter(block, [said(town.pen(owner, "utredare-2"), text, 1, audience)])
    page = town.panel().browser.case(block.thread_id.hex()[:20])
    assert "Jag är kvar." not in page
    assert "1 sak är lagd åt sidan" in page
    assert str(REASONS["author"]) in page
    assert page.count("två olika händelser med samma nummer") == 2


def altered(town: Town) -> None:
    """One bit of one stored letter, under the name it had."""
    with town.site.engine.begin() as connection:
        name, data = connection.execute(
            select(tables.arrived_letters.c.id, tables.arrived_letters.c.bytes)
        ).one()
    change = update(tables.arrived_letters).where(tables.arrived_letters.c.id == name)
    town.write(change.values(bytes=data[:-1] + bytes([data[-1] ^ 1])))


def test_a_letter_altered_under_its_name_is_shouted_about(town: Town) -> None:
    town.owner()
    altered(town)
    panel = town.panel()
    assert ALARM in panel.browser.get("/cases").text


def test_a_letter_altered_under_its_name_does_not_hide_the_others(town: Town) -> None:
    town.owner()
    altered(town)
    town.owner()
    panel = town.panel()
    assert REPORT in panel.browser.get("/cases").text


def test_a_letter_that_is_listed_and_not_delivered_is_shouted_about(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.owner()
    monkeypatch.setattr(town.site.letterbox, "letters", lambda _names: [])
    assert ALARM in town.panel().browser.get("/cases").text
