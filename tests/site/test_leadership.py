"""Signing in over HTTP: who guesses learns nothing, who floods stops nobody, who reports meets no cookie."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from reporting_app.site import leadership, pages
from reporting_app.site.leaders import SignIn
from reporting_app.storage.engine import writing
from reporting_app.storage.leaders import Leader, Leaders
from tests import headers
from tests.leadership import NAME, CountingHasher, enrol, fields, migrated_file
from tests.site_fixtures import Visitor, problem_of
from tests.storage_fixtures import FakeClock

HTTPS = "https://localhost"
PAGE, SIGN_IN, SIGN_OUT = "/sv/ledning", "/sv/ledning/logga-in", "/sv/ledning/logga-ut"
CANARY = "kanariefagel"
WRONG = "stämmer inte"


@dataclass
class Office:
    """A site with one account, and a browser of the leadership's."""

    app: Flask
    client: FlaskClient
    leader: Leader
    leaders: Leaders
    clock: FakeClock
    hasher: CountingHasher

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=HTTPS, **more)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, str], **more: object) -> TestResponse:
        return self.client.post(path, base_url=HTTPS, data=data, **more)  # type: ignore[arg-type]

    def sign_in(self, **changed: str) -> TestResponse:
        return self.post(SIGN_IN, fields(self.leader, self.clock(), **changed))

    def is_in(self) -> bool:
        answer = self.get(PAGE)
        assert (answer.status_code, answer.headers.get("Location")) in ((200, None), (302, SIGN_IN))
        return answer.status_code == 200

    def token(self) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(SIGN_OUT).text)
        assert found
        return found[1]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: storage itself is tried on both databases; here it is about the pages."""
    return migrated_file(tmp_path)


@pytest.fixture
def office(built: None, app: Flask, engine: Engine, newcomer: Visitor, site_clock: FakeClock) -> Office:
    leaders, hasher = Leaders(engine), CountingHasher()
    leadership.install(app, SignIn(leaders, site_clock, hasher))
    pages.install(app, signs_in=True)
    newcomer.publish()
    return Office(app, app.test_client(), enrol(leaders), leaders, site_clock, hasher)


def test_the_statistics_are_for_those_who_have_signed_in(office: Office) -> None:
    assert not office.is_in()
    answer = office.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = office.get(PAGE)
    assert "Ingen statistik är publicerad än." in page.text
    assert SIGN_OUT in page.text
    assert office.get("/en/ledning").status_code == 200, "in every language"


def test_whatever_lies_below_the_page_is_guarded_also_what_does_not_exist(office: Office) -> None:
    for path in (PAGE, "/en/ledning", f"{PAGE}/2027", f"{PAGE}/a.csv", f"{PAGE}/", SIGN_OUT, f"{SIGN_IN}/x"):
        for method, data in (("GET", None), ("HEAD", None), ("POST", {"x": ""})):
            answer = office.client.open(path, method=method, base_url=HTTPS, data=data)
            assert answer.status_code == 302, (method, path)
            assert answer.headers["Location"] == f"/{path.split('/')[1]}/ledning/logga-in"


def test_no_address_leads_to_another_site(office: Office) -> None:
    for path in ("/\\evil.example/ledning", "/xx/ledning", "//evil.example/ledning", "/%2f/ledning"):
        answer = office.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (404, None), path


def test_a_site_without_a_guard_shows_nothing_that_asks_for_one(app: Flask) -> None:
    with app.test_request_context(PAGE), pytest.raises(KeyError):
        leadership.require_leader()


def test_the_cookie_goes_to_leaderships_pages_only_and_says_nothing(office: Office) -> None:
    cookies = office.sign_in().headers.getlist("Set-Cookie")
    assert {re.search(r"Path=([^;]+)", one)[1] for one in cookies} == {  # type: ignore[index]
        f"/{code}/ledning" for code in ("sv", "en", "fi", "sv-simple")
    }
    for cookie in cookies:
        assert cookie.startswith("__Secure-leader=")
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        assert "expires" not in cookie.lower()
        assert "max-age" not in cookie.lower()
        assert NAME.split()[0] not in cookie


def test_nobody_else_gets_a_cookie(office: Office) -> None:
    for_reporters = ["/sv/", "/sv/anmal", "/en/kvitto", "/sv/personuppgifter", "/v1/roster"]
    stranger = office.app.test_client()
    for path in [*for_reporters, PAGE, SIGN_IN]:
        for cookie in ("", "__Secure-leader=eyJ2aXNpdCI6WzEsMiwzXX0.x.y", "session=1"):
            answer = stranger.get(path, base_url=HTTPS, headers={"Cookie": cookie})
            assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys()), path
    office.sign_in()
    assert [path for path in for_reporters if "Set-Cookie" in office.get(path).headers] == []


def test_a_page_for_reporters_that_tried_to_set_a_cookie_would_fail(office: Office) -> None:
    with office.app.test_request_context("/sv/anmal"), pytest.raises(RuntimeError, match="session"):
        session["seen"] = True
    with office.app.test_request_context(PAGE):
        session["seen"] = True


def test_where_statistics_are_public_nobody_signs_in_and_no_cookie_is_set(
    built: None, app: Flask, newcomer: Visitor
) -> None:
    leadership.install(app, None)
    pages.install(app)
    newcomer.publish()
    for path, status in ((PAGE, 200), ("/en/ledning", 200), (SIGN_IN, 404), (SIGN_OUT, 404)):
        answer = newcomer.client.get(path, base_url=HTTPS)
        assert answer.status_code == status
        assert "Set-Cookie" not in answer.headers
        assert "logga-ut" not in answer.text
    assert newcomer.client.post(SIGN_IN, base_url=HTTPS, data={"name": "x"}).status_code in (404, 405)


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
