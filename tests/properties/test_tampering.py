"""Whoever holds the bytes changes, cuts, prolongs, splices or replays them: refused, each by its own error.

The vectors hold chosen cases for both languages; here every region of everything is tried.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest

from reporting_app.cases import sealing
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto import cell, draft, event, letter, requests, shape, signing, slots, work
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.letter_open import Reading, Watching, open_letter
from reporting_app.crypto.receipt import ReporterKeys
from tests.deployment import TODAY, World, make_world, world_of
from tests.properties import sealed_things
from tests.properties.sealed_things import (
    COLLEAGUE,
    LEFT_OUT,
    NOON,
    READER,
    WITNESS,
    Thing,
    own_slot,
    signed_event,
    slot_at,
    take_event,
)

NAMES = """a_letter a_cell an_event a_ballot a_parcel a_draft a_submission a_request a_roster
a_deployment_file a_key_file an_enrolment an_invitation""".split()
FEW = 400
LABELS = [label for label in Label if label.name.startswith("SIGN_")]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def things(world: World) -> dict[str, Thing]:
    return sealed_things.everything(world)


def sample(thing: Thing, most: int) -> list[int]:
    """In every region its first and last byte, and at most so many others."""
    places: set[int] = set()
    for region in thing.regions:
        inside = range(region.start, region.end)
        places |= {region.start, region.end - 1, *random.sample(inside, min(most, len(inside)))}
    return sorted(places)


def wrongly_named(thing: Thing, places: list[int]) -> list[tuple[int, str]]:
    """Where a changed bit was taken, or refused by an error of something else."""
    found = [(at, thing.reason(thing.flipped(at))) for at in places]
    allowed = {at: one.reasons for one in thing.regions for at in range(one.start, one.end)}
    return [(at, reason) for at, reason in found if reason not in allowed[at]]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_bit_is_refused_by_the_error_of_its_place(things: dict[str, Thing], name: str) -> None:
    thing = things[name]
    assert thing.reason(thing.data) == "", "unchanged it is taken"
    assert wrongly_named(thing, sample(thing, FEW)) == []


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_bit_in_any_byte_is_refused_by_the_error_of_its_place(
    things: dict[str, Thing], name: str
) -> None:
    step = {"a_parcel": 7, "a_deployment_file": 5}.get(name, 1)
    assert wrongly_named(things[name], list(range(0, len(things[name].data), step))) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_cut_or_prolonged_anywhere_is_refused(things: dict[str, Thing], name: str) -> None:
    thing = things[name]
    ends = {
        place + by for region in thing.regions for place in (region.start, region.end) for by in (-1, 0, 1)
    }
    ends |= {len(thing.data) // 2, len(thing.data) - 16}
    cut = [thing.data[:end] for end in ends if 0 <= end < len(thing.data)]
    prolonged = [thing.data + more for more in (b"\0", b"}", b" ", bytes(16), thing.data)]
    inserted = [thing.data[:end] + b"\0" + thing.data[end:] for end in ends if 0 <= end < len(thing.data)]
    found = {thing.reason(one) for one in [*cut, *prolonged, *inserted]}
    assert found <= thing.wrong_length


def opened_by(world: World, data: bytes, member: str) -> str:
    """What a member gets of a letter: ``read``, ``watched`` or the error."""
    try:
        found = open_letter(data, world.keys[member].kem, world.chain.deployment)
    except Refused as refused:
        return refused.reason
    return {Reading: "read", Watching: "watched"}.get(type(found), "ballot")


def test_a_byte_changed_in_anybodys_slot_is_refused_by_every_reader(
    world: World, things: dict[str, Thing]
) -> None:
    """The body is bound to all slots: nobody can be cut off while the others read on unaware."""
    thing = things["a_letter"]
    own = {member: own_slot(world, thing.data, member) for member in (READER, COLLEAGUE)}
    assert [opened_by(world, thing.data, member) for member in own] == ["read", "read"]
    for number in range(12):
        changed = thing.flipped(slot_at(number) + 101 * number)
        for member, mine in own.items():
            assert opened_by(world, changed, member) == ("not-for-me" if mine == number else "body")
        assert opened_by(world, changed, LEFT_OUT) == "not-for-me"


def test_a_witness_has_no_key_to_the_text_and_so_cannot_see_that_it_was_changed(
    world: World, things: dict[str, Thing]
) -> None:
    """A limit, not a promise: what a witness counts, only readers can vouch for."""
    thing = things["a_letter"]
    mine = own_slot(world, thing.data, WITNESS)
    assert opened_by(world, thing.flipped(shape.LETTER_SIZE - 1), WITNESS) == "watched"
    assert opened_by(world, thing.flipped(slot_at(mine)), WITNESS) == "not-for-me"


def test_no_part_of_one_letter_fits_into_another(world: World) -> None:
    reporter = world.reporter()
    one, other = (shape.read_submission(world.report(reporter)).letter for _ in range(2))
    mine, theirs = slot_at(own_slot(world, one, READER)), slot_at(own_slot(world, other, READER))
    size, body = slots.SLOT_SIZE, slot_at(12)
    assert opened_by(world, one, READER) == "read"
    slot_moved = one[:mine] + other[theirs : theirs + size] + one[mine + size :]
    assert opened_by(world, slot_moved, READER) == "not-for-me"
    assert opened_by(world, slot_moved, COLLEAGUE) == "body"
    assert opened_by(world, one[:body] + other[body:], READER) == "body"
    assert opened_by(world, other[:64] + one[64:], READER) == "not-for-me"
    assert opened_by(world, one[:32] + other[32:64] + one[64:], READER) == "not-for-me"
    first, last = one[64 : 64 + size], one[body - size : body]
    assert (
        opened_by(world, one[:64] + last + one[64 + size : body - size] + first + one[body:], READER)
        == "body"
    )


def test_no_part_of_one_cell_fits_into_another(world: World) -> None:
    reporter = world.reporter()
    setting, own = world.setting(), world.chain.deployment
    one, other = (sealing.intake_cell(setting, reporter.thread, []) for _ in range(2))

    def opened(data: bytes) -> str:
        try:
            cell.open_cell(data, reporter.kem, own, reporter.thread.thread_id)
        except Refused as refused:
            return refused.reason
        return ""

    assert opened(one) == opened(other) == ""
    for start, end in ((24, 40), (40, 56), (64, 96), (96, 1312), (0, 96)):
        assert opened(one[:start] + other[start:end] + one[end:]) == "not-for-me"
    assert opened(one[:1312] + other[1312:]) == "body"
    on_board = cell.Place(own, 2026, 0)
    board = cell.seal_cell(on_board, reporter.thread.board_key, reporter.thread.kem_public, [])
    assert opened(board) == ""
    assert opened(board[:20] + one[20:24] + board[24:]) == "not-for-me", "moved to another volume"


def test_a_signature_belongs_to_one_event_and_one_purpose(world: World) -> None:
    thread = world.reporter().thread.thread_id
    one, other = (signed_event(world, thread, text) for text in ("Ja.", "Nej."))
    assert take_event(world, one.wire, thread, COLLEAGUE).body["text"] == "Ja."
    for signature in (
        other.signature,
        signing.sign(Label.SIGN_BALLOT, world.keys[READER].sign_seed, one.json),
    ):
        with pytest.raises(Refused, match="signature"):
            take_event(world, event.from_json(one.json, signature).wire, thread, COLLEAGUE)


@pytest.mark.parametrize(("made", "checked"), list(permutations(LABELS, 2)))
def test_what_was_signed_for_one_purpose_says_nothing_for_another(made: Label, checked: Label) -> None:
    seed = bytes(range(32))
    signature = signing.sign(made, seed, b"{}")
    signing.verify(made, signing.public_key(seed), b"{}", signature)
    with pytest.raises(Refused) as caught:
        signing.verify(checked, signing.public_key(seed), b"{}", signature)
    assert caught.value.reason == "signature"


def test_a_majority_under_one_document_is_none_under_another(world: World) -> None:
    body = {**world.deployment.body, "day": TODAY.isoformat()}
    newer = Proposal(SignedDocument(body, world.deployment.signatures), content=world.content)
    thing = sealed_things.a_deployment_file(world)
    assert thing.reason(newer.to_bytes()) == "roster-majority"
    canonical_body = newer.document.canonical_body
    as_roster = {
        m: signing.sign(Label.SIGN_ROSTER, k.sign_seed, canonical_body) for m, k in world.keys.items()
    }
    assert (
        thing.reason(replace(newer, document=SignedDocument(body, as_roster)).to_bytes()) == "roster-majority"
    )
    for keys in world.keys.values():
        newer = newer.signed_by(keys)
    assert thing.reason(newer.to_bytes()) == "", "the control: signed anew it is carried"


def test_nothing_can_be_replayed_in_another_deployment(world: World) -> None:
    """The same members with the same keys run a second deployment."""
    second = world_of(world.keys)
    own = second.chain.deployment
    report = shape.read_submission(world.report(world.reporter())).letter
    assert opened_by(second, report, READER) == "deployment"
    assert opened_by(second, report[:4] + own + report[20:], READER) == "not-for-me"
    thread = world.reporter().thread.thread_id
    with pytest.raises(Refused, match="deployment"):
        take_event(second, signed_event(world, thread).wire, thread, COLLEAGUE)
    for name in ("a_deployment_file", "a_roster"):
        thing = getattr(sealed_things, name)(second)
        assert thing.reason(getattr(sealed_things, name)(world).data) in ("deployment", "roster-chain")
    assert (
        ReporterKeys(bytes(12), own).thread.secret
        != ReporterKeys(bytes(12), world.chain.deployment).thread.secret
    )


def test_nothing_can_be_replayed_in_another_thread_or_to_another_audience(world: World) -> None:
    here, there = world.reporter(), world.reporter()
    one = signed_event(world, here.thread.thread_id)
    for thread, reader, expected in ((there, COLLEAGUE, "thread"), (here, LEFT_OUT, "audience")):
        with pytest.raises(Refused) as caught:
            take_event(world, one.wire, thread.thread.thread_id, reader)
        assert caught.value.reason == expected
    content = there.thread.wire + b"\1" + one.wire
    setting = world.setting()
    framed = bytes([letter.THREAD_CONTENT]) + len(content).to_bytes(2, "big") + content
    moved = letter.seal_letter(setting.frame, setting.readers([READER]), framed)
    assert opened_by(world, moved, READER) == "thread"
    in_cell = sealing.board_cell(setting, there.thread, [one], None)
    with pytest.raises(Refused, match="thread"):
        cell.open_cell(in_cell, there.kem, world.chain.deployment, there.thread.thread_id)


def test_a_draft_opens_in_its_own_place_only(world: World) -> None:
    mine = world.keys[READER].kem
    sealed = draft.seal_draft("reply:1", b"Hej", mine.public)
    assert draft.open_draft("reply:1", sealed, mine) == b"Hej"
    for place, keys in (("reply:2", mine), ("note:1", mine), ("reply:1", world.keys[COLLEAGUE].kem)):
        with pytest.raises(Refused, match="body"):
            draft.open_draft(place, sealed, keys)


def test_a_request_is_worth_nothing_beside_itself(world: World) -> None:
    asked = requests.Request(world.chain.deployment, READER, "POST", "/v1/letters/fetch", b"{}", NOON)
    header, roster = asked.authorization(world.keys[READER].sign_seed), world.chain.newest
    assert requests.verify(header, "POST", "/v1/letters/fetch", b"{}", roster, NOON) == READER
    for method, path, body in (
        ("GET", asked.path, b"{}"),
        ("POST", "/v1/board", b"{}"),
        ("POST", asked.path, b"{} "),
    ):
        with pytest.raises(Refused, match="authorization"):
            requests.verify(header, method, path, body, roster, NOON)
    with pytest.raises(Refused, match="authorization"):
        requests.verify(header, "POST", asked.path, b"{}", world_of(world.keys).chain.newest, NOON)
    with pytest.raises(Refused, match="clock"):
        requests.verify(header, "POST", asked.path, b"{}", roster, NOON + 901)


def test_work_done_for_one_submission_is_none_for_another() -> None:
    """Fixed inputs: by chance one change in 4 096 would pass."""
    names = bytes(64)
    nonce = work.find(names[:32], names[32:], 12)
    work.check(nonce, names[:32], names[32:], 12)
    for bit in range(512):
        changed = (1 << bit).to_bytes(64, "big")
        with pytest.raises(Refused, match="proof-of-work"):
            work.check(nonce, changed[:32], changed[32:], 12)


def test_a_key_file_of_one_member_does_not_open_as_another(things: dict[str, Thing]) -> None:
    thing = things["a_key_file"]
    assert isinstance(thing.read(thing.data), MemberKeys)
    for old, new in (
        (b"utredare-1", b"utredare-2"),
        (b"investigator", b"witness"),
        (b"Utredare 1", b"Utredare 9"),
    ):
        assert thing.reason(thing.data.replace(old, new)) == "passphrase"
