"""A real practice: everything in it is its own, and nothing of it stays."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reporting_app.admin import acts
from reporting_app.admin.panel import Panel
from reporting_app.cli.practice import new_practice
from reporting_app.demo.practice import ANSWERS, LEARNER, Practice


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this computer keeps temporary files."""
    place = tmp_path_factory.mktemp("temporary")
    before, tempfile.tempdir = tempfile.tempdir, str(place)
    yield place
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def room(place: Path) -> Iterator[Practice]:
    room = new_practice()
    room.start()
    yield room
    room.end()


def panel_of(room: Practice) -> Panel:
    assert room._running is not None
    return room._running.panel


def test_a_learner_gets_cases_to_which_they_have_done_nothing_yet(room: Practice) -> None:
    panel = panel_of(room)
    panel.unlock(room.passphrase)
    assert panel.sitting is not None
    assert panel.sitting.workspace is not None
    panel.sitting.workspace.sync()
    cases = panel.sitting.cases
    assert len(cases) == 6
    done = {e.event.kind for case in cases.values() for e in case.timeline if e.event.author == LEARNER}
    assert done <= {"opened"}
    assert panel.sitting.state.alarms == ()


def test_the_made_up_reporter_writes_back_until_there_is_no_more_to_say(room: Practice) -> None:
    panel = panel_of(room)
    panel.unlock(room.passphrase)
    assert panel.sitting is not None
    assert panel.sitting.workspace is not None
    panel.sitting.workspace.sync()
    case_id = min(panel.sitting.cases)
    assert [room.write_back(case_id) for _ in range(4)] == [True, True, True, False]
    assert not room.write_back("00000000000000000000")
    panel.sitting.workspace.sync()
    said = [str(e.event.body.get("text")) for e in panel.sitting.cases[case_id].timeline]
    assert set(ANSWERS) <= set(said)


def test_a_made_up_colleague_approves_what_the_learner_proposes_and_nothing_twice(room: Practice) -> None:
    panel = panel_of(room)
    panel.unlock(room.passphrase)
    assert panel.sitting is not None
    workspace = panel.sitting.workspace
    assert workspace is not None
    workspace.sync()
    case_id = sorted(workspace.cases)[1]
    assert not room.approve(case_id)
    assert not room.approve("00000000000000000000")
    workspace.reply(case_id, "Tack.")
    acts.propose_closing(workspace, case_id, "support", "Stöd är på plats.")
    assert workspace.cases[case_id].state != "closed"
    assert [room.approve(case_id) for _ in range(2)] == [True, False]
    workspace.sync()
    assert workspace.cases[case_id].state == "closed"


def test_its_folder_is_its_own_and_closed_to_others(room: Practice, place: Path) -> None:
    (folder,) = place.iterdir()
    assert panel_of(room).home.directory.is_relative_to(folder)
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0


def test_at_its_end_files_ports_and_keys_are_gone(room: Practice, place: Path) -> None:
    panel = panel_of(room)
    port = urlsplit(room.start_url).port
    assert port is not None
    room.end()
    assert list(place.iterdir()) == []
    assert (room.start_url, panel.sitting) == ("", None)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_what_fails_on_the_way_leaves_nothing_behind(place: Path) -> None:
    def broken(_demo: object, _clock: object) -> None:
        raise OSError("no room")

    room = Practice(broken, time.time)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="no room"):
        room.start()
    assert room.start_url == ""
    assert list(place.iterdir()) == []
