"""Signing in over HTTP: who guesses learns nothing, who floods stops nobody, who was in is out again."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from reporting_app.storage.engine import writing
from tests import headers
from tests.leadership import HTTPS, NAME, PAGE, SIGN_IN, SIGN_OUT, Office, fields, migrated_file
from tests.site_fixtures import Visitor, problem_of

CANARY = "kanariefagel"
WRONG = "stämmer inte"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: storage itself is tried on both databases; here it is about the pages."""
    return migrated_file(tmp_path)


def test_pages_may_send_their_form_here_only_and_are_neither_kept_nor_compressed(office: Office) -> None:
    brotli = {"Accept-Encoding": "br, gzip"}
    answers = [office.get(SIGN_IN, headers=brotli), office.sign_in(password="fel")]
    office.clock.now += 30
    office.sign_in()
    for answer in [*answers, office.get(SIGN_OUT, headers=brotli)]:
        headers.check(answer, images="data:", forms="'self'")
        assert not headers.is_kept(answer)
        assert "Content-Encoding" not in answer.headers
    page = office.get(PAGE, headers=brotli)
    headers.check(page, images="data:", forms="'none'")
    assert page.headers["Content-Encoding"] == "br", "the same for all who are signed in"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_wrong_name_password_or_code_and_a_waiting_account_look_alike_and_cost_the_same(
    office: Office, engine: Engine
) -> None:
    seen: dict[str, tuple[object, ...]] = {}

    def look(who: str, answer: Callable[[], TestResponse]) -> None:
        checks = office.hasher.checks
        with statements(engine) as sent:
            got = answer()
        assert WRONG in got.text
        body = re.sub(r'value="[^"]*"', "", got.text)
        seen[who] = (got.status_code, str(got.headers), body, office.hasher.checks - checks, tuple(sent))

    office.get(SIGN_IN)
    look("password", lambda: office.sign_in(password="fel ord"))
    look("code", lambda: office.sign_in(code="000000"))
    look("name", lambda: office.sign_in(name="bert ek"))
    for _ in range(5):
        office.sign_in(password="fel ord")
    look("waiting", office.sign_in)
    assert seen["name"][3] == 1, "the password of nobody is checked too"
    assert len(set(map(str, seen.values()))) == 1, seen


def test_a_form_that_lacks_something_says_what_and_keeps_the_name_only(office: Office) -> None:
    said = {"name": "Skriv ditt namn.", "password": "Skriv ditt lösenord.", "code": "sex siffror."}
    for left_out, sentence in said.items():
        page = office.sign_in(**{left_out: ""})
        assert page.status_code == 422
        assert f'id="{left_out}-error"' in page.text
        assert sentence in page.text
        assert page.text.count("field-error") == 1
        assert 'value="anna ek"' in page.text or left_out == "name"
        assert "torkrum" not in page.text
    assert office.hasher.checks == 0
    for code in ("12345", "1234567", "abcdef", "१२३४५६"):
        assert 'id="code-error"' in office.sign_in(code=code).text
    code = fields(office.leader, office.clock())["code"]
    assert office.sign_in(code=f" {code[:3]} {code[3:]}").status_code == 303, "as telephones show it"


def test_what_was_typed_cannot_become_a_part_of_the_page(office: Office) -> None:
    page = office.sign_in(name='"><b>x').text
    assert "<b>x" not in page
    assert "&#34;&gt;&lt;b&gt;x" in page


def test_signing_out_needs_the_token_and_ends_every_visit(office: Office) -> None:
    office.sign_in()
    for wrong in ({"x": ""}, {"csrf_token": "x"}, {"csrf_token": CANARY * 9}):
        refused = office.post(SIGN_OUT, wrong)
        assert refused.status_code == 422
        assert "fortfarande inloggad" in refused.text
        assert office.is_in()
    copied = office.client.get_cookie("__Secure-leader", path="/sv/ledning")
    assert copied is not None
    answer = office.post(SIGN_OUT, {"csrf_token": office.token()})
    assert "Du är utloggad." in answer.text
    assert not office.is_in()
    office.client.set_cookie("__Secure-leader", copied.value, path="/sv/ledning", secure=True)
    assert not office.is_in(), "a copy of the cookie opens nothing either"


def test_a_token_of_another_visit_does_not_sign_out(office: Office) -> None:
    office.sign_in()
    foreign = office.token()
    with office.app.test_client() as client:
        mine = Office(office.app, client, office.leader, office.leaders, office.clock, office.hasher)
        office.clock.now += 30
        mine.sign_in()
        assert mine.post(SIGN_OUT, {"csrf_token": foreign}).status_code == 422
        assert mine.is_in()


def test_a_form_of_another_site_signs_nobody_in(office: Office) -> None:
    right = fields(office.leader, office.clock())
    for origin in ("cross-site", "same-site"):
        answer = office.post(SIGN_IN, right, headers={"Sec-Fetch-Site": origin})
        assert (answer.status_code, problem_of(answer)) == (400, "schema")
        assert not office.is_in()
    assert office.hasher.checks == 0
    assert office.post(SIGN_IN, right, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_too_much_and_what_is_no_form_is_refused_before_anything_is_hashed(office: Office) -> None:
    assert office.sign_in(password="x" * 9_000).status_code == 413
    assert office.sign_in(password="x" * 201).status_code == 422
    assert office.post(SIGN_IN, {}, content_type="application/json").status_code == 415
    assert office.hasher.checks == 0


def test_a_visit_lasts_while_it_is_used_and_eight_hours_at_most(office: Office) -> None:
    office.sign_in()
    for _ in range(19):
        office.clock.now += 25 * 60
        assert office.is_in()
    office.clock.now += 25 * 60
    assert not office.is_in(), "8 h 20 min"
    office.sign_in()
    office.clock.now += 30 * 60
    assert not office.is_in(), "idle"


def test_a_cookie_that_was_made_elsewhere_opens_nothing(office: Office) -> None:
    office.sign_in()
    cookie = office.client.get_cookie("__Secure-leader", path="/sv/ledning")
    assert cookie is not None
    for value in (cookie.value[:-2] + "AA", "x", ""):
        office.client.set_cookie("__Secure-leader", value, path="/sv/ledning", secure=True)
        assert not office.is_in()
    office.app.secret_key = "another run of the site"
    office.client.set_cookie("__Secure-leader", cookie.value, path="/sv/ledning", secure=True)
    assert not office.is_in()


def test_a_flood_of_sign_ins_is_told_to_wait_and_reporters_are_served(
    office: Office, newcomer: Visitor
) -> None:
    """One check of a password at once: the others wait for nothing, hold no memory and no lock."""
    office.hasher.gate.clear()
    first: list[int] = []
    waiting = threading.Thread(
        target=lambda: first.append(
            office.app.test_client()
            .post(SIGN_IN, base_url=HTTPS, data=fields(office.leader, office.clock()))
            .status_code
        )
    )
    waiting.start()
    try:
        assert office.hasher.entered.wait(20)
        for _ in range(20):
            answer = office.sign_in(name="bo")
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert 'value="bo"' in answer.text
        assert newcomer.get("/sv/anmal").status_code == 200
        assert newcomer.post("/v1/letters", newcomer.submission()).status_code == 201
    finally:
        office.hasher.gate.set()
        waiting.join(20)
    assert office.hasher.checks == 1
    assert first == [303]
    office.clock.now += 30
    assert office.sign_in().status_code == 303


def test_busy_storage_is_told_in_the_form_with_the_name_in_it(office: Office, engine: Engine) -> None:
    with writing(engine).begin():
        answer = office.sign_in()
    assert answer.status_code == 503
    assert 'value="anna ek"' in answer.text
    assert office.sign_in().status_code == 303


def test_neither_name_nor_code_nor_address_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"User-Agent": CANARY, "Referer": CANARY, "X-Forwarded-For": CANARY}
    with caplog.at_level(logging.DEBUG):
        for changed in ({"name": CANARY}, {"password": CANARY}, {"code": CANARY}, {}):
            data = fields(office.leader, office.clock(), **changed)
            office.post(SIGN_IN, data, headers=told, environ_base={"REMOTE_ADDR": "192.0.2.77"})
        office.get(PAGE, headers=told)
        office.post(SIGN_OUT, {"csrf_token": CANARY}, headers=told)
    ours = ("reporting_app", "werkzeug", "sqlalchemy")
    assert [one.message for one in caplog.records if one.name.startswith(ours)] == []
    assert not [told for told in (CANARY, NAME, "192.0.2.77") if told in caplog.text]
