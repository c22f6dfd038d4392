"""What the operations of the vectors (tests/vectors/README.md) are in this implementation."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.independent import conventions as c
from tests.independent import event as e
from tests.independent import letter as lt
from tests.independent import receipt as rc

Input = dict[str, Any]


def raw(given: Input, name: str) -> bytes:
    return bytes.fromhex(given[name])


def derive(given: Input) -> Input:
    return {"digest": c.h(given["label"], raw(given, "key"), raw(given, "data"), given["size"]).hex()}


def day_digest(given: Input) -> Input:
    ids = b"".join(sorted(bytes.fromhex(one) for one in given["ids"]))
    return {"digest": c.h("rapp1.day-digest", b"", ids, 32).hex()}


def read_json(given: Input) -> Input:
    return {"again": c.to_json(c.from_json(raw(given, "bytes"))).hex()}


def write_json(given: Input) -> Input:
    return {"bytes": c.to_json(given["value"]).hex()}


def b64(given: Input) -> Input:
    return {"bytes": c.from_b64(given["text"], given.get("size")).hex()}


def day(given: Input) -> Input:
    c.need(c.is_day(given["text"]), "schema")
    return {}


def sign(given: Input) -> Input:
    seed = raw(given, "seed")
    return {
        "public_key": c.sign_public(seed).hex(),
        "signature": c.sign(given["label"], seed, raw(given, "data")).hex(),
    }


def verify(given: Input) -> Input:
    c.verify(given["label"], raw(given, "public_key"), raw(given, "data"), raw(given, "bytes"))
    return {}


def decapsulate(given: Input) -> Input:
    return {"shared_secret": c.decapsulate(raw(given, "seed"), raw(given, "bytes")).hex()}


def encapsulate(given: Input) -> Input:
    """Its randomness cannot be fed in here: what it makes is opened, and what the vector made."""
    seed, public = raw(given, "seed"), raw(given, "public_key")
    assert c.kem_public(seed) == public
    shared, ciphertext = c.encapsulate(public)
    assert c.decapsulate(seed, ciphertext) == shared
    return {}


def encapsulate_to(given: Input) -> Input:
    c.encapsulate(raw(given, "bytes"))
    return {}


def write_receipt(given: Input) -> Input:
    entropy = raw(given, "entropy")
    return {"numbers": rc.receipt_numbers(entropy), "words": rc.write_receipt(entropy)}


def read_receipt(given: Input) -> Input:
    return {"entropy": rc.read_receipt(given["text"]).hex()}


def keys(given: Input) -> Input:
    mine = rc.Reporter(raw(given, "entropy"), raw(given, "deployment"))
    block = rc.Block(mine.block)
    return {
        "root": mine.root.hex(),
        "kem_seed": mine.kem_seed.hex(),
        "sign_seed": mine.sign_seed.hex(),
        "sign_public_key": block.sign_public.hex(),
        "thread_secret": mine.thread_secret.hex(),
        "thread": block.thread.hex(),
        "thread_block": mine.block.hex(),
        "board_key": block.board_key.hex(),
        "watch_token": block.watch_token.hex(),
    }


def shards(given: Input) -> Input:
    return {"shards": [rc.shard(raw(given, "thread_secret"), 2**k) for k in range(16)]}


def sign_event(given: Input) -> Input:
    says = {key: value for key, value in given.items() if key not in ("operation", "seed")}
    says["deployment"], says["thread"] = raw(given, "deployment"), raw(given, "thread")
    says["parents"] = [c.to_b64(bytes.fromhex(parent)) for parent in given["parents"]]
    made = e.make(raw(given, "seed"), **says)
    return {"id": made.id.hex(), "wire": made.wire.hex()}


def accept(given: Input) -> Input:
    authors = {name: bytes.fromhex(key) for name, key in given["keys"].items()}
    event = e.accept(
        raw(given, "bytes"), raw(given, "deployment"), raw(given, "thread"), authors, given["reader"]
    )
    kept = {name: event.says[name] for name in ("audience", "author", "kind", "day", "seq")}
    parents = [c.from_b64(parent).hex() for parent in event.says["parents"]]
    return {**kept, "id": event.id.hex(), "parents": parents, "body": c.to_json(event.says["body"]).decode()}


def body(given: Input) -> Input:
    e.check_body(given["kind"], given["author"], given["audience"], given["body"])
    return {}


def reporter_seq(given: Input) -> Input:
    days = (date.fromisoformat(given["day"]) - date(1970, 1, 1)).days
    return {"seq": e.first_seq(given["largest_known"], days)}


def open_letter(given: Input) -> Input:
    data = raw(given, "bytes")
    opened = lt.open_letter(data, raw(given, "deployment"), raw(given, "kem_seed"))
    found = {"object_id": lt.object_id(data).hex(), "type": opened.type, "share": opened.share.hex()}
    if opened.key is None:
        return {**found, "watch_token": opened.watch_token.hex()}
    found |= {
        **key_output(opened.key),
        "content_key": opened.key.content.hex(),
        "deletion_token": opened.key.deletion_token.hex(),
    }
    if opened.ballot:
        return {**found, "ballot": opened.ballot.hex()}
    found["events"] = [event.wire.hex() for event in opened.events]
    return {**found, "thread_block": opened.block.hex()} if opened.block else found


def key_output(key: lt.Key) -> Input:
    return {"commitment": key.commitment.hex()}


def seal_letter(given: Input) -> Input:
    """What it seals is opened again by every recipient."""
    deployment, block = raw(given, "deployment"), raw(given, "thread_block")
    seeds = [(raw(one, "kem_seed"), one["type"]) for one in given["recipients"]]
    recipients = [(c.kem_public(seed), kind) for seed, kind in seeds]
    events = [e.read(bytes.fromhex(wire)) for wire in given["events"]]
    made = lt.make_letter(deployment, given["roster_version"], given["slots"], recipients, block, events)
    for seed, kind in seeds:
        opened = lt.open_letter(made, deployment, seed)
        assert opened.type == kind
        assert list(opened.events) == (events if kind == lt.READER else [])
    return {}


def seal_cell(given: Input) -> Input:
    place = (given["volume"], given["shard"])
    events = [e.read(bytes.fromhex(wire)) for wire in given["events"]]
    board_key, public = raw(given, "board_key"), raw(given, "kem_public_key")
    made = lt.make_cell(raw(given, "deployment"), place, board_key, public, events)
    lt.check_cell(made)
    return {}


def open_cell(given: Input) -> Input:
    data = raw(given, "bytes")
    opened = lt.open_cell(data, raw(given, "deployment"), raw(given, "kem_seed"), raw(given, "thread"))
    assert opened.key
    return {
        **key_output(opened.key),
        "object_id": lt.object_id(data).hex(),
        "volume": int.from_bytes(data[20:22], "big"),
        "shard": int.from_bytes(data[22:24], "big"),
        "tag": data[24:40].hex(),
        "watch_tag": data[40:56].hex(),
        "events": [event.wire.hex() for event in opened.events],
    }


def tag(given: Input) -> Input:
    return {"mine": lt.is_mine(raw(given, "bytes"), raw(given, "board_key"))}


def watch(given: Input) -> Input:
    return {"purpose": lt.watch_purpose(raw(given, "bytes"), raw(given, "watch_token"))}


def find(given: Input) -> Input:
    ids = raw(given, "letter"), raw(given, "cell")
    return {"nonce": next(nonce for nonce in range(2**20) if lt.work(nonce, *ids) >= given["bits"])}


def check(given: Input) -> Input:
    done = lt.work(int(given["nonce"]), raw(given, "letter"), raw(given, "cell"))
    c.need(done >= given["bits"], "proof-of-work")
    return {}


def read_submission(given: Input) -> Input:
    nonce, letter, cell = lt.read_submission(raw(given, "bytes"))
    return {"nonce": nonce, "letter": lt.object_id(letter).hex(), "cell": lt.object_id(cell).hex()}


OPERATIONS: dict[tuple[str, str], Callable[[Input], Input]] = {
    ("hashing", "derive"): derive,
    ("hashing", "day-digest"): day_digest,
    ("encoding", "json"): read_json,
    ("encoding", "write"): write_json,
    ("encoding", "b64"): b64,
    ("encoding", "day"): day,
    ("signing", "sign"): sign,
    ("signing", "verify"): verify,
    ("kem", "encapsulate"): encapsulate,
    ("kem", "decapsulate"): decapsulate,
    ("kem", "encapsulate-to"): encapsulate_to,
    ("receipt", "write"): write_receipt,
    ("receipt", "read"): read_receipt,
    ("receipt", "keys"): keys,
    ("receipt", "shards"): shards,
    ("event", "sign"): sign_event,
    ("event", "accept"): accept,
    ("event", "body"): body,
    ("event", "reporter-seq"): reporter_seq,
    ("letter", "open"): open_letter,
    ("letter", "seal"): seal_letter,
    ("cell", "open"): open_cell,
    ("cell", "seal"): seal_cell,
    ("cell", "tag"): tag,
    ("cell", "watch"): watch,
    ("work", "find"): find,
    ("work", "check"): check,
    ("submission", "read"): read_submission,
}
