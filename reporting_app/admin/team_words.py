"""Absences and text blocks made ready for a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from reporting_app.admin.i18n import _, day_text
from reporting_app.admin.labels import Labels
from reporting_app.admin.rows import excerpt
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.starting_blocks import BY_ID, SUGGESTIONS, meeting_id
from reporting_app.cases.fold import Case
from reporting_app.cases.team import Absence, Staff, Team, Template, gaps, in_charge
from reporting_app.crypto.members import INVESTIGATOR


@dataclass(frozen=True)
class Away:
    """Somebody's absence; ``cover`` are names, ``doubts`` sentences about it."""

    name: str
    first: date
    last: date
    cover: list[str]
    doubts: list[str]
    is_mine: bool


@dataclass(frozen=True)
class GapLine:
    """A case that an absence leaves without somebody, and why."""

    id: str
    text: str
    reasons: list[str]


@dataclass(frozen=True)
class Block:
    """A text block as one can put it in."""

    id: str
    title: str
    text: str


def colleagues(sitting: Sitting, known: Labels) -> list[tuple[str, str]]:
    """Ids and names of the other investigators in the roster, as a form's choices."""
    current = known.setting.roster.with_role(INVESTIGATOR, known.setting.today)
    return [(one.id, one.name) for one in current if one.id != sitting.keys.member]


def own_absence(sitting: Sitting, today: date) -> Absence | None:
    """The member's own, unless it is over."""
    found = sitting.team.absences.get(sitting.keys.member)
    return found if found and found.last >= today else None


def absences(sitting: Sitting, known: Labels) -> list[Away]:
    """Everybody's that is not over, in the order in which they begin."""
    team, today = sitting.team, known.setting.today
    current = sitting.staff.current
    lasting = [one for one in team.absences.values() if one.last >= today and one.member in current]
    shown = sorted(lasting, key=lambda one: (one.first, one.last, one.member))
    return [_away(one, team, known, current, sitting.keys.member) for one in shown]


def _away(one: Absence, team: Team, known: Labels, current: Collection[str], me: str) -> Away:
    cover = sorted(one.cover & frozenset(current))
    others = [team.absences[name] for name in cover if name in team.absences]
    also = [other for other in others if other.first <= one.last and one.first <= other.last]
    doubts = [
        _("%(name)s är själv borta %(days)s.", name=known.name(other.member), days=days(other))
        for other in also
    ]
    return Away(
        known.name(one.member),
        one.first,
        one.last,
        [known.name(name) for name in cover],
        doubts,
        one.member == me,
    )


def days(one: Absence | Away, style: str = "long") -> str:
    """From when to when; ``short`` for a table."""
    first, last = day_text(one.first, style), day_text(one.last, style)
    return first if one.first == one.last else f"{first} – {last}"


def gap_lines(sitting: Sitting, known: Labels, absence: Absence) -> list[GapLine]:
    """Where it leaves a case alone or to somebody who cannot read it, the oldest first."""
    found = gaps(sitting.cases.values(), absence, sitting.team, sitting.staff.current)
    found.sort(key=lambda gap: (gap.case.received or date.min, gap.case.id))
    return [
        GapLine(
            gap.case.id,
            excerpt(gap.case),
            [
                *([_("Ingen som handlägger det är på plats hela tiden.")] if gap.nobody else []),
                *(_("%(name)s kan inte läsa det.", name=known.name(one)) for one in sorted(gap.blind)),
            ],
        )
        for gap in found
    ]


def today_lines(sitting: Sitting, known: Labels) -> list[str]:
    """For the inbox: whom one covers for today, and whether one has said to be away oneself."""
    team, today, me = sitting.team, known.setting.today, sitting.keys.member
    own = team.absences.get(me)
    said = []
    if own and own.holds(today):
        said.append(_("Du har angett att du är borta till %(day)s.", day=day_text(own.last, "long")))
    covered = sorted(team.covered_by(me, today) & sitting.staff.current)
    return said + [
        _(
            "Du täcker för %(name)s till %(day)s.",
            name=known.name(one),
            day=day_text(team.absences[one].last, "long"),
        )
        for one in covered
    ]


def away_in(case: Case, sitting: Sitting, known: Labels) -> list[str]:
    """Who of those in charge of a case is away today, and who covers."""
    team, staff, today = sitting.team, sitting.staff, known.setting.today
    missing = in_charge(case) & staff.away - {sitting.keys.member}
    said = [_("Ingen som handlägger ärendet är på plats i dag.")] if staff.leaves_alone(case) else []
    for one in (team.absences[name] for name in sorted(missing)):
        name, day = known.name(one.member), day_text(one.last, "long")
        cover = _covering(one, team, staff, today, case)
        words = _("%(name)s är borta till %(day)s.", name=name, day=day)
        if cover:
            names = known.all_names(cover)
            words += " " + _("%(names)s täcker.", names=names)
        said.append(words)
    return said


def _covering(one: Absence, team: Team, staff: Staff, today: date, case: Case) -> list[str]:
    """Who covers and is there and can read the case."""
    present = case.course.readers_among(staff.current) - team.away(today)
    return sorted(one.cover & present)


def blocks(team: Team) -> list[Template]:
    """By title, as people look for them."""
    return sorted(team.templates.values(), key=lambda one: (one.title.casefold(), one.id))


def offered(team: Team, case: Case) -> tuple[list[Block], Block]:
    """``(the team's blocks, the one that proposes a call or meeting)`` for an answer in this case.

    Until the team has one of its own, the latter is the one we suggest.
    """
    language = str(case.report.event.body["language"]) if case.report else ""
    name = meeting_id(language)
    own = [Block(one.id, title_of(one), one.text) for one in blocks(team)]
    usual = Block(name, BY_ID[name].title, BY_ID[name].text)
    return own, next((one for one in own if one.id == name), usual)


def title_of(one: Template) -> str:
    """Its title; of one without, how it begins."""
    return " ".join((one.title.strip() or one.text).split())[:80]


def suggestions(team: Team) -> Iterable[object]:
    """Those that the team has not taken over."""
    return [one for one in SUGGESTIONS if one.id not in team.templates]
