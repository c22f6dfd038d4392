"""A town whose site lies: members with key files, a real site, and an operator who writes in its database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.sql.dml import UpdateBase

from reporting_app.admin.remote import Site
from reporting_app.cases import proposals, sealing
from reporting_app.crypto import deployment, letter, shape
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.crypto.event import REPORTER, Event
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.receipt import ThreadBlock
from reporting_app.crypto.roster import Roster, RosterChain
from reporting_app.site import published
from reporting_app.storage import tables
from tests.admin.world import Office, make_office
from tests.properties.live import Owner, Served, serving

READERS = ["utredare-1", "utredare-2", "utredare-3"]


@dataclass
class Town:
    """Everybody, and the operator's own hand in the database."""

    office: Office
    site: Served

    def write(self, *statements: UpdateBase) -> None:
        """What the operator's database console does; then the site reads its documents again."""
        with self.site.engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)
        self.site.restart()

    def put_cell(self, sealed: bytes, **instead: Any) -> None:
        """A row of the board, whatever it holds."""
        outer = shape.read_cell(sealed)
        row = {"volume": outer.volume, "shard": outer.shard, "id": object_id(sealed), "tag": outer.tag}
        row |= {"commitment": outer.commitment, "bytes": sealed}
        self.write(insert(tables.cells).values(row | instead))

    def put_letter(self, block: ThreadBlock, events: list[Event]) -> None:
        """A letter to all investigators, made by somebody who knows the thread block."""
        content = block.wire + bytes([len(events)]) + b"".join(one.wire for one in events)
        framed = bytes([letter.THREAD_CONTENT]) + len(content).to_bytes(2, "big") + content
        sealed = letter.seal_letter(self.setting.frame, self.setting.readers(READERS), framed)
        outer = shape.read_letter(sealed)
        row = {
            "id": object_id(sealed),
            "day": self.site.today,
            "commitment": outer.commitment,
            "bytes": sealed,
        }
        self.write(insert(tables.letters).values(row))

    def put_roster(self, document: SignedDocument, keys: dict[str, bytes]) -> None:
        encoded = canonical({member: b64(key) for member, key in keys.items()})
        row = {"version": document.body["version"], "document": document.to_bytes(), "keys": encoded}
        self.write(insert(tables.rosters).values(row))

    def change_keys(self, changed: dict[str, bytes]) -> None:
        keys = {**self.site.world.public_keys, **changed}
        encoded = canonical({member: b64(key) for member, key in keys.items()})
        self.write(update(tables.rosters).where(tables.rosters.c.version == 1).values(keys=encoded))

    def change_deployment(self, *, named: bool = True, **changed: Any) -> None:
        """Other content or parameters under the signatures that are there; ``named``: the hash fits."""
        honest = self.site.world.deployment
        texts = {key: value for key, value in changed.items() if key in deployment.CONTENT_KEYS}
        rules = {key: value for key, value in changed.items() if key not in texts}
        content = {**self.site.world.content, **texts}
        if named:
            rules["content"] = b64(deployment.content_hash(content))
        document = SignedDocument({**honest.body, **rules}, honest.signatures)
        forged = canonical({"content": content, "document": document.to_value()})
        self.write(update(tables.deployments).values(document=forged))

    def hide_roster(self, version: int) -> None:
        self.write(delete(tables.rosters).where(tables.rosters.c.version == version))

    @property
    def setting(self) -> sealing.Setting:
        return self.site.world.setting(self.site.today)

    def pen(self, owner: Owner, author: str, seed: bytes | None = None) -> sealing.Pen:
        """A pen in somebody's name: with their own key, or with ``seed``."""
        own = self.site.world.keys[author].sign_seed if seed is None else seed
        return sealing.Pen(author, own, owner.keys.thread.thread_id, self.setting)

    def stranger(self, owner: Owner, author: str) -> sealing.Pen:
        """A pen in somebody's name by whoever has not got their key."""
        return self.pen(owner, author, secrets.token_bytes(32))

    def cell_for(self, owner: Owner, event: Event) -> bytes:
        return sealing.board_cell(self.setting, owner.keys.thread, [event], None)

    def owner(self, *leave_out: str) -> Owner:
        return Owner(self.site).report(*leave_out)

    def panel(self, member: str = "utredare-1") -> Office.Open:
        """A member's real panel, which asks this site over HTTP."""
        site = self.site.url
        return self.office.panel(member, connect=lambda _url, clock: Site(site, clock)).unlock()

    def minority_roster(self) -> SignedDocument:
        """A next version that two of five members signed: utredare-3 is out."""
        chain = self.site.world.chain
        forged = proposals.propose_roster(chain, chain.deployment, [], ["utredare-3"], self.site.today)
        return self.site.world.signed(forged, "utredare-1", "utredare-2")


def said(
    pen: sealing.Pen, text: str, seq: int = 1, audience: tuple[str, ...] = ("utredare-1", REPORTER)
) -> Event:
    """A message that this pen signs."""
    return pen.sign("message", {"parcels": [], "text": text}, audience, seq)


@contextmanager
def town_at(directory: Path, database_url: str) -> Iterator[Town]:
    office = make_office(directory / "members")
    with serving(office.world, database_url, office.clock) as site:
        yield Town(office, site)


def believe_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that serves what its database holds, without the checks that the honest code makes."""

    def load(stored: list[Any], _anchor: bytes | None) -> RosterChain:
        documents = [SignedDocument.from_bytes(one.document) for one in stored]
        return RosterChain([Roster.from_document(one) for one in documents])

    def read(files: list[DeploymentFile], chain: RosterChain) -> tuple[deployment.Deployment, ...]:
        return tuple(deployment._read(one.document, chain.deployment) for one in files)

    class Unchecked(DeploymentFile):
        def __post_init__(self) -> None:
            """Whatever content stands beside the document."""

    monkeypatch.setattr(published, "_load", load)
    monkeypatch.setattr(published, "_verified", read)
    monkeypatch.setattr(published, "DeploymentFile", Unchecked)
