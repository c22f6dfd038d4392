"""What the body of each kind of event holds, and who may say it (docs/protocol.md §3, "Bodies")."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reporting_app.crypto.encoding import Json, ascending, exact_keys, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Event, is_member_id

MOST_TEXT = 12_000
STATES = ("received", "assessing", "investigating", "acting", "closed")
PATHS = ("browser", "noscript", "oral", "script")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
PARCEL_KEYS = "id key name part parts size type".split()


def check_text(value: Json, *, required: bool) -> None:
    """Raises Refused("schema") unless ``value`` is text of at most 12 000 bytes without NUL."""
    _require(isinstance(value, str) and len(value.encode()) <= MOST_TEXT and "\0" not in value, "text")
    _require(bool(value.strip()) or not required, "empty text")


def _report(body: Mapping[str, Json]) -> None:
    exact_keys(body, "answers language narrative parcels path questionnaire".split())
    check_text(body["narrative"], required=True)
    _answers(body["answers"])
    unb64(body["questionnaire"], 32)
    _require(isinstance(body["language"], str) and LANGUAGE.fullmatch(body["language"]), "language")
    _require(body["path"] in PATHS, "path")
    _parcels(body["parcels"])


def _exclusion(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["exclude"])
    _members(body["exclude"], least=0)


def _stored(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["events", "letter"])
    unb64(body["letter"], 32)
    _event_ids(body["events"])


def _message(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["parcels", "text"])
    check_text(body["text"], required=True)
    _parcels(body["parcels"])


def _status(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["outcome", "reason", "state"])
    _require(body["state"] in STATES, "state")
    check_text(body["reason"], required=body["state"] == "closed")
    outcome = body["outcome"]
    _require(isinstance(outcome, str), "outcome")
    _require(bool(IDENTIFIER.fullmatch(outcome)) or (outcome == "" and body["state"] != "closed"), "outcome")


def _note(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["text"])
    check_text(body["text"], required=True)


def _reseal(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["events", "reason"])
    check_text(body["reason"], required=True)
    _require(isinstance(body["events"], list) and bool(body["events"]), "events")
    for wire in body["events"]:
        unb64(wire)


def _coding(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["catalogue", "values"])
    _require(_is_number(body["catalogue"]) and isinstance(body["values"], dict), "values")
    _require(all(isinstance(value, str) for value in body["values"].values()), "values")


def _proposal(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["action", "arguments"])
    _require(isinstance(body["action"], str) and isinstance(body["arguments"], dict), "action")


def _approval(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["of"])
    unb64(body["of"], 32)


def _narrowing(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["board_key", "handlers", "of"])
    unb64(body["board_key"], 32)
    unb64(body["of"], 32)
    _members(body["handlers"], least=2)


def _identity(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["sealed"])
    unb64(body["sealed"])


def _view(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["answers", "moment", "text"])
    _require(body["moment"] in ("closing", "later"), "moment")
    _answers(body["answers"])
    check_text(body["text"], required=False)


def _read(body: Mapping[str, Json]) -> None:
    exact_keys(body, ["events"])
    _event_ids(body["events"])


BY_REPORTER, BY_MEMBER, BY_BOTH = (True, False), (False, True), (True, True)
Checker = Callable[[Mapping[str, Json]], None]
KINDS: Mapping[str, tuple[tuple[bool, bool], Checker]] = {
    "report": (BY_REPORTER, _report),
    "exclusion": (BY_REPORTER, _exclusion),
    "stored": (BY_REPORTER, _stored),
    "message": (BY_BOTH, _message),
    "opened": (BY_MEMBER, _stored),
    "status": (BY_MEMBER, _status),
    "note": (BY_MEMBER, _note),
    "reseal": (BY_MEMBER, _reseal),
    "coding": (BY_MEMBER, _coding),
    "proposal": (BY_MEMBER, _proposal),
    "approval": (BY_MEMBER, _approval),
    "narrowing": (BY_MEMBER, _narrowing),
    "identity": (BY_REPORTER, _identity),
    "view": (BY_REPORTER, _view),
    "read": (BY_MEMBER, _read),
}


def check_body(event: Event) -> None:
    """Raises Refused("schema", "kind", "encoding") unless the body keeps its kind's form.

    Unknown kinds pass: they are kept and shown as unknown.
    """
    if event.kind not in KINDS:
        return
    (by_reporter, by_member), check = KINDS[event.kind]
    if not (by_reporter if event.author == REPORTER else by_member):
        raise Refused("kind", f"{event.author} cannot say {event.kind}")
    if event.kind == "note" and REPORTER in event.audience:
        raise Refused("schema", "a note is never addressed to the reporter")
    check(event.body)


def _answers(value: Json) -> None:
    _require(isinstance(value, dict) and len(value) <= 64, "answers")
    for question, options in value.items():
        _require(bool(IDENTIFIER.fullmatch(question)), "answers")
        _require(isinstance(options, list) and len(options) <= 64, "answers")
        _require(all(isinstance(o, str) and IDENTIFIER.fullmatch(o) for o in options), "answers")


def _parcels(value: Json) -> None:
    _require(isinstance(value, list), "parcels")
    for parcel in value:
        exact_keys(parcel, PARCEL_KEYS)
        unb64(parcel["id"], 32)
        unb64(parcel["key"], 32)
        _require(all(isinstance(parcel[key], str) for key in ("name", "type")), "parcels")
        _require(all(_is_number(parcel[key]) for key in ("part", "parts", "size")), "parcels")


def _members(value: Json, least: int) -> None:
    _require(all(is_member_id(member) for member in ascending(value, least, 16)), "members")


def _event_ids(value: Json) -> None:
    for event_id in ascending(value, 1, 64):
        unb64(event_id, 32)


def _is_number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _require(holds: object, field: str) -> None:
    if not holds:
        raise Refused("schema", f"the {field} of this event is outside the format")
