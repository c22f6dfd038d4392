"""A leadership page of a city with four years and all tables: what it weighs, and what it costs the server.

A visit is what everybody pays. Made anew is what the first one pays after something was published, and each
day, before compression: read from releases and rendered.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from benchmarks.report import say
from reporting_app.demo.statistics import Town
from reporting_app.site import assets, pages
from reporting_app.site.content import Edition
from reporting_app.site.languages import LANGUAGES
from reporting_app.site.statistics import Statistics
from reporting_app.site.statistics_pages import Asked, Reader
from tests.deployment import WITNESSES, human_part, make_world
from tests.site.statistics_site import Shown, client_of
from tests.statistics.town import ORGANISATION, TODAY, seeded

ROUNDS = 15
FILES = ("site.css", "statistics.css", "exit.js")
BROTLI = {"Accept-Encoding": "br"}
PAGES = (
    ("overview", "/sv/ledning", "overview", ""),
    ("heaviest table", f"/sv/ledning/tabell/{ORGANISATION}", "table", ORGANISATION),
)
MOST_KILOBYTES, MOST_MILLISECONDS = 60, 20


def run() -> None:
    world = make_world()
    files = {1: human_part()}
    town = Town(world.chain, [world.keys[name] for name in WITNESSES], files, seeded(3))
    town.publish(TODAY.year - 4, TODAY)
    edition = Edition.of(world.file, world.anchor)
    source = Statistics(town.ledger, town.releases, files)

    def made(page: str, table: str = "") -> bytes:
        # A new Asked each time: nothing is remembered from the page before.
        body = Reader(Asked(edition, source, TODAY), LANGUAGES, "sv").page(page, table)
        assert body is not None
        return body

    reporters = _median(lambda: pages.render(edition, LANGUAGES, "sv", "anmal", "report", noscript=True))
    around = sum((assets.BUILD / (assets.find(one).file + ".br")).stat().st_size for one in FILES)
    client = client_of(world, Shown(source))
    for name, address, page, table in PAGES:
        spent = _median(partial(made, page, table))
        answer = client.get(address, headers=BROTLI)
        visit = _median(partial(client.get, address, headers=BROTLI))
        weight = (len(answer.get_data()) + around) / 1000
        say(f"leadership, {name}, everything, brotli", weight, "kB", "at most", MOST_KILOBYTES)
        say(f"leadership, {name}, a visit", visit * 1000, "ms", "at most", MOST_MILLISECONDS)
        say(f"leadership, {name}, made anew", spent * 1000, "ms", "at most", MOST_MILLISECONDS)
        say(f"leadership, {name}, against rendering the report page", spent / reporters, "ratio")


def _median(act: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


if __name__ == "__main__":
    run()
