"""The deployment file: what people are asked and told, signed by the majority (docs/protocol.md §10).

The signed document is a small head that names its content by hash: whoever writes or reads letters needs the
head only, whoever shows texts needs both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import (
    Json,
    b64,
    canonical,
    exact_keys,
    is_integer,
    is_suite,
    parse,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, derive
from reporting_app.crypto.roster import RosterChain

CONTENT_KEYS = "catalogue contacts name organisations owner questionnaire taxonomy texts".split()
OPTIONAL_CONTENT_KEYS = ("identity", "measures")
BODY_KEYS = "content day deployment kind parameters previous roster suite version".split()
CONTENT_HASH_SIZE = 32
MOST_SHARDS = 2**15


@dataclass(frozen=True)
class Parameters:
    """The numbers that every reader of a deployment uses."""

    pow_bits: int
    intake_days: int
    intake_shards: int
    min_recipients: int
    volumes: Mapping[int, int]

    @classmethod
    def from_value(cls, value: Json) -> Parameters:
        """Raises Refused("schema")."""
        if not isinstance(value, dict) or not isinstance(value.get("volumes"), list):
            raise Refused("schema", "parameters and their volumes are missing")
        volumes: dict[int, int] = {}
        for entry in value["volumes"]:
            exact_keys(entry, ["shards", "year"])
            volumes[_number(entry["year"], 2000, 9999)] = _shards(entry["shards"])
        return cls(
            pow_bits=_number(value.get("pow_bits"), 0, 40),
            intake_days=_number(value.get("intake_days"), 1, 365),
            intake_shards=_shards(value.get("intake_shards")),
            min_recipients=_number(value.get("min_recipients"), 1, 16),
            volumes=volumes,
        )


def content_hash(content: Mapping[str, Any]) -> bytes:
    """The 32 bytes by which a signed document names its content. Raises Refused("encoding")."""
    return derive(Label.CONTENT, b"", canonical(content), CONTENT_HASH_SIZE)


@dataclass(frozen=True)
class DeploymentFile:
    """A signed document with the content that it names; signatures are for ``verify`` to check.

    No other pair can be made: raises Refused("schema", "content").
    """

    document: SignedDocument
    content: Mapping[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.content, dict):
            raise Refused("schema", "the content is an object")
        optional = [key for key in OPTIONAL_CONTENT_KEYS if key in self.content]
        exact_keys(self.content, [*CONTENT_KEYS, *optional])
        if self.document.body.get("content") != b64(content_hash(self.content)):
            raise Refused("content", "the content is not what the signed document names")

    @classmethod
    def from_value(cls, value: Json) -> DeploymentFile:
        """Raises Refused("schema", "encoding", "content")."""
        if not isinstance(value, dict) or set(value) != {"content", "document"}:
            raise Refused("schema", "a deployment file is a signed document and its content")
        return cls(SignedDocument.from_value(value["document"]), value["content"])

    @classmethod
    def from_bytes(cls, data: bytes) -> DeploymentFile:
        return cls.from_value(parse(data))

    @property
    def human_part(self) -> dict[str, Any]:
        """What people write: the content and the parameters."""
        return {**self.content, "parameters": self.document.body["parameters"]}

    def to_value(self) -> Json:
        return {"content": self.content, "document": self.document.to_value()}

    def to_bytes(self) -> bytes:
        return canonical(self.to_value())


@dataclass(frozen=True)
class Deployment:
    """A version that the roster's majority signed. It has no texts: those are a DeploymentFile's."""

    document: SignedDocument = field(repr=False)
    version: int
    day: date
    roster: int
    parameters: Parameters

    @property
    def id(self) -> bytes:
        return self.document.id

    @property
    def body(self) -> Mapping[str, Any]:
        return self.document.body


def verify(document: SignedDocument, chain: RosterChain, previous: Deployment | None = None) -> Deployment:
    """The deployment that ``document`` carries under ``chain``.

    With ``previous``, also that it follows that version. Raises Refused("schema", "encoding", "deployment",
    "roster-chain", "roster-majority").
    """
    deployment = _read(document, chain.deployment)
    if not 1 <= deployment.roster <= chain.newest.version:
        raise Refused("roster-chain", "signed under a roster that is not known here")
    roster = chain.versions[deployment.roster - 1]
    if roster.version != chain.in_force(deployment.day).version:
        raise Refused("roster-chain", "signed under a roster that was not in force that day")
    document.check_majority(Label.SIGN_DEPLOYMENT, roster.voting_keys)
    if previous is not None:
        _check_succession(previous, deployment)
    return deployment


def _read(document: SignedDocument, own: bytes) -> Deployment:
    body = exact_keys(document.body, BODY_KEYS)
    if body["kind"] != "deployment" or not is_suite(body["suite"]):
        raise Refused("schema", "not a deployment file of suite 1")
    if unb64(body["deployment"], 16) != own:
        raise Refused("deployment", "the file belongs to another deployment")
    unb64(body["content"], CONTENT_HASH_SIZE)
    if body["previous"] != "":
        unb64(body["previous"], 32)
    version = _number(body["version"], 1, 2**31)
    if (version == 1) != (body["previous"] == ""):
        raise Refused("roster-chain", "only version 1 has no version before")
    return Deployment(
        document=document,
        version=version,
        day=parse_day(body["day"]),
        roster=_number(body["roster"], 1, 2**31),
        parameters=Parameters.from_value(body["parameters"]),
    )


def _check_succession(older: Deployment, newer: Deployment) -> None:
    if newer.version != older.version + 1 or newer.body["previous"] != b64(older.id):
        raise Refused("roster-chain", "this version does not follow the one before")
    check_later(older, newer)


def check_later(older: Deployment, newer: Deployment) -> None:
    """What holds between any two versions. Raises Refused("roster-chain")."""
    if newer.day < older.day or newer.roster < older.roster:
        raise Refused("roster-chain", "a later version is dated or signed before an earlier one")
    kept = newer.parameters.volumes
    frozen = {y: n for y, n in older.parameters.volumes.items() if y in kept}
    if any(kept[year] != shards for year, shards in frozen.items()):
        raise Refused("roster-chain", "the shards of a volume never change")


def _number(value: Json, least: int, most: int) -> int:
    if not is_integer(value, least, most):
        raise Refused("schema", f"a number from {least} to {most} was expected")
    return int(value)


def _shards(value: Json) -> int:
    number = _number(value, 1, MOST_SHARDS)
    if number & (number - 1):
        raise Refused("schema", "the number of shards is a power of two")
    return number
