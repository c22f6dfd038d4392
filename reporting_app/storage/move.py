"""The daily move: what arrived goes to rest in an order that says nothing (docs/protocol.md §14).

Random names alone hide nothing: SQLite puts the long bytes of rows on pages in the order in which rows come,
whatever their keys. So rows go to rest in the order of their keys, all in one transaction.

Where they stood before must not tell either. Pages are freed in the order in which rows are deleted, and the
list of free pages stays in the file. Deleting in the order of keys would leave there, key by key, the place
where each row arrived. Hence the shuffle, and only when every row has its new place.
"""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite.dml import Insert as SqliteInsert

from reporting_app.storage.engine import SQLITE
from reporting_app.storage.tables import RESTING_PLACE, intake_cells


def insert_if_absent(connection: Connection | Engine, table: Table) -> SqliteInsert | PostgresqlInsert:
    """An INSERT for this database, to be given ``on_conflict_do_nothing()``."""
    if connection.dialect.name == SQLITE:
        return sqlite.insert(table)
    return postgresql.insert(table)


def move(connection: Connection, today: date) -> None:
    """Moves everything that arrived before ``today`` and removes intake cells whose day has come.

    Runs inside the caller's writing transaction. Twice is as good as once.
    """
    if connection.dialect.name != SQLITE:
        # A second worker, and everybody who stores, waits here until this move has ended.
        names = ", ".join(table.name for table in RESTING_PLACE)
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    for arrived, resting in RESTING_PLACE.items():
        _copy_in_key_order(connection, arrived, resting, today)
    for arrived in RESTING_PLACE:
        if connection.dialect.name == SQLITE:
            _delete_in_random_order(connection, arrived, today)
        else:
            _start_afresh(connection, arrived, today)
    connection.execute(delete(intake_cells).where(intake_cells.c.expires <= today))


def forget_journal(engine: Engine) -> bool:
    """Writes SQLite's journal back and cuts it to nothing; False when a reader was in the way.

    The journal holds pages in the order in which they were written. Does nothing on PostgreSQL.
    """
    if engine.dialect.name != SQLITE:
        return True
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(blocked, _, _)] = cursor.fetchall()
        cursor.close()
    finally:
        pooled.close()
    return not int(blocked)


def _copy_in_key_order(connection: Connection, arrived: Table, resting: Table, today: date) -> None:
    names = [column.name for column in resting.columns]
    rows = (
        select(*[arrived.c[name] for name in names])
        .where(arrived.c.day < today)
        .order_by(*[arrived.c[key.name] for key in resting.primary_key])
    )
    statement = insert_if_absent(connection, resting).from_select(names, rows)
    connection.execute(statement.on_conflict_do_nothing())


def _delete_in_random_order(connection: Connection, arrived: Table, today: date) -> None:
    keys = list(arrived.primary_key)
    moved = connection.execute(select(*keys).where(arrived.c.day < today)).all()
    shuffled = [{f"key_{key.name}": value for key, value in zip(keys, row, strict=True)} for row in moved]
    secrets.SystemRandom().shuffle(shuffled)
    one = delete(arrived)
    for key in keys:
        one = one.where(key == bindparam(f"key_{key.name}"))
    if shuffled:
        connection.execute(one, shuffled)


def _start_afresh(connection: Connection, arrived: Table, today: date) -> None:
    # TRUNCATE gives the table a new empty file and drops the old one when the transaction ends. The few rows
    # that arrived since midnight go into the new file.
    still = connection.execute(select(arrived).where(arrived.c.day >= today).order_by(*arrived.primary_key))
    rows = [dict(row._mapping) for row in still]
    connection.execute(text(f"TRUNCATE TABLE {arrived.name}"))
    if rows:
        connection.execute(insert(arrived), rows)
