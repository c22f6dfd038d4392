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
    statistics_page,
    submissions,
    usefulness,
)

PARTS = (
    *(submissions, opening, inbox, inbox_browser, pages, statistics_page, phone, slow_network),
    *(release, usefulness),
)
for part in PARTS:
    part.run()
