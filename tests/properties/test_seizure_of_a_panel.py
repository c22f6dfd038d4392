"""Whoever takes an investigator's computer finds no text, no draft and no key in the panel's files.

The member reads, drafts, answers, notes and closes; the site falls silent, the panel breaks, a passphrase is
mistyped, the panel locks and is killed. The files beside it and all that it says are searched as in
``test_seizure.py``. The panel has no place for temporary files at all, so that it cannot have used one.

One thing is in the open and meant to be: the place of a draft names its case (docs/protocol.md §12a).
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import pytest

from reporting_app.admin.workspace import Workspace
from reporting_app.crypto.encoding import canonical
from tests.admin.world import PASSPHRASE, TOKEN, Office, Reporter, compile_translations, make_office
from tests.properties.seizure_search import Files, Search
from tests.properties.seizure_traffic import Secrets

MEMBER = "utredare-1"
ACTIONS = ("reply", "note", "status")


@pytest.fixture(scope="module", autouse=True)
def translations() -> None:
    compile_translations()


@pytest.fixture
def kept() -> Secrets:
    return Secrets()


@pytest.fixture
def office(tmp_path: Path, kept: Secrets, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office on a computer without a place for temporary files, all of whose secrets are known."""
    nowhere = str(tmp_path / "nowhere")
    monkeypatch.setattr(tempfile, "tempdir", nowhere)
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, nowhere)
    made = make_office(tmp_path / "computer")
    for keys in made.world.keys.values():
        kept.add("member", sign=keys.sign_seed, cache=keys.cache_key)
    kept.texts |= {"passphrase": PASSPHRASE, "token": TOKEN}
    return made


def files_of(office: Office) -> Files:
    return {path.name: path.read_bytes() for path in office.directory.rglob("*") if path.is_file()}


def public_of(office: Office) -> list[bytes]:
    assert office.shelf.deployment is not None
    texts = canonical(office.shelf.content)
    return [texts, office.shelf.deployment.to_bytes(), *(one.to_bytes() for one in office.shelf.documents)]


def reported(office: Office, kept: Secrets) -> Reporter:
    """A report of which every secret is known, from a receipt to what was said."""
    reporter = office.report(f"Hej. {kept.text('narrative')}", form=[kept.text("answer", swedish=False)])
    thread = reporter.keys.thread
    kept.add("reporter", thread=thread.secret, board=thread.board_key, watch=thread.watch_token)
    kept.add("reporter", sign=reporter.keys.sign_seed, sign_public=thread.sign_public)
    _, letter = list(office.shelf.letters.values())[-1]
    kept.add_letter(letter, office.world.keys[MEMBER], office.world.chain.deployment)
    return reporter


def typed(kept: Secrets, action: str) -> dict[str, str]:
    text, once = kept.text(action), str(len(kept.texts))
    if action == "status":
        return {"once": once, "state": "acting", "reason": text}
    return {"once": once, "text": text}


def work(office: Office, kept: Secrets) -> list[Files]:
    """A day at the panel. What lay on the disk at each of its moments."""
    reporter = reported(office, kept)
    panel = office.panel(MEMBER)
    panel.browser.get(f"/?token={TOKEN}")
    panel.browser.submit("/unlock", {"passphrase": kept.text("mistyped passphrase")})
    panel.unlock()
    assert "Hej. " in panel.browser.case(reporter.case_id), "the report is on the screen"
    address = f"/cases/{reporter.case_id}"
    moments = []
    for action in ACTIONS:
        draft = {"place": f"{action}:{reporter.case_id}", **typed(kept, action)}
        assert panel.browser.submit("/drafts", draft).status_code == 204
        moments.append(files_of(office))
        assert panel.browser.submit(f"{address}/{action}", typed(kept, action)).status_code == 303
    assert len(office.shelf.letters) == 5, "report, opened, answer, note and status were sent"
    office.shelf.away = True
    panel.browser.submit(f"{address}/reply", typed(kept, "reply"))
    moments.append(files_of(office))  # it waits, sealed
    panel.panel.lock()
    panel.browser.submit(f"{address}/note", typed(kept, "note"))  # typed before, posted after the lock
    return [*moments, files_of(office)]


def break_down(office: Office, kept: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    """The panel meets an error that quotes what somebody wrote."""

    def broken(_workspace: Workspace, _case: str, text: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(Workspace, "note", broken)
    office.shelf.away = False
    reporter = reported(office, kept)
    panel = office.panel(MEMBER).unlock()
    answer = panel.browser.submit(f"/cases/{reporter.case_id}/note", typed(kept, "note"))
    assert answer.status_code == 500


def test_a_panel_leaves_nothing_readable_on_its_computer(
    office: Office, kept: Secrets, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    moments = work(office, kept)
    break_down(office, kept, monkeypatch)
    search = Search(kept.texts, public_of(office))
    for files in [*moments, files_of(office), {"log": caplog.text.encode()}]:
        assert search.found_in(files) == set()
    assert "RuntimeError" in caplog.text, "the log was listened to"
    journals = [data for name, data in moments[0].items() if name.endswith(".cache-wal")]
    assert any(journals), "and the journal read"


def test_of_the_thread_only_the_places_of_drafts_are_known(office: Office, kept: Secrets) -> None:
    reporter = reported(office, kept)
    search = Search({"thread": reporter.keys.thread.thread_id})
    panel = office.panel(MEMBER).unlock()
    panel.browser.case(reporter.case_id)
    assert search.found_in(files_of(office)) == set()
    panel.browser.submit("/drafts", {"place": f"reply:{reporter.case_id}", "text": "x"})
    found = search.found_in(files_of(office))
    assert {one.split(": ")[1].lower() for one in found} == {"thread (hex)"}


def test_a_panel_that_kept_a_draft_open_would_be_found_out(
    office: Office, kept: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsealed(_place: str, content: bytes, _public: bytes) -> bytes:
        return content

    monkeypatch.setattr("reporting_app.admin.drafts.seal_draft", unsealed)
    reporter = reported(office, kept)
    panel = office.panel(MEMBER).unlock()
    panel.browser.submit("/drafts", {"place": f"reply:{reporter.case_id}", **typed(kept, "reply")})
    found = Search(kept.texts, public_of(office)).found_in(files_of(office))
    assert any("reply" in one for one in found)


def test_a_panel_that_used_a_temporary_file_would_be_found_out(office: Office) -> None:
    with pytest.raises(FileNotFoundError):
        tempfile.mkstemp()
