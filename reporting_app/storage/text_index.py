"""Full-text search over opened text: SQLite's FTS5 in memory, with no file behind it."""

from __future__ import annotations

import itertools
import sqlite3
import threading
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

# Characters of no language. They part one text from the next, and mark what was found; texts never keep them.
PART, FOUND, END = "\ue000", "\ue001", "\ue002"
OWN = str.maketrans(dict.fromkeys([PART, FOUND, END, "\0"], " "))
COLUMNS = ("narrative", "messages", "notes", "reasons")
INSERT = "INSERT INTO texts (rowid, narrative, messages, notes, reasons) VALUES (?, ?, ?, ?, ?)"
SNIPPET_WORDS = 22
AT_ONCE = 200

Texts = Mapping[str, Sequence[str]]


class TextIndex:
    """Finds names by the words of their texts. Safe for several threads.

    Letters are compared without regard to case, and å, ä and ö are letters of their own. Once closed it holds
    nothing, takes nothing in and finds nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._numbers = itertools.count(1)
        self._connection: sqlite3.Connection | None = sqlite3.connect(
            ":memory:", check_same_thread=False, isolation_level=None
        )
        self._connection.execute("PRAGMA temp_store = MEMORY")  # nothing in temporary files
        self._connection.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(COLUMNS)}, "
            "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
        )

    def put(self, entries: Mapping[str, Texts]) -> None:
        """Name -> texts by column, in the place of what a name had before."""
        names = list(entries)
        for start in range(0, len(names), AT_ONCE):
            # In portions: closing must not wait for ten thousand.
            self._put({name: entries[name] for name in names[start : start + AT_ONCE]})

    def _put(self, entries: Mapping[str, Texts]) -> None:
        with self._lock:
            if self._connection is None:
                return
            rows = [(self._place(name), *_row(texts)) for name, texts in entries.items()]
            self._connection.execute("BEGIN")
            self._connection.executemany("DELETE FROM texts WHERE rowid = ?", [row[:1] for row in rows])
            self._connection.executemany(INSERT, rows)
            self._connection.execute("COMMIT")

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = next(self._numbers)
            self._names[self._places[name]] = name
        return self._places[name]

    def keep_only(self, names: Collection[str]) -> None:
        """Forgets every other name."""
        with self._lock:
            gone = [name for name in self._places if name not in names]
            places = [self._places.pop(name) for name in gone]
            if self._connection is not None:
                self._connection.executemany("DELETE FROM texts WHERE rowid = ?", [(one,) for one in places])

    def find(self, words: str) -> set[str]:
        """Names whose texts have every word and "phrase in quotes"; the last word may be begun only."""
        names = self._names
        rows = self._ask("SELECT rowid FROM texts WHERE texts MATCH ?", words)
        return {names[place] for (place,) in rows}

    def snippets(self, words: str, names: Iterable[str]) -> dict[str, str]:
        """For each name that has the words: what stands around them, each between ``FOUND`` and ``END``."""
        # The plus keeps SQLite from asking once for each row.
        known, held = self._names, self._places
        places = [place for place in (held.get(name) for name in names) if place is not None]
        rows = self._ask(
            f"SELECT rowid, snippet(texts, -1, '{FOUND}', '{END}', '…', {SNIPPET_WORDS}) FROM texts "  # noqa: S608
            f"WHERE texts MATCH ? AND +rowid IN ({', '.join('?' * len(places))})",
            words,
            *places,
        )
        return {known[place]: text.replace(PART, "·").strip(" ·") for place, text in rows}

    def close(self) -> None:
        """Frees it all. Memory that is given back is not overwritten."""
        with self._lock:
            connection, self._connection = self._connection, None
            self._places, self._names = {}, {}
            if connection is not None:
                connection.close()

    def _ask(self, statement: str, words: str, *values: int) -> list[Any]:
        asked = match_expression(words)
        with self._lock:
            if self._connection is None or not asked:
                return []
            return self._connection.execute(statement, (asked, *values)).fetchall()


def match_expression(words: str) -> str:
    """What is asked of FTS5: every term in quotes, so that nothing typed is syntax. Empty for no words."""
    text = _plain(words)
    for quote in "”“„«»″":
        text = text.replace(quote, '"')
    terms: list[tuple[str, bool]] = []
    # Between quotes at odd places; one that nobody closed reaches to the end.
    for place, piece in enumerate(text.split('"')):
        in_quotes = place % 2 == 1
        found = [piece] if in_quotes else piece.split()
        terms += [(term, in_quotes) for term in found if any(letter.isalnum() for letter in term)]
    asked = " AND ".join(f'"{term}"' for term, _ in terms)
    return f"{asked} *" if terms and not terms[-1][1] else asked


def _row(texts: Texts) -> list[str]:
    return [f" {PART} ".join(_plain(one) for one in texts.get(column, ())) for column in COLUMNS]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(OWN)
