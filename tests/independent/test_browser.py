"""The browser's code and a reader written from docs/protocol.md alone: what one seals the other opens."""

import json
from typing import Any

from reporting_app.crypto.encoding import b64
from tests.client.running import typescript
from tests.deployment import TODAY, World
from tests.independent import letter
from tests.independent.meeting import LEFT_OUT, answer, check_report
from tests.independent.receipt import Block, Reporter, write_receipt
from tests.independent.writing import Town, board_cell


def test_the_browser_and_it_open_what_the_other_sealed(
    of_the_text: bytes, entropy: bytes, town: Town, me: Reporter, world: World
) -> None:
    said = answer(town, me, "Är du trygg nu?", of_the_text)
    broken = answer(town, me, "Påhittat.", of_the_text, seed=bytes(32))
    block = Block(me.block)
    cells = [
        letter.read_submission(of_the_text)[2],
        board_cell(town, block, said, 1),
        board_cell(town, block, broken),
    ]
    browser = run_browser(world, entropy, cells)
    assert browser["block"] == me.block.hex()
    assert [one["kind"] for one in browser["said"]] == ["exclusion", "stored", "message"]
    assert browser["said"][-1] == {
        "author": "utredare-1",
        "body": said[0].says["body"],
        "id": said[0].id.hex(),
        "kind": "message",
    }
    assert browser["unverified"] == 1
    check_report(bytes.fromhex(browser["submission"]), town, me, world)


def run_browser(world: World, entropy: bytes, cells: list[bytes]) -> dict[str, Any]:
    given = {
        "anchor": b64(world.anchor),
        "cells": [one.hex() for one in cells],
        "deployment": world.deployment.to_value(),
        "leaveOut": [LEFT_OUT],
        "receipt": " ".join(write_receipt(entropy)),
        "report": world.report_body(),
        "roster": world.roster_file.to_value(),
        "today": TODAY.isoformat(),
    }
    result: dict[str, Any] = json.loads(typescript("client/test/make-letter.ts", given))
    return result
