"""`python -m benchmarks`: all figures, one JSON line each."""

from __future__ import annotations

from benchmarks import (
    inbox,
    inbox_browser,
    opening,
    pages,
    phone,
    slow_network,
    statistics_page,
    submissions,
)

for part in (submissions, opening, inbox, inbox_browser, pages, statistics_page, phone, slow_network):
    part.run()
