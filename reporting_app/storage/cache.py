"""The panel's cache: sealed letters as the site gave them, and drafts sealed by their author.

Only ciphertext and public documents. Deleting the file loses drafts, what is not sent yet, and the memory of
what the site has served before: the panel then believes it as a new one does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, event, select, update
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DBAPIError

from reporting_app.crypto import shape
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import day_digest, object_id
from reporting_app.storage.cache_tables import Base, Draft, Fact, KeptBallot, Letter, Outgoing, SlotRecord
from reporting_app.storage.errors import unavailable_as_busy

# Raised when a table changes: an older cache is thrown away and fetched anew.
FORM = 1
WAIT_SECONDS = 20
AT_ONCE = 64  # letters in memory while they are opened: 2 MiB


@dataclass(frozen=True)
class Waiting:
    """A posting on its way: cells are 4 096 bytes each, concatenated; ``sent`` waits to be confirmed."""

    id: bytes
    submission: bytes
    cells: bytes
    sent: bool


class Cache:
    """One file on the investigator's own computer.

    Everything raises StorageBusy while that cannot be read or written: a full disk, most often.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.begin() as connection:
            if connection.exec_driver_sql("PRAGMA user_version").scalar() != FORM:
                Base.metadata.drop_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")
            Base.metadata.create_all(connection)  # also what a newer version added to an older cache
            # Small tables only: a damaged letter is fetched again, a damaged draft must be noticed now.
            for small in (Draft, Fact, Outgoing):
                connection.execute(select(small)).all()

    @classmethod
    def at(cls, path: Path) -> Cache:
        """Readable by its owner only, as what SQLite lays beside it. Raises Refused("cache")."""
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _prepare)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            if path.is_file():
                path.chmod(0o600)
            return cls(engine)
        except (DBAPIError, OSError) as error:
            engine.dispose()
            raise Refused("cache", _cannot_open(path, error)) from None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with unavailable_as_busy(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with unavailable_as_busy(), self._engine.begin() as connection:
            yield connection

    def letters(self, besides: Container[bytes] = ()) -> Iterator[tuple[date, bytes, bytes | None]]:
        """``(the site's day, 32 768 sealed bytes, its slot's record)`` of every letter not in ``besides``, by
        day and id."""
        asked = select(Letter.id, Letter.day, Letter.sealed, SlotRecord.sealed)
        asked = asked.outerjoin(SlotRecord, SlotRecord.letter == Letter.id)
        with self._reading() as connection:
            ids = connection.scalars(select(Letter.id).order_by(Letter.day, Letter.id)).all()
            wanted = [name for name in ids if name not in besides]
            for start in range(0, len(wanted), AT_ONCE):
                some = wanted[start : start + AT_ONCE]
                rows = {row[0]: row for row in connection.execute(asked.where(Letter.id.in_(some)))}
                # Put in order here: SQLite would carry 2 MiB of letters through its sorter.
                for _name, day, sealed, record in (rows[name] for name in some if name in rows):
                    yield day, sealed, record

    def keep_slots(self, records: Mapping[bytes, bytes]) -> None:
        """Sealed records by letter; one that is here already gives way."""
        rows = [{"letter": letter, "sealed": sealed} for letter, sealed in records.items()]
        new = insert(SlotRecord)
        keep = new.on_conflict_do_update(index_elements=["letter"], set_={"sealed": new.excluded.sealed})
        if rows:
            with self._writing() as connection:
                connection.execute(keep, rows)

    def places(self, *, guessed: bool = True) -> dict[bytes, date]:
        """The day of every letter held, by id; without ``guessed``, of those whose day the site has said."""
        query = select(Letter.id, Letter.day)
        if not guessed:
            query = query.where(Letter.guessed.is_(False))
        with self._reading() as connection:
            return {row.id: row.day for row in connection.execute(query)}

    def days(self) -> set[date]:
        """Days of which letters are held."""
        with self._reading() as connection:
            return set(connection.scalars(select(Letter.day).distinct()))

    def known(self, day: date) -> set[bytes]:
        """Ids of the letters held for one day."""
        with self._reading() as connection:
            return set(connection.scalars(select(Letter.id).where(Letter.day == day)))

    def digest(self, day: date) -> bytes:
        """What the site's digest of ``day`` is when nothing is missing."""
        return day_digest(self.known(day))

    def add_letters(self, day: date, letters: Iterable[bytes], *, guessed: bool = False) -> None:
        """``guessed`` is for letters this computer posts itself; the site's word replaces that day, once."""
        rows = [_row(day, sealed, guessed=guessed) for sealed in letters]
        if rows:
            with self._writing() as connection:
                connection.execute(_keep_letter(), rows)

    def fact(self, name: str) -> bytes | None:
        with self._reading() as connection:
            return connection.scalar(select(Fact.value).where(Fact.name == name))

    def set_fact(self, name: str, value: bytes) -> None:
        """What is known already is not written again: every round of fetching says the same."""
        if self.fact(name) == value:
            return
        statement = insert(Fact).values(name=name, value=value)
        with self._writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
            )

    def draft(self, place: str) -> bytes | None:
        with self._reading() as connection:
            return connection.scalar(select(Draft.sealed).where(Draft.place == place))

    def drafts(self, beginning: str = "") -> Sequence[tuple[str, bytes]]:
        """``(place, sealed)`` of every draft whose place begins so."""
        query = select(Draft.place, Draft.sealed).where(Draft.place.startswith(beginning, autoescape=True))
        with self._reading() as connection:
            return [(row.place, row.sealed) for row in connection.execute(query)]

    def draft_places(self) -> Sequence[str]:
        with self._reading() as connection:
            return connection.scalars(select(Draft.place)).all()

    def set_draft(self, place: str, sealed: bytes | None) -> None:
        """Keep a sealed draft; None forgets it."""
        self.set_drafts({place: sealed})

    def set_drafts(self, drafts: Mapping[str, bytes | None]) -> None:
        """Several, all or none."""
        kept = [{"place": place, "sealed": sealed} for place, sealed in drafts.items() if sealed is not None]
        with self._writing() as connection:
            connection.execute(delete(Draft).where(Draft.place.in_(list(drafts))))
            if kept:
                connection.execute(insert(Draft), kept)

    def ballots(self) -> list[tuple[bytes, bytes]]:
        """``(random name, sealed)``, in the order of the names."""
        query = select(KeptBallot.name, KeptBallot.sealed).order_by(KeptBallot.name)
        with self._reading() as connection:
            return [(row.name, row.sealed) for row in connection.execute(query)]

    def keep_ballots(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Adds these, or puts them in the place of those with the same name."""
        values = [{"name": name, "sealed": sealed} for name, sealed in rows]
        new = insert(KeptBallot)
        keep = new.on_conflict_do_update(index_elements=["name"], set_={"sealed": new.excluded.sealed})
        if values:
            with self._writing() as connection:
                connection.execute(keep, values)

    def outgoing(self) -> list[Waiting]:
        """What still has to be sent or confirmed."""
        query = select(Outgoing.id, Outgoing.submission, Outgoing.cells, Outgoing.sent).order_by(Outgoing.id)
        with self._reading() as connection:
            return [Waiting(*row) for row in connection.execute(query)]

    def add_outgoing(self, name: bytes, submission: bytes, cells: bytes, day: date) -> None:
        """What is about to be sent, and its letter as one that is held: both or neither."""
        row = insert(Outgoing).values(id=name, submission=submission, cells=cells, sent=False)
        letter = shape.read_submission(submission).letter
        with self._writing() as connection:
            connection.execute(row)
            connection.execute(_keep_letter(), [_row(day, letter, guessed=True)])

    def withdraw(self, name: bytes, submission: bytes) -> None:
        """Takes back what ``add_outgoing`` has kept: it was refused."""
        letter = object_id(shape.read_submission(submission).letter)
        with self._writing() as connection:
            connection.execute(delete(Outgoing).where(Outgoing.id == name))
            _remove_letter(connection, letter)

    def replace_outgoing(self, name: bytes, submission: bytes) -> None:
        with self._writing() as connection:
            connection.execute(update(Outgoing).where(Outgoing.id == name).values(submission=submission))

    def remove_letter(self, name: bytes) -> None:
        with self._writing() as connection:
            _remove_letter(connection, name)

    def mark_outgoing(self, name: bytes, *, sent: bool) -> None:
        with self._writing() as connection:
            connection.execute(update(Outgoing).where(Outgoing.id == name).values(sent=sent))

    def remove_outgoing(self, name: bytes) -> None:
        with self._writing() as connection:
            connection.execute(delete(Outgoing).where(Outgoing.id == name))


def _row(day: date, sealed: bytes, *, guessed: bool) -> dict[str, object]:
    return {"id": object_id(sealed), "day": day, "sealed": sealed, "guessed": guessed}


def _remove_letter(connection: Connection, name: bytes) -> None:
    connection.execute(delete(Letter).where(Letter.id == name))
    connection.execute(delete(SlotRecord).where(SlotRecord.letter == name))


def _keep_letter() -> Insert:
    """Inserts letters; of one that is here already only a guessed day gives way."""
    new = insert(Letter)
    said = {"day": new.excluded.day, "guessed": False}
    return new.on_conflict_do_update(index_elements=["id"], set_=said, where=Letter.guessed.is_(True))


def _cannot_open(path: Path, error: DBAPIError | OSError) -> str:
    why = error.strerror if isinstance(error, OSError) else error.orig
    return (
        f"{path} cannot be opened ({why}); close other programs that use it, or move it aside and try again. "
        "Letters are then fetched again, but drafts and answers that were not sent are in that file"
    )


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
