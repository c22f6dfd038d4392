"""What goes wrong on the member's own computer: a full disk, a wrong clock, the same key on another computer.

Each is a clear message, and nothing that was written is lost. The disk is really full: a small file system
where the test may mount one, and else (and always) SQLite's own limit.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from reporting_app.admin.home import PanelHome
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.sealing import blank_intake_cell, submission
from reporting_app.crypto import letter
from reporting_app.storage.cache import Cache
from tests.admin.network import Network
from tests.admin.world import REPORT, Office
from tests.site_fixtures import Visitor, make_app, noon

FULL = "Datorn kan inte spara just nu"
ELSEWHERE = "Din nyckel har använts på en annan dator"


def workspace_of(panel: Office.Open) -> Workspace:
    sitting = panel.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    return sitting.workspace


class Disk:
    """Where a panel keeps its files; ``fill`` leaves no room."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.filling = directory / "holiday-films"

    def fill(self, _panel: Office.Open) -> None:
        with self.filling.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            file.writelines(bytes(4096) for _ in range(1_000))

    def clear(self) -> None:
        self.filling.unlink()


class Limited(Disk):
    """SQLite's own word for it, where nothing can be mounted."""

    def fill(self, panel: Office.Open) -> None:
        engine = panel.panel.cache._engine

        def no_more_pages(connection: Any, *_rest: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")

        self.limit = no_more_pages
        event.listen(engine, "checkout", no_more_pages)
        self.engine = engine

    def clear(self) -> None:
        def as_many(connection: Any, *_rest: object) -> None:
            connection.execute("PRAGMA max_page_count = 1000000")

        event.remove(self.engine, "checkout", self.limit)
        event.listen(self.engine, "checkout", as_many)


@pytest.fixture(params=["mounted", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    directory = tmp_path / "disk"
    directory.mkdir()
    if request.param == "limited":
        yield Limited(directory)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(directory)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here; SQLite's own limit stands in")
    yield Disk(directory)
    subprocess.run(["umount", "--lazy", str(directory)], check=True)


def moved(office: Office, directory: Path) -> PanelHome:
    """The same member's files on another disk."""
    for file in (office.home("utredare-1").key, office.home("utredare-1").invitation):
        shutil.copy(file, directory)
    return PanelHome(directory, "utredare-1")


def test_on_a_full_disk_the_text_stays_on_the_page_nothing_is_sent_and_later_all_is(
    office: Office, disk: Disk
) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1", moved(office, disk.directory)).unlock()
    disk.fill(panel)
    unread = office.report("Ännu en rapport.")
    letters = len(office.shelf.letters)
    place, words = f"reply:{reporter.case_id}", "Är du trygg just nu? " * 500
    assert panel.browser.submit("/drafts", {"place": place, "text": words}).status_code == 413
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": words, "once": "1"})
    assert answer.status_code == 400
    assert FULL in answer.text
    assert words.strip() in answer.text, "the text stays in its field"
    assert (len(office.shelf.letters), reporter.texts) == (letters, []), "what cannot be kept is not sent"
    page = panel.browser.get("/cases").text
    assert FULL in page
    assert "Den här datorn behöver rättas" in page
    assert "Stopp" not in page, "nobody else has done anything"
    assert REPORT in panel.browser.case(reporter.case_id), "what is here can be read"
    disk.clear()
    panel.browser.submit(f"/cases/{reporter.case_id}/reply", {"text": "Är du trygg?", "once": "2"})
    assert reporter.texts == ["Är du trygg?"]
    page = panel.browser.get("/cases").text
    assert FULL not in page
    assert "Ännu en rapport." in panel.browser.case(unread.case_id)


def test_a_form_that_meets_lock_and_full_disk_is_given_back(office: Office, disk: Disk) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1", moved(office, disk.directory)).unlock()
    token = panel.browser.token()
    disk.fill(panel)
    panel.panel.lock()
    form = {"text": "Ett långt svar. " * 10_000, "once": "1", "csrf_token": token}
    answer = panel.browser.post(f"/cases/{reporter.case_id}/reply", form)
    assert "Ett långt svar." in answer.text


@pytest.fixture
def real_site(office: Office, engine: Engine) -> Network:
    """The real site, with the office's members."""
    clock = noon()
    visitor = Visitor(make_app(engine, office.world, clock).test_client(), office.world, clock)
    visitor.publish()
    assert visitor.post("/v1/letters", office.world.report(office.world.reporter())).status_code == 201
    return Network(visitor.client)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (17 * 60, "Datorns klocka går 17 minuter före webbplatsens."),
        (-3 * 3600, "Datorns klocka går 3 timmar efter webbplatsens."),
        (400 * 86_400, "Datorns klocka går"),
    ],
)
def test_a_wrong_clock_is_told_with_how_much_and_nothing_gets_a_wrong_day(
    office: Office, real_site: Network, seconds: int, said: str
) -> None:
    settings = {"connect": lambda _url, clock: real_site.connect(clock), "idle_seconds": 10**9}
    panel = office.panel("utredare-1", **settings).unlock()
    (case,) = workspace_of(panel).cases
    office.clock.now += seconds
    page = panel.browser.get("/cases").text
    assert said in page
    assert "Ställ klocka och datum rätt" in page
    before = len(workspace_of(panel).cases[case].timeline)
    for action in ("reply", "note"):
        answer = panel.browser.submit(f"/cases/{case}/{action}", {"text": "I rätt tid.", "once": action})
        assert "Datorns klocka går fel, så det skickades inte" in answer.text
        assert "I rätt tid." in answer.text
    assert len(workspace_of(panel).cases[case].timeline) == before
    office.clock.now -= seconds
    answer = panel.browser.submit(f"/cases/{case}/note", {"text": "I rätt tid.", "once": "later"})
    assert answer.status_code == 303, "no need to fetch first"
    assert "Datorns klocka" not in panel.browser.get("/cases").text


def second_computer(office: Office, directory: Path) -> Office.Open:
    directory.mkdir()
    return office.panel("utredare-1", moved(office, directory)).unlock()


def test_a_key_used_on_another_computer_is_told_calmly_until_the_member_says_that_it_was_them(
    office: Office, tmp_path: Path
) -> None:
    reporter = office.report()
    here = office.panel("utredare-1").unlock()
    there = second_computer(office, tmp_path / "there")
    assert ELSEWHERE not in there.browser.get("/cases").text, "a new computer only begins to watch"
    note = {"text": "Skrivet där.", "once": "1"}
    there.browser.submit(f"/cases/{reporter.case_id}/note", note)
    page = here.browser.get("/cases").text
    assert ELSEWHERE in page
    assert "Ring genast en kollega på ett känt nummer" in page
    assert f'href="{here.panel.config.path}/cases/{reporter.case_id}"' in page
    assert "Stopp" not in page
    assert ELSEWHERE not in there.browser.get("/cases").text, "it knows what it has written"
    here.browser.submit(f"/cases/{reporter.case_id}/note", {"text": "Skrivet här.", "once": "1"})
    here.panel.close()
    again = office.panel("utredare-1").unlock()
    assert ELSEWHERE in again.browser.get("/cases").text, "over restarts"
    again.browser.submit("/elsewhere")
    assert ELSEWHERE not in again.browser.get("/cases").text
    assert ELSEWHERE in there.browser.get("/cases").text
    case = workspace_of(again).cases[reporter.case_id]
    notes = [one for one in case.timeline if one.event.kind == "note"]
    assert [one.event.body["text"] for one in notes] == ["Skrivet där.", "Skrivet här."]
    assert not any(one.equivocal for one in notes), "numbers go on from those of the other computer"


def test_what_both_wrote_at_the_same_moment_is_kept_and_marked_on_both(
    office: Office, tmp_path: Path
) -> None:
    reporter = office.report()
    here, there = office.panel("utredare-1").unlock(), second_computer(office, tmp_path / "there")
    for panel, text in ((here, "Från den ena."), (there, "Från den andra.")):
        workspace_of(panel).note(reporter.case_id, text)
    for panel in (here, there):
        assert ELSEWHERE in panel.browser.get("/cases").text
        case = workspace_of(panel).cases[reporter.case_id]
        notes = [one for one in case.timeline if one.event.kind == "note"]
        assert [one.equivocal for one in notes] == [True, True]


def test_what_two_programs_on_one_computer_write_is_of_this_computer(office: Office) -> None:
    reporter = office.report()
    first, second = (office.panel("utredare-1").unlock() for _ in range(2))
    workspace_of(first).note(reporter.case_id, "I den ena.")
    workspace_of(second).note(reporter.case_id, "I den andra.")
    office.report("Dagens lista är en annan än den som finns här.")
    for panel in (first, second):
        assert ELSEWHERE not in panel.browser.get("/cases").text


def test_what_somebody_posts_again_is_no_new_word_of_this_key(office: Office) -> None:
    reporter = office.report()
    panel = office.panel("utredare-1").unlock()
    posting = workspace_of(panel).note(reporter.case_id, "Skrivet här.")
    panel.browser.get("/cases")
    setting = office.world.setting(office.clock.today)
    content = letter.thread_content(reporter.keys.thread, [posting.event])
    again = letter.seal_letter(setting.frame, setting.readers(posting.event.audience), content)
    office.shelf.put(submission(setting, again, blank_intake_cell(setting)))
    panel.browser.get("/cases")
    assert workspace_of(panel).elsewhere == frozenset()
    held = workspace_of(panel).cache.places()
    assert len(held) == len(office.shelf.letters), "the panel has fetched it"


def test_a_cache_that_cannot_be_made_on_a_full_disk_says_so(office: Office, disk: Disk) -> None:
    if isinstance(disk, Limited):
        pytest.skip("SQLite has no limit before there is a file")
    home = moved(office, disk.directory)
    panel = office.panel("utredare-1", home)
    disk.fill(panel)
    panel.browser.get("/?token=provets-token")
    answer = panel.browser.submit("/unlock", {"passphrase": "sju ord som bara provar sig fram"})
    assert "Kontrollera att disken inte är full" in answer.text
    disk.clear()
    assert Cache.at(home.cache).outgoing() == []
