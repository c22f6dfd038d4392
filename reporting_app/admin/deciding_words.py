"""What two decide together, in words: each proposal as a card, and who has the case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from reporting_app.admin.deciding_forms import DeclineForm, asked_from_outside
from reporting_app.admin.drafts import Drafts
from reporting_app.admin.facts import is_asked
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import together
from reporting_app.cases.course import CLOSED
from reporting_app.cases.fold import Case
from reporting_app.cases.together import PENDING, VOID, Decision
from reporting_app.crypto.keyfile import MemberKeys

KNOWN = (together.CLOSE, together.NARROW)


@dataclass(frozen=True)
class Card:
    """A proposal as its reader decides on it: exactly what is approved, and what follows."""

    id: str
    title: str
    who: str
    day: date
    rows: list[tuple[str, str]]
    follows: list[str]
    is_own: bool
    is_asked: bool
    is_known: bool
    state: str
    why: str


@dataclass(frozen=True)
class Asked:
    """A signature that somebody is asked for in a case that they do not read."""

    case_id: str
    card: Card


@dataclass(frozen=True)
class People:
    """Names, by what the case is to them."""

    readers: list[str]
    before: list[str]
    left_out: list[str]
    stepped_aside: list[str]
    never: list[str]
    is_narrow: bool
    # Handlers were chosen, and fewer than two of them are left.
    fell_open: bool


def cards(decisions: list[Decision], case: Case, member: str, labels: Labels) -> list[Card]:
    """What waits, and the last proposal when it lapsed without anybody's answer."""
    last = decisions[-1:] if decisions and has_lapsed(decisions[-1]) else []
    waiting = [one for one in decisions if one.state == PENDING]
    return [card(one, case, member, labels) for one in [*waiting, *last]]


def card(decision: Decision, case: Case, member: str, labels: Labels) -> Card:
    event = decision.proposal.event
    return Card(
        decision.id,
        title(decision, labels),
        labels.name(event.author),
        decision.proposal.day,
        _rows(decision, case, labels),
        _follows(decision, case, labels),
        is_own=event.author == member,
        is_asked=member in event.audience,
        is_known=decision.action in KNOWN,
        state=decision.state,
        why=why_void(decision, labels) if decision.state == VOID else "",
    )


def refusals(
    decisions: list[Decision], case_id: str, drafts: Drafts | None, keys: MemberKeys
) -> dict[str, DeclineForm]:
    """For each proposal that waits, the form that refuses it, with its draft."""
    forms = {}
    for one in (one for one in decisions if one.state == PENDING):
        kept = drafts.load(f"decline:{case_id}:{one.id}", keys) if drafts else {}
        forms[one.id] = DeclineForm(formdata=None, data={**kept, "proposal": one.id})
        forms[one.id].kept = bool(kept)
    return forms


def may_narrow(case: Case) -> bool:
    """Whether it is time to choose handlers: taken up, open, nobody chosen or proposed."""
    if case.state == CLOSED or case.is_narrow or case.clocks.triaged is None:
        return False
    return not any(one.state == PENDING and one.action == together.NARROW for one in case.decisions)


def asked_of(workspace: Workspace, labels: Labels, formerly: Collection[str]) -> list[Asked]:
    """What this member is asked to sign in cases that they do not read, the oldest first.

    ``formerly`` are those among them that they could read once.
    """
    member, asked = workspace.keys.member, workspace.asked
    found = [
        Asked(name, card(one, {**asked, **workspace.cases}[name], member, labels))
        for name in {*asked, *formerly}
        for one in workspace.decisions(name)
        if is_asked(one, member)
    ]
    return sorted(found, key=lambda one: (one.card.day, one.card.id))


def people(case: Case, labels: Labels) -> People:
    """Who reads now, who could, who never."""
    members = labels.setting.roster.members.values()
    able = case.able - case.readers - case.excluded - case.recused
    others = [m.id for m in members if m.role == "investigator"]
    never = set(others) - case.able - case.excluded - case.recused - case.readers
    return People(
        [labels.name(one) for one in sorted(case.readers)],
        [labels.name(one) for one in sorted(able)],
        [labels.name(one) for one in sorted(case.excluded)],
        [labels.name(one) for one in sorted(case.recused)],
        [labels.name(one) for one in sorted(never)],
        case.is_narrow,
        bool(case.handlers) and not case.is_narrow,
    )


def title(decision: Decision, labels: Labels) -> str:
    """What is proposed, as a heading."""
    if decision.action == together.CLOSE:
        return _("Avsluta ärendet")
    if decision.action == together.NARROW:
        return _("Låt %(names)s handlägga ärendet", names=labels.all_names(_handlers(decision)))
    return _("Ett förslag av ett slag som den här versionen inte känner: %(kind)s", kind=decision.action)


def why_void(decision: Decision, labels: Labels) -> str:
    """Why a proposal does not hold, in a sentence."""
    author = decision.proposal.event.author
    if decision.why == together.NEWS:
        return _("Det gäller inte längre: anmälaren har skrivit sedan dess. Läs det nya och föreslå igen.")
    if decision.why == together.DECLINED and decision.answer:
        by = decision.answer.event.author
        own = _("%(name)s tog tillbaka det.", name=labels.name(by))
        return own if by == author else _("%(name)s sade nej.", name=labels.name(by))
    if decision.action == together.NARROW:
        return _(
            "Det gäller inte: det ska vara minst två utredare, och ingen som är bortvald eller har lämnat "
            "ärendet."
        )
    return _(
        "Det gäller inte: anmälaren hade inte fått något svar, eller så fick den som föreslog det inte "
        "göra det."
    )


def has_lapsed(decision: Decision) -> bool:
    """Whether it is void though nobody refused it."""
    return decision.state == VOID and decision.why != together.DECLINED


def _handlers(decision: Decision) -> list[str]:
    named = decision.arguments.get("handlers") if decision.action == together.NARROW else None
    return [str(one) for one in named] if isinstance(named, list) else []


def _rows(decision: Decision, case: Case, labels: Labels) -> list[tuple[str, str]]:
    """Everything that an approval covers, and who else was asked."""
    rows = []
    if decision.action == together.CLOSE:
        rows.append((_("Utfall"), labels.outcome(str(decision.arguments.get("outcome", "")))))
        rows.append((_("Motivering, som anmälaren läser"), decision.reason))
    if decision.action == together.NARROW:
        rows.append((_("Handläggare"), labels.all_names(_handlers(decision))))
        rows.append((_("Motivering"), decision.reason))
    outside = asked_from_outside(decision.proposal.event.audience, case)
    if outside and case.report:
        rows.append((_("Frågade som inte läser ärendet"), labels.all_names(outside)))
    return rows


def _follows(decision: Decision, case: Case, labels: Labels) -> list[str]:
    """What an approval leads to."""
    if decision.action == together.CLOSE:
        said = [_("Ärendet avslutas. Anmälaren ser utfallet och motiveringen, och alla frister stannar.")]
        if case.state == CLOSED:
            said = [_("Ärendet är redan avslutat. Anmälaren ser det här utfallet i stället för det förra.")]
        return [*said, _("Skriver anmälaren igen öppnas ärendet på nytt.")]
    if decision.action != together.NARROW:
        return []
    losing = case.readers - frozenset(_handlers(decision)) if case.report else frozenset()
    said = [_("Bara de får det som skrivs från och med nu. Nya handläggare får också allt som är skrivet.")]
    if losing:
        names = labels.all_names(losing)
        said.append(_("Får inget nytt: %(names)s. Det de har läst har de läst.", names=names))
    return said
