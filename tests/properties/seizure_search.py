"""Looking for secrets and times in files of which nobody knows how they are written.

Any eight neighbouring bytes of any spelling of a secret count as found, wherever they stand: a cut value, a
hash's first half in a log, a text that a database has compressed in groups of eight.
"""

from __future__ import annotations

import base64
import json
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from reporting_app.crypto import wordlist

WINDOW = 8
PHRASE = 16
WAL_HEADER, WAL_FRAME, PAGE = 32, 24, 4_096
POSTGRES_EPOCH = 946_684_800  # 2000-01-01
Secret = str | bytes
Files = Mapping[str, bytes]


class Words(str):
    """Ordinary words, of which only a longer run tells anything: sixteen neighbouring bytes."""


def spellings(secret: Secret) -> dict[str, bytes]:
    """How a secret may stand in a file. UTF-16 is dealt with in ``halves``."""
    if isinstance(secret, bytes):
        return {"raw": secret, **_encoded(secret)}
    plain = secret.encode()
    return {
        "utf-8": plain,
        "latin-1": secret.encode("latin-1", "replace"),
        "nfd": unicodedata.normalize("NFD", secret).encode(),
        "lower": secret.lower().encode(),
        "upper": secret.upper().encode(),
        "folded": wordlist.fold(secret).encode(),
        "url": quote(secret, safe="").encode(),
        "url-lower": quote(secret, safe="").lower().encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "python": repr(plain)[2:-1].encode(),
        "html": secret.encode("ascii", "xmlcharrefreplace"),
        **_encoded(plain),
    }


def _encoded(data: bytes) -> dict[str, bytes]:
    forms = {"hex": data.hex().encode(), "HEX": data.hex().upper().encode()}
    for shift in range(3):  # inside of something longer that was encoded as a whole
        whole = base64.b64encode(bytes(shift) + data)
        inner = whole[2 * shift : len(whole) - 4]
        forms[f"base64+{shift}"] = inner
        forms[f"base64url+{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return forms


def halves(data: bytes) -> list[bytes]:
    """The bytes themselves, and every second one: there UTF-16 reads as one byte a letter."""
    return [data, data[::2], data[1::2]]


def windows(data: bytes) -> list[memoryview]:
    """All runs of eight bytes, as numbers, in eight rows."""
    shifts = range(min(WINDOW, max(0, len(data) - WINDOW + 1)))
    ends = (shift + (len(data) - shift) // WINDOW * WINDOW for shift in shifts)
    return [memoryview(data)[shift:end].cast("Q") for shift, end in zip(shifts, ends, strict=True)]


class Search:
    """Secrets to look for. What is in ``public`` anyway tells nothing and is not looked for."""

    def __init__(self, secrets: Mapping[str, Secret], public: Iterable[bytes] = ()) -> None:
        known = {one for data in public for row in windows(data) for one in row}
        self._wanted: dict[int, str] = {}
        self._phrases: dict[str, bytes] = {}
        for name, secret in secrets.items():
            for form, spelled in spellings(secret).items():
                called = f"{name} ({form})"
                found = set().union(*windows(spelled)) - known
                assert found, f"{called} cannot be looked for"
                self._wanted |= dict.fromkeys(found, called)
                if isinstance(secret, Words) or form == "python":  # where one letter takes eight bytes
                    self._phrases[called] = spelled
        self._set = frozenset(self._wanted)

    def found_in(self, files: Files) -> set[str]:
        """``"place: secret (spelling)"`` of everything found; one spelling of several that agree."""
        places = {data: place for place, data in files.items()}  # the same bytes are read once
        found = set()
        for data, place in places.items():
            for half in halves(data):
                hits = {self._wanted[one] for row in windows(half) for one in self._set.intersection(row)}
                found |= {f"{place}: {called}" for called in hits if self._tells(called, half)}
        return found

    def _tells(self, called: str, data: bytes) -> bool:
        phrase = self._phrases.get(called, b"")
        starts = range(max(0, len(phrase) - PHRASE + 1))
        return not phrase or any(phrase[at : at + PHRASE] in data for at in starts)


@dataclass(frozen=True)
class Span:
    """A stretch of time in seconds since 1970, which a clock went through."""

    start: float
    end: float

    @property
    def texts(self) -> set[bytes]:
        """Times of day and seconds as they may be written."""
        found = set()
        for second in range(int(self.start), int(self.end) + 1):
            found.add(str(second).encode())
            for at in (datetime.fromtimestamp(second, UTC), datetime.fromtimestamp(second)):  # noqa: DTZ006
                found |= {at.strftime(form).encode() for form in ("%H:%M", "%H%%3A%M", "%Y%m%dT%H%M")}
        return found

    @property
    def numbers(self) -> Iterator[tuple[str, int, int, int]]:
        """``name, size, lowest, highest``: unsigned integers of which the leading bytes are not zero."""
        low, high = int(self.start), int(self.end) + 1
        yield "seconds", 4, low, high
        yield "milliseconds", 6, low * 1_000, high * 1_000
        yield "microseconds", 7, low * 1_000_000, high * 1_000_000
        yield "nanoseconds", 8, low * 10**9, high * 10**9
        yield "PostgreSQL", 7, (low - POSTGRES_EPOCH) * 1_000_000, (high - POSTGRES_EPOCH) * 1_000_000
        bits = [struct.unpack(">Q", struct.pack(">d", float(at)))[0] for at in (low, high)]
        yield "double", 8, bits[0], bits[1]


def times_in(data: bytes, spans: Sequence[Span], sent: bytes) -> set[str]:
    """Times of ``spans`` in ``data``, unless they stand by chance in the middle of what was ``sent``."""
    texts = {text for span in spans for text in span.texts}
    found = {f"text {text.decode()}" for text in texts if text in data and text not in sent}
    for span in spans:
        for name, size, low, high in span.numbers:
            for at in (*_numbers(data, size, low, high, "big"), *_numbers(data, size, low, high, "little")):
                around = data[max(0, at + size - 12) : at + size], data[at : at + 12]
                if not any(one in sent for one in around):
                    found.add(name)
    return found


def _numbers(data: bytes, size: int, low: int, high: int, order: Literal["big", "little"]) -> Iterator[int]:
    """Where numbers from ``low`` to ``high`` stand."""
    rest = 8 * max(0, size - 4)  # found by their first four bytes, then looked at whole
    for first in range(low >> rest, (high >> rest) + 1):
        mark = first.to_bytes(size - rest // 8, order)
        ahead = 0 if order == "big" else rest // 8
        at = data.find(mark)
        while at >= 0:
            start = at - ahead
            value = int.from_bytes(data[max(0, start) : start + size], order)
            if start >= 0 and low <= value <= high:
                yield start
            at = data.find(mark, at + 1)


def journal_pages(wal: bytes) -> bytes:
    """The pages in SQLite's journal without the frames' own salts and checksums, which are random."""
    step = WAL_FRAME + PAGE
    starts = range(WAL_HEADER + WAL_FRAME, len(wal), step)
    return b"".join(wal[at : at + PAGE] for at in starts)
