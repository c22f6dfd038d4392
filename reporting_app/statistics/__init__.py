"""Votes in, noised and signed releases out (docs/protocol.md §15, docs/statistics.md). No I/O."""
