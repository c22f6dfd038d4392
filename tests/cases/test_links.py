"""Cases that belong together: nobody learns of a case from which they were left out, by form or by hand."""

from __future__ import annotations

import pytest

from reporting_app.cases.deciding import approve, hand_on, propose
from reporting_app.cases.links import between, may_link
from reporting_app.cases.member import Posting
from reporting_app.cases.sealing import Pen
from reporting_app.cases.together import NARROW, narrow_arguments
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import newest
from tests.cases.letterbox import Story
from tests.deployment import World, make_world

A, B, C, D = INVESTIGATORS = ("utredare-1", "utredare-2", "utredare-3", "utredare-4")
OTHER = bytes(range(32))


@pytest.fixture(scope="module")
def world() -> World:
    return make_world((*INVESTIGATORS, "tillsyn-1"))


def narrowed(story: Story, *handlers: str) -> None:
    """To ``handlers``, by A and B, who hand on what was said before."""
    for posting in propose(story.desk(A), NARROW, narrow_arguments(handlers, "De har det.")):
        story.post(posting)
    story.post(approve(story.desk(B), story.case(B).decisions[-1]))
    handed = hand_on(story.desk(B))
    if handed:
        story.post(handed)


def test_what_readers_say_last_holds(world: World) -> None:
    story = Story(world)
    for number, member in enumerate(INVESTIGATORS + INVESTIGATORS):
        story.post(story.desk(member).link(OTHER, together=number % 2 == 0))
        assert bool(story.case(A).course.links) == (number % 2 == 0), number


def test_a_case_does_not_belong_with_itself(world: World) -> None:
    story = Story(world)
    case = story.case(A)
    assert not may_link(case, case, A, INVESTIGATORS)
    story.post(story.desk(A).link(case.thread, together=True))
    assert story.case(B).course.links == set()


def test_whoever_reads_no_more_links_nothing(world: World) -> None:
    story = Story(world)
    narrowed(story, A, B)
    # By hand: D still has the secret of the thread.
    desk, body = story.desk(A), {"thread": b64(OTHER), "together": True}
    pen = Pen(D, world.keys[D].sign_seed, desk.case.thread, world.setting())
    said = pen.sign("link", body, [A, B, D], 1, newest(desk.case.events))
    story.post(Posting(desk.letter([said]), (), said))
    case = story.case(A)
    assert said.id in {one.id for one in case.events}, "it is kept and shown"
    assert case.course.links == set()
    with pytest.raises(Refused, match="not open"):
        story.desk(D).link(OTHER, together=True)


def test_a_link_never_reaches_the_reporter(world: World) -> None:
    story = Story(world)
    posting = story.desk(A).link(OTHER, together=True)
    assert posting.cells == ()
    with pytest.raises(Refused, match="never addressed to the reporter"):
        story.desk(A).post("link", {"thread": b64(OTHER), "together": True}, to_reporter=True)


def test_nobody_who_was_left_out_of_the_one_may_be_told_by_the_other(world: World) -> None:
    open_to_all, without_c = Story(world).case(A), Story(world, (C,)).case(A)
    for one, other in ((open_to_all, without_c), (without_c, open_to_all)):
        assert between(one, other, INVESTIGATORS).left_out == {C}
        assert not may_link(one, other, A, INVESTIGATORS)
    assert between(open_to_all, without_c, [A, B, D]).left_out == set(), "C has left the roster"
    assert may_link(open_to_all, without_c, A, [A, B, D])


def test_who_learns_only_that_the_other_exists_is_known_before(world: World) -> None:
    wide, narrow = Story(world), Story(world)
    narrowed(narrow, A, B)
    found = between(wide.case(A), narrow.case(A), INVESTIGATORS)
    assert (found.only_this, found.only_other, found.left_out) == ({C, D}, set(), set())
    assert may_link(wide.case(A), narrow.case(A), A, INVESTIGATORS)
    assert not may_link(wide.case(D), narrow.case(A), D, INVESTIGATORS), "D reads only one of them"


def test_whoever_comes_later_is_not_told_and_misses_nothing(world: World) -> None:
    """They may have been left out of the other case since."""
    story = Story(world)
    narrowed(story, A, B)
    story.post(story.desk(A).link(OTHER, together=True))
    story.post(story.desk(A).note("Efter kopplingen."))
    narrowed(story, A, B, C)
    story.post(story.desk(B).note("Till alla tre."))
    case = story.case(C)
    texts = [one.body["text"] for one in case.events if one.kind == "note"]
    assert texts == ["Efter kopplingen.", "Till alla tre."]
    assert "link" not in {one.kind for one in case.events}
    assert case.missing == set()
    assert case.set_aside == ()
    story.post(story.desk(B).link(OTHER, together=False))
    assert story.case(A).course.links == set()
    case = story.case(C)
    assert "link" not in {one.kind for one in case.events}, "taking it back tells nobody either"
