"""Submissions a second: the site against the floor, in the same run, 2 workers and 8 clients each."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.report import say
from reporting_app.crypto.encoding import canonical
from tests.deployment import World, make_world

WORKERS, CLIENTS, EACH, ROUNDS = 2, 8, 60, 5


def run() -> None:
    world = make_world()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        with _site(home, world) as site, _floor(home) as floor:
            ratios, rates = [], []
            for _ in range(ROUNDS):
                bodies = [world.report(world.reporter(), today=_today()) for _ in range(CLIENTS * EACH)]
                of_floor = _rate(floor, bodies)
                of_site = _rate(site, bodies)
                rates.append(of_site)
                ratios.append(of_site / of_floor)
    say("submissions a second", statistics.median(rates), "1/s", "at least", 153)
    say("submissions against a bare insert", statistics.median(ratios), "ratio", "at least", 0.5)


def _today() -> date:
    return datetime.now(UTC).date()


def _rate(port: int, bodies: Sequence[bytes]) -> float:
    shares = [bodies[start::CLIENTS] for start in range(CLIENTS)]
    failures: list[int] = []

    def client(share: Sequence[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for body in share:
            connection.request("POST", "/v1/letters", body, {"Content-Type": "application/octet-stream"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                failures.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{len(failures)} submissions failed: {set(failures)}")
    return len(bodies) / (time.perf_counter() - start)


@contextmanager
def _site(home: Path, world: World) -> Iterator[int]:
    keys = home / "keys"
    keys.mkdir()
    (keys / "roster.json").write_bytes(canonical(world.roster_file.to_value()))
    (keys / "deployment.json").write_bytes(world.file.to_bytes())
    port = _free_port()
    command = [sys.executable, "-m", "reporting_app.cli", "site", "--keys", str(keys)]
    command += ["--database", f"sqlite:///{home / 'site.db'}", "--port", str(port)]
    with _running([*command, "--workers", str(WORKERS)], port):
        yield port


@contextmanager
def _floor(home: Path) -> Iterator[int]:
    port = _free_port()
    options = ["--workers", str(WORKERS), "--threads", "8", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "--log-level", "warning", "benchmarks.floor:app"]
    with _running(command, port, FLOOR_DATABASE=str(home / "floor.db")):
        yield port


@contextmanager
def _running(command: list[str], port: int, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a server did not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
