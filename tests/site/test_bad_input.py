"""Bad input at every endpoint: a problem with a 4xx, never a 5xx, no echo, and nothing stored."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from reporting_app.crypto import shape
from reporting_app.crypto.encoding import b64, canonical
from reporting_app.storage.engine import make_engine
from tests.deployment import World
from tests.site_fixtures import (
    JSON,
    OCTETS,
    Visitor,
    deployment_body,
    make_app,
    noon,
    problem_of,
    roster_body,
)
from tests.storage_fixtures import DATABASES, count_rows, fresh_database

TWENTY_MB = 20 * 1024 * 1024
CANARY = "kanariefagel"

# path, content type, whether members sign it
ENDPOINTS = [
    ("/v1/letters", OCTETS, False),
    ("/v1/roster", JSON, False),
    ("/v1/deployment", JSON, False),
    ("/v1/letters/fetch", JSON, True),
    ("/v1/board", OCTETS, True),
]
SEALED = [endpoint for endpoint in ENDPOINTS if endpoint[1] == OCTETS]
SPELLED = [endpoint for endpoint in ENDPOINTS if endpoint[1] == JSON]


def good_body(visitor: Visitor, path: str) -> bytes:
    return {
        "/v1/letters": visitor.submission,
        "/v1/roster": lambda: roster_body(visitor.world),
        "/v1/deployment": lambda: deployment_body(visitor.world),
        "/v1/letters/fetch": lambda: canonical({"letters": [b64(bytes(32))]}),
        "/v1/board": visitor.cell,
    }[path]()


def send(visitor: Visitor, endpoint: tuple[str, str, bool], body: bytes) -> TestResponse:
    path, content_type, signed = endpoint
    if signed:
        return visitor.signed("POST", path, body, content_type)
    return visitor.post(path, body, content_type)


@pytest.fixture(scope="module", params=DATABASES)
def site_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for all tests here: nothing is ever stored, so that they cannot disturb each other."""
    with fresh_database(request.param, request, tmp_path_factory.mktemp("site"), migrated=True) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def visitor(site_database: Engine, world: World) -> Visitor:
    clock = noon()
    visitor = Visitor(make_app(site_database, world, clock).test_client(), world, clock)
    visitor.publish()
    return visitor


@pytest.fixture
def nothing_stored(site_database: Engine, visitor: Visitor) -> Iterator[None]:
    """Checks after the test that not one row came or went."""
    before = count_rows(site_database)
    yield
    assert count_rows(site_database) == before


pytestmark = pytest.mark.usefixtures("nothing_stored")


@pytest.mark.parametrize("endpoint", SEALED)
@pytest.mark.parametrize("size", ["empty", "one byte", "half", "one short", "one long", "20 MB"])
def test_sealed_objects_of_another_size_are_refused(
    visitor: Visitor, endpoint: tuple[str, str, bool], size: str
) -> None:
    good = good_body(visitor, endpoint[0])
    body = {
        "empty": b"",
        "one byte": good[:1],
        "half": good[: len(good) // 2],
        "one short": good[:-1],
        "one long": good + b"\0",
        "20 MB": good + bytes(TWENTY_MB),
    }[size]
    answer = send(visitor, endpoint, body)
    expected = (413, "too-large") if len(body) > len(good) else (400, "length")
    assert (answer.status_code, problem_of(answer)) == expected


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_twenty_megabytes_are_refused_everywhere(visitor: Visitor, endpoint: tuple[str, str, bool]) -> None:
    answer = send(visitor, endpoint, b"x" * TWENTY_MB)
    assert (answer.status_code, problem_of(answer)) == (413, "too-large")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "other"],
)
def test_another_content_type_is_refused(
    visitor: Visitor, endpoint: tuple[str, str, bool], content_type: str | None
) -> None:
    path, right, signed = endpoint
    wrong = (OCTETS if right == JSON else JSON) if content_type == "other" else content_type
    answer = send(visitor, (path, wrong, signed), good_body(visitor, path))  # type: ignore[arg-type]
    assert (answer.status_code, problem_of(answer)) == (415, "content-type")


def in_letter(offset: int, value: bytes) -> Callable[[Visitor], bytes]:
    return in_body(12 + offset, value)


def in_cell(offset: int, value: bytes) -> Callable[[Visitor], bytes]:
    return in_body(12 + shape.LETTER_SIZE + offset, value)


def in_body(offset: int, value: bytes) -> Callable[[Visitor], bytes]:
    def change(visitor: Visitor) -> bytes:
        body = bytearray(visitor.submission())
        body[offset : offset + len(value)] = value
        return bytes(body)

    return change


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        pytest.param(in_body(0, b"RPS2"), 400, "magic", id="submission of another suite"),
        pytest.param(in_letter(0, b"RPL2"), 400, "magic", id="letter of another suite"),
        pytest.param(in_cell(0, b"RPC2"), 400, "magic", id="cell of another suite"),
        pytest.param(in_letter(0, b"RPC1"), 400, "magic", id="a cell's magic on a letter"),
        pytest.param(in_letter(4, bytes(16)), 400, "deployment", id="letter for another site"),
        pytest.param(in_cell(4, bytes(16)), 400, "deployment", id="cell for another site"),
        pytest.param(in_letter(20, bytes(4)), 409, "roster-stale", id="roster version 0"),
        pytest.param(in_letter(20, b"\0\0\0\2"), 409, "roster-stale", id="roster version to come"),
        pytest.param(in_letter(20, b"\xff" * 4), 409, "roster-stale", id="highest roster version"),
        pytest.param(in_letter(24, b"\x03"), 400, "schema", id="three slots"),
        pytest.param(in_letter(24, b"\x11"), 400, "schema", id="seventeen slots"),
        pytest.param(in_letter(24, b"\x0b"), 400, "schema", id="other slots than the roster says"),
        pytest.param(in_letter(31, b"\x01"), 400, "schema", id="letter's filling not zero"),
        pytest.param(in_cell(63, b"\x01"), 400, "schema", id="cell's filling not zero"),
        pytest.param(in_cell(20, b"\x07\xea"), 404, "no-such-shard", id="a board cell with a letter"),
        pytest.param(in_cell(22, b"\0\1"), 404, "no-such-shard", id="intake shard that is not there"),
    ],
)
def test_a_submission_with_one_field_wrong_is_refused_by_its_own_name(
    visitor: Visitor, change: Callable[[Visitor], bytes], status: int, name: str
) -> None:
    answer = visitor.post("/v1/letters", change(visitor))
    assert (answer.status_code, problem_of(answer)) == (status, name)


@pytest.mark.parametrize(
    ("volume", "shard", "own", "status", "name"),
    [
        (0, 0, True, 404, "no-such-shard"),
        (2025, 0, True, 404, "no-such-shard"),
        (2026, 1, True, 404, "no-such-shard"),
        (65535, 65535, True, 404, "no-such-shard"),
        (2026, 0, False, 400, "deployment"),
    ],
)
def test_a_board_cell_must_belong_to_a_shard_of_this_site(
    visitor: Visitor, volume: int, shard: int, own: bool, status: int, name: str
) -> None:
    body = visitor.cell(volume, shard, None if own else bytes(16))
    answer = visitor.signed("POST", "/v1/board", body, OCTETS)
    assert (answer.status_code, problem_of(answer)) == (status, name)


NOT_CANONICAL = {
    "empty": b"",
    "not JSON": b"{",
    "null": b"null",
    "NUL": b'{"letters":["\0"]}',
    "only NUL": b"\0" * 100,
    "invalid UTF-8": b'{"letters":["\xff\xfe"]}',
    "byte order mark": b'\xef\xbb\xbf{"letters":[]}',
    "white space": b'{"letters": []}',
    "newline at the end": b'{"letters":[]}\n',
    "key twice": b'{"letters":[],"letters":[]}',
    "escaped letter": b'{"\\u006cetters":[]}',
    "lone surrogate": b'{"letters":["\\ud800"]}',
    "fraction": b'{"letters":1.0}',
    "exponent": b'{"letters":1e3}',
    "infinite": b'{"letters":1e999}',
    "not a number": b'{"letters":NaN}',
    "huge integer": b'{"letters":' + b"9" * 5_000 + b"}",
    "too deep": b"[" * 100_000 + b"]" * 100_000,
    "key outside the alphabet": b'{"Letters":[]}',
}


@pytest.mark.parametrize("endpoint", SPELLED)
@pytest.mark.parametrize("spelling", NOT_CANONICAL)
def test_a_second_spelling_of_json_is_refused(
    visitor: Visitor, endpoint: tuple[str, str, bool], spelling: str
) -> None:
    answer = send(visitor, endpoint, NOT_CANONICAL[spelling])
    assert (answer.status_code, problem_of(answer)) in {(400, "encoding"), (413, "too-large")}


OTHER_VALUES: list[Any] = [
    {}, [], "", 1, True, {"content": {}, "document": {"body": {}, "signatures": []}},
    {"document": {}}, {"document": [], "keys": {}}, {"letters": []}, {"letters": {}},
    {"document": {"body": {}, "signatures": []}, "keys": {}},
    {"document": {"body": {"kind": CANARY}, "signatures": [{"member": [], "signature": {}}]}, "keys": []},
    {"letters": [b64(bytes(32))] * 2}, {"letters": [b64(bytes(31))]}, {"letters": [CANARY]}, {"letters": [1]},
    {"letters": [b64(bytes([i]) * 32) for i in range(65)]}, {"letters": [], CANARY: 1},
]  # fmt: skip


@pytest.mark.parametrize("endpoint", SPELLED)
@pytest.mark.parametrize("index", range(len(OTHER_VALUES)))
def test_json_that_says_something_else_is_refused(
    visitor: Visitor, endpoint: tuple[str, str, bool], index: int
) -> None:
    answer = send(visitor, endpoint, canonical(OTHER_VALUES[index]))
    assert (answer.status_code, problem_of(answer)) in {(400, "schema"), (422, "schema"), (400, "encoding")}


ODD_VALUES: list[Any] = [
    "", CANARY, "\0", 0, -1, 2**53 - 1, True, [], {}, [[]], [{}], [1], [CANARY], {"sv": CANARY}, "2026-02-30",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/roster", "/v1/deployment"])
def test_documents_with_any_field_changed_are_refused_without_an_echo(visitor: Visitor, path: str) -> None:
    """Each value of the document, at every depth, is replaced by each odd one, and taken away."""
    good = json.loads(good_body(visitor, path))
    places = [("document", *place) for place in places_of(good["document"], 4)]
    # A hash stands for the content; one place of each part is enough.
    for place in [*places, *[("content", *place) for place in places_of(good.get("content", {}), 1)]]:
        for odd in [*ODD_VALUES, None]:
            changed = json.loads(json.dumps(good))
            put(changed, place, odd)
            if changed == good:
                continue
            answer = visitor.post(path, canonical(changed), JSON)
            if answer.status_code == 200:  # a version is named by its body, whoever signed it
                assert place[:2] == ("document", "signatures")
                continue
            assert answer.status_code in {400, 409, 422}, (place, odd)
            problem_of(answer)
            assert CANARY.encode() not in answer.get_data()


def places_of(value: Any, depth: int, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value[:2]))
    found = []
    for key, child in children if depth else []:
        found += [(*so_far, key), *places_of(child, depth - 1, (*so_far, key))]
    return found


def put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    for key in place[:-1]:
        value = value[key]
    if new is None:
        del value[place[-1]]
    else:
        value[place[-1]] = new


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[(method, "/v1/letters") for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW")],
        *[("POST", path) for path in ("/v1/board/2026/0", "/v1/intake/0")],
        *[("GET", path) for path in ("/v1/letters/fetch", "/v1/board")],
        *[("OPTIONS", path) for path in ("/v1/roster", "/v1/deployment", "/v1/board")],
    ],
)
def test_another_method_is_refused(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.client.open(path, method=method)
    assert (answer.status_code, problem_of(answer)) == (405, "method")
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        *[
            "/v1",
            "/v1/",
            "/v2/roster",
            "/v1/roster/",
            "//v1/roster",
            "/v1//roster",
            "/v1/Roster",
            "/v1/letters/",
        ],
        *["/v1/board/2026", "/v1/board/2026/0/", "/v1/board/02026/0", "/v1/board/2026/00", "/v1/board/-1/0"],
        *["/v1/board/%D9%A2/0", "/v1/board/2026/999999", "/v1/board/2026/0.0", "/v1/intake/" + "9" * 3_000],
        *["/v1/intake/%00", "/v1/intake/%FF", "/v1/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v1/%s%s%n"],
        *[f"/v1/{CANARY}", f"/{CANARY}/{CANARY}/{CANARY}"],
    ],
)
def test_an_unknown_path_is_not_found_and_never_a_redirect(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, problem_of(answer)) == (404, "not-found")
    assert CANARY.encode() not in answer.get_data()


@pytest.mark.parametrize("path", ["/v1/board/2025/0", "/v1/board/2026/1", "/v1/board/0/0", "/v1/intake/1"])
def test_a_shard_that_the_deployment_does_not_name_is_not_there(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, problem_of(answer)) == (404, "no-such-shard")


@pytest.mark.parametrize(
    "query",
    [
        *[
            "day=",
            "day=2026-1-1",
            "day=2026-02-30",
            "day=20260101",
            "day=2026%2D01%2D01",
            "Day=2026-01-01",
            "x=1",
        ],
        *["day=2026-01-01&day=2026-01-02", "day=2026-01-01&x", "day=%FF", "?"],
        "day=\N{ARABIC-INDIC DIGIT TWO}026-01-01",
    ],
)
def test_a_day_has_one_spelling(visitor: Visitor, query: str) -> None:
    answer = visitor.signed("GET", f"/v1/letters?{query}")
    assert (answer.status_code, problem_of(answer)) in {(400, "schema"), (401, "authorization")}


@pytest.mark.parametrize(
    "path", ["/v1/roster", "/v1/deployment", "/v1/deployment/content", "/v1/board/2026/0", "/v1/intake/0"]
)
def test_nothing_else_takes_a_query(visitor: Visitor, path: str) -> None:
    answer = visitor.get(f"{path}?{CANARY}=1")
    assert (answer.status_code, problem_of(answer)) == (400, "schema")
    assert CANARY.encode() not in answer.get_data()


def test_a_body_that_ends_before_its_length_is_refused(visitor: Visitor) -> None:
    answer = visitor.client.open(
        "/v1/letters",
        method="POST",
        input_stream=io.BytesIO(b"RPS1"),
        content_length=shape.SUBMISSION_SIZE,
        content_type=OCTETS,
    )
    assert (answer.status_code, problem_of(answer)) == (400, "length")


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "36876, 36876", ""])
def test_an_odd_content_length_is_refused(visitor: Visitor, length: str) -> None:
    answer = visitor.client.open(
        "/v1/letters",
        method="POST",
        input_stream=io.BytesIO(visitor.submission()),
        content_type=OCTETS,
        environ_overrides={"CONTENT_LENGTH": length},
    )
    assert (answer.status_code, problem_of(answer)) == (400, "length")


def test_a_get_with_a_body_is_refused_where_members_sign(visitor: Visitor) -> None:
    answer = visitor.signed("GET", "/v1/letters", b"something", OCTETS)
    assert (answer.status_code, problem_of(answer)) == (413, "too-large")
