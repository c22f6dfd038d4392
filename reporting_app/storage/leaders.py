"""Leadership's accounts at rest: no address, no time, nothing that touches reports."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from reporting_app.storage.engine import writing
from reporting_app.storage.errors import unavailable_as_busy
from reporting_app.storage.move import insert_if_absent
from reporting_app.storage.tables import leader_attempts, leaders

T = TypeVar("T")
SECRET_SIZE = 20  # RFC 4226 recommends 160 bits
ID_SIZE = 16
SESSION_SIZE = 32


@dataclass(frozen=True)
class Leader:
    """An account. ``password`` is an Argon2 hash in its PHC spelling, ``secret`` the 20 bytes of its TOTP.

    ``session`` (32 bytes) is what all sign-ins of today rest on. ``id`` (16 bytes) is new when both are.
    """

    name: str
    password: str = field(repr=False)
    secret: bytes = field(repr=False, default_factory=lambda: secrets.token_bytes(SECRET_SIZE))
    session: bytes = field(repr=False, default_factory=lambda: secrets.token_bytes(SESSION_SIZE))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(ID_SIZE))


class Leaders:
    """Safe for many threads and processes at once. Methods raise StorageBusy when storage cannot serve."""

    def __init__(self, engine: Engine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    def add(self, leader: Leader) -> bool:
        """False, and nothing stored, when somebody has that name."""
        statement = insert_if_absent(self._writer, leaders).on_conflict_do_nothing()
        with unavailable_as_busy(), self._writer.begin() as connection:
            options = {"preserve_rowcount": True}
            return connection.execute(statement, _row(leader), execution_options=options).rowcount == 1

    def replace(self, leader: Leader) -> bool:
        """Gives the account of that name all that ``leader`` has. False when there is none."""
        with unavailable_as_busy(), self._writer.begin() as connection:
            if not _remove(connection, leader.name):
                return False
            connection.execute(insert(leaders), _row(leader))
        return True

    def remove(self, name: str) -> bool:
        """False when there is none of that name."""
        with unavailable_as_busy(), self._writer.begin() as connection:
            return _remove(connection, name)

    def names(self) -> list[str]:
        """Ascending."""
        with unavailable_as_busy(), self._reader.begin() as connection:
            return sorted(name.decode() for name in connection.scalars(select(leaders.c.name)))

    def find(self, name: str) -> Leader | None:
        return self._one(leaders.c.name == name.encode())

    def of_session(self, session: bytes) -> Leader | None:
        return self._one(leaders.c.session == session)

    def end_sessions(self, session: bytes) -> None:
        """Ends every sign-in of the account that has this one."""
        self._change(leaders.c.session == session, session=secrets.token_bytes(SESSION_SIZE))

    def set_password(self, leader: Leader, password: str) -> None:
        """The same password hashed anew: no sign-in ends."""
        self._change(leaders.c.id == leader.id, password=password.encode())

    def change_attempts(self, leader_id: bytes, change: Callable[[bytes], tuple[bytes, T]]) -> T:
        """Puts what ``change`` makes of the sealed attempts (none: empty) in their place; one at a time.

        Also for an id that no account has. Gives back the second thing that ``change`` gives.
        """
        table, mine = leader_attempts, leader_attempts.c.leader == leader_id
        first = insert_if_absent(self._writer, table).on_conflict_do_nothing()
        with unavailable_as_busy(), self._writer.begin() as connection:
            connection.execute(first, {"leader": leader_id, "sealed": b""})
            sealed = connection.scalars(select(table.c.sealed).where(mine).with_for_update()).one()
            new, result = change(sealed)
            connection.execute(update(table).where(mine).values(sealed=new))
        return result

    def _one(self, where: ColumnElement[bool]) -> Leader | None:
        with unavailable_as_busy(), self._reader.begin() as connection:
            row = connection.execute(select(leaders).where(where)).one_or_none()
        return None if row is None else _leader(row)

    def _change(self, where: ColumnElement[bool], **values: bytes) -> None:
        with unavailable_as_busy(), self._writer.begin() as connection:
            connection.execute(update(leaders).where(where).values(**values))


def _remove(connection: Connection, name: str) -> bool:
    removed = connection.scalars(
        delete(leaders).where(leaders.c.name == name.encode()).returning(leaders.c.id)
    ).all()
    connection.execute(delete(leader_attempts).where(leader_attempts.c.leader.in_(removed)))
    return bool(removed)


def _row(leader: Leader) -> dict[str, bytes]:
    return {
        "name": leader.name.encode(),
        "id": leader.id,
        "password": leader.password.encode(),
        "secret": leader.secret,
        "session": leader.session,
    }


def _leader(row: Row[tuple[object, ...]]) -> Leader:
    return Leader(row.name.decode(), row.password.decode(), row.secret, row.session, row.id)
