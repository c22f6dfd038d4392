"""Traces made ready for a page: who did what in words, and what does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting_app.admin.i18n import N_, _, ngettext
from reporting_app.admin.labels import Labels
from reporting_app.admin.wording import STATES
from reporting_app.cases import together
from reporting_app.cases.fold import Case
from reporting_app.cases.trace import BACKWARDS, GAP, MISDATED, TWICE, UNKNOWN, Act, Finding, Trace, trace_of
from reporting_app.crypto.event import REPORTER, Event

SHORT = 8
MOST_NAMED = 6
PLAIN: Mapping[str, Any] = {
    "message": N_("svarade anmälaren"),
    "note": N_("skrev en anteckning"),
    "opened": N_("öppnade brev från anmälaren (panelen, automatiskt)"),
    "coding": N_("kodade ärendet"),
    "approval": N_("godkände ett förslag"),
    "decline": N_("avböjde eller tog tillbaka ett förslag"),
    "relay": N_("berättade för anmälaren om ett godkännande (panelen, automatiskt)"),
    "recusal": N_("klev åt sidan"),
    "link": N_("ändrade vilka ärenden som hör ihop"),
    "notification": N_("antecknade beslut om anmälan till Arbetsmiljöverket"),
}
PROPOSALS: Mapping[str, Any] = {
    together.CLOSE: N_("föreslog att ärendet avslutas"),
    together.NARROW: N_("föreslog vilka som ska handlägga"),
}
# What another's step is called when somebody has read it.
READ: Mapping[str, Any] = {
    "message": N_("svar"),
    "note": N_("anteckning"),
    "status": N_("status"),
    "proposal": N_("förslag"),
    "approval": N_("godkännande"),
}


class TraceBook:
    """The traces of one sitting, made anew only for cases that have changed."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Case, Trace]] = {}

    def of(self, case: Case) -> Trace:
        kept = self._kept.get(case.id)
        if kept is None or kept[0] is not case:
            kept = self._kept[case.id] = case, trace_of(case)
        return kept[1]


@dataclass(frozen=True)
class Row:
    """One act in words. ``short`` is empty for the reporter's, of which only the day is told."""

    case_id: str
    day: date
    who: str
    what: str
    details: list[str]
    short: str
    problems: list[str]


def shown(trace: Trace) -> list[Act]:
    """The acts to list: what rides with words of the reporter's is no act beside them."""
    return [act for act in trace.acts if act.entry.event.kind not in ("exclusion", "view-sent")]


def row(case: Case, trace: Trace, act: Act, labels: Labels) -> Row:
    event = act.entry.event
    own = event.author == REPORTER
    what, details = (_("skrev"), []) if own else _words(act, trace, labels)
    problems = [finding(one, labels) for one in act.findings]
    short = "" if own else short_of(event.id)
    return Row(case.id, act.entry.day, labels.name(event.author), what, details, short, problems)


def short_of(name: bytes) -> str:
    """The first eight hexadecimal digits of an event's id."""
    return name.hex()[:SHORT]


def finding(one: Finding, labels: Labels) -> str:
    """What does not hold, in a sentence."""
    who = labels.name(one.author)
    if one.what == GAP:
        return _gap(one, who)
    if one.what == UNKNOWN:
        return ngettext(
            "Bygger på ett steg som inte finns här: %(ids)s.",
            "Bygger på %(num)d steg som inte finns här: %(ids)s.",
            len(one.ids),
            ids=_listed([short_of(name) for name in one.ids]),
        )
    return {
        TWICE: _("Två steg av samma avsändare har samma nummer. De kan ha visats för olika personer."),
        BACKWARDS: _("Har lägre nummer än ett eget steg som det bygger på: det kan ha lagts in i efterhand."),
        MISDATED: _("Uppger en dag som inte stämmer med när webbplatsen fick det."),
    }[one.what]


def _gap(one: Finding, who: str) -> str:
    if one.first == one.last:
        return _("Ett steg saknas: nummer %(first)d av %(who)s.", first=one.first, who=who)
    return _(
        "Steg saknas: nummer %(first)d till %(last)d av %(who)s.", first=one.first, last=one.last, who=who
    )


Words = tuple[str, list[str]]


def _words(act: Act, trace: Trace, labels: Labels) -> Words:
    event = act.entry.event
    special: dict[str, Callable[[], Words]] = {
        "status": lambda: (_("ändrade status till %(state)s", state=STATES[event.body["state"]]), []),
        "read": lambda: _read(act, trace, labels),
        "reseal": lambda: _handed_on(act, labels),
        "proposal": lambda: (_proposed(event), []),
    }
    if event.kind in special:
        return special[event.kind]()
    unknown = _("gjorde något av ett slag som den här versionen inte känner: %(kind)s", kind=event.kind)
    about = [short_of(name) for name in act.about] if event.kind in ("approval", "decline") else []
    return str(PLAIN.get(event.kind, unknown)), about


def _proposed(event: Event) -> str:
    return str(PROPOSALS.get(str(event.body["action"]), _("lade ett förslag")))


def _handed_on(act: Act, labels: Labels) -> Words:
    count = len(act.about)
    to = _listed([labels.name(one) for one in act.entry.event.audience])
    return ngettext("lämnade över %(num)d steg", "lämnade över %(num)d steg", count), [
        _("Till %(names)s", names=to)
    ]


def _read(act: Act, trace: Trace, labels: Labels) -> Words:
    """How much of the reporter's words, and which steps of colleagues."""
    known = [trace.by_id.get(name) for name in act.about]
    own = sum(one is not None and one.author == REPORTER for one in known)
    details = [ngettext("%(num)d från anmälaren", "%(num)d från anmälaren", own)] if own else []
    by: Counter[tuple[str, str]] = Counter()
    for one in known:
        if one is not None and one.author != REPORTER:
            by[labels.name(one.author), str(READ.get(one.kind, _("annat")))] += 1
    counted = [f"{what} ({who}){f' ×{count}' if count > 1 else ''}" for (who, what), count in by.items()]
    details += [_listed(counted)] if counted else []
    count = len(act.about)
    return ngettext("har läst %(num)d steg", "har läst %(num)d steg", count), details


def _listed(words: list[str]) -> str:
    left = len(words) - MOST_NAMED
    more = [ngettext("%(num)d till", "%(num)d till", left)] if left > 0 else []
    return ", ".join([*words[:MOST_NAMED], *more])
