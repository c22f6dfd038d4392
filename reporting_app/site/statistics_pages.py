"""Leadership's pages: published statistics in words, charts and tables, and as files. GET only, no scripts.

Who may see them is not decided here: whoever installs the blueprint adds that to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort

from reporting_app.cases.history import readable_measures
from reporting_app.site import api, assets, pages
from reporting_app.site import statistics_files as files
from reporting_app.site import statistics_view as view
from reporting_app.site.content import Edition
from reporting_app.site.languages import LANGUAGES, Language, offered, sentences
from reporting_app.site.service import Site
from reporting_app.site.statistics_words import Words
from reporting_app.statistics import chart
from reporting_app.statistics.change import FALSE_ALARM
from reporting_app.statistics.distribution import HALF_STEP, margin
from reporting_app.statistics.series import Column, Point, Row, Series, Source, all_series

NAME = "statistics"  # of the blueprint, and of its translations' domain
HOME = "ledning"
IN = ("sv", "en")  # the languages of these pages
SCHEMA = Path(__file__).resolve().parent / "statistics_schema.json"
HTML = "text/html; charset=utf-8"
# Below the address of the overview.
PATHS = {
    "": "overview",
    "/metod": "method",
    "/tabell/<table>": "table",
    "/statistik.csv": "csv",
    "/statistik.json": "json",
    "/statistik.schema.json": "schema",
}


@dataclass(frozen=True)
class File:
    """A download: the name under which browsers keep it."""

    name: str
    type: str


FILES = {
    "csv": File("statistik.csv", "text/csv; charset=utf-8"),
    "json": File("statistik.json", "application/json"),
    "schema": File("statistik.schema.json", "application/schema+json"),
    "signed": File("statistik.underskriven.json", "application/json"),
}


@dataclass(frozen=True, eq=False)
class Asked:
    """What pages are made from. Equal when nothing was published in between, the same day."""

    edition: Edition
    source: Source
    today: date

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def series(self) -> tuple[Series, ...]:
        return all_series(self.source, self.today)

    @cached_property
    def measures(self) -> view.Numbered:
        return view.numbered(readable_measures(self.source.newest))

    @property
    def _key(self) -> tuple[object, ...]:
        # Both only ever grow, each from what it was.
        return self.edition, len(self.source.ledger.intents), len(self.source.releases.all), self.today


def install(app: Flask, languages: tuple[Language, ...] = LANGUAGES, *, signs_in: bool = False) -> Blueprint:
    """Adds the pages to an app from ``create_app``. ``signs_in`` says that a reader can sign out."""
    site = cast(Site, app.extensions[api.EXTENSION])
    made = blueprint(
        lambda: pages.edition_now(site),
        site.statistics,
        lambda: site.in_force()[3],
        languages,
        signs_in=signs_in,
    )
    for code in IN:
        where = f"/{code}/{HOME}/{FILES['signed'].name}"
        made.add_url_rule(where, f"signed-{code}", lambda: _answer(site.signed_statistics(), "signed"))
    app.register_blueprint(made)
    return made


def blueprint(
    edition: Callable[[], Edition],
    statistics: Callable[[], Source],
    today: Callable[[], date],
    languages: tuple[Language, ...] = LANGUAGES,
    *,
    signs_in: bool = False,
) -> Blueprint:
    """Pages made from what the three give at each request; each is made once until that changes."""
    made = Blueprint(NAME, __name__)

    @lru_cache(maxsize=128)
    def kept(asked: Asked, _assets: int, language: str, page: str, table: str) -> bytes | None:
        return Reader(asked, languages, language, signs_in=signs_in).page(page, table)

    def page(language: str, page: str, table: str = "") -> Response:
        asked = Asked(edition(), statistics(), today())
        if language not in offered(asked.edition, languages):
            abort(404)
        body = kept(asked, assets.version(), language, page, table)
        if body is None:
            missing = pages.render(asked.edition, languages, language, "", pages.NOT_FOUND)
            return Response(missing, 404, content_type=HTML)
        return _answer(body, page)

    for code in IN:
        # Written out for each language: these win over the reporter's page at the same address.
        for path, name in PATHS.items():
            where = {"language": code, "page": name}
            made.add_url_rule(f"/{code}/{HOME}{path}", f"{name}-{code}", page, defaults=where)
    return made


def check_built() -> None:
    """Raises NotBuilt, saying what to run."""
    for language in LANGUAGES:
        if language.code in IN:
            language.check_built(NAME)


def _answer(body: bytes, page: str) -> Response:
    file = FILES.get(page)
    response = Response(body, content_type=file.type if file else HTML)
    if file:
        response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


class Reader:
    """The pages in one language, as they are for what was asked. Keeps nothing."""

    def __init__(
        self, asked: Asked, languages: tuple[Language, ...], code: str, *, signs_in: bool = False
    ) -> None:
        self._asked, self._languages, self._code = asked, languages, code
        self._signs_in = signs_in
        self._language = offered(asked.edition, languages)[code]
        self._words = Words(code, sentences(self._language, NAME))

    def page(self, name: str, table: str = "") -> bytes | None:
        """A page or a file by its name in ``PATHS``; None for a table that there is not."""
        if name == "table":
            return self._table(table)
        made: dict[str, Callable[[], bytes]] = {
            "overview": self._overview,
            "method": self._method,
            "csv": lambda: files.as_csv(self._asked.series, self._words, self._code),
            "json": lambda: files.as_json(self._asked.series, [one for _, one in self._asked.measures]),
            "schema": SCHEMA.read_bytes,
        }
        return made[name]()

    def _overview(self) -> bytes:
        shown = [self._view(series) for series in self._asked.series]
        headline = view.headline(self._asked.series, self._words)
        return self._render("overview", "", self._languages, tables=shown, headline=headline)

    def _table(self, name: str) -> bytes | None:
        series = next((one for one in self._asked.series if one.id == name), None)
        if series is None:
            return None
        return self._render("table", f"/tabell/{name}", self._few, view=self._view(series))

    def _method(self) -> bytes:
        shown = [self._view(series) for series in self._asked.series]
        alarms = round(FALSE_ALARM * 100)
        more = {"tables": shown, "reach": interval_reach, "false_alarm": alarms}
        return self._render("method", "/metod", self._few, **more)

    @property
    def _few(self) -> tuple[Language, ...]:
        """Languages in which the page that is shown exists."""
        return tuple(one for one in self._languages if one.code in IN)

    def _view(self, series: Series) -> view.TableView:
        return view.table_view(series, self._words, self._asked.measures)

    def _render(self, name: str, path: str, languages: tuple[Language, ...], **values: object) -> bytes:
        frame = pages.frame(self._asked.edition, languages, self._code, HOME + path, f"statistics_{name}")
        template = pages.environment(self._language, NAME).get_template(f"leadership/{name}.html")
        home = f"/{self._code}/{HOME}"
        common = {"words": self._words, "home": home, "measures": self._asked.measures, "chart": chart}
        said = {"organisation": self._organisation, "pairs": _pairs, "signs_in": self._signs_in}
        return template.render(**frame, **common, **said, **values).encode()

    def _organisation(self, name: str) -> str:
        """What the newest file calls an organisation."""
        known = self._asked.source.newest["organisations"]
        return self._words.name(next((one["name"] for one in known if one["id"] == name), name))


def interval_reach(share: int) -> int:
    """How far the true count may be from a shown one, at 95 %."""
    return margin(share) + HALF_STEP


def _pairs(series: Series, row: Row) -> Iterator[tuple[Column, Point]]:
    """A row's points with their periods."""
    return zip(series.columns, row.points, strict=True)
