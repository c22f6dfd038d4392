"""The inbox in words: why a case stands where it does, and how long is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from reporting_app.admin.facts import ELSEWHERE
from reporting_app.admin.i18n import N_, _, day_text, ngettext
from reporting_app.admin.inbox import Item
from reporting_app.admin.labels import Labels
from reporting_app.admin.reading import ClockWords, clock_words
from reporting_app.admin.searching import marked_id
from reporting_app.admin.wording import STATES
from reporting_app.cases.coding import Scheme, is_coded
from reporting_app.cases.fold import Case
from reporting_app.cases.need import ACUTE, ANSWER, FEEDBACK, NOTIFY, REPRISALS, TRIAGE, Need, Rank

EXCERPT_WORDS = 26
REASONS: Mapping[tuple[Rank, str], Any] = {
    (Rank.ACUTE, "violence"): N_("Våld eller vapen, obesvarat"),
    (Rank.ACUTE, "threat_to_life"): N_("Hot mot liv, obesvarat"),
    (Rank.ACUTE, REPRISALS): N_("Anmälaren berättar om repressalier"),
    (Rank.ACUTE, NOTIFY): N_("Beslut om Arbetsmiljöverket saknas"),
    (Rank.LATE, ANSWER): N_("Svar försenat"),
    (Rank.LATE, FEEDBACK): N_("Återkoppling försenad"),
    (Rank.LATE, TRIAGE): N_("Första bedömning försenad"),
    (Rank.SOON, ANSWER): N_("Svara snart"),
    (Rank.SOON, FEEDBACK): N_("Återkoppla snart"),
    (Rank.SOON, TRIAGE): N_("Bedöm senast i dag"),
}


@dataclass(frozen=True)
class Row:
    """One case in the list. ``reason`` is empty when nothing but its age or its news places it."""

    id: str
    shown_id: Markup
    text: str | Markup
    received: date | None
    state: str
    state_words: str
    reason: str
    urgent: bool
    clocks: list[ClockWords]
    severity: str
    severe: bool
    unseen: int
    unread: bool
    reopened: bool
    uncoded: bool
    alone: str
    to_sign: bool
    handlers: str


def row(
    item: Item,
    labels: Labels,
    waiting: set[bytes],
    scheme: Scheme,
    words: str = "",
    snippet: Markup | None = None,
) -> Row:
    """``words`` are those searched for and ``snippet`` the place where they stand."""
    case, severity = item.facts.case, item.facts.answers["severity"]
    return Row(
        id=case.id,
        shown_id=marked_id(case.id, words),
        text=snippet or excerpt(case),
        received=case.received,
        state=case.state,
        state_words=str(STATES[case.state]),
        reason=str(REASONS.get((item.need.rank, item.need.reason), "")),
        urgent=item.need.rank <= Rank.LATE,
        clocks=_clocks(item, labels, waiting),
        severity=", ".join(labels.options("severity", sorted(severity))),
        severe=not severity.isdisjoint(ACUTE),
        unseen=item.unseen,
        unread=item.unread,
        reopened=case.reopened,
        # Of what nobody here has read it goes without saying.
        uncoded=not item.unread and not is_coded(item.facts.coding, scheme),
        alone=_alone(item),
        to_sign=item.facts.to_sign,
        handlers=_handlers(item, labels),
    )


def _handlers(item: Item, labels: Labels) -> str:
    """Who has the case, when somebody was chosen for it."""
    case = item.facts.case
    if not case.is_narrow:
        return ""
    names = labels.all_names(case.handlers & case.readers)
    return _("Du har ärendet") if item.facts.is_mine else _("Hos %(names)s", names=names)


def _alone(item: Item) -> str:
    """Says so when nobody is at work, of those who handle a case as far as its reader knows."""
    if not item.need.is_alone:
        return ""
    if item.facts.group == ELSEWHERE:
        return _("De handläggare du känner till är borta")
    return _("Ingen på plats")


def excerpt(case: Case) -> str:
    """The first words of the report."""
    if case.report is None:
        return _("Rapporten har inte kommit än")
    words = str(case.report.event.body["narrative"])[:2000].split()
    cut = " ".join(words[:EXCERPT_WORDS])[:240]
    return cut + "…" if len(cut) < len(" ".join(words)) else cut


def _clocks(item: Item, labels: Labels, waiting: set[bytes]) -> list[ClockWords]:
    """Of the clock that gives the reason; else the answer and, after it, the feedback."""
    need, today = item.need, labels.setting.today
    if item.facts.group == ELSEWHERE:  # an answer may have been given that its reader does not see
        return []
    if need.notify and need.reason != NOTIFY:
        also = ClockWords(_("Beslut om Arbetsmiljöverket saknas"), "late" if need.notify < today else "soon")
        return [*([_due(need, need.due, today)] if need.due else []), also]
    if need.reason:
        return [_due(need, need.due, today)] if need.due else []
    answer = clock_words(item.facts.case, labels, waiting)
    shown = [answer] if answer else []
    return [*shown, _due(need, need.due, today)] if need.clock == FEEDBACK and need.due else shown


def _due(need: Need, due: date, today: date) -> ClockWords:
    left, day = (due - today).days, day_text(due)
    tone = "late" if left < 0 else "calm"
    if need.clock == NOTIFY:
        words = _("Skulle ha beslutats %(day)s", day=day) if left < 0 else _("Beslut senast i dag")
        return ClockWords(words, "late" if left < 0 else "soon")
    if need.clock == TRIAGE:
        return ClockWords(_("Mål: %(day)s", day=day), "calm")
    if left < 0:
        return ClockWords(_("Gick ut %(day)s", day=day), tone)
    if need.clock == ANSWER:
        today_words = _("Svar senast i dag")
        words = ngettext("%(num)d dag kvar till svar", "%(num)d dagar kvar till svar", left)
    else:
        today_words = _("Återkoppling senast i dag")
        words = ngettext("%(num)d dag kvar till återkoppling", "%(num)d dagar kvar till återkoppling", left)
    return ClockWords(words if left else today_words, tone)
