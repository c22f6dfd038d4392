"""A municipality founded and used from the command line alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import chdir, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from reporting_app.cli.main import main
from tests.deployment import human_part

MEMBERS = {"utredare-1": "investigator", "utredare-2": "investigator", "tillsyn-1": "witness"}


@dataclass
class Town:
    """A directory with members, and a running site.

    Founding it takes a process for each command, as people do; afterwards they run in this one, which spares
    each the second that imports take.
    """

    directory: Path
    url: str = ""
    apart: bool = True
    passphrases: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str, stdin: str | bytes = "", member: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A command; with ``member`` its passphrase comes on descriptor N."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        descriptors: tuple[int, ...] = ()
        if member:
            reading, writing = os.pipe()
            os.write(writing, self.passphrases[member].encode() + b"\n")
            os.close(writing)
            arguments += ("--key", str(self.key(member)), "--passphrase-fd", str(reading))
            descriptors = (reading,)
        run = self._run_apart if self.apart else self._run_here
        done = run(arguments, data, descriptors)
        for descriptor in descriptors:
            with suppress(OSError):  # a command that ran here has closed it
                os.close(descriptor)
        assert "Traceback" not in done.stderr
        return done

    def _run_apart(
        self, arguments: tuple[str, ...], stdin: bytes, descriptors: tuple[int, ...]
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "reporting_app.cli", *arguments]
        done = subprocess.run(
            command,
            check=False,
            input=stdin,
            capture_output=True,
            pass_fds=descriptors,
            timeout=60,
            cwd=self.directory,
        )
        return subprocess.CompletedProcess(
            command, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def _run_here(
        self, arguments: tuple[str, ...], stdin: bytes, _descriptors: tuple[int, ...]
    ) -> subprocess.CompletedProcess[str]:
        with chdir(self.directory):
            done = CliRunner().invoke(main, arguments, input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit), "an error without a sentence"
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    def done(self, *arguments: str, stdin: str = "", member: str = "") -> str:
        ended = self.run(*arguments, stdin=stdin, member=member)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def json(self, *arguments: str, stdin: str = "", member: str = "") -> Any:
        return json.loads(self.done(*arguments, "--site", self.url, "--json", stdin=stdin, member=member))

    def key(self, member: str) -> Path:
        return self.directory / f"{member}.key"

    def found(self) -> None:
        for member, role in MEMBERS.items():
            made = self.done("keys", "new", member, "--name", member.title(), "--role", role, "--json")
            self.passphrases[member] = json.loads(made)["passphrase"]
        (self.directory / "content.json").write_text(json.dumps(human_part()), "utf-8")
        enrolments = [f"{member}.enrolment.json" for member in MEMBERS]
        self.done("roster", "propose", *enrolments, "--out", "r.proposal")
        for member in ("utredare-1", "tillsyn-1"):
            self.done("roster", "sign", "r.proposal", member=member)
        roster = ("--roster", "r.proposal")
        self.done("deployment", "propose", "content.json", *roster, "--out", "d.proposal")
        for member in ("utredare-1", "utredare-2"):
            self.done("roster", "sign", "d.proposal", *roster, member=member)
        for proposal in ("r.proposal", "d.proposal"):
            self.done("roster", "publish", proposal, "--keys", "keys")


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
