"""Against leaks by one word too many: for whom a letter is sealed, and what its cell marks for witnesses."""

from __future__ import annotations

from datetime import date

import pytest

from reporting_app.admin.letters import Opener, answers_seen
from reporting_app.cases import proposals, reporter
from reporting_app.cases.deciding import approve, propose
from reporting_app.cases.together import NARROW, narrow_arguments
from reporting_app.crypto import cell, letter_open, shape, slots
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from tests.cases.letterbox import Story
from tests.deployment import FOUNDED, INVESTIGATORS, WITNESSES, World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def marks(story: Story, member: str) -> set[int]:
    """What this witness sees of the first letter's answers."""
    return answers_seen(story.opener(member).watched, story.board)[object_id(story.letters[0])]


def opens(world: World, sealed: bytes, member: str) -> bool:
    try:
        letter_open.open_letter(sealed, world.keys[member].kem, world.chain.deployment)
    except Refused as refused:
        if refused.reason != "not-for-me":
            raise
        return False
    return True


@pytest.mark.parametrize("state", ["received", "assessing", "investigating", "acting"])
def test_a_state_that_does_not_close_the_case_stops_no_clock_of_a_witness(world: World, state: str) -> None:
    story = Story(world)
    story.post(story.desk("utredare-1").status(state, "Vi arbetar."))
    for posting in propose(story.desk("utredare-1"), NARROW, narrow_arguments(INVESTIGATORS[:2], "")):
        story.post(posting)
    story.post(approve(story.desk("utredare-2"), story.case("utredare-2").decisions[0]))
    assert marks(story, "tillsyn-1") == set()
    story.close("utredare-1", "utredare-2", "support", "Vi har talat om stöd.")
    assert marks(story, "tillsyn-1") == {cell.ANSWER, cell.CONCLUSION}


def test_a_witness_is_told_a_report_from_a_later_message(world: World) -> None:
    story = Story(world)
    later, _ = reporter.compose_message(story.reporter, world.setting(), story.thread(), "Det hände igen.")
    story.submit(later)
    watched = story.opener("tillsyn-1").watched
    kinds = [watched[object_id(sealed)].kind for sealed in story.letters]
    assert kinds == [slots.WATCH_REPORT, slots.WATCH_MESSAGE]


@pytest.mark.parametrize("out", ["utredare-2", "tillsyn-1"])
def test_nothing_that_anybody_says_later_opens_for_who_was_left_out(world: World, out: str) -> None:
    story = Story(world, leave_out=(out,))
    later, _ = reporter.compose_message(story.reporter, world.setting(), story.thread(), "Det hände igen.")
    story.submit(later)
    desk = story.desk("utredare-1")
    for posting in (desk.note("Ring polisen."), desk.reply("Vi läser."), desk.status("assessing")):
        story.submit(posting.submission)
    assert [opens(world, sealed, out) for sealed in story.letters] == [False] * 5
    assert all(opens(world, sealed, "utredare-3") for sealed in story.letters), "it opens for who was not"


def test_nothing_is_sealed_to_a_key_on_the_day_after_its_last(world: World) -> None:
    last = FOUNDED + proposals.KEY_LIFETIME
    setting = world.setting(last)
    readers, recipients = setting.for_report(())
    assert (tuple(readers), len(recipients)) == (INVESTIGATORS, len(INVESTIGATORS + WITNESSES))
    after = world.setting(date.fromordinal(last.toordinal() + 1))
    assert after.readers(INVESTIGATORS) == []
    with pytest.raises(Refused, match="audience"):
        after.for_report(())


def test_a_key_is_sealed_to_for_two_years_at_most(world: World) -> None:
    assert {one.expires for one in world.chain.newest.members.values()} == {date(2028, 1, 7)}


def test_letters_and_cells_of_a_member_are_not_marked_for_witnesses_by_themselves(world: World) -> None:
    story = Story(world)
    posting = story.desk("utredare-1").note("Ring polisen.")
    sealed = shape.read_submission(posting.submission).letter
    opener = Opener(world.keys["tillsyn-1"])
    assert not opener.add(sealed, FOUNDED, world.chain)
    assert opener.watched == {}
