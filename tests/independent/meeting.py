"""A municipality whose members' secrets are known here, and what both sides look for in a report."""

import secrets

import pytest

from tests.deployment import INVESTIGATORS, TODAY, WITNESSES, World
from tests.independent import event, letter
from tests.independent.conventions import Refusal, from_b64, sign_public, to_b64
from tests.independent.event import Event
from tests.independent.receipt import Block, Reporter
from tests.independent.writing import Town, member_seeds

LEFT_OUT = "utredare-3"
READERS = ["utredare-1", "utredare-2"]
SECRETS = {member: secrets.token_bytes(32) for member in INVESTIGATORS + WITNESSES}
KEM_SEEDS = {member: member_seeds(secret)[0] for member, secret in SECRETS.items()}
SIGN_SEEDS = {member: member_seeds(secret)[1] for member, secret in SECRETS.items()}


def accepted(found: letter.Opened, town: Town, me: Reporter, reader: str) -> list[Event]:
    """The events of an opened letter or cell with every check of the text."""
    block = Block(me.block)
    keys = {member: sign_public(seed) for member, seed in SIGN_SEEDS.items()} | {
        "reporter": block.sign_public
    }
    return [event.accept(one.wire, town.deployment, block.thread, keys, reader) for one in found.events]


def check_report(sent: bytes, town: Town, me: Reporter, world: World) -> None:
    """That readers, the one left out, witness and reporter each find in it what the text gives them."""
    _, sealed, intake = letter.read_submission(sent)
    for member in READERS:
        found = letter.open_letter(sealed, town.deployment, KEM_SEEDS[member])
        exclusion, report = accepted(found, town, me, member)
        assert found.block == me.block
        assert exclusion.says["body"] == {"exclude": [LEFT_OUT]}
        assert report.says["body"] == world.report_body()
    with pytest.raises(Refusal, match="not-for-me"):
        letter.open_letter(sealed, town.deployment, KEM_SEEDS[LEFT_OUT])
    watching = letter.open_letter(sealed, town.deployment, KEM_SEEDS["tillsyn-1"])
    assert (watching.type, watching.watch_token) == (letter.REPORT, Block(me.block).watch_token)
    assert letter.is_mine(intake[24:40], Block(me.block).board_key)
    own = letter.open_cell(intake, town.deployment, me.kem_seed, Block(me.block).thread)
    echoed, stored = accepted(own, town, me, "reporter")
    assert echoed.id == exclusion.id
    assert from_b64(stored.says["body"]["letter"]) == letter.object_id(sealed)


def answer(
    town: Town, me: Reporter, text: str, sent: bytes, seed: bytes = SIGN_SEEDS["utredare-1"]
) -> list[Event]:
    """An investigator's answer to the report that was sent; with another seed a forged one."""
    sealed = letter.read_submission(sent)[1]
    report = letter.open_letter(sealed, town.deployment, KEM_SEEDS["utredare-1"]).events[-1]
    said = event.make(
        seed,
        author="utredare-1",
        audience=[*READERS, "reporter"],
        body={"parcels": [], "text": text},
        day=TODAY.isoformat(),
        deployment=town.deployment,
        kind="message",
        parents=[to_b64(report.id)],
        seq=1,
        thread=Block(me.block).thread,
    )
    return [said]
