"""Runs a TypeScript file of the client under the project's own node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
RUN = "client/tools/run.mjs"


def typescript(file: str, given: Any, seconds: int = 120) -> str:
    """What ``file`` prints when it reads ``given`` as JSON; node's own words where it fails."""
    command = [str(REPOSITORY / "tools" / "node"), RUN, file]
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
