"""Leadership's pages of a town, and what a reader finds on them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from reporting_app.cases import proposals
from reporting_app.site import compression, headers, pages, statistics_pages
from reporting_app.site.content import Edition
from reporting_app.site.statistics import Statistics
from tests.deployment import World, human_part
from tests.statistics.town import TODAY, ToldTown

SVG = re.compile(r"<svg class=\"chart\" role=\"img\".*?</svg>", re.DOTALL)


@dataclass
class Shown:
    """What the site has; a test may change it."""

    statistics: Statistics
    today: date = TODAY


def client_of(world: World, shown: Shown | ToldTown, content: Mapping[str, Any] | None = None) -> FlaskClient:
    """The pages with the site's headers. ``content`` is what the reporter's side has in force."""
    if isinstance(shown, ToldTown):
        shown = Shown(shown.statistics())
    kept = shown
    file = proposals.propose_deployment(world.chain, None, content or human_part(), date(2026, 3, 1)).file
    edition = Edition.of(file, world.anchor)
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(
        statistics_pages.blueprint(lambda: edition, lambda: kept.statistics, lambda: kept.today)
    )
    app.register_blueprint(pages.blueprint(lambda: edition))
    headers.install(app)
    compression.install(app)
    return app.test_client()


def html_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def words_of(html: str) -> str:
    """As it is read, without tags and double spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(html: str) -> str:
    (found,) = re.findall(r"<main.*?</main>", html, re.DOTALL)
    return str(found)


def charts_of(html: str) -> list[ET.Element]:
    """Every chart, as XML: what is no XML is no SVG either."""
    return [ET.fromstring(one) for one in SVG.findall(html)]  # noqa: S314 - our own


def marks(chart: ET.Element, state: str) -> list[ET.Element]:
    """The groups that draw a point of a state, in either kind of chart."""
    kinds = (f"bar-{state}", f"point-{state}")
    return [one for one in chart.iter("g") if one.get("class") in kinds]


def rows_of(html: str) -> list[list[str]]:
    """Every table's rows: header first, as words."""
    cells = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    lines = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[words_of(cell) for cell in cells.findall(line)] for line in lines]
