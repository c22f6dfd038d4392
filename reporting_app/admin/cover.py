"""What panels post for nobody, so that a thing which does not open tells a member nothing (decision 0007)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from reporting_app.admin.outbox import Outbox
from reporting_app.cases.sealing import Setting
from reporting_app.storage.cache import Cache

# How often in a working day of one panel. Cells are rare because every reporter downloads each of them.
WORKDAY = 8 * 3600
AS_REPORT = 0.1  # a letter, and at the next round what "opened" looks like
AS_ANSWER = 0.05  # a cell and a letter
AS_NOTE = 0.35  # a letter
LONGEST_GAP = 300  # seconds that count after a pause: a computer that slept does not catch up at once
DUE = "cover"


class Cover:
    """One for each running panel; ``draw`` gives a number from 0 to below 1."""

    def __init__(
        self,
        outbox: Outbox,
        cache: Cache,
        draw: Callable[[], float] | None = None,
    ) -> None:
        self._outbox = outbox
        self._cache = cache
        self._draw = draw or secrets.SystemRandom().random
        self._last: float | None = None

    def round(self, setting: Setting, now: float) -> None:
        """Perhaps posts something, at moments that depend on nothing. Raises SiteAway, SiteRefused."""
        gap = 0.0 if self._last is None else min(max(now - self._last, 0.0), LONGEST_GAP)
        self._last = now
        if self._cache.fact(DUE):
            self._outbox.post_blank(setting, with_cell=True)
            self._cache.set_fact(DUE, b"")
        share, drawn = gap / WORKDAY, self._draw()
        if drawn < AS_REPORT * share:
            self._outbox.post_blank(setting)
            self._cache.set_fact(DUE, b"1")
        elif drawn < (AS_REPORT + AS_ANSWER) * share:
            self._outbox.post_blank(setting, with_cell=True)
        elif drawn < (AS_REPORT + AS_ANSWER + AS_NOTE) * share:
            self._outbox.post_blank(setting)
