"""The one exception of the protocol (docs/protocol.md §1, "Errors")."""

from __future__ import annotations

REASONS = frozenset(
    """encoding length magic deployment receipt-word receipt-checksum receipt-length not-for-me
    commitment body signature schema thread audience author kind roster-chain roster-majority
    roster-stale content keyfile passphrase proof-of-work authorization clock cache
    catalogue ledger ledger-signatures ledger-shorter ledger-forked not-frozen drawn budget counted draw
    release release-signatures""".split()
)


class Refused(ValueError):
    """Something did not keep the rules.

    ``reason`` is a name of §1, §13 or §15, the same in both languages.
    ``detail`` is a sentence for a person; it never quotes the refused content.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
