"""`python -m benchmarks`: all figures, one JSON line each."""

from __future__ import annotations

from benchmarks import (
    inbox,
    inbox_browser,
    opening,
    pages,
    phone,
    release,
    slow_network,
    submissions,
    usefulness,
)

for part in (submissions, opening, inbox, inbox_browser, pages, phone, slow_network, release, usefulness):
    part.run()
