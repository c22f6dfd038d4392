"""Property 4: who was left out cannot open the letter, nor tell it from one that opens for others or nobody.

The adversary is an investigator of the same roster with their own keys, everybody's public keys, every letter
and cell, and their panel; in one test a witness helps them, in others it is the witness who is curious. That
nothing computed from the bytes tells more is shown in ``test_slot_classifier``. Not claimed: that nothing is
learnt from when and how much arrives. Cover (decision 0007) makes another explanation possible, no more.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reporting_app.admin.letters import Opener
from reporting_app.crypto import aead, kem, letter, shape, slots, slots_open
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.letter_open import Reading, Watching, open_letter
from reporting_app.crypto.shape import Submission
from tests.admin.conftest import office, translations
from tests.admin.world import Office, make_office
from tests.deployment import TODAY, World, make_world
from tests.properties.cover import cover
from tests.properties.slot_traits import split_slots

LEFT_OUT, COLLEAGUE, WITNESS = "utredare-2", "utredare-1", "tillsyn-1"
MEMBERS = (COLLEAGUE, LEFT_OUT, "utredare-3", "utredare-4", WITNESS, "tillsyn-2")
MANY = 12  # of a kind: that any random byte is the same in all has a chance below 2^-70
KINDS = ("left out alone", "left out with another", "left out with a witness", "cover", "for strangers")
LETTER_CONSTANTS = set(range(32))  # all of the header but the commitment
CELL_CONSTANTS = set(range(24)) | set(range(56, 64))  # volume and the only shard among them
PATHS = ("/cases", "/roster", "/state?known=0")

__all__ = ["office", "translations"]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(MEMBERS)


def sealed(world: World, kind: str) -> Submission:
    """One submission of the kind, by the product's own code where it makes such."""
    if kind == "cover":
        return cover(world)
    if kind == "for strangers":
        to = [letter.Recipient(kem.generate().public) for _ in range(5)]
        parts = shape.read_submission(world.report(world.reporter()))
        return Submission(0, letter.seal_letter(world.setting().frame, to, b"\1\0\0"), parts.cell)
    out = {"left out with another": ("utredare-4",), "left out with a witness": (WITNESS,)}.get(kind, ())
    leave_out = () if kind == "for all" else (LEFT_OUT, *out)
    return shape.read_submission(world.report(world.reporter(), leave_out))


def outcome(world: World, data: bytes) -> tuple[str, str]:
    """What opening says to the investigator who was left out."""
    with pytest.raises(Refused) as refused:
        open_letter(data, world.keys[LEFT_OUT].kem, world.chain.deployment)
    return refused.value.reason, refused.value.detail


def content_key(world: World, data: bytes, member: str) -> slots.ContentKey:
    reading = open_letter(data, world.keys[member].kem, world.chain.deployment)
    assert isinstance(reading, Reading)
    return reading.key


def body_opens(data: bytes, key: bytes) -> bool:
    at = shape.read_letter(data).body_offset
    return aead.unseal(slots.ContentKey(key).body_key, data[:at], data[at:]) is not None


def test_every_letter_that_is_not_for_a_member_is_refused_in_the_same_words(world: World) -> None:
    assert {outcome(world, sealed(world, kind).letter) for kind in KINDS} == {
        ("not-for-me", "no slot opens with this key")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_that_leaves_somebody_out_leaves_no_trace_at_them(world: World, kind: str) -> None:
    opener = Opener(world.keys[LEFT_OUT])
    assert not opener.add(sealed(world, kind).letter, TODAY, world.chain)
    left = opener.threads, opener.watched, opener.ballots, opener.set_aside, opener.cases()
    assert left == ({}, {}, {}, [], {})
    assert opener.add(sealed(world, "for all").letter, TODAY, world.chain), "others do open"


def test_nothing_that_a_witness_or_the_site_is_given_opens_the_text(world: World) -> None:
    """The left-out one gets the witness's key, and later the deletion token that the site is shown."""
    data = sealed(world, "left out alone").letter
    header = data[: shape.LETTER_HEADER_SIZE]
    opened = (slots_open.unseal_slot(header, slot, world.keys[WITNESS].kem) for slot in split_slots(data))
    told = [payload for payload in opened if payload]
    assert len(told) == 1
    key = content_key(world, data, COLLEAGUE)
    assert body_opens(data, key.key)
    given = [told[0].secret, told[0].share[1:], key.deletion_token, key.commitment]
    assert not any(body_opens(data, one) for one in given)


def constants(objects: list[bytes]) -> dict[int, int]:
    """Offsets at which all are the same, and the byte there."""
    return {at: column[0] for at, column in enumerate(zip(*objects, strict=True)) if len(set(column)) == 1}


def test_letters_and_cells_of_every_kind_differ_in_random_bytes_only(world: World) -> None:
    letters, cells = {}, {}
    for kind in (*KINDS, "for all"):
        made = [sealed(world, kind) for _ in range(MANY)]
        letters[kind] = constants([one.letter for one in made])
        cells[kind] = constants([one.cell for one in made])
    assert set(letters["cover"]) == LETTER_CONSTANTS
    assert set(cells["cover"]) == CELL_CONSTANTS
    assert all(one == letters["cover"] for one in letters.values())
    assert all(one == cells["cover"] for one in cells.values())


def test_a_smaller_roster_makes_the_same_letters_as_leaving_somebody_out(world: World) -> None:
    small = make_world((COLLEAGUE, "utredare-3", WITNESS, "tillsyn-2"))
    fixed = []
    for place, kind in ((small, "for all"), (world, "left out alone")):
        same = constants([sealed(place, kind).letter for _ in range(MANY)])
        fixed.append({at: byte for at, byte in same.items() if not 4 <= at < 20})  # but the deployment's name
    assert fixed[0] == fixed[1]


def test_a_witness_is_told_the_same_whoever_was_left_out(world: World) -> None:
    keys = world.reporter()
    told = []
    for leave_out in ((), (LEFT_OUT,), ("utredare-4", "utredare-3"), ("tillsyn-2",)):
        data = shape.read_submission(world.report(keys, leave_out)).letter
        told.append(open_letter(data, world.keys[WITNESS].kem, world.chain.deployment))
    assert told == [Watching(slots.WATCH_REPORT, keys.thread.watch_token)] * len(told)


def test_a_witness_who_was_left_out_learns_as_little(world: World) -> None:
    data = sealed(world, "left out with a witness").letter
    opener = Opener(world.keys[WITNESS])
    assert not opener.add(data, TODAY, world.chain)
    assert (opener.watched, opener.set_aside) == ({}, [])


def screens(panel: Office.Open, *paths: str) -> list[str]:
    """What a panel shows, without what is random each time: its path, form tokens, the names of letters."""
    shown = [panel.browser.get(path).text.replace(panel.browser.root, "") for path in paths or PATHS]
    return [
        re.sub(r'name="csrf_token" value="[^"]*"|<td class="id">[0-9a-f]{8}</td>', "", one) for one in shown
    ]


def objects(office: Office) -> tuple[int, int, int]:
    shelf = office.shelf
    return len(shelf.letters), len(shelf.intake_cells), len(shelf.cells)


def cover_as_a_report(office: Office) -> None:
    """As a colleague's panel does when the dice fall so: a letter, and later a cell and a letter."""
    sitting = office.panel(COLLEAGUE).unlock().panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    outbox, setting = sitting.workspace._outbox, sitting.workspace.setting
    outbox.post_blank(setting)
    outbox.post_blank(setting, with_cell=True)


def test_the_panel_of_who_was_left_out_shows_the_same_as_after_cover(office: Office) -> None:
    left_out = office.panel(LEFT_OUT).unlock()
    quiet, before = screens(left_out), objects(office)
    cover_as_a_report(office)
    assert screens(left_out) == quiet
    covered = objects(office)
    reporter = office.report(leave_out=(LEFT_OUT,))
    colleague = office.panel(COLLEAGUE).unlock()  # opens, and says so by letter and cell
    assert reporter.thread.case.opened is not None
    assert screens(left_out) == quiet
    came = [
        tuple(b - a for a, b in zip(*two, strict=True))
        for two in ((before, covered), (covered, objects(office)))
    ]
    assert came == [(2, 2, 1), (2, 2, 1)], "as much comes with cover"
    colleague.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Vi har läst.", "once": "1"})
    colleague.browser.submit(f"/cases/{reporter.case_id}/note", {"text": "Inte ett ord.", "once": "2"})
    reporter.write("Det hände igen.")
    assert screens(left_out) == quiet
    assert screens(office.panel(LEFT_OUT).unlock()) == quiet, "nor after a restart, from what is stored"
    office.report()
    assert screens(left_out) != quiet, "a report that does not leave them out shows"


def test_the_panel_of_a_witness_shows_the_same_whoever_was_left_out(tmp_path: Path) -> None:
    shown = set()
    for leave_out in ((), (LEFT_OUT,), ("utredare-3",)):
        office = make_office(tmp_path / "-".join(("office", *leave_out)))
        witness = office.panel(WITNESS).unlock()
        quiet = screens(witness, "/cases")
        reporter = office.report(leave_out=leave_out)
        office.panel(COLLEAGUE).unlock()
        reporter.write("Det hände igen.")
        assert screens(witness, "/cases") != quiet, "they see that there are letters"
        page, state = screens(witness, "/cases", "/state?known=0")
        shown.add((state, *sorted(page.splitlines())))  # rows of one day stand in the order of names
    assert len(shown) == 1
