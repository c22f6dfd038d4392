"""Only the members' majority makes a newer panel known: the operator cannot, and nobody else is asked."""

from __future__ import annotations

from typing import Any

import pytest

from reporting_app.admin import version
from reporting_app.admin.version import Newer, read_newer
from reporting_app.cases import proposals
from tests.admin.world import Office
from tests.deployment import FOUNDED, human_part

HASH = "ab" * 32
SIGNED = {"version": "0.2.0", "sha256": {"linux-x86_64": HASH}}


def publish(office: Office, panel: Any, *, signed: bool = True) -> None:
    human = human_part()
    human["parameters"]["panel"] = panel
    made = proposals.propose_deployment(office.world.chain, None, human, FOUNDED)
    file = office.world.signed_file(made) if signed else made.file
    office.shelf.deployment, office.shelf.content = file.document, file.content


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "own_version", lambda: "0.1.0")
    monkeypatch.setattr(version, "this_system", lambda: "linux-x86_64")


def test_the_majority_says_that_there_is_a_newer_one_and_every_page_says_so_calmly(office: Office) -> None:
    publish(office, SIGNED)
    browser = office.panel("utredare-1").unlock().browser
    assert "Det finns en ny version av panelen: 0.2.0." in browser.get("/cases").text
    assert HASH in browser.get("/version").text


def test_what_the_majority_did_not_sign_says_nothing(office: Office) -> None:
    publish(office, SIGNED, signed=False)
    browser = office.panel("utredare-1").unlock().browser
    assert "ny version av panelen" not in browser.get("/cases").text
    assert HASH not in browser.get("/version").text


def test_nothing_is_said_of_the_version_that_one_has(office: Office) -> None:
    publish(office, {**SIGNED, "version": "0.1.0"})
    browser = office.panel("utredare-1").unlock().browser
    assert "ny version av panelen" not in browser.get("/cases").text
    assert "Medlemmarna har inte skrivit under någon nyare" in browser.get("/version").text


def test_a_locked_panel_tells_nobody_which_version_it_is(office: Office) -> None:
    publish(office, SIGNED)
    panel = office.panel("utredare-1").unlock()
    panel.browser.submit("/lock")
    assert panel.browser.get("/version").status_code == 303


@pytest.mark.parametrize(
    ("own", "there", "is_newer"),
    [
        ("0.1.0", "0.1.1", True),
        ("0.9.0", "0.10.0", True),
        ("1.0", "1.0.0", False),
        ("1.0.0", "1.0", False),
        ("2.0", "1.9.9", False),
        ("", "1.0", False),
        ("0.1.0", "9.9.9 http://evil.example", False),
        ("0.1.0", 9, False),
        ("0.1.0", None, False),
    ],
)
def test_versions_are_compared_as_numbers_and_nonsense_is_nothing(
    own: str, there: object, is_newer: bool
) -> None:
    assert (read_newer({"version": there}, own, "linux-x86_64") is not None) == is_newer


@pytest.mark.parametrize(
    "hashes", [None, {}, [], {"windows-amd64": HASH}, {"linux-x86_64": "AB" * 32}, {"linux-x86_64": 1}]
)
def test_without_a_signed_hash_for_this_computer_none_is_shown(hashes: object) -> None:
    found = read_newer({"version": "2.0", "sha256": hashes}, "1.0", "linux-x86_64")
    assert found == Newer("2.0", "1.0", "")
