"""Members of a roster: their public keys, roles and fingerprints (docs/protocol.md §9)."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from datetime import date

from reporting_app.crypto import event
from reporting_app.crypto.encoding import Json, b64, exact_keys, parse_day, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive

INVESTIGATOR = "investigator"
WITNESS = "witness"
ROLES = (INVESTIGATOR, WITNESS)
MEMBER_KEYS = ["expires", "id", "kem_hash", "name", "role", "sign"]
MOST_NAME = 80
# Control and format characters (bidi among them) and line breaks could make one name look like another.
HIDDEN = ("Cc", "Cf", "Zl", "Zp")
FORMER_KEYS = ["id", "sign", "until"]
SPOKEN_SIZE = 15


def check_name(name: Json) -> None:
    """Raises Refused("schema") unless ``name`` is 1 to 80 characters that all show as what they are."""
    if not isinstance(name, str) or not 1 <= len(name) <= MOST_NAME:
        raise Refused("schema", "a member's name is 1 to 80 characters")
    if any(unicodedata.category(character) in HIDDEN for character in name):
        raise Refused("schema", "a member's name has characters that do not show")


@dataclass(frozen=True)
class Member:
    id: str
    name: str
    role: str
    sign: bytes
    kem_hash: bytes
    expires: date

    @classmethod
    def from_value(cls, value: Json) -> Member:
        entry = exact_keys(value, MEMBER_KEYS)
        if not event.is_member_id(entry["id"]) or entry["role"] not in ROLES:
            raise Refused("schema", "a member's id or role is outside the format")
        check_name(entry["name"])
        sign, kem_hash = unb64(entry["sign"], 32), unb64(entry["kem_hash"], 32)
        expires = parse_day(entry["expires"])
        return cls(entry["id"], entry["name"], entry["role"], sign, kem_hash, expires)

    def to_value(self) -> Json:
        return {
            "expires": self.expires.isoformat(),
            "id": self.id,
            "kem_hash": b64(self.kem_hash),
            "name": self.name,
            "role": self.role,
            "sign": b64(self.sign),
        }


@dataclass(frozen=True)
class Former:
    """A member who left: their key still verifies events up to ``until``."""

    id: str
    sign: bytes
    until: date

    @classmethod
    def from_value(cls, value: Json) -> Former:
        entry = exact_keys(value, FORMER_KEYS)
        if not event.is_member_id(entry["id"]):
            raise Refused("schema", "a former member's id is outside the format")
        return cls(entry["id"], unb64(entry["sign"], 32), parse_day(entry["until"]))

    def to_value(self) -> Json:
        return {"id": self.id, "sign": b64(self.sign), "until": self.until.isoformat()}


def kem_hash(public: bytes) -> bytes:
    """The 32 bytes that stand for a KEM public key in a roster."""
    return derive(Label.KEM_HASH, b"", public, 32)


def fingerprint(sign_public: bytes, kem_public: bytes) -> str:
    """120 bits to compare by voice: six groups of four letters and digits."""
    return spoken(derive(Label.FINGERPRINT, b"", sign_public + kem_public, SPOKEN_SIZE))


def spoken(identifier: bytes) -> str:
    """The first 120 bits of an anchor or document id, to compare by voice: six groups of four."""
    text = base64.b32encode(identifier[:SPOKEN_SIZE]).decode("ascii").lower()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
