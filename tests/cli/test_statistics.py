"""``statistics verify``: anybody can check published figures, and is told plainly what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reporting_app.cli.main import main
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.crypto.hashing import Label
from reporting_app.statistics.ledger import Ledger
from reporting_app.statistics.release import Releases, correction_body
from tests.statistics.bureau import DAY, PAIR, Bureau, make_bureau

NOISY = 37


@pytest.fixture(scope="module")
def bureau() -> Bureau:
    return make_bureau()


@pytest.fixture(scope="module")
def published(bureau: Bureau) -> dict[str, Any]:
    """Two draws; one of them is released, and corrected once."""
    chain = bureau.world.chain
    ledger = bureau.drawn(bureau.drawn(Ledger(), "2034"), "2035")
    intent = ledger.intents[1]
    first = bureau.release(intent, dict.fromkeys(intent.tables[0].cells, NOISY))
    releases = Releases().append(first, ledger, chain)
    body = correction_body(releases.all[0], ["violence"], "Dubbel\x1b[31m\nräknat.", DAY, 1)
    releases = releases.append(bureau.correction(body), ledger, chain)
    return {
        "roster": bureau.world.roster_file.to_value(),
        "ledger": [one.document.to_value() for one in ledger.intents],
        "releases": [one.document.to_value() for one in releases.all],
    }


@pytest.fixture
def run(tmp_path: Path, bureau: Bureau) -> Callable[..., Result]:
    def verify(value: dict[str, Any], *options: str, anchored: bool = True) -> Result:
        file = tmp_path / "statistics.json"
        file.write_bytes(canonical(value))
        anchor = ["--anchor", b64(bureau.world.anchor)] if anchored else []
        return CliRunner().invoke(main, ["statistics", "verify", str(file), *anchor, *options])

    return verify


def test_what_holds_is_told_line_by_line(run: Callable[..., Result], published: dict[str, Any]) -> None:
    result = run(published)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "form_per_year 2035: 12 shown, 0 below 10; signed 2036-03-01 by tillsyn-1 and tillsyn-2",
        "form_per_year 2035: 11 shown, 0 below 10, 1 withdrawn; signed 2036-03-01 by tillsyn-1 and "
        "tillsyn-2, corrects: Dubbel�[31m räknat.",
        "form_per_year 2034: drawn 2036-03-01, spent, not published",
        "A case spends at most ε = 0.4 of 2 (2034 to 2036).",
        "OK: 2 releases, 2 draws.",
    ]


def test_a_script_gets_the_figures_that_hold(run: Callable[..., Result], published: dict[str, Any]) -> None:
    value = json.loads(run(published, "--json").output)
    (release,) = value["releases"]
    assert release["cells"]["violence"] == "withdrawn"
    assert release["cells"]["harassment"] == 35
    assert value["unpublished"] == [{"period": "2034", "table": "form_per_year"}]


def test_without_an_anchor_it_says_what_to_compare(
    run: Callable[..., Result], published: dict[str, Any], bureau: Bureau
) -> None:
    assert f"Compare the anchor: {b64(bureau.world.anchor)}" in run(published, anchored=False).output
    assert "Compare" not in run(published).output


def test_before_the_first_release_it_says_so(run: Callable[..., Result], published: dict[str, Any]) -> None:
    result = run({**published, "ledger": [], "releases": []})
    assert result.exit_code == 0
    assert "Nothing is published yet." in result.output


def test_the_sites_answer_is_verified_with_its_roster_beside(
    tmp_path: Path, run: Callable[..., Result], published: dict[str, Any]
) -> None:
    answer = {"ledger": published["ledger"], "releases": published["releases"]}
    assert "give --roster too" in run(answer).output
    roster = tmp_path / "roster.json"
    roster.write_bytes(canonical(published["roster"]))
    assert run(answer, "--roster", str(roster)).exit_code == 0


def tampered(value: dict[str, Any]) -> None:
    value["releases"][0]["body"]["cells"]["harassment"] = 60


def one_signature(value: dict[str, Any]) -> None:
    value["releases"][0]["signatures"].pop()


def drawn_by_one(value: dict[str, Any]) -> None:
    value["ledger"][0]["signatures"].pop()


def hidden(value: dict[str, Any]) -> None:
    del value["ledger"][0]


def not_drawn(value: dict[str, Any]) -> None:
    del value["ledger"][1]


def twice(value: dict[str, Any]) -> None:
    value["releases"].append(value["releases"][0])


def other_roster(value: dict[str, Any]) -> None:
    value["roster"]["chain"][0]["signatures"].pop()
    value["roster"]["chain"][0]["signatures"] = value["roster"]["chain"][0]["signatures"][:2]


def no_ledger(value: dict[str, Any]) -> None:
    del value["ledger"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (tampered, "Two witnesses must have signed exactly these figures, and have not"),
        (one_signature, "Two witnesses must have signed exactly these figures, and have not"),
        (drawn_by_one, "Two witnesses must have signed what they were about to draw, and have not"),
        (hidden, "Something in the ledger is missing, added or changed"),
        (not_drawn, "These are not the figures that the witnesses bound themselves to publish"),
        (twice, "These are not the figures that the witnesses bound themselves to publish"),
        (other_roster, "A majority must have signed the list of members, and has not"),
        (no_ledger, "This is not a file of published statistics"),
    ],
)
def test_what_does_not_hold_is_said_in_a_sentence(
    run: Callable[..., Result], published: dict[str, Any], change: Callable[[dict[str, Any]], None], said: str
) -> None:
    value = copy.deepcopy(published)
    change(value)
    result = run(value)
    assert result.exit_code == 1
    assert f"Error: {said}: " in result.output


def test_another_anchor_is_refused(run: Callable[..., Result], published: dict[str, Any]) -> None:
    result = run(published, "--anchor", b64(bytes(32)))
    assert result.exit_code == 1
    assert "not the one that this anchor starts" in result.output


def test_a_table_of_no_catalogue_is_refused(
    tmp_path: Path, run: Callable[..., Result], published: dict[str, Any], bureau: Bureau
) -> None:
    file = tmp_path / "deployment.json"
    file.write_bytes(
        canonical({"document": bureau.world.deployment.to_value(), "content": bureau.world.content})
    )
    result = run(published, "--deployment", str(file))
    assert "2 of 2 draws name this deployment file and keep to it." in result.output
    intent = bureau.body(Ledger(), "2035")
    intent["tables"][0]["id"] = "unheard_of"
    ledger = Ledger().append(bureau.signed(intent, Label.SIGN_LEDGER, PAIR), bureau.world.chain)
    unknown = {**published, "ledger": [ledger.intents[0].document.to_value()], "releases": []}
    result = run(unknown, "--deployment", str(file))
    assert result.exit_code == 1
    assert (
        "not in the catalogue that a majority signed: the catalogue has no table unheard_of" in result.output
    )
