"""Cases made ready for a page: names, labels, days left. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.admin import deciding_lines
from reporting_app.admin.i18n import _, day_text, ngettext
from reporting_app.admin.labels import Labels
from reporting_app.admin.letters import Watched
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.view_words import view_content
from reporting_app.admin.wording import STATES, other_language
from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.links import is_hidden
from reporting_app.cases.order import Entry
from reporting_app.crypto.cell import ANSWER, CONCLUSION
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.slots import WATCH_REPORT


@dataclass(frozen=True)
class ClockWords:
    """The 7-day clock: ``tone`` is ``done``, ``late``, ``soon`` or ``calm``."""

    words: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One entry of the timeline. ``side`` is ``theirs``, ``ours``, ``inside`` or ``quiet``."""

    side: str
    who: str
    what: str
    day: date
    text: str
    details: Sequence[str]
    remarks: Sequence[str]
    is_new: bool


def clock_words(case: Case, labels: Labels, waiting: set[bytes]) -> ClockWords | None:
    """Whether a person has answered, or how long is left. What has not left this computer is no answer."""
    due = case.clocks.first_answer(labels.limits.answer_days)
    if due is None or (due.done is None and case.state == CLOSED):
        return None
    if due.done is not None and first_answer(case, waiting):
        late = due.is_late(labels.setting.today)
        words = _("Besvarad %(day)s, för sent") if late else _("Besvarad %(day)s")
        return ClockWords(words % {"day": day_text(due.done)}, "done")
    left = (due.due - labels.setting.today).days
    if left < 0:
        words = ngettext("%(num)d dag försenat svar", "%(num)d dagar försenat svar", -left)
        return ClockWords(words, "late")
    if left == 0:
        return ClockWords(_("Svar senast i dag"), "soon")
    words = ngettext("%(num)d dag kvar till svar", "%(num)d dagar kvar till svar", left)
    return ClockWords(words, "soon" if left <= 2 else "calm")


def first_answer(case: Case, waiting: set[bytes]) -> date | None:
    """The day a person first answered, by what the site has."""
    said = (entry for entry in case.timeline if entry.event.kind == "message")
    sent = (one.day for one in said if one.event.author != REPORTER and one.event.id not in waiting)
    return next(sent, None)


def answers(case: Case, labels: Labels) -> list[tuple[str, list[str]]]:
    """The reporter's answers in the words they saw, in the order of the questionnaire."""
    given = case.report.event.body["answers"] if case.report else {}
    order = [q["id"] for q in labels.setting.file.content["questionnaire"]["questions"]]
    names = [name for name in order if name in given] + sorted(set(given) - set(order))
    return [(labels.question(name), labels.options(name, given[name])) for name in names if given[name]]


def timeline(case: Case, sitting: Sitting, labels: Labels) -> list[Line]:
    """The report and everything after it, in the order of the fold."""
    # On a first reading everything is new, and marking all of it would say nothing.
    new = {entry.event.id for entry in sitting.unseen(case)} if sitting.has_seen(case) else set()
    # What is read stands in the trace, and what rides with a view says no more than it.
    said = [e for e in case.timeline if e.event.kind not in ("read", "view-sent")]
    said = [e for e in said if not is_hidden(e.event, sitting.keys.member, sitting.cases)]
    shown = [e for e in said if e.event.kind != "exclusion" or e.event.body["exclude"]]
    waiting = sitting.waiting
    found = sitting.workspace.decisions(case.id) if sitting.workspace else []
    decided = {one.id: one for one in found}
    made = []
    for entry in shown:
        told, name = deciding_lines.line(entry, decided, labels), entry.event.id
        made.append(_line(entry, told, labels, is_new=name in new, waits=name in waiting))
    return made


def _line(
    entry: Entry, decided: deciding_lines.Line | None, labels: Labels, *, is_new: bool, waits: bool
) -> Line:
    event, body = entry.event, entry.event.body
    what, text, details, remarks = decided or (*_content(event.kind, body, labels), [])
    if waits:
        remarks = [*remarks, _("Väntar förseglat på att skickas.")]
    if entry.equivocal:
        remarks.append(_("Samma avsändare har skickat två olika händelser med samma nummer."))
    if entry.misdated:
        remarks.append(_("Uppger ett datum som ligger efter den dag då den kom."))
    if event.kind == "report" and body["path"] == "noscript":
        remarks.append(
            _("Skriven utan JavaScript. Servern såg texten och kvittot medan rapporten skickades.")
        )
    if event.kind == "report" and body["path"] == "oral":
        remarks.append(_("Registrerad av utredare. Utredaren såg kvittot när det skapades."))
    side = _side(event.kind, event.author)
    return Line(side, labels.name(event.author), what, entry.day, text, details, remarks, is_new)


def _side(kind: str, author: str) -> str:
    if kind in ("report", "message", "view"):
        return "theirs" if author == REPORTER else "ours"
    return "inside" if kind == "note" else "quiet"


Content = tuple[str, str, list[str]]


def _content(kind: str, body: Mapping[str, Any], labels: Labels) -> Content:
    """What happened in a few words, the text itself, and details."""
    if kind == "status":
        return _status_content(body)
    if kind == "report":
        return _("Rapport"), str(body["narrative"]), other_language(body["language"])
    if kind == "exclusion":
        names = labels.all_names(body["exclude"])
        return _("Valde bort %(names)s", names=names), "", []
    if kind == "view":
        return view_content(body)
    plain = {
        "message": _("Meddelande"),
        "note": _("Anteckning, bara för er"),
        "coding": _("Kodade ärendet till statistiken"),
        "opened": _("Öppnades av panelen automatiskt"),
    }
    unknown = _("Händelse av ett slag som den här versionen inte känner: %(kind)s", kind=kind)
    text = body.get("text", "") if kind in plain else ""
    return plain.get(kind, unknown), str(text), []


def _status_content(body: Mapping[str, Any]) -> Content:
    return _("Ny status: %(state)s", state=STATES[body["state"]]), str(body["reason"]), []


@dataclass(frozen=True)
class WatchRow:
    """What a witness sees of one letter: that it is there, and whether a person answered."""

    day: date
    short: str
    kind: str
    words: str
    tone: str


def watch_row(one: Watched, purposes: set[int], labels: Labels) -> WatchRow:
    """``purposes`` are the marks found on the board."""
    kind = _("Ny rapport") if one.kind == WATCH_REPORT else _("Senare meddelande")
    left = (one.day - labels.setting.today).days + labels.limits.answer_days
    if CONCLUSION in purposes:
        words, tone = _("Avslutad med återkoppling"), "done"
    elif ANSWER in purposes:
        words, tone = _("Besvarad av en människa"), "done"
    elif one.kind != WATCH_REPORT:
        words, tone = _("Ingen svarsmarkering än"), "calm"
    elif left < 0:
        words, tone = ngettext("%(num)d dag försenat svar", "%(num)d dagar försenat svar", -left), "late"
    else:
        words = ngettext("%(num)d dag kvar till svar", "%(num)d dagar kvar till svar", left)
        tone = "soon" if left <= 2 else "calm"
    return WatchRow(one.day, one.letter.hex()[:8], kind, words, tone)


@dataclass(frozen=True)
class UsedElsewhere:
    """Cases in which this member's key was used on another computer, and when last."""

    cases: list[Case]
    last: date


def used_elsewhere(sitting: Sitting) -> UsedElsewhere | None:
    """None when nothing of the kind is known, or when the member has said that it was them."""
    letters = sitting.workspace.elsewhere if sitting.workspace else frozenset()
    if not letters:
        return None
    found = [
        (case, one.day) for case in sitting.cases.values() for one in case.timeline if one.letter in letters
    ]
    days = [day for _case, day in found]
    return UsedElsewhere(list({case.id: case for case, _day in found}.values()), max(days)) if days else None
