"""Who the members are, told without the product's rules: what the roster's tests compare a chain with.

Documents are built here from docs/protocol.md §9 and not by the code that proposes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.members import kem_hash
from tests.deployment import member_keys

FIRST_DAY = date(2026, 1, 7)
DAY = timedelta(days=1)
INVESTIGATOR, WITNESS = "investigator", "witness"
POOL = tuple(member_keys(f"m{number:02}") for number in range(16))
STRANGER = member_keys("stranger")
DEPLOYMENT = bytes(range(16))


@dataclass(frozen=True)
class Version:
    """One version: roles by member, last days by former member."""

    number: int
    previous: str
    day: date
    active: date
    slots: int
    members: dict[str, str]
    former: dict[str, date] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        return {
            "active": self.active.isoformat(),
            "day": self.day.isoformat(),
            "deployment": b64(DEPLOYMENT),
            "former": [self._left(name) for name in sorted(self.former)],
            "kind": "roster",
            "members": [self._entry(name) for name in sorted(self.members)],
            "previous": self.previous,
            "slots": self.slots,
            "suite": 1,
            "version": self.number,
        }

    def _entry(self, name: str) -> dict[str, Any]:
        keys = KEYS[name]
        return {
            "expires": EXPIRES.isoformat(),
            "id": name,
            "kem_hash": b64(kem_hash(keys.kem.public)),
            "name": name.upper(),
            "role": self.members[name],
            "sign": b64(keys.sign_public),
        }

    def _left(self, name: str) -> dict[str, Any]:
        return {"id": name, "sign": b64(KEYS[name].sign_public), "until": self.former[name].isoformat()}

    def investigators(self) -> list[str]:
        return [name for name, role in self.members.items() if role == INVESTIGATOR]

    def majority(self) -> int:
        return max(2, len(self.members) // 2 + 1)


EXPIRES = FIRST_DAY + timedelta(days=5000)
KEYS = {keys.member: keys for keys in (*POOL, STRANGER)}


def signed(body: dict[str, Any], signers: Iterable[str], label: Label = Label.SIGN_ROSTER) -> SignedDocument:
    document = SignedDocument(body, {})
    for name in signers:
        document = document.signed_by(label, name, KEYS[name].sign_seed)
    return document


@dataclass
class Model:
    """All versions that a majority has carried, and their documents."""

    versions: list[Version]
    documents: list[SignedDocument]

    @classmethod
    def founded(cls) -> Model:
        roles = {keys.member: INVESTIGATOR if number < 3 else WITNESS for number, keys in enumerate(POOL[:4])}
        first = Version(1, "", FIRST_DAY, FIRST_DAY, 8, roles)
        return cls([first], [signed(first.body(), roles)])

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def ever(self) -> list[str]:
        return sorted({name for version in self.versions for name in version.members})

    @property
    def fresh(self) -> MemberKeys | None:
        """Somebody who never was a member."""
        return next((keys for keys in POOL if keys.member not in self.ever), None)

    def next(self, gap: int = 1, wait: int = 0, **changes: Any) -> Version:
        """The version after the newest: ``gap`` days later, ``wait`` days beyond the earliest activation."""
        older, day = self.newest, self.newest.day + gap * DAY
        added = set(changes.get("members", older.members)) - set(older.members)
        active = max(older.active, day + 2 * DAY if added else day) + wait * DAY
        previous = b64(self.documents[-1].id)
        newer = replace(older, number=older.number + 1, previous=previous, day=day, active=active)
        return replace(newer, **changes)

    def carry(self, version: Version, document: SignedDocument) -> None:
        self.versions.append(version)
        self.documents.append(document)

    def in_force(self, day: date) -> int:
        """The number of the version that holds on ``day``, 0 before the first."""
        return max((one.number for one in self.versions if one.active <= day), default=0)

    def accepts(self, number: int, day: date) -> bool:
        """Whether a letter sealed to a version is taken: it holds, or was replaced at most 30 days ago."""
        now = self.in_force(day)
        if not 1 <= number < now:
            return number == now > 0
        return (day - self.versions[number].active).days <= 30

    def speaks(self, name: str, day: date) -> bool:
        """Whether what ``name`` says on ``day`` counts."""
        since = min(one.active for one in self.versions if name in one.members)
        return since <= day <= self.newest.former.get(name, date.max)

    def turning_days(self) -> list[date]:
        """Every day on which something may change, and its neighbours."""
        turns = {one.active + timedelta(days=more) for one in self.versions for more in (0, 30, 31)}
        turns |= set(self.newest.former.values())
        return sorted({turn + more * DAY for turn in turns for more in (-1, 0, 1)})


# What no majority can do: each spoils a version that would otherwise follow, and is signed by all.
Spoiler = Callable[[Model], dict[str, Any] | None]


def _with(**fields: Any) -> Spoiler:
    return lambda model: {**model.next().body(), **fields}


def skips_a_version(model: Model) -> dict[str, Any]:
    return replace(model.next(), number=model.newest.number + 2).body()


def repeats_a_version(model: Model) -> dict[str, Any]:
    return replace(model.next(), number=model.newest.number).body()


def follows_an_older_one(model: Model) -> dict[str, Any]:
    older = b64(model.documents[-2].id) if len(model.documents) > 1 else ""
    return replace(model.next(), previous=older).body()


def is_dated_back(model: Model) -> dict[str, Any]:
    return replace(model.next(), day=model.newest.day - DAY).body()


def holds_before_the_older(model: Model) -> dict[str, Any]:
    newer = model.next(gap=0)
    return replace(newer, active=model.newest.active - DAY).body()


def holds_before_its_day(model: Model) -> dict[str, Any]:
    newer = model.next(gap=40)
    return replace(newer, active=newer.day - DAY).body()


def adds_in_haste(model: Model) -> dict[str, Any] | None:
    if model.fresh is None:
        return None
    newer = model.next(gap=20, members={**model.newest.members, model.fresh.member: WITNESS})
    return replace(newer, active=newer.day + DAY).body()


def lets_somebody_vanish(model: Model) -> dict[str, Any]:
    gone = max(model.newest.members)
    body = model.next().body()
    return {**body, "members": [one for one in body["members"] if one["id"] != gone]}


def lets_a_former_vanish(model: Model) -> dict[str, Any] | None:
    return replace(model.next(), former={}).body() if model.newest.former else None


def rewrites_a_last_day(model: Model) -> dict[str, Any] | None:
    former = {name: until + DAY for name, until in model.newest.former.items()}
    return replace(model.next(), former=former).body() if former else None


def rewrites_a_former_key(model: Model) -> dict[str, Any] | None:
    body = model.next().body()
    for one in body["former"][:1]:
        one["sign"] = b64(STRANGER.sign_public)
    return body if body["former"] else None


def invents_a_former(model: Model) -> dict[str, Any]:
    return replace(model.next(), former={**model.newest.former, "stranger": model.newest.day}).body()


def lets_somebody_return(model: Model) -> dict[str, Any] | None:
    back = min(model.newest.former, default=None)
    if back is None:
        return None
    former = {name: until for name, until in model.newest.former.items() if name != back}
    members = {**model.newest.members, back: INVESTIGATOR}
    return model.next(gap=9, members=members, former=former).body()


def changes_a_key(model: Model) -> dict[str, Any]:
    body = model.next().body()
    body["members"][0]["sign"] = b64(STRANGER.sign_public)
    return body


def changes_a_sealing_key(model: Model) -> dict[str, Any]:
    body = model.next().body()
    body["members"][0]["kem_hash"] = b64(kem_hash(STRANGER.kem.public))
    return body


def makes_a_witness_an_investigator(model: Model) -> dict[str, Any] | None:
    """At once, as nobody new can come."""
    body = model.next(gap=9).body()
    for one in [one for one in body["members"] if one["role"] == WITNESS][:1]:
        one["role"] = INVESTIGATOR
        return body
    return None


def _double(field_name: str) -> Spoiler:
    def spoil(model: Model) -> dict[str, Any]:
        body = model.next(gap=9, members={**model.newest.members, "stranger": WITNESS}).body()
        newcomer = next(one for one in body["members"] if one["id"] == "stranger")
        newcomer[field_name] = body["members"][0][field_name]
        return body

    return spoil


def reuses_a_former_key(model: Model) -> dict[str, Any] | None:
    body = model.next(gap=9, members={**model.newest.members, "stranger": WITNESS}).body()
    for former in body["former"][:1]:
        next(one for one in body["members"] if one["id"] == "stranger")["sign"] = former["sign"]
    return body if body["former"] else None


def keeps_one_investigator(model: Model) -> dict[str, Any]:
    members = dict.fromkeys(model.newest.members, WITNESS) | {min(model.newest.members): INVESTIGATOR}
    return model.next(members=members).body()


BROKEN: dict[str, Spoiler] = {
    spoil.__name__: spoil
    for spoil in (
        *(skips_a_version, repeats_a_version, follows_an_older_one, is_dated_back, holds_before_the_older),
        *(holds_before_its_day, adds_in_haste, lets_somebody_vanish, lets_a_former_vanish),
        *(rewrites_a_last_day, rewrites_a_former_key, invents_a_former, lets_somebody_return),
        *(
            changes_a_key,
            changes_a_sealing_key,
            makes_a_witness_an_investigator,
            reuses_a_former_key,
            keeps_one_investigator,
        ),
    )
} | {
    "another deployment": _with(deployment=b64(bytes(16))),
    "three slots": _with(slots=3),
    "fewer slots than members": lambda model: {**model.next().body(), "slots": len(model.newest.members) - 1},
    "seventeen slots": _with(slots=17),
    "one signing key for two": _double("sign"),
    "one sealing key for two": _double("kem_hash"),
}
