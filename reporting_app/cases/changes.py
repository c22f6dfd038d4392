"""What differs between two signed versions. Every difference shows: people sign what they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from reporting_app.crypto.encoding import Json, canonical
from reporting_app.crypto.roster import Roster


@dataclass(frozen=True)
class Change:
    """One difference from the version before, for a person to read.

    ``what`` is ``added``, ``left`` (``after``: the last day that counts), ``renamed``, ``role``, ``expires``,
    ``slots``, ``active`` or, in a deployment file, ``text``; ``subject`` a member id or a path such as
    ``texts.start.sv``.
    """

    what: str
    subject: str
    before: str = ""
    after: str = ""


def roster_changes(older: Roster | None, newer: Roster) -> list[Change]:
    """From the newest version known, or from nothing, to ``newer``."""
    before = dict(older.members) if older else {}
    changes = [Change("added", m.id, "", m.name) for m in newer.members.values() if m.id not in before]
    for member in before.values():
        if member.id not in newer.members:
            last = newer.former[member.id].until.isoformat() if member.id in newer.former else ""
            changes.append(Change("left", member.id, member.name, last))
    for name, member in newer.members.items():
        was = before.get(name)
        if was is not None:
            pairs = [("renamed", was.name, member.name), ("role", was.role, member.role)]
            pairs.append(("expires", was.expires.isoformat(), member.expires.isoformat()))
            changes += [Change(what, name, old, new) for what, old, new in pairs if old != new]
    if older is not None and older.slots != newer.slots:
        changes.append(Change("slots", "", str(older.slots), str(newer.slots)))
    changes.append(Change("active", "", older.active.isoformat() if older else "", newer.active.isoformat()))
    return changes


def text_changes(path: str, before: Json | None, after: Json | None) -> list[Change]:
    """Leaf by leaf. ``None`` stands for what is not there."""
    if _spelling(before) == _spelling(after):
        return []
    old, new = _children(before), _children(after)
    changes: list[Change] = []
    comparable = before is None or after is None or type(before) is type(after)
    if old is not None and new is not None and comparable:
        for key in dict.fromkeys([*old, *new]):
            changes += text_changes(f"{path}.{key}".lstrip("."), old.get(key), new.get(key))
        if _order(old, new) != _order(new, old):
            changes.append(Change("text", path, ", ".join(old), ", ".join(new)))
    # Whatever no child shows (an empty list, a number that became a string) shows here.
    return changes or [Change("text", path, _flat(before), _flat(after))]


def _spelling(value: Json | None) -> bytes:
    return b"" if value is None else canonical(value)


def _children(value: Json | None) -> dict[str, Json] | None:
    """An object's entries; an array's by ``id`` when all have different ones, else by place."""
    if value is None:
        return {}
    if isinstance(value, list):
        ids = [one.get("id") if isinstance(one, dict) else None for one in value]
        named = all(isinstance(name, str) for name in ids) and len(set(ids)) == len(ids)
        keys = [str(name) for name in ids] if named else [str(place) for place in range(len(value))]
        return dict(zip(keys, value, strict=True))
    return dict(sorted(value.items())) if isinstance(value, dict) else None


def _order(one: dict[str, Json], other: dict[str, Json]) -> list[str]:
    return [key for key in one if key in other]


def _flat(value: Json | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return canonical(value).decode()
