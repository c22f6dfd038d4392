"""Against a site, or a member, that hides, replaces or backdates what was done: the trace names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting_app.admin.letters import Opener
from reporting_app.cases import deciding, together
from reporting_app.cases.course import People
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.order import Sighting
from reporting_app.cases.sealing import Pen, blank_intake_cell, submission
from reporting_app.cases.trace import (
    BACKWARDS,
    GAP,
    MISDATED,
    TWICE,
    UNKNOWN,
    Trace,
    trace_of,
)
from reporting_app.crypto import letter
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.event import REPORTER, Event, newest
from tests.cases.letterbox import Story
from tests.deployment import TODAY, World, make_world

A, B, C = "utredare-1", "utredare-2", "utredare-3"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world((A, B, C, "tillsyn-1"))


def read(desk: Desk, *events: bytes) -> Posting:
    return desk.post("read", {"events": sorted(b64(one) for one in events)})


def a_working_week(world: World) -> Story:
    """Three members' acts of every sort, the last two of them reading."""
    story = Story(world)
    report = story.case(A).report
    assert report is not None
    story.post(story.desk(A).opened(story.case(A).timeline[0].letter, [report.event.id]))
    story.post(story.desk(A).reply("Vi läser det du skrev."))
    story.post(story.desk(B).note("Jag känner till platsen."))
    story.post(story.desk(C).status("assessing", "Vi börjar."))
    story.write("Det hände igen.")
    story.post(story.desk(B).note("Samma bil."))
    closing = together.close_arguments("support", "Stöd finns.")
    for posting in deciding.propose(story.desk(A), together.CLOSE, closing):
        story.post(posting)
    story.post(deciding.approve(story.desk(C), story.case(C).decisions[-1]))
    known = [one.id for one in story.case(A).events if one.author in (B, REPORTER)]
    story.post(read(story.desk(A), *known))
    story.post(read(story.desk(C), *(one.id for one in story.case(C).events if one.author == A)))
    return story


@dataclass(frozen=True)
class Held:
    """What one panel holds, opened: tests take some of it away without any cryptography."""

    world: World
    thread: bytes
    sightings: tuple[Sighting, ...]
    people: People

    @classmethod
    def by(cls, opener: Opener, world: World) -> Held:
        (thread,) = opener.threads.values()
        people = People(world.chain.all_members, world.chain.all_investigators)
        return cls(world, thread.name, tuple(thread.sightings), people)

    def trace(self, sightings: Iterable[Sighting] | None = None) -> Trace:
        return trace_of(self.case(self.sightings if sightings is None else sightings))

    def case(self, sightings: Iterable[Sighting]) -> Case:
        return fold(self.thread, sightings, self.people)

    def signs(
        self,
        member: str,
        kind: str,
        body: dict[str, Json],
        seq: int,
        parents: Iterable[bytes],
        audience: Sequence[str] = (A, B, C),
    ) -> Event:
        """What no form makes."""
        seed = self.world.keys[member].sign_seed
        pen = Pen(member, seed, self.thread, self.world.setting())
        return pen.sign(kind, body, audience, seq, list(parents))

    def without(self, *names: bytes) -> list[Sighting]:
        return [one for one in self.sightings if one.event.id not in names]


@pytest.fixture(scope="module")
def held(world: World) -> Held:
    return Held.by(a_working_week(world).opener(B), world)


def built_on(one: Event, others: Sequence[Event]) -> bool:
    """Whether anything else rests on an event: its author's next number, a parent, or a word about it.

    Written from docs/protocol.md, not from the code: what must be noticed when it is gone.
    """
    rest = [other for other in others if other.id != one.id]
    named = b64(one.id)
    numbered = one.author != REPORTER and any(r.author == one.author and r.seq > one.seq for r in rest)
    said = any(named in (*r.body.get("events", ()), r.body.get("of")) for r in rest if r.kind != "stored")
    return numbered or said or any(one.id in r.parents for r in rest)


def test_an_honest_trace_holds_together_and_names_every_act_once(held: Held) -> None:
    trace = held.trace()
    assert trace.is_whole
    assert [act.entry.event.id for act in trace.acts] == [one.id for one in held.case(held.sightings).events]
    reads = [act for act in trace.acts if act.entry.event.kind == "read"]
    assert [(act.entry.event.author, len(act.about)) for act in reads] == [(A, 6), (C, 4)]


def test_whoever_takes_any_one_act_away_is_found_out_unless_nothing_rests_on_it(held: Held) -> None:
    """By the number that is missing or by who named it; the last of all can be kept back unseen."""
    events = [one.event for one in held.sightings]
    unseen = []
    for gone in events:
        trace = held.trace(held.without(gone.id))
        rests = built_on(gone, events)
        assert bool(trace.findings) == rests, gone.kind
        gaps = [one for one in trace.findings if one.what == GAP]
        if gaps:
            assert [(one.author, one.first, one.last) for one in gaps] == [(gone.author, gone.seq, gone.seq)]
        assert {name for one in trace.findings for name in one.ids} <= {gone.id}
        assert trace.code != held.trace().code
        unseen += [] if rests else [gone]
    assert [(one.author, one.kind) for one in unseen] == [(C, "read")], "nobody has answered it yet"


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_a_site_keeps_back_is_named_if_anything_left_rests_on_it(
    held: Held, data: st.DataObject
) -> None:
    names = [one.event.id for one in held.sightings]
    gone = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=len(names) - 1))
    left = held.without(*gone)
    order = data.draw(st.permutations(left))
    trace = held.trace(order)
    lost = [one.event for one in held.sightings if one.event.id in gone]
    here = [one.event for one in left]
    assert bool(trace.findings) == any(built_on(one, [one, *here]) for one in lost)
    assert trace == held.trace(left), "in whatever order they came"


def test_a_number_used_for_two_different_acts_is_named_at_both(held: Held) -> None:
    one = next(s for s in held.sightings if s.event.kind == "note")
    other = held.signs(one.event.author, "note", {"text": "Något annat."}, one.event.seq, one.event.parents)
    trace = held.trace([*held.sightings, replace(one, event=other)])
    found = {(f.at, f.ids) for f in trace.findings if f.what == TWICE}
    assert found == {(one.event.id, (other.id,)), (other.id, (one.event.id,))}


def test_an_act_replaced_by_its_own_author_is_missed_by_whoever_had_built_on_it(held: Held) -> None:
    one = next(s for s in held.sightings if s.event.kind == "note")
    other = held.signs(one.event.author, "note", {"text": "Något annat."}, one.event.seq, one.event.parents)
    trace = held.trace([*held.without(one.event.id), replace(one, event=other)])
    missed = [f for f in trace.findings if f.what == UNKNOWN]
    assert missed
    assert {name for f in missed for name in f.ids} == {one.event.id}


def test_what_somebody_says_to_have_read_and_is_not_here_is_named(held: Held) -> None:
    heads, elsewhere = newest([one.event for one in held.sightings]), bytes(32)
    seq = 1 + held.case(held.sightings).numbers[A]
    said = held.signs(A, "read", {"events": [b64(elsewhere)]}, seq, heads)
    trace = held.trace([*held.sightings, Sighting(said, bytes(32), TODAY)])
    assert [(f.what, f.at, f.ids) for f in trace.findings] == [(UNKNOWN, said.id, (elsewhere,))]


def test_an_act_put_in_afterwards_under_an_older_number_is_named(held: Held) -> None:
    """B keeps number 1 free and uses it last of all, to have said something first."""
    heads = newest([one.event for one in held.sightings])
    first = min((s for s in held.sightings if s.event.author == B), key=lambda s: s.event.seq)
    left = held.without(first.event.id)
    late = held.signs(B, "note", {"text": "Det sade jag genast."}, first.event.seq, heads)
    trace = held.trace([*left, replace(first, event=late)])
    assert (late.id, B) in [(f.at, f.author) for f in trace.findings if f.what == BACKWARDS]


@pytest.mark.parametrize("days", [-9, -2, 2, 9])
def test_a_site_that_says_another_day_shows_at_the_act(held: Held, days: int) -> None:
    for one in held.sightings:
        moved = replace(one, site_day=one.site_day + timedelta(days=days))
        trace = held.trace([*held.without(one.event.id), moved])
        assert one.event.id in {f.at for f in trace.findings if f.what == MISDATED}


def test_what_the_rules_set_aside_is_no_gap_and_is_shown(held: Held) -> None:
    """A wrong act that its author did sign stands among what is set aside, under its own number."""
    seq = 1 + held.case(held.sightings).numbers[C]
    heads = newest([one.event for one in held.sightings])
    wrong = held.signs(C, "reseal", {"events": [], "reason": ""}, seq, heads, audience=(A, "tillsyn-1"))
    after = held.signs(C, "note", {"text": "Efter."}, seq + 1, [wrong.id])
    more = [Sighting(one, bytes(32), TODAY) for one in (wrong, after)]
    trace = held.trace([*held.sightings, *more])
    assert [one.event for one in trace.set_aside] == [wrong]
    assert trace.findings == ()
    assert not trace.is_whole


def test_an_act_that_was_altered_on_its_way_is_set_aside_and_missed(world: World) -> None:
    """By a colleague who seals it anew: the only ones who can change the inside of a letter."""
    story = a_working_week(world)
    desk, place = story.desk(A), 3
    note = story.case(B).events[place + 1]
    assert (note.author, note.kind) == (B, "note")
    changed = replace(note, json=note.json.replace(b"platsen", b"bilen"))
    letters = len(story.letters)
    story.submit(desk.letter([changed]))
    story.letters[place] = story.letters.pop()
    assert len(story.letters) == letters
    trace = trace_of(story.case(C))
    assert [one.reason for one in trace.set_aside] == ["signature"]
    assert trace.set_aside[0].event is None, "nobody has signed it"
    assert (GAP, B, 1, 1) in [(f.what, f.author, f.first, f.last) for f in trace.findings]
    assert note.id in {name for f in trace.findings for name in f.ids}


def test_two_colleagues_who_are_shown_different_acts_learn_it_from_what_each_has_read(world: World) -> None:
    """C seals two notes of one number to one each of the others: the other letter looks like cover."""
    story = Story(world)
    desk = story.desk(C)
    readers = desk.readers
    said = {name: desk.sign("note", {"text": f"Så här var det, {name}."}, readers) for name in (A, B)}
    for member, note in said.items():
        story.submit(sealed_to(desk, note, member))
    assert trace_of(story.case(A)).is_whole, "so far nobody can know"
    story.post(read(story.desk(A), said[A].id))
    trace = trace_of(story.case(B))
    assert [(f.what, f.author, f.ids) for f in trace.findings] == [(UNKNOWN, A, (said[A].id,))]


def test_the_reporters_own_numbers_are_no_gaps(world: World) -> None:
    story = Story(world)
    story.write("Mer.")
    case = story.case(A)
    numbers = [one.seq for one in case.events if one.author == REPORTER]
    assert numbers[0] > 1
    assert trace_of(case).is_whole


def test_the_code_is_the_same_for_all_who_hold_the_same(world: World) -> None:
    story = a_working_week(world)
    codes = {trace_of(story.case(member)).code for member in (A, B, C)}
    assert len(codes) == 1
    story.post(story.desk(A).note("Till."))
    assert trace_of(story.case(B)).code not in codes


def sealed_to(desk: Desk, said: Event, member: str) -> bytes:
    """A submission that only ``member`` can open."""
    setting = desk.setting
    content = letter.thread_content(desk.block, [said])
    sealed = letter.seal_letter(setting.frame, setting.readers([member]), content)
    return submission(setting, sealed, blank_intake_cell(setting))
