"""What a panel does by itself in cases after fetching: it says opened, tells decisions, hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporting_app.cases import deciding
from reporting_app.cases.fold import Case
from reporting_app.cases.member import MOST_NAMES
from reporting_app.cases.order import SetAside
from reporting_app.crypto.errors import Refused

if TYPE_CHECKING:
    from reporting_app.admin.workspace import Workspace


def post_opened(workspace: Workspace) -> None:
    """Says \"opened\" for what nobody has opened yet. Raises SiteRefused."""
    for case in list(workspace.cases.values()):
        if workspace.keys.member not in case.readers:
            continue
        by_letter: dict[bytes, list[bytes]] = {}
        for entry in case.unopened:
            by_letter.setdefault(entry.letter, []).append(entry.event.id)
        for letter, names in by_letter.items():
            _say_opened(workspace, case, letter, names)


def carry_on(workspace: Workspace) -> None:
    """What follows when two have decided: the reporter is told, new handlers get the old words."""
    for name, case in list(workspace.cases.items()):
        try:
            _carry_on_in(workspace, name, case)
        except Refused as refused:  # one case never keeps the others waiting
            why = SetAside(refused.reason, refused.detail, case.timeline[0].letter)
            workspace.cannot_answer(case, why)


def hand_on(workspace: Workspace, case_id: str) -> None:
    """Gives new handlers what was said before they came, in as many letters as it takes."""
    for _ in workspace.cases[case_id].timeline:  # each letter carries at least one event
        posting = deciding.hand_on(workspace.desk(case_id))
        if posting is None:
            return
        workspace.send_prepared(posting)


def _carry_on_in(workspace: Workspace, name: str, case: Case) -> None:
    mine = workspace.keys.member
    for decision in deciding.to_relay(case, mine) if mine in case.readers else []:
        workspace.send_prepared(deciding.relay(workspace.desk(name), decision))
    if deciding.hands_on(case, mine):
        workspace.hand_on(name)


def _say_opened(workspace: Workspace, case: Case, letter: bytes, names: list[bytes]) -> None:
    """A letter that cannot be answered is set aside; it never keeps others from being answered."""
    for start in range(0, len(names), MOST_NAMES):
        desk = workspace.desk(case.id)
        try:
            posting = desk.opened(letter, names[start : start + MOST_NAMES])
        except Refused as refused:
            workspace.cannot_answer(case, SetAside(refused.reason, refused.detail, letter))
            return
        workspace.send_prepared(posting)
