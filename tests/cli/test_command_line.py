"""A deployment founded, served and used from the command line alone, as keys/README.md describes it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.town import MEMBERS, Town, wait_for


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("town"))
    town.found()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    town.url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "reporting_app.cli", "site", "--port", str(port), "--workers", "1"]
    site = subprocess.Popen(command, cwd=town.directory)
    try:
        wait_for(f"{town.url}/v1/roster")
        town.apart = False
        yield town
    finally:
        site.send_signal(signal.SIGTERM)
        assert site.wait(20) == 0


@pytest.fixture(scope="module")
def filed(town: Town) -> dict[str, str]:
    report = {"narrative": "Jag blir följd hem.", "answers": {"form": ["harassment"]}, "leave_out": []}
    answer: dict[str, str] = town.json("report", stdin=json.dumps(report))
    return answer


def test_a_report_is_stored_opened_answered_and_found_again(town: Town, filed: dict[str, str]) -> None:
    assert len(filed["receipt"].split()) == 9
    before = town.json("receipt", stdin=filed["receipt"])
    assert (before["stored"], before["opened"]) == (True, None)
    (case,) = town.json("cases", "list", member="utredare-1")
    assert case["narrative"] == "Jag blir följd hem."
    town.json("cases", "reply", case["id"], stdin="Är du trygg just nu?", member="utredare-1")
    town.json("cases", "status", case["id"], "utreds", member="utredare-2")
    after = town.json("receipt", stdin=filed["receipt"].upper())
    assert after["opened"] is not None
    assert after["status"] == "investigating"
    assert [(m["from"], m["text"]) for m in after["messages"]] == [("utredare-1", "Är du trygg just nu?")]
    shown = town.json("cases", "show", case["id"], member="utredare-2")
    assert [entry["kind"] for entry in shown["timeline"]][-2:] == ["message", "status"]


def test_closing_needs_outcome_and_reason(town: Town, filed: dict[str, str]) -> None:
    (case,) = town.json("cases", "list", member="utredare-1")
    alone = town.run("cases", "status", case["id"], "closed", "--site", town.url, member="utredare-1")
    assert (alone.returncode, "a state is one of" in alone.stderr) == (2, True)
    bare = town.run("cases", "close", case["id"], "--site", town.url, member="utredare-1")
    assert (bare.returncode, "--outcome" in bare.stderr) == (2, True)


def test_a_witness_reads_nothing(town: Town, filed: dict[str, str]) -> None:
    assert town.json("cases", "list", member="tillsyn-1") == []


def test_the_site_is_checked_against_the_anchor(town: Town) -> None:
    checked = town.json("roster", "check")
    assert checked["members"] == sorted(MEMBERS)
    wrong = town.run("roster", "check", "--site", town.url, "--anchor", "A" * 43)
    assert wrong.returncode == 1
    assert "anchor" in wrong.stderr


def test_a_member_fetches_the_statistics_and_anybody_verifies_them(town: Town) -> None:
    fetched = ("--site", town.url, "--out", "statistics.json")
    told = town.done("statistics", "fetch", *fetched, member="tillsyn-1")
    assert told == "wrote statistics.json: 0 releases, 0 draws, not yet verified\n"
    anchor = town.json("roster", "check")["anchor"]
    verified = town.done("statistics", "verify", "statistics.json", "--anchor", anchor)
    assert verified.splitlines() == ["Nothing is published yet.", "OK: 0 releases, 0 draws."]


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "not JSON"),
        ("[]", "one object"),
        ('{"narrative": ""}', "narrative"),
        ('{"narrative": "x", "leave_out": ["ingen"]}', "ingen"),
        ('{"narrative": "x", "leave_out": ["utredare-1"]}', "must remain"),
        ('{"narrative": "x", "answers": {"Å": ["b"]}}', "alphabet"),
        ('{"narrative": "x\\u0000y"}', "text"),
        (b"\xff\xfe", "UTF-8"),
        ('{"narrative": "' + "å" * 9_000 + '"}', "text"),
    ],
)
def test_a_wrong_report_is_refused_in_a_sentence(town: Town, stdin: str | bytes, says: str) -> None:
    refused = town.run("report", "--site", town.url, "--json", stdin=stdin)
    assert refused.returncode == 1
    assert says in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("words", ["", "ett två", "x " * 9, "\0"])
def test_a_wrong_receipt_is_refused_without_asking_the_site(town: Town, words: str) -> None:
    refused = town.run("receipt", "--site", "http://127.0.0.1:9", stdin=words)
    assert refused.returncode == 1
    assert "does not answer" not in refused.stderr


def test_a_wrong_passphrase_and_a_damaged_key_are_told_apart(town: Town) -> None:
    town.passphrases["damaged"] = town.passphrases["wrong"] = "fel fel fel"
    town.key("wrong").write_bytes(town.key("utredare-1").read_bytes())
    refused = town.run("cases", "list", "--site", town.url, member="wrong")
    assert (refused.returncode, "passphrase" in refused.stderr) == (1, True)
    town.key("damaged").write_bytes(town.key("utredare-1").read_bytes()[:-40])
    refused = town.run("cases", "list", "--site", town.url, member="damaged")
    assert (refused.returncode, "key file" in refused.stderr) == (1, True)


def test_a_silent_site_is_a_sentence(town: Town) -> None:
    refused = town.run("report", "--site", "http://127.0.0.1:9", stdin='{"narrative": "x"}')
    assert (refused.returncode, "does not answer" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments", [(), ("report",), ("report", "--site", "ftp://x"), ("cases", "status", "x"), ("nothing",)]
)
def test_wrong_usage_ends_with_two(town: Town, arguments: tuple[str, ...]) -> None:
    assert town.run(*arguments).returncode == 2


def test_a_new_member_is_added_by_the_majority_and_reads_from_then_on(town: Town) -> None:
    town.done("keys", "new", "utredare-3", "--name", "Utredare-3", "--role", "investigator")
    proposal = ("utredare-3.enrolment.json", "--site", town.url, "--out", "new.proposal")
    today = datetime.now(UTC).date()
    hasty = town.run("roster", "propose", *proposal, "--active", (today + timedelta(days=1)).isoformat())
    assert (hasty.returncode, "two days later" in hasty.stderr) == (1, True)
    assert "the site takes it until" in town.done("roster", "propose", *proposal)
    early = town.run("roster", "publish", "new.proposal", "--site", town.url)
    assert (early.returncode, "roster-majority" in early.stderr) == (1, True)
    for member in ("utredare-1", "utredare-2"):
        town.done("roster", "sign", "new.proposal", "--site", town.url, member=member)
    town.done("roster", "publish", "new.proposal", "--site", town.url)
    checked = town.json("roster", "check")
    assert (checked["roster"], checked["newest_roster"]) == (1, 2)


def test_a_report_cannot_write_to_the_readers_terminal(town: Town) -> None:
    town.json("report", stdin=json.dumps({"narrative": "\x1b[31mröd \x1b]0;titel\x07 text \u202e"}))
    listed = town.done("cases", "list", "--site", town.url, member="utredare-1")
    assert "text" in listed
    assert not any(hidden in listed for hidden in ("\x1b", "\x07", "\u202e"))


def test_a_reply_has_the_limit_of_the_protocol_and_an_outcome_is_of_the_taxonomy(
    town: Town, filed: dict[str, str]
) -> None:
    case = town.json("cases", "list", member="utredare-1")[0]["id"]
    too_long = town.run("cases", "reply", case, "--site", town.url, stdin="å" * 7_000, member="utredare-1")
    assert (too_long.returncode, "text" in too_long.stderr) == (1, True)
    closing = ("--outcome", "påhitt", "--reason", "x", "--site", town.url)
    unknown = town.run("cases", "close", case, *closing, member="utredare-1")
    assert (unknown.returncode, "outcome is one of" in unknown.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("report", "--site", "http://127.0.0.1:9"), "[" * 100_000, 1),
        (("cases", "list", "--site", "http://127.0.0.1:9", "--key", "k", "--passphrase-fd", "x"), "", 2),
        (("deployment", "propose", "list.json", "--roster", "r.proposal", "--out", "o"), "", 1),
        (("site", "--database", "bogus://x"), "", 2),
        (("keys", "new", "a", "--name", "a\x1bb", "--role", "witness"), "", 1),
    ],
)
def test_odd_input_is_a_sentence_and_never_a_trace(
    town: Town, arguments: tuple[str, ...], stdin: str, code: int
) -> None:
    (town.directory / "list.json").write_text("[1]")
    assert town.run(*arguments, stdin=stdin).returncode == code


def test_a_passphrase_descriptor_that_cannot_be_read_is_wrong_usage(town: Town) -> None:
    arguments = ("cases", "list", "--site", town.url, "--key", str(town.key("utredare-1")))
    apart = replace(town, apart=True)  # here somebody may have a descriptor 97
    assert apart.run(*arguments, "--passphrase-fd", "-1").returncode == 2
    assert apart.run(*arguments, "--passphrase-fd", "97").returncode == 2


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/sv", 302, "/sv/"),
        ("/en", 302, "/en/"),
        ("/v1", 404, None),
        ("/assets", 404, None),
        ("/xx", 404, None),
    ],
)
def test_no_redirect_ever_names_a_scheme_or_a_host(
    town: Town, path: str, status: int, location: str | None
) -> None:
    connection = http.client.HTTPConnection(town.url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={"Host": "evil.example", "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (status, location)
    assert b"evil.example" not in answer.read()
