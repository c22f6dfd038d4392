"""What passes over the wire tells nothing of a receipt but its shard: whoever watches the requests, the site
included, learns neither whether a receipt is known, nor how much was answered, nor how long a text was.

Recorded in a real Chromium, each visit in a fresh context, with the production headers on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from reporting_app.cases import proposals
from reporting_app.crypto import cell, receipt, shape
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.receipt import ReporterKeys
from tests.browser.walking import Walker
from tests.deployment import FOUNDED, World, human_part, make_world
from tests.properties.live import Owner, Served, serving
from tests.site_fixtures import noon

pytestmark = pytest.mark.browser
Contexts = Callable[..., BrowserContext]
INTAKE_SHARDS, BOARD_SHARDS = 2, 8
LONG = "Det händer varje dag. " * 400


@dataclass(frozen=True)
class Seen:
    """All that an observer who can read TLS has of one request and its answer."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: int
    status: int
    answer: int
    answer_headers: tuple[tuple[str, str], ...]


def recorded(person: Walker) -> list[Seen]:
    """Everything the page asked for, in order. The time of day in an answer is the site's own."""
    person.page.wait_for_load_state("networkidle")
    seen = []
    for one in person.requests:
        answer = one.response()
        assert answer is not None
        headers = tuple(sorted((k, v) for k, v in answer.all_headers().items() if k != "date"))
        sizes = one.sizes()
        asked = tuple(sorted(one.all_headers().items()))
        body = len(one.post_data_buffer or b"")
        path = urlsplit(one.url).path + urlsplit(one.url).query
        seen.append(Seen(one.method, path, asked, body, answer.status, sizes["responseBodySize"], headers))
    return seen


def visited(owner: Owner, contexts: Contexts, state: str) -> list[Seen]:
    person = owner.site.walker(contexts())
    person.come_back(owner.words)
    person.sees(state)
    found = recorded(person)
    person.page.context.close()
    return found


@pytest.fixture
def site(built: None, tmp_path: Path) -> Iterator[Served]:
    with serving(make_world(), f"sqlite:///{tmp_path}/site.db", noon()) as served:
        yield served


@pytest.fixture
def sharded(built: None, tmp_path: Path) -> Iterator[Served]:
    world = make_world()
    parameters = human_part()["parameters"]
    volumes = [{"shards": BOARD_SHARDS, "year": 2026}]
    changed = {
        **human_part(),
        "parameters": {**parameters, "intake_shards": INTAKE_SHARDS, "volumes": volumes},
    }
    file = world.signed_file(proposals.propose_deployment(world.chain, None, changed, FOUNDED))
    world = World(world.keys, world.roster, file.document, file.content)
    with serving(world, f"sqlite:///{tmp_path}/site.db", noon()) as served:
        yield served


def test_a_known_and_an_unknown_receipt_cause_the_same_requests(site: Served, new_context: Contexts) -> None:
    stored = Owner(site).report()
    answered = Owner(site).report("utredare-3").answered(3)
    unknown = Owner(site)
    seen = [
        visited(stored, new_context, "found"),
        visited(answered, new_context, "found"),
        visited(unknown, new_context, "notfound"),
    ]
    assert seen[0] == seen[1] == seen[2]
    asked = [one.path for one in seen[0] if one.path.startswith("/v1/")]
    assert asked == ["/v1/roster", "/v1/deployment", "/v1/intake/0", "/v1/board/2026/0", "/v1/board/2027/0"]
    sizes = {one.path: one.answer for one in seen[0]}
    assert sizes["/v1/board/2026/0"] == 3 * shape.CELL_SIZE, "the whole shard, whoever asks"
    assert asks_once_more(stored, new_context)[:-1] == seen[2], "the control: what one page asks more, shows"


def asks_once_more(owner: Owner, contexts: Contexts) -> list[Seen]:
    """A page that, having found a thread, says so with one request."""
    person = owner.site.walker(contexts())
    person.come_back(owner.words)
    person.sees("found")
    person.page.evaluate("() => fetch('/v1/intake/0').then((answer) => answer.arrayBuffer())")
    return recorded(person)


def test_mistyped_words_cause_no_request_at_all(site: Served, new_context: Contexts) -> None:
    words = Owner(site).report().words
    person = site.walker(new_context())
    wrong = [words[1], words[0], *words[2:]]
    person.come_back(wrong)
    expect(person.page.get_by_role("alert").filter(has_text="Ett av orden är fel")).to_be_visible()
    mistyped = recorded(person)
    page = site.walker(new_context())
    page.page.goto(page.url + "kvitto")
    expect(page.button(page.say.show)).to_be_enabled()
    assert mistyped == recorded(page)
    person.box(person.say.receipt).fill(" ".join(words))
    person.button(person.say.show).click()
    person.sees("found")
    later = [one.path for one in recorded(person)[len(mistyped) :]]
    assert later == ["/v1/intake/0", "/v1/board/2026/0", "/v1/board/2027/0"], "the control: right words ask"


def posts(person: Walker) -> list[Seen]:
    return [one for one in recorded(person) if one.method == "POST"]


@pytest.mark.long
def test_what_is_sent_has_one_size_whatever_it_says(site: Served, new_context: Contexts) -> None:
    sent: list[Seen] = []
    for text, leave_out in (("Hot.", []), (LONG, ["Utredare 2", "Tillsyn 1"])):
        person = site.walker(new_context())
        person.start_writing(text)
        for name in leave_out:
            person.page.get_by_role("checkbox", name=f"Lämna utanför {name}").check()
        person.button(person.say.send).click()
        person.sees("sent")
        words = person.words()
        sent += posts(person)
        again = site.walker(new_context())
        again.come_back(words)
        again.sees("found")
        again.write_more(text)
        expect(again.page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
        sent += posts(again)
    assert len(sent) == 4
    assert {(one.path, one.body, one.status) for one in sent} == {("/v1/letters", shape.SUBMISSION_SIZE, 201)}
    assert len({one.answer for one in sent}) == 1
    assert len({one.answer_headers for one in sent}) == 1
    # The two pages differ in nothing but the address that no request tells: there is no referrer.
    assert len({one.headers for one in sent}) == 1
    assert not any(name == "referer" for one in sent for name, _ in one.headers)


def secrets_of(owner: Owner) -> dict[str, bytes]:
    thread = owner.keys.thread
    return {
        "entropy": owner.random,
        "thread id": thread.thread_id,
        "thread secret": thread.secret,
        "sign seed": owner.keys.sign_seed,
        "sign public key": thread.sign_public,
        "KEM public key": thread.kem_public[:64],
        "board key": thread.board_key,
        "watch token": thread.watch_token,
    }


def traces(person: Walker, secrets: dict[str, bytes]) -> set[str]:
    """Which secrets are in any address, header or body, as bytes, base64url or hexadecimal."""
    sent = b"\n".join(
        one.url.encode() + repr(one.all_headers()).encode() + (one.post_data_buffer or b"")
        for one in person.requests
    )
    spelled = {name: (data, b64(data).encode(), data.hex().encode()) for name, data in secrets.items()}
    return {name for name, forms in spelled.items() if any(form in sent for form in forms)}


def test_nothing_that_grows_from_the_receipt_leaves_the_page(site: Served, new_context: Contexts) -> None:
    person = site.walker(new_context())
    words = person.report("Någon följer efter mig.")
    owner = Owner(site)
    owner.random = receipt.from_words(" ".join(words))
    owner.keys = ReporterKeys(owner.random, site.world.chain.deployment)
    person.type_back(words)
    person.come_back(words)
    person.sees("found")
    person.write_more("Igen.")
    expect(person.page.get_by_role("status").filter(has_text="lagrat")).to_be_visible()
    assert len(person.sent_bytes()) == 2
    assert traces(person, secrets_of(owner)) == set()
    assert not any(person.says_in_requests(word) for word in words if len(word) > 5)
    (first, _) = person.sent_bytes()
    sealed = shape.read_submission(first)
    assert cell.is_tag_of(shape.read_cell(sealed.cell).tag, owner.keys.thread.board_key)
    assert traces(person, {"tag": shape.read_cell(sealed.cell).tag}) == {"tag"}, (
        "the control: it finds what is there"
    )
    assert len({shape.read_cell(shape.read_submission(one).cell).tag for one in person.sent_bytes()}) == 2


def owner_in(site: Served, shard: int) -> Owner:
    while True:
        owner = Owner(site)
        if owner.keys.thread.shard(BOARD_SHARDS) == shard:
            return owner


@pytest.mark.long
def test_a_receipt_shows_its_shard_bits_and_no_others(sharded: Served, new_context: Contexts) -> None:
    """Three bits of eight board shards, of which the intake's one is the first: never more than three."""
    same = [owner_in(sharded, 5), owner_in(sharded, 5).report().answered(1)]
    seen = [visited(same[0], new_context, "notfound"), visited(same[1], new_context, "found")]
    assert seen[0] == seen[1]
    elsewhere = visited(owner_in(sharded, 2), new_context, "notfound")
    for shard, found in ((2, elsewhere), (5, seen[0])):
        asked = [one.path for one in found if one.path.startswith("/v1/")]
        assert asked[2:] == [f"/v1/intake/{shard // 4}", f"/v1/board/2026/{shard}"]
        rest = [without_shards(one) for one in found]
        assert rest == [without_shards(one) for one in seen[0]]
    assert elsewhere != seen[0], "the control: another shard is another request"


def without_shards(one: Seen) -> tuple[Any, ...]:
    """A request but for the number of the shard, and the answer but for how many cells stand there."""
    is_shard = one.path.startswith(("/v1/intake/", "/v1/board/"))
    path = one.path.rsplit("/", 1)[0] if is_shard else one.path
    answer = () if is_shard else (one.answer, one.answer_headers)
    return (one.method, path, one.headers, one.body, one.status, *answer)
