"""A witness's statistics pages: what two of them see and press, and what each mistake is told."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from reporting_app.admin.letters import Watched
from reporting_app.admin.soundness import bursts, soundness
from reporting_app.crypto.slots import WATCH_MESSAGE, WATCH_REPORT
from reporting_app.statistics import noise
from tests.admin.drawing import DRAWN_ON, PERIOD, a_year
from tests.admin.world import Browser, Office
from tests.deployment import TODAY, WITNESSES

FORM = "form_per_year"
PROPOSE = "/statistics/propose"


@pytest.fixture
def two(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[Browser, Browser]:
    """Both witnesses' panels, unlocked, on a day when last year can be drawn; every draw is 0."""
    monkeypatch.setattr(noise, "draw", lambda cells, _share: dict.fromkeys(cells, 0))
    a_year(office, {"harassment": 13, "violence": 2})
    first, second = (office.panel(member).unlock().browser for member in WITNESSES)
    return first, second


def text(one: Browser, path: str = "/statistics", status: int = 200) -> str:
    answer = one.get(path)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def document(page: str) -> str:
    return re.findall(r'name="document" value="([^"]+)"', page)[0]


def release(first: Browser, second: Browser) -> None:
    first.submit(PROPOSE, {"period": PERIOD, "tables": [FORM]})
    second.submit("/statistics/sign", {"document": document(text(second))})
    for one in (first, second, first):
        one.submit("/sync")


def test_two_people_press_once_each_and_the_numbers_are_out(two: tuple[Browser, Browser]) -> None:
    first, second = two
    first.submit(PROPOSE, {"period": PERIOD, "tables": [FORM]})
    assert "Du har föreslagit 2026" in text(first)
    assert "föreslår att ni drar 2026" in text(second)
    second.submit("/statistics/sign", {"document": document(text(second))})
    for one in (first, second, first):
        one.submit("/sync")
    assert "Publicerad" in text(first)
    shown = text(first, f"/statistics/{FORM}/{PERIOD}")
    assert re.findall(r"<td>(\d+)</td>", shown) == ["15"]
    assert "färre än 10" in shown
    spent = re.findall(r"Rapporterat (\d+): spenderat ([\d,]+), kvar ([\d,]+)\.", text(first))
    assert spent == [("2027", "0", "2"), ("2026", "0,4", "1,6"), ("2025", "0,4", "1,6")]


def test_a_period_without_a_single_ballot_is_said_to_be_chance_only(office: Office) -> None:
    a_year(office, {})
    page = text(office.panel("tillsyn-1").unlock().browser)
    assert "Inga röster har kommit för perioden. Det ni publicerar blir bara slump." in page


def test_no_page_shows_an_exact_count(two: tuple[Browser, Browser]) -> None:
    first, second = two
    release(first, second)
    pages = text(first) + text(second) + text(first, f"/statistics/{FORM}/{PERIOD}")
    assert not re.search(r"\b13\b|\b2 (röster|ärenden)", re.sub(r"<[^>]*>", " ", pages))


def test_a_table_that_is_drawn_is_no_longer_offered(two: tuple[Browser, Browser]) -> None:
    first, second = two
    release(first, second)
    assert 'id="2026-form_per_year"' not in text(first)
    answer = first.submit(PROPOSE, {"period": PERIOD, "tables": [FORM]})
    assert (answer.status_code, "Välj minst en tabell" in answer.get_data(as_text=True)) == (400, True)


def test_choosing_nothing_or_a_period_that_is_not_over_is_told(two: tuple[Browser, Browser]) -> None:
    first, _second = two
    for period, tables in ((PERIOD, []), ("2027", [FORM]), ("", [FORM]), (PERIOD, ["nothing"])):
        answer = first.submit(PROPOSE, {"period": period, "tables": tables})
        assert answer.status_code == 400
        assert "Välj minst en tabell" in unescape(answer.get_data(as_text=True))


def test_signing_what_no_longer_waits_is_told(two: tuple[Browser, Browser]) -> None:
    first, second = two
    release(first, second)
    answer = second.submit("/statistics/sign", {"document": "AAAA"})
    assert "Gör ett nytt förslag" in unescape(answer.get_data(as_text=True))


def test_a_silent_site_draws_nothing_and_says_so(two: tuple[Browser, Browser], office: Office) -> None:
    first, _second = two
    office.shelf.away = True
    answer = first.submit(PROPOSE, {"period": PERIOD, "tables": [FORM]})
    assert (answer.status_code, "Inget är draget" in unescape(answer.get_data(as_text=True))) == (503, True)


def test_a_correction_needs_a_cell_a_reason_and_another_witness(
    two: tuple[Browser, Browser], office: Office
) -> None:
    first, second = two
    release(first, second)
    path = f"/statistics/{FORM}/{PERIOD}"
    empty = first.submit(path, {"cells": ["harassment"], "reason": "  "})
    assert (empty.status_code, "Skriv varför" in unescape(empty.get_data(as_text=True))) == (400, True)
    kept = first.submit(path, {"reason": "Tolv var påhittade."})
    assert "Tolv var påhittade." in unescape(kept.get_data(as_text=True)), "nothing written is lost"
    first.submit(path, {"cells": ["harassment"], "reason": "Tolv var påhittade."})
    assert "Väntar på en annan i tillsynen" in text(first)
    second.submit("/statistics/correction", {"document": document(text(second))})
    assert "återtagen" in text(second, path)
    assert len(office.shelf.releases) == 2


def test_investigators_have_no_such_page(office: Office) -> None:
    one = office.panel("utredare-1").unlock().browser
    assert one.get("/statistics").status_code == 404


def test_locked_it_asks_for_the_passphrase_first(office: Office) -> None:
    one = office.panel("tillsyn-1").unlock().browser
    one.submit("/lock")
    assert "/unlock" in one.get("/statistics").headers["Location"]


def watched(days: list[int], kind: int = WATCH_REPORT) -> list[Watched]:
    return [Watched(bytes([n]) * 32, TODAY + timedelta(days=day), kind, b"") for n, day in enumerate(days)]


def test_how_much_is_uncoded_is_said_in_quarters_only() -> None:
    assert soundness(watched([0] * 8), 8, PERIOD).uncoded == 0
    assert soundness(watched([0] * 8), 6, PERIOD).uncoded == 1
    assert soundness(watched([0] * 8), 0, PERIOD).uncoded == 3
    assert soundness(watched([0] * 8, WATCH_MESSAGE), 0, PERIOD).uncoded is None
    assert soundness(watched([100]), 0, PERIOD).uncoded is None, "of another year"


def test_a_week_full_of_reports_is_pointed_out_and_a_busy_year_is_not() -> None:
    steady = [TODAY + timedelta(days=7 * n + k) for n in range(-50, 1) for k in range(4)]
    assert bursts(steady) == []
    week = TODAY - timedelta(days=70)
    stuffed = [*steady, *[week] * 14]
    assert bursts(stuffed) == [week - timedelta(days=week.weekday())]
    assert DRAWN_ON > TODAY
