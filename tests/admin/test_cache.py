"""The cache file: its owner's only, and a sentence when it cannot be opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reporting_app.crypto.errors import Refused
from reporting_app.storage import cache as module
from reporting_app.storage.cache import Cache
from tests.admin.world import PASSPHRASE, TOKEN, Office


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(1, 256)) * 200)


def _directory(path: Path) -> None:
    path.mkdir()


def _torn(path: Path) -> None:
    """A good beginning, then noise."""
    Cache.at(path).set_draft("reply:x", b"x" * 20_000)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


@pytest.mark.parametrize("damage", [_noise, _directory, _torn])
def test_a_damaged_cache_is_a_sentence_on_the_unlock_page(
    office: Office, damage: Callable[[Path], None]
) -> None:
    home = office.home("utredare-1")
    damage(home.cache)
    open_panel = office.panel("utredare-1")
    open_panel.browser.get(f"/?token={TOKEN}")
    answer = open_panel.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    assert answer.status_code == 400
    assert "flytta undan den" in answer.text
    assert str(home.cache) in answer.text
    assert open_panel.panel.sitting is None
    home.cache.rename(home.cache.with_suffix(".aside"))
    open_panel.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    assert open_panel.panel.sitting is not None


def test_a_damaged_cache_in_the_first_run_is_a_sentence(office: Office) -> None:
    home = office.home("utredare-4")
    _noise(home.cache)
    open_panel = office.panel("", home=office.home(""))
    open_panel.browser.get(f"/?token={TOKEN}")
    new = {"name": "Utredare 4", "member": "utredare-4", "role": "investigator"}
    open_panel.browser.submit("/start", new)
    answer = open_panel.browser.submit("/start/own", {"own": PASSPHRASE, "again": PASSPHRASE})
    assert answer.status_code == 409
    assert "flytta undan den" in answer.text
    assert open_panel.browser.get("/").headers["Location"] == "/unlock"


def test_a_cache_that_another_program_holds_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    path = tmp_path / "a.cache"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Refused, match="move it aside") as refused:
        Cache.at(path)
    assert refused.value.reason == "cache"
    holder.close()


def test_the_cache_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    old = tmp_path / "old.cache"
    old.touch(mode=0o644)
    for path in (tmp_path / "new.cache", old):
        cache = Cache.at(path)
        cache.add_letters(date(2026, 11, 21), [b"x"])
        there = sorted(tmp_path.glob(f"{path.name}*"))
        assert [one.name.removeprefix(path.name) for one in there] == ["", "-shm", "-wal"]
        assert {one.stat().st_mode & 0o777 for one in there} == {0o600}
