"""What the witness's statistics pages show, in words. Nothing here shows an exact count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.admin.drawing import DrawingRoom
from reporting_app.admin.drawing_rounds import said_of, unpublished
from reporting_app.admin.i18n import N_, _, day_text, number
from reporting_app.admin.labels import Labels
from reporting_app.admin.soundness import Soundness
from reporting_app.admin.trust import PanelSetting
from reporting_app.cases.coding import ASKED, SMALL
from reporting_app.statistics import periods
from reporting_app.statistics.catalogue import MOST_SHARE, Catalogue, Table
from reporting_app.statistics.drawing import OPENING, SECOND
from reporting_app.statistics.ledger import WINDOW_YEARS, Intent
from reporting_app.statistics.release import TAKEN_BACK, Release

DIMENSIONS: Mapping[str, Any] = {
    "form": N_("Huvudsaklig form"),
    "organisation": N_("Organisation"),
    "severity": N_("Allvar"),
    "consequence": N_("Huvudsaklig följd"),
    "outcome": N_("Utfall"),
    "timeliness": N_("Svar och återkoppling i tid"),
    "own_view": N_("Anmälarens syn på utfallet"),
}
FIXED_CELLS: Mapping[str, Any] = {
    "in_time": N_("I tid"),
    "answer_late": N_("Första svaret för sent"),
    "feedback_late": N_("Återkopplingen för sent"),
    SMALL: N_("Mindre organisationer"),
    "stopped_and_safer": N_("Det har upphört och jag är tryggare"),
    "partly": N_("Delvis bättre"),
    "not_better": N_("Inte bättre"),
    "reprisals": N_("Repressalier"),
}
UNCODED: Mapping[int | None, Any] = {
    None: N_("Du har inte bevakat några rapporter för perioden. Hur mycket som är kodat går inte att säga."),
    0: N_("Nästan alla rapporter du har bevakat är med."),
    1: N_(
        "Ungefär en fjärdedel av rapporterna är inte kodade eller inte troliga. De kommer aldrig med i den "
        "här perioden."
    ),
    2: N_(
        "Ungefär hälften av rapporterna är inte kodade eller inte troliga. Talen säger lite om hur det var."
    ),
    3: N_(
        "De flesta rapporterna är inte kodade eller inte troliga. Tala med utredarna innan ni drar: talen "
        "blir aldrig bättre."
    ),
}


def table_words(dimension: str) -> str:
    return str(DIMENSIONS.get(dimension, dimension))


def period_words(period: str) -> str:
    """``2027``, or the quarter in words."""
    year, _q, quarter = period.partition("-q")
    return _("kvartal %(quarter)s %(year)s", quarter=quarter, year=year) if quarter else year


def cell_words(known: Labels, dimension: str, cell: str) -> str:
    """The label of a cell; its id when the deployment file no longer has it."""
    named = known.coded(dimension) if dimension != "outcome" else dict(known.outcomes())
    return str(named.get(cell) or FIXED_CELLS.get(cell, cell))


@dataclass(frozen=True)
class Offer:
    """A period that is over, and what can be drawn for it; ``warnings`` from ``soundness``."""

    period: str
    words: str
    tables: list[tuple[str, str, str]]
    warnings: list[str]


@dataclass(frozen=True)
class Drawn:
    """One intent of the ledger: what, by whom, and how far it has come."""

    words: str
    tables: list[tuple[str, str]]
    period: str
    people: str
    day: date
    state: str
    done: bool


@dataclass(frozen=True)
class Spent:
    """What a case reported in ``year`` can have cost so far, of 2, and in which tables."""

    year: int
    spent: str
    left: str
    tables: list[str]


def undrawn(room: DrawingRoom, catalogue: Catalogue, setting: PanelSetting) -> dict[str, list[Table]]:
    """Frozen periods with tables that nobody has drawn, the latest first."""
    first, found = setting.chain.versions[0].day, {}
    for kind in sorted({one.period for one in catalogue.tables}, reverse=True):
        for period in periods.frozen_periods(kind, first, setting.today):
            tables = [one for one in catalogue.tables if one.period == kind]
            left = [one for one in tables if not room.standing.ledger.drawn(one.id, period)]
            if left:
                found[period] = left
    return found


def offer(period: str, tables: list[Table], sound: Soundness, *, has_ballots: bool) -> Offer:
    rows = [(one.id, table_words(one.dimension), number(one.share / 1000)) for one in tables]
    if not has_ballots:
        nothing = _("Inga röster har kommit för perioden. Det ni publicerar blir bara slump.")
        return Offer(period, period_words(period), rows, [nothing])
    if not any(one.dimension in ASKED for one in tables):  # others do not go by the day of the report
        return Offer(period, period_words(period), rows, [])
    warnings = [str(UNCODED[sound.uncoded])] + [
        _(
            "Ovanligt många rapporter kom veckan från %(day)s. Kan någon ha skickat påhittade?",
            day=day_text(day),
        )
        for day in sound.bursts
    ]
    return Offer(period, period_words(period), rows, warnings)


def drawn(room: DrawingRoom, intent: Intent, known: Labels, catalogue: Catalogue) -> Drawn:
    """A line of the ledger."""
    people = known.all_names(intent.document.signatures)
    rows = [(one.id, title(one.id, catalogue)) for one in intent.tables]
    state = _state(room, intent, known)
    done = not unpublished(room, intent)
    return Drawn(period_words(intent.period), rows, intent.period, people, intent.day, state, done)


def title(table: str, catalogue: Catalogue) -> str:
    """A table's name; its id when the catalogue no longer has it."""
    found = catalogue.by_id.get(table)
    return table_words(found.dimension) if found else table


def _state(room: DrawingRoom, intent: Intent, known: Labels) -> str:
    if not unpublished(room, intent):
        return _("Publicerad")
    if not said_of(room, intent, SECOND, intent.second):
        waits = intent.second
    else:
        waits = intent.second if said_of(room, intent, OPENING, intent.proposer) else intent.proposer
    if waits == room.keys.member:
        return _("Fortsätter av sig själv när panelen hämtar nästa gång")
    return _("Väntar på att %(name)s har sin panel igång", name=known.name(waits))


def spent(room: DrawingRoom, catalogue: Catalogue, today: date) -> list[Spent]:
    """For the reports of this year and the two before."""
    rows = []
    for year in range(today.year, today.year - WINDOW_YEARS, -1):
        shares = room.standing.ledger.spent(range(year, year + WINDOW_YEARS))
        total = sum(shares.values())
        names = [f"{title(name, catalogue)} {number(share / 1000)}" for name, share in sorted(shares.items())]
        rows.append(Spent(year, number(total / 1000), number((MOST_SHARE - total) / 1000), names))
    return rows


@dataclass(frozen=True)
class Cell:
    id: str
    words: str
    shown: str
    can_go: bool


def cells(release: Release, dimension: str, known: Labels) -> list[Cell]:
    """As everybody may see them."""
    rows = []
    for name, value in release.cells.items():
        said = str(value) if isinstance(value, int) else _("färre än 10")
        gone = value == TAKEN_BACK
        shown = _("återtagen") if gone else said
        rows.append(Cell(name, cell_words(known, dimension, name), shown, not gone))
    return rows
