"""Headers, logs and failures: what every response has and what none ever shows."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import Engine

from reporting_app.site import headers
from reporting_app.storage.engine import writing
from reporting_app.storage.letterbox import Letterbox
from tests.site_fixtures import JSON, OCTETS, RowCounts, Visitor, problem_of

CANARY = "kanariefagel"


def check_headers(response: object) -> None:
    found = response.headers  # type: ignore[attr-defined]
    policy = found["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in found["Permissions-Policy"]
    assert found["Cache-Control"] == "no-store"
    for absent in ("Set-Cookie", "Server", "X-Powered-By", "ETag", "Last-Modified", "Vary"):
        assert absent not in found


def test_every_route_answers_with_the_security_headers_whatever_happens(app: Flask, visitor: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/v1"):
            continue
        path = rule.rule.replace("<number:volume>", "2026").replace("<number:shard>", "0")
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
            check_headers(visitor.client.open(path, method=method))
    check_headers(visitor.get("/nothing/here"))
    check_headers(visitor.signed("GET", "/v1/letters"))
    check_headers(visitor.post("/v1/letters", visitor.submission()))
    check_headers(visitor.signed("POST", "/v1/board", visitor.cell(), OCTETS))


def test_only_assets_that_were_found_are_kept_by_browsers(app: Flask) -> None:
    app.add_url_rule("/assets/app.0123abcd.js", view_func=lambda: "found")
    client = app.test_client()
    assert client.get("/assets/app.0123abcd.js").headers["Cache-Control"] == headers.KEPT_FOR_GOOD
    assert client.get("/assets/missing.js").headers["Cache-Control"] == "no-store"


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
