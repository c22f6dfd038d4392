"""What the reporter's pages say, read from their templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[2]


@cache
def sentences() -> frozenset[str]:
    """The Swedish sentences of the templates and of the path without scripts."""
    found = extract_from_dir(
        str(ROOT),
        [("templates/site/**.html", "jinja2"), ("reporting_app/noscript/**.py", "python")],
        {"templates/site/**.html": {"trimmed": "true"}},
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "node_modules")),
    )
    return frozenset(str(message) for _, _, message, _, _ in found)
