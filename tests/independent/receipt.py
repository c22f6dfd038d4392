"""Section 2 of docs/protocol.md, written from the text: nine words and the keys they give."""

import re
import unicodedata
from pathlib import Path

from tests.independent.conventions import Refusal, h, kem_public, need, sign_public

WORDS = (Path(__file__).parents[2] / "reporting_app/crypto/wordlist.txt").read_text("utf-8").split()


def _fold(word: str) -> str:
    return word.translate(str.maketrans("åäö", "aao"))


def receipt_numbers(entropy: bytes) -> list[int]:
    check = int.from_bytes(h("rapp1.rc-check", b"", entropy, 2), "big") >> 4
    bits = int.from_bytes(entropy, "big") << 12 | check
    return [bits >> 12 * place & 0xFFF for place in range(8, -1, -1)]


def write_receipt(entropy: bytes) -> list[str]:
    return [WORDS[number] for number in receipt_numbers(entropy)]


def read_receipt(text: str) -> bytes:
    lines = {_fold(word): number for number, word in enumerate(WORDS)}
    typed = [_fold(word) for word in re.findall("[a-zåäö]+", unicodedata.normalize("NFC", text).lower())]
    for position, word in enumerate(typed, 1):
        if word not in lines:
            raise Refusal("receipt-word", position)
    need(len(typed) == 9, "receipt-length")
    bits = 0
    for word in typed:
        bits = bits << 12 | lines[word]
    entropy = (bits >> 12).to_bytes(12, "big")
    need(receipt_numbers(entropy)[8] == bits & 0xFFF, "receipt-checksum")
    return entropy


class Reporter:
    """The keys that a receipt gives in one deployment."""

    def __init__(self, entropy: bytes, deployment: bytes) -> None:
        self.deployment = deployment
        self.root = h("rapp1.rc-root", entropy, deployment, 32)
        self.kem_seed = h("rapp1.rc-kem", self.root, b"", 32)
        self.sign_seed = h("rapp1.rc-sign", self.root, b"", 32)
        self.thread_secret = h("rapp1.rc-thread", self.root, b"", 32)
        self.block = self.thread_secret + sign_public(self.sign_seed) + kem_public(self.kem_seed)


class Block:
    """What the thread block tells those who may read."""

    def __init__(self, block: bytes) -> None:
        self.secret, self.sign_public, self.kem_public = block[:32], block[32:64], block[64:]
        self.thread = h("rapp1.thread-id", self.secret, self.sign_public + self.kem_public, 32)
        self.board_key = h("rapp1.board-key", self.secret, b"", 32)
        self.watch_token = h("rapp1.watch", self.secret, b"", 32)

    def shard(self, shards: int) -> int:
        return shard(self.secret, shards)


def shard(thread_secret: bytes, shards: int) -> int:
    return int.from_bytes(h("rapp1.shard", thread_secret, b"", 2), "big") * shards >> 16
