"""The opening of one letter: by what an earlier start has left of it, or by the member's key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reporting_app.crypto import letter_open
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Event
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import RosterChain
from reporting_app.crypto.slot_record import NOTHING_OPENS, TRY_AGAIN, SlotRecord, open_record
from reporting_app.crypto.slots import Payload


@dataclass
class Opening:
    """``known`` is the record of an earlier start; None when there is none that opens."""

    letter: bytes
    day: date
    chain: RosterChain
    known: SlotRecord | None
    _payload: Payload = field(default=TRY_AGAIN, repr=False)
    _events: int = 0
    _held: int = 0

    @classmethod
    def begin(
        cls, keys: MemberKeys, letter: bytes, day: date, chain: RosterChain, record: bytes | None
    ) -> Opening:
        return cls(
            letter, day, chain, open_record(keys.cache_key, letter, record) if record is not None else None
        )

    def open(self, sealed: bytes, keys: MemberKeys) -> letter_open.Opened:
        """Raises Refused as ``letter_open.open_letter``."""
        deployment = self.chain.deployment
        payload = self.known.payload if self.known else TRY_AGAIN
        if payload == TRY_AGAIN:
            try:
                payload = self._payload = letter_open.find_slot(sealed, keys.kem, deployment)
            except Refused as refused:
                if refused.reason == "not-for-me":
                    self._payload = NOTHING_OPENS
                raise
        elif payload == NOTHING_OPENS:
            raise Refused("not-for-me", "no slot opened with this key before")
        found = letter_open.open_body(sealed, payload, deployment)
        if isinstance(found, letter_open.Reading | letter_open.MembersReading):
            self._events = len(found.events)
        return found

    @property
    def is_signed(self) -> bool:
        """Whether every signature held before: a chain only grows, and a member's key never changes in it."""
        return self.known is not None and self.known.signed_under in self.chain.ids

    def verify(self, event: Event, author_key: bytes) -> None:
        """Raises Refused("signature")."""
        if not self.is_signed:
            event.verify(author_key)
        self._held += 1

    def record(self, keys: MemberKeys) -> bytes | None:
        """To be kept; None when a record is there. It is written once, so that none says by changing whose
        letter it is of."""
        if self.known is not None:
            return None
        whole = 0 < self._held == self._events
        made = SlotRecord(self._payload, self.chain.newest.id) if whole else SlotRecord(self._payload)
        return made.seal(keys.cache_key, self.letter)
