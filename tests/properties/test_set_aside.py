"""A letter or cell that was changed, moved or replayed stands on the screen with its reason, also after a
restart.

Whoever does it holds the site, or has a receipt, a member's key or another deployment. Nothing of it stops
the honest report beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reporting_app.admin.wording import REASONS
from reporting_app.cases.fold import Case
from reporting_app.cases.sealing import Pen
from reporting_app.crypto import aead, cell, event, shape, slots
from reporting_app.crypto.encoding import pad
from reporting_app.crypto.hashing import object_id
from tests.admin.test_hostile import INVESTIGATORS, Attacker
from tests.admin.world import REPORT, Office, Reporter, compile_translations, make_office
from tests.deployment import world_of
from tests.properties.sealed_things import own_slot, slot_at

READER = "utredare-1"
UNUSABLE = "brev gick inte att använda"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    compile_translations()
    return make_office(tmp_path / "members")


def put(office: Office, sealed: bytes) -> None:
    """A letter as it lies on the site's disk."""
    office.shelf.letters[object_id(sealed)] = (office.clock.today, sealed)


def cases_of(panel: Office.Open) -> dict[str, Case]:
    assert panel.panel.sitting is not None
    return dict(panel.panel.sitting.cases)


def a_letter(office: Office) -> bytes:
    reporter = Attacker(office).keys
    return shape.read_submission(office.world.report(reporter)).letter


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def body(office: Office) -> None:
    put(office, changed(a_letter(office), shape.LETTER_SIZE - 1))


def slot_of_another(office: Office) -> None:
    sealed = a_letter(office)
    mine = own_slot(office.world, sealed, READER)
    put(office, changed(sealed, slot_at((mine + 1) % 12)))


def reserved_byte(office: Office) -> None:
    put(office, changed(a_letter(office), 30))


def magic(office: Office) -> None:
    put(office, changed(a_letter(office), 0))


def cut(office: Office) -> None:
    put(office, a_letter(office)[:-1])


def prolonged(office: Office) -> None:
    put(office, a_letter(office) + b"\0")


def of_another_deployment(office: Office) -> None:
    """The same members, the same keys, another service."""
    elsewhere = world_of(office.world.keys)
    put(office, shape.read_submission(elsewhere.report(elsewhere.reporter())).letter)


def key_not_committed(office: Office) -> None:
    setting = office.world.setting(office.clock.today)
    one, other = slots.ContentKey.generate(), slots.ContentKey.generate()
    header = shape.letter_header(setting.deployment_id, 1, 12, one.commitment)
    payload = slots.Payload(slots.READER, other.key, bytes(slots.SHARE_SIZE)).wire
    slot = slots.seal_slot(header, setting.keys[READER], payload)
    front = header + slot + b"".join(slots.filler_slot(header) for _ in range(11))
    put(office, front + aead.seal(other.body_key, front, pad(b"\1\0\0", shape.letter_body_size(12))))


def event_of_another_thread(office: Office) -> None:
    Attacker(office).post([Attacker(office).report()])


def for_another_audience(office: Office) -> None:
    attacker = Attacker(office)
    attacker.post([attacker.report(audience=["utredare-2"])])


def signature_of_another_event(office: Office) -> None:
    attacker = Attacker(office)
    one, other = attacker.report(), attacker.report(seq=2)
    attacker.post([event.from_json(one.json, other.signature)])


def by_somebody_unknown(office: Office) -> None:
    attacker = Attacker(office)
    pen = Pen("utredare-9", attacker.keys.sign_seed, attacker.keys.thread.thread_id, attacker.setting)
    attacker.post([pen.sign("message", {"parcels": [], "text": "x"}, INVESTIGATORS, 1)])


def a_kind_its_author_may_not_write(office: Office) -> None:
    attacker = Attacker(office)
    status = event.Draft(
        kind="status",
        author=event.REPORTER,
        audience=INVESTIGATORS,
        body={"reason": "", "state": "acting"},
        day=office.clock.today,
        deployment=attacker.setting.deployment_id,
        thread=attacker.keys.thread.thread_id,
        seq=1,
    )
    attacker.post([status.sign(attacker.keys.sign_seed)])


ATTACKS: dict[Callable[[Office], None], str] = {
    body: "body",
    slot_of_another: "body",
    reserved_byte: "schema",
    magic: "magic",
    cut: "length",
    prolonged: "length",
    of_another_deployment: "deployment",
    key_not_committed: "commitment",
    event_of_another_thread: "thread",
    for_another_audience: "audience",
    signature_of_another_event: "signature",
    by_somebody_unknown: "author",
    a_kind_its_author_may_not_write: "kind",
}


def test_what_breaks_a_rule_is_on_the_screen_with_its_reason_and_stays_there(office: Office) -> None:
    honest = office.report()
    panel = office.panel(READER).unlock()
    assert UNUSABLE not in panel.browser.get("/cases").text, "the control: an honest letter is not set aside"
    lines: list[str] = []
    for attack, reason in ATTACKS.items():
        before = set(office.shelf.letters)
        attack(office)
        (name,) = set(office.shelf.letters) - before
        lines.append(f'<span class="id">{name.hex()[:12]}</span> {REASONS[reason]}')
    for _ in range(2):
        page = panel.browser.get("/cases").text
        assert f"{len(ATTACKS)} {UNUSABLE}" in page
        assert [line for line in lines if line not in page] == []
        assert REPORT in page
        panel.panel.close()
        panel = office.panel(READER).unlock()
    assert honest.thread.case.opened is not None


def test_what_is_refused_in_a_case_is_shown_in_that_case(office: Office) -> None:
    reporter = office.report()
    panel = office.panel(READER).unlock()
    assert "lagd åt sidan" not in panel.browser.case(reporter.case_id)
    finder = Attacker(office)
    finder.keys = reporter.keys
    forged = Pen("utredare-2", finder.keys.sign_seed, finder.keys.thread.thread_id, finder.setting)
    said = forged.sign("message", {"parcels": [], "text": "Lägg ner det."}, INVESTIGATORS, 1)
    finder.post([said])
    for _ in range(2):
        panel.browser.get("/cases")
        page = panel.browser.case(reporter.case_id)
        assert "1 sak är lagd åt sidan" in page
        assert str(REASONS["signature"]) in page
        assert "Lägg ner det." not in page
        panel = office.panel(READER).unlock()


def test_the_same_letter_again_is_the_same_letter(office: Office) -> None:
    reporter = office.report()
    sent = [sealed for _, sealed in office.shelf.letters.values()]
    panel = office.panel(READER).unlock()
    before = len(cases_of(panel)[reporter.case_id].timeline)
    for sealed in sent:
        put(office, sealed)
    page = panel.browser.get("/cases").text
    assert UNUSABLE not in page
    assert len(cases_of(panel)[reporter.case_id].timeline) == before


def test_the_same_events_in_a_new_letter_are_the_same_events(office: Office) -> None:
    """A member who can open a letter seals its content again and posts it."""
    reporter = office.report()
    panel = office.panel(READER).unlock()
    case = cases_of(panel)[reporter.case_id]
    again = Attacker(office)
    again.keys = reporter.keys
    again.post([entry.event for entry in case.timeline if entry.event.author == event.REPORTER])
    panel.browser.get("/cases")
    seen = cases_of(panel)[reporter.case_id]
    assert [one.id for one in seen.events] == [one.id for one in case.events]
    assert seen.set_aside == ()


def test_what_no_longer_opens_cannot_be_told_from_a_letter_for_others(office: Office) -> None:
    """A limit, not a promise: nothing marks a slot as one's own. The reporter sees that nobody opened it."""
    sealed = a_letter(office)
    for at in (23, 40, slot_at(own_slot(office.world, sealed, READER))):  # roster version, commitment, slot
        put(office, changed(sealed, at))
    panel = office.panel(READER).unlock()
    assert UNUSABLE not in panel.browser.get("/cases").text
    assert cases_of(panel) == {}
    put(office, sealed)
    panel.browser.get("/cases")
    assert len(cases_of(panel)) == 1, "the control: unchanged it opens"


REGIONS = {
    5: "deployment",
    21: "not-for-me",
    41: "not-for-me",
    64: "not-for-me",
    100: "not-for-me",
    4095: "body",
}


def reasons_of(reporter: Reporter) -> list[str]:
    return [one.reason for one in reporter.thread.case.set_aside]


def test_a_changed_answer_is_counted_for_its_reporter_and_not_shown(office: Office) -> None:
    reporter = office.report()
    panel = office.panel(READER).unlock()
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Kom i morgon.", "once": "1"})
    assert reporter.texts == ["Kom i morgon."], "the control"
    assert reasons_of(reporter) == []
    honest = dict(office.shelf.cells)
    for at, expected in REGIONS.items():
        office.shelf.cells |= {name: changed(sealed, at) for name, sealed in honest.items()}
        assert reporter.texts == []
        assert reasons_of(reporter) == [expected] * len(honest)
        assert reporter.thread.stored


def test_one_malformed_cell_does_not_hide_the_others_from_a_reporter(office: Office) -> None:
    reporter = office.report()
    stranger = office.report()
    panel = office.panel(READER).unlock()
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Kom i morgon.", "once": "1"})
    name = next(
        n for n, c in office.shelf.cells.items() if cell.is_tag_of(c[24:40], stranger.keys.thread.board_key)
    )
    office.shelf.cells[name] = changed(office.shelf.cells[name], 60)
    assert reporter.texts == ["Kom i morgon."]
