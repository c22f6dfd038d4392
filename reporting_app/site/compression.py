"""Pages and signed documents travel compressed: they say the same to everybody and hold nothing secret.

Sealed objects do not: they are random bytes. Answers to a form do not: they hold what one person wrote, which
must stay in no cache here, and how well it compresses would tell more of it than its length does. Nor do the
pages on which leadership signs in or out, for the same reasons. Scripts and styles are compressed when built.
Nothing is cached on the way (no-store), so nothing needs to vary.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept

from reporting_app.site.headers import LEADERSHIP

ENCODINGS = ("br", "gzip")  # in order of preference
TYPES = ("text/html", "application/json")
LEAST_SIZE = 1_000


def install(app: Flask) -> None:
    """Compresses what ``app`` answers, for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.content_encoding or response.status_code != 200:
        return response
    if request.method == "POST" or request.blueprint == LEADERSHIP:
        return response
    data = response.get_data()
    encoding = preferred(request.accept_encodings)
    if len(data) >= LEAST_SIZE and encoding is not None:
        response.set_data(_compressed(data, encoding))
        response.content_encoding = encoding
    return response


def preferred(accepted: Accept) -> str | None:
    """The smallest of the encodings that a browser takes."""
    return next((name for name in ENCODINGS if accepted[name] > 0), None)


@lru_cache(maxsize=64)
def _compressed(data: bytes, encoding: str) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(data, mode=brotli.MODE_TEXT)
        return compressed
    # No time of making in the header: the same bytes for everybody.
    return gzip.compress(data, compresslevel=9, mtime=0)
