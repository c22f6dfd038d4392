"""Every string of the panel has its English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from reporting_app.admin.app import TRANSLATIONS
from reporting_app.admin.pages import templates_folder
from reporting_app.admin.wording import FILE_REASONS, REASONS

ADMIN = TRANSLATIONS.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (TRANSLATIONS / "en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def _used() -> list[tuple[str, ...]]:
    found = [
        *extract_from_dir(str(ADMIN), [("**.py", "python")], keywords=KEYWORDS),
        *extract_from_dir(
            str(Path(templates_folder()) / "admin"), [("**.html", "jinja2")], keywords=KEYWORDS
        ),
    ]
    return sorted({text if isinstance(text, tuple) else (text,) for _, _, text, _, _ in found})


def test_every_string_is_translated_with_the_same_places(english: Catalog) -> None:
    assert len(_used()) > 200
    for text in _used():
        entry = english.get(text[0])
        assert entry is not None, text
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(said), text
        assert len(said) == len(text)
        assert set(PLACE.findall(said[-1])) == set(PLACE.findall(text[-1])), text


def test_no_translation_is_left_over(english: Catalog) -> None:
    used = {text[0] for text in _used()}
    known = [entry.id[0] if isinstance(entry.id, tuple) else entry.id for entry in english if entry.id]
    assert [text for text in known if text not in used] == []


def test_every_reason_for_setting_aside_has_its_words() -> None:
    from_letters = {"commitment", "body", "signature", "schema", "thread", "audience", "author", "kind"}
    assert from_letters | {"deployment", "encoding", "length", "magic"} == set(REASONS)
    assert {"encoding", "schema", "signature", "keyfile"} <= set(FILE_REASONS)
