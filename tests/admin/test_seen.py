"""What a member has read stays known over a restart, however much there is of it (protocol §12a)."""

from __future__ import annotations

import random
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from reporting_app.admin.read_marks import ReadMarks
from reporting_app.admin.seen import PLACE, SEEN_SIZE, SeenStore
from reporting_app.admin.sitting import Sitting
from reporting_app.cases.order import Entry
from reporting_app.storage.cache import Cache
from reporting_app.storage.errors import StorageBusy
from tests.admin.world import Office

A = "utredare-1"
MANY = 60_000
rng = random.Random(1)  # noqa: S311


def ids(count: int) -> set[bytes]:
    return {rng.randbytes(SEEN_SIZE) for _ in range(count)}


def entries(events: set[bytes]) -> list[Entry]:
    return [cast(Entry, SimpleNamespace(event=SimpleNamespace(id=one + bytes(24)))) for one in events]


def sitting(panel: Office.Open) -> Sitting:
    found = panel.panel.sitting
    assert found is not None
    return found


def kept(panel: Office.Open) -> dict[str, bytes]:
    return dict(panel.panel.cache.drafts(PLACE))


def test_sixty_thousand_read_events_are_kept_and_the_next_case_writes_its_own_parts_only(
    office: Office,
) -> None:
    reporter = office.report()
    panel = office.panel(A).unlock()
    read = ids(MANY)
    panel.panel.saw(entries(read))
    before = kept(panel)
    assert panel.browser.get(f"/cases/{reporter.case_id}").status_code == 200
    after = kept(panel)
    here = sitting(panel).cases[reporter.case_id].timeline
    firsts = {f"{PLACE}{entry.event.id[0]:02x}" for entry in here}
    assert {place for place in after if after[place] != before.get(place)} == firsts
    assert sum(len(after[place]) for place in firsts) < 16_000 * len(firsts)
    panel.panel.close()
    again = office.panel(A).unlock()
    lost = (read | {entry.event.id[:SEEN_SIZE] for entry in here}) ^ sitting(again).seen
    assert len(lost) == 0


def test_only_what_was_there_first_today_is_new_after_a_restart(office: Office) -> None:
    keys, today = office.world.keys[A], office.clock.today
    store = SeenStore(Cache.at(office.directory / "other.cache"), keys.kem.public)
    first, second = bytes([7]) + b"yesterd", bytes([7]) + b"today.."
    untouched = bytes([8]) + b"yesterd"
    marks = ReadMarks(A, set())
    marks.saw(entries({first, untouched}), today - timedelta(days=1))
    marks.save(store)
    marks.saw(entries({second}), today)
    marks.save(store)
    found = ReadMarks.kept(store, keys, today)
    assert found.seen == {first, second, untouched}
    assert found.new == {second}
    assert ReadMarks.kept(store, keys, today + timedelta(days=1)).new == set()


def test_what_a_full_disk_did_not_take_is_kept_once_there_is_room(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = office.panel(A).unlock()
    read, later = ids(3), ids(1)

    def full(_cache: Cache, _drafts: object) -> None:
        raise StorageBusy("no room")

    with monkeypatch.context() as disk:
        disk.setattr(Cache, "set_drafts", full)
        panel.panel.saw(entries(read))
    assert kept(panel) == {}
    panel.panel.saw(entries(later))
    panel.panel.close()
    assert sitting(office.panel(A).unlock()).seen == read | later


def test_a_damaged_part_costs_no_other(office: Office) -> None:
    panel = office.panel(A).unlock()
    read = {bytes([first]) + b"event.." for first in range(3)}
    panel.panel.saw(entries(read))
    panel.panel.cache.set_draft(f"{PLACE}01", b"RPD1" + bytes(2000))
    panel.panel.close()
    assert sitting(office.panel(A).unlock()).seen == {one for one in read if one[0] != 1}
