"""What a reporter sends and what a member answers, composed from docs/protocol.md alone (§3, §4, §6, §13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.independent import event
from tests.independent.conventions import h, to_b64
from tests.independent.event import Event
from tests.independent.letter import (
    LATER,
    READER,
    REPORT,
    make_cell,
    make_letter,
    make_submission,
    make_watch_tag,
    object_id,
    work,
)
from tests.independent.receipt import Block, Reporter


@dataclass(frozen=True)
class Town:
    """What roster and deployment file say to whoever writes; the members with their KEM public keys."""

    deployment: bytes
    roster_version: int
    slots: int
    investigators: dict[str, bytes]
    witnesses: dict[str, bytes]
    intake_shards: int
    pow_bits: int
    volume: int
    shards: int
    day: date

    def readers(self, leave_out: Sequence[str]) -> list[str]:
        return [name for name in self.investigators if name not in leave_out]


def member_seeds(secret: bytes) -> tuple[bytes, bytes]:
    """KEM seed and signing seed of a member (§12)."""
    return h("rapp1.mk-kem", secret, b"", 32), h("rapp1.mk-sign", secret, b"", 32)


def submit(me: Reporter, town: Town, kind: str, body: dict[str, Any], leave_out: Sequence[str] = ()) -> bytes:
    """A submission with `exclusion` and what is said, a `report` or a `message`."""
    readers, block = town.readers(leave_out), Block(me.block)
    place = {"deployment": town.deployment, "thread": block.thread, "day": town.day.isoformat()}
    common = {**place, "author": "reporter"}
    seq = event.first_seq(0, (town.day - date(1970, 1, 1)).days)
    exclusion = event.make(
        me.sign_seed,
        **common,
        kind="exclusion",
        body={"exclude": sorted(leave_out)},
        audience=[*readers, "reporter"],
        seq=seq,
        parents=[],
    )
    parents = [to_b64(exclusion.id)]
    said = event.make(
        me.sign_seed, **common, kind=kind, body=body, audience=readers, seq=seq + 1, parents=parents
    )
    recipients = [(town.investigators[name], READER) for name in readers]
    watching = REPORT if kind == "report" else LATER
    recipients += [(key, watching) for name, key in town.witnesses.items() if name not in leave_out]
    letter = make_letter(
        town.deployment, town.roster_version, town.slots, recipients, me.block, [exclusion, said]
    )
    stored = event.make(
        me.sign_seed,
        **common,
        kind="stored",
        body={
            "events": sorted(to_b64(one.id) for one in (exclusion, said)),
            "letter": to_b64(object_id(letter)),
        },
        audience=["reporter"],
        seq=seq + 2,
        parents=[to_b64(said.id)],
    )
    where = (0, block.shard(town.intake_shards))
    cell = make_cell(town.deployment, where, block.board_key, block.kem_public, [exclusion, stored])
    ids = object_id(letter), object_id(cell)
    nonce = next(nonce for nonce in range(2**40) if work(nonce, *ids) >= town.pow_bits)
    return make_submission(letter, cell, nonce)


def board_cell(town: Town, block: Block, events: Sequence[Event], purpose: int = 0) -> bytes:
    """A cell on the board; `purpose` 0 leaves nothing for a witness."""
    where = (town.volume, block.shard(town.shards))
    watch = make_watch_tag(block.watch_token, purpose) if purpose else None
    return make_cell(town.deployment, where, block.board_key, block.kem_public, events, watch)
