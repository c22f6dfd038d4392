"""Fixtures of the panel's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.admin.world import Office, compile_translations, make_office


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    compile_translations()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "members")
