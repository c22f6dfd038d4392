"""What a panel needs to know of a practice: another layer builds it and hands it in."""

from __future__ import annotations

from typing import Protocol


class PracticeRoom(Protocol):
    """A fictional municipality for one learner: keys, site and panel of its own, thrown away at the end."""

    @property
    def passphrase(self) -> str:
        """Opens the practice's own made-up key, and nothing else."""

    @property
    def start_url(self) -> str:
        """Where the practice panel lets a browser in; empty when no practice is running."""

    @property
    def answers_given(self) -> int:
        """How many times a made-up reporter has written back."""

    def start(self) -> None:
        """Makes everything anew unless a practice is running. Takes seconds. Raises OSError, Refused."""

    def write_back(self, case_id: str) -> bool:
        """Lets the case's made-up reporter write something. False for a case that is not the practice's."""

    def approve(self, case_id: str) -> bool:
        """Lets a made-up colleague approve what waits in the case. False when nothing waits for one.

        Raises Refused, SiteAway, SiteRefused.
        """

    def end(self) -> None:
        """Stops and removes everything; nothing happens when no practice is running."""
