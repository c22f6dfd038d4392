"""Who meets the guard of the statistics, and who meets a cookie: nobody who only reports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, session

from reporting_app.site import leadership, pages
from tests.leadership import HTTPS, NAME, PAGE, SIGN_IN, SIGN_OUT, Office, migrated_file
from tests.site_fixtures import Visitor


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: storage itself is tried on both databases; here it is about the pages."""
    return migrated_file(tmp_path)


def test_the_statistics_are_for_those_who_have_signed_in(office: Office) -> None:
    assert not office.is_in()
    answer = office.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = office.get(PAGE)
    assert "Ingen statistik är publicerad än." in page.text
    assert SIGN_OUT in page.text
    assert office.get("/en/ledning").status_code == 200, "in every language"
    signed = office.get(f"{PAGE}/statistik.underskriven.json")
    assert set(signed.get_json()) == {"ledger", "releases", "roster"}


def test_whatever_lies_below_the_page_is_guarded_also_what_does_not_exist(office: Office) -> None:
    for path in (
        PAGE,
        "/en/ledning",
        f"{PAGE}/2027",
        f"{PAGE}/statistik.csv",
        f"{PAGE}/statistik.underskriven.json",
        f"{PAGE}/",
        SIGN_OUT,
        f"{SIGN_IN}/x",
    ):
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
