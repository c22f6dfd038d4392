"""Search over opened text. Adversaries: what is typed, whoever has the disk, whoever comes after locking."""

from __future__ import annotations

import unicodedata

import pytest

from reporting_app.storage.text_index import END, FOUND, TextIndex, match_expression


@pytest.fixture
def index() -> TextIndex:
    made = TextIndex()
    made.put(
        {
            "far": {"narrative": ["Min far blev hotad på gården."]},
            "får": {"narrative": ["Fåren på gården släpptes ut."], "notes": ["Ring polisen i morgon."]},
            "öl": {"messages": ["Han bjöd på öl.", "Sedan gick han hem."]},
            "ol": {"reasons": ["Ol finns inte."]},
        }
    )
    return made


def test_swedish_letters_are_letters_of_their_own(index: TextIndex) -> None:
    assert index.find('"far"') == {"far"}
    assert index.find("får") == {"får"}
    assert index.find('"öl"') == {"öl"}
    assert index.find("OL") == {"ol"}
    assert index.find("FÅREN") == {"får"}
    assert index.find(unicodedata.normalize("NFD", "fåren")) == {"får"}


def test_the_last_word_may_be_begun_only_and_all_words_count_wherever_they_stand(index: TextIndex) -> None:
    assert index.find("gård") == {"far", "får"}
    assert index.find("gårdens") == set()
    assert index.find("gård hotad") == set(), "only the last word may be begun"
    assert index.find("polisen gård") == {"får"}, "one in the report, one in a note"


def test_words_in_quotes_stand_beside_each_other_and_in_one_text(index: TextIndex) -> None:
    assert index.find('"på gården"') == {"far", "får"}
    assert index.find("”gården på”") == set()
    assert index.find('"öl sedan"') == set(), "two messages are not one"
    assert index.find('"på går"') == set(), "a phrase is whole"


@pytest.mark.parametrize(
    "words",
    [
        *""" " "" * ( ) NEAR( NEAR(a,b) x* ^x -x {notes}:ring notes:ring AND NOT OR a"b"c ';-- \\ ﷽ \ud7ff %00
    """.split(),
        "NOT gården",
        "gården OR öl",
        "gården AND",
        'a" OR "b',
        "\0gården\0",
        "(" * 200,
        "å " * 100,
        "",
        " ",
        "\ue000",
    ],
)
def test_nothing_that_somebody_types_is_syntax(index: TextIndex, words: str) -> None:
    assert index.find(words) <= {"far", "får"}
    index.snippets(words, ["far"])


def test_operators_are_words(index: TextIndex) -> None:
    assert index.find("NOT gården") == index.find("gården OR öl") == set()
    assert match_expression('hem* OR "a b" x') == '"hem*" AND "OR" AND "a b" AND "x" *'


def test_what_was_found_is_marked_and_a_text_cannot_mark_itself(index: TextIndex) -> None:
    assert index.snippets("hem", ["öl"]) == {"öl": f"Han bjöd på öl. · Sedan gick han {FOUND}hem{END}."}
    index.put({"öl": {"notes": [f"{FOUND}falskt{END} hem"]}})
    assert index.snippets("hem", ["öl"])["öl"].count(FOUND) == 1


def test_a_name_has_what_it_was_given_last(index: TextIndex) -> None:
    index.put({"far": {"narrative": ["Något annat."]}})
    assert index.find("gården") == {"får"}
    index.keep_only({"far"})
    assert index.find("gården") == index.find("öl") == set()
    assert index.find("annat") == {"far"}


def test_no_file_holds_it_and_once_closed_it_holds_nothing(index: TextIndex) -> None:
    connection = index._connection
    assert connection is not None
    assert [row[2] for row in connection.execute("PRAGMA database_list")] == [""]
    assert connection.execute("PRAGMA temp_store").fetchone() == (2,)
    index.close()
    assert index.find("gården") == set()
    index.put({"ny": {"notes": ["gården"]}})
    assert index.find("gården") == set()
    assert index.snippets("gården", ["far", "ny"]) == {}
    index.close()
