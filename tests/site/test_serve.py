"""The real server: gunicorn with two workers, spoken to through sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from reporting_app.crypto import shape
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.requests import Request
from tests.deployment import World
from tests.site_fixtures import JSON, OCTETS, Visitor, deployment_body, noon, roster_body
from tests.storage_fixtures import DATABASES, fresh_database

CANARY = b"kanariefagel"
TWENTY_MB = 20 * 1024 * 1024
PROGRAM = """
import sys
from reporting_app.crypto.encoding import unb64
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.site.serve import serve
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox
from reporting_app.storage.migrations import migrate

url, anchor, port, now = sys.argv[1:]

def clock():
    return float(now)

def factory():
    engine = make_engine(url)
    migrate(engine)
    return create_app(SiteConfig(unb64(anchor, 32)), Letterbox(engine, clock), clock)

serve(factory, "127.0.0.1", int(port), workers=2)
"""


@dataclass
class Running:
    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        chunked = body is not None and not isinstance(body, bytes)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=chunked)  # type: ignore[arg-type]
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """What comes back for bytes that need not be HTTP."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while more := connection.recv(65_536):
                answer += more
            return answer


@contextmanager
def started(url: str, world: World, directory: Path) -> Iterator[Running]:
    """A site with two workers and published documents, killed afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output = directory / "output"
    command = [sys.executable, "-c", PROGRAM, url, b64(world.anchor), str(port), str(noon().now)]
    # Settings in the environment must not reach gunicorn: serve decides alone.
    environment = os.environ | {"GUNICORN_CMD_ARGS": "--access-logfile -", "WEB_CONCURRENCY": "7"}
    with output.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    site = Running(port, process, output)
    try:
        wait_until_up(site)
        headers = {"Content-Type": JSON}
        assert site.request("POST", "/v1/roster", roster_body(world), headers)[0] == 201
        assert site.request("POST", "/v1/deployment", deployment_body(world), headers)[0] == 201
        yield site
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module", params=DATABASES)
def running(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """One server for all tests that leave it running."""
    directory = tmp_path_factory.mktemp("site")
    with (
        fresh_database(request.param, request, directory, migrated=False) as url,
        started(url, world, directory) as site,
    ):
        yield site


@pytest.fixture
def to_be_killed(database_url: str, world: World, tmp_path: Path) -> Iterator[Running]:
    with started(database_url, world, tmp_path) as site:
        yield site


def intake_of(site: Running) -> list[bytes]:
    data = site.request("GET", "/v1/intake/0")[2]
    return [data[start : start + shape.CELL_SIZE] for start in range(0, len(data), shape.CELL_SIZE)]


def workers_of(site: Running) -> list[int]:
    """The process ids of both workers, once both are there."""
    children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children")
    for _ in range(200):
        workers = [int(child) for child in children.read_text().split()]
        if len(workers) == 2:
            return workers
        time.sleep(0.05)
    pytest.fail("there are not two workers")


def wait_until_up(site: Running) -> None:
    for _ in range(200):
        assert site.process.poll() is None, site.output.read_text()
        try:
            site.request("GET", "/v1/roster")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the site did not start")


def test_submissions_from_many_clients_are_all_stored(running: Running, newcomer: Visitor) -> None:
    submissions = [newcomer.submission() for _ in range(40)]

    def send(body: bytes) -> int:
        return running.request("POST", "/v1/letters", body, {"Content-Type": OCTETS})[0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, submissions)) == {201}
        assert set(pool.map(send, submissions)) == {200}
    assert set(intake_of(running)) >= {body[-shape.CELL_SIZE :] for body in submissions}


def test_chunked_bodies_are_taken_when_exact_and_cut_off_when_endless(
    running: Running, newcomer: Visitor
) -> None:
    headers = {"Content-Type": OCTETS}
    exact = newcomer.submission()
    pieces = [exact[start : start + 5_000] for start in range(0, len(exact), 5_000)]
    assert running.request("POST", "/v1/letters", iter(pieces), headers)[0] == 201
    for wrong, name in ((pieces[:-1], "length"), ([*pieces, b"x"], "too-large")):
        status, _, body = running.request("POST", "/v1/letters", iter(wrong), headers)
        assert (status // 100, json.loads(body)["type"]) == (4, f"urn:reporting-app:{name}")
    assert intake_of(running).count(exact[-shape.CELL_SIZE :]) == 1


@pytest.mark.parametrize("path", ["/v1/letters", "/v1/roster", "/v1/board", "/v1/nothing"])
def test_who_sends_twenty_megabytes_reads_the_refusal(running: Running, path: str) -> None:
    for body in (bytes(TWENTY_MB), iter([bytes(TWENTY_MB // 20)] * 20)):
        status, _, answer = running.request("POST", path, body, {"Content-Type": OCTETS})
        assert 400 <= status < 500
        assert json.loads(answer)["status"] == status


def send_forever(connection: socket.socket, data: bytes) -> None:
    for _ in range(200):
        connection.sendall(data)


def test_an_endless_body_is_cut_off(running: Running) -> None:
    megabyte = b"%x\r\n" % 2**20 + bytes(2**20) + b"\r\n"
    head = f"POST /v1/letters HTTP/1.1\r\nHost: x\r\nContent-Type: {OCTETS}\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        with pytest.raises(OSError, match=r"Broken pipe|Connection reset"):
            send_forever(connection, megabyte)
    assert running.request("GET", "/v1/roster")[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        CANARY + b" /v1/roster HTTP/1.1\r\n\r\n",
        b"GET /v1/" + CANARY + b"\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/roster HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /v1/roster HTTP/1.1\r\nHo st: " + CANARY + b"\r\n\r\n",
        b"GET /v1/roster HTTP/1.1\r\nX: " + CANARY * 2_000 + b"\r\n\r\n",
        b"GET /" + CANARY * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/letters HTTP/1.1\r\nContent-Length: " + CANARY + b"\r\n\r\n",
        b"POST /v1/letters HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/letters HTTP/1.1\r\nTransfer-Encoding: " + CANARY + b"\r\n\r\n",
        b"POST /v1/letters HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n" + CANARY + b"\r\n\r\n",
        b"GET /v1/roster HTTP/1.1\r\nHost: x\r\nExpect: " + CANARY + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_like_everything_else(running: Running, data: bytes) -> None:
    head, _, body = running.raw(data).partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    assert 400 <= status < 500
    assert b"Content-Type: application/problem+json" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"Cache-Control: no-store" in head
    assert json.loads(body)["status"] == status
    assert CANARY not in head + body
    assert CANARY not in running.output.read_bytes()


def test_the_server_names_neither_itself_nor_its_visitors(running: Running, newcomer: Visitor) -> None:
    running.raw(b"\r\n" + CANARY + b"\r\n\r\n")
    headers = {"Content-Type": OCTETS, "User-Agent": CANARY.decode(), "SCRIPT_NAME": "/x"}
    for path in (f"/v1/{CANARY.decode()}", "/v1/roster", f"/v1/letters?{CANARY.decode()}"):
        status, found, _ = running.request("GET", path, headers=headers)
        assert (status == 200) == (path == "/v1/roster"), "no header steers the address"
        assert "server" not in found
        assert "gunicorn" not in str(found).lower()
        assert "python" not in str(found).lower()
    running.request("POST", "/v1/letters", newcomer.submission(), headers)
    log = running.output.read_bytes()
    assert CANARY not in log
    assert b"127.0.0.1" not in log
    assert b"/v1/" not in log


def test_a_members_clock_problem_carries_one_date_the_sites(running: Running, newcomer: Visitor) -> None:
    request = Request(newcomer.world.chain.deployment, "utredare-1", "GET", "/v1/letters", b"", 1)
    header = request.authorization(newcomer.world.keys["utredare-1"].sign_seed)
    answer = running.raw(
        b"GET /v1/letters HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
        + header.encode()
        + b"\r\n\r\n"
    )
    assert b'"type":"urn:reporting-app:clock"' in answer
    assert answer.lower().count(b"\r\ndate:") == 1
    assert b"Date: Sat, 21 Nov 2026 12:00:00 GMT" in answer


def test_sigterm_lets_the_running_request_end_and_exits_with_0(
    to_be_killed: Running, newcomer: Visitor
) -> None:
    body = newcomer.submission()
    with socket.create_connection(("127.0.0.1", to_be_killed.port), timeout=20) as connection:
        head = f"POST /v1/letters HTTP/1.1\r\nHost: x\r\nContent-Type: {OCTETS}\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
        time.sleep(0.3)
        to_be_killed.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(body[-1:])
        assert connection.recv(65_536).startswith(b"HTTP/1.1 201 ")
    assert to_be_killed.process.wait(10) == 0


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(to_be_killed: Running, newcomer: Visitor) -> None:
    body, headers = newcomer.submission(), {"Content-Type": OCTETS}
    assert to_be_killed.request("POST", "/v1/letters", body, headers)[0] == 201
    for worker in workers_of(to_be_killed):
        os.kill(worker, signal.SIGKILL)
    time.sleep(0.5)
    wait_until_up(to_be_killed)
    assert to_be_killed.request("POST", "/v1/letters", body, headers)[0] == 200
