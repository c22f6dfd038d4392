"""Unfinished text: sealed to its author's own key, so that it survives a lock, a crash and a restart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from reporting_app.cases import coding
from reporting_app.crypto.draft import open_draft, seal_draft
from reporting_app.crypto.encoding import canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache

# A refusal is of one proposal among several; a text block has its id, a new one a plus sign.
PLACE = re.compile(
    r"(reply|note|status|close|handlers|coding):[0-9a-f]{20}|decline:[0-9a-f]{20}:[\w-]{43}"
    r"|template:(\+|[0-9a-z_-]{1,64})|absence:own"
)
CODED = (coding.PLAUSIBLE, *coding.ASKED)
PLAIN = tuple("text state outcome reason handlers asked title before first last cover".split())
FIELDS = (*PLAIN, *CODED)
# Several values under one name, kept with spaces between.
SEVERAL = ("handlers", "asked", "cover")
WRITTEN = ("text", "reason", "title", "first", "last", *CODED)
SEEN_PLACE = "seen"
SEEN_SIZE = 8


def is_place(place: str) -> bool:
    return PLACE.fullmatch(place) is not None


def plain_lines(text: str | None) -> str:
    """A browser posts CR LF whatever was typed; what is signed and measured has LF alone."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def fields_of(form: MultiDict[str, str]) -> dict[str, str]:
    """What of a posted form belongs in a draft."""
    joined = {name: " ".join(form.getlist(name)) if name in SEVERAL else form.get(name) for name in FIELDS}
    return {name: plain_lines(text) for name, text in joined.items() if text}


def values_of(kept: Mapping[str, str]) -> dict[str, Any]:
    """A draft as values of a form."""
    return {name: text.split() if name in SEVERAL else text for name, text in kept.items()}


class Drafts:
    """Saving needs the public key only; reading needs the member's keys."""

    def __init__(self, cache: Cache, public: bytes) -> None:
        self._cache = cache
        self._public = public

    def save(self, place: str, fields: Mapping[str, str]) -> None:
        """Keeps ``fields``, or forgets the draft when nothing was written. Raises Refused("length")."""
        written = any(fields.get(name, "").strip() for name in WRITTEN)
        sealed = seal_draft(place, canonical(dict(fields)), self._public) if written else None
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
        return {name: str(value[name]) for name in FIELDS if name in value}

    def places(self) -> set[str]:
        """Where there are drafts."""
        return {place for place, _ in self._cache.drafts() if is_place(place)}

    def save_seen(self, events: Iterable[bytes]) -> None:
        """Which events this member has had on the screen (the first eight bytes of each id)."""
        self._cache.set_draft(SEEN_PLACE, seal_draft(SEEN_PLACE, b"".join(sorted(events)), self._public))

    def load_seen(self, keys: MemberKeys) -> set[bytes]:
        content = self._open(SEEN_PLACE, keys)
        return {content[at : at + SEEN_SIZE] for at in range(0, len(content), SEEN_SIZE)}

    def _open(self, place: str, keys: MemberKeys) -> bytes:
        sealed = dict(self._cache.drafts()).get(place)
        try:
            return open_draft(place, sealed, keys.kem) if sealed else b""
        except Refused:
            return b""
