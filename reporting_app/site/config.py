"""What an operator decides about a site. Everything else stands in signed documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SiteConfig:
    """``anchor`` is the id (32 bytes) of roster version 1, as it stands in the members' invitations.

    Without it the site takes no first roster from the network: whoever came first would own the site.
    """

    anchor: bytes | None = None
