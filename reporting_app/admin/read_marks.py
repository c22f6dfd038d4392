"""What a member has had on the screen, told to the case's readers on a later day (docs/protocol.md §3)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from reporting_app.admin.drafts import SEEN_SIZE, Drafts
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

    @classmethod
    def kept(cls, drafts: Drafts, keys: MemberKeys) -> ReadMarks:
        """As this panel's cache remembers it."""
        day, new = drafts.load_new(keys)
        return cls(keys.member, drafts.load_seen(keys), day, new)

    def saw(self, entries: Iterable[Entry], today: date) -> bool:
        """Notes what is on the screen now; whether any of it is there for the first time."""
        new = {entry.event.id[:SEEN_SIZE] for entry in entries} - self.seen
        if new:
            self.day, self.new = today, (self.new if self.day == today else set()) | new
            self.seen |= new
        return bool(new)

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
