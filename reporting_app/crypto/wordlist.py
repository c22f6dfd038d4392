"""The 4096 words of receipts and passphrases (docs/protocol.md §2)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from reporting_app.crypto.errors import Refused

COUNT = 4096
BITS = 12
_FOLDING = str.maketrans("åäö", "aao")


def fold(word: str) -> str:
    """Lower case without the dots and rings that a foreign keyboard lacks."""
    return word.lower().translate(_FOLDING)


@cache
def words() -> tuple[str, ...]:
    """All words in order; a word's place is its 12-bit number."""
    text = (files("reporting_app.crypto") / "wordlist.txt").read_text("utf-8")
    return tuple(text.split())


@cache
def _places() -> dict[str, int]:
    return {fold(word): place for place, word in enumerate(words())}


def place_of(word: str, position: int) -> int:
    """The number of ``word``. Raises Refused("receipt-word"), naming only where it stands (from 1)."""
    place = _places().get(fold(word))
    if place is None:
        raise Refused("receipt-word", f"word {position} is not on the list")
    return place


def is_known(word: str) -> bool:
    """Whether ``word``, in lower case, stands in the list, with or without its dots and rings."""
    return fold(word) in _places()
