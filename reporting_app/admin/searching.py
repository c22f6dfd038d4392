"""Searching the words of opened cases, and showing what was found."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

from reporting_app.cases.fold import Case
from reporting_app.storage.text_index import END, FOUND, TextIndex, Texts

# Where the text of an event stands in its body, and in which column of the index it lies.
PLACES: Mapping[str, tuple[str, str]] = {
    "report": ("narrative", "narrative"),
    "message": ("text", "messages"),
    "view": ("text", "messages"),
    "note": ("text", "notes"),
    "status": ("reason", "reasons"),
    "reseal": ("reason", "reasons"),
    "decline": ("reason", "reasons"),
    "notification": ("reason", "reasons"),
}
# A shorter beginning of a case's id is more likely a word.
CASE_ID = re.compile(r"[0-9a-f]{4,20}")


class CaseIndex:
    """The words of every opened case, in memory until the panel locks."""

    def __init__(self) -> None:
        self._texts = TextIndex()
        self._lock = threading.Lock()
        # Whether the first reading in is done: until then a search finds less.
        self.is_whole = False
        self._known: dict[str, Case] = {}

    def read_in(self, cases: Callable[[], Mapping[str, Case]]) -> None:
        """The first reading in. Nobody who works meanwhile waits for it."""
        self._take(cases())
        with self._lock:
            self._take(cases())  # what has come meanwhile
            self.is_whole = True

    def update(self, cases: Mapping[str, Case]) -> None:
        """Takes in the cases that differ from last time, and forgets those that are gone.

        Nothing before the first reading in.
        """
        with self._lock:
            if self.is_whole:
                self._take(cases)

    def _take(self, cases: Mapping[str, Case]) -> None:
        new = {name: case for name, case in cases.items() if self._known.get(name) is not case}
        self._texts.put({name: _texts(case) for name, case in new.items()})
        self._texts.keep_only(cases)
        self._known = dict(cases)

    def find(self, words: str) -> set[str]:
        """Ids of the cases that have the words, or whose id begins so."""
        begun = words.strip().lower()
        by_id = (
            {name for name in self._known if name.startswith(begun)} if CASE_ID.fullmatch(begun) else set()
        )
        return by_id | self._texts.find(words)

    def snippets(self, words: str, cases: Iterable[str]) -> dict[str, Markup]:
        """By case, what stands around the words, safe to show, with the words marked."""
        return {name: _marked(text) for name, text in self._texts.snippets(words, cases).items()}

    def close(self) -> None:
        self._texts.close()
        self._known = {}


def marked_id(case_id: str, words: str) -> Markup:
    """The id with its beginning marked when that is what was looked for."""
    begun = words.strip().lower()
    size = len(begun) if CASE_ID.fullmatch(begun) and case_id.startswith(begun) else 0
    return Markup("<mark>{}</mark>{}").format(case_id[:size], case_id[size:]) if size else escape(case_id)


def _marked(text: str) -> Markup:
    return escape(text).replace(FOUND, Markup("<mark>")).replace(END, Markup("</mark>"))


def _texts(case: Case) -> Texts:
    found: dict[str, list[str]] = {}
    for event in case.events:
        if event.kind == "proposal":
            found.setdefault("reasons", []).append(str(event.body["arguments"].get("reason", "")))
        elif event.kind in PLACES:
            key, column = PLACES[event.kind]
            found.setdefault(column, []).append(str(event.body[key]))
    return found
