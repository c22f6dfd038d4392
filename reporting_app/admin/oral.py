"""A report that somebody tells or brings: an investigator writes it down, and hands over its receipt."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.fold import id_of
from reporting_app.cases.member import Posting
from reporting_app.cases.reporter import compose_report
from reporting_app.crypto import letter_open, receipt, shape
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

PATH = "oral"


@dataclass(frozen=True)
class Slip:
    """A receipt while it is on the screen, in memory only. ``asked`` are places, from 0, of two words;
    ``is_noted``: it stands signed in the case who wrote the report down."""

    once: str
    case_id: str
    words: tuple[str, ...] = field(repr=False)
    asked: tuple[int, int]
    is_noted: bool = True


@dataclass(frozen=True)
class Told:
    """What somebody told: their narrative, their answers by question, whom they leave out, their language."""

    text: str = field(repr=False)
    answers: Mapping[str, list[str]] = field(repr=False)
    leave_out: Collection[str]
    language: str


def register(workspace: Workspace, told: Told, once: str, note: str) -> Slip:
    """Posts the report, and a note beside it, so that who has seen the receipt stands signed in the case.

    The keys of the reporter are gone when this returns. A silent site raises nothing: the letter waits.
    Raises Refused("audience") when too few could read or this member is left out, Refused("length"),
    SiteRefused, StorageBusy: then nothing was registered.
    """
    if workspace.keys.member in told.leave_out:
        raise Refused("audience", "whoever writes a report down has heard it")
    setting, random = workspace.setting, receipt.generate()
    keys = receipt.ReporterKeys(random, setting.deployment_id)
    body: dict[str, Json] = {
        "answers": {question: list(chosen) for question, chosen in told.answers.items()},
        "language": told.language,
        "narrative": told.text,
        "parcels": [],
        "path": PATH,
        "questionnaire": b64(setting.deployment.id),
    }
    submission, _letter = compose_report(keys, setting, body, told.leave_out)
    workspace.send_prepared(_posting(workspace, submission))
    case_id = id_of(keys.thread.thread_id)
    first, second = sorted(secrets.SystemRandom().sample(range(receipt.WORDS), 2))
    is_noted = _note(workspace, case_id, note)
    return Slip(once, case_id, tuple(receipt.to_words(random).split()), (first, second), is_noted)


def _note(workspace: Workspace, case_id: str, note: str) -> bool:
    """The report has been taken: whatever happens now, its receipt must reach the reporter."""
    try:
        workspace.note(case_id, note)
    except (Refused, SiteRefused, StorageBusy):
        return False
    return True


def _posting(workspace: Workspace, submission: bytes) -> Posting:
    """Kept in the outbox under the report's own id. Opened as a colleague will open it."""
    sealed = shape.read_submission(submission).letter
    found = letter_open.open_letter(sealed, workspace.keys.kem, workspace.setting.deployment_id)
    if not isinstance(found, letter_open.Reading):
        raise Refused("not-for-me", "whoever writes a report down can read it")
    return Posting(submission, (), next(one for one in found.events if one.kind == "report"))
