"""What a member has had on the screen, told to the case's readers on a later day (docs/protocol.md §3)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from reporting_app.admin.seen import SEEN_SIZE, Part, SeenStore
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.order import Entry
from reporting_app.cases.trace import AUTOMATIC, told_read
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Event
from reporting_app.crypto.keyfile import MemberKeys

# With a full audience and eight parents this fits in a letter of any roster.
MOST_NAMES = 200
# Letters a round: a tenth of what waits, so that a morning's reads come over many rounds and not at once.
MOST_AT_ONCE = 5

Act = Callable[[str, Callable[[Desk], Posting]], Posting]


@dataclass
class ReadMarks:
    """What ``member`` has seen, by the first eight bytes of each event's id; ``new`` are from ``day``.

    Nothing is told on the day on which it was read: the hour of a letter would be the hour of reading.
    """

    member: str
    seen: set[bytes]
    day: date | None = None
    new: set[bytes] = field(default_factory=set)
    _untold: dict[str, tuple[Case, tuple[Event, ...]]] = field(default_factory=dict, repr=False)
    # First bytes of events that are not in the cache yet.
    _unsaved: set[int] = field(default_factory=set, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def kept(cls, store: SeenStore, keys: MemberKeys, today: date) -> ReadMarks:
        """As this panel's cache remembers it."""
        parts = store.load(keys)
        seen = {event for part in parts for event in part.new | part.earlier}
        return cls(
            keys.member, seen, today, {event for part in parts if part.day == today for event in part.new}
        )

    def saw(self, entries: Iterable[Entry], today: date) -> None:
        """Notes what is on the screen now."""
        with self._lock:
            new = {entry.event.id[:SEEN_SIZE] for entry in entries} - self.seen
            if new:
                self.day, self.new = today, (self.new if self.day == today else set()) | new
                self.seen |= new
                self._unsaved |= {event[0] for event in new}

    def save(self, store: SeenStore) -> None:
        """Keeps what is not kept yet; of it nothing is lost by a StorageBusy, which this raises."""
        with self._lock:
            if self.day is None or not self._unsaved:
                return
            parts = {first: Part(self.day) for first in self._unsaved}
            for event in self.seen:
                if event[0] in parts:
                    part = parts[event[0]]
                    (part.new if event in self.new else part.earlier).add(event)
            store.save(parts)
            self._unsaved.clear()

    def due(self, case: Case, today: date) -> list[Event]:
        """What to tell of in this case today, the first ``MOST_NAMES``; once a day."""
        kept = self._untold.get(case.id)
        if kept is None or kept[0] is not case:
            kept = self._untold[case.id] = case, self._not_told(case)
        new = self.new if self.day == today else frozenset[bytes]()
        found = [one for one in kept[1] if one.id[:SEEN_SIZE] in self.seen and one.id[:SEEN_SIZE] not in new]
        if not found or self.member not in case.readers or self._has_told(case, today):
            return []
        return found[:MOST_NAMES]

    def tell(self, cases: Mapping[str, Case], today: date, act: Act) -> None:
        """Posts ``read`` in some of the cases where something waits to be told, drawn by chance.

        ``act`` posts in a case. Raises what ``act`` raises, but for Refused("audience"): where this member
        may no longer write, nothing is told.
        """
        waiting = [(name, due) for name, case in cases.items() if (due := self.due(case, today))]
        secrets.SystemRandom().shuffle(waiting)
        for name, due in waiting[: min(1 + len(waiting) // 10, MOST_AT_ONCE)]:
            body = {"events": sorted(b64(one.id) for one in due)}
            try:
                act(name, partial(Desk.post, kind="read", body=body))
            except Refused as refused:
                if refused.reason != "audience":
                    raise

    def _not_told(self, case: Case) -> tuple[Event, ...]:
        told = told_read(case.events, self.member)
        others = (one for one in case.events if one.author != self.member and one.kind not in AUTOMATIC)
        return tuple(one for one in others if one.id not in told)

    def _has_told(self, case: Case, today: date) -> bool:
        return any(
            one.kind == "read" and one.author == self.member and one.day == today for one in case.events
        )
