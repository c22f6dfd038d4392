"""Headers, logs and failures: what every response has and what none ever shows."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from reporting_app.site import assets, leadership, pages, statistics_pages
from reporting_app.site.leaders import SignIn
from reporting_app.storage.engine import writing
from reporting_app.storage.leaders import Leaders
from reporting_app.storage.letterbox import Letterbox
from tests import headers
from tests.site_fixtures import JSON, OCTETS, RowCounts, Visitor, problem_of

CANARY = "kanariefagel"


METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE")
EXAMPLES = {
    "<number:volume>": "2026",
    "<number:shard>": "0",
    "<language>": "sv",
    "<path>": "anmal",
    "<table>": "form_per_year",
}


def check_headers(response: TestResponse, forms: str = "'none'") -> None:
    headers.check(response, images="data:", forms=forms)
    assert not headers.is_kept(response)
    recognising = {"Set-Cookie", "Vary", "ETag", "Last-Modified"}
    assert not recognising & set(response.headers.keys())


@pytest.fixture
def paged(app: Flask, newcomer: Visitor, engine: Engine) -> FlaskClient:
    """The whole site, pages and all; leadership signs in."""
    leadership.install(app, SignIn(Leaders(engine), newcomer.clock))
    statistics_pages.install(app, signs_in=True)
    pages.install(app, signs_in=True)
    newcomer.publish()
    return newcomer.client


def paths_of(app: Flask) -> Iterator[str]:
    """An address for every route, and some that lead nowhere."""
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<name>", assets.find("site.css").file)
        for name, example in EXAMPLES.items():
            path = path.replace(name, example)
        assert "<" not in path, "a route without an example"
        yield path
    yield from ("/nothing/here", "/v1/nothing", "/assets/nothing.js", "/sv/nothing", "/fi/", "/favicon.ico")


def test_every_route_answers_with_the_security_headers_whatever_happens(
    app: Flask, paged: FlaskClient
) -> None:
    kinds = set()
    for path in paths_of(app):
        for method in METHODS:
            answer = paged.open(path, method=method)
            kinds.add((answer.status_code, answer.mimetype))
            if not path.startswith("/assets/"):
                has_form = "/ledning/logga-" in path and method in ("GET", "HEAD", "POST")
                check_headers(answer, "'self'" if has_form else "'none'")
    assert {(200, "text/html"), (302, "text/html"), (404, "text/html")} <= kinds, "pages were among them"


def test_answers_to_what_members_and_reporters_send_have_them_too(visitor: Visitor) -> None:
    check_headers(visitor.signed("GET", "/v1/letters"))
    check_headers(visitor.post("/v1/letters", visitor.submission()))
    check_headers(visitor.signed("POST", "/v1/board", visitor.cell(), OCTETS))


def test_only_built_files_that_were_found_are_kept_by_browsers(paged: FlaskClient) -> None:
    for name in ("site.css", "report.js", "exit.js", "receipt.js"):
        for encoding in ("", "gzip", "br"):
            answer = paged.get(assets.find(name).url, headers={"Accept-Encoding": encoding})
            headers.check(answer, images="data:", forms="'none'")
            assert headers.is_kept(answer)
            assert answer.headers.get("Content-Encoding", "") == encoding, "compressed when it was built"
            assert "Set-Cookie" not in answer.headers
    assert not headers.is_kept(paged.get("/assets/missing.js"))


def test_a_mistake_of_ours_is_answered_without_a_trace_and_logged_without_values(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get(f"/v1/{CANARY}")
    def broken() -> str:
        raise RuntimeError(f"a value: {CANARY}")

    answer = app.test_client().get(f"/v1/{CANARY}")
    assert (answer.status_code, problem_of(answer)) == (500, "unexpected")
    check_headers(answer)
    assert CANARY.encode() not in answer.get_data()
    assert "RuntimeError at test_every_response.py" in caplog.text
    assert CANARY not in caplog.text


def test_nothing_about_a_request_is_logged(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.post("/v1/letters", visitor.submission(), headers={"User-Agent": CANARY, "Referer": CANARY})
        visitor.post("/v1/letters/fetch", CANARY.encode(), JSON, headers={"Authorization": CANARY})
        visitor.get(f"/v1/{CANARY}?{CANARY}")
        visitor.post("/v1/roster", f'{{"{CANARY}":1}}'.encode(), JSON)
    assert CANARY not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("reporting_app", "werkzeug"))]


def test_busy_storage_is_503_with_nothing_stored_and_the_same_bytes_succeed_later(
    visitor: Visitor, engine: Engine, row_counts: RowCounts
) -> None:
    submission, before = visitor.submission(), row_counts()
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE arrived_letters IN ACCESS EXCLUSIVE MODE")
        answer = visitor.post("/v1/letters", submission)
    assert (answer.status_code, problem_of(answer)) == (503, "busy")
    assert answer.headers["Retry-After"]
    check_headers(answer)
    assert row_counts() == before
    assert visitor.post("/v1/letters", submission).status_code == 201


def test_a_move_that_must_wait_does_not_fail_the_visitor_and_comes_a_minute_later(
    visitor: Visitor, engine: Engine, row_counts: RowCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.post("/v1/letters", visitor.submission())
    visitor.clock.pass_days(1)
    tries = []
    move_arrivals = Letterbox.move_arrivals
    monkeypatch.setattr(
        Letterbox, "move_arrivals", lambda *args: (tries.append(args), move_arrivals(*args))[1]
    )
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE arrived_letters IN ACCESS SHARE MODE")
        for _ in range(3):
            assert visitor.get("/v1/roster").status_code == 200
    assert len(tries) == 1
    assert row_counts()["letters"] == 0
    visitor.clock.now += 60
    assert visitor.get("/v1/roster").status_code == 200
    assert row_counts()["letters"] == 1
    assert len(tries) == 2
