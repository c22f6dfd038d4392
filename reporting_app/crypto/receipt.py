"""Nine words, and everything that grows from them (docs/protocol.md §2)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from reporting_app.crypto import kem, signing, wordlist
from reporting_app.crypto.encoding import ByteReader
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

RANDOM_SIZE = 12
CHECK_BITS = 12
WORDS = 9
THREAD_BLOCK_SIZE = 1280
SEPARATORS = re.compile(r"[^a-zåäö]+")


def generate() -> bytes:
    """The 12 random bytes behind a new receipt."""
    return secrets.token_bytes(RANDOM_SIZE)


def to_words(random: bytes) -> str:
    """The nine words of 12 bytes, with spaces between."""
    number = int.from_bytes(random, "big") << CHECK_BITS | _check_bits(random)
    mask = wordlist.COUNT - 1
    shifts = range((WORDS - 1) * wordlist.BITS, -1, -wordlist.BITS)
    return " ".join(wordlist.words()[number >> shift & mask] for shift in shifts)


def from_words(text: str) -> bytes:
    """The 12 bytes behind typed words, in any case, with or without å ä ö.

    Raises Refused("receipt-length", "receipt-word", "receipt-checksum").
    """
    typed = typed_words(text)
    places = [wordlist.place_of(word, position) for position, word in enumerate(typed, 1)]
    if len(typed) != WORDS:
        raise Refused("receipt-length", f"a receipt has {WORDS} words, here are {len(typed)}")
    number = 0
    for place in places:
        number = number << wordlist.BITS | place
    random = (number >> CHECK_BITS).to_bytes(RANDOM_SIZE, "big")
    if number & (2**CHECK_BITS - 1) != _check_bits(random):
        raise Refused("receipt-checksum", "one of the words is wrong")
    return random


def typed_words(text: str) -> list[str]:
    """The words that somebody has typed, known or not, in lower case."""
    return [word for word in SEPARATORS.split(unicodedata.normalize("NFC", text).lower()) if word]


def _check_bits(random: bytes) -> int:
    return int.from_bytes(derive(Label.RECEIPT_CHECK, b"", random, 2), "big") >> 4


@dataclass(frozen=True)
class ThreadBlock:
    """What those who may read a thread are told: 1280 bytes in every letter of it."""

    secret: bytes = field(repr=False)
    sign_public: bytes
    kem_public: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> ThreadBlock:
        """Raises Refused("body") when ``data`` is shorter than 1280 bytes."""
        reader = ByteReader(data)
        return cls(reader.take(32), reader.take(32), reader.take(kem.PUBLIC_KEY_SIZE))

    @property
    def wire(self) -> bytes:
        return self.secret + self.sign_public + self.kem_public

    @cached_property
    def thread_id(self) -> bytes:
        """32 bytes that commit to the reporter's keys: nobody else can sign in this thread."""
        return derive(Label.THREAD_ID, self.secret, self.sign_public + self.kem_public, 32)

    @cached_property
    def board_key(self) -> bytes:
        """The first board key, 32 bytes; a narrowing replaces it."""
        return derive(Label.BOARD_KEY, self.secret, b"", 32)

    @cached_property
    def watch_token(self) -> bytes:
        """32 bytes with which a witness sees that the thread is answered, and nothing else."""
        return derive(Label.WATCH, self.secret, b"", 32)

    def shard(self, shards: int) -> int:
        """Which of ``shards`` (a power of two) holds the thread's cells: log2(shards) bits, no more."""
        bits = int.from_bytes(derive(Label.SHARD, self.secret, b"", 2), "big")
        return bits >> (17 - shards.bit_length())


class ReporterKeys:
    """Everything a receipt opens. Lives in the reporter's browser (or their script), never on the site."""

    def __init__(self, random: bytes, deployment: bytes) -> None:
        root = derive(Label.RECEIPT_ROOT, random, deployment, 32)
        self.kem = kem.PrivateKey(derive(Label.RECEIPT_KEM, root, b"", 32))
        self.sign_seed = derive(Label.RECEIPT_SIGN, root, b"", 32)
        self.thread = ThreadBlock(
            secret=derive(Label.RECEIPT_THREAD, root, b"", 32),
            sign_public=signing.public_key(self.sign_seed),
            kem_public=self.kem.public,
        )
