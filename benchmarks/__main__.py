"""`python -m benchmarks`: all figures, one JSON line each."""

from __future__ import annotations

from benchmarks import opening, pages, phone, submissions

for part in (submissions, opening, pages, phone):
    part.run()
