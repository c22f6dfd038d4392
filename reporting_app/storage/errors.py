"""The one thing that storage says when it cannot do its work now (docs/protocol.md §13, `busy`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

# Primary codes of https://www.sqlite.org/rescode.html: the database is there and in order, but not now.
SQLITE_NOT_NOW = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
# Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html with the same meaning:
# connection, transaction rolled back, resources (disk full), lock, operator intervention, system error.
POSTGRESQL_NOT_NOW = ("08", "40", "53", "55", "57", "58")
POSTGRESQL_READ_ONLY = "25006"


class StorageBusy(Exception):
    """Storage could not take or give it now and nothing was half done: try the same again."""


@contextmanager
def unavailable_as_busy() -> Iterator[None]:
    """Turns full, locked, read-only and unreachable storage into StorageBusy.

    Any other database error is a mistake of ours and passes through.
    """
    try:
        yield
    except exc.TimeoutError:
        raise StorageBusy("no free connection") from None
    except exc.DBAPIError as error:
        if error.orig is None or not _is_not_now(error.orig):
            raise
        # The cause is cut off: it may quote the statement, and nothing above needs it.
        raise StorageBusy(type(error.orig).__name__) from None
    except sqlite3.OperationalError as error:
        if not _is_not_now(error):
            raise
        raise StorageBusy(type(error).__name__) from None


def _is_not_now(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the rest says more precisely why.
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in SQLITE_NOT_NOW
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:  # psycopg, which need not be installed, never reached the server
        return type(error).__name__ == "OperationalError"
    return state == POSTGRESQL_READ_ONLY or state.startswith(POSTGRESQL_NOT_NOW)
