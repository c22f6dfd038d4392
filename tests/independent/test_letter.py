"""Two implementations that share no line meet: what one seals the other opens, and both find the same in it.

If the product and its vectors had the same mistake, or the text said something else than the code does, the
reader that was written from docs/protocol.md alone would refuse what the product seals, or be refused by it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting_app.admin.letters import Opener, answers_seen
from reporting_app.cases.member import Desk
from reporting_app.cases.reporter import read_thread
from reporting_app.crypto import cell, letter_open, receipt, slots
from tests.deployment import TODAY, World
from tests.independent import letter
from tests.independent.conventions import Refusal, to_b64, to_json
from tests.independent.meeting import KEM_SEEDS, LEFT_OUT, READERS, SIGN_SEEDS, accepted, answer, check_report
from tests.independent.receipt import Block, Reporter
from tests.independent.writing import Town, board_cell, submit
from tests.site_fixtures import Visitor, problem_of


def test_it_opens_what_the_product_sealed(
    of_the_product: bytes, town: Town, me: Reporter, world: World
) -> None:
    check_report(of_the_product, town, me, world)


def test_it_opens_what_it_sealed(of_the_text: bytes, town: Town, me: Reporter, world: World) -> None:
    check_report(of_the_text, town, me, world)


@pytest.mark.parametrize("made_by", ["of_the_product", "of_the_text"])
def test_both_find_the_same_key_events_and_deletion_token(
    made_by: str, request: pytest.FixtureRequest, town: Town, world: World
) -> None:
    _, sealed, _ = letter.read_submission(request.getfixturevalue(made_by))
    mine = letter.open_letter(sealed, town.deployment, KEM_SEEDS["utredare-1"])
    theirs = letter_open.open_letter(sealed, world.keys["utredare-1"].kem, town.deployment)
    assert isinstance(theirs, letter_open.Reading)
    assert mine.key
    assert [one.id for one in mine.events] == [one.id for one in theirs.events]
    assert (mine.block, mine.share) == (theirs.block.wire, theirs.share)
    assert mine.key.deletion_token == theirs.key.deletion_token
    assert slots.commitment_of(mine.key.deletion_token) == sealed[32:64] == theirs.key.commitment


def test_the_product_makes_a_case_of_what_it_sealed(
    of_the_text: bytes, world: World, town: Town, me: Reporter
) -> None:
    _, sealed, _ = letter.read_submission(of_the_text)
    for member in READERS:
        opener = opened_by(world, member, sealed)
        (case,) = opener.cases().values()
        assert case.thread == Block(me.block).thread
        assert case.report
        assert case.report.event.body == world.report_body()
        assert (case.excluded, case.readers) == (frozenset({LEFT_OUT}), frozenset(READERS))
        assert (case.set_aside, case.missing, case.received) == ((), frozenset(), TODAY)


def test_for_the_product_a_left_out_investigator_finds_nothing_in_it(
    of_the_text: bytes, world: World
) -> None:
    opener = opened_by(world, LEFT_OUT, letter.read_submission(of_the_text)[1])
    assert (opener.cases(), opener.set_aside, opener.watched) == ({}, [], {})


def test_the_product_gives_the_holder_of_the_receipt_what_it_sealed(
    of_the_text: bytes, world: World, town: Town, me: Reporter, entropy: bytes
) -> None:
    intake = letter.read_submission(of_the_text)[2]
    answers = [board_cell(town, Block(me.block), answer(town, me, "Är du trygg nu?", of_the_text), 1)]
    keys = receipt.ReporterKeys(entropy, town.deployment)
    thread = read_thread(keys, world.chain, [intake], answers, TODAY)
    assert thread.stored
    assert thread.case.set_aside == ()
    assert [one.kind for one in thread.case.events] == ["exclusion", "stored", "message"]
    assert thread.case.events[-1].body["text"] == "Är du trygg nu?"


def test_witnesses_of_both_see_the_same_mark_of_an_answer(
    of_the_text: bytes, world: World, town: Town, me: Reporter
) -> None:
    sealed = letter.read_submission(of_the_text)[1]
    watched = opened_by(world, "tillsyn-1", sealed).watched
    block, said = Block(me.block), answer(town, me, "Hej.", of_the_text)
    for purpose, seen in ((0, set()), (1, {cell.ANSWER}), (2, {cell.CONCLUSION})):
        board = [board_cell(town, block, said, purpose)]
        assert answers_seen(watched, board) == {letter.object_id(sealed): seen}


def test_it_opens_what_a_member_answers_with_the_product(
    of_the_text: bytes, world: World, town: Town, me: Reporter
) -> None:
    sealed = letter.read_submission(of_the_text)[1]
    opener = opened_by(world, "utredare-1", sealed)
    (case,) = opener.cases().values()
    block = opener.threads[case.thread].block
    desk = Desk("utredare-1", SIGN_SEEDS["utredare-1"], world.setting(), block, case)
    posting = desk.reply("Vi har läst det.")
    (answered,) = posting.cells
    found = letter.open_cell(answered, town.deployment, me.kem_seed, Block(me.block).thread)
    assert accepted(found, town, me, "reporter")[0].says["body"]["text"] == "Vi har läst det."
    assert letter.watch_purpose(answered[40:56], Block(me.block).watch_token) == 1
    assert answered[20:24] == bytes(
        [*divmod(town.volume, 256), *divmod(Block(me.block).shard(town.shards), 256)]
    )
    to_colleague = letter.read_submission(posting.submission)[1]
    found = letter.open_letter(to_colleague, town.deployment, KEM_SEEDS["utredare-2"])
    assert [one.id for one in accepted(found, town, me, "utredare-2")] == [posting.event.id]
    with pytest.raises(Refusal, match="not-for-me"):
        letter.open_letter(to_colleague, town.deployment, KEM_SEEDS[LEFT_OUT])


def test_a_site_takes_its_submission_and_answer_and_gives_them_back(
    visitor: Visitor, town: Town, me: Reporter, world: World
) -> None:
    sent = submit(me, town, "report", world.report_body(), [LEFT_OUT])
    block = Block(me.block)
    _, sealed, intake = letter.read_submission(sent)
    stored = visitor.post("/v1/letters", sent)
    assert stored.status_code == 201
    names = {"cell": letter.object_id(intake), "letter": letter.object_id(sealed)}
    assert stored.get_json() == {what: to_b64(name) for what, name in names.items()}
    asked = to_json({"letters": [to_b64(names["letter"])]})
    assert visitor.signed("POST", "/v1/letters/fetch", asked, "application/json").data == sealed
    answered = board_cell(town, block, answer(town, me, "Vi har läst det.", sent), 1)
    path, kind = "/v1/board", "application/octet-stream"
    assert visitor.signed("POST", path, answered, kind).status_code == 201
    for shard, own in (
        (f"/v1/intake/{block.shard(town.intake_shards)}", intake),
        (f"/v1/board/{town.volume}/{block.shard(town.shards)}", answered),
    ):
        assert visitor.get(shard).data == own
        assert letter.is_mine(own[24:40], block.board_key)


@pytest.mark.parametrize("foreign", ["letter", "cell"])
def test_a_site_refuses_a_letter_or_cell_of_another_deployment(
    foreign: str, visitor: Visitor, town: Town, me: Reporter, world: World
) -> None:
    elsewhere = replace(town, deployment=bytes(16))
    _, sealed, intake = letter.read_submission(submit(me, town, "report", world.report_body()))
    _, foreign_letter, foreign_cell = letter.read_submission(
        submit(me, elsewhere, "report", world.report_body())
    )
    parts = (foreign_letter, intake) if foreign == "letter" else (sealed, foreign_cell)
    assert problem_of(visitor.post("/v1/letters", letter.make_submission(*parts))) == "deployment"
    assert visitor.post("/v1/letters", letter.make_submission(sealed, intake)).status_code == 201


def opened_by(world: World, member: str, sealed: bytes) -> Opener:
    opener = Opener(world.keys[member])
    opener.add(sealed, TODAY, world.chain)
    return opener
