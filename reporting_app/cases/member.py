"""The investigator's half: composing what a member says in a case (docs/protocol.md §3–§6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting_app.cases.fold import Case
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, board_cell, submission
from reporting_app.crypto import cell, event, letter
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
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
        # The reporter's own exclusion rides along, so that their browser knows it without the intake cell.
        exclusions = [
            e.event for e in self.case.timeline if e.event.kind == "exclusion" and e.letter == letter_id
        ]
        echoed = exclusions[-1:] or [one for one in self.case.events if one.kind == "exclusion"][-1:]
        return self._post("opened", body, to_reporter=True, echoed=echoed)

    def reply(self, text: str) -> Posting:
        """One message to the reporter, at most ``MOST_CELL_TEXT`` bytes. Raises Refused("length")."""
        return self._post("message", {"parcels": [], "text": text}, to_reporter=True, purpose=cell.ANSWER)

    def note(self, text: str) -> Posting:
        """A note among colleagues; it never reaches the reporter."""
        return self._post("note", {"text": text}, to_reporter=False)

    def coding(self, catalogue: int, values: Mapping[str, str]) -> Posting:
        """What the case counts as in each table of a catalogue's version; it never reaches the reporter."""
        return self._post("coding", {"catalogue": catalogue, "values": dict(values)}, to_reporter=False)

    def status(self, state: str, outcome: str = "", reason: str = "") -> Posting:
        """A new state, shown to the reporter. ``closed`` needs outcome and reason."""
        body = {"outcome": outcome, "reason": reason, "state": state}
        purpose = cell.CONCLUSION if state == "closed" else None
        return self._post("status", body, to_reporter=True, purpose=purpose)

    def _post(
        self,
        kind: str,
        body: Mapping[str, Json],
        *,
        to_reporter: bool,
        purpose: int | None = None,
        echoed: Sequence[event.Event] = (),
    ) -> Posting:
        current = self.setting.roster.with_role(INVESTIGATOR, self.setting.today)
        readers = [one.id for one in current if one.id in self.case.readers]
        if self.member not in readers:
            raise Refused("audience", "this case is not open to this member")
        audience = [*readers, event.REPORTER] if to_reporter else [*readers]
        seq = 1 + max((e.seq for e in self.case.events if e.author == self.member), default=0)
        pen = Pen(self.member, self.seed, self.case.thread, self.setting)
        said = pen.sign(kind, body, audience, seq, event.newest(self.case.events))
        content = letter.thread_content(self.block, [said])
        sealed = letter.seal_letter(self.setting.frame, self.setting.readers(readers), content)
        posted = submission(self.setting, sealed, blank_intake_cell(self.setting))
        cells = self._cells([*echoed, said], purpose) if to_reporter else ()
        return Posting(posted, cells, said)

    def _cells(self, events: Sequence[event.Event], purpose: int | None) -> tuple[bytes, ...]:
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
