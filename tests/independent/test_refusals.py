"""What is wrong in several ways is refused under the same name by both: the order of checks is the text's."""

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, permutations
from typing import Any

import pytest

from reporting_app.admin.letters import Opener
from reporting_app.cases import schema
from reporting_app.crypto import event as product_event
from reporting_app.crypto import letter_open
from reporting_app.crypto.errors import Refused
from tests.deployment import World
from tests.independent import event, letter
from tests.independent.conventions import Refusal, to_b64
from tests.independent.event import Event
from tests.independent.meeting import KEM_SEEDS
from tests.independent.receipt import Block, Reporter
from tests.independent.test_vectors import cases
from tests.independent.writing import Town

AGAIN = 0.3
IDS = sorted(to_b64(bytes([number]) * 32) for number in range(9))
NAMES = [f"m{number:02}" for number in range(18)]
ODD: list[Any] = [
    *("", "\0", "å", "A", "zz", "AA==", "x" * 12_001, "reporter", "utredare-1", "closed", "note", "stored"),
    *("2026-02-30", "2026-03-02", True, None, 0, 1, -1, 1.5, 2**31, 2**53, [], {}, [1], [""], {"a": []}),
    *(to_b64(bytes(size)) for size in (15, 16, 31, 32, 66, 67)),
    *(IDS, IDS[:8], ["a", "a"], ["b", "a"], ["reporter"], NAMES[:16], NAMES[:17], NAMES),
]


def name_of(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Refusal as refusal:
        return refusal.name
    except Refused as refused:
        return refused.reason
    return "success"


def well_formed() -> dict[str, dict[str, Any]]:
    """What the vectors have of every kind of event."""
    listed = list(cases("event"))
    (first, *_) = (given for _, given, _ in listed if given["operation"] == "accept")
    frame = event.read(bytes.fromhex(first["bytes"])).says
    bodies = [
        given for _, given, case in listed if given["operation"] == "body" and case["expect"] == "success"
    ]
    fields = ("audience", "author", "body", "kind")
    return {given["kind"]: {**frame, **{name: given[name] for name in fields}} for given in bodies}


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in it."""
    for key in range(len(value)) if isinstance(value, list) else sorted(value):
        yield (*here, key)
        if isinstance(value[key], dict | list):
            yield from places(value[key], (*here, key))


def put(says: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    says = copy.deepcopy(says)
    inner: Any = says
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return says


def spoiled() -> Iterator[dict[str, Any]]:
    """Every value of every kind replaced by every odd one, and some of these spoiled once more."""
    chance = random.Random(20261121)  # noqa: S311
    for says in well_formed().values():
        yield {**says, "more": 1}
        yield {**says, "body": {**says["body"], "more": 1}}
        for place in places(says):
            for odd in ODD:
                once = put(says, place, odd)
                yield once
                if chance.random() < AGAIN:
                    yield put(once, chance.choice(list(places(once))), chance.choice(ODD))


def wire_of(says: dict[str, Any]) -> bytes:
    data = json.dumps(says, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return len(data).to_bytes(2, "big") + data + bytes(64)


def read_here(wire: bytes) -> None:
    says = event.read(wire).says
    event.check_body(says["kind"], says["author"], says["audience"], says["body"])


def read_there(wire: bytes) -> None:
    schema.check_body(product_event.from_wire(wire))


def test_both_refuse_spoiled_events_under_the_same_name() -> None:
    seen: Counter[str] = Counter()
    for wire in map(wire_of, spoiled()):
        here, there = name_of(partial(read_here, wire)), name_of(partial(read_there, wire))
        assert here == there, wire
        seen[here] += 1
    assert set(seen) == {"success", "schema", "encoding", "kind", "audience"}


def test_both_refuse_a_letter_broken_twice_under_the_same_name(
    of_the_product: bytes, town: Town, world: World
) -> None:
    """Header fields, from the first that is looked at to the last."""
    _, sealed, _ = letter.read_submission(of_the_product)
    breaks: dict[str, Callable[[bytearray], None]] = {
        "length": lambda data: data.__delitem__(-1),
        "magic": lambda data: data.__setitem__(0, 0),
        "schema": lambda data: data.__setitem__(25, 1),
        "deployment": lambda data: data.__setitem__(4, data[4] ^ 1),
        "not-for-me": lambda data: data.__setitem__(slice(64, None), bytes(len(data) - 64)),
    }
    for first, second in combinations(breaks, 2):
        data = bytearray(sealed)
        breaks[second](data)
        breaks[first](data)
        assert names_of(bytes(data), town, world) == (first, first)


@pytest.mark.parametrize("many", [1, 2])
def test_both_refuse_broken_events_in_a_letter_under_the_same_name(
    many: int, town: Town, world: World, me: Reporter
) -> None:
    """Form of all events first, then where each belongs, in the order in which they stand."""
    events = broken_events(town, me)
    found: dict[str, set[tuple[str, str]]] = {}
    for chosen in permutations(events, many):
        recipients = [(town.investigators["utredare-1"], letter.READER)]
        sealed = letter.make_letter(
            town.deployment, 1, 4, recipients, me.block, [events[name] for name in chosen]
        )
        here, there = names_of(sealed, town, world)
        assert here == there, chosen
        found.setdefault(here, set()).add((here, there))
    assert set(found) == set(events) if many == 1 else {"encoding", "schema"} <= set(found)


def test_both_refuse_a_thread_that_nobody_could_answer(town: Town, world: World, me: Reporter) -> None:
    keys = world.keys["utredare-1"]
    for public, refused in ((me.block[64:], []), (b"\xff" * 1216, ["encoding"])):
        block = me.block[:64] + public
        said = said_in(town, me, town.deployment, Block(block).thread)
        recipients = [(town.investigators["utredare-1"], letter.READER)]
        sealed = letter.make_letter(town.deployment, 1, 4, recipients, block, [said])
        here = name_of(lambda: letter.open_letter(sealed, town.deployment, KEM_SEEDS["utredare-1"]))  # noqa: B023
        opener = Opener(keys)
        opener.add(sealed, town.day, world.chain)
        assert [one.reason for one in opener.set_aside] == refused
        assert (len(opener.cases()), here) == ((0, "encoding") if refused else (1, "success"))


def names_of(sealed: bytes, town: Town, world: World) -> tuple[str, str]:
    keys = world.keys["utredare-1"].kem
    return (
        name_of(lambda: letter.open_letter(sealed, town.deployment, KEM_SEEDS["utredare-1"])),
        name_of(lambda: letter_open.open_letter(sealed, keys, town.deployment)),
    )


def said_in(town: Town, me: Reporter, deployment: bytes, thread: bytes) -> Event:
    return event.make(
        me.sign_seed,
        author="reporter",
        audience=["utredare-1"],
        body={"parcels": [], "text": "Hej."},
        day=town.day.isoformat(),
        deployment=deployment,
        kind="message",
        parents=[],
        seq=1,
        thread=thread,
    )


def broken_events(town: Town, me: Reporter) -> dict[str, Event]:
    """By the name under which each is refused; one is not."""
    thread = Block(me.block).thread
    good = said_in(town, me, town.deployment, thread)
    return {
        "success": good,
        "deployment": said_in(town, me, bytes(16), thread),
        "thread": said_in(town, me, town.deployment, bytes(32)),
        "encoding": Event({}, b" " + good.json, good.signature),
        "schema": Event({}, b"{}", good.signature),
        "body": Event({}, good.json, b""),
    }
