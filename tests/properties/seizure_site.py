"""A site as an operator runs it, with everything that it may write in one directory, to be seized."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path

from reporting_app.crypto.encoding import canonical
from tests.deployment import TODAY, World
from tests.properties.seizure_search import Span

# The operator's command. Its clock is moved so that a day can pass, it waits less for a locked database, and
# it notes, outside of what is seized, which files it opens for writing: also those that are gone soon after.
PROGRAM = """
import os, sys, time
clock, shift, extra, notes = time.time, *(sys.argv.pop(1) for _ in range(3))
time.time = lambda: clock() + float(shift)
opened = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

def heard(event, given):
    if event == "open" and not isinstance(given[0], int) and (given[2] or 0) & (os.O_WRONLY | os.O_RDWR):
        os.write(opened, (os.path.abspath(os.fsdecode(given[0])) + "\\n").encode())

sys.addaudithook(heard)
from reporting_app.storage import engine
engine.make_engine.__defaults__ = (0.3,)
exec(extra)
from reporting_app.cli.main import main
main()
"""
ADDRESS = "127.77.41.93"  # visitors' own, so that it cannot be taken for the site's
MOMENT = datetime.combine(TODAY, time_of_day(14, 37), UTC).timestamp()
DAY = 86_400


@dataclass
class SeizedSite:
    """One directory: home, temporary files, working directory, output, keys and, on SQLite, the database."""

    directory: Path
    world: World
    database: str
    extra: str = ""  # runs in the site's process before it starts: for controls
    port: int = 0
    shift: float = 0.0
    spans: list[Span] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "work", "keys"):
            (self.directory / name).mkdir(parents=True)
        (self.keys / "roster.json").write_bytes(canonical(self.world.roster_file.to_value()))
        (self.keys / "deployment.json").write_bytes(self.world.file.to_bytes())

    @property
    def keys(self) -> Path:
        return self.directory / "keys"

    @property
    def public(self) -> list[bytes]:
        """What everybody may know."""
        return [path.read_bytes() for path in self.keys.iterdir()]

    @property
    def output(self) -> bytes:
        """All that the processes said, standard error and access log included."""
        return b"".join(path.read_bytes() for path in sorted(self.directory.glob("output-*")))

    @property
    def notes(self) -> Path:
        return self.directory.with_suffix(".opened")

    @property
    def opened_for_writing(self) -> set[str]:
        """Files by their names in the directory; others by their whole path."""
        return {path.removeprefix(f"{self.directory}/") for path in self.notes.read_text().splitlines()}

    def clock(self) -> float:
        return time.time() + self.shift

    def start(self, day: int) -> None:
        """On the ``day``-th day after the first."""
        self.shift = MOMENT + day * DAY - time.time()
        self._began = time.time()
        self.port = _free_port()
        command = [sys.executable, "-c", PROGRAM, str(self.shift), self.extra, str(self.notes), "site"]
        command += ["--keys", str(self.keys), "--database", self.database, "--port", str(self.port)]
        with (self.directory / f"output-{day}").open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self.directory / "work",
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _wait_for(self.port)

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        return (
            kept
            | {"HOME": str(self.directory / "home"), "TMPDIR": str(self.directory / "tmp")}
            | {"PYTHONDONTWRITEBYTECODE": "1"}
        )

    def end(self, number: int) -> None:
        """SIGTERM to the operator's process, or SIGKILL to all of them at once."""
        assert self.process is not None
        if number == signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        self.process.wait(30)
        self.spans += [Span(self._began, time.time()), Span(self._began + self.shift, self.clock())]
        self.process = None

    def open_files(self) -> dict[str, bytes]:
        """Regular files that the running processes can write to, also those without a name any more."""
        assert self.process is not None
        found = {}
        for process in (self.process.pid, *_children(self.process.pid)):
            for descriptor in Path(f"/proc/{process}/fd").glob("*"):
                try:
                    writable = int(_flags(process, descriptor.name), 8) & os.O_ACCMODE != os.O_RDONLY
                    if writable and stat.S_ISREG(descriptor.stat().st_mode):
                        found[str(descriptor.readlink())] = descriptor.read_bytes()
                except OSError:  # closed in this moment
                    continue
        return found

    def files(self) -> dict[str, bytes]:
        """Everything in the directory but the public documents."""
        paths = [
            path for path in self.directory.rglob("*") if path.is_file() and self.keys not in path.parents
        ]
        return {str(path.relative_to(self.directory)): path.read_bytes() for path in paths}


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _flags(process: int, descriptor: str) -> str:
    lines = Path(f"/proc/{process}/fdinfo/{descriptor}").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("flags:"))


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the site did not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
