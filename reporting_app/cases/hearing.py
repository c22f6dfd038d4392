"""What was news, and to whom: what the reporter said more, and what an author had seen when they signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporting_app.cases.order import Entry
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER, Event

VIEW, SENT = "view", "view-sent"
WORDS = ("report", "message", VIEW)


def is_word(event: Event) -> bool:
    """Whether the reporter says something with it."""
    return event.author == REPORTER and event.kind in WORDS


def tells_of_reprisals(event: Event) -> bool:
    return event.kind == VIEW and "yes" in event.body["answers"].get("reprisals", ())


def raises_again(event: Event) -> bool:
    """Whether it opens a closed case: words, or reprisals. That it stopped, or did not, alone opens nothing.

    In the reporter's own view ``view-sent`` says so of a view that is not there.
    """
    if event.author != REPORTER:
        return False
    if event.kind == SENT:
        return bool(event.body["raises"])
    return (
        event.kind == "message"
        or tells_of_reprisals(event)
        or (event.kind == VIEW and event.body["text"] != "")
    )


class Seen:
    """Of each event, which refusals and which of the reporter's words its author had seen.

    By what it names and by what the author wrote before: nobody unlearns. A bit for each that matters, so
    that long threads cost no more than they hold.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._bits: dict[bytes, int] = {}
        self._past: dict[bytes, int] = {}
        self._words = 0
        own: dict[str, int] = {}
        for event in (entry.event for entry in entries):
            past = own.get(event.author, 0)
            for parent in event.parents:
                past |= self._past.get(parent, 0)
            if event.kind == "decline" or is_word(event):
                bit = self._bits[event.id] = 1 << len(self._bits)
                past |= bit
                self._words |= bit if is_word(event) else 0
            own[event.author] = self._past[event.id] = past

    def had(self, later: bytes, earlier: bytes) -> bool:
        """Whether the author of the one had seen the other, a refusal or words of the reporter (ids)."""
        return bool(self._past.get(later, 0) & self._bits.get(earlier, 0))

    def words_between(self, proposal: bytes, approval: bytes) -> bool:
        """Whether who approved had seen words of the reporter that who proposed had not."""
        return bool(self._past[approval] & ~self._past[proposal] & self._words)


def split_at_recusals(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """``(what counts, what its authors said after they had stepped aside)``."""
    gone: set[str] = set()
    parts: tuple[list[Entry], list[Entry]] = ([], [])
    for entry in entries:
        parts[entry.event.author in gone].append(entry)
        if entry.event.kind == "recusal":
            gone.add(entry.event.author)
    return parts


def news_in(entries: Sequence[Entry]) -> set[bytes]:
    """Ids of the events by which the reporter has said something more.

    In the reporter's own view their words are unseen: a further ``stored`` or ``opened`` stands for them.
    """
    own = [one.event for one in entries if one.event.author == REPORTER]
    seen = {b64(one.event.id) for one in entries if one.event.kind != "exclusion"}
    vouched = {b64(one.id) for one in own}
    vouched |= {name for one in own if one.kind == "stored" for name in one.body["events"]}
    named: set[str] = set()
    news: set[bytes] = set()
    for event in (entry.event for entry in entries):
        is_news = raises_again(event)
        if event.kind in ("stored", "opened"):
            fresh = (set(event.body["events"]) & vouched) - named
            is_news = bool(named) and bool(fresh) and not fresh & seen
            named |= fresh
        if is_news:
            news.add(event.id)
    return news
