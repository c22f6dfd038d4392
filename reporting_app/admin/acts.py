"""What a member does in a case beyond answering: deciding together, stepping aside, handing on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reporting_app.admin.workspace import Workspace
from reporting_app.cases import deciding, together
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.together import Decision
from reporting_app.crypto.encoding import Json
from reporting_app.crypto.errors import Refused


def propose_closing(
    workspace: Workspace, case_id: str, outcome: str, reason: str, asked: Collection[str] = ()
) -> None:
    """A colleague has to approve it. Raises KeyError, Refused("schema", "audience"), SiteRefused."""
    known = {entry["id"] for entry in workspace.setting.file.content["taxonomy"]["outcome"]}
    if outcome not in known | {together.JUNK}:
        raise Refused("schema", "an outcome is one of " + ", ".join(sorted(known | {together.JUNK})))
    if outcome != together.JUNK and not workspace.cases[case_id].course.answered:
        raise Refused("schema", "the reporter has had no answer yet")
    _propose(workspace, case_id, together.CLOSE, together.close_arguments(outcome, reason), asked)


def propose_handlers(
    workspace: Workspace, case_id: str, handlers: Collection[str], reason: str, asked: Collection[str] = ()
) -> None:
    """Narrows the case to these, or hands it on. Raises as ``propose_closing``."""
    course = workspace.cases[case_id].course
    if not course.can_handle(frozenset(handlers)):
        raise Refused("audience", "at least two investigators, none of them left out or stepped aside")
    _propose(workspace, case_id, together.NARROW, together.narrow_arguments(handlers, reason), asked)


def approve(workspace: Workspace, case_id: str, proposal: str) -> None:
    """Signs exactly the proposal of this id. Raises KeyError, Refused("schema", "author"), SiteRefused."""
    decision = _find(workspace.decisions(case_id), proposal)
    if workspace.reads(case_id):
        workspace.act(case_id, lambda desk: deciding.approve(desk, decision))
        workspace.hand_on(case_id)
    else:
        workspace.answer_asked(case_id, lambda outside: outside.approve(decision))


def decline(workspace: Workspace, case_id: str, proposal: str, reason: str = "") -> None:
    """Says no to a proposal, or takes one's own back. Raises as ``approve``."""
    decision = _find(workspace.decisions(case_id), proposal)
    if workspace.reads(case_id):
        workspace.act(case_id, lambda desk: deciding.decline(desk, decision, reason))
    else:
        workspace.answer_asked(case_id, lambda outside: outside.decline(decision, reason))


def recuse(workspace: Workspace, case_id: str) -> None:
    """Steps aside for good. Raises KeyError, Refused("audience"), SiteRefused."""
    workspace.act(case_id, lambda desk: desk.recusal())


def _propose(
    workspace: Workspace, case_id: str, action: str, arguments: Mapping[str, Json], asked: Collection[str]
) -> None:
    further: list[Posting] = []

    def compose(desk: Desk) -> Posting:
        first, *rest = deciding.propose(desk, action, arguments, asked)
        further.extend(rest)
        return first

    workspace.act(case_id, compose)
    for posting in further:
        workspace.send_prepared(posting)


def _find(decisions: Collection[Decision], proposal: str) -> Decision:
    found = next((one for one in decisions if one.id == proposal), None)
    if found is None:
        raise Refused("schema", "this proposal is not here")
    return found
