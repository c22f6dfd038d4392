"""The investigator's half: composing what a member says in a case (docs/protocol.md §3–§6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting_app.cases import links, sealing
from reporting_app.cases.fold import Case
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, board_cell
from reporting_app.crypto import cell, event, letter, shape
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.members import INVESTIGATOR
from reporting_app.crypto.receipt import ThreadBlock

# A cell has room for about two thousand bytes of text beside an event's frame; longer answers
# go out as several messages.
MOST_CELL_TEXT = 1_400
# Events that one ``opened`` names: their ids and a full audience fit in a cell.
MOST_NAMES = 16


@dataclass(frozen=True)
class Posting:
    """What to send: a submission for colleagues and, if the reporter shall see it, cells for the board."""

    submission: bytes
    cells: tuple[bytes, ...]
    event: event.Event
    # A further letter with an event that has been posted to others already.
    is_copy: bool = False

    @property
    def name(self) -> bytes:
        """32 bytes to keep it under until it is where it belongs."""
        return object_id(shape.read_submission(self.submission).letter) if self.is_copy else self.event.id


@dataclass(frozen=True)
class Desk:
    """A member at work in one case."""

    member: str
    seed: bytes = field(repr=False)
    setting: Setting
    block: ThreadBlock
    case: Case

    def opened(self, letter_id: bytes, names: Collection[bytes]) -> Posting:
        """The signed word that an investigator has the reporter's letter. Automatic: stops no clock.

        ``names`` are at most ``MOST_NAMES`` events of the letter.
        """
        body = {"events": sorted(b64(name) for name in names), "letter": b64(letter_id)}
        # What the reporter's browser has to know rides along: their intake cell is gone after a month.
        here = [e.event for e in self.case.timeline if e.letter == letter_id]
        exclusions = [one for one in here if one.kind == "exclusion"]
        echoed = exclusions[-1:] or [one for one in self.case.events if one.kind == "exclusion"][-1:]
        told = [one for one in here if one.kind == "view-sent"][-1:]
        return self.post("opened", body, to_reporter=True, echoed=[*echoed, *told])

    def reply(self, text: str) -> Posting:
        """One message to the reporter, at most ``MOST_CELL_TEXT`` bytes. Raises Refused("length")."""
        return self.post("message", {"parcels": [], "text": text}, to_reporter=True, purpose=cell.ANSWER)

    def note(self, text: str) -> Posting:
        """A note among colleagues; it never reaches the reporter."""
        return self.post("note", {"text": text})

    def coding(self, catalogue: int, values: Mapping[str, str]) -> Posting:
        """What the case counts as in each table of a catalogue's version; it never reaches the reporter."""
        return self.post("coding", {"catalogue": catalogue, "values": dict(values)})

    def status(self, state: str, reason: str = "") -> Posting:
        """A new state, shown to the reporter. Closing takes two: ``deciding.propose``."""
        return self.post("status", {"reason": reason, "state": state}, to_reporter=True)

    def recusal(self) -> Posting:
        """Stepping aside, for good; the reporter's browser learns it too, so that it seals to others only.

        It goes to all who could ever read: too few handlers may be left, and then they read again.
        """
        current = {one.id for one in self.setting.roster.with_role(INVESTIGATOR, self.setting.today)}
        to = {*self.readers, *(self.case.able & current - self.case.excluded - self.case.recused)}
        said = self.sign("recusal", {}, {*to, event.REPORTER})
        return Posting(self.letter([said], to), self.cells([said], None), said)

    def link(self, thread: bytes, *, together: bool) -> Posting:
        """That another case belongs, or does not belong after all, with this one.

        Taken back only before those who were told, so that nobody learns of a case that way.
        """
        told = set(self.readers) if together else links.told_of(self.case, thread) | {self.member}
        audience = sorted(told.intersection(self.readers))
        said = self.sign("link", {"thread": b64(thread), "together": together}, audience)
        return Posting(self.submission(letter.thread_content(self.block, [said]), audience), (), said)

    def notification(self, decision: str, reason: str) -> Posting:
        """``made`` or ``not_needed``: what was decided about notifying Arbetsmiljöverket."""
        return self.post("notification", {"decision": decision, "reason": reason})

    @property
    def readers(self) -> list[str]:
        """To whom letters of this case go now."""
        current = self.setting.roster.with_role(INVESTIGATOR, self.setting.today)
        return sorted(self.case.course.readers_among([one.id for one in current]))

    def sign(self, kind: str, body: Mapping[str, Json], audience: Collection[str]) -> event.Event:
        """The member's next event here. Raises Refused("audience") for one who is no reader."""
        if self.member not in self.readers:
            raise Refused("audience", "this case is not open to this member")
        return self.sign_last(kind, body, audience)

    def sign_last(self, kind: str, body: Mapping[str, Json], audience: Collection[str]) -> event.Event:
        """The same for one who may have handed the case over and only hands on the rest."""
        pen = Pen(self.member, self.seed, self.case.thread, self.setting)
        seq = 1 + self.case.numbers.get(self.member, 0)
        return pen.sign(kind, body, audience, seq, event.newest(links.nameable(self.case.events, kind)))

    def post(
        self,
        kind: str,
        body: Mapping[str, Json],
        *,
        to_reporter: bool = False,
        purpose: int | None = None,
        echoed: Sequence[event.Event] = (),
    ) -> Posting:
        """One event to the case's readers and, in cells with ``echoed``, to the reporter."""
        audience = [*self.readers, event.REPORTER] if to_reporter else self.readers
        said = self.sign(kind, body, audience)
        cells = self.cells([*echoed, said], purpose) if to_reporter else ()
        return Posting(self.letter([said]), cells, said)

    def letter(self, events: Sequence[event.Event], to: Collection[str] | None = None) -> bytes:
        """A submission with these events, to the case's readers unless said. Raises Refused("length")."""
        return self.submission(letter.thread_content(self.block, events), to or self.readers)

    def copy(self, said: event.Event, to: Collection[str]) -> Posting:
        """The event for members who must not learn the secret of the thread, and for its author."""
        content = letter.members_content([said])
        return Posting(self.submission(content, {*to, self.member}), (), said, is_copy=True)

    def submission(self, content: bytes, to: Collection[str]) -> bytes:
        """36 876 bytes to post: ``content`` sealed to those of ``to`` who investigate today."""
        sealed = letter.seal_letter(self.setting.frame, self.setting.readers(to), content)
        return sealing.submission(self.setting, sealed, blank_intake_cell(self.setting))

    def cells(self, events: Sequence[event.Event], purpose: int | None) -> tuple[bytes, ...]:
        """All events in one cell if they fit, else one cell each. Raises Refused("length")."""
        try:
            return (board_cell(self.setting, self.block, events, purpose),)
        except Refused as refused:
            if refused.reason != "length" or len(events) == 1:
                raise
        return tuple(board_cell(self.setting, self.block, [one], purpose) for one in events)


def split_text(text: str, most: int = MOST_CELL_TEXT) -> list[str]:
    """``text`` in parts of at most ``most`` bytes, cut between paragraphs, else sentences, else words."""
    rest, parts = text.strip(), []
    while len(rest.encode()) > most:
        head = rest.encode()[:most].decode(errors="ignore")
        cuts = (
            head.rfind(mark) + len(mark) for mark in ("\n\n", "\n", ". ", " ") if mark in head[most // 3 :]
        )
        at = next(cuts, len(head))
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*parts, rest] if rest else parts


def after(text: str, parts: Sequence[str]) -> str:
    """What is left of ``text`` after the first ``parts`` that ``split_text`` has made of it."""
    rest = text.strip()
    for part in parts:
        rest = rest.removeprefix(part).strip()
    return rest
