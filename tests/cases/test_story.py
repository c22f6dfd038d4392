"""One report from writing to follow-up, with nothing but bytes between the two sides."""

from __future__ import annotations

import pytest

from reporting_app.admin.letters import answers_seen
from reporting_app.cases import reporter, sealing
from reporting_app.cases.member import split_text
from reporting_app.cases.story import OWN, tell
from reporting_app.crypto import cell, event, shape
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.hashing import object_id
from tests.cases.letterbox import Story
from tests.deployment import INVESTIGATORS, TODAY, WITNESSES, World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def test_the_chosen_investigators_read_the_report(world: World) -> None:
    story = Story(world)
    for member in INVESTIGATORS:
        report = story.case(member).report
        assert report is not None
        assert report.event.body["narrative"] == world.report_body()["narrative"]


def test_an_investigator_left_out_reads_nothing_and_cannot_tell_why(world: World) -> None:
    story = Story(world, leave_out=("utredare-2",))
    opener = story.opener("utredare-2")
    assert opener.cases() == {}
    assert opener.set_aside == []
    assert story.case("utredare-1").excluded == {"utredare-2"}
    assert story.case("utredare-1").readers == {"utredare-1", "utredare-3"}


def test_a_witness_sees_that_there_is_a_report_but_not_what_it_says(world: World) -> None:
    opener = Story(world).opener("tillsyn-1")
    assert len(opener.watched) == 1
    assert opener.cases() == {}


def test_a_witness_sees_a_human_answer_but_no_answer_in_the_automatic_opened(world: World) -> None:
    story = Story(world)
    letter = object_id(story.letters[0])
    story.post(
        story.desk("utredare-1").opened(letter, [e.event.id for e in story.case("utredare-1").unopened])
    )
    assert answers_seen(story.opener("tillsyn-1").watched, story.board) == {letter: set()}
    story.post(story.desk("utredare-1").reply("Vi har läst det du skrev."))
    assert answers_seen(story.opener("tillsyn-2").watched, story.board) == {letter: {cell.ANSWER}}


def test_the_reporter_sees_stored_then_opened_then_the_answer_and_the_status(world: World) -> None:
    story = Story(world, leave_out=("utredare-3",))
    assert story.thread().stored
    assert story.thread().case.opened is None
    unopened = [entry.event.id for entry in story.case("utredare-1").unopened]
    story.post(story.desk("utredare-1").opened(object_id(story.letters[0]), unopened))
    assert story.thread().case.opened == TODAY
    story.post(story.desk("utredare-2").reply("Är du trygg just nu?"))
    story.post(story.desk("utredare-1").status("investigating"))
    case = story.thread().case
    assert [e.event.body["text"] for e in case.timeline if e.event.kind == "message"] == [
        "Är du trygg just nu?"
    ]
    assert case.state == "investigating"
    assert case.set_aside == ()


def test_a_note_never_reaches_the_reporter(world: World) -> None:
    story = Story(world)
    posting = story.desk("utredare-1").note("Ring polisen.")
    assert posting.cells == ()
    story.post(posting)
    assert [e.event.kind for e in story.case("utredare-2").timeline][-1] == "note"
    assert {e.event.kind for e in story.thread().case.timeline} == {"exclusion", "stored"}


def test_a_follow_up_reaches_the_same_readers_without_naming_them_again(world: World) -> None:
    story = Story(world, leave_out=("utredare-2",))
    submission, _ = reporter.compose_message(
        story.reporter, world.setting(), story.thread(), "Det hände igen."
    )
    story.submit(submission)
    assert [e.event.body.get("text") for e in story.case("utredare-3").timeline][-1] == "Det hände igen."
    assert story.opener("utredare-2").cases() == {}
    assert story.case("utredare-3").missing == frozenset()


def test_new_words_from_the_reporter_reopen_a_closed_case(world: World) -> None:
    story = Story(world)
    story.close("utredare-1", "utredare-2", "support", "Vi har talat om stöd.")
    assert story.case("utredare-2").state == "closed"
    submission, _ = reporter.compose_message(
        story.reporter, world.setting(), story.thread(), "Han är tillbaka."
    )
    story.submit(submission)
    assert story.case("utredare-2").state == "received"
    assert story.case("utredare-2").reopened


@pytest.mark.parametrize("leave_out", [INVESTIGATORS[:2], (*WITNESSES, "utredare-1"), ("nobody",)])
def test_leaving_out_too_many_or_strangers_is_refused(world: World, leave_out: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="audience"):
        world.report(world.reporter(), leave_out)


def test_whoever_finds_a_receipt_reads_the_answers_and_not_the_report(world: World) -> None:
    story = Story(world)
    said = "Han väntade vid min bil."
    submission, _ = reporter.compose_message(story.reporter, world.setting(), story.thread(), said)
    story.submit(submission)
    for name, entry in [(object_id(one), story.case("utredare-1").unopened) for one in story.letters]:
        names = [one.event.id for one in entry if one.letter == name]
        story.post(story.desk("utredare-1").opened(name, names))
    story.post(story.desk("utredare-1").reply("Är du trygg just nu?"))
    found = b"".join(one.event.json for one in story.thread().case.timeline).decode()
    assert "Är du trygg just nu?" in found
    assert said not in found
    assert str(world.report_body()["narrative"]) not in found
    assert "direct_threat" not in found, "nor what was ticked"


def test_whoever_finds_a_receipt_cannot_answer_its_owner(world: World) -> None:
    """The keys in it sign as the reporter and seal cells to the reporter: such words are nobody's answer."""
    story, setting = Story(world), world.setting()
    block = story.reporter.thread
    pen = sealing.Pen(REPORTER, story.reporter.sign_seed, block.thread_id, setting)
    body = {"parcels": [], "text": "Vi möts bakom skolan klockan sju."}
    forged = pen.sign("message", body, [*INVESTIGATORS, REPORTER], event.reporter_seq([], TODAY) + 9)
    story.intake.append(sealing.intake_cell(setting, block, [forged]))
    told = tell(story.thread().case, 7, 3)
    assert told is not None
    assert [line.kind for line in told.lines] == [OWN]
    assert told.first_answer.done is None


def test_somebody_else_s_receipt_finds_nothing(world: World) -> None:
    story = Story(world)
    stranger = reporter.read_thread(world.reporter(), world.chain, story.intake, story.board, TODAY)
    assert not stranger.stored
    assert stranger.case.timeline == ()


def test_every_submission_and_cell_has_one_size_whatever_it_carries(world: World) -> None:
    story = Story(world, leave_out=("utredare-1",))
    long, _ = reporter.compose_message(story.reporter, world.setting(), story.thread(), "å" * 5_000)
    note = story.desk("utredare-2").note("x")
    reply = story.desk("utredare-2").reply("y" * 1_400)
    assert {len(one) for one in (long, note.submission, reply.submission)} == {shape.SUBMISSION_SIZE}
    assert [len(one) for one in reply.cells] == [shape.CELL_SIZE]


def test_a_long_answer_is_split_between_paragraphs_and_nothing_is_lost() -> None:
    text = "\n\n".join(f"Stycke {number}. " + "Vi hör av oss igen. " * 20 for number in range(12)).strip()
    parts = split_text(text)
    assert all(len(part.encode()) <= 1_400 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert len(parts) > 3
