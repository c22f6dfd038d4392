"""The rules of the site's interface (docs/protocol.md §13). Of HTTP it knows only the problems' names."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from reporting_app.crypto import deployment, requests, shape, work
from reporting_app.crypto.deployment import Deployment, DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import Json, b64, canonical, exact_keys, parse, parse_day, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.kem import PUBLIC_KEY_SIZE
from reporting_app.crypto.roster import Roster, RosterChain, checked_keys, in_time
from reporting_app.site.config import SiteConfig
from reporting_app.site.problems import Problem
from reporting_app.site.published import Published, Shelf
from reporting_app.site.statistics import Statistics, StatisticsShelf
from reporting_app.storage.errors import StorageBusy
from reporting_app.storage.letterbox import Cell, Clock, Letter, Letterbox, RosterDocument

MOST_LETTERS_AT_ONCE = 64
SECONDS_BETWEEN_TRIES = 60


@dataclass(frozen=True)
class Stored:
    """What was accepted: ids of 32 bytes, and whether anything was new."""

    new: bool
    cell: bytes
    letter: bytes = b""


class Site:
    """One for each process, used by many threads. Raises Refused, Problem and StorageBusy."""

    def __init__(self, config: SiteConfig, letterbox: Letterbox, clock: Clock) -> None:
        self._anchor = config.anchor
        self._letterbox = letterbox
        self._clock = clock
        self._shelf = Shelf(letterbox, config.anchor)
        self._statistics = StatisticsShelf(letterbox)
        self._moving = threading.Lock()
        self._moved_on: date | None = None
        self._next_try = 0.0

    # What anybody may ask

    def roster_file(self) -> bytes:
        """Canonical JSON of the roster file (§9). Problem("not-found") while there is none."""
        published = self._shelf.now()
        _chain(published)
        return published.roster_file(self._letterbox.today())

    def deployment_document(self) -> bytes:
        """Canonical JSON of the signed document in force (§10). Problem("not-found") while there is none."""
        return _deployment(self._shelf.now()).document.to_bytes()

    def in_force(self) -> tuple[RosterChain, tuple[dict[str, str], ...], Deployment, date]:
        """Chain, KEM keys by version (member id -> b64), deployment file and day. Problem("not-found")."""
        published = self._shelf.now()
        return _chain(published), published.keys, _deployment(published), self._letterbox.today()

    def deployment_content(self) -> bytes:
        """Canonical JSON of the content that it names. Problem("not-found") while there is none."""
        return canonical(self.deployment_file().content)

    def deployment_file(self) -> DeploymentFile:
        """Both, for pages. Problem("not-found") while there is none."""
        file = self._shelf.now().file
        if file is None:
            raise _no_deployment()
        return file

    def statistics(self) -> Statistics:
        """Ledger, releases and what they refer to (§15). Problem("not-found") while there is no roster."""
        return self._statistics.now(_chain(self._shelf.now()))

    def signed_statistics(self) -> bytes:
        """The same as it was signed, with the roster: what anybody needs to verify it."""
        return canonical({**self.statistics_documents(), "roster": parse(self.roster_file())})

    def anchor(self) -> bytes:
        """32 bytes. Problem("not-found") while there is no roster."""
        return _chain(self._shelf.now()).anchor

    def board(self, volume: int, shard: int) -> bytes:
        """All cells of a shard of the board, by object id, concatenated."""
        _check_shard(shard, _deployment(self._shelf.now()).parameters.volumes.get(volume, 0))
        return b"".join(self._letterbox.board(volume, shard))

    def intake(self, shard: int) -> bytes:
        """The same for intake cells."""
        _check_shard(shard, _deployment(self._shelf.now()).parameters.intake_shards)
        return b"".join(self._letterbox.intake(shard))

    # What anybody may send

    def submit(self, body: bytes) -> Stored:
        """Stores a letter and its intake cell (36 876 bytes together)."""
        submission = shape.read_submission(body)
        letter, cell = shape.read_letter(submission.letter), shape.read_cell(submission.cell)
        published = self._shelf.now()
        parameters = _deployment(published).parameters
        today = self._letterbox.today()
        _check_letter(letter, _chain(published), today)
        _check_cell(cell, _chain(published))
        _check_shard(cell.shard, parameters.intake_shards if cell.volume == shape.INTAKE_VOLUME else 0)
        stored = Letter(object_id(submission.letter), letter.commitment, submission.letter)
        intake = _stored_cell(cell, submission.cell)
        work.check(submission.nonce, stored.id, intake.id, parameters.pow_bits)
        expires = today + timedelta(days=parameters.intake_days)
        return Stored(self._letterbox.put_submission(stored, intake, expires), intake.id, stored.id)

    def publish_roster(self, body: bytes) -> bool:
        """Appends a roster that the majority carries. False when it is known already."""
        with _as_unprocessable():
            value = exact_keys(parse(body), ["document", "keys"])
            document = SignedDocument.from_value(value["document"])
            roster = Roster.from_document(document)
            keys = _keys(value["keys"], roster)
        published = self._shelf.now()
        if roster.id in published.document_ids:
            return False
        self._check_next_roster(document, published.chain)
        checked_keys(roster, keys)
        row = RosterDocument(roster.version, document.to_bytes(), canonical(value["keys"]))
        return self._letterbox.append_roster(row) or self._lost_race(roster.id)

    def publish_deployment(self, body: bytes) -> bool:
        """Appends a deployment file that the majority carries. False when it is known already."""
        with _as_unprocessable():
            file = DeploymentFile.from_bytes(body)
        document, published = file.document, self._shelf.now()
        if document.id in published.document_ids:
            return False
        previous = published.deployments[-1] if published.deployments else None
        with _as_unprocessable():
            newer = deployment.verify(document, _chain(published), previous)
            if newer.roster != _chain(published).in_force(self._letterbox.today()).version:
                # Members who left could otherwise still sign with an old day.
                raise Refused("roster-chain", "a deployment file is signed under the roster in force")
        if previous is None and newer.version != 1:
            raise Refused("roster-chain", "the first deployment file is version 1")
        stored = self._letterbox.append_deployment(newer.version, file.to_bytes())
        return stored or self._lost_race(document.id)

    def publish_intent(self, body: bytes) -> bool:
        """Appends what two witnesses are about to draw (§15). False when it is known already."""
        with _as_unprocessable():
            document = SignedDocument.from_bytes(body)
            return self._statistics.append_intent(document, _chain(self._shelf.now()))

    def publish_release(self, body: bytes) -> bool:
        """Appends a release. False when it is known already."""
        with _as_unprocessable():
            document = SignedDocument.from_bytes(body)
            return self._statistics.append_release(document, _chain(self._shelf.now()))

    # What members may ask and send

    def statistics_documents(self) -> Json:
        """Ledger and releases as they were signed."""
        now = self.statistics()
        ledger = [one.document.to_value() for one in now.ledger.intents]
        return {"ledger": ledger, "releases": [one.document.to_value() for one in now.releases.all]}

    def check_member(self, header: str, method: str, path: str, body: bytes) -> None:
        """Refused("authorization", "clock") unless a member of the roster in force signed this request."""
        chain = self._shelf.now().chain
        if chain is None:
            raise Refused("authorization", "this site has no members yet")
        roster = chain.in_force(self._letterbox.today())
        requests.verify(header, method, path, body, roster, int(self._clock()))

    def letter_days(self) -> Json:
        """Which days have letters, how many, and a digest of each."""
        days = [
            {"count": one.count, "day": one.day.isoformat(), "digest": b64(one.digest)}
            for one in self._letterbox.letter_days()
        ]
        return {"days": days}

    def letter_ids(self, day: str) -> Json:
        """The ids of the letters of a day."""
        return {"letters": [b64(name) for name in self._letterbox.letter_ids(parse_day(day))]}

    def fetch(self, body: bytes) -> bytes:
        """The letters found of 1 to 64 different ids, concatenated in the order asked."""
        asked = exact_keys(parse(body), ["letters"])["letters"]
        if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_LETTERS_AT_ONCE:
            raise Refused("schema", f"1 to {MOST_LETTERS_AT_ONCE} letters can be fetched at once")
        ids = [unb64(name, 32) for name in asked]
        if len(set(ids)) != len(ids):
            raise Refused("schema", "a letter was asked for twice")
        return b"".join(self._letterbox.letters(ids))

    def post_cell(self, body: bytes) -> Stored:
        """Stores one cell (4 096 bytes) on the board."""
        cell = shape.read_cell(body)
        published = self._shelf.now()
        _check_cell(cell, _chain(published))
        _check_shard(cell.shard, _deployment(published).parameters.volumes.get(cell.volume, 0))
        stored = _stored_cell(cell, body)
        return Stored(self._letterbox.put_board_cell(stored), stored.id)

    # What the site does by itself

    def move_if_new_day(self) -> None:
        """The daily move, at the first request of a day in this process. Costs a comparison afterwards.

        A visitor does not wait for another visitor's move, and busy storage does not fail their request: the
        move is tried again a minute later.
        """
        today = self._letterbox.today()
        if self._moved_on == today or self._clock() < self._next_try:
            return
        if not self._moving.acquire(blocking=False):
            return
        try:
            self._next_try = self._clock() + SECONDS_BETWEEN_TRIES
            if self._letterbox.move_arrivals(today):
                self._moved_on = today
        except StorageBusy:
            pass
        finally:
            self._moving.release()

    def _check_next_roster(self, document: SignedDocument, chain: RosterChain | None) -> None:
        if chain is not None:
            newer = chain.append(document).newest
            if not in_time(chain.newest, newer, self._letterbox.today()):
                # Its own day is what the signers wrote: a majority could let somebody in at once.
                raise Refused("roster-chain", "whoever is added must be seen two days before")
        elif self._anchor is not None:
            RosterChain.load([document], self._anchor)
        else:
            raise Refused("roster-chain", "this site was not told its anchor and takes no first roster")

    def _lost_race(self, document_id: bytes) -> bool:
        # Another process stored this version number a moment ago: the same document, or one that came first.
        if document_id not in self._shelf.now().document_ids:
            raise Refused("roster-chain", "another version was published a moment ago")
        return False


def _chain(published: Published) -> RosterChain:
    if published.chain is None:
        raise Problem("not-found", "This site has no roster yet.")
    return published.chain


def _deployment(published: Published) -> Deployment:
    if not published.deployments:
        raise _no_deployment()
    return published.deployments[-1]


def _no_deployment() -> Problem:
    return Problem("not-found", "This site has no deployment file yet.")


def _check_letter(letter: shape.LetterShape, chain: RosterChain, today: date) -> None:
    if letter.deployment != chain.deployment:
        raise Refused("deployment", "the letter was sealed for another site")
    if letter.slots != chain.acceptable(letter.roster_version, today).slots:
        raise Refused("schema", "a letter has as many slots as its roster says")


def _check_cell(cell: shape.CellShape, chain: RosterChain) -> None:
    if cell.deployment != chain.deployment:
        raise Refused("deployment", "the cell was sealed for another site")


def _check_shard(shard: int, shards: int) -> None:
    if shard >= shards:
        raise Problem("no-such-shard")


def _stored_cell(cell: shape.CellShape, sealed: bytes) -> Cell:
    return Cell(object_id(sealed), cell.volume, cell.shard, cell.tag, cell.commitment, sealed)


def _keys(value: Json, roster: Roster) -> dict[str, bytes]:
    if not isinstance(value, dict) or set(value) != set(roster.members):
        raise Refused("schema", "keys has the KEM key of every member of the roster and no other")
    return {member: unb64(key, PUBLIC_KEY_SIZE) for member, key in value.items()}


@contextmanager
def _as_unprocessable() -> Iterator[None]:
    # Documents are JSON that was understood: §13 gives them 422 where sealed objects get 400.
    try:
        yield
    except Refused as refused:
        if refused.reason != "schema":
            raise
        raise Problem("schema", refused.detail, status=422) from None
