"""Whether the members have signed a newer panel (docs/protocol.md §10). Nobody else is asked."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from reporting_app.admin.labels import Labels

NUMBERS = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Newer:
    """``sha256`` is of the file for this kind of computer; empty when the members have signed none."""

    version: str
    own: str
    sha256: str


def own_version() -> str:
    try:
        return version("reporting-app")
    except PackageNotFoundError:
        return ""


def this_system() -> str:
    """As in the deployment file: ``linux-x86_64``, ``windows-amd64``, ``darwin-arm64``."""
    return f"{platform.system()}-{platform.machine()}".lower()


def newer(labels: Labels) -> Newer | None:
    """What the majority signed, when it is later than this program. Nonsense counts as nothing."""
    signed = labels.setting.file.human_part["parameters"].get("panel")
    return read_newer(signed, own_version(), this_system())


def read_newer(signed: object, own: str, system: str) -> Newer | None:
    if not isinstance(signed, Mapping):
        return None
    there = signed.get("version")
    if not isinstance(there, str) or not NUMBERS.fullmatch(there) or not NUMBERS.fullmatch(own):
        return None
    if _numbers(there) <= _numbers(own):
        return None
    return Newer(there, own, _hash_for(signed.get("sha256"), system))


def _hash_for(hashes: Any, system: str) -> str:
    found = hashes.get(system) if isinstance(hashes, Mapping) else None
    return found if isinstance(found, str) and SHA256.fullmatch(found) else ""


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    return (*numbers, *[0] * (4 - len(numbers)))
