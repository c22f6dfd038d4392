"""What a member has said and the site may not have yet: kept sealed until it is seen where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from contextlib import suppress
from dataclasses import dataclass

from reporting_app.admin.remote import Member, Site, SiteAway, SiteRefused
from reporting_app.admin.trust import Alarm
from reporting_app.cases.member import Posting
from reporting_app.cases.reporter import seal_again, split_cells
from reporting_app.cases.sealing import Setting, blank_board_cell, blank_intake_cell, submission
from reporting_app.crypto import letter, letter_open, shape
from reporting_app.crypto.event import Event
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.letter import Recipient
from reporting_app.storage.cache import Cache, Waiting
from reporting_app.storage.errors import StorageBusy

STALE = "roster-stale"


@dataclass(frozen=True)
class Outbox:
    """Sends letters and cells together, so that neither side misses for good what the other has.

    The cell goes first: a colleague never sees as answered what was refused to the reporter.
    """

    keys: MemberKeys
    site: Site
    cache: Cache

    @property
    def waiting(self) -> int:
        """How many have not left this computer."""
        return sum(not row.sent for row in self.cache.outgoing())

    def send(self, setting: Setting, posting: Posting) -> str:
        """Keep it, then send it. Gives an empty string, or why it waits.

        Raises SiteRefused when the site took nothing of it, StorageBusy when it could not be kept: then it
        was not sent either. In both cases nothing is left of it.
        """
        name = posting.name
        self.cache.add_outgoing(name, posting.submission, b"".join(posting.cells), setting.today)
        try:
            self._send_cells(setting, posting.cells)
        except SiteRefused:
            self.cache.withdraw(name, posting.submission)
            raise
        except SiteAway as silence:
            return str(silence)
        try:
            self.site.post(posting.submission)
        except SiteRefused as refusal:
            if posting.cells:  # the reporter can see it already: colleagues must in the end
                return str(refusal)
            self.cache.withdraw(name, posting.submission)
            raise
        except SiteAway as silence:
            return str(silence)
        with suppress(StorageBusy):  # it is sent; being sent once more does no harm
            self.cache.mark_outgoing(name, sent=True)
        return ""

    def send_waiting(self, setting: Setting) -> list[Alarm]:
        """Try again what waits; seal it anew if the roster has changed meanwhile. Raises SiteAway."""
        alarms: list[Alarm] = []
        for row in self.cache.outgoing():
            if row.sent:
                continue
            try:
                self._send_cells(setting, split_cells(row.cells))
                self._post(setting, row)
                self.cache.mark_outgoing(row.id, sent=True)
            except SiteRefused as refusal:
                alarms.append(Alarm("outgoing", refusal.kind, refusal.detail))
        return alarms

    def post_blank(self, setting: Setting, *, with_cell: bool = False) -> None:
        """What nobody can open, in the order in which ``send`` posts. Raises SiteAway, SiteRefused."""
        if with_cell:
            self._send_cells(setting, [blank_board_cell(setting)])
        blank = letter.seal_letter(setting.frame, [], b"")
        self.site.post(submission(setting, blank, blank_intake_cell(setting)))

    def post_to_witnesses(self, setting: Setting, recipients: Sequence[Recipient], content: bytes) -> None:
        """A letter as every other. Raises SiteAway, SiteRefused."""
        sealed = letter.seal_letter(setting.frame, recipients, content)
        self.site.post(submission(setting, sealed, blank_intake_cell(setting)))

    @property
    def sent(self) -> set[bytes]:
        """Ids of the letters that are sent and not confirmed."""
        return {_letter_id(row) for row in self.cache.outgoing() if row.sent}

    def confirm(self, sent: Collection[bytes], listed: Container[bytes]) -> list[Alarm]:
        """Forget what stands on the board and in the site's list; shout about what it took and does not show.

        ``sent`` are the letters that were sent before the site was asked for its list.
        """
        shards: dict[tuple[int, int], set[bytes]] = {}
        missing = 0
        for row in self.cache.outgoing():
            if not row.sent or _letter_id(row) not in sent:
                continue
            on_board = all(self._is_on_board(cell, shards) for cell in split_cells(row.cells))
            if on_board and _letter_id(row) in listed:
                self.cache.remove_outgoing(row.id)
            else:
                self.cache.mark_outgoing(row.id, sent=False)
                missing += 1
        return [Alarm("board", "missing", f"{missing} answers are not on the board")] if missing else []

    def _is_on_board(self, cell: bytes, shards: dict[tuple[int, int], set[bytes]]) -> bool:
        outer = shape.read_cell(cell)
        place = (outer.volume, outer.shard)
        if place not in shards:
            shards[place] = {object_id(one) for one in split_cells(self.site.board(*place))}
        return object_id(cell) in shards[place]

    def _send_cells(self, setting: Setting, cells: list[bytes] | tuple[bytes, ...]) -> None:
        member = Member(self.keys, setting.deployment_id)
        for cell in cells:
            self.site.post_cell(member, cell)

    def _post(self, setting: Setting, row: Waiting) -> None:
        try:
            self.site.post(row.submission)
        except SiteRefused as refusal:
            if refusal.kind != STALE:
                raise
            anew = self._sealed_anew(setting, row.submission)
            self.site.post(anew)
            self._replace(setting, row, anew)

    def _replace(self, setting: Setting, row: Waiting, anew: bytes) -> None:
        """The letter that the site never took must not look like one that it lost."""
        old, new = shape.read_submission(row.submission).letter, shape.read_submission(anew).letter
        self.cache.add_letters(setting.today, [new], guessed=True)
        self.cache.replace_outgoing(row.id, anew)
        self.cache.remove_letter(object_id(old))

    def _sealed_anew(self, setting: Setting, posted: bytes) -> bytes:
        """The same events, to those of their audience who are in the roster now."""
        parts = shape.read_submission(posted)
        found = letter_open.open_letter(parts.letter, self.keys.kem, setting.deployment_id)
        if isinstance(found, letter_open.Reading) and _is_report(found.events):
            return seal_again(setting, found.block, found.events, parts.cell)
        if isinstance(found, letter_open.Reading):
            content = letter.thread_content(found.block, found.events)
        elif isinstance(found, letter_open.MembersReading):
            content = letter.members_content(found.events)
        else:
            raise SiteRefused(409, STALE, "what waits cannot be sealed anew")
        audience = _audience(found.events)
        sealed = letter.seal_letter(setting.frame, setting.readers(audience), content)
        return submission(setting, sealed, blank_intake_cell(setting))


def _audience(events: Sequence[Event]) -> set[str]:
    """Who may read the letter: of one that hands on old words, those whom the reseal names."""
    reseals = [one for one in events if one.kind == "reseal"]
    return {member for one in reseals or events for member in one.audience}


def _is_report(events: Sequence[Event]) -> bool:
    """Whether a reporter's letter waits here: one that a member wrote down for them."""
    kinds = {one.kind for one in events}
    return "report" in kinds and "reseal" not in kinds


def _letter_id(row: Waiting) -> bytes:
    return object_id(shape.read_submission(row.submission).letter)
