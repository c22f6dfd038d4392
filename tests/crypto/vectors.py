"""Reading tests/vectors: a case may be a patch over another one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parents[1] / "vectors"


@dataclass(frozen=True)
class Case:
    """One vector: ``expect`` is ``success`` or the name of the error that must come."""

    subject: str
    name: str
    expect: str
    input: dict[str, Any]
    output: dict[str, Any]

    @property
    def operation(self) -> str:
        return f"{self.subject}.{self.input['operation']}"

    def patched(self, data: bytes) -> bytes:
        for patch in self.input.get("patch", []):
            if "truncate" in patch:
                data = data[: patch["truncate"]]
            elif "append" in patch:
                data += bytes.fromhex(patch["append"])
            else:
                mask, at = bytes.fromhex(patch["xor"]), patch["offset"]
                mixed = bytes(a ^ b for a, b in zip(data[at : at + len(mask)], mask, strict=True))
                data = data[:at] + mixed + data[at + len(mask) :]
        return data

    def bytes(self, key: str = "bytes") -> bytes:
        return self.patched(bytes.fromhex(self.input[key]))

    def hex(self, key: str) -> bytes:
        return bytes.fromhex(self.input[key])


def load() -> list[Case]:
    """Every case of every file, with its base's input filled in."""
    return [case for path in sorted(DIRECTORY.glob("*.json")) for case in _load_file(path)]


def _load_file(path: Path) -> list[Case]:
    content = json.loads(path.read_text("utf-8"))
    cases = {case["name"]: case for case in content["cases"]}
    assert len(cases) == len(content["cases"]), f"{path.name} has two cases of one name"

    def resolved(case: dict[str, Any]) -> dict[str, Any]:
        own = dict(case["input"])
        if "base" not in own:
            return own
        base = resolved(cases[own.pop("base")])
        patches = base.pop("patch", []) + own.pop("patch", [])
        return {**base, **own, "patch": patches}

    return [
        Case(content["subject"], name, case["expect"], resolved(case), case["output"])
        for name, case in cases.items()
    ]
