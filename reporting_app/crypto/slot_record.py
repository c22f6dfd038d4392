"""What a member's own slot in a letter gave, sealed for their own computer (docs/protocol.md §12b)."""

from __future__ import annotations

from dataclasses import dataclass, field

from reporting_app.crypto import aead, slots

FRONT = b"RPO1" + bytes(slots.KINDS)  # a panel that learns a new kind of slot tries every letter again
# Stand where a payload stands: no slot opens with this member's key; the slots are to be tried each time.
NOTHING_OPENS = slots.Payload(0, bytes(32), bytes(slots.SHARE_SIZE))
TRY_AGAIN = slots.Payload(255, bytes(32), bytes(slots.SHARE_SIZE))
SIGNED_SIZE = 32


@dataclass(frozen=True)
class SlotRecord:
    """``signed_under`` is the id of a roster version: every signature in the letter held under the chain up
    to it. Zero bytes say nothing."""

    payload: slots.Payload = field(repr=False)
    signed_under: bytes = bytes(SIGNED_SIZE)

    def seal(self, cache_key: bytes, letter: bytes) -> bytes:
        """138 bytes, whatever they say; ``letter`` is the object id of the only letter they are for."""
        said = self.payload.wire[: -slots.PAYLOAD_FILL]
        return aead.seal_again(cache_key, _place(letter), said + self.signed_under)


def open_record(cache_key: bytes, letter: bytes, sealed: bytes) -> SlotRecord | None:
    """None when key, letter or any bit is another."""
    said = aead.unseal_again(cache_key, _place(letter), sealed)
    if said is None:
        return None
    payload = slots.Payload(said[0], said[1:33], said[33:-SIGNED_SIZE])
    return SlotRecord(payload, said[-SIGNED_SIZE:])


def _place(letter: bytes) -> bytes:
    """A record opens for its own letter only."""
    return FRONT + letter
