"""A member who watches the site all day sees no trace of a report that cover does not leave too."""

from __future__ import annotations

import random
from collections import Counter
from typing import cast

import pytest

from reporting_app.admin.cover import AS_ANSWER, AS_NOTE, AS_REPORT, LONGEST_GAP, WORKDAY, Cover
from reporting_app.admin.outbox import Outbox
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.sealing import Setting
from reporting_app.storage.cache import Cache
from tests.admin.world import FakeSite, Office

ROUND = 60


def workspace(office: Office, member: str) -> Workspace:
    cache = Cache.at(office.directory / member / "cover.db")
    made = Workspace(
        office.world.keys[member], FakeSite(office.shelf), cache, office.world.anchor, office.clock
    )
    made.sync()
    return made


class Watching:
    """How many letters and cells came to the site since it was last asked."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._before = self._now()

    def _now(self) -> tuple[int, int]:
        return len(self._office.shelf.letters), len(self._office.shelf.cells)

    def news(self) -> tuple[int, int]:
        before, self._before = self._before, self._now()
        return self._before[0] - before[0], self._before[1] - before[1]


def forced(one: Workspace, *draws: float) -> None:
    """Makes the panel's next rounds draw these numbers."""
    one.covers = True
    numbers = iter(draws)
    one._cover = Cover(one._outbox, one.cache, lambda: next(numbers))


def rounds(office: Office, one: Workspace, watching: Watching, count: int) -> list[tuple[int, int]]:
    seen = []
    for _ in range(count):
        office.clock.now += ROUND
        one.sync()
        seen.append(watching.news())
    return seen


def test_cover_comes_as_a_report_comes_that_leaves_somebody_out(office: Office) -> None:
    one, watching = workspace(office, "utredare-1"), Watching(office)
    forced(one, 1, 0, 1, 1)
    cover = rounds(office, one, watching, 4)
    office.report(leave_out=("utredare-2",))
    one.covers = False
    report = [watching.news(), *rounds(office, one, watching, 2)]
    assert [news for news in cover if news != (0, 0)] == [(1, 0), (1, 1)]
    assert [news for news in report if news != (0, 0)] == [(1, 0), (1, 1)]


def test_what_was_begun_is_ended_after_a_restart(office: Office) -> None:
    one, watching = workspace(office, "utredare-1"), Watching(office)
    forced(one, 1, 0)
    assert rounds(office, one, watching, 2) == [(0, 0), (1, 0)]
    again = workspace(office, "utredare-1")
    forced(again, 1, 1)
    assert rounds(office, again, watching, 2) == [(1, 1), (0, 0)]


def test_nothing_comes_at_the_start_and_sleep_is_not_made_up_for(office: Office) -> None:
    one, watching = workspace(office, "utredare-1"), Watching(office)
    share = LONGEST_GAP / WORKDAY
    forced(one, 0, (AS_REPORT + AS_ANSWER + AS_NOTE) * share * 1.01)
    assert rounds(office, one, watching, 1) == [(0, 0)], "however the draw falls"
    office.clock.now += 7 * WORKDAY
    assert rounds(office, one, watching, 1) == [(0, 0)]


class Counting:
    """An outbox and a cache that only count."""

    def __init__(self) -> None:
        self.posted: Counter[bool] = Counter()
        self.facts: dict[str, bytes] = {}

    def post_blank(self, _setting: object, *, with_cell: bool = False) -> None:
        self.posted[with_cell] += 1

    def fact(self, name: str) -> bytes | None:
        return self.facts.get(name)

    def set_fact(self, name: str, value: bytes) -> None:
        self.facts[name] = value


def test_over_the_year_it_comes_as_often_as_decided() -> None:
    counting, days = Counting(), 400
    cover = Cover(cast(Outbox, counting), cast(Cache, counting), random.Random(1).random)  # noqa: S311
    for number in range(days * WORKDAY // ROUND):
        cover.round(cast(Setting, None), number * ROUND)
    alone, with_cell = counting.posted[False] / days, counting.posted[True] / days
    assert alone == pytest.approx(AS_REPORT + AS_NOTE, rel=0.25)  # five standard deviations
    assert with_cell == pytest.approx(AS_REPORT + AS_ANSWER, rel=0.45)
