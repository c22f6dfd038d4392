"""A person with Debian's Firefox ESR. How it is driven: client/test/firefox.mjs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser_fixtures import ROOT

FIREFOX = Path("/usr/bin/firefox-esr")
WHY_SKIPPED = "Firefox ESR is not installed (sudo apt-get install firefox-esr)"
Preferences = Mapping[str, bool]


@dataclass
class Firefox:
    """A browser with one page, as wide as a phone. A step that fails raises AssertionError."""

    process: subprocess.Popen[str]

    def _do(self, step: str, **given: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"step": step, **given}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, "the browser is gone"
        found = json.loads(answer)
        assert "error" not in found, found["error"]
        return found["value"]

    def open(self, url: str) -> None:
        """Goes to a page of the site, which comes with the policy of production."""
        answer = self._do("open", url=url)
        assert answer["status"] == 200
        assert answer["policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")

    def press(self, name: str) -> None:
        """Waits for a visible and enabled control of this name and clicks on it."""
        self._do("press", name=name)

    def write(self, name: str, text: str) -> None:
        self._do("write", name=name, text=text)

    def sees(self, text: str) -> None:
        """Waits until this stands in the main part of the page, visible."""
        self._do("sees", text=text)

    def texts(self, selector: str) -> list[str]:
        """What is visible of each matching element."""
        return list(self._do("texts", selector=selector))

    def about_itself(self) -> dict[str, Any]:
        """Whether it has WebAssembly, its time zone in minutes, pixels that the page scrolls sideways."""
        return dict(self._do("self"))

    def record(self) -> dict[str, Any]:
        """Addresses asked for, what the page complained of, number of cookies."""
        return dict(self._do("record"))


@contextmanager
def running_firefox(home: Path, preferences: Preferences) -> Iterator[Firefox]:
    """A new Firefox in a profile of its own, in Tokyo, which is never on Greenwich time."""
    command = [str(ROOT / "tools" / "node"), "client/test/firefox.mjs", str(FIREFOX), json.dumps(preferences)]
    environment = {**os.environ, "HOME": str(home), "TZ": "Asia/Tokyo"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield Firefox(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
