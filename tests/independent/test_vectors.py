"""The vectors both products must pass, put to an implementation that was written from the text alone.

What the three agree on is what docs/protocol.md says; where text and product part, a case here fails.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.independent import conventions as c
from tests.independent.operations import OPERATIONS, Input, raw

VECTORS = Path(__file__).parents[1] / "vectors"
SUBJECTS = "hashing encoding signing kem receipt event letter cell work submission".split()
NAMES = """audience author body commitment deployment encoding kind length magic not-for-me proof-of-work
receipt-checksum receipt-length receipt-word schema signature success thread""".split()


def resolve(case: Input, named: dict[str, Input]) -> Input:
    given: Input = case["input"]
    if "base" not in given:
        return given
    merged = {**named[given["base"]]["input"], **given}
    for patch in given.get("patch", []):
        data = bytearray.fromhex(merged["bytes"])
        if "xor" in patch:
            for at, change in enumerate(bytes.fromhex(patch["xor"]), patch["offset"]):
                data[at] ^= change
        data = data[: patch.get("truncate", len(data))] + bytes.fromhex(patch.get("append", ""))
        merged["bytes"] = data.hex()
    return merged


def cases(subject: str) -> Iterator[tuple[str, Input, Input]]:
    listed = json.loads((VECTORS / f"{subject}.json").read_text("utf-8"))["cases"]
    named = {case["name"]: case for case in listed}
    for case in listed:
        yield case["name"], resolve(case, named), case


def result(subject: str, given: Input) -> tuple[str, Input]:
    try:
        return "success", OPERATIONS[subject, given["operation"]](given)
    except c.Refusal as refusal:
        return refusal.name, {} if refusal.position is None else {"position": refusal.position}


def wanted(given: Input, case: Input) -> tuple[str, Input]:
    """What sealing gives depends on seeded randomness, which only the generator has."""
    random = given["operation"] in ("seal", "encapsulate")
    return case["expect"], {} if random else case.get("output", {})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_it_gives_what_every_vector_expects(subject: str) -> None:
    wrong = {}
    for name, given, case in cases(subject):
        # A ballot is another section's: what is sealed in one is opened, not made here.
        if "ballot" in given:
            continue
        found = result(subject, given)
        if found != wanted(given, case):
            wrong[name] = found
    assert wrong == {}


def test_what_a_seeded_sealer_made_for_a_known_key_opens() -> None:
    made = [(given, case["output"]) for _, given, case in cases("kem") if given["operation"] == "encapsulate"]
    for given, output in made:
        assert c.decapsulate(raw(given, "seed"), raw(output, "ciphertext")).hex() == output["shared_secret"]
    assert len(made) > 3


def test_the_vectors_refuse_by_every_name_that_these_sections_have() -> None:
    assert {case["expect"] for subject in SUBJECTS for _, _, case in cases(subject)} == set(NAMES)


def imported(path: Path) -> set[str]:
    """The top packages that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_it_takes_nothing_from_the_product() -> None:
    here = Path(__file__).parent
    for name in ("conventions", "event", "letter", "operations", "receipt", "writing"):
        assert "reporting_app" not in imported(here / f"{name}.py")
    assert "reporting_app" in imported(here / "test_letter.py")
