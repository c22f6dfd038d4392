"""The signed documents that a site has, verified: rosters and deployment file (docs/protocol.md §9, §10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import Deployment, DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import RosterChain
from reporting_app.storage.letterbox import Letterbox, RosterDocument


class StoredDocumentsBroken(RuntimeError):
    """What the database holds does not follow from the anchor: somebody changed it."""


@dataclass(frozen=True)
class Published:
    """``counts`` tells when to read again; ``keys`` are, by version, member id -> b64 of the KEM key.

    ``file`` is the newest deployment version with its content.
    """

    counts: tuple[int, int] = (0, 0)
    chain: RosterChain | None = None
    keys: tuple[dict[str, str], ...] = ()
    deployments: tuple[Deployment, ...] = ()
    file: DeploymentFile | None = None

    @property
    def document_ids(self) -> set[bytes]:
        """The ids of everything published, 32 bytes each."""
        rosters = self.chain.versions if self.chain else ()
        return {one.id for one in rosters} | {one.id for one in self.deployments}

    def roster_file(self, day: date) -> bytes:
        """The chain, and the keys of the version in force and of those that wait for their day."""
        rosters = self.chain.versions if self.chain else ()
        in_force = max((one.version for one in rosters if one.active <= day), default=1)
        keys: dict[str, str] = {}
        for of_version in self.keys[in_force - 1 :]:
            keys |= of_version
        return canonical({"chain": [one.document.to_value() for one in rosters], "keys": keys})


class Shelf:
    """Published documents, read and verified again only when their number in storage has changed."""

    def __init__(self, letterbox: Letterbox, anchor: bytes | None) -> None:
        self._letterbox = letterbox
        self._anchor = anchor
        self._published = Published()

    def now(self) -> Published:
        """Raises StoredDocumentsBroken and StorageBusy."""
        counts = self._letterbox.document_counts()
        published = self._published
        if counts != published.counts:
            published = self._published = self._read(counts)
        return published

    def _read(self, counts: tuple[int, int]) -> Published:
        stored = self._letterbox.rosters()
        try:
            chain = _load(stored, self._anchor)
            files = [DeploymentFile.from_bytes(one) for one in self._letterbox.deployments()] if chain else []
            deployments = _verified(files, chain) if chain else ()
        except Refused as refused:
            # Not the caller's fault; it must not reach them as a refusal of what they sent.
            raise StoredDocumentsBroken(refused.reason) from None
        keys, newest = tuple(parse(one.keys) for one in stored), files[-1] if files else None
        return Published(counts, chain, keys, deployments, newest)


def _load(stored: list[RosterDocument], anchor: bytes | None) -> RosterChain | None:
    if not stored:
        return None
    return RosterChain.load([SignedDocument.from_bytes(one.document) for one in stored], anchor)


def _verified(files: list[DeploymentFile], chain: RosterChain) -> tuple[Deployment, ...]:
    versions: list[Deployment] = []
    for file in files:
        previous = versions[-1] if versions else None
        versions.append(deployment.verify(file.document, chain, previous))
    return tuple(versions)
