"""Two together: what one investigator proposes takes effect when another approves exactly that.

The rules are those of docs/protocol.md §3, "Two together"; client/src/together.ts has those for the reporter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reporting_app.cases.order import Entry
from reporting_app.crypto import shape
from reporting_app.crypto.encoding import KEY, Json, b64
from reporting_app.crypto.event import REPORTER, Event, is_member_id
from reporting_app.crypto.hashing import Label, derive

CLOSE, NARROW = "close", "narrow"
# An outcome that every deployment has: not a report at all. Needs two as every closing does, but no answer.
JUNK = "junk"
LEAST_HANDLERS = 2
# Something that shows. Languages differ about what is white space; client/src/course.ts has this same class.
SHOWS = re.compile(
    r"[^\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
PENDING, APPROVED, VOID = "pending", "approved", "void"
# Why a proposal is void.
NEWS, DECLINED, RULE = "news", "declined", "rule"


@dataclass(frozen=True)
class Decision:
    """A proposal and what became of it. ``answer`` is the approval or the decline that settled it.

    ``is_outside`` when who approved it was no reader and so could not tell the reporter.
    """

    proposal: Entry
    state: str = PENDING
    answer: Entry | None = None
    why: str = ""
    is_outside: bool = False

    @property
    def id(self) -> str:
        """The proposal's event id as b64: what an approval names."""
        return b64(self.proposal.event.id)

    @property
    def action(self) -> str:
        return str(self.proposal.event.body["action"])

    @property
    def arguments(self) -> Mapping[str, Any]:
        arguments: Mapping[str, Any] = self.proposal.event.body["arguments"]
        return arguments

    @property
    def outcome(self) -> str:
        return str(self.arguments.get("outcome", "")) if self.action == CLOSE else ""

    @property
    def reason(self) -> str:
        return str(self.arguments.get("reason", ""))

    @property
    def handlers(self) -> frozenset[str]:
        return frozenset(self.arguments["handlers"]) if self.action == NARROW else frozenset()


def digest_of(heard: Iterable[bytes]) -> bytes:
    """32 bytes that stand for the reporter's words (ids of their events) that a proposer knew."""
    return derive(Label.HEARD, b"", b"".join(sorted(heard)), 32)


def close_arguments(outcome: str, reason: str) -> dict[str, Json]:
    return {"outcome": outcome, "reason": reason}


def narrow_arguments(handlers: Collection[str], reason: str) -> dict[str, Json]:
    return {"handlers": sorted(handlers), "reason": reason}


def can_be_told(event: Event) -> bool:
    """Whether a cell can bring it to the reporter, whose browser must see both signatures."""
    return REPORTER in event.audience and len(event.wire) < shape.CELL_BODY_SIZE


def is_in_form(action: str, arguments: Json) -> bool:
    """Whether these are arguments of ``action``; of an action that is not known, nothing is required."""
    if action == CLOSE:
        given = _texts(arguments, "outcome", "reason")
        return (
            given is not None
            and bool(KEY.fullmatch(given["outcome"]))
            and SHOWS.search(given["reason"]) is not None
        )
    if action == NARROW:
        if not isinstance(arguments, dict) or set(arguments) != {"handlers", "reason"}:
            return False
        names = arguments["handlers"]
        named = isinstance(names, list) and all(is_member_id(name) for name in names)
        return named and names == sorted(set(names)) and isinstance(arguments["reason"], str)
    return True


def _texts(arguments: Json, *keys: str) -> dict[str, str] | None:
    if not isinstance(arguments, dict) or set(arguments) != set(keys):
        return None
    return arguments if all(isinstance(value, str) for value in arguments.values()) else None
