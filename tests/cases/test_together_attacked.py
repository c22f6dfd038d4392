"""Against one member, or a found receipt, that would part what colleagues and reporter believe of a case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reporting_app.cases import coding, deciding, together
from reporting_app.cases.course import People
from reporting_app.cases.deciding import approve, hand_on
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.order import Sighting
from reporting_app.cases.sealing import intake_cell
from reporting_app.cases.together import APPROVED, CLOSE, NARROW, PENDING, VOID, narrow_arguments
from reporting_app.crypto import letter
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Draft, Event
from tests.cases.attacks import LEFT, READERS
from tests.cases.attacks import WORLD as FAREWELL
from tests.cases.letterbox import Story
from tests.cases.test_together import CLOSING, A, B, C, D, answered, narrowed, put, sign, texts
from tests.deployment import FOUNDED, TODAY, World, make_world

LONG_AGO = TODAY - timedelta(days=60)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world((A, B, C, D, "tillsyn-1"))


def said_by(
    story: Story,
    author: str,
    kind: str,
    body: dict[str, Json],
    *,
    to: tuple[str, ...] = (A, B, C, D, REPORTER),
    seq: int | None = None,
    day: date = TODAY,
    parents: list[bytes] | None = None,
) -> Event:
    """Signed by ``author`` in any form they like; in nobody's hands yet."""
    case, world = story.case(A), story.world
    seed = story.reporter.sign_seed if author == REPORTER else world.keys[author].sign_seed
    number = case.numbers.get(author, 0) + 1 if seq is None else seq
    place = {"deployment": world.chain.deployment, "thread": case.thread}
    known = [one.id for one in case.events[-3:]] if parents is None else parents
    return Draft(kind, author, to, body, day, seq=number, parents=known, **place).sign(seed)


def send(story: Story, *events: Event, to: tuple[str, ...] = (A, B, C, D), cell: bool = False) -> None:
    desk = story.desk(A)
    story.submit(desk.submission(letter.thread_content(desk.block, events), to))
    if cell:
        story.board += desk.cells(events, None)


def proposed(story: Story, author: str, action: str, arguments: dict[str, Json]) -> dict[str, Json]:
    return {"action": action, "arguments": arguments, "heard": b64(story.case(A).course.heard)}


def exclusion(story: Story, exclude: list[str], to: tuple[str, ...], seq: int | None = None) -> Event:
    return said_by(story, REPORTER, "exclusion", {"exclude": exclude}, to=(*to, REPORTER), seq=seq)


# What members hold settled and the reporter's browser cannot


def test_nothing_counts_that_no_cell_could_tell_the_reporter(world: World) -> None:
    story = answered(world)
    arguments: dict[str, Json] = {"outcome": "support", "reason": "x" * 5_000}
    with pytest.raises(Refused, match="too long"):
        put(story, A, CLOSE, arguments)
    send(story, said_by(story, C, "proposal", proposed(story, C, CLOSE, arguments)))
    assert [one.state for one in story.case(B).decisions] == [VOID]


def test_nothing_counts_that_does_not_name_the_reporter(world: World) -> None:
    story = answered(world)
    inside = said_by(story, C, "proposal", proposed(story, C, CLOSE, CLOSING), to=(A, B, C, D))
    send(story, inside)
    assert [one.state for one in story.case(B).decisions] == [VOID]
    put(story, A, CLOSE, CLOSING)
    of: dict[str, Json] = {"of": story.case(A).decisions[-1].id}
    send(story, said_by(story, C, "approval", of, to=(A, B, C, D)))
    assert story.case(B).decisions[-1].state == PENDING


def test_nothing_counts_whose_day_the_reporters_browser_would_not_take(world: World) -> None:
    story = answered(world)
    before = FOUNDED - timedelta(days=1)
    send(story, said_by(story, C, "proposal", proposed(story, C, CLOSE, CLOSING), day=before))
    assert story.case(B).decisions == []
    assert "author" in {one.reason for one in story.case(B).set_aside}


@pytest.mark.parametrize("reason", ["", " ", "\ufeff", "\x85", "\x1c", "\u200b", "\u2060", "\xad"])
def test_a_reason_that_does_not_show_is_none(reason: str) -> None:
    assert not together.is_in_form(CLOSE, together.close_arguments("support", reason))


def test_the_reporter_is_told_though_somebody_wrote_between_the_two_signatures(world: World) -> None:
    for _ in range(6):
        story = answered(world)
        put(story, A, CLOSE, CLOSING)
        story.post(story.desk(C).note("Jag håller med."))
        sign(story, B)
        assert story.thread().case.state == "closed"


def test_an_approval_dated_before_its_proposal_counts_for_the_reporter_too(world: World) -> None:
    story = answered(world)
    put(story, A, CLOSE, CLOSING)
    decision = story.case(A).decisions[0]
    approval = said_by(story, C, "approval", {"of": decision.id}, day=LONG_AGO, parents=[])
    send(story, approval)
    story.board += story.desk(A).cells([decision.proposal.event, approval], None)
    assert (story.case(B).state, story.thread().case.state) == ("closed", "closed")


def test_who_proposed_tells_the_reporter_whatever_others_say_they_have_told(world: World) -> None:
    story = answered(world)
    put(story, A, NARROW, narrow_arguments((A, B), ""))
    approval = said_by(story, C, "approval", {"of": story.case(A).decisions[0].id})
    send(story, approval)
    send(story, said_by(story, C, "relay", {"of": b64(approval.id)}, to=(A, B)), to=(A, B))
    assert story.thread().case.handlers == frozenset()
    (owed,) = deciding.to_relay(story.case(A), A)
    story.post(deciding.relay(story.desk(A), owed))
    assert story.thread().case.handlers == {A, B}
    assert deciding.to_relay(story.case(A), A) == deciding.to_relay(story.case(B), B) == []


# New words


def test_a_narrowing_that_crossed_the_reporters_words_is_the_same_for_both(world: World) -> None:
    for _ in range(6):
        story = answered(world)
        put(story, A, NARROW, narrow_arguments((A, B), ""))
        desk, decision = story.desk(B), story.case(B).decisions[0]
        story.write("Det hände igen.")
        story.post(approve(desk, decision))
        assert story.case(C).handlers == story.thread().case.handlers == {A, B}


@pytest.mark.parametrize("named", ["in the approval", "in a note before it"])
def test_who_has_read_the_new_words_approves_no_older_narrowing(world: World, named: str) -> None:
    story = answered(world)
    put(story, A, NARROW, narrow_arguments((A, B), ""))
    story.write("C är min granne.")
    decision = story.case(B).decisions[0]
    with pytest.raises(Refused):
        sign(story, B)
    (words,) = [one.id for one in story.case(A).events if one.kind == "message" and one.author == REPORTER]
    if named == "in a note before it":
        send(story, said_by(story, B, "note", {"text": "Läst."}, to=(A, B, C, D), parents=[words]))
    parents = [words] if named == "in the approval" else []
    send(story, said_by(story, B, "approval", {"of": decision.id}, parents=parents))
    assert story.case(A).handlers == frozenset()


def test_whoever_finds_the_receipt_undoes_no_narrowing_by_a_message_that_seems_older(world: World) -> None:
    story = narrowed(answered(world), A, B)
    message = said_by(story, REPORTER, "message", {"parcels": [], "text": "Nej."}, seq=1, parents=[])
    send(story, message)
    assert story.case(A).handlers == {A, B}


# Numbers and days


def of(author: str, kind: str, body: dict[str, Json], seq: int, day: date, *parents: Event) -> Sighting:
    names, audience = [one.id for one in parents], [A, B, C, D, REPORTER]
    made = Draft(kind, author, audience, body, day, bytes(16), bytes(32), seq, names)
    return Sighting(made.sign(bytes(32)), bytes(32), day)


def report_of(day: date) -> Sighting:
    return of(REPORTER, "message", {"parcels": [], "text": "Hjälp."}, 500, day)


def folded(*sightings: Sighting) -> Case:
    return fold(bytes(32), sightings, People(frozenset({A, B, C}), frozenset({A, B, C})))


def test_a_low_number_kept_back_moves_nobodys_days() -> None:
    report = report_of(LONG_AGO)
    opened = of(C, "note", {"text": ""}, 5, LONG_AGO, report.event)
    answer = of(A, "message", {"parcels": [], "text": "Vi läser."}, 1, LONG_AGO, opened.event)
    late = of(C, "note", {"text": "Nu."}, 4, TODAY)
    found = of(REPORTER, "message", {"parcels": [], "text": "Nu."}, 1, TODAY)
    case = folded(report, opened, answer, late, found)
    assert (case.first_answer, case.received) == (LONG_AGO, LONG_AGO)
    assert [one.event.id for one in case.timeline[:3]] == [one.event.id for one in (report, opened, answer)]


def test_who_has_stepped_aside_does_not_sign_under_a_lower_number() -> None:
    report = report_of(LONG_AGO)
    aside = of(C, "recusal", {}, 5, LONG_AGO, report.event)
    late = of(C, "status", {"reason": "", "state": "acting"}, 4, TODAY)
    case = folded(report, aside, late)
    assert (case.state, [one.reason for one in case.set_aside]) == ("received", ["author"])


def test_stepping_aside_under_a_lower_number_undoes_nothing() -> None:
    report = report_of(LONG_AGO)
    heard = b64(together.digest_of([report.event.id]))
    body: dict[str, Json] = {"action": NARROW, "arguments": narrow_arguments((A, B, C), ""), "heard": heard}
    proposal = of(C, "proposal", body, 5, LONG_AGO, report.event)
    approval = of(A, "approval", {"of": b64(proposal.event.id)}, 1, LONG_AGO, proposal.event)
    case = folded(report, proposal, approval, of(C, "recusal", {}, 4, TODAY))
    assert (case.decisions[0].state, case.readers) == (APPROVED, {A, B})


def test_an_answer_handed_on_to_those_whom_it_names_is_not_dated_back(world: World) -> None:
    story = answered(world)
    body: dict[str, Json] = {"parcels": [], "text": "Svar."}
    late = said_by(story, C, "message", body, day=LONG_AGO, parents=[], seq=1)
    carrier = said_by(story, C, "reseal", {"events": [b64(late.id)], "reason": ""}, to=(A, B, C, D), seq=2)
    send(story, carrier, late)
    (entry,) = [one for one in story.case(A).timeline if one.event.id == late.id]
    assert (entry.day, entry.misdated) == (TODAY - timedelta(days=1), True)


# The reporter's readers


def test_invented_names_do_not_keep_the_reporter_from_writing(world: World) -> None:
    story = answered(world)
    for start in (0, 16):
        invented = sorted(f"nobody-{number}" for number in range(start, start + 16))
        made = exclusion(story, invented, (A, B, C, D))
        story.intake.append(intake_cell(world.setting(), story.reporter.thread, [made]))
    assert len(story.thread().case.excluded) == 32
    story.write("Jag kan ändå skriva.")
    assert "Jag kan ändå skriva." in texts(story.case(A))


def test_former_members_and_witnesses_are_nobody_left_to_read() -> None:
    world = FAREWELL
    story = Story(world)
    everybody = (*READERS, LEFT, "tillsyn-1")
    send(story, exclusion(story, sorted(READERS), everybody), to=READERS)
    assert story.case(A).excluded == frozenset()
    assert "audience" in {one.reason for one in story.case(A).set_aside}
    assert story.case(A).readers == set(READERS)


def test_an_exclusion_that_seems_older_lets_nobody_in_again(world: World) -> None:
    report = of(REPORTER, "exclusion", {"exclude": [D]}, 500, LONG_AGO)
    older = of(REPORTER, "exclusion", {"exclude": [A, B]}, 1, TODAY)
    people = People(frozenset({A, B, C, D}), frozenset({A, B, C, D}))
    assert fold(bytes(32), [report, older], people).excluded == {D}


# Who speaks in a case


def test_who_does_not_read_the_case_any_more_codes_nothing(world: World) -> None:
    story = answered(world)
    story.post(story.desk(C).coding(1, {"plausible": "yes"}))
    story = narrowed(story, A, B)
    send(story, said_by(story, D, "coding", {"catalogue": 1, "values": {}}, to=(A, B)), to=(A, B))
    found = coding.holding(story.case(A))
    assert found is not None
    assert found.event.author == C


def test_a_letter_that_leaves_no_room_does_not_keep_the_rest_from_a_new_handler(world: World) -> None:
    story = narrowed(answered(world), A, B)
    desk = story.desk(A)
    room = 18_096 - 3 - 1280 - 1
    empty = len(desk.sign("note", {"text": ""}, [A, B]).wire)
    # Two bytes of text in six of JSON: a text may be 12 000 bytes, its letter is full before.
    text = "\x01" * ((room - empty) // 6)
    story.post(desk.note(text + "x" * ((room - empty) % 6)))
    story.post(story.desk(A).note("Det som går att lämna över."))
    put(story, A, NARROW, narrow_arguments((A, C), ""))
    sign(story, B)
    while (posting := hand_on(story.desk(A))) is not None:
        story.post(posting)
    assert "Det som går att lämna över." in texts(story.case(C))
