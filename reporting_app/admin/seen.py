"""What this member has had on the screen: kept sealed, in parts, so that little is written each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reporting_app.crypto.draft import open_draft, seal_draft
from reporting_app.crypto.encoding import parse_day
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache

PLACE = "seen:"
# Of each event's id; the first byte of it says in which part it is kept.
SEEN_SIZE, DAY_SIZE, COUNT_SIZE = 8, 10, 4


@dataclass
class Part:
    """The seen events whose ids begin with the same byte; ``new`` were first there on ``day``."""

    day: date
    new: set[bytes] = field(default_factory=set)
    earlier: set[bytes] = field(default_factory=set)

    def to_bytes(self) -> bytes:
        said = self.day.isoformat().encode() + len(self.new).to_bytes(COUNT_SIZE, "big")
        return said + b"".join([*sorted(self.new), *sorted(self.earlier)])

    @classmethod
    def from_bytes(cls, content: bytes) -> Part:
        """Raises Refused("schema")."""
        day = parse_day(content[:DAY_SIZE].decode(errors="replace"))
        count = int.from_bytes(content[DAY_SIZE : DAY_SIZE + COUNT_SIZE], "big")
        starts = range(DAY_SIZE + COUNT_SIZE, len(content), SEEN_SIZE)
        ids = [content[at : at + SEEN_SIZE] for at in starts]
        return cls(day, set(ids[:count]), set(ids[count:]))


class SeenStore:
    """Saving needs the public key only; loading needs the member's keys."""

    def __init__(self, cache: Cache, public: bytes) -> None:
        self._cache = cache
        self._public = public

    def save(self, parts: Mapping[int, Part]) -> None:
        """Writes these parts, by the first byte: all or none. Raises StorageBusy."""
        places = {f"{PLACE}{first:02x}": part.to_bytes() for first, part in parts.items()}
        self._cache.set_drafts(
            {place: seal_draft(place, content, self._public) for place, content in places.items()}
        )

    def load(self, keys: MemberKeys) -> list[Part]:
        """Every part but those that were damaged: what they held counts as new."""
        found = []
        for place, sealed in self._cache.drafts(PLACE):
            try:
                found.append(Part.from_bytes(open_draft(place, sealed, keys.kem)))
            except Refused:
                continue
        return found
