"""Crafted letters, a lying site and a colleague with bad intent: work goes on and the alarms stay on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from reporting_app.admin.workspace import Workspace
from reporting_app.cases import proposals
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, submission
from reporting_app.crypto import letter, receipt, shape
from reporting_app.crypto.cell import is_tag_of
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Event
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.receipt import ThreadBlock
from tests.admin.world import REPORT, FakeSite, Office

INVESTIGATORS = ["utredare-1", "utredare-2", "utredare-3"]


def workspace(office: Office, member: str = "utredare-1") -> Workspace:
    found = office.panel(member).unlock().panel.sitting
    assert found is not None
    assert found.workspace is not None
    return found.workspace


class Attacker:
    """Anybody: makes letters as no honest browser would."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.keys = receipt.ReporterKeys(receipt.generate(), office.world.chain.deployment)

    @property
    def setting(self) -> Setting:
        return self.office.world.setting(self.office.clock.today)

    def pen(self, day: date | None = None) -> Pen:
        setting = self.office.world.setting(day) if day else self.setting
        return Pen(REPORTER, self.keys.sign_seed, self.keys.thread.thread_id, setting)

    def report(self, day: date | None = None, audience: Iterable[str] = INVESTIGATORS, seq: int = 1) -> Event:
        body = self.office.world.report_body("Anfall.")
        return self.pen(day).sign("report", body, audience, seq)

    def post(self, events: list[Event], block: ThreadBlock | None = None) -> None:
        block = block or self.keys.thread
        content = bytes([letter.THREAD_CONTENT])
        inner = block.wire + bytes([len(events)]) + b"".join(one.wire for one in events)
        content += len(inner).to_bytes(2, "big") + inner
        sealed = letter.seal_letter(self.setting.frame, self.setting.readers(INVESTIGATORS), content)
        self.office.shelf.put(submission(self.setting, sealed, blank_intake_cell(self.setting)))


def far_future(attacker: Attacker) -> None:
    attacker.post([attacker.report(date(9999, 12, 31))])


def key_nobody_can_seal_to(attacker: Attacker) -> None:
    own = attacker.keys.thread
    block = ThreadBlock(own.secret, own.sign_public, b"\xff" * 1216)
    pen = Pen(REPORTER, attacker.keys.sign_seed, block.thread_id, attacker.setting)
    attacker.post([pen.sign("report", attacker.office.world.report_body(), INVESTIGATORS, 1)], block)


def forty_events(attacker: Attacker) -> None:
    pen = attacker.pen()
    said = [pen.sign("message", {"parcels": [], "text": str(n)}, ["utredare-1"], n + 2) for n in range(40)]
    attacker.post([attacker.report(), *said])


def invented_readers(attacker: Attacker) -> None:
    pen = attacker.pen()
    crowd = [[f"nobody-{group}-{n}" for n in range(15)] for group in range(2)]
    said = [
        pen.sign("message", {"parcels": [], "text": "x"}, ["utredare-1", *names], n + 2)
        for n, names in enumerate(crowd)
    ]
    attacker.post([attacker.report(), *said])


@pytest.mark.parametrize("attack", [far_future, key_nobody_can_seal_to, forty_events, invented_readers])
def test_one_crafted_letter_stops_nobody_else(office: Office, attack: Callable[[Attacker], None]) -> None:
    attack(Attacker(office))
    honest = office.report()
    panel = office.panel("utredare-1").unlock()
    assert REPORT in panel.browser.get("/cases").text
    assert honest.thread.case.opened is not None
    assert panel.browser.get("/cases").status_code == 200
    office.shelf.documents.append(forged_roster(office))
    assert "Stopp: något stämmer inte" in panel.browser.get("/cases").text


def forged_roster(office: Office) -> SignedDocument:
    chain, today = office.world.chain, office.clock.today
    forged = proposals.propose_roster(chain, chain.deployment, [], ["utredare-3"], today)
    return office.world.signed(forged, "utredare-2")


def test_a_letter_of_which_nothing_holds_is_shown_as_set_aside(office: Office) -> None:
    attacker = Attacker(office)
    attacker.post([attacker.report(audience=["utredare-2"])])
    assert [one.reason for one in workspace(office).set_aside] == ["audience"]


def test_a_colleague_cannot_stop_a_case_by_carrying_it_to_strangers(office: Office) -> None:
    reporter = office.report()
    colleague = workspace(office, "utredare-2")
    case = colleague.cases[reporter.case_id]
    setting = colleague.setting
    pen = Pen("utredare-2", colleague.keys.sign_seed, case.thread, setting)
    strangers = [f"stranger-{n}" for n in range(16)]
    body = {"events": [b64(case.events[0].id)], "reason": "x"}
    reseal = pen.sign("reseal", body, ["utredare-1", *strangers], 90)
    content = letter.thread_content(reporter.keys.thread, [reseal])
    sealed = letter.seal_letter(setting.frame, setting.readers(INVESTIGATORS), content)
    office.shelf.put(submission(setting, sealed, blank_intake_cell(setting)))
    workspace(office).reply(reporter.case_id, "Vi finns kvar.")
    assert reporter.texts == ["Vi finns kvar."]


def test_a_late_answer_stays_late_whatever_day_it_claims(office: Office) -> None:
    reporter = office.report()
    filed = office.clock.today
    office.clock.now += 30 * 86_400
    late = workspace(office, "utredare-2")
    case = late.cases[reporter.case_id]
    pen = Pen("utredare-2", late.keys.sign_seed, case.thread, office.world.setting(filed))
    answer = pen.sign("message", {"parcels": [], "text": "I tid!"}, INVESTIGATORS, 90)
    content = letter.thread_content(reporter.keys.thread, [answer])
    sealed = letter.seal_letter(late.setting.frame, late.setting.readers(INVESTIGATORS), content)
    office.shelf.put(submission(late.setting, sealed, blank_intake_cell(late.setting)))
    seen = workspace(office).cases[reporter.case_id]
    assert seen.received == filed
    assert seen.first_answer is not None
    assert seen.first_answer >= filed + timedelta(days=29)
    assert [entry.misdated for entry in seen.timeline if entry.event == answer] == [True]


def test_a_key_the_majority_did_not_sign_leaves_the_last_good_state(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.keys["utredare-3"] = Attacker(office).keys.kem.public
    page = panel.browser.get("/cases").text
    assert "Stopp: något stämmer inte" in page
    assert REPORT in page
    assert REPORT in office.panel("utredare-1").unlock().browser.case(reporter.case_id)


def test_a_deployment_file_by_members_of_long_ago_is_refused(office: Office) -> None:
    world = office.world
    panel = office.panel("utredare-1").unlock()
    left = world.signed(
        proposals.propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], office.clock.today)
    )
    office.shelf.documents.append(left)
    panel.browser.get("/cases")
    office.clock.now += 60 * 86_400
    forged = SignedDocument({**world.deployment.body, "version": 9, "previous": b64(bytes(32))}, {})
    office.shelf.deployment = world.signed(forged)
    assert "Stopp: något stämmer inte" in panel.unlock().browser.get("/cases").text


@pytest.mark.parametrize("day", [date.max, date.min])
def test_a_site_that_names_impossible_days_hides_nothing(office: Office, day: date) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    for name, (_, sealed) in list(office.shelf.letters.items()):
        office.shelf.letters[name] = (day, sealed)
    page = panel.browser.get("/cases").text
    assert "Stopp: något stämmer inte" in page
    assert REPORT in page
    assert REPORT in office.panel("utredare-1").unlock().browser.case(reporter.case_id)


def test_an_answer_that_the_site_took_and_does_not_show_is_shouted_about_and_sent_again(
    office: Office,
) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    office.shelf.drops_cells = True
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Hör du oss?", "once": "1"})
    assert "Stopp: något stämmer inte" in panel.browser.get("/cases").text
    assert reporter.texts == []
    office.shelf.drops_cells = False
    panel.browser.get("/cases")
    assert reporter.texts == ["Hör du oss?"]


def test_what_waited_past_a_change_of_roster_is_sealed_anew(office: Office) -> None:
    reporter = office.report()
    first = workspace(office)
    office.shelf.away = True
    first.reply(reporter.case_id, "Till alla.")
    assert first.state.waiting == 1
    (row,) = [one for one in first.cache.outgoing() if not one.sent]
    old = object_id(shape.read_submission(row.submission).letter)
    office.shelf.stale, office.shelf.away = {old}, False
    for _ in range(2):
        assert first.sync().alarms == ()
    assert first.state.waiting == 0
    assert old not in office.shelf.letters
    for member in ("utredare-1", "utredare-2"):
        seen = workspace(office, member).cases[reporter.case_id]
        said = [e.event.body["text"] for e in seen.timeline if e.event.kind == "message"]
        assert said == ["Till alla."]


def test_whoever_finds_a_receipt_cannot_exclude_everybody(office: Office) -> None:
    reporter = office.report()
    workspace(office).reply(reporter.case_id, "Vi har läst.")
    finder = Attacker(office)
    finder.keys = reporter.keys
    seq = max(one.seq for one in reporter.thread.case.events if one.author == REPORTER) + 1
    exclusion = finder.pen().sign("exclusion", {"exclude": INVESTIGATORS}, [*INVESTIGATORS, REPORTER], seq)
    finder.post([exclusion])
    case = workspace(office).cases[reporter.case_id]
    assert case.readers == set(INVESTIGATORS)
    assert "audience" in [one.reason for one in case.set_aside]
    workspace(office).reply(reporter.case_id, "Vi är kvar.")
    assert reporter.texts == ["Vi har läst.", "Vi är kvar."]


def test_a_new_year_without_a_volume_stops_nothing(office: Office) -> None:
    office.clock.now += 409 * 86_400
    reporter = office.report()
    workspace(office).reply(reporter.case_id, "Gott nytt år.")
    assert reporter.texts == ["Gott nytt år."]


def test_a_site_of_another_kind_does_not_switch_off_the_alarms(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = office.panel("utredare-1").unlock()
    office.shelf.documents.append(forged_roster(office))

    def nonsense(*_: object) -> None:
        raise KeyError("days")

    monkeypatch.setattr(FakeSite, "days", nonsense)
    page = panel.browser.get("/cases").text
    assert "en förteckning som majoriteten inte har skrivit under" in page


def test_what_nobody_can_open_hides_that_somebody_was_left_out(office: Office) -> None:
    office.report(leave_out=("utredare-2",))
    one = workspace(office)
    one._outbox.post_blank(one.setting, with_cell=True)
    left_out, chosen = workspace(office, "utredare-2"), workspace(office, "utredare-3")
    assert left_out.cases == {}
    assert left_out.set_aside == chosen.set_aside == []
    unopened = [len(office.shelf.letters) - len(w._opener.threads) for w in (left_out, chosen)]
    assert min(unopened) >= 1, "also for a reader some letters never open"
    blank = [cell for cell in office.shelf.cells.values() if cell not in chosen_cells(office)]
    assert len(blank) == 1


def chosen_cells(office: Office) -> list[bytes]:
    """Cells that belong to some case."""
    keys = [thread.block.board_key for thread in workspace(office)._opener.threads.values()]
    cells = office.shelf.cells.values()
    return [c for c in cells if any(is_tag_of(shape.read_cell(c).tag, key) for key in keys)]
