"""Cases that belong together: who may be told of whom (docs/protocol.md §3).

A link tells everybody who reads the one case that the other exists, and what it is called. It is therefore
made only where nobody who reads the one was left out of the other, it is never handed on to who comes later,
and only later links name it as a parent, so that nobody misses what they are not to have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reporting_app.cases.fold import Case, id_of
from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.event import Event

KIND = "link"


@dataclass(frozen=True)
class Between:
    """What a link between two cases means for people. Ids of members.

    ``left_out`` read one of them and were left out of the other: then no link is made, and one that stands
    should be taken away. ``only_this`` and ``only_other`` read one of them and learn that the other exists.
    """

    left_out: frozenset[str]
    only_this: frozenset[str]
    only_other: frozenset[str]


def between(this: Case, other: Case, present: Collection[str]) -> Between:
    """``present``: ids of the investigators one may seal to today."""
    here, there = this.course.readers_among(present), other.course.readers_among(present)
    left_out = here & other.excluded | there & this.excluded
    return Between(left_out, here - there, there - here)


def may_link(this: Case, other: Case, member: str, present: Collection[str]) -> bool:
    """Whether ``member``, who reads both, may say that they belong together."""
    both = this.course.readers_among(present) & other.course.readers_among(present)
    is_other = this.thread != other.thread
    return is_other and member in both and not between(this, other, present).left_out


def told_of(case: Case, thread: bytes) -> frozenset[str]:
    """Whoever got an event of this case that names ``thread``."""
    named = (one for one in case.events if one.kind == KIND and one.body["thread"] == b64(thread))
    return frozenset(member for one in named for member in one.audience)


def nameable(events: Iterable[Event], kind: str) -> list[Event]:
    """Those that a later event of this kind may name as its parents; the order among links must be known."""
    return [one for one in events if kind == KIND or one.kind != KIND]


def is_hidden(event: Event, member: str, cases: Mapping[str, Case]) -> bool:
    """Whether it names a case (``cases`` are those here, by id) from which ``member`` is left out."""
    other = cases.get(id_of(unb64(event.body["thread"], 32))) if event.kind == KIND else None
    return other is not None and member in other.excluded
