"""What two have decided, and who came and went, as lines of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting_app.admin.deciding_words import has_lapsed, title, why_void
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.cases import together
from reporting_app.cases.order import Entry
from reporting_app.cases.together import APPROVED, VOID, Decision
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import Event

# What happened, its text, details and remarks.
Line = tuple[str, str, list[str], list[str]]
NOTIFIED: Mapping[str, Any] = {
    "made": N_("Beslutade: anmälan till Arbetsmiljöverket görs"),
    "not_needed": N_("Beslutade: ingen anmälan till Arbetsmiljöverket"),
}


def line(entry: Entry, decisions: Mapping[str, Decision], labels: Labels) -> Line | None:
    """None for kinds of events that have nothing to do with deciding. ``decisions`` are by their id."""
    event = entry.event
    if event.kind not in ("proposal", "approval", "decline"):
        return _other(event, labels)
    decision = decisions.get(b64(event.id) if event.kind == "proposal" else event.body["of"])
    if decision is None:
        return _("Svarade på ett förslag som inte finns här"), "", [], []
    if event.kind == "proposal":
        return _proposed(decision, labels)
    return _answered(entry, decision, labels)


def _other(event: Event, labels: Labels) -> Line | None:
    body = event.body
    if event.kind == "reseal":
        to = labels.all_names(set(event.audience) - {event.author})
        return _("Lämnade över det som var skrivet till %(names)s", names=to), str(body["reason"]), [], []
    if event.kind == "link":
        # Which one stands beside, for those who may read it.
        parted = _("Tog bort kopplingen till ett annat ärende")
        return _("Kopplade det till ett annat ärende") if body["together"] else parted, "", [], []
    if event.kind == "notification":
        return str(NOTIFIED[body["decision"]]), str(body["reason"]), [], []
    plain = {
        "relay": _("Berättade för anmälaren vad två har beslutat, automatiskt"),
        "recusal": _("Klev åt sidan på grund av jäv och läser inget nytt"),
    }
    return (plain[event.kind], "", [], []) if event.kind in plain else None


def _proposed(decision: Decision, labels: Labels) -> Line:
    closing = decision.action == together.CLOSE
    outcome = [_("Utfall: %(outcome)s", outcome=labels.outcome(decision.outcome))] if closing else []
    remarks = [why_void(decision, labels)] if has_lapsed(decision) else []
    return _("Föreslog: %(what)s", what=title(decision, labels)), decision.reason, outcome, remarks


def _answered(entry: Entry, decision: Decision, labels: Labels) -> Line:
    event, what = entry.event, title(decision, labels)
    own = event.author == decision.proposal.event.author
    settled = decision.answer is not None and decision.answer.event.id == event.id
    if event.kind == "decline":
        remarks = [] if settled else [_("Räknas inte: förslaget var redan avgjort.")]
        said = _("Tog tillbaka sitt förslag: %(what)s", what=what)
        said = said if own else _("Sade nej till: %(what)s", what=what)
        return said, str(event.body["reason"]), [], remarks
    if settled and decision.state == APPROVED:
        return _("Godkände: %(what)s", what=what), "", [_result(decision, labels)], []
    return _("Godkände: %(what)s", what=what), "", [], [_why_not(decision, own)]


def _why_not(decision: Decision, own: bool) -> str:
    if own:
        return _("Räknas inte: det krävs någon annan än den som föreslog.")
    if decision.state == VOID and decision.why == together.NEWS:
        return _("Räknas inte: anmälaren hade skrivit sedan förslaget lades.")
    return _("Räknas inte: förslaget var redan avgjort.")


def _result(decision: Decision, labels: Labels) -> str:
    by = labels.name(decision.proposal.event.author)
    if decision.action == together.CLOSE:
        outcome = labels.outcome(decision.outcome)
        return _("%(name)s föreslog det. Ärendet är avslutat: %(outcome)s", name=by, outcome=outcome)
    return _("%(name)s föreslog det.", name=by)
