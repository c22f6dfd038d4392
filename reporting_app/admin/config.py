"""What a panel is started with."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reporting_app.admin.rehearsal import PracticeRoom
from reporting_app.admin.remote import Site
from reporting_app.crypto.keyfile import DEFAULT_COST, Cost

Clock = Callable[[], float]
LANGUAGES = {"sv": "Svenska", "en": "English"}
FIRST_LANGUAGE = "sv"


@dataclass(frozen=True)
class PanelConfig:
    """``port`` is the one that the browser uses; everything else has a value for ordinary use."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    # Cookies are sent to every port of a host: the panel lies under a path that no other program knows.
    path: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(16)}", repr=False)
    idle_seconds: int = 15 * 60
    sync_seconds: int = 60
    fresh_seconds: int = 20
    sync_wait: float = 4.0
    # False in tests: then the panel has no thread of its own and fetches when a page is opened.
    background: bool = True
    cost: Cost = DEFAULT_COST
    connect: Callable[[str, Clock], Site] = Site
    monotonic: Clock = time.monotonic
    pause: Callable[[float], None] = time.sleep
    # A practice that this panel offers, and the one that this panel itself is.
    practice: PracticeRoom | None = None
    practising: PracticeRoom | None = None
    # Whether a page may end this process. Who started it in a terminal ends it there.
    may_end: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def start_url(self) -> str:
        """What to open: with the token, which the panel takes out of the address at once."""
        return self.url_with(self.token)

    def url_with(self, token: str) -> str:
        return f"{self.url}?token={token}"
