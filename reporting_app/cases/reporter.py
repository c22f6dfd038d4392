"""The reporter's half: composing a report or a message, and reading what came back (docs/protocol.md §2–§6).

The browser does the same in client/; this serves scripts and, where an operator allows it, readers
without JavaScript.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporting_app.cases import hearing, schema, sealing
from reporting_app.cases.course import People, View
from reporting_app.cases.fold import Case, fold
from reporting_app.cases.order import SetAside, Sighting
from reporting_app.crypto import cell, event, letter, shape
from reporting_app.crypto.encoding import Json, b64, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.receipt import ReporterKeys, ThreadBlock
from reporting_app.crypto.roster import RosterChain


@dataclass(frozen=True)
class Thread:
    """What a receipt finds: stored or not, and the events that name the reporter."""

    stored: bool
    case: Case


def compose_report(
    keys: ReporterKeys,
    setting: sealing.Setting,
    body: Mapping[str, Json],
    leave_out: Collection[str],
) -> tuple[bytes, bytes]:
    """``(submission, letter id)`` for a new report. Raises Refused("audience", "schema", "length")."""
    readers, recipients = setting.for_report(leave_out)
    seq = event.reporter_seq([], setting.today)
    pen = _pen(keys, setting)
    # The reporter meets the exclusion again in cells; members read it in the letter.
    exclusion = pen.sign("exclusion", {"exclude": sorted(set(leave_out))}, [*readers, event.REPORTER], seq)
    report = pen.sign("report", body, readers, seq + 1, [exclusion.id])
    return _post(keys, setting, recipients, [exclusion, report], echoed=[exclusion])


def seal_again(
    setting: sealing.Setting, block: ThreadBlock, events: Sequence[event.Event], intake: bytes
) -> bytes:
    """A submission with a report that no site has taken, for a roster that has changed since.

    The intake cell stays as the reporter's keys, which are gone, made it.
    """
    audience = {member for one in events for member in one.audience}
    leave_out = {name for one in events if one.kind == "exclusion" for name in one.body["exclude"]}
    recipients = setting.for_report_again(audience, leave_out)
    content = letter.thread_content(block, events)
    sealed = letter.seal_letter(setting.frame, recipients, content, block.watch_token)
    return sealing.submission(setting, sealed, intake)


def compose_message(
    keys: ReporterKeys,
    setting: sealing.Setting,
    thread: Thread,
    text: str,
    leave_out: Collection[str] = (),
) -> tuple[bytes, bytes]:
    """``(submission, letter id)`` for a later message, sealed to the case's handlers while two are left.

    Exclusions known from the thread always hold. Raises as ``compose_report``.
    """
    said = [("message", {"parcels": [], "text": text})]
    return _compose_more(keys, setting, thread, said, leave_out)


def compose_view(
    keys: ReporterKeys,
    setting: sealing.Setting,
    thread: Thread,
    view: Mapping[str, Json],
    leave_out: Collection[str] = (),
) -> tuple[bytes, bytes]:
    """The same for a view of how it went, the body of a ``view``. Raises as ``compose_report``."""
    raises = view["text"] != "" or "yes" in view["answers"].get("reprisals", ())
    said = [(hearing.SENT, {"moment": view["moment"], "raises": raises}), (hearing.VIEW, view)]
    return _compose_more(keys, setting, thread, said, leave_out)


def _compose_more(
    keys: ReporterKeys,
    setting: sealing.Setting,
    thread: Thread,
    said: Sequence[tuple[str, Mapping[str, Json]]],
    leave_out: Collection[str],
) -> tuple[bytes, bytes]:
    """A letter with these kinds and bodies. Of the last, the words themselves, no cell tells anything."""
    excluded = thread.case.excluded | set(leave_out)
    present = sorted(excluded & set(setting.roster.members))
    readers, recipients = setting.for_message(thread.case.course, present)
    known = [one.seq for one in thread.case.events if one.author == event.REPORTER]
    seq = event.reporter_seq(known, setting.today)
    parents = seen = _parents(thread.case)
    pen = _pen(keys, setting)
    # Every letter says again who is left out, so that no single cell has to be found to know it. Of those
    # who are there: somebody else with the receipt may have named more than an exclusion holds.
    audience = [*readers, event.REPORTER]
    exclusion = pen.sign("exclusion", {"exclude": present}, audience, seq, parents)
    events = [exclusion]
    for kind, body in said:
        to = audience if kind == hearing.SENT else readers
        events.append(pen.sign(kind, body, to, events[-1].seq + 1, [events[-1].id]))
    return _post(keys, setting, recipients, events, echoed=events[:-1], seen=seen)


def _pen(keys: ReporterKeys, setting: sealing.Setting) -> sealing.Pen:
    return sealing.Pen(event.REPORTER, keys.sign_seed, keys.thread.thread_id, setting)


def _parents(case: Case) -> list[bytes]:
    """What the reporter has seen last: events of the cells, and own ones that ``stored`` or ``opened`` name.

    Members never see what is addressed to the reporter alone, so such events are not named.
    """
    seen = [one for one in case.events if one.audience != (event.REPORTER,)]
    listing = [one for one in case.events if one.kind in ("stored", "opened")]
    own = {unb64(name, 32) for one in listing for name in one.body["events"]}
    named = {parent for one in seen for parent in one.parents}
    return sorted(({one.id for one in seen} | own) - named)[: event.MOST_PARENTS]


def _post(
    keys: ReporterKeys,
    setting: sealing.Setting,
    recipients: Sequence[letter.Recipient],
    events: Sequence[event.Event],
    echoed: Sequence[event.Event],
    seen: Sequence[bytes] = (),
) -> tuple[bytes, bytes]:
    block = keys.thread
    content = letter.thread_content(block, events)
    sealed = letter.seal_letter(setting.frame, recipients, content, block.watch_token)
    letter_id = object_id(sealed)
    body = {"events": sorted(b64(one.id) for one in events), "letter": b64(letter_id)}
    pen = _pen(keys, setting)
    # The message itself is in no cell: naming here what it answers lets its reporter see the order.
    parents = [events[-1].id, *seen][: event.MOST_PARENTS]
    stored = pen.sign("stored", body, [event.REPORTER], events[-1].seq + 1, parents)
    intake = sealing.intake_cell(setting, block, [*echoed, stored])
    return sealing.submission(setting, sealed, intake), letter_id


def read_thread(
    keys: ReporterKeys, chain: RosterChain, intake: Iterable[bytes], board: Iterable[bytes], today: date
) -> Thread:
    """What the cells of the shards say to the holder of the receipt. Foreign and forged ones never count."""
    sightings: list[Sighting] = []
    aside: list[SetAside] = []
    stored = False
    for data in [*intake, *board]:
        if not cell.is_tag_of(data[shape.CELL_TAG], keys.thread.board_key):
            continue
        name = object_id(data)
        try:
            found = _open(keys, chain, data, today)
        except Refused as refused:
            aside.append(SetAside(refused.reason, refused.detail, name))
            continue
        stored = stored or any(one.kind == "stored" for one in found)
        sightings += [Sighting(one, name, today, direct=False) for one in found]
    people = People.of(chain)
    return Thread(stored, fold(keys.thread.thread_id, sightings, people, aside, view=View.REPORTER))


def _open(keys: ReporterKeys, chain: RosterChain, data: bytes, today: date) -> list[event.Event]:
    events = cell.open_cell(data, keys.kem, chain.deployment, keys.thread.thread_id)
    for one in events:
        own = one.author == event.REPORTER
        one.verify(keys.thread.sign_public if own else chain.author_key(one.author, one.day))
        schema.check_body(one)
        event.check_audience(one, event.REPORTER)
        event.check_seq(one, today)
    return list(events)


def split_cells(shard: bytes) -> list[bytes]:
    """The cells of a shard as the site serves it. Raises Refused("length")."""
    if len(shard) % shape.CELL_SIZE:
        raise Refused("length", "a shard is a whole number of cells")
    return [shard[at : at + shape.CELL_SIZE] for at in range(0, len(shard), shape.CELL_SIZE)]
