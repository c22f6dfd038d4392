"""`python -m benchmarks`: all figures, one JSON line each; with names of parts (`release`), theirs only."""

from __future__ import annotations

import sys

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
    if not sys.argv[1:] or part.__name__.rpartition(".")[2] in sys.argv[1:]:
        part.run()
