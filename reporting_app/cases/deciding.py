"""What a member posts when two decide together, and when a case is handed on (docs/protocol.md §3, §4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting_app.cases import links, together
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, submission
from reporting_app.cases.together import APPROVED, PENDING, Decision
from reporting_app.crypto import cell, letter, shape
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, SIGNATURE_FRAME, Event, newest
from reporting_app.crypto.members import INVESTIGATOR
from reporting_app.crypto.receipt import THREAD_BLOCK_SIZE

CONTENT_FRAME = 1 + 2 + THREAD_BLOCK_SIZE + 1
# In an event besides its body and audience: keys, eight parents, numbers.
EVENT_ROOM = SIGNATURE_FRAME + 900
ID_ROOM = 46


def propose(
    desk: Desk, action: str, arguments: Mapping[str, Json], asked: Collection[str] = ()
) -> list[Posting]:
    """Proposes to colleagues and to those ``asked``, who may be unable to read the case.

    Raises Refused("schema") for arguments out of form, Refused("audience") for asking somebody left out,
    Refused("length") for what no cell could tell the reporter.
    """
    if not together.is_in_form(action, dict(arguments)):
        raise Refused("schema", f"these are not arguments of {action}")
    if set(asked) & (desk.case.excluded | desk.case.recused):
        raise Refused("audience", "somebody asked is left out of this case or has stepped aside")
    body = {"action": action, "arguments": dict(arguments), "heard": b64(desk.case.course.heard)}
    said = desk.sign("proposal", body, {*desk.readers, *asked, REPORTER})
    desk.cells([said], None)
    others = sorted(set(asked) - set(desk.readers))
    posted = [Posting(desk.letter([said]), (), said)]
    return [*posted, desk.copy(said, others)] if others else posted


def approve(desk: Desk, decision: Decision) -> Posting:
    """A reader's signature under exactly this proposal; the reporter gets both in cells."""
    _check_pending(decision, desk.member)
    said = desk.sign("approval", {"of": decision.id}, {*desk.readers, *_asked(desk, decision), REPORTER})
    return Posting(desk.letter([said]), told(desk, decision, said), said)


def decline(desk: Desk, decision: Decision, reason: str) -> Posting:
    """Takes back one's own proposal or says no to a colleague's."""
    if decision.state != PENDING:
        raise Refused("schema", "this proposal is settled")
    body = {"of": decision.id, "reason": reason}
    said = desk.sign("decline", body, {*desk.readers, *_asked(desk, decision)})
    return Posting(desk.letter([said]), (), said)


def copy_for_asked(desk: Desk, decision: Decision, answer: Event) -> Posting | None:
    """The answer for those who were asked and do not read the case, so that nobody asks them any more."""
    others = _asked(desk, decision)
    return desk.copy(answer, others) if others else None


def _asked(desk: Desk, decision: Decision) -> set[str]:
    current = {one.id for one in desk.setting.roster.with_role(INVESTIGATOR, desk.setting.today)}
    named = current.intersection(decision.proposal.event.audience)
    return named - set(desk.readers) - desk.case.excluded - desk.case.recused


def relay(desk: Desk, decision: Decision) -> Posting:
    """Tells the reporter what somebody who cannot read the case has approved. Automatic."""
    if decision.answer is None:
        raise Refused("schema", "nobody has approved this")
    said = desk.sign("relay", {"of": b64(decision.answer.event.id)}, desk.readers)
    return Posting(desk.letter([said]), told(desk, decision, decision.answer.event), said)


def told(desk: Desk, decision: Decision, approval: Event) -> tuple[bytes, ...]:
    """Cells by which the reporter's browser checks both signatures itself."""
    purpose = cell.CONCLUSION if decision.action == together.CLOSE else None
    return desk.cells([decision.proposal.event, approval], purpose)


def to_relay(case: Case, member: str) -> list[Decision]:
    """What this member's panel has to tell the reporter of.

    The approval of their own proposal, whatever others say that they have told: nobody can keep from the
    reporter what two have decided. And, once, what somebody approved who could not write to the reporter.
    """
    relays = [one for one in case.events if one.kind == "relay"]
    told, own = ({one.body["of"] for one in relays if one.author in by} for by in (case.able, {member}))
    approved = [one for one in case.decisions if one.state == APPROVED and one.answer]
    return [one for one in approved if _owes(one, member, told, own)]


def _owes(decision: Decision, member: str, told: Collection[str], own: Collection[str]) -> bool:
    name = b64(decision.answer.event.id) if decision.answer else ""
    if decision.proposal.event.author == member:
        return name not in own
    return decision.is_outside and name not in told


def lacking(case: Case, member: str) -> list[Event]:
    """What was said before ``member`` came to handle the case and nobody has handed on to them yet."""
    handed = {
        name
        for one in case.events
        if one.kind == "reseal" and member in one.audience
        for name in one.body["events"]
    }
    # A link may name a case from which whoever comes now is left out.
    silent = ("reseal", "stored", links.KIND)
    said = (one for one in case.events if one.kind not in silent and member not in one.audience)
    return [one for one in said if b64(one.id) not in handed]


def hands_on(case: Case, member: str) -> bool:
    """Whether it falls to this member's panel: one of the two who decided who handles the case.

    When too few handlers are left the case is open again, and those who stay give the others what they lack.
    """
    narrowed = [one for one in case.decisions if one.action == together.NARROW and one.answer]
    settled = [one for one in narrowed if one.state == APPROVED]
    signers = {e.event.author for one in settled[-1:] for e in (one.proposal, one.answer) if e}
    giving = signers - case.recused if case.is_narrow else case.handlers & case.readers
    return member in giving and any(lacking(case, name) for name in _receiving(case))


def _receiving(case: Case) -> frozenset[str]:
    """Who shall have all that was ever said: nobody in a case for which handlers were never chosen."""
    return case.readers if case.handlers else frozenset()


def hand_on(desk: Desk, reason: str = "") -> Posting | None:
    """Old events, verbatim, to readers who lack them, as many as a letter holds; None when nobody does."""
    receiving = _receiving(desk.case).intersection(desk.readers)
    wanted = {one.id for name in receiving for one in lacking(desk.case, name)}
    events = [one for one in desk.case.events if one.id in wanted]
    while part := _first_part(events, desk):
        try:
            return _handed_on(desk, part, reason)
        except Refused as refused:  # a letter has no room for the first beside the word that it is handed on
            if refused.reason != "length":
                raise
            events.remove(part[0])
    return None


def _handed_on(desk: Desk, part: Sequence[Event], reason: str) -> Posting:
    body = {"events": sorted(b64(one.id) for one in part), "reason": reason}
    # To its author too: both who decided may have handed the case over, and must know that it is done.
    to = {*desk.readers, desk.member}
    said = desk.sign_last("reseal", body, to)
    return Posting(desk.letter([said, *part], to), (), said)


def _first_part(events: Sequence[Event], desk: Desk) -> list[Event]:
    """The first of them that fit in a letter with the reseal that names them."""
    names = sum(len(name) + 3 for name in desk.readers)
    room = shape.letter_body_size(desk.setting.roster.slots) - CONTENT_FRAME - EVENT_ROOM - names
    part: list[Event] = []
    for one in events:
        room -= len(one.wire) + ID_ROOM
        if part and room < 0:
            break
        part.append(one)
    return part


def _check_pending(decision: Decision, member: str) -> None:
    if decision.state != PENDING:
        raise Refused("schema", "this proposal is settled or the reporter has written since")
    if decision.proposal.event.author == member:
        raise Refused("author", "somebody else has to approve it")


@dataclass(frozen=True)
class Outside:
    """A member who signs in a case that they cannot read: they know the proposal and nothing else."""

    member: str
    seed: bytes = field(repr=False)
    setting: Setting
    case: Case

    def approve(self, decision: Decision) -> Posting:
        """Raises Refused("schema", "author")."""
        _check_pending(decision, self.member)
        return self._post("approval", {"of": decision.id}, decision)

    def decline(self, decision: Decision, reason: str) -> Posting:
        """Says no. Raises Refused("schema")."""
        _check_pending(decision, self.member)
        return self._post("decline", {"of": decision.id, "reason": reason}, decision)

    def _post(self, kind: str, body: Mapping[str, Json], decision: Decision) -> Posting:
        asking = set(decision.proposal.event.audience)
        current = self.setting.roster.with_role(INVESTIGATOR, self.setting.today)
        to = sorted({one.id for one in current if one.id in asking} | {self.member})
        pen = Pen(self.member, self.seed, self.case.thread, self.setting)
        seq = 1 + self.case.numbers.get(self.member, 0)
        # A reader's panel passes it on to the reporter.
        said = pen.sign(kind, body, [*to, REPORTER], seq, newest(self.case.events))
        content = letter.members_content([said])
        sealed = letter.seal_letter(self.setting.frame, self.setting.readers(to), content)
        return Posting(submission(self.setting, sealed, blank_intake_cell(self.setting)), (), said)
