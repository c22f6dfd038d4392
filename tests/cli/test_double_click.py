"""What a double click does: once a home, in the browser, and never silently when it cannot."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from reporting_app.admin.panel import Panel
from reporting_app.cli import panel, telling
from reporting_app.cli.seat import Seat

NOT_ON_WINDOWS = "fcntl grp gunicorn pwd resource syslog termios".split()


@pytest.fixture
def seats(tmp_path: Path) -> Iterator[Callable[[], Seat]]:
    made: list[Seat] = []

    def one() -> Seat:
        made.append(Seat(tmp_path / "home"))
        return made[-1]

    yield one
    for seat in made:
        seat.leave()


def test_a_second_start_opens_a_tab_of_the_first_instead(seats: Callable[[], Seat]) -> None:
    first, second, knocked = seats(), seats(), threading.Event()
    assert first.take()
    first.answer(knocked.set)
    assert not second.take()
    assert second.knock()
    assert knocked.is_set()


def test_after_the_first_has_ended_another_can_start(seats: Callable[[], Seat]) -> None:
    first, second = seats(), seats()
    assert first.take()
    first.answer(lambda: None)
    first.leave()
    assert not second.knock(patience=0)
    assert second.take()


DIES = """
import os, sys
from pathlib import Path
from reporting_app.cli.seat import Seat
seat = Seat(Path(sys.argv[1]))
print(seat.take(), flush=True)
seat.answer(print)
os._exit(9)
"""


def test_a_panel_that_crashed_leaves_the_seat_free(seats: Callable[[], Seat], tmp_path: Path) -> None:
    command = [sys.executable, "-c", DIES, str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("True\n", 9)
    seat = seats()
    assert not seat.knock(patience=0)
    assert seat.take()


def test_who_does_not_know_the_secret_opens_no_tab(seats: Callable[[], Seat], tmp_path: Path) -> None:
    seat, knocked = seats(), threading.Event()
    assert seat.take()
    seat.answer(knocked.set)
    file = tmp_path / "home" / "panel.door"
    door = json.loads(file.read_text())
    for guess in (b"", b"\0" * 32, b"GET / HTTP/1.1\r\nHost: 127.0.0"):
        with socket.create_connection(("127.0.0.1", door["port"]), 5) as there:
            there.sendall(guess)
            with suppress(OSError):  # closed on us already
                there.shutdown(socket.SHUT_WR)
            assert there.recv(1) == b""  # closed without a word
    assert not knocked.is_set()
    assert file.stat().st_mode & 0o077 == 0
    assert seats().knock()


def test_the_browser_gets_a_ticket_and_nothing_that_lies_in_the_home_opens_the_panel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    stored: list[str] = []
    servers: list[Panel] = []

    def browse(address: str) -> bool:
        opened.append(address)
        stored.extend(file.read_text("latin-1") for file in tmp_path.iterdir())
        servers[0].ending = True
        return True

    def open_tab(running: Panel) -> None:
        servers.append(running)
        really(running)

    really = panel._open_tab
    monkeypatch.setattr(panel, "_open_tab", open_tab)
    monkeypatch.setattr(panel, "open_browser", browse)
    assert panel.start(tmp_path)
    (address,) = opened
    token = address.partition("token=")[2]
    assert not servers[0].admits("")
    assert servers[0].admits(token)
    assert not servers[0].admits(token)
    assert len(stored) >= 2
    assert not any(token in text or servers[0].config.token in text for text in stored)


def test_several_keys_in_the_home_are_told_and_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(panel, "tell", lambda swedish, english: told.append(swedish + english))
    for name in ("a", "b"):
        (tmp_path / f"{name}.key").touch()
    assert not panel.start(tmp_path)
    assert "flera nyckelfiler" in told[0]


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(panel, "tell", lambda swedish, english: told.append(swedish + english))
    (tmp_path / "file").touch()
    assert not panel.start(tmp_path / "file" / "home")
    assert "går inte att använda" in told[0]


def test_what_is_wrong_stands_on_a_page_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []

    def browse(address: str) -> bool:
        with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310
            seen.append((page.read().decode(), page.headers["Content-Security-Policy"]))
        return True

    monkeypatch.setattr(telling, "open_browser", browse)
    monkeypatch.setattr(telling, "_dialog", lambda _: pytest.fail("the page was read"))
    telling.tell("Disken är <full>.", "The disk is full.")
    ((page, policy),) = seen
    assert "Disken är &lt;full&gt;." in page
    assert "The disk is full." in page
    assert "default-src 'none'" in policy


def test_without_a_browser_a_dialog_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(telling, "open_browser", lambda _: False)
    monkeypatch.setattr(telling, "_dialog", said.append)
    telling.tell("Ingen webbläsare.", "No browser.")
    assert said == ["Ingen webbläsare.\n\nNo browser."]


def test_a_key_where_panels_kept_it_before_is_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert panel.default_home() != tmp_path / ".reporting-app"
    (tmp_path / ".reporting-app").mkdir()
    (tmp_path / ".reporting-app" / "utredare-1.key").touch()
    assert panel.default_home() == tmp_path / ".reporting-app"


@pytest.mark.long
def test_panel_and_practice_load_where_there_is_no_posix() -> None:
    blocked = f"import sys\nfor name in {NOT_ON_WINDOWS!r}: sys.modules[name] = None\n"
    code = blocked + "import reporting_app.cli.panel, reporting_app.cli.practice"
    subprocess.run([sys.executable, "-c", code], check=True)
