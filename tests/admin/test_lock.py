"""Unlocking, locking, and what survives."""

from __future__ import annotations

import threading
import time

import pytest

from tests.admin.world import PASSPHRASE, REPORT, TOKEN, Office

TYPED = "Hej. Tack för att du hörde av dig, vi ska"


def test_a_wrong_passphrase_says_so_and_waits_a_little_longer_each_time(office: Office) -> None:
    waits: list[float] = []
    browser = office.panel("utredare-1", pause=waits.append).browser
    browser.get(f"/?token={TOKEN}")
    for _ in range(6):
        answer = browser.submit("/unlock", {"passphrase": "fel fras"})
        assert answer.status_code == 400
        assert "Det är inte lösenfrasen" in answer.text
        assert "fel fras" not in answer.text
    assert waits == sorted(waits)
    assert waits[0] < 1
    assert max(waits) <= 4


def test_white_space_in_the_passphrase_does_not_matter(office: Office) -> None:
    open_panel = office.panel("utredare-1")
    open_panel.browser.get(f"/?token={TOKEN}")
    open_panel.browser.submit("/unlock", {"passphrase": "  " + PASSPHRASE.replace(" ", "   ")})
    assert open_panel.panel.sitting is not None


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"x" * 20_000_000, b'{"kind":"key"}'])
def test_a_damaged_key_file_is_a_sentence(office: Office, data: bytes) -> None:
    office.home("utredare-1").key.write_bytes(data)
    browser = office.panel("utredare-1").browser
    browser.get(f"/?token={TOKEN}")
    answer = browser.submit("/unlock", {"passphrase": PASSPHRASE})
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.text
    assert "Traceback" not in answer.text


def test_unlocking_leads_back_to_where_one_was_but_never_out(office: Office) -> None:
    reporter = office.report()
    browser = office.panel("utredare-1").browser
    browser.get(f"/?token={TOKEN}")
    there = f"{browser.root}/cases/{reporter.case_id}"
    inside = browser.submit(f"/unlock?next={there}", {"passphrase": PASSPHRASE})
    assert inside.headers["Location"] == f"/cases/{reporter.case_id}"
    for way_out in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert browser.get("/unlock", query_string={"next": way_out}).headers["Location"] == "/cases"


def test_left_alone_the_panel_locks_and_drops_everything_readable(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1", idle_seconds=900).unlock()
    assert REPORT in open_panel.browser.case(reporter.case_id)
    open_panel.ticks.now += 901
    answer = open_panel.browser.get(f"/cases/{reporter.case_id}")
    assert answer.headers["Location"].startswith("/unlock")
    assert open_panel.panel.sitting is None
    assert "låste sig själv" in open_panel.browser.get("/unlock").text


def test_asking_for_news_does_not_keep_the_panel_open_but_typing_does(office: Office) -> None:
    open_panel = office.panel("utredare-1", idle_seconds=900).unlock()
    for _ in range(4):
        open_panel.ticks.now += 300
        state = open_panel.browser.get("/state", headers={"X-Active": "1"}).get_json()
        assert state["locked"] is False
    for _ in range(4):
        open_panel.ticks.now += 300
        state = open_panel.browser.get("/state").get_json()
    assert state["locked"] is True


@pytest.mark.parametrize("hours", [8, -8])
def test_a_night_that_only_the_wall_clock_counts_locks_the_panel(office: Office, hours: int) -> None:
    open_panel = office.panel("utredare-1", idle_seconds=900).unlock()
    open_panel.ticks.now += 30
    office.clock.now += hours * 3600
    assert open_panel.browser.get("/cases").headers["Location"].startswith("/unlock")
    assert open_panel.panel.sitting is None


def test_the_unlock_page_alone_does_not_keep_the_panel_open(office: Office) -> None:
    open_panel = office.panel("utredare-1", idle_seconds=900).unlock()
    for _ in range(4):
        open_panel.ticks.now += 300
        open_panel.browser.get("/unlock")
    assert open_panel.panel.sitting is None


def test_several_unlockings_at_once_leave_no_fetching_after_the_lock(office: Office) -> None:
    panel = office.panel("utredare-1", background=True).panel
    before = set(threading.enumerate())
    unlocking = [threading.Thread(target=panel.unlock, args=(PASSPHRASE,)) for _ in range(3)]
    for one in unlocking:
        one.start()
    for one in unlocking:
        one.join()
    assert panel.sitting is not None
    panel.lock()
    end = time.monotonic() + 10
    while time.monotonic() < end and set(threading.enumerate()) - before:
        time.sleep(0.05)
    assert [one.name for one in threading.enumerate() if one not in before] == []


def test_an_unlocking_that_was_overtaken_connects_nothing(office: Office) -> None:
    panel = office.panel("utredare-1").unlock().panel
    overtaken = panel.sitting
    assert overtaken is not None
    overtaken.workspace = overtaken.fetcher = None
    panel.lock()
    panel.connect(overtaken)
    assert overtaken.fetcher is None


def test_locking_tells_the_browser_to_forget_the_pages_it_kept(office: Office) -> None:
    browser = office.panel("utredare-1").unlock().browser
    assert browser.submit("/lock").headers["Clear-Site-Data"] == '"cache"'


def test_locking_by_hand_shows_nothing_afterwards(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1").unlock()
    open_panel.browser.submit("/lock")
    for path in ("/cases", f"/cases/{reporter.case_id}", "/roster", "/start/waiting"):
        assert open_panel.browser.get(path).headers["Location"].startswith("/unlock")
    assert open_panel.browser.get("/state").get_json() == {"locked": True, "left": 900}


def test_a_form_posted_after_the_lock_fell_is_kept_as_a_draft(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1").unlock()
    token = open_panel.browser.token()
    open_panel.panel.lock(by_itself=True)
    where = f"/cases/{reporter.case_id}/reply"
    answer = open_panel.browser.post(where, {"csrf_token": token, "text": TYPED, "once": "1"})
    assert answer.status_code == 303
    assert "sparat" in open_panel.browser.get("/unlock").text
    assert reporter.texts == []
    open_panel.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    page = open_panel.browser.case(reporter.case_id)
    assert TYPED in page
    assert "Utkast" in open_panel.browser.get("/cases").text


def test_a_draft_survives_a_restart_and_is_sealed_meanwhile(office: Office) -> None:
    reporter = office.report()
    first = office.panel("utredare-1").unlock()
    place = f"reply:{reporter.case_id}"
    assert first.browser.submit("/drafts", {"place": place, "text": TYPED}).status_code == 204
    first.panel.close()
    stored = b"".join(one.read_bytes() for one in office.directory.iterdir() if "cache" in one.name)
    assert TYPED.encode() not in stored
    assert REPORT.encode() not in stored
    second = office.panel("utredare-1").unlock()
    assert TYPED in second.browser.case(reporter.case_id)


def test_a_draft_is_gone_once_it_was_sent_or_emptied(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1").unlock()
    browser, place = open_panel.browser, f"reply:{reporter.case_id}"
    browser.submit("/drafts", {"place": place, "text": TYPED})
    browser.submit(f"/cases/{reporter.case_id}/reply", {"text": TYPED, "once": "1"})
    assert reporter.texts == [TYPED]
    assert open_panel.panel.drafts is not None
    assert open_panel.panel.drafts.places() == set()
    browser.submit("/drafts", {"place": place, "text": TYPED})
    browser.submit("/drafts", {"place": place, "text": "  "})
    assert open_panel.panel.drafts.places() == set()


@pytest.mark.parametrize(
    "place", ["", "reply", "reply:x", "seen:3f", "reply:0123456789abc", "other:0123456789ab"]
)
def test_drafts_have_their_few_places(office: Office, place: str) -> None:
    browser = office.panel("utredare-1").unlock().browser
    assert browser.submit("/drafts", {"place": place, "text": "x"}).status_code == 400


def test_a_damaged_draft_is_forgotten_quietly(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1").unlock()
    open_panel.panel.cache.set_draft(f"reply:{reporter.case_id}", b"RPD1" + b"x" * 2000)
    assert open_panel.browser.get(f"/cases/{reporter.case_id}").status_code == 200


def test_a_too_long_draft_is_refused_and_a_too_large_request_explained(office: Office) -> None:
    reporter = office.report()
    browser = office.panel("utredare-1").unlock().browser
    place = f"reply:{reporter.case_id}"
    assert browser.submit("/drafts", {"place": place, "text": "x" * 300_000}).status_code == 413
    answer = browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "x" * 20_000_000})
    assert answer.status_code == 413
    assert "för stort" in answer.text
