"""Putting events into a letter and a cell, as both sides do (docs/protocol.md §4–§6, §13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reporting_app.cases import schema
from reporting_app.cases.course import Course
from reporting_app.crypto import cell, shape, work
from reporting_app.crypto.deployment import Deployment
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import Draft, Event
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.letter import Frame, Recipient
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.crypto.receipt import ThreadBlock
from reporting_app.crypto.roster import Roster, RosterChain
from reporting_app.crypto.slots import WATCH_MESSAGE, WATCH_REPORT

LEAST_READERS = 2


@dataclass(frozen=True)
class Setting:
    """What one needs to know of a deployment to write in it: checked roster, keys and deployment file."""

    chain: RosterChain
    roster: Roster
    keys: Mapping[str, bytes] = field(repr=False)
    deployment: Deployment
    today: date

    @property
    def deployment_id(self) -> bytes:
        return self.chain.deployment

    @property
    def frame(self) -> Frame:
        return Frame(self.deployment_id, self.roster.version, self.roster.slots)

    def readers(self, members: Collection[str]) -> list[Recipient]:
        """Slots for those of ``members`` one may seal to today."""
        current = self.roster.with_role(INVESTIGATOR, self.today)
        return [Recipient(self.keys[m.id]) for m in current if m.id in members]

    def for_report(self, leave_out: Collection[str]) -> tuple[list[str], list[Recipient]]:
        """Audience and slots of a reporter's first letter.

        Raises Refused("audience") when too few remain or ``leave_out`` names nobody known.
        """
        readers, watching = self._remaining(leave_out)
        return readers, [*self.readers(readers), *self._watchers(watching, WATCH_REPORT)]

    def for_report_again(self, audience: Collection[str], leave_out: Collection[str]) -> list[Recipient]:
        """Slots of a report made under an older roster: whoever has come since is not in its audience."""
        watching = [m.id for m in self.roster.with_role(WITNESS, self.today) if m.id not in leave_out]
        return [*self.readers(audience), *self._watchers(watching, WATCH_REPORT)]

    def for_message(self, course: Course, leave_out: Collection[str]) -> tuple[list[str], list[Recipient]]:
        """The same for a later one, to those who handle the case now. Raises as ``for_report``."""
        remaining, watching = self._remaining(leave_out)
        readers = sorted(course.listeners_among(remaining))
        return readers, [*self.readers(readers), *self._watchers(watching, WATCH_MESSAGE)]

    def _remaining(self, leave_out: Collection[str]) -> tuple[list[str], list[str]]:
        unknown = set(leave_out) - set(self.roster.members)
        if unknown:
            raise Refused("audience", "there is nobody called " + ", ".join(sorted(unknown)))
        readers = [m.id for m in self.roster.with_role(INVESTIGATOR, self.today) if m.id not in leave_out]
        watching = [m.id for m in self.roster.with_role(WITNESS, self.today) if m.id not in leave_out]
        least = self.deployment.parameters.min_recipients
        if len(readers) < LEAST_READERS or len(readers) + len(watching) < least:
            raise Refused("audience", f"at least {least} must remain, {LEAST_READERS} of them investigators")
        return readers, watching

    def _watchers(self, names: Collection[str], kind: int) -> list[Recipient]:
        return [Recipient(self.keys[name], kind) for name in names]


@dataclass(frozen=True)
class Pen:
    """Somebody who signs events in one thread: the reporter, or a member."""

    author: str
    seed: bytes = field(repr=False)
    thread: bytes
    setting: Setting

    def sign(
        self,
        kind: str,
        body: Mapping[str, Json],
        audience: Iterable[str],
        seq: int,
        parents: Iterable[bytes] = (),
    ) -> Event:
        """A signed event that readers will take. Raises Refused("schema", "encoding", "length")."""
        signed = Draft(
            kind=kind,
            author=self.author,
            audience=audience,
            body=body,
            day=self.setting.today,
            deployment=self.setting.deployment_id,
            thread=self.thread,
            seq=seq,
            parents=parents,
        ).sign(self.seed)
        schema.check_body(signed)
        return signed


def intake_cell(setting: Setting, block: ThreadBlock, events: Sequence[Event]) -> bytes:
    """The cell by which a reporter sees that the site holds the letter."""
    shard = block.shard(setting.deployment.parameters.intake_shards)
    place = cell.Place(setting.deployment_id, shape.INTAKE_VOLUME, shard)
    return cell.seal_cell(place, block.board_key, block.kem_public, events)


def board_cell(setting: Setting, block: ThreadBlock, events: Sequence[Event], purpose: int | None) -> bytes:
    """A cell for the reporter on this year's volume, or the newest there is. Raises Refused("schema")."""
    year, shards = _volume(setting)
    place = cell.Place(setting.deployment_id, year, block.shard(shards))
    watch = cell.watch_tag(block.watch_token, purpose) if purpose is not None else None
    return cell.seal_cell(place, block.board_key, block.kem_public, events, watch)


def _volume(setting: Setting) -> tuple[int, int]:
    volumes = setting.deployment.parameters.volumes
    year = max((one for one in volumes if one <= setting.today.year), default=None)
    if year is None:
        raise Refused("schema", "the deployment file has no board volume for this year")
    return year, volumes[year]


def blank_board_cell(setting: Setting) -> bytes:
    """A cell on the board that nobody can open or recognise."""
    return cell.blank_cell(setting.deployment_id, *_volume(setting))


def blank_intake_cell(setting: Setting) -> bytes:
    """The cell that nobody can open, which members post beside their letters."""
    shards = setting.deployment.parameters.intake_shards
    return cell.blank_cell(setting.deployment_id, shape.INTAKE_VOLUME, shards)


def submission(setting: Setting, letter: bytes, intake: bytes) -> bytes:
    """36 876 bytes to post, with the proof of work that the deployment asks for."""
    bits = setting.deployment.parameters.pow_bits
    return shape.write_submission(work.find(object_id(letter), object_id(intake), bits), letter, intake)
