"""Against whoever has the computer later, or answers in the site's place: what a panel must not let out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from reporting_app.admin.fetching import Fetcher
from reporting_app.admin.home import PanelHome
from reporting_app.admin.remote import Member, Site, SiteAway
from reporting_app.admin.serve import panel_server
from reporting_app.admin.sitting import Sitting
from reporting_app.crypto.keyfile import KeyFile
from tests.admin.world import CHEAP, PASSPHRASE, TOKEN, Office
from tests.deployment import member_keys

WRITTEN = "ord-som-ingen-annan-skrev"


def test_no_passphrase_is_logged_whether_it_opens_or_not(
    office: Office, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    panel = office.panel("utredare-1")
    panel.browser.get(f"/?token={TOKEN}")
    panel.browser.submit("/unlock", {"passphrase": WRITTEN})
    panel.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    panel.browser.submit("/lock")
    logging.getLogger("reporting_app").warning("the log is listened to")
    printed = "".join(capfd.readouterr())
    assert "the log is listened to" in caplog.text
    assert [words for words in (WRITTEN, PASSPHRASE, TOKEN) if words in caplog.text + printed] == []


class BrokenWorkspace:
    """Meets an error that quotes what was being opened."""

    def sync(self) -> None:
        raise RuntimeError(WRITTEN)


def test_an_error_while_fetching_is_logged_by_its_type_only(caplog: pytest.LogCaptureFixture) -> None:
    Fetcher(BrokenWorkspace(), 60, lambda: None, lambda: 0.0).round()  # type: ignore[arg-type]
    assert "RuntimeError" in caplog.text
    assert WRITTEN not in caplog.text


def test_the_server_logs_no_trace_of_an_error(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    server = panel_server(office.panel("utredare-1").app, 0)
    try:
        raise RuntimeError(WRITTEN)
    except RuntimeError:
        server.error_log(f"Traceback:\n{WRITTEN}", level=logging.ERROR, traceback=True)
        server.error_log(f"first line\n{WRITTEN}", level=logging.ERROR)
    assert "a request failed" in caplog.text
    assert "first line" in caplog.text
    assert WRITTEN not in caplog.text


def test_a_notice_from_before_the_lock_is_not_shown_to_whoever_unlocks(office: Office) -> None:
    panel = office.panel("utredare-1").unlock()
    panel.panel.say(WRITTEN)
    assert WRITTEN in panel.browser.get("/cases").text, "notices are shown"
    panel.panel.say(WRITTEN)
    panel.panel.lock()
    assert WRITTEN not in panel.unlock().browser.get("/cases").text


def test_a_panel_that_ends_is_locked(office: Office) -> None:
    panel = office.panel("utredare-1").unlock().panel
    panel.close()
    assert panel.sitting is None


def test_a_new_home_is_its_owners_only(tmp_path: Path) -> None:
    made = KeyFile.create("utredare-1", "A", "investigator", PASSPHRASE, CHEAP)
    home = PanelHome(tmp_path / "panel").write_key(made)
    assert home.directory.stat().st_mode & 0o777 == 0o700
    assert home.key.stat().st_mode & 0o777 == 0o600


class Elsewhere(BaseHTTPRequestHandler):
    """Sends whoever comes on to ``/theirs``, and notes who follows."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/theirs" else 302)
        self.send_header("Location", "/theirs")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b'{"days":[]}')

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Noting", (Elsewhere,), {"asked": asked})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_redirect_takes_no_signed_request_anywhere(elsewhere: tuple[str, list[str]]) -> None:
    url, asked = elsewhere
    with pytest.raises(SiteAway):
        Site(url, lambda: 0.0).days(Member(member_keys("utredare-1"), bytes(16)))
    assert asked == ["/v1/letters"]


def running(office: Office) -> Sitting:
    """A panel as it runs for people, ended again."""
    panel = office.panel("utredare-1", background=True).panel
    panel.unlock(PASSPHRASE)
    sitting = panel.sitting
    panel.lock()
    assert sitting is not None
    return sitting


def test_a_running_panel_posts_cover(office: Office) -> None:
    workspace = running(office).workspace
    assert workspace is not None
    assert workspace.covers


def test_the_pauses_of_a_running_panel_keep_no_rhythm(office: Office) -> None:
    fetcher = running(office).fetcher
    assert fetcher is not None
    assert len({fetcher._pause() for _ in range(20)}) > 10
