"""What the reporter's pages say, read from their templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[2]


@cache
def sentences() -> frozenset[str]:
    """The Swedish sentences of the templates."""
    found = extract_from_dir(
        str(ROOT / "templates"), [("site/**.html", "jinja2")], {"site/**.html": {"trimmed": "true"}}
    )
    return frozenset(str(message) for _, _, message, _, _ in found)
