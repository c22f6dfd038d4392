"""Absence with cover, and text blocks: no clock is forgotten in July, and cover lets nobody read more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise

import pytest

from reporting_app.cases import team
from reporting_app.cases.clocks import Clocks
from reporting_app.cases.deciding import approve, propose
from reporting_app.cases.fold import Case
from reporting_app.cases.need import Limits, Need, Rank, need_of
from reporting_app.cases.sealing import Pen
from reporting_app.cases.team import Absence, Gap, Staff, Team, gaps, in_charge
from reporting_app.cases.together import CLOSE, NARROW, close_arguments, narrow_arguments
from reporting_app.crypto import event, letter
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.event import Event
from tests.cases.letterbox import Story
from tests.deployment import TODAY, World, make_world, member_keys

A, B, C, D = INVESTIGATORS = ("utredare-1", "utredare-2", "utredare-3", "utredare-4")
WITNESS, STRANGER = "tillsyn-1", "utredare-9"
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world((*INVESTIGATORS, WITNESS))


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def tell(story: Story, member: str, kind: str, body: dict[str, Json]) -> None:
    folded = story.opener(member).team()
    posting = team.compose(story.world.keys[member], story.world.setting(), folded, kind, body)
    story.submit(posting.submission)


def away(story: Story, member: str, *cover: str, first: date = TODAY, last: date = TODAY + WEEK) -> None:
    body = {"cover": sorted(cover), "first": first.isoformat(), "last": last.isoformat()}
    tell(story, member, "absence", body)


def block(story: Story, member: str, text: str, name: str = "tack", title: str = "Tack") -> None:
    tell(story, member, "template", {"id": name, "text": text, "title": title})


def seen_by(story: Story, member: str = A) -> Team:
    return Team.of(story.opener(member).team())


def after(found: Team, member: str, day: date = TODAY) -> Staff:
    return found.staff(INVESTIGATORS, day, member)


def narrowed(story: Story, *handlers: str) -> Case:
    story.post(story.desk(A).reply("Vi läser det du skrev."))
    for posting in propose(story.desk(A), NARROW, narrow_arguments(handlers, "De har ärendet.")):
        story.post(posting)
    story.post(approve(story.desk(B), story.case(B).decisions[-1]))
    return story.case(A)


def send(story: Story, said: Event) -> None:
    setting, content = story.world.setting(), letter.members_content([said])
    story.letters.append(letter.seal_letter(setting.frame, setting.readers(INVESTIGATORS), content))


def by_hand(story: Story, author: str, seed: bytes, kind: str, body: dict[str, Json]) -> None:
    """An event in the team's thread that no form makes, in a letter that no form sends."""
    setting = story.world.setting()
    pen = Pen(author, seed, event.team_thread(setting.deployment_id), setting)
    said = pen.sign(kind, body, INVESTIGATORS, 1)
    send(story, said)


# Absences


def test_an_absence_holds_from_its_first_day_to_its_last_for_everybody(story: Story) -> None:
    away(story, B, C, first=TODAY + WEEK, last=TODAY + 2 * WEEK)
    for member in INVESTIGATORS:
        found = seen_by(story, member)
        days = [TODAY + WEEK - timedelta(1), TODAY + WEEK, TODAY + 2 * WEEK, TODAY + 2 * WEEK + timedelta(1)]
        assert [found.away(day) for day in days] == [set(), {B}, {B}, set()]
        assert [found.covered_by(C, day) for day in days] == [set(), {B}, {B}, set()]
        assert found.covered_by(D, days[1]) == set()


def test_the_latest_word_of_each_counts_and_an_absence_that_ends_before_it_begins_is_none(
    story: Story,
) -> None:
    away(story, B, C)
    away(story, A, D)
    away(story, B, D, first=TODAY + WEEK, last=TODAY + WEEK)
    assert seen_by(story).away(TODAY) == {A}
    assert seen_by(story).absences[B].cover == {D}
    away(story, A, first=TODAY, last=TODAY - timedelta(1))
    assert set(seen_by(story).absences) == {B}


def test_nobody_is_sent_away_by_another(story: Story) -> None:
    """Each author's word is about its author: there is no other name to write in."""
    away(story, C, B)
    assert seen_by(story).away(TODAY) == {C}


def test_an_absence_of_somebody_outside_the_roster_is_set_aside(story: Story) -> None:
    body: dict[str, Json] = {"cover": [A], "first": TODAY.isoformat(), "last": TODAY.isoformat()}
    by_hand(story, STRANGER, member_keys(STRANGER).sign_seed, "absence", body)
    assert seen_by(story).absences == {}
    assert [one.reason for one in story.opener(A).team().set_aside] == ["author"]


def test_nobody_signs_an_absence_for_somebody_else(story: Story) -> None:
    body: dict[str, Json] = {"cover": [A], "first": TODAY.isoformat(), "last": TODAY.isoformat()}
    by_hand(story, B, story.world.keys[A].sign_seed, "absence", body)
    assert seen_by(story).absences == {}
    assert [one.reason for one in story.opener(A).team().set_aside] == ["signature"]


def test_what_a_witness_says_among_the_investigators_has_no_effect(story: Story) -> None:
    seed = story.world.keys[WITNESS].sign_seed
    body: dict[str, Json] = {"cover": [A], "first": TODAY.isoformat(), "last": TODAY.isoformat()}
    by_hand(story, WITNESS, seed, "absence", body)
    by_hand(story, WITNESS, seed, "template", {"id": "tack", "text": "Ring mig.", "title": "Tack"})
    assert seen_by(story) == Team()


@pytest.mark.parametrize("cover", [(), (B,), (WITNESS,), (STRANGER,)])
def test_cover_by_nobody_oneself_a_witness_or_an_invented_name_is_no_cover(
    story: Story, cover: tuple[str, ...]
) -> None:
    """The absence itself holds: better seen without cover than unseen."""
    away(story, B, *cover)
    assert seen_by(story).away(TODAY) == {B}
    assert seen_by(story).absences[B].cover == set()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("absence", {"cover": [], "first": "2026-02-30", "last": "2026-12-01"}),
        ("absence", {"cover": [], "first": "2026-11-21", "last": "i morgon"}),
        ("absence", {"cover": "utredare-1", "first": "2026-11-21", "last": "2026-12-01"}),
        ("template", {"id": "../cases", "text": "Tack.", "title": "Tack"}),
        ("template", {"id": "", "text": "Tack.", "title": "Tack"}),
        ("template", {"id": "tack", "text": "å" * 6001, "title": "Tack"}),
    ],
)
def test_what_has_another_form_is_set_aside(story: Story, kind: str, body: dict[str, Json]) -> None:
    setting = story.world.setting()
    thread = event.team_thread(setting.deployment_id)
    deployment, seed = setting.deployment_id, story.world.keys[B].sign_seed
    said = event.Draft(kind, B, INVESTIGATORS, body, TODAY, deployment, thread, 1, ()).sign(seed)
    send(story, said)
    assert seen_by(story) == Team()
    assert [one.reason for one in story.opener(A).team().set_aside] == ["schema"]


# Whose case it is, and who is at work


def test_the_cover_looks_after_what_the_absent_one_is_in_charge_of(story: Story) -> None:
    case = narrowed(story, A, B)
    away(story, B, C)
    found = seen_by(story)
    assert in_charge(case) == {A, B}
    assert after(found, C, TODAY).looks_after(case)
    assert not after(found, C, TODAY + 2 * WEEK).looks_after(case)
    assert not after(found, D, TODAY).looks_after(case)


def test_of_a_case_open_to_all_those_are_in_charge_who_have_done_something_in_it(story: Story) -> None:
    away(story, B, C)
    assert in_charge(story.case(A)) == set()
    assert not after(seen_by(story), C).looks_after(story.case(A))
    story.post(story.desk(D).opened(story.case(D).report.letter, [story.case(D).report.event.id]))  # type: ignore[union-attr]
    assert in_charge(story.case(A)) == set()
    story.post(story.desk(B).note("Läst."))
    assert in_charge(story.case(A)) == {B}
    assert after(seen_by(story), C).looks_after(story.case(A))


def test_cover_gives_no_right_to_read(story: Story) -> None:
    narrowed(story, A, B)
    away(story, A, C)
    away(story, B, C)
    assert story.case(A).readers == {A, B}
    desk = story.desk(A)
    assert desk.readers == [A, B]


def test_a_case_is_alone_when_all_to_whom_new_words_go_are_away(story: Story) -> None:
    case = narrowed(story, A, B)
    away(story, A, C)
    assert not seen_by(story).staff(INVESTIGATORS, TODAY, D).leaves_alone(case)
    away(story, B, C)
    assert seen_by(story).staff(INVESTIGATORS, TODAY, D).leaves_alone(case)
    assert not seen_by(story).staff(INVESTIGATORS, TODAY + 2 * WEEK, D).leaves_alone(case)
    # A handler who has left the roster handles nothing: then everybody who could read is asked again.
    assert not seen_by(story).staff((A, C, D), TODAY, D).leaves_alone(case)


def test_a_case_of_one_handler_who_is_left_is_as_alone_as_all_who_could_read_it(story: Story) -> None:
    case = narrowed(story, A, B)
    for member in (A, C, D):
        away(story, member)
    assert seen_by(story).staff((A, C, D), TODAY, D).leaves_alone(case)


def test_a_case_open_to_all_is_alone_only_when_all_are_away(story: Story) -> None:
    for member in (A, B, C):
        away(story, member)
    assert not seen_by(story).staff(INVESTIGATORS, TODAY, D).leaves_alone(story.case(A))
    away(story, D)
    assert seen_by(story).staff(INVESTIGATORS, TODAY, D).leaves_alone(story.case(A))


def test_a_closed_case_needs_nobody(story: Story) -> None:
    narrowed(story, A, B)
    for posting in propose(story.desk(A), CLOSE, close_arguments("support", "Stöd är på plats.")):
        story.post(posting)
    story.post(approve(story.desk(B), story.case(B).decisions[-1]))
    away(story, A)
    away(story, B)
    case, found = story.case(A), seen_by(story)
    assert not found.staff(INVESTIGATORS, TODAY, D).leaves_alone(case)
    assert gaps([case], found.absences[A], found, INVESTIGATORS) == []


def test_a_case_without_anybody_at_work_stands_before_what_is_soon_late_and_after_what_is() -> None:
    def need(days_ago: int, severity: str = "", state: str = "assessing") -> Need:
        came = TODAY - timedelta(days=days_ago)
        chosen = frozenset({severity} - {""})
        return need_of(state, chosen, Clocks(came, None, None, came), Limits(), TODAY)

    acute, late, soon, calm = need(0, "level_5"), need(9), need(6), need(1)
    in_order = [acute, late, soon.alone(), calm.alone(), soon, calm.with_news(), calm]
    assert all(one.order < other.order for one, other in pairwise(in_order))
    assert [one.alone().rank for one in (acute, late)] == [Rank.ACUTE, Rank.LATE]
    assert (soon.alone().reason, soon.alone().due) == (soon.reason, soon.due)


# What an absence leaves open


def gaps_of(story: Story, member: str, current: Collection[str] = INVESTIGATORS) -> list[Gap]:
    found = seen_by(story, member)
    return gaps([story.case(member)], found.absences[member], found, current)


def test_an_absence_shows_the_case_that_its_cover_cannot_read(story: Story) -> None:
    narrowed(story, A, B)
    away(story, A, B, C)
    (gap,) = gaps_of(story, A)
    assert (gap.nobody, gap.blind) == (False, {C})
    away(story, A, B)
    assert gaps_of(story, A) == []


def test_an_absence_shows_the_case_that_nobody_handles_on_some_day_of_it(story: Story) -> None:
    narrowed(story, A, B)
    middle = TODAY + timedelta(3)
    away(story, B, first=middle, last=middle)
    away(story, A, B)
    (gap,) = gaps_of(story, A)
    assert gap.nobody
    away(story, B, first=TODAY + 2 * WEEK, last=TODAY + 3 * WEEK)
    assert gaps_of(story, A) == []
    away(story, B, first=TODAY - WEEK, last=TODAY)
    assert gaps_of(story, A)[0].nobody


def test_a_case_that_is_not_ones_own_leaves_no_gap(story: Story) -> None:
    narrowed(story, A, B)
    away(story, C, D)
    assert gaps_of(story, C) == []
    found = seen_by(story)
    one = Absence(A, TODAY, TODAY, frozenset({B}))
    assert gaps([story.case(A)], one, found, INVESTIGATORS) == []


def test_a_case_that_others_handle_is_their_gap(story: Story) -> None:
    case = narrowed(story, A, B)
    for member in (A, B, C):
        away(story, member)
    found = seen_by(story)
    assert gaps([case], found.absences[C], found, INVESTIGATORS) == []
    assert gaps([case], found.absences[A], found, INVESTIGATORS)[0].nobody


def test_a_cover_whom_the_reporter_left_out_matters_where_one_has_begun(world: World) -> None:
    story = Story(world, leave_out=(C,))
    away(story, A, C)
    assert gaps_of(story, A) == []
    story.post(story.desk(A).note("Läst."))
    assert gaps_of(story, A)[0].blind == {C}


# Text blocks


def test_a_text_block_is_the_teams_and_the_latest_wording_holds(story: Story) -> None:
    block(story, A, "Tack för att du berättar.")
    block(story, B, "Tack. Vi har läst det.")
    for member in INVESTIGATORS:
        (found,) = seen_by(story, member).templates.values()
        assert (found.text, found.author, found.day) == ("Tack. Vi har läst det.", B, TODAY)
    block(story, C, "  ")
    assert seen_by(story).templates == {}
    block(story, D, "Tillbaka.")
    assert seen_by(story).templates["tack"].author == D


def test_somebody_left_out_of_a_case_still_shares_the_teams_blocks(world: World) -> None:
    """A block belongs to no case, and nothing of one may stand in it."""
    story = Story(world, leave_out=(C,))
    block(story, C, "Tack.")
    assert seen_by(story, A).templates["tack"].author == C


def test_nothing_the_team_says_reaches_a_reporter_or_a_witness(story: Story) -> None:
    before = story.thread().case.events
    away(story, A, B)
    block(story, A, "Tack.")
    assert story.thread().case.events == before
    assert story.opener(WITNESS).team().timeline == ()
