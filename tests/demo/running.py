"""The demo as `make run` starts it: site and one panel a member, as processes of their own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 90


@dataclass
class RunningDemo:
    """What the demo printed about itself."""

    directory: Path
    process: subprocess.Popen[str]
    site: str = ""
    panels: dict[str, str] = field(default_factory=dict)
    passphrases: dict[str, str] = field(default_factory=dict)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running_demo(directory: Path, samples: int = 0) -> Iterator[RunningDemo]:
    """Starts the demo on free ports and waits for READY."""
    port, panel_port = _free_ports()
    options = {"data": directory, "port": port, "panel-port": panel_port, "sample": samples}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "reporting_app.cli", "demo", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    demo = RunningDemo(directory, process)
    try:
        _read_until_ready(demo)
        yield demo
    finally:
        if process.poll() is None:
            demo.stop()


def _read_until_ready(demo: RunningDemo) -> None:
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == "SITE":
            demo.site = rest
        elif word in ("PANEL", "PASSPHRASE"):
            member, _, value = rest.partition(" ")
            (demo.panels if word == "PANEL" else demo.passphrases)[member] = value
        elif word == "READY":
            return
    raise AssertionError("the demo ended before it was ready")


def _free_ports() -> tuple[int, int]:
    """One port for the site, and the first of five neighbours for the panels."""
    with socket.socket() as site:
        site.bind(("127.0.0.1", 0))
        port: int = site.getsockname()[1]
        for first in range(20_000 + port % 9_000, 32_000, 5):
            if all(_is_free(first + place) for place in range(5)):
                return port, first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
