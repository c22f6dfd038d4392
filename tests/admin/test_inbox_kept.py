"""The list is kept up case by case: after every change it is what it would be if it were made anew."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reporting_app.admin.inbox import SORTS, Counts, Inbox
from reporting_app.admin.seen import SEEN_SIZE
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.need import Limits
from tests.admin.world import Office

ME = "utredare-1"
Shown = tuple[list[list[str]], Counts, int]


@pytest.fixture
def workspace(office: Office) -> Workspace:
    for number in range(5):
        office.report(f"Rapport {number}.", severity=[f"level_{number + 1}"])
        office.clock.now += 3 * 86_400
    sitting = office.panel(ME, idle_seconds=10**9).unlock().panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    return sitting.workspace


def shown(inbox: Inbox, workspace: Workspace, seen: set[bytes]) -> Shown:
    inbox.renew(workspace.cases, ())
    orders = [
        [item.id for item in inbox.listed(sort, Limits(), workspace.today, seen)] for sort in sorted(SORTS)
    ]
    return orders, inbox.counts, inbox.content


def test_a_list_that_was_kept_is_the_list_that_is_made_anew(office: Office, workspace: Workspace) -> None:
    kept, seen, told = Inbox(ME), set[bytes](), []

    def check() -> None:
        now = shown(kept, workspace, set(seen))
        assert now == shown(Inbox(ME), workspace, set(seen))
        told.append(now)

    check()
    first, second, *_others = list(workspace.cases)
    workspace.reply(first, "Är du trygg?")
    check()
    seen |= {one.event.id[:SEEN_SIZE] for one in workspace.cases[second].timeline}
    check()
    office.report("En till.", severity=["level_5"])
    workspace.sync()
    check()
    office.clock.now += 9 * 86_400
    check()
    workspace._cases = {name: case for name, case in workspace.cases.items() if name != second}
    check()
    assert all(before != after for before, after in pairwise(told)), "each changes something"
