"""The floor: a bare Flask view that inserts the same bytes durably with plain sqlite3, and no more."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, request

app = Flask(__name__)
connections = threading.local()


def connection() -> sqlite3.Connection:
    if not hasattr(connections, "db"):
        db = sqlite3.connect(os.environ["FLOOR_DATABASE"], timeout=20, isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE IF NOT EXISTS posts (bytes BLOB)")
        connections.db = db
    return connections.db


@app.post("/v1/letters")
def take() -> tuple[str, int]:
    connection().execute("INSERT INTO posts VALUES (?)", (request.get_data(),))
    return "", 201
