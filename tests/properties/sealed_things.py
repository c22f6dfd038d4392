"""One of everything that leaves a device, how it is read, and what a change in each region must be called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reporting_app.cases import schema, sealing
from reporting_app.crypto import (
    ballot,
    cell,
    deployment,
    draft,
    event,
    parcel,
    requests,
    shape,
    slots,
    slots_open,
)
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.enrolment import Enrolment, Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import Cost, KeyFile
from reporting_app.crypto.letter_open import open_letter
from reporting_app.crypto.roster import RosterChain, checked_keys
from tests.deployment import TODAY, World, enrol

READER, COLLEAGUE, LEFT_OUT, WITNESS = "utredare-1", "utredare-3", "utredare-2", "tillsyn-1"
NOON = 1_795_262_400
CHEAP = Cost(passes=1, memory=8, lanes=1)
# JSON is refused for its spelling or form before anybody looks at what it says.
FORM = {"encoding", "schema"}
NOT_FOR_ME, BODY = {"not-for-me"}, {"body"}


@dataclass(frozen=True)
class Region:
    """Bytes from ``start`` to ``end``, and the errors one of which a change there must have."""

    start: int
    end: int
    reasons: frozenset[str]


@dataclass(frozen=True)
class Thing:
    """Bytes, how their reader opens them, and what must come when they are not what was made."""

    data: bytes
    read: Callable[[bytes], object]
    regions: tuple[Region, ...]
    wrong_length: frozenset[str]

    def reason(self, data: bytes) -> str:
        """The error by which ``data`` is refused; empty when it is taken."""
        try:
            self.read(data)
        except Refused as refused:
            return refused.reason
        return ""

    def flipped(self, at: int) -> bytes:
        """With one bit of one byte changed, another bit from byte to byte."""
        return self.data[:at] + bytes([self.data[at] ^ 1 << at % 8]) + self.data[at + 1 :]


def regions(*parts: tuple[int, Iterable[str]]) -> tuple[Region, ...]:
    """From ``(end, reasons)``, each starting where the one before ends."""
    starts = [0, *(end for end, _ in parts)]
    return tuple(
        Region(start, end, frozenset(reasons)) for start, (end, reasons) in zip(starts, parts, strict=False)
    )


def thing(
    data: bytes, read: Callable[[bytes], object], parts: list[tuple[int, set[str]]], wrong: set[str]
) -> Thing:
    assert parts[-1][0] == len(data), "every byte is in a region"
    return Thing(data, read, regions(*parts), frozenset(wrong))


def everything(world: World) -> dict[str, Thing]:
    """One of each, by name."""
    makers = [a_letter, a_cell, an_event, a_ballot, a_parcel, a_draft, a_submission, a_request]
    makers += [a_roster, a_deployment_file, a_key_file, an_enrolment, an_invitation]
    return {maker.__name__: maker(world) for maker in makers}


def own_slot(world: World, data: bytes, member: str) -> int:
    """Which of the slots opens for a member."""
    header, keys = data[: shape.LETTER_HEADER_SIZE], world.keys[member].kem
    places = [slot_at(number) for number in range(12)]
    opens = [bool(slots_open.unseal_slot(header, data[at : at + slots.SLOT_SIZE], keys)) for at in places]
    return opens.index(True)


def slot_at(number: int) -> int:
    return shape.LETTER_HEADER_SIZE + number * slots.SLOT_SIZE


def a_letter(world: World) -> Thing:
    data = shape.read_submission(world.report(world.reporter(), (LEFT_OUT,))).letter
    mine = slot_at(own_slot(world, data, READER))
    parts = [(4, {"magic"}), (20, {"deployment"}), (24, NOT_FOR_ME), (25, {"schema", "not-for-me"})]
    parts += [(32, {"schema"}), (64, NOT_FOR_ME), (mine, BODY), (mine + slots.SLOT_SIZE, NOT_FOR_ME)]
    parts += [(len(data), BODY)]
    own, keys = world.chain.deployment, world.keys[READER].kem
    return thing(data, lambda one: open_letter(one, keys, own), parts, {"length"})


def a_cell(world: World) -> Thing:
    reporter = world.reporter()
    data = sealing.intake_cell(world.setting(), reporter.thread, [])
    parts = [(4, {"magic"}), (20, {"deployment"}), (56, NOT_FOR_ME), (64, {"schema"}), (1312, NOT_FOR_ME)]
    parts += [(len(data), BODY)]
    own, thread = world.chain.deployment, reporter.thread.thread_id
    return thing(data, lambda one: cell.open_cell(one, reporter.kem, own, thread), parts, {"length"})


def signed_event(world: World, thread: bytes, text: str = "Vi hör av oss.") -> event.Event:
    pen = sealing.Pen(READER, world.keys[READER].sign_seed, thread, world.setting())
    return pen.sign("message", {"parcels": [], "text": text}, [READER, COLLEAGUE, event.REPORTER], 1)


def take_event(world: World, wire: bytes, thread: bytes, reader: str) -> event.Event:
    """As every reader checks, in the order of docs/protocol.md §3."""
    one = event.from_wire(wire)
    event.check_place(one, world.chain.deployment, thread)
    one.verify(world.chain.author_key(one.author, one.day))
    schema.check_body(one)
    event.check_audience(one, reader)
    return one


def an_event(world: World) -> Thing:
    thread = world.reporter().thread.thread_id
    data = signed_event(world, thread).wire
    said = FORM | {"deployment", "thread", "author", "signature"}
    parts = [(2, BODY), (len(data) - 64, said), (len(data), {"signature"})]
    return thing(data, lambda one: take_event(world, one, thread, COLLEAGUE), parts, {"body"})


def a_ballot(world: World) -> Thing:
    made = ballot.Ballot(READER, 1, TODAY, world.chain.deployment, "2026-q4", bytes(16), "form", "threat")
    data, own = made.sign(world.keys[READER].sign_seed), world.chain.deployment
    parts = [(2, BODY), (len(data) - 64, FORM | {"deployment", "signature"}), (len(data), {"signature"})]
    key = world.keys[READER].sign_public
    return thing(data, lambda one: ballot.read(one, key, own), parts, {"body"})


def a_parcel(world: World) -> Thing:
    key, own = slots.ContentKey.generate(), world.chain.deployment
    data = parcel.seal_parcel(own, key, b"en bild")
    parts = [(4, {"magic"}), (20, {"deployment"}), (32, {"schema"}), (64, {"commitment"}), (len(data), BODY)]
    return thing(data, lambda one: parcel.open_parcel(one, own, key), parts, {"length"})


def a_draft(world: World) -> Thing:
    mine = world.keys[READER].kem
    data = draft.seal_draft("reply:1", b"Hej", mine.public)
    parts = [(4, {"magic"}), (len(data), BODY)]
    return thing(data, lambda one: draft.open_draft("reply:1", one, mine), parts, {"magic", "body"})


def a_submission(world: World) -> Thing:
    """As the site reads it: it cannot see inside, and its nonce counts once the work has a difficulty."""
    data = world.report(world.reporter())
    letter_at = 12

    def read(one: bytes) -> None:
        parts = shape.read_submission(one)
        if shape.read_letter(parts.letter).deployment != shape.read_cell(parts.cell).deployment:
            raise Refused("deployment", "of two deployments")

    cell_at = letter_at + shape.LETTER_SIZE
    parts = [(4, {"magic"}), (letter_at, {""}), (16, {"magic"}), (32, {"deployment"}), (36, {""})]
    parts += [(37, {"schema", ""}), (44, {"schema"}), (cell_at, {""}), (cell_at + 4, {"magic"})]
    parts += [
        (cell_at + 20, {"deployment"}),
        (cell_at + 56, {""}),
        (cell_at + 64, {"schema"}),
        (len(data), {""}),
    ]
    return thing(data, read, parts, {"length"})


def a_request(world: World) -> Thing:
    own, roster = world.chain.deployment, world.chain.newest
    made = requests.Request(own, READER, "POST", "/v1/letters/fetch", b"{}", NOON)
    data = made.authorization(world.keys[READER].sign_seed).encode()

    def read(one: bytes) -> object:
        return requests.verify(one.decode("latin-1"), "POST", "/v1/letters/fetch", b"{}", roster, NOON)

    return thing(data, read, [(len(data), {"authorization"})], {"authorization"})


MAJORITY = FORM | {"roster-chain", "roster-majority"}


def a_roster(world: World) -> Thing:
    data = world.roster.to_bytes()

    def read(one: bytes) -> object:
        return RosterChain.load([SignedDocument.from_bytes(one)], world.anchor)

    return thing(data, read, [(len(data), MAJORITY)], FORM)


def a_deployment_file(world: World) -> Thing:
    """Its content and its document: the hash is looked at before the signatures."""
    data = world.file.to_bytes()

    def read(one: bytes) -> object:
        return deployment.verify(deployment.DeploymentFile.from_bytes(one).document, world.chain)

    start = data.index(b',"document":')
    regions = [(start, FORM | {"content"}), (len(data), MAJORITY | {"deployment", "content"})]
    return thing(data, read, regions, FORM)


def a_key_file(world: World) -> Thing:
    data = KeyFile.create(READER, "Utredare 1", "investigator", "sju ord", CHEAP).to_bytes()

    def read(one: bytes) -> object:
        return KeyFile.from_bytes(one).open("sju ord")

    return thing(data, read, [(len(data), {"keyfile", "passphrase"})], {"keyfile"})


def an_enrolment(world: World) -> Thing:
    data = enrol(world.keys[READER]).to_bytes()
    return thing(data, Enrolment.from_bytes, [(len(data), FORM | {"signature"})], FORM)


def an_invitation(world: World) -> Thing:
    """With what its reader does next: the keys are compared with the roster. The address is nobody's word."""
    own = world.chain.deployment
    data = Invitation("https://a.example", world.anchor, own, world.roster_file).to_bytes()

    def read(one: bytes) -> object:
        found = Invitation.from_bytes(one)
        return checked_keys(RosterChain.load(found.roster.documents, found.anchor).newest, found.roster.keys)

    at = data.index(b"https://a.example") + len(b"https://")
    parts = [(at, MAJORITY | {"deployment"}), (at + len(b"a.example"), {"", "encoding"})]
    return thing(data, read, [*parts, (len(data), FORM)], FORM)
