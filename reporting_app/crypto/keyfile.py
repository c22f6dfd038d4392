"""A member's secret at rest, and what it opens (docs/protocol.md §12). Never reached by the site."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from reporting_app.crypto import aead, event, kem, signing, wordlist
from reporting_app.crypto.encoding import (
    SUITE,
    Json,
    b64,
    canonical,
    exact_keys,
    is_integer,
    is_suite,
    parse,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive
from reporting_app.crypto.members import ROLES, fingerprint

SECRET_SIZE = 32
PASSPHRASE_WORDS = 7
FILE_KEYS = ["kdf", "kind", "member", "name", "nonce", "role", "sealed", "suite"]


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters: passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int


# RFC 9106 §4, second recommended option: uniformly safe without 2 GiB of memory.
DEFAULT_COST = Cost(passes=3, memory=65_536, lanes=4)
HIGHEST_COST = Cost(passes=16, memory=1_048_576, lanes=16)


class MemberKeys:
    """What one 32-byte member secret gives."""

    def __init__(self, member: str, secret: bytes) -> None:
        self.member = member
        self.kem = kem.PrivateKey(derive(Label.MEMBER_KEM, secret, b"", 32))
        self.sign_seed = derive(Label.MEMBER_SIGN, secret, b"", 32)
        self.sign_public = signing.public_key(self.sign_seed)
        self.cache_key = derive(Label.MEMBER_CACHE, secret, b"", 32)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.sign_public, self.kem.public)


@dataclass(frozen=True)
class KeyFile:
    """A sealed member secret with the parameters that open it."""

    member: str
    name: str
    role: str
    front: dict[str, Json]
    sealed: bytes

    @classmethod
    def create(cls, member: str, name: str, role: str, passphrase: str, cost: Cost = DEFAULT_COST) -> KeyFile:
        """A new secret sealed under ``passphrase``."""
        kdf = {
            "m": cost.memory,
            "name": "argon2id",
            "p": cost.lanes,
            "salt": b64(secrets.token_bytes(16)),
            "t": cost.passes,
        }
        nonce = secrets.token_bytes(aead.NONCE_SIZE)
        front = {
            "kdf": kdf,
            "kind": "key",
            "member": member,
            "name": name,
            "nonce": b64(nonce),
            "role": role,
            "suite": SUITE,
        }
        key = _stretch(passphrase, kdf)
        sealed = aead.seal(key, canonical(front), secrets.token_bytes(SECRET_SIZE), nonce)
        return cls.from_bytes(canonical({**front, "sealed": b64(sealed)}))

    @classmethod
    def from_bytes(cls, data: bytes) -> KeyFile:
        """Raises Refused("keyfile") for a damaged file or a cost that would hang the computer."""
        try:
            value = exact_keys(parse(data), FILE_KEYS)
            kdf = exact_keys(value["kdf"], ["m", "name", "p", "salt", "t"])
            unb64(kdf["salt"], 16)
            unb64(value["nonce"], aead.NONCE_SIZE)
            sealed = unb64(value["sealed"], SECRET_SIZE + aead.TAG_SIZE)
        except Refused as refused:
            raise Refused("keyfile", f"not a whole key file ({refused.detail})") from None
        if (
            value["kind"] != "key"
            or not is_suite(value["suite"])
            or kdf["name"] != "argon2id"
            or not event.is_member_id(value["member"])
            or value["role"] not in ROLES
            or not isinstance(value["name"], str)
        ):
            raise Refused("keyfile", "not a key file of suite 1")
        _check_cost(kdf)
        front = {key: item for key, item in value.items() if key != "sealed"}
        return cls(value["member"], value["name"], value["role"], front, sealed)

    def to_bytes(self) -> bytes:
        return canonical({**self.front, "sealed": b64(self.sealed)})

    def open(self, passphrase: str) -> MemberKeys:
        """The keys. Takes the time that Argon2id costs. Raises Refused("passphrase")."""
        key = _stretch(passphrase, self.front["kdf"])
        nonce = unb64(self.front["nonce"], aead.NONCE_SIZE)
        secret = aead.unseal(key, canonical(self.front), self.sealed, nonce)
        if secret is None:
            raise Refused("passphrase", "the passphrase does not open this key file")
        return MemberKeys(self.member, secret)


def generate_passphrase() -> str:
    """Seven words of the list: 84 bits."""
    return " ".join(secrets.choice(wordlist.words()) for _ in range(PASSPHRASE_WORDS))


def _check_cost(kdf: dict[str, Json]) -> None:
    limits = {"t": HIGHEST_COST.passes, "m": HIGHEST_COST.memory, "p": HIGHEST_COST.lanes}
    for name, most in limits.items():
        if not is_integer(kdf[name], 1, most):
            raise Refused("keyfile", "the key file asks for a cost outside the limits")
    if kdf["m"] < 8 * kdf["p"]:
        raise Refused("keyfile", "the key file asks for a cost outside the limits")


def _stretch(passphrase: str, kdf: dict[str, Json]) -> bytes:
    text = " ".join(unicodedata.normalize("NFC", passphrase).split())
    return hash_secret_raw(
        text.encode("utf-8"),
        unb64(kdf["salt"], 16),
        time_cost=kdf["t"],
        memory_cost=kdf["m"],
        parallelism=kdf["p"],
        hash_len=aead.KEY_SIZE,
        type=Type.ID,
    )
