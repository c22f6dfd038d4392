"""The course of a case: who may read and decide at each event, and what two together have settled.

One pass over events in their order, so that a rule sees what stood when somebody acted and nothing later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from reporting_app.cases import together
from reporting_app.cases.hearing import Seen, is_word, news_in, split_at_recusals
from reporting_app.cases.order import Entry, SetAside
from reporting_app.cases.together import APPROVED, PENDING, VOID, Decision
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.event import REPORTER, Event
from reporting_app.crypto.roster import RosterChain

CLOSED, RECEIVED = "closed", "received"


class View(Enum):
    """Who looks: a member who has the thread, one who is only asked to sign in it, or the reporter."""

    MEMBER = "member"
    ASKED = "asked"
    # Made from cells alone, which hold neither the reporter's words nor the team's notes.
    REPORTER = "reporter"


@dataclass(frozen=True)
class People:
    """Ids of everybody who is or was in the roster, and of those among them who investigate: invented names
    count for nothing, and no id ever changes its role (§9 rule 3)."""

    members: frozenset[str]
    investigators: frozenset[str]
    # The last day on which those who have left could say something.
    until: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def of(cls, chain: RosterChain) -> People:
        former = chain.newest.former.values()
        return cls(chain.all_members, chain.all_investigators, {one.id: one.until for one in former})

    def present(self, day: date) -> frozenset[str]:
        """Without those who had left before ``day``."""
        return self.members - {name for name, until in self.until.items() if until < day}


@dataclass(frozen=True)
class Standing:
    """The state that holds, since when and by whom. ``outcome`` is empty unless two have closed the case."""

    state: str
    day: date
    event: Event
    outcome: str = ""
    reason: str = ""


@dataclass
class Course:
    """What the events so far have led to."""

    people: People
    excluded: frozenset[str]
    view: View = View.MEMBER
    able: set[str] = field(default_factory=set)
    handlers: frozenset[str] = frozenset()
    recused: set[str] = field(default_factory=set)
    # By the exclusions so far; ``excluded`` are all, whose words never count.
    left_out: set[str] = field(default_factory=set)
    decisions: dict[str, Decision] = field(default_factory=dict)
    # Ids of the threads that readers say belong with this one.
    links: set[bytes] = field(default_factory=set)
    # Ids of the events by which readers coded or decided about notifying Arbetsmiljöverket.
    by_readers: set[bytes] = field(default_factory=set)
    standing: Standing | None = None
    reopened: bool = False
    answered: bool = False
    refused: dict[bytes, SetAside] = field(default_factory=dict)
    seen: Seen = field(default_factory=lambda: Seen(()), repr=False, compare=False)
    _words: set[bytes] = field(default_factory=set)
    _heard: bytes = field(default=b"", compare=False)
    _day: date = date.max

    @property
    def is_whole(self) -> bool:
        """Whether everything is here that the rules look at."""
        return self.view is View.MEMBER

    def run(self, timeline: Iterable[Entry]) -> Course:
        everything = list(timeline)
        self.seen = Seen(everything)
        entries, after = split_at_recusals(everything)
        for entry in after:
            why = f"{entry.event.author} has stepped aside from this case"
            self.refused[entry.event.id] = SetAside("author", why, entry.letter, entry.event)
        news = news_in(entries)
        # Whoever the reporter has ever written to could read, wherever that stands in the order.
        own = (entry.event for entry in entries if entry.event.author == REPORTER)
        self.able |= {reader for event in own for reader in event.audience} & self.people.investigators
        for entry in entries:
            self._day = entry.day
            refusal = self._take(entry)
            if refusal:
                self.refused[entry.event.id] = SetAside(*refusal, entry.letter, entry.event)
            elif entry.event.id in news and self.standing and self.standing.state == CLOSED:
                self.standing, self.reopened = None, True
        self._day = date.max
        return self

    @property
    def readers(self) -> frozenset[str]:
        """To whom new words go, of those who have not left: a case never waits for somebody who is gone."""
        return self.readers_among(self.people.present(self._day))

    def readers_among(self, present: Collection[str]) -> frozenset[str]:
        """Of ``present``: the handlers while two are left, else all whom the case was ever opened to."""
        return self._handlers_among(present) or frozenset(
            self.able.intersection(present) - self.excluded - self.recused
        )

    def listeners_among(self, present: Collection[str]) -> frozenset[str]:
        """Of ``present``, none of them left out: to whom the reporter's next words go."""
        willing = frozenset(present) - self.recused
        enough = willing if len(willing) >= together.LEAST_HANDLERS else frozenset(present)
        return self._handlers_among(present) or enough

    def _handlers_among(self, present: Collection[str]) -> frozenset[str]:
        """None of them when fewer than two are left: no case hangs on one person."""
        handlers = frozenset(self.handlers.intersection(present) - self.excluded - self.recused)
        return handlers if len(handlers) >= together.LEAST_HANDLERS else frozenset()

    @property
    def closings(self) -> set[bytes]:
        """Ids of the approvals that closed the case."""
        closed = (one for one in self.decisions.values() if one.action == together.CLOSE)
        return {one.answer.event.id for one in closed if one.answer and one.state == APPROVED}

    @property
    def heard(self) -> bytes:
        """The digest that a proposal made now has to name, 32 bytes."""
        self._heard = self._heard or together.digest_of(self._words)
        return self._heard

    def _take(self, entry: Entry) -> tuple[str, str] | None:
        """Lets one event have its effect; ``(reason, detail)`` when the rules do not carry it."""
        event = entry.event
        if event.author == REPORTER:
            if is_word(event):
                self._words.add(event.id)
                self._heard = b""
            if event.kind == "exclusion":
                self.left_out |= set(event.body["exclude"])
            return None
        if event.kind == "reseal":
            return self._reseal(event)
        acts = {
            "status": self._status,
            "message": self._answer,
            "proposal": self._propose,
            "approval": self._approve,
            "decline": self._decline,
            "recusal": self._recuse,
            "link": self._link,
            "notification": self._judge,
            "coding": self._judge,
        }
        if event.kind in acts:
            acts[event.kind](entry)
        return None

    def _status(self, entry: Entry) -> None:
        body = entry.event.body
        self.standing = Standing(body["state"], entry.day, entry.event, reason=body["reason"])

    def _answer(self, _entry: Entry) -> None:
        self.answered = True

    def _reseal(self, event: Event) -> tuple[str, str] | None:
        """Old words reach readers only: nobody new before two have named them as handlers."""
        others = set(event.audience) - {event.author}
        if self.is_whole and (event.author not in self.able or not self._may_reach(others)):
            return "audience", "handed on to somebody whom two have not named"
        self.able |= self.people.investigators.intersection(event.audience)
        return None

    def _may_reach(self, audience: Collection[str]) -> bool:
        return set(audience) <= self.readers | self.handlers - self.excluded - self.recused

    def _link(self, entry: Entry) -> None:
        """Whoever has read the case and does not any more says nothing about it."""
        thread = unb64(entry.event.body["thread"], 32)
        if entry.event.author in self.readers and thread != entry.event.thread:
            (self.links.add if entry.event.body["together"] else self.links.discard)(thread)

    def _judge(self, entry: Entry) -> None:
        if entry.event.author in self.readers:
            self.by_readers.add(entry.event.id)

    def _recuse(self, entry: Entry) -> None:
        self.recused.add(entry.event.author)

    def _propose(self, entry: Entry) -> None:
        decision = Decision(entry)
        if not self._may_propose(decision):
            decision = replace(decision, state=VOID, why=together.RULE)
        self.decisions[decision.id] = decision

    def _may_propose(self, decision: Decision) -> bool:
        event = decision.proposal.event
        if not together.is_in_form(decision.action, event.body["arguments"]):
            return False
        if event.author not in self.people.investigators:
            return False
        if decision.action == together.NARROW and not self.can_handle(decision.handlers):
            return False
        if not self.is_whole:
            return True
        may = self.answered or decision.action != together.CLOSE or decision.outcome == together.JUNK
        return may and event.author in self.readers and together.can_be_told(event)

    def can_handle(self, handlers: frozenset[str]) -> bool:
        """At least two investigators, nobody left out or stepped aside."""
        fit = self.people.investigators - self.left_out - self.recused
        return len(handlers) >= together.LEAST_HANDLERS and handlers <= fit

    def _approve(self, entry: Entry) -> None:
        if self.is_whole and not together.can_be_told(entry.event):
            return
        decision = self._pending(entry) or self._crossed(entry)
        if decision is None or entry.event.author == decision.proposal.event.author:
            return
        # New words, exclusions and recusals since the proposal may have made it something else.
        if self._is_overtaken(decision) and not self._has_crossed(decision, entry):
            self._settle(decision, VOID, entry, together.NEWS)
        elif decision.proposal.event.author in self.recused or not self._still_fits(decision):
            self._settle(decision, VOID, entry, together.RULE)
        else:
            is_outside = self.is_whole and entry.event.author not in self.readers
            approved = replace(decision, state=APPROVED, answer=entry, is_outside=is_outside)
            self.decisions[decision.id] = approved
            self._carry_out(approved, entry)

    def _is_overtaken(self, decision: Decision) -> bool:
        """Whether the reporter's words are others now than the proposal knew."""
        return self.is_whole and unb64(decision.proposal.event.body["heard"], 32) != self.heard

    def _has_crossed(self, decision: Decision, entry: Entry) -> bool:
        """Whether it holds as the reporter's browser holds it: both must seal to the same people."""
        news = self.seen.words_between(decision.proposal.event.id, entry.event.id)
        return decision.action == together.NARROW and not news

    def _still_fits(self, decision: Decision) -> bool:
        return decision.action != together.NARROW or self.can_handle(decision.handlers)

    def _carry_out(self, decision: Decision, entry: Entry) -> None:
        if decision.action == together.NARROW:
            self.handlers = decision.handlers
        if decision.action == together.CLOSE:
            self.standing = Standing(CLOSED, entry.day, entry.event, decision.outcome, decision.reason)

    def _decline(self, entry: Entry) -> None:
        decision = self._pending(entry)
        # Told to the reporter's browser alone it could keep from them what two have settled.
        if decision is not None and self.view is not View.REPORTER:
            self._settle(decision, VOID, entry, together.DECLINED)

    def _pending(self, entry: Entry) -> Decision | None:
        """The proposal that this answers, if it waits for an answer and its author may give one."""
        decision = self.decisions.get(entry.event.body["of"])
        is_open = decision is not None and decision.state == PENDING
        return decision if is_open and entry.event.author in self.people.investigators else None

    def _crossed(self, entry: Entry) -> Decision | None:
        """A proposal that somebody refused while this was on its way: it holds, as the reporter's browser,
        which is told of approvals alone, holds it to."""
        decision = self.decisions.get(entry.event.body["of"])
        if decision is None or decision.why != together.DECLINED or decision.answer is None:
            return None
        refusal = decision.answer.event
        if entry.event.author not in self.people.investigators - {refusal.author}:
            return None
        had_seen = self.seen.had(entry.event.id, refusal.id)
        return None if had_seen else replace(decision, state=PENDING, answer=None, why="")

    def _settle(self, decision: Decision, state: str, answer: Entry, why: str = "") -> None:
        self.decisions[decision.id] = replace(decision, state=state, answer=answer, why=why)

    def standing_of(self, decision: Decision) -> Decision:
        """As it stands now: what no longer fits, or what the reporter has written after, is void."""
        if decision.state != PENDING:
            return decision
        if self._is_overtaken(decision):
            return replace(decision, state=VOID, why=together.NEWS)
        if decision.proposal.event.author in self.recused or not self._still_fits(decision):
            return replace(decision, state=VOID, why=together.RULE)
        return decision
