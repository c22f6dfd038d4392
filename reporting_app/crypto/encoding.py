"""One spelling for everything: canonical JSON, base64url, fixed-size fields (docs/protocol.md §1)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from reporting_app.crypto.errors import Refused

Json = Any  # what json.loads gives; narrowed by the readers below

SUITE = 1
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
PERIOD = re.compile(r"[0-9]{4}(-q[1-4])?")
KEY = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")


def canonical(value: Json) -> bytes:
    """The only bytes that stand for ``value``. Raises Refused("encoding") for what has no spelling."""
    _check(value, 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("encoding", "lone surrogate") from None


def parse(data: bytes) -> Json:
    """The value that ``data`` canonically spells. Raises Refused("encoding") for any other spelling."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("encoding", "not JSON in UTF-8") from None
    if canonical(value) != data:
        raise Refused("encoding", "not the canonical spelling")
    return value


def _check(value: Json, depth: int) -> None:
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise Refused("encoding", "integer too large")
    elif depth == MAX_DEPTH:
        raise Refused("encoding", "nested too deep")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise Refused("encoding", "key outside the alphabet")
            _check(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    else:
        raise Refused("encoding", "null and fractions have no spelling")


def b64(data: bytes) -> str:
    """base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: Json, size: int | None = None) -> bytes:
    """The bytes that ``text`` canonically spells. Raises Refused("encoding"), also for another size."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (TypeError, ValueError):
        raise Refused("encoding", "not base64url without padding") from None
    # The decoder passes over what it does not know: only the one right spelling comes back.
    if b64(data) != text or (size is not None and len(data) != size):
        raise Refused("encoding", "not canonical base64url of the right size")
    return data


def parse_day(text: Json) -> date:
    """A UTC day written YYYY-MM-DD. Raises Refused("schema")."""
    if isinstance(text, str) and len(text) == 10:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            if day.isoformat() == text:
                return day
    raise Refused("schema", "a day is written YYYY-MM-DD")


def is_period(value: Json) -> bool:
    """Whether ``value`` is a year or a quarter: ``2027``, ``2027-q1`` (§8)."""
    return isinstance(value, str) and PERIOD.fullmatch(value) is not None


def exact_keys(value: Json, keys: Sequence[str]) -> dict[str, Json]:
    """``value`` as an object with exactly ``keys``. Raises Refused("schema")."""
    if not isinstance(value, dict) or set(value) != set(keys):
        raise Refused("schema", "other keys than the format names")
    return value


def ascending(values: Json, least: int, most: int) -> list[str]:
    """An ascending array of different strings. Raises Refused("schema")."""
    if (
        not isinstance(values, list)
        or not all(isinstance(item, str) for item in values)
        or not least <= len(values) <= most
        or values != sorted(set(values))
    ):
        raise Refused("schema", f"{least} to {most} different strings in ascending order")
    return values


def pad(content: bytes, size: int) -> bytes:
    """``content`` filled with zero bytes to ``size``. Raises Refused("length") when it does not fit."""
    if len(content) > size:
        raise Refused("length", f"{len(content) - size} bytes too long")
    return content.ljust(size, b"\0")


def is_integer(value: Json, least: int, most: int) -> bool:
    """Whether ``value`` is an integer (``true`` is not) from ``least`` to ``most``."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_suite(value: Json) -> bool:
    """Whether ``value`` names the suite that this code speaks."""
    return is_integer(value, SUITE, SUITE)


class ByteReader:
    """Takes fixed-size fields from the front. Every take raises Refused("body") when bytes run out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        field = self._data[self._at : self._at + size]
        if len(field) != size:
            raise Refused("body", "ends too early")
        self._at += size
        return field

    def integer(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    @property
    def left(self) -> int:
        """Bytes not taken yet."""
        return len(self._data) - self._at

    def only_zeros_left(self) -> None:
        """Raises Refused("body") when padding says anything."""
        if self._data[self._at :] != bytes(self.left):
            raise Refused("body", "padding is not zero")
