"""What a member does in a case beyond answering: deciding together, stepping aside, handing on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial

from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import deciding, together
from reporting_app.cases.deciding import Outside
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.together import Decision
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

NOT_NOW = (Refused, SiteRefused, StorageBusy)


class Overtaken(Refused):
    """The case is not any more what it was when somebody decided."""


def propose_closing(
    workspace: Workspace,
    case_id: str,
    outcome: str,
    reason: str,
    asked: Collection[str] = (),
    heard: str | None = None,
) -> None:
    """A colleague has to approve it. ``heard`` is the digest (b64) of the reporter's words as they were read.

    Raises KeyError, Overtaken, Refused("schema", "audience"), SiteRefused.
    """
    known = {entry["id"] for entry in workspace.setting.file.content["taxonomy"]["outcome"]}
    if outcome not in known | {together.JUNK}:
        raise Refused("schema", "an outcome is one of " + ", ".join(sorted(known | {together.JUNK})))
    if outcome != together.JUNK and not workspace.cases[case_id].course.answered:
        raise Refused("schema", "the reporter has had no answer yet")
    _propose(workspace, case_id, together.CLOSE, together.close_arguments(outcome, reason), asked, heard)


def propose_handlers(
    workspace: Workspace,
    case_id: str,
    handlers: Collection[str],
    reason: str,
    asked: Collection[str] = (),
    heard: str | None = None,
) -> None:
    """Narrows the case to these, or hands it on. Raises as ``propose_closing``."""
    course = workspace.cases[case_id].course
    if not course.can_handle(frozenset(handlers)):
        raise Refused("audience", "at least two investigators, none of them left out or stepped aside")
    arguments = together.narrow_arguments(handlers, reason)
    _propose(workspace, case_id, together.NARROW, arguments, asked, heard)


def approve(workspace: Workspace, case_id: str, proposal: str) -> None:
    """Signs exactly the proposal of this id. Raises KeyError, Overtaken, Refused("author"), SiteRefused."""
    if workspace.reads(case_id):
        _answer(workspace, case_id, proposal, deciding.approve)
        with suppress(*NOT_NOW):  # it is signed; each round of fetching tries again
            workspace.hand_on(case_id)
    else:
        workspace.answer_asked(case_id, lambda outside: outside.approve(_seen_by(outside, proposal)))


def decline(workspace: Workspace, case_id: str, proposal: str, reason: str = "") -> None:
    """Says no to a proposal, or takes one's own back. Raises as ``approve``."""
    if workspace.reads(case_id):
        _answer(workspace, case_id, proposal, partial(deciding.decline, reason=reason))
    else:
        workspace.answer_asked(case_id, lambda outside: outside.decline(_seen_by(outside, proposal), reason))


def recuse(workspace: Workspace, case_id: str) -> None:
    """Steps aside for good. Raises KeyError, Refused("audience"), SiteRefused."""
    workspace.act(case_id, lambda desk: desk.recusal())


def _propose(
    workspace: Workspace,
    case_id: str,
    action: str,
    arguments: Mapping[str, Json],
    asked: Collection[str],
    heard: str | None,
) -> None:
    further: list[Posting] = []

    def compose(desk: Desk) -> Posting:
        if heard is not None and heard != b64(desk.case.course.heard):
            raise Overtaken("schema", "the reporter has written since this was read")
        first, *rest = deciding.propose(desk, action, arguments, asked)
        further.extend(rest)
        return first

    workspace.act(case_id, compose)
    for posting in further:
        workspace.send_prepared(posting)


def _answer(
    workspace: Workspace, case_id: str, proposal: str, compose: Callable[[Desk, Decision], Posting]
) -> None:
    copies: list[Posting | None] = []

    def answer(desk: Desk) -> Posting:
        decision = _pending(desk.case.decisions, proposal)
        posting = compose(desk, decision)
        copies.append(deciding.copy_for_asked(desk, decision, posting.event))
        return posting

    workspace.act(case_id, answer)
    for copy in filter(None, copies):
        with suppress(*NOT_NOW):  # it is signed, whether those who were asked learn it now or not
            workspace.send_prepared(copy)


def _pending(decisions: Collection[Decision], proposal: str) -> Decision:
    found = next((one for one in decisions if one.id == proposal), None)
    if found is None:
        raise Refused("schema", "this proposal is not here")
    if found.state != together.PENDING:
        raise Overtaken("schema", "this proposal is settled or the reporter has written since")
    return found


def _seen_by(outside: Outside, proposal: str) -> Decision:
    return _pending(outside.case.decisions_from_outside, proposal)
