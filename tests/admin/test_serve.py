"""The process: on this computer only, and it ends cleanly."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

Running = tuple["subprocess.Popen[str]", int, str]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "reporting_app.cli",
        "admin",
        "--home",
        str(tmp_path),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, port, process.stdout.readline()
    process.kill()
    process.wait()


def test_it_says_where_it_is_and_sigterm_ends_it_with_0(running: Running) -> None:
    process, port, line = running
    assert line.startswith(f"PANEL new http://127.0.0.1:{port}/?token=")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()


def test_it_answers_only_on_this_computer_and_to_its_own_name(running: Running) -> None:
    _, port, _ = running
    for host, status in ((f"127.0.0.1:{port}", 403), ("evil.example", 403)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/", headers={"Host": host})
        assert connection.getresponse().status == status
        connection.close()
    with socket.socket() as outside:
        outside.settimeout(2)
        address = socket.gethostbyname(socket.gethostname())
        if not address.startswith("127."):
            assert outside.connect_ex((address, port)) != 0


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01" * 50 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_broken_requests_do_not_hurt_it(running: Running, raw: bytes) -> None:
    process, port, _ = running
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(4096)
    assert b"Traceback" not in answer
    assert not answer.startswith(b"HTTP/1.1 5")
    assert process.poll() is None
