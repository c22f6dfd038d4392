"""What the body of each kind of event holds, and who may say it (docs/protocol.md §3, "Bodies")."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reporting_app.crypto.encoding import (
    KEY,
    MAX_INTEGER,
    Json,
    ascending,
    exact_keys,
    is_integer,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Event, is_member_id

MOST_TEXT = 12_000
# A case is closed by two together, never by a status.
STATES = ("received", "assessing", "investigating", "acting")
PATHS = ("browser", "noscript", "oral", "script")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
PARCEL_KEYS = "id key name part parts size type".split()

Check = Callable[[Json], object]


def text(value: Json) -> None:
    """At most 12 000 bytes of UTF-8 without NUL."""
    _require(isinstance(value, str) and len(value.encode()) <= MOST_TEXT and "\0" not in value, "text")


def some_text(value: Json) -> None:
    text(value)
    _require(value != "", "text")


def _id(value: Json) -> None:
    _require(isinstance(value, str) and KEY.fullmatch(value), "id")


def _bytes32(value: Json) -> None:
    unb64(value, 32)


def _truth(value: Json) -> None:
    _require(isinstance(value, bool), "yes or no")


def _day(value: Json) -> None:
    parse_day(value)


def _string(value: Json) -> None:
    _require(isinstance(value, str), "string")


def _object(value: Json) -> None:
    _require(isinstance(value, dict), "object")


def _positive(value: Json) -> None:
    _require(is_integer(value, 1, MAX_INTEGER), "number")


def _language(value: Json) -> None:
    _require(isinstance(value, str) and LANGUAGE.fullmatch(value), "language")


def _members(value: Json) -> None:
    _require(all(is_member_id(member) for member in ascending(value, 0, 16)), "members")


def _sealed_identity(value: Json) -> None:
    _require(len(unb64(value)) >= 16, "identity")


def _parcel(value: Json) -> None:
    """A reference to one part of an attachment (§7)."""
    parcel = exact_keys(value, PARCEL_KEYS)
    _bytes32(parcel["id"])
    _bytes32(parcel["key"])
    _string(parcel["name"])
    _string(parcel["type"])
    _positive(parcel["parts"])
    _require(is_integer(parcel["part"], 1, parcel["parts"]), "parcels")
    _require(is_integer(parcel["size"], 0, MAX_INTEGER), "parcels")


def _one_of(*allowed: str) -> Check:
    return lambda value: _require(value in allowed, "choice")


def _list_of(check: Check) -> Check:
    def check_all(value: Json) -> None:
        _require(isinstance(value, list), "list")
        for item in value:
            check(item)

    return check_all


def _map_of(check: Check) -> Check:
    def check_all(value: Json) -> None:
        _require(isinstance(value, dict), "object")
        for item in value.values():
            check(item)

    return check_all


@dataclass(frozen=True)
class Kind:
    """Who may write this kind, and what each key of its body must be."""

    by_reporter: bool
    by_member: bool
    keys: Mapping[str, Check]


def _by(author: str, **keys: Check) -> Kind:
    return Kind(author != "member", author != "reporter", keys)


KINDS: Mapping[str, Kind] = {
    "report": _by(
        "reporter",
        answers=_map_of(_list_of(_id)),
        language=_language,
        narrative=some_text,
        parcels=_list_of(_parcel),
        path=_one_of(*PATHS),
        questionnaire=_bytes32,
    ),
    "exclusion": _by("reporter", exclude=_members),
    "stored": _by("reporter", events=_list_of(_bytes32), letter=_bytes32),
    "message": _by("both", parcels=_list_of(_parcel), text=some_text),
    "opened": _by("member", events=_list_of(_bytes32), letter=_bytes32),
    "status": _by("member", reason=text, state=_one_of(*STATES)),
    "note": _by("member", text=text),
    "reseal": _by("member", events=_list_of(_bytes32), reason=text),
    "coding": _by("member", catalogue=_positive, values=_map_of(_id)),
    "proposal": _by("member", action=_string, arguments=_object, heard=_bytes32),
    "approval": _by("member", of=_bytes32),
    "decline": _by("member", of=_bytes32, reason=text),
    "relay": _by("member", of=_bytes32),
    "recusal": _by("member"),
    "link": _by("member", thread=_bytes32, together=_truth),
    "notification": _by("member", decision=_one_of("made", "not_needed"), reason=text),
    "absence": _by("member", cover=_members, first=_day, last=_day),
    "template": _by("member", id=_id, text=text, title=text),
    "identity": _by("reporter", sealed=_sealed_identity),
    "view": _by("reporter", answers=_map_of(_list_of(_id)), moment=_one_of("closing", "later"), text=text),
    "view-sent": _by("reporter", moment=_one_of("closing", "later"), raises=_truth),
    "read": _by("member", events=_list_of(_bytes32)),
}


# What the reporter is never told.
INSIDE = ("note", "coding", "read", "link", "notification", "absence", "template")


def check_body(event: Event) -> None:
    """Raises Refused("kind", "schema", "encoding", "audience") unless the event keeps its kind's form.

    Unknown kinds pass: they are kept and shown as unknown.
    """
    kind = KINDS.get(event.kind)
    if kind is None:
        return
    if not (kind.by_reporter if event.author == REPORTER else kind.by_member):
        raise Refused("kind", f"{event.author} cannot say {event.kind}")
    body = exact_keys(event.body, list(kind.keys))
    for key, check in kind.keys.items():
        check(body[key])
    if event.kind in INSIDE and REPORTER in event.audience:
        raise Refused("audience", f"a {event.kind} is never addressed to the reporter")
    if event.kind == "stored" and set(event.audience) != {REPORTER}:
        raise Refused("audience", "the word stored is for the reporter alone")


def _require(holds: object, field: str) -> None:
    if not holds:
        raise Refused("schema", f"the {field} of this event is outside the format")
