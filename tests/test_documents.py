"""What the security documents name exists: a promise that points to no test is no promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["SECURITY.md", "docs/threat-model.md"]
NAMED = re.compile(r"`(tests/[\w./-]+)?(?:::(\w+))?`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def named_tests(text: str) -> list[tuple[str, str]]:
    """``(file or folder, test or nothing)``; ``::name`` alone belongs to the file named before it."""
    found: list[tuple[str, str]] = []
    for path, name in NAMED.findall(text):
        if path or (name and found):
            found.append((path or found[-1][0], name))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_security_document_names_exists(document: str) -> None:
    named = named_tests((ROOT / document).read_text("utf-8"))
    assert len(named) > 10
    for path, name in named:
        assert (ROOT / path).exists(), path
        if name:
            assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


@pytest.mark.parametrize(
    "document", ["README.md", "CHANGELOG.md", *DOCUMENTS, "docs/operations.md", "keys/README.md"]
)
def test_no_link_in_a_document_leads_nowhere(document: str) -> None:
    for target in LINK.findall((ROOT / document).read_text("utf-8")):
        assert ((ROOT / document).parent / target).exists(), target
