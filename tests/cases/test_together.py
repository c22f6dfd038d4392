"""Two together: nobody closes a case alone or chooses alone who handles it, by form or by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting_app.cases import deciding, together
from reporting_app.cases.course import Course
from reporting_app.cases.deciding import approve, decline, hand_on, propose, relay
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.reporter import compose_message
from reporting_app.cases.sealing import Pen
from reporting_app.cases.together import (
    APPROVED,
    CLOSE,
    NARROW,
    PENDING,
    VOID,
    close_arguments,
    narrow_arguments,
)
from reporting_app.crypto import letter
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Event
from tests.cases.letterbox import Story
from tests.deployment import TODAY, World, make_world

A, B, C, D = INVESTIGATORS = ("utredare-1", "utredare-2", "utredare-3", "utredare-4")
CLOSING = close_arguments("support", "Stöd är på plats.")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world((*INVESTIGATORS, "tillsyn-1"))


def answered(world: World, leave_out: tuple[str, ...] = ()) -> Story:
    story = Story(world, leave_out)
    story.post(story.desk(A).reply("Vi läser det du skrev."))
    return story


def put(
    story: Story, member: str, action: str, arguments: dict[str, Json], asked: tuple[str, ...] = ()
) -> None:
    for posting in propose(story.desk(member), action, arguments, asked):
        story.post(posting)


def sign(story: Story, member: str) -> None:
    story.post(approve(story.desk(member), story.case(member).decisions[-1]))


def narrowed(story: Story, *handlers: str, by: tuple[str, str] = (A, B)) -> Story:
    put(story, by[0], NARROW, narrow_arguments(handlers, "De har ärendet."))
    sign(story, by[1])
    return story


def by_hand(story: Story, member: str, kind: str, body: dict[str, Json], to_reporter: bool = True) -> Event:
    """An event that no form makes, from somebody who can read the case."""
    desk = story.desk(member)
    said = desk.sign(kind, body, [*desk.readers, REPORTER] if to_reporter else desk.readers)
    story.post(Posting(desk.letter([said]), desk.cells([said], None) if to_reporter else (), said))
    return said


# Closing


def test_a_proposal_alone_closes_nothing(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    case = story.case(C)
    assert (case.state, case.decisions[0].state) == ("received", PENDING)
    assert story.thread().case.decisions == []


def test_a_colleagues_approval_closes_the_case_for_everybody(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    sign(story, B)
    for case in (story.case(A), story.case(C), story.thread().case):
        assert case.standing is not None
        assert (case.state, case.standing.outcome, case.standing.reason) == (
            "closed",
            "support",
            "Stöd är på plats.",
        )
        assert case.decisions[0].state == APPROVED


def test_nobody_approves_their_own_proposal(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    with pytest.raises(Refused, match="somebody else"):
        sign(story, A)
    proposal = story.case(A).decisions[0]
    by_hand(story, A, "approval", {"of": proposal.id})
    assert story.case(B).state == "received"
    # The reporter's browser needs both signatures too.
    desk = story.desk(A)
    story.board += desk.cells([proposal.proposal.event], None)
    assert story.thread().case.state == "received"


def test_no_status_closes_a_case(world: World) -> None:
    story = answered(world)
    with pytest.raises(Refused):
        by_hand(story, A, "status", {"reason": "Klart.", "state": "closed"})


def test_new_words_from_the_reporter_void_what_is_pending(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    story.write("Det hände igen.")
    decision = story.case(B).decisions[0]
    assert (decision.state, decision.why) == (VOID, together.NEWS)
    with pytest.raises(Refused):
        sign(story, B)
    by_hand(story, B, "approval", {"of": decision.id})
    assert story.case(C).state == "received"


def test_an_approval_that_had_not_heard_the_reporters_words_does_not_count(world: World) -> None:
    """Posted at the same moment: in either order nothing that the reporter said is closed over."""
    for _ in range(8):
        story = answered(world)
        put(story, A, CLOSE, CLOSING)
        desk, decision = story.desk(B), story.case(B).decisions[0]
        story.write("Det hände igen.")
        story.post(approve(desk, decision))
        assert story.case(C).state == "received"


def test_a_closed_case_opens_again_when_the_reporter_writes(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    sign(story, B)
    story.write("Det är inte över.")
    assert story.case(C).reopened
    assert story.thread().case.state == "received"


def test_nothing_is_closed_before_a_person_has_answered_except_junk(world: World) -> None:
    story = Story(world)
    put(story, A, CLOSE, CLOSING)
    assert (story.case(B).decisions[0].state, story.case(B).decisions[0].why) == (VOID, together.RULE)
    put(story, A, CLOSE, close_arguments(together.JUNK, "Ingen rapport."))
    sign(story, B)
    assert story.case(C).state == "closed"


@pytest.mark.parametrize(
    "arguments",
    [{}, {"outcome": "support"}, {"outcome": "support", "reason": " "}, {"outcome": 1, "reason": "x"}],
)
def test_a_closing_without_outcome_and_reason_is_void(world: World, arguments: dict[str, Json]) -> None:
    story = answered(world)
    with pytest.raises(Refused):
        put(story, A, CLOSE, arguments)
    heard = b64(story.case(A).course.heard)
    by_hand(story, A, "proposal", {"action": CLOSE, "arguments": arguments, "heard": heard})
    assert story.case(B).decisions[0].state == VOID


def test_a_declined_proposal_is_settled(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    story.post(decline(story.desk(B), story.case(B).decisions[0], "Inte än."))
    assert (story.case(C).decisions[0].state, story.case(C).decisions[0].why) == (VOID, together.DECLINED)
    by_hand(story, C, "approval", {"of": story.case(C).decisions[0].id})
    assert story.case(A).state == "received"


def crossing(world: World, *, first: str) -> Story:
    """B approves and C refuses, neither having heard of the other."""
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    decision = story.case(A).decisions[0]
    posted = {
        "approve": approve(story.desk(B), decision),
        "decline": decline(story.desk(C), decision, "Nej."),
    }
    for name in sorted(posted, reverse=first == "decline"):
        story.post(posted[name])
    return story


@pytest.mark.parametrize("first", ["approve", "decline"])
def test_an_approval_that_crosses_a_refusal_holds_for_the_team_as_it_does_for_the_reporter(
    world: World, first: str
) -> None:
    for _ in range(4):
        story = crossing(world, first=first)
        assert story.thread().case.state == "closed"
        for member in INVESTIGATORS:
            assert story.case(member).state == "closed"
            assert story.case(member).decisions[0].state == APPROVED


# Somebody who cannot read the case


def test_somebody_who_cannot_read_the_case_sees_the_proposal_and_nothing_else(world: World) -> None:
    story = narrowed(answered(world), A, B)
    since = len(story.letters)
    put(story, A, CLOSE, CLOSING, asked=(D,))
    opener = story.newcomer(D, since)
    (case,) = opener.asked().values()
    assert [one.kind for one in case.events] == ["proposal"]
    assert case.decisions[0].state == PENDING
    assert opener.cases() == {}
    assert [one.block for one in opener.threads.values()] == [None]


def test_their_signature_counts_and_a_readers_panel_tells_the_reporter(world: World) -> None:
    story = narrowed(answered(world), A, B)
    since = len(story.letters)
    put(story, A, CLOSE, CLOSING, asked=(D,))
    outside = story.outside(D, since)
    story.post(outside.approve(outside.case.decisions[0]))
    assert story.case(B).state == "closed"
    assert story.thread().case.state != "closed"
    *_, waiting = deciding.to_relay(story.case(A), A)
    story.post(relay(story.desk(A), waiting))
    assert story.thread().case.state == "closed"
    assert deciding.to_relay(story.case(B), B) == []


def test_somebody_who_could_read_before_is_asked_though_the_reporter_wrote_since(world: World) -> None:
    """They do not hear the reporter any more and cannot know whether a proposal is void: its readers do."""
    story = narrowed(answered(world), A, B)
    story.write("Bara till er två.")
    put(story, A, CLOSE, CLOSING, asked=(C,))
    case = story.case(C)
    (seen,) = [one for one in case.decisions_from_outside if one.action == CLOSE]
    assert seen.state == PENDING
    outside = deciding.Outside(C, world.keys[C].sign_seed, world.setting(), case)
    story.post(outside.approve(seen))
    assert story.case(B).state == "closed"


def test_whoever_was_asked_learns_that_it_is_settled(world: World) -> None:
    story = narrowed(answered(world), A, B)
    since = len(story.letters)
    put(story, A, CLOSE, CLOSING, asked=(D,))
    desk, decision = story.desk(A), story.case(A).decisions[-1]
    said = decline(desk, decision, "Inte än.")
    copied = deciding.copy_for_asked(desk, decision, said.event)
    assert copied is not None
    story.post(said)
    story.post(copied)
    (case,) = story.newcomer(D, since).asked().values()
    assert case.decisions_from_outside[0].state == VOID


def test_a_member_left_out_is_never_asked_and_their_signature_counts_for_nothing(world: World) -> None:
    story = answered(world, leave_out=(D,))
    with pytest.raises(Refused):
        put(story, A, CLOSE, CLOSING, asked=(D,))
    put(story, A, CLOSE, CLOSING)
    decision = story.case(A).decisions[0]
    forged = sign_for(story, D, "approval", {"of": decision.id})
    story.submit(story.desk(A).copy(forged, [A, B, C]).submission)
    assert story.case(B).state == "received"


def test_a_witness_signs_nothing_in_a_case(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    forged = sign_for(story, "tillsyn-1", "approval", {"of": story.case(A).decisions[0].id})
    story.submit(story.desk(A).copy(forged, [A, B, C]).submission)
    assert story.case(B).state == "received"


def sign_for(story: Story, member: str, kind: str, body: dict[str, Json], seq: int = 1) -> Event:
    pen = Pen(member, story.world.keys[member].sign_seed, story.case(A).thread, story.world.setting())
    return pen.sign(kind, body, [*INVESTIGATORS, REPORTER], seq)


# Need to know


def test_a_narrowed_case_goes_on_between_its_handlers_and_the_reporter(world: World) -> None:
    story = narrowed(answered(world), A, B)
    story.write("Bara till er två.")
    story.post(story.desk(A).note("Vi tar det."))
    for member in (A, B):
        assert "Bara till er två." in texts(story.case(member))
    for member in (C, D):
        assert "Bara till er två." not in texts(story.case(member))
        assert "Vi tar det." not in texts(story.case(member))
        assert story.case(member).handlers == {A, B}
        assert member in story.case(member).able


def test_one_person_narrows_nothing_in_the_reporters_eyes(world: World) -> None:
    story = answered(world)
    put(story, A, NARROW, narrow_arguments((A, B), ""))
    proposal = story.case(A).decisions[0].proposal.event
    alone = sign_for(story, A, "approval", {"of": b64(proposal.id)})
    story.board += story.desk(A).cells([proposal, alone], None)
    story.write("Till alla.")
    assert all("Till alla." in texts(story.case(member)) for member in INVESTIGATORS)


@pytest.mark.parametrize("handlers", [(A,), (A, "tillsyn-1"), (A, "nobody"), (A, D)])
def test_a_case_has_two_handlers_who_investigate_and_are_not_left_out(
    world: World, handlers: tuple[str, ...]
) -> None:
    story = answered(world, leave_out=(D,))
    heard = b64(story.case(A).course.heard)
    arguments = narrow_arguments(handlers, "")
    by_hand(story, A, "proposal", {"action": NARROW, "arguments": arguments, "heard": heard})
    by_hand(story, B, "approval", {"of": story.case(B).decisions[0].id})
    assert story.case(C).handlers == frozenset()
    assert story.case(C).decisions[0].state == VOID


def test_a_handler_left_out_later_stops_being_one(world: World) -> None:
    story = narrowed(answered(world), A, B, C)
    sent = story.thread()
    story.submit(compose_message(story.reporter, world.setting(), sent, "Inte till C.", (C,))[0])
    assert "Inte till C." not in texts(story.case(C))
    assert story.case(A).readers == {A, B}


def test_a_handover_gives_the_new_handler_everything_that_was_said(world: World) -> None:
    story = narrowed(answered(world, leave_out=(C,)), A, B)
    story.write("Mer från mig.")
    put(story, A, NARROW, narrow_arguments((B, D), "A slutar."))
    sign(story, B)
    hand_all(story, B)
    case = story.case(D)
    assert {"Någon följer efter mig hem.", "Mer från mig.", "Vi läser det du skrev."} <= set(texts(case))
    assert (case.readers, case.set_aside) == ({B, D}, ())
    story.write("Till de nya.")
    assert "Till de nya." in texts(story.case(D))
    assert "Till de nya." not in texts(story.case(A))


def test_two_who_hand_over_to_others_can_still_give_them_everything(world: World) -> None:
    story = narrowed(answered(world, leave_out=(C,)), A, B)
    story.write("Mer från mig.")
    put(story, A, NARROW, narrow_arguments((B, D), ""))
    sign(story, B)
    hand_all(story, B)
    put(story, B, NARROW, narrow_arguments((A, D), ""))
    sign(story, D)
    story = narrowed(answered(world), A, B)
    story.write("Bara till er två.")
    put(story, A, NARROW, narrow_arguments((C, D), "Vi slutar."))
    sign(story, B)
    assert hand_all(story, B) >= 1
    assert not deciding.hands_on(story.case(B), B)
    for member in (C, D):
        assert "Bara till er två." in texts(story.case(member))
        assert story.case(member).set_aside == ()
    story.post(story.desk(C).note("Nu är det vi."))
    assert "Nu är det vi." not in texts(story.case(A))


def test_a_long_case_is_handed_on_in_several_letters(world: World) -> None:
    story = Story(world)
    story.post(story.desk(A).reply("Tack."))
    story = narrowed(story, A, B)
    for number in range(4):
        story.post(story.desk(A).note(f"{number} " + "x" * 9_000))
    put(story, A, NARROW, narrow_arguments((A, C), ""))
    sign(story, B)
    assert hand_all(story, B if B in story.case(B).readers else A) >= 3
    assert sum(text.endswith("xxx") for text in texts(story.case(C))) == 4


def test_handing_old_words_to_somebody_whom_two_have_not_named_is_set_aside(world: World) -> None:
    story = narrowed(answered(world), A, B)
    story.post(story.desk(A).note("Bara för oss."))
    desk = story.desk(A)
    note = story.case(A).events[-1]
    said = desk.sign("reseal", {"events": [b64(note.id)], "reason": ""}, [A, B, C])
    story.submit(desk.submission(desk_content(desk, [said, note]), [A, B, C]))
    assert [one.reason for one in story.case(B).set_aside] == ["audience"]
    assert C not in story.case(B).readers


def test_only_a_reseal_that_holds_carries_anything(world: World) -> None:
    """A made-up reseal in the name of somebody entitled brings nobody's words to a new reader."""
    story = narrowed(answered(world), A, B)
    story.post(story.desk(A).note("Bara för oss."))
    desk, note = story.desk(A), story.case(A).events[-1]
    real = desk.sign("reseal", {"events": [b64(note.id)], "reason": ""}, [A, B, C])
    forged = Pen(A, world.keys[C].sign_seed, desk.case.thread, world.setting())
    fake = forged.sign("reseal", dict(real.body), [A, B, C], real.seq)
    story.submit(desk.submission(desk_content(desk, [fake, note]), [C]))
    assert "Bara för oss." not in texts(story.case(C))


# Stepping aside


def test_who_steps_aside_gets_nothing_more_and_says_nothing_more(world: World) -> None:
    story = narrowed(answered(world), A, B, C)
    story.post(story.desk(C).recusal())
    story.write("Efter det.")
    assert story.case(A).readers == {A, B}
    assert "Efter det." not in texts(story.case(C))
    forged = sign_for(story, C, "status", {"reason": "Ändå.", "state": "acting"}, seq=9)
    story.submit(story.desk(A).submission(desk_content(story.desk(A), [forged]), [A, B]))
    assert story.case(A).state == "received"
    assert "author" in {one.reason for one in story.case(A).set_aside}


def test_with_fewer_than_two_handlers_left_the_case_is_open_again_to_all_who_could_read_it(
    world: World,
) -> None:
    story = narrowed(answered(world, leave_out=(D,)), A, B)
    story.post(story.desk(B).recusal())
    assert story.case(A).readers == {A, C}
    story.write("Ingen är ensam med det.")
    assert "Ingen är ensam med det." in texts(story.case(C))


def test_when_too_few_are_left_the_others_know_it_get_everything_and_two_can_choose_anew(
    world: World,
) -> None:
    story = narrowed(answered(world), A, B)
    story.write("Bara till er två.")
    story.post(story.desk(B).recusal())
    for member in (A, C, D):
        assert story.case(member).readers == {A, C, D}
    assert "Bara till er två." not in texts(story.case(C))
    assert deciding.hands_on(story.case(A), A)
    assert not deciding.hands_on(story.case(C), C)
    hand_all(story, A)
    assert "Bara till er två." in texts(story.case(C))
    put(story, A, NARROW, narrow_arguments((A, C), ""))
    sign(story, C)
    assert story.case(D).handlers == {A, C}


def test_handlers_who_have_left_the_roster_do_not_leave_a_case_that_nobody_can_decide_in(
    world: World,
) -> None:
    story = narrowed(answered(world), A, B)
    case = story.case(C)
    assert case.readers == {A, B}
    gone = replace(case.course.people, until={A: TODAY, B: TODAY})
    course = Course(gone, case.excluded).run(case.timeline)
    assert course.readers == {C, D}
    # What they did while they were there stands.
    assert course.handlers == {A, B}


def test_who_stepped_aside_does_not_come_back_as_handler(world: World) -> None:
    story = answered(world)
    story.post(story.desk(C).recusal())
    with pytest.raises(Refused):
        by_hand(story, C, "note", {"text": "x"}, to_reporter=False)
    put(story, A, NARROW, narrow_arguments((A, C), ""))
    by_hand(story, B, "approval", {"of": story.case(B).decisions[0].id})
    assert story.case(A).handlers == frozenset()


def hand_all(story: Story, member: str) -> int:
    count = 0
    while (posting := hand_on(story.desk(member))) is not None:
        story.post(posting)
        count += 1
    return count


def texts(case: Case) -> list[str]:
    return [str(one.body.get("narrative") or one.body.get("text") or "") for one in case.events]


def desk_content(desk: Desk, events: list[Event]) -> bytes:
    return letter.thread_content(desk.block, events)
