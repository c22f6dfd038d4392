"""How much of a request's body is ever read, endpoint by endpoint, with or without a Content-Length."""

from __future__ import annotations

from flask import request

from reporting_app.crypto.shape import CELL_SIZE, SUBMISSION_SIZE
from reporting_app.site.problems import Problem

OCTETS = "application/octet-stream"
JSON = "application/json"

NOTHING = 0
SUBMISSION = SUBMISSION_SIZE
BOARD_CELL = CELL_SIZE
FETCH = 4_096  # 64 ids take 3 kB
SIGN_IN = 8_192  # three short fields
FORM = 262_144  # 12 000 characters of four bytes, each byte written as three
DOCUMENT = 1_048_576  # a deployment file with all its texts takes 60 kB


def read_body(limit: int, content_type: str | None = None) -> bytes:
    """The body, at most ``limit`` bytes. Raises Problem("content-type", "too-large", "length")."""
    if content_type is not None and request.headers.get("Content-Type") != content_type:
        raise Problem("content-type", f"This address takes {content_type}.")
    # One byte more than the limit: a chunked body has no length, and its end shows only behind its last byte.
    request.max_content_length = limit + 1
    body = request.get_data(cache=False)
    if len(body) > limit:
        raise Problem("too-large")
    return body
