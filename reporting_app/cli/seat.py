"""One panel a home: the first holds the seat, a later one only knocks and lets the first open a tab.

What lies in the home opens nothing: with it, a program of the same user can make a tab appear, no more.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

ADDRESS = "127.0.0.1"
SECRET_SIZE = 32
PATIENCE_SECONDS = 15.0
SILENCE_SECONDS = 5.0
YES = b"+"


class Seat:
    """Held until ``leave`` or the end of the process, also by a crash: the system frees the lock."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._door = home / "panel.door"
        self._held: sqlite3.Connection | None = None
        self._listening: socket.socket | None = None

    def take(self) -> bool:
        """False when another panel has it. Raises OSError when the home cannot be used."""
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite locks files alike on every system; nothing is ever written to this one.
        try:
            held = sqlite3.connect(
                self._home / "panel.lock", isolation_level=None, timeout=0, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise OSError(f"{self._home} cannot be written to") from error
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            held.close()
            if "locked" in str(error):
                return False
            raise OSError(f"{self._home} cannot be written to") from error
        self._held = held
        return True

    def answer(self, knocked: Callable[[], None]) -> None:
        """From now on another start calls ``knocked``, in a thread. Raises OSError."""
        listening = self._listening = socket.create_server((ADDRESS, 0))
        secret = secrets.token_bytes(SECRET_SIZE)
        draft = self._door.with_suffix(".door-new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({"port": listening.getsockname()[1], "secret": secret.hex()}), "utf-8")
        draft.replace(self._door)
        threading.Thread(target=_listen, args=(listening, secret, knocked), daemon=True).start()

    def knock(self, patience: float = PATIENCE_SECONDS) -> bool:
        """Asks the panel that has the seat to open a tab; waits while that one is still starting."""
        end = time.monotonic() + patience
        while not (said := self._knock_once()) and time.monotonic() < end:
            time.sleep(0.2)
        return said

    def leave(self) -> None:
        if self._listening:
            self._listening.close()
            self._door.unlink(missing_ok=True)
        if self._held:
            self._held.close()
        self._listening = self._held = None

    def _knock_once(self) -> bool:
        try:
            door = json.loads(self._door.read_text("utf-8"))
            with socket.create_connection((ADDRESS, int(door["port"])), SILENCE_SECONDS) as there:
                there.sendall(bytes.fromhex(door["secret"]))
                return there.recv(1) == YES
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _listen(listening: socket.socket, secret: bytes, knocked: Callable[[], None]) -> None:
    while True:
        try:
            there, _ = listening.accept()
        except OSError:  # closed: the panel ends
            return
        with there:
            try:
                there.settimeout(SILENCE_SECONDS)
                if not hmac.compare_digest(_read(there), secret):
                    continue
                knocked()
                there.sendall(YES)
            except OSError:
                continue


def _read(there: socket.socket) -> bytes:
    data = b""
    while len(data) < SECRET_SIZE and (more := there.recv(SECRET_SIZE - len(data))):
        data += more
    return data
