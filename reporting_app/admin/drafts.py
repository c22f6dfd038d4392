"""Unfinished text: sealed to its author's own key, so that it survives a lock, a crash and a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from reporting_app.cases import coding, questions
from reporting_app.crypto.draft import open_draft, seal_draft
from reporting_app.crypto.encoding import Json, canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache

# A refusal is of one proposal among several; a text block has its id, a new one a plus sign.
PLACE = re.compile(
    r"(reply|note|status|close|handlers|coding|notification):[0-9a-f]{20}|decline:[0-9a-f]{20}:[\w-]{43}"
    r"|template:(\+|[0-9a-z_-]{1,64})|absence:own|register:new"
)
CODED = (coding.PLAUSIBLE, *coding.ASKED)
# Several values under one name, kept with spaces between, as answers to the questionnaire are.
SEVERAL = ("handlers", "asked", "cover", "leave")
# Beside something written; alone they are no draft.
CHOSEN = ("state", "outcome", "decision", "language", "handlers", "asked", "before", "cover")
FIELDS = ("text", "reason", "title", "first", "last", "leave", *CODED, *CHOSEN)
ANSWERS = "answers"


def is_place(place: str) -> bool:
    return PLACE.fullmatch(place) is not None


def plain_lines(text: str | None) -> str:
    """A browser posts CR LF whatever was typed; what is signed and measured has LF alone."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def is_field(name: str) -> bool:
    """Whether a field of a form belongs in a draft: its own, or an answer to the questionnaire."""
    return name in FIELDS or name.startswith(questions.FIELD)


def fields_of(form: MultiDict[str, str]) -> dict[str, str]:
    """What of a posted form belongs in a draft."""
    joined = {name: plain_lines(" ".join(form.getlist(name))) for name in form if is_field(name)}
    return {name: text for name, text in joined.items() if text}


def values_of(kept: Mapping[str, str]) -> dict[str, Any]:
    """A draft as values of a form, without answers to the questionnaire."""
    own = {name: text for name, text in kept.items() if name in FIELDS}
    return {name: text.split() if name in SEVERAL else text for name, text in own.items()}


def _value_of(fields: Mapping[str, str]) -> dict[str, Json]:
    """As canonical JSON can name it: answers apart, by question."""
    answers: dict[str, Json] = dict(questions.by_question(fields))
    own: dict[str, Json] = {name: text for name, text in fields.items() if name in FIELDS}
    return {**own, ANSWERS: answers} if answers else own


class Drafts:
    """Saving needs the public key only; reading needs the member's keys."""

    def __init__(self, cache: Cache, public: bytes) -> None:
        self._cache = cache
        self._public = public

    def save(self, place: str, fields: Mapping[str, str]) -> None:
        """Keeps ``fields``, or forgets the draft when nothing was written. Raises Refused("length")."""
        written = any(text.strip() for name, text in fields.items() if name not in CHOSEN)
        sealed = seal_draft(place, canonical(_value_of(fields)), self._public) if written else None
        self._cache.set_draft(place, sealed)

    def drop(self, place: str) -> None:
        self._cache.set_draft(place, None)

    def load(self, place: str, keys: MemberKeys) -> dict[str, str]:
        """What was being written there; empty when nothing, or when the file was damaged."""
        content = self._open(place, keys)
        try:
            value = parse(content) if content else {}
        except Refused:
            return {}
        answers = value.pop(ANSWERS, {})
        fields = {**value, **{questions.FIELD + name: text for name, text in answers.items()}}
        return {name: str(text) for name, text in fields.items() if is_field(name)}

    def places(self) -> set[str]:
        """Where there are drafts."""
        return {place for place in self._cache.draft_places() if is_place(place)}

    def _open(self, place: str, keys: MemberKeys) -> bytes:
        sealed = self._cache.draft(place)
        try:
            return open_draft(place, sealed, keys.kem) if sealed else b""
        except Refused:
            return b""
