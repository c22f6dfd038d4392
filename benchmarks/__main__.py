"""`python -m benchmarks`: all figures, one JSON line each."""

from __future__ import annotations

from benchmarks import opening, pages, submissions

for part in (submissions, opening, pages):
    part.run()
