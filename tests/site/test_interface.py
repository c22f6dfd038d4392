"""The site's interface as protocol.md §13 says it, on both databases."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest

from reporting_app.cases.proposals import Proposal, propose_roster
from reporting_app.crypto import shape, work
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, canonical, parse
from reporting_app.crypto.hashing import day_digest, object_id
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.storage.letterbox import Letterbox
from tests.deployment import TODAY, World
from tests.site_fixtures import JSON, OCTETS, RowCounts, Visitor, deployment_body, problem_of, roster_body


def ids_of(submission: bytes) -> tuple[bytes, bytes]:
    parts = shape.read_submission(submission)
    return object_id(parts.letter), object_id(parts.cell)


def test_a_real_report_is_stored_and_both_halves_are_served(visitor: Visitor) -> None:
    submission = visitor.world.report(visitor.world.reporter())
    letter, cell = ids_of(submission)
    answer = visitor.post("/v1/letters", submission)
    assert answer.status_code == 201
    assert answer.get_data() == canonical({"cell": b64(cell), "letter": b64(letter)})
    parts = shape.read_submission(submission)
    assert visitor.get("/v1/intake/0").get_data() == parts.cell
    body = canonical({"letters": [b64(letter)]})
    assert visitor.signed("POST", "/v1/letters/fetch", body, JSON).get_data() == parts.letter


def test_the_same_bytes_again_are_answered_with_200_and_stored_once(
    visitor: Visitor, row_counts: RowCounts
) -> None:
    submission = visitor.submission()
    first = visitor.post("/v1/letters", submission)
    before = row_counts()
    for _ in range(2):
        again = visitor.post("/v1/letters", submission)
        assert (again.status_code, again.get_data()) == (200, first.get_data())
        assert sum(row_counts().values()) == sum(before.values())
        visitor.clock.pass_days(1)


def test_panels_see_days_with_counts_and_digests_and_then_identifiers(visitor: Visitor) -> None:
    expected: dict[str, list[bytes]] = {}
    for _ in range(2):
        submissions = [visitor.submission() for _ in range(3)]
        for submission in submissions:
            visitor.post("/v1/letters", submission)
        expected[visitor.clock.today().isoformat()] = sorted(ids_of(one)[0] for one in submissions)
        visitor.clock.pass_days(1)
    assert visitor.signed("GET", "/v1/letters").get_json() == {
        "days": [
            {"count": 3, "day": day, "digest": b64(day_digest(ids))} for day, ids in sorted(expected.items())
        ]
    }
    for day, ids in expected.items():
        answer = visitor.signed("GET", f"/v1/letters?day={day}")
        assert answer.get_json() == {"letters": [b64(name) for name in ids]}
    assert visitor.signed("GET", "/v1/letters?day=2020-01-01").get_json() == {"letters": []}


def test_letters_are_fetched_in_the_order_asked_and_missing_ones_left_out(visitor: Visitor) -> None:
    submissions = [visitor.submission() for _ in range(3)]
    for submission in submissions:
        visitor.post("/v1/letters", submission)
    names = [b64(ids_of(submissions[2])[0]), b64(bytes(32)), b64(ids_of(submissions[0])[0])]
    answer = visitor.signed("POST", "/v1/letters/fetch", canonical({"letters": names}), JSON)
    wanted = [shape.read_submission(submissions[index]).letter for index in (2, 0)]
    assert (answer.content_type, answer.get_data()) == (OCTETS, b"".join(wanted))


def test_a_members_cell_stands_on_the_board_in_identifier_order(visitor: Visitor) -> None:
    cells = [visitor.cell(2026) for _ in range(4)]
    for cell in cells:
        answer = visitor.signed("POST", "/v1/board", cell, OCTETS)
        assert (answer.status_code, answer.get_json()) == (201, {"cell": b64(object_id(cell))})
    assert visitor.signed("POST", "/v1/board", cells[0], OCTETS).status_code == 200
    expected = b"".join(sorted(cells, key=object_id))
    assert visitor.get("/v1/board/2026/0").get_data() == expected
    assert visitor.get("/v1/board/2027/0").get_data() == b""


def test_documents_are_served_as_they_were_signed(visitor: Visitor) -> None:
    world = visitor.world
    assert parse(visitor.get("/v1/roster").get_data()) == world.roster_file.to_value()
    assert visitor.get("/v1/deployment").get_data() == world.deployment.to_bytes()
    assert visitor.get("/v1/deployment/content").get_data() == canonical(world.content)


def test_a_site_without_documents_says_so(newcomer: Visitor) -> None:
    documents = ("/v1/roster", "/v1/deployment", "/v1/deployment/content")
    for path in (*documents, "/v1/board/2026/0", "/v1/intake/0"):
        answer = newcomer.get(path)
        assert (answer.status_code, problem_of(answer)) == (404, "not-found")
    assert problem_of(newcomer.post("/v1/letters", newcomer.submission())) == "not-found"
    assert problem_of(newcomer.signed("GET", "/v1/letters")) == "authorization"


def test_the_first_request_of_a_day_moves_what_arrived(visitor: Visitor, row_counts: RowCounts) -> None:
    visitor.post("/v1/letters", visitor.submission())
    visitor.signed("POST", "/v1/board", visitor.cell(), OCTETS)
    assert row_counts()["arrived_letters"] == 1
    visitor.clock.pass_days(1)
    visitor.get("/v1/roster")
    counts = row_counts()
    assert (counts["letters"], counts["cells"], counts["intake_cells"]) == (1, 1, 1)
    assert counts["arrived_letters"] + counts["arrived_cells"] + counts["arrived_intake_cells"] == 0


def test_an_intake_cell_is_kept_for_the_days_that_the_deployment_says(visitor: Visitor) -> None:
    submission = visitor.submission()
    visitor.post("/v1/letters", submission)
    visitor.clock.pass_days(29)
    assert visitor.get("/v1/intake/0").get_data() == submission[-shape.CELL_SIZE :]
    visitor.clock.pass_days(1)
    assert visitor.get("/v1/intake/0").get_data() == b""


def test_known_documents_are_answered_with_200_whoever_signed_them(
    visitor: Visitor, row_counts: RowCounts
) -> None:
    before = row_counts()
    world = visitor.world
    assert visitor.post("/v1/roster", roster_body(world), JSON).status_code == 200
    assert visitor.post("/v1/deployment", deployment_body(world), JSON).status_code == 200
    assert row_counts() == before


def test_a_letter_to_a_replaced_roster_is_taken_for_thirty_days(
    visitor: Visitor, row_counts: RowCounts
) -> None:
    world = visitor.world
    second = next_roster(world)
    body = Proposal(second, {member: world.public_keys[member] for member in remaining(world)}).to_bytes()
    assert visitor.post("/v1/roster", body, JSON).status_code == 201
    assert set(visitor.get("/v1/roster").get_json()["keys"]) == set(remaining(world))
    visitor.clock.pass_days(30)
    assert visitor.post("/v1/letters", visitor.submission(version=1)).status_code == 201
    visitor.clock.pass_days(1)
    before = sum(row_counts().values())
    answer = visitor.post("/v1/letters", visitor.submission(version=1))
    assert (answer.status_code, problem_of(answer)) == (409, "roster-stale")
    assert sum(row_counts().values()) == before
    assert visitor.post("/v1/letters", visitor.submission(version=2)).status_code == 201


def test_a_second_process_sees_what_the_first_published(visitor: Visitor, letterbox: Letterbox) -> None:
    other = create_app(SiteConfig(visitor.world.anchor), letterbox, visitor.clock).test_client()
    assert len(other.get("/v1/roster").get_json()["chain"]) == 1
    world = visitor.world
    body = Proposal(next_roster(world), {one: world.public_keys[one] for one in remaining(world)}).to_bytes()
    assert visitor.post("/v1/roster", body, JSON).status_code == 201
    assert len(other.get("/v1/roster").get_json()["chain"]) == 2


def test_work_is_asked_for_when_the_deployment_says_so(visitor: Visitor, row_counts: RowCounts) -> None:
    publish_with(visitor, pow_bits=8)
    before = row_counts()
    submission = visitor.submission()
    nonce = work.find(*ids_of(submission), 8)
    parts = shape.read_submission(submission)
    lazy = visitor.post("/v1/letters", shape.write_submission(nonce - 1, parts.letter, parts.cell))
    if nonce > 0:
        assert (lazy.status_code, problem_of(lazy)) == (403, "proof-of-work")
        assert row_counts() == before
    worked = visitor.post("/v1/letters", shape.write_submission(nonce, parts.letter, parts.cell))
    assert worked.status_code == 201


def test_an_intake_cell_goes_sooner_when_the_deployment_says_so(visitor: Visitor) -> None:
    publish_with(visitor, intake_days=7)
    submission = visitor.submission()
    visitor.post("/v1/letters", submission)
    visitor.clock.pass_days(6)
    assert visitor.get("/v1/intake/0").get_data() == submission[-shape.CELL_SIZE :]
    visitor.clock.pass_days(1)
    assert visitor.get("/v1/intake/0").get_data() == b""


def publish_with(visitor: Visitor, **parameters: int) -> None:
    """The next deployment version, with these parameters changed."""
    world = visitor.world
    changed = world.next_file(parameters=world.deployment.body["parameters"] | parameters)
    answer = visitor.post("/v1/deployment", world.signed_file(changed).to_bytes(), JSON)
    assert answer.status_code == 201


def remaining(world: World) -> list[str]:
    return [member for member in world.keys if member != "utredare-3"]


def next_roster(world: World) -> SignedDocument:
    """Version 2: utredare-3 has left, from today."""
    document = propose_roster(world.chain, world.chain.deployment, [], ["utredare-3"], TODAY)
    return world.signed(document)


@pytest.mark.parametrize(("encoding", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_signed_documents_travel_compressed_and_say_the_same(
    visitor: Visitor, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    plain = visitor.get("/v1/deployment/content")
    small = visitor.get("/v1/deployment/content", headers={"Accept-Encoding": encoding})
    assert small.headers["Content-Encoding"] == encoding
    assert unpack(small.get_data()) == plain.get_data()
    assert len(small.get_data()) < len(plain.get_data()) / 2
