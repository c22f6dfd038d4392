"""Pages and signed documents travel compressed: they say the same to everybody and hold nothing secret.

Sealed objects do not: they are random bytes. Scripts and styles are compressed when they are built.
Nothing is cached on the way (no-store), so nothing needs to vary.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TYPES = ("text/html", "application/json")
LEAST_SIZE = 1_000


def install(app: Flask) -> None:
    """Compresses what ``app`` answers, for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.content_encoding or response.status_code != 200:
        return response
    data = response.get_data()
    if len(data) >= LEAST_SIZE and request.accept_encodings["gzip"] > 0:
        response.set_data(_gzipped(data))
        response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=32)
def _gzipped(data: bytes) -> bytes:
    # No time of making in the header: the same bytes for everybody.
    return gzip.compress(data, compresslevel=9, mtime=0)
