"""What a start remembers of its letters: against whoever changes the cache file, or reads it locked.

A record spares the private key and the signatures; it must never open anything else, nor say whose a letter
is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reporting_app.admin.held import Held
from reporting_app.admin.searching import CaseIndex
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.workspace import Workspace
from reporting_app.crypto import letter_open, slots
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Event
from reporting_app.crypto.roster import RosterFile
from reporting_app.crypto.slot_record import NOTHING_OPENS, TRY_AGAIN, SlotRecord, open_record
from reporting_app.storage.cache import Cache
from reporting_app.storage.errors import StorageBusy
from tests.admin.test_hostile import Attacker
from tests.admin.world import FakeSite, Office

MEMBER, COLLEAGUE, WITNESS = "utredare-1", "utredare-2", "tillsyn-1"
RECORD_SIZE = 138
READING = "Texterna läses fortfarande in"
Rows = dict[bytes, bytes]


class Start:
    """Counts what a start works out anew."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.decapsulated = self.verified = 0
        find_slot, verify = letter_open.find_slot, Event.verify

        def counted_find(*given: object) -> slots.Payload:
            self.decapsulated += 1
            return find_slot(*given)  # type: ignore[arg-type]

        def counted_verify(one: Event, key: bytes) -> None:
            self.verified += 1
            verify(one, key)

        patch.setattr(letter_open, "find_slot", counted_find)
        patch.setattr(Event, "verify", counted_verify)

    def again(self) -> None:
        self.decapsulated = self.verified = 0


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    with monkeypatch.context() as patch:
        yield Start(patch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.cache"


def opened(office: Office, path: Path, member: str = MEMBER) -> Workspace:
    """A panel just unlocked on the cache at ``path``."""
    keys = office.world.keys[member]
    found = Workspace(keys, FakeSite(office.shelf), Cache.at(path), office.world.anchor, office.clock)
    found.sync()
    assert found.state.alarms == ()
    return found


def filled(office: Office, path: Path, member: str = MEMBER) -> Workspace:
    """With letters of every sort: two cases, an answer, one for others, and one that nobody signed."""
    reporter = office.report()
    office.report("Ännu en.")
    office.report("Inte för alla.", leave_out=(MEMBER,))
    opened(office, path.with_suffix(".colleague"), COLLEAGUE).reply(reporter.case_id, "Vi har läst det.")
    attacker = Attacker(office)
    said = attacker.report()
    attacker.post([Event(**(vars(said) | {"signature": bytes(64)}))])
    return opened(office, path, member)


def said_by(workspace: Workspace) -> object:
    """Everything that pages are made of."""
    cases = {
        name: (case.timeline, case.set_aside, case.missing, case.readers, case.numbers)
        for name, case in workspace.cases.items()
    }
    return cases, sorted(map(str, workspace.set_aside)), workspace.watched, sorted(workspace.asked)


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT letter, sealed FROM slot"))


def put(path: Path, records: Rows) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM slot")
        connection.executemany("INSERT INTO slot VALUES (?, ?)", list(records.items()))


@pytest.mark.parametrize("member", [MEMBER, WITNESS])
def test_the_next_start_says_the_same_without_private_key_or_signatures(
    office: Office, path: Path, start: Start, member: str
) -> None:
    before = said_by(filled(office, path, member))
    assert start.decapsulated > 0
    start.again()
    assert said_by(opened(office, path, member)) == before
    assert start.decapsulated == 0
    assert start.verified == (1 if member == MEMBER else 0), "the forged signature, which never held"


def flipped(records: Rows) -> Rows:
    return {name: one[:-20] + bytes([one[-20] ^ 1]) + one[-19:] for name, one in records.items()}


def swapped(records: Rows) -> Rows:
    names = list(records)
    return dict(zip(names, [records[name] for name in [*names[1:], names[0]]], strict=True))


def cut(records: Rows) -> Rows:
    return {name: one[:number] for number, (name, one) in enumerate(records.items())}


def lost(_records: Rows) -> Rows:
    return {}


def test_a_changed_swapped_or_lost_record_costs_time_only(office: Office, path: Path, start: Start) -> None:
    before = said_by(filled(office, path))
    for change in (flipped, swapped, cut, lost):
        put(path, change(rows(path)))
        start.again()
        assert said_by(opened(office, path)) == before
        letters = len(office.shelf.letters)
        assert start.decapsulated == letters, "each was opened by the private key"
        start.again()
        opened(office, path)
        assert start.decapsulated == 0, "and is remembered again"


def test_each_letter_has_one_record_of_the_same_size_written_once(office: Office, path: Path) -> None:
    filled(office, path)
    records = rows(path)
    assert set(records) == set(office.shelf.letters)
    assert {len(one) for one in records.values()} == {RECORD_SIZE}
    mine = [open_record(office.world.keys[MEMBER].cache_key, *one) for one in records.items()]
    kinds = {one.payload.kind for one in mine if one}
    assert {NOTHING_OPENS.kind, slots.READER} <= kinds, "some are for others"
    opened(office, path)
    assert rows(path) == records, "which letters are for the member is not seen by what changes"


def test_another_member_s_key_opens_no_record_and_reads_what_is_theirs(office: Office, path: Path) -> None:
    filled(office, path)
    theirs = office.world.keys[COLLEAGUE].cache_key
    assert {open_record(theirs, *one) for one in rows(path).items()} == {None}
    new = opened(office, path.with_suffix(".new"), COLLEAGUE)
    assert said_by(opened(office, path, COLLEAGUE)) == said_by(new)


def test_a_key_that_the_letter_is_not_bound_to_opens_nothing(office: Office, path: Path) -> None:
    """Even when the record is whole, as from a panel with an error."""
    filled(office, path)
    keys = office.world.keys[MEMBER]
    wrong = slots.Payload(slots.READER, bytes(32), bytes(slots.SHARE_SIZE))
    put(path, {name: SlotRecord(wrong).seal(keys.cache_key, name) for name in office.shelf.letters})
    again = opened(office, path)
    assert again.cases == {}
    assert {one.reason for one in again.set_aside} == {"commitment"}


def test_signatures_that_held_under_another_roster_are_verified(
    office: Office, path: Path, start: Start
) -> None:
    before = said_by(filled(office, path))
    key = office.world.keys[MEMBER].cache_key
    told = {}
    for name, sealed in rows(path).items():
        record = open_record(key, name, sealed)
        assert record is not None
        told[name] = SlotRecord(record.payload, b"\1" * 32).seal(key, name)
    put(path, told)
    start.again()
    assert said_by(opened(office, path)) == before
    assert start.verified > 1


def test_a_letter_that_was_refused_for_another_reason_is_tried_again(office: Office, path: Path) -> None:
    """Only what opens for nobody here is passed over: a refusal is shown at every start."""
    keys = office.world.keys[MEMBER]
    office.report()
    ((name, (day, sealed)),) = office.shelf.letters.items()
    elsewhere = sealed[:4] + bytes(16) + sealed[20:]
    cache = Cache.at(path)
    cache.add_letters(day, [elsewhere])
    del office.shelf.letters[name]
    for _ in range(2):
        found = Workspace(keys, FakeSite(office.shelf), cache, office.world.anchor, office.clock)
        found.sync()
        assert [one.reason for one in found.set_aside] == ["deployment"]
    ((held, record),) = rows(path).items()
    assert open_record(keys.cache_key, held, record) == SlotRecord(TRY_AGAIN)


def test_the_record_goes_with_its_letter(office: Office, path: Path) -> None:
    office.report()
    opened(office, path)
    assert rows(path)
    for name in office.shelf.letters:
        Cache.at(path).remove_letter(name)
    assert rows(path) == {}


def test_on_a_full_disk_cases_open_and_records_are_kept_once_there_is_room(
    office: Office, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_cache: Cache, _records: Rows) -> None:
        raise StorageBusy("no room")

    office.report()
    with monkeypatch.context() as patch:
        patch.setattr(Cache, "keep_slots", full)
        workspace = opened(office, path)
    assert (len(workspace.cases), rows(path)) == (1, {})
    workspace.sync()
    assert set(rows(path)) == set(office.shelf.letters)


def test_what_another_letter_s_slot_gave_is_no_key_to_this_one(office: Office) -> None:
    """The record's place is the letter's name, and a name is the hash of its bytes."""
    keys, office_id = office.world.keys[MEMBER], office.world.chain.deployment
    office.report()
    office.report("Ännu en.")
    (one, other) = [sealed for _day, sealed in office.shelf.letters.values()]
    payload = letter_open.find_slot(one, keys.kem, office_id)
    with pytest.raises(Refused, match="commitment"):
        letter_open.open_body(other, payload, office_id)


def test_the_list_is_there_before_its_words_can_be_searched_and_a_search_says_so(office: Office) -> None:
    office.report("Det gäller orkestern.")
    opened_panel = office.panel(MEMBER, fresh_seconds=3600).unlock()
    sitting = opened_panel.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    index = sitting.workspace.index = CaseIndex()  # as after unlocking, in the round under way
    sitting.workspace._held = Held(sitting.keys, opened_panel.panel.cache)
    sitting.workspace.sync()
    browser = opened_panel.browser
    assert "Det gäller orkestern." in browser.get("/cases").text
    assert index.find("orkestern") == set()
    with closing(index):
        address = f"/cases?search={sitting.keep_search('orkestern')}"
        pages = [shown(sitting, browser.get(address).text)]
        index.read_in(lambda: sitting.cases)
        pages.append(shown(sitting, browser.get(address).text))
    assert pages == [(True, False), (False, True)]


def shown(sitting: Sitting, page: str) -> tuple[bool, bool]:
    """Whether the page says that it is reading in, and whether it has found the one case."""
    (name,) = sitting.cases
    return READING in page, f"/cases/{name}" in page


class Slow(FakeSite):
    """Says what the panel shows when the site is first asked."""

    shown = -1
    workspace: Workspace

    def roster(self) -> RosterFile:
        self.shown = len(self.workspace.cases) if self.shown < 0 else self.shown
        return super().roster()


def test_what_is_here_is_shown_before_the_site_has_answered(office: Office, path: Path) -> None:
    office.report()
    opened(office, path)
    site = Slow(office.shelf)
    keys = office.world.keys[MEMBER]
    site.workspace = Workspace(keys, site, Cache.at(path), office.world.anchor, office.clock)
    site.workspace.sync()
    assert site.shown == 1
