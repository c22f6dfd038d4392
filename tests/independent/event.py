"""Section 3 of docs/protocol.md, written from the text: events, who may write them, what bodies hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.independent.conventions import (
    KEY,
    from_b64,
    from_json,
    h,
    is_day,
    is_member,
    need,
    sign,
    to_b64,
    to_json,
    verify,
)

Check = Callable[[Any], object]


@dataclass(frozen=True)
class Event:
    """What an event says, and the bytes that were signed."""

    says: dict[str, Any]
    json: bytes
    signature: bytes

    @property
    def id(self) -> bytes:
        return h("rapp1.event-id", b"", self.json, 32)

    @property
    def wire(self) -> bytes:
        return len(self.json).to_bytes(2, "big") + self.json + self.signature


def make(seed: bytes, **says: Any) -> Event:
    says = {**says, "suite": 1, "audience": sorted(says["audience"]), "parents": sorted(says["parents"])}
    for name in ("deployment", "thread"):
        says[name] = to_b64(says[name])
    data = to_json(says)
    need(len(data) < 2**16, "length")
    return Event(says, data, sign("rapp1.sig-event", seed, data))


def read_all(data: bytes, count: int) -> tuple[list[Event], bytes]:
    """The first `count` events of `data`, their form alone checked, and what comes after them."""
    events = []
    for _ in range(count):
        end = 2 + int.from_bytes(data[:2], "big") + 64
        need(len(data) >= end, "body")
        events.append(_form(data[2 : end - 64], data[end - 64 : end]))
        data = data[end:]
    return events, data


def read(wire: bytes) -> Event:
    need(len(wire) == 2 + int.from_bytes(wire[:2], "big") + 64, "body")
    return _form(wire[2:-64], wire[-64:])


def _form(data: bytes, signature: bytes) -> Event:
    says = from_json(data)
    need(isinstance(says, dict) and set(says) == set(FORM), "schema")
    for name, check in FORM.items():
        need(check(says[name]), "schema")
    for name, size in (("deployment", 16), ("thread", 32)):
        from_b64(says[name], size)
    for parent in says["parents"]:
        from_b64(parent, 32)
    return Event(says, data, signature)


def accept(wire: bytes, deployment: bytes, thread: bytes, keys: Mapping[str, bytes], reader: str) -> Event:
    """The checks in the order of the text; `keys` are the authors known, `reporter` among them."""
    event = read(wire)
    belong(event, deployment, thread)
    says = event.says
    need(says["author"] in keys, "author")
    verify("rapp1.sig-event", keys[says["author"]], event.json, event.signature)
    check_body(says["kind"], says["author"], says["audience"], says["body"])
    need(reader in says["audience"], "audience")
    return event


def belong(event: Event, deployment: bytes, thread: bytes) -> None:
    need(event.says["deployment"] == to_b64(deployment), "deployment")
    need(event.says["thread"] == to_b64(thread), "thread")


def check_body(kind: str, author: str, audience: list[str], body: dict[str, Any]) -> None:
    if kind not in BODIES:
        return
    authors, fields = BODIES[kind]
    need(("reporter" if author == "reporter" else "member") in authors, "kind")
    need(set(body) == set(fields), "schema")
    for name, check in sorted(fields.items()):
        need(check(body[name]), "schema")
    if kind == "stored":
        need(audience == ["reporter"], "audience")
    if kind in ("note", "coding", "read", "link", "notification", "absence", "template"):
        need("reporter" not in audience, "audience")


def first_seq(largest_known: int, days: int) -> int:
    counted = largest_known if largest_known < 256 * (days + 2) else 0
    return max(counted + 1, 256 * days)


# Checks of single values. What is b64 refuses by itself, as `encoding`.


def _whole(low: int, high: int = 2**53 - 1) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _written(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value)


def _bytes32(value: Any) -> bool:
    return len(from_b64(value, 32)) == 32


def _bytes(least: int) -> Check:
    return lambda value: len(from_b64(value)) >= least


def _later(_: Any) -> bool:
    """What is b64 is looked at when the rest of the form holds."""
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value.encode()) <= 12_000 and "\0" not in value


def _words(value: Any) -> bool:
    return _text(value) and value != ""


def _ascending(value: Any, least: int, most: int, check: Check) -> bool:
    """Different strings, in the order in which they are written."""
    return (
        isinstance(value, list)
        and least <= len(value) <= most
        and all(isinstance(item, str) and check(item) for item in value)
        and value == sorted(set(value))
    )


def _array(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


def _members(value: Any) -> bool:
    return _ascending(value, 0, 16, is_member)


def _author(value: Any) -> bool:
    return value == "reporter" or is_member(value)


def _table(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def _parcel(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == set(PARCEL)
        and all(check(value[name]) for name, check in PARCEL.items())
        and value["part"] <= value["parts"]
    )


ID = _written(KEY.pattern)
PARCEL: dict[str, Check] = {
    "id": _bytes32,
    "key": _bytes32,
    "name": lambda value: isinstance(value, str),
    "part": _whole(1),
    "parts": _whole(1),
    "size": _whole(0),
    "type": lambda value: isinstance(value, str),
}
FORM: dict[str, Check] = {
    "audience": lambda value: _ascending(value, 1, 17, _author),
    "author": _author,
    "body": lambda value: isinstance(value, dict),
    "day": is_day,
    "deployment": _later,
    "kind": _written(r"[a-z][a-z-]{0,23}"),
    "parents": lambda value: _ascending(value, 0, 8, _later),
    "seq": _whole(1, 2**31 - 1),
    "suite": _whole(1, 1),
    "thread": _later,
}
ANSWERS = _table(_array(ID))
EVENTS = _array(_bytes32)
BODIES: dict[str, tuple[tuple[str, ...], dict[str, Check]]] = {
    "report": (
        ("reporter",),
        {
            "narrative": _words,
            "answers": ANSWERS,
            "questionnaire": _bytes32,
            "language": _written(r"[a-z]{2,3}(-[a-z0-9]{2,8})?"),
            "path": _written("browser|noscript|oral|script"),
            "parcels": _array(_parcel),
        },
    ),
    "exclusion": (("reporter",), {"exclude": _members}),
    "stored": (("reporter",), {"letter": _bytes32, "events": EVENTS}),
    "message": (("reporter", "member"), {"text": _words, "parcels": _array(_parcel)}),
    "opened": (("member",), {"letter": _bytes32, "events": EVENTS}),
    "status": (
        ("member",),
        {
            "state": _written("received|assessing|investigating|acting"),
            "reason": _text,
        },
    ),
    "note": (("member",), {"text": _text}),
    "reseal": (("member",), {"events": EVENTS, "reason": _text}),
    "coding": (("member",), {"catalogue": _whole(1), "values": _table(ID)}),
    "proposal": (
        ("member",),
        {
            "action": lambda value: isinstance(value, str),
            "arguments": lambda value: isinstance(value, dict),
            "heard": _bytes32,
        },
    ),
    "approval": (("member",), {"of": _bytes32}),
    "decline": (("member",), {"of": _bytes32, "reason": _text}),
    "relay": (("member",), {"of": _bytes32}),
    "recusal": (("member",), {}),
    "link": (("member",), {"thread": _bytes32, "together": lambda value: isinstance(value, bool)}),
    "notification": (("member",), {"decision": _written("made|not_needed"), "reason": _text}),
    "absence": (("member",), {"cover": _members, "first": is_day, "last": is_day}),
    "template": (("member",), {"id": ID, "text": _text, "title": _text}),
    "identity": (("reporter",), {"sealed": _bytes(16)}),
    "view": (("reporter",), {"moment": _written("closing|later"), "answers": ANSWERS, "text": _text}),
    "view-sent": (
        ("reporter",),
        {"moment": _written("closing|later"), "raises": lambda value: isinstance(value, bool)},
    ),
    "read": (("member",), {"events": EVENTS}),
}
