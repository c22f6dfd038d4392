"""`python -m benchmarks`: all figures, one JSON line each."""

from __future__ import annotations

from benchmarks import inbox, inbox_browser, opening, pages, phone, slow_network, submissions

for part in (submissions, opening, inbox, inbox_browser, pages, phone, slow_network):
    part.run()
