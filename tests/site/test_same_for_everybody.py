"""The same bytes for every visitor, whoever asks and when: else a site could mark one reporter's page unseen.

Asked over HTTP, each compression for itself. Only `Date` may differ: HTTP wants it; it tells only the time.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Response, request

from reporting_app.site import assets, compression, pages
from reporting_app.site.languages import CODES
from tests.browser_fixtures import LiveSite, running_site
from tests.deployment import World
from tests.site_fixtures import OCTETS
from tests.storage_fixtures import FakeClock

ENCODINGS = ("identity", "gzip", "br")
TWO_LANGUAGES = (CODES[0], CODES[-1])  # all four only where time allows
ASKED_AS = {
    "identity": ("", "deflate", "br;q=0, gzip;q=0", "zstd"),
    "gzip": ("gzip, deflate", "GZIP", "gzip;q=0.5, br;q=0"),
    "br": ("gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip, br"),
}
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile"
VISITORS: dict[str, dict[str, str]] = {
    "nobody in particular": {},
    "a phone": {"User-Agent": PHONE, "Accept": "text/html", "Sec-CH-UA-Mobile": "?1", "Save-Data": "on"},
    "another language": {"Accept-Language": "fi, ar;q=0.8, en;q=0.5"},
    "from a search": {"Referer": "https://example.org/?q=hot", "Sec-Fetch-Site": "cross-site"},
    "who asks not to be followed": {"DNT": "1", "Sec-GPC": "1"},
    "behind a proxy": {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"},
    "under another name": {"Host": "annat.example", "X-Forwarded-Host": "annat.example"},
    "with cookies": {"Cookie": "session=1; language=en; seen=yes"},
    "who was here before": {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    "who wants a part": {"Range": "bytes=0-9"},
    "who says who they are": {"Authorization": "Basic YTpi", "From": "a@example.org"},
}  # fmt: skip
Answer = tuple[int, list[tuple[str, str]], bytes]
Answers = dict[tuple[str, str], Answer]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def site(built: None, world: World, clock: FakeClock, tmp_path: Path) -> Iterator[LiveSite]:
    with running_site(f"sqlite:///{tmp_path}/site.db", world, clock) as site:
        yield site


def addresses(languages: Sequence[str]) -> list[str]:
    """All that a reporter's browser asks for, except what reports and answers are in."""
    files = [assets.ASSETS + one.name for one in assets.BUILD.iterdir() if one.suffix in assets.CONTENT_TYPES]
    shells = [*pages.PAGES, "utan/anmal", "utan/kvitto", "ledning/logga-in", "finns-inte"]
    return [
        *files,
        *(f"/{language}/{path}" for language in languages for path in shells),
        "/",
        *(f"/{one}" for one in languages),
        "/v1/roster",
        "/v1/deployment",
        "/v1/deployment/content",
    ]


def fetch(site: LiveSite, path: str, encoding: str, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": encoding, **headers})
        answer = connection.getresponse()
        said = [(name, value) for name, value in answer.getheaders() if name != "Date"]
        return answer.status, said, answer.read()
    finally:
        connection.close()


def everything(
    site: LiveSite,
    headers: dict[str, str] | None = None,
    encodings: tuple[str, ...] = ENCODINGS,
    languages: Sequence[str] = TWO_LANGUAGES,
) -> Answers:
    asked = [(path, encoding) for path in addresses(languages) for encoding in encodings]
    return {(path, encoding): fetch(site, path, encoding, headers or {}) for path, encoding in asked}


def differences(first: Answers, again: Answers) -> list[str]:
    return [
        f"{path} as {encoding}" for (path, encoding), one in again.items() if one != first[path, encoding]
    ]


def test_every_page_and_file_is_the_same_for_every_visitor(site: LiveSite) -> None:
    first = everything(site, languages=CODES)
    assert {status for status, _, _ in first.values()} == {200, 302, 404}
    assert len({body for _, _, body in first.values()}) > 3 * len(pages.PAGES) * len(CODES)
    for turn, (who, headers) in enumerate(VISITORS.items()):
        encoding = ENCODINGS[turn % len(ENCODINGS)]
        assert differences(first, everything(site, headers, (encoding,))) == [], who
    assert differences(first, everything(site, languages=CODES)) == [], "a second time"


def test_a_compression_is_the_same_bytes_however_it_is_asked_for(site: LiveSite) -> None:
    for path in (assets.find("site.css").url, "/sv/anmal", "/en/tillganglighet", "/v1/deployment"):
        for encoding, spellings in ASKED_AS.items():
            expected = fetch(site, path, encoding, {})
            assert dict(expected[1]).get("Content-Encoding", "identity") == encoding
            for spelling in spellings:
                assert fetch(site, path, spelling, {}) == expected, (path, spelling)


def test_hours_days_and_reports_change_nothing(site: LiveSite, world: World, clock: FakeClock) -> None:
    first = everything(site)
    for pause in (timedelta(seconds=1), timedelta(hours=5), timedelta(days=1), timedelta(days=330)):
        post(site, world.report(world.reporter(), today=clock.today()))
        assert differences(first, everything(site, encodings=("br",))) == [], "after a report"
        clock.now += pause.total_seconds()
        assert differences(first, everything(site, encodings=("gzip",))) == [], f"{pause} later"
    assert clock.today().year == 2027, "the year of other volumes"
    assert differences(first, everything(site)) == []


def test_a_site_that_was_started_anew_on_another_day_serves_the_same(
    site: LiveSite, world: World, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = everything(site)
    compression._compressed.cache_clear()
    later = FakeClock(clock.now + 40 * 86_400)
    monkeypatch.setattr(time, "time", later)
    with running_site(f"sqlite:///{tmp_path}/another.db", world, later) as another:
        assert differences(first, everything(another, VISITORS["a phone"])) == []


def post(site: LiveSite, submission: bytes) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=20)
    connection.request("POST", "/v1/letters", submission, {"Content-Type": OCTETS})
    assert connection.getresponse().status == 201
    connection.close()


def marks_the_address(response: Response) -> Response:
    if request.headers.get("X-Forwarded-For"):
        response.headers["Content-Security-Policy"] += "; report-uri /r"
    return response


def greets_in_their_language(response: Response) -> Response:
    if request.accept_languages.best == "fi" and response.mimetype == "text/html":
        response.set_data(response.get_data() + b" ")
    return response


def keeps_a_cookie(response: Response) -> Response:
    response.set_cookie("seen", request.cookies.get("seen", "no"))
    return response


def test_a_site_that_tells_visitors_apart_is_seen(site: LiveSite) -> None:
    for marking in (marks_the_address, greets_in_their_language, keeps_a_cookie):
        site.app.after_request(marking)
    first = everything(site, encodings=("br",))
    assert differences(first, everything(site, encodings=("br",))) == []
    for who in ("behind a proxy", "another language", "with cookies"):
        assert differences(first, everything(site, VISITORS[who], ("br",))) != [], who


def test_a_site_that_tells_days_apart_is_seen(site: LiveSite, clock: FakeClock) -> None:
    def dates(response: Response) -> Response:
        response.headers["X-Day"] = str(clock.today())
        return response

    site.app.after_request(dates)
    first = everything(site, encodings=("gzip",))
    clock.now += 3_600
    assert differences(first, everything(site, encodings=("gzip",))) == []
    clock.pass_days(1)
    assert len(differences(first, everything(site, encodings=("gzip",)))) == len(first)
