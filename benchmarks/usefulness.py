"""What a city of 300 cases a year learns in four years, and what it is told wrongly.

A thousand cities through tally, two draws by OpenDP, rounding and ``change``: how often a form that doubled
in the last year is said to be more than before, how often one that did not, and how often the true count lies
where the page says. Then the same with other rules, to show what each costs.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from benchmarks.report import say
from reporting_app.cases.coding import frozen_after
from reporting_app.crypto.ballot import Ballot
from reporting_app.statistics import noise
from reporting_app.statistics.catalogue import Table
from reporting_app.statistics.change import MOST_EARLIER, Direction, direction_since
from reporting_app.statistics.distribution import interval, shown
from reporting_app.statistics.tally import Cast, tally

CITIES = 1_000
CASES = 300
YEARS = ("2031", "2032", "2033", "2034")
BATCH = 50_000
LARGE, MIDDLE, SMALL = "harassment", "procedural_pressure", "internal_silence"
FORMS = {
    LARGE: 0.25,
    "veiled_threat": 0.20,
    "direct_threat": 0.15,
    MIDDLE: 0.10,
    "violence": 0.07,
    SMALL: 0.05,
    "other": 0.05,
    "undue_relation": 0.03,
    "vandalism": 0.03,
    "infiltration": 0.03,
    "undue_offer": 0.02,
    "undetermined": 0.02,
}
MERGED = {  # to eight, each of which still says something
    "undue_offer": "undue_relation",
    "infiltration": "undue_relation",
    "vandalism": "violence",
    "undetermined": "other",
}
TIMELY = {"in_time": 0.8, "answer_late": 0.1, "feedback_late": 0.1}


@dataclass(frozen=True)
class Rules:
    """How a table is drawn and read. ``shown_as`` is the share whose noise readers reckon with."""

    name: str
    share: int
    draws: int = 2
    louder: float = 1.0  # than sensitivity 2 asks for: 2 would be counting by presence alone
    merge: Mapping[str, str] = field(default_factory=dict)
    earlier: int = MOST_EARLIER

    @property
    def drawn_as(self) -> int:
        return round(self.share * self.louder)

    @property
    def read_as(self) -> int:
        """One draw has half the variance of two: that of two with √2 times the share."""
        return round(self.drawn_as * math.sqrt(2 / self.draws))


class Draws:
    """OpenDP's draws, in batches."""

    def __init__(self) -> None:
        self._left: dict[int, Iterator[int]] = {}

    def one(self, share: int) -> int:
        drawn = next(self._left.get(share, iter(())), None)
        if drawn is None:
            self._left[share] = iter(noise.measurement(share)([0] * BATCH))
            drawn = next(self._left[share])
        return drawn


City = list[dict[str, int]]  # exact counts, by year


def cities(rates: Mapping[str, float], cases: float, doubled: str = "") -> list[City]:
    """Poisson numbers of cases; in the last year of ``doubled`` twice as many. Counted by the real tally."""
    chance = random.Random(f"{sorted(rates)} {doubled}")  # noqa: S311 - a simulated city, repeatable
    found = []
    for _ in range(CITIES):
        usual = {cell: rate * cases for cell, rate in rates.items()}
        last = {cell: rate * (2 if cell == doubled else 1) for cell, rate in usual.items()}
        found.append([_counted(_year(chance, last if one == YEARS[-1] else usual), one) for one in YEARS])
    return found


def _year(chance: random.Random, means: Mapping[str, float]) -> dict[str, int]:
    return {cell: _poisson(chance, mean) for cell, mean in means.items()}


def _poisson(chance: random.Random, mean: float) -> int:
    """Knuth's product, in logarithms: events until one unit of time has passed."""
    passed, events = chance.expovariate(mean), 0
    while passed <= 1:
        passed, events = passed + chance.expovariate(mean), events + 1
    return events


def _counted(cases: Mapping[str, int], year: str) -> dict[str, int]:
    table = Table("form", "form", "year", 400, tuple(cases), {}, {})
    names = [cell for cell, count in cases.items() for _ in range(count)]
    casts = [CASTS.cast(number, cell, year) for number, cell in enumerate(names)]
    return dict(tally(casts, table, [], year).cells)


class _Casts:
    """The same ballots again and again: making millions anew would be all that is measured."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str, str], Cast] = {}

    def cast(self, number: int, value: str, year: str) -> Cast:
        if (number, value, year) not in self._made:
            name = hashlib.blake2b(f"{number} {year}".encode(), digest_size=32).digest()
            day: date = frozen_after(year)
            ballot = Ballot("utredare-1", 1, day, bytes(16), year, name[:16], "form", value)
            self._made[number, value, year] = Cast(ballot, name, day)
        return self._made[number, value, year]


CASTS = _Casts()


@dataclass
class Outcome:
    """Of all cities: what was said of each cell in the last year, and where the true counts lay."""

    said: dict[str, dict[Direction, int]]
    tables_wrong: int = 0  # with at least one change said; wrong when nothing changed
    cells: int = 0
    within: int = 0

    def rate(self, cell: str, towards: Direction) -> float:
        return self.said[cell][towards] / CITIES


def observe(found: Sequence[City], rules: Rules, draws: Draws) -> Outcome:
    """Publish every city by the rules and read it as the page does."""
    names = [cell for cell in found[0][0] if cell not in rules.merge]
    outcome = Outcome({name: dict.fromkeys(Direction, 0) for name in names})
    for city in found:
        wrong = False
        for name in names:
            counts = [_merged(year, name, rules.merge) for year in city]
            seen = [shown(count + _noise(rules, draws)) for count in counts]
            towards = direction_since(seen[-1 - rules.earlier : -1], seen[-1], rules.read_as, len(names))
            outcome.said[name][towards] += 1
            wrong |= towards is not Direction.UNSURE
            low, high = interval(seen[-1], rules.read_as)
            outcome.cells, outcome.within = outcome.cells + 1, outcome.within + (low <= counts[-1] <= high)
        outcome.tables_wrong += wrong
    return outcome


def _noise(rules: Rules, draws: Draws) -> int:
    return sum(draws.one(rules.drawn_as) for _ in range(rules.draws))


def _merged(year: Mapping[str, int], name: str, merge: Mapping[str, str]) -> int:
    return year[name] + sum(year[one] for one, into in merge.items() if into == name)


KEPT = Rules("as it is", 400)
OTHERS = (
    Rules("against the year before only", 400, earlier=1),
    Rules("rare forms merged", 400, merge=MERGED),
    Rules("a table of 0.2", 200),
    Rules("without the second draw", 400, draws=1),
    Rules("counting by presence alone", 400, louder=2),
    Rules("both", 400, draws=1, louder=2),
)


def run() -> None:
    draws = Draws()
    quiet = cities(FORMS, CASES)
    doubled = {form: cities(FORMS, CASES, form) for form in (SMALL, MIDDLE, LARGE)}
    for rules in (KEPT, *OTHERS):
        for form, found in doubled.items():
            seen = observe(found, rules, draws).rate(form, Direction.UP)
            say(f"{rules.name}: {FORMS[form]:.0%} of cases doubled, said so", seen, "rate")
        calm = observe(quiet, rules, draws)
        wrong = calm.tables_wrong / CITIES
        say(f"{rules.name}: nothing changed, said so of a table", wrong, "rate", "at most", 0.05)
        cells = sum(said[way] for said in calm.said.values() for way in (Direction.UP, Direction.DOWN))
        say(f"{rules.name}: nothing changed, said so of a cell", cells / calm.cells, "rate")
        say(f"{rules.name}: true count within interval", calm.within / calm.cells, "rate", "at least", 0.95)
    for name, cases in (("a year", CASES), ("a quarter", CASES / 4)):
        found = cities(TIMELY, cases, "answer_late")
        seen = observe(found, Rules(name, 200), draws).rate("answer_late", Direction.UP)
        say(f"late answers, 10 % of cases in {name}, doubled, said so", seen, "rate")


if __name__ == "__main__":
    run()
