"""``cases``: an investigator's work from a terminal or a script."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from reporting_app.admin import acts
from reporting_app.admin.workspace import PartlySaid, Workspace
from reporting_app.cases.fold import Case
from reporting_app.cases.order import Entry
from reporting_app.cli import common
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.enrolment import Invitation
from reporting_app.crypto.event import REPORTER
from reporting_app.crypto.roster import RosterChain
from reporting_app.storage.cache import Cache

ANCHOR = "anchor"
STATES = {
    "mottagen": "received",
    "bedöms": "assessing",
    "bedoms": "assessing",
    "utreds": "investigating",
    "åtgärdas": "acting",
    "atgardas": "acting",
}


@click.group("cases")
def cases_group() -> None:
    """Read, answer and follow up cases. Opening posts the signed word "opened"."""


def _with_workspace(command: Callable[..., None]) -> Callable[..., None]:
    @common.site_option
    @common.key_option
    @common.passphrase_option
    @common.json_option
    @common.anchor_option
    @common.refusals_explained
    def run(
        site_url: str,
        key_path: Path,
        passphrase_fd: int | None,
        as_json: bool,
        anchor: str,
        **rest: Any,
    ) -> None:
        if passphrase_fd == 0 and command.__name__ == "reply_command":
            raise click.UsageError("standard input is the reply; give the passphrase on another descriptor")
        workspace = _open(site_url, key_path, passphrase_fd, anchor)
        command(workspace, as_json, **rest)

    run.__doc__ = command.__doc__
    return run


@cases_group.command("list")
@_with_workspace
def list_command(workspace: Workspace, as_json: bool) -> None:
    """All cases this member may read."""
    cases = sorted(workspace.cases.values(), key=lambda case: (case.received, case.id))
    lines = "\n".join(f"{c.id}  {c.received}  {c.state:13}  {_first_words(c)}" for c in cases)
    common.emit([_summary(case) for case in cases], as_json, lines or "no cases")


@cases_group.command("show")
@click.argument("case_id")
@_with_workspace
def show_command(workspace: Workspace, as_json: bool, case_id: str) -> None:
    """One case with its timeline."""
    case = _find(workspace, case_id)
    value = _summary(case) | {
        "readers": sorted(case.readers),
        "left_out": sorted(case.excluded),
        "answers": case.report.event.body["answers"] if case.report else {},
        "proposals": [
            {"id": one.id, "by": one.proposal.event.author, "action": one.action, "state": one.state}
            | {"arguments": dict(one.arguments)}
            for one in case.decisions
        ],
        "timeline": [_entry(entry) for entry in case.timeline],
        "set_aside": [{"reason": one.reason, "detail": one.detail} for one in case.set_aside],
        "missing": len(case.missing),
    }
    common.emit(value, as_json)


@cases_group.command("reply")
@click.argument("case_id")
@_with_workspace
def reply_command(workspace: Workspace, as_json: bool, case_id: str) -> None:
    """Answer the reporter; the text comes on standard input."""
    case = _find(workspace, case_id)
    try:
        postings = workspace.reply(case.id, common.read_stdin())
    except PartlySaid as partly:
        common.emit({"sent": partly.said, "rest": partly.rest}, as_json, partly.rest)
        problem = partly.problem
        common.refuse(
            f"{problem}; {partly.said} of {partly.total} parts are out, send the rest printed above"
        )
    _report_sent(workspace, as_json, len(postings))


@cases_group.command("status")
@click.argument("case_id")
@click.argument("state")
@click.option("--reason", default="", help="What the reporter is told.")
@_with_workspace
def status_command(workspace: Workspace, as_json: bool, case_id: str, state: str, reason: str) -> None:
    """Set a state: received, assessing, investigating, acting (or the Swedish words)."""
    case = _find(workspace, case_id)
    named = STATES.get(state.lower(), state)
    if named not in STATES.values():
        raise click.UsageError("a state is one of " + ", ".join(dict.fromkeys(STATES.values())))
    workspace.set_status(case.id, named, reason)
    _report_sent(workspace, as_json, 1)


@cases_group.command("close")
@click.argument("case_id")
@click.option("--outcome", required=True, help="Taxonomy id.")
@click.option("--reason", required=True, help="What the reporter is told.")
@_with_workspace
def close_command(workspace: Workspace, as_json: bool, case_id: str, outcome: str, reason: str) -> None:
    """Propose to close; a colleague approves it."""
    case = _find(workspace, case_id)
    acts.propose_closing(workspace, case.id, outcome, reason)
    _report_sent(workspace, as_json, 1)


@cases_group.command("approve")
@click.argument("case_id")
@click.argument("proposal")
@_with_workspace
def approve_command(workspace: Workspace, as_json: bool, case_id: str, proposal: str) -> None:
    """Sign a colleague's proposal; ``cases show`` names it."""
    if case_id not in workspace.asked:
        _find(workspace, case_id)
    acts.approve(workspace, case_id, proposal)
    _report_sent(workspace, as_json, 1)


def _open(site_url: str, key_path: Path, passphrase_fd: int | None, anchor: str) -> Workspace:
    site = common.connect(site_url)
    cache = Cache.at(key_path.with_suffix(".cache"))
    keys = common.open_key(key_path, passphrase_fd)
    pinned = _pinned(cache, key_path)
    wanted = unb64(anchor, 32) if anchor else pinned
    if wanted is None:
        wanted = RosterChain.load(site.roster().documents, None).anchor
        click.echo("first contact: trusting the roster this site serves from now on", err=True)
    if pinned is not None and pinned != wanted:
        common.refuse("this key already trusts another roster; compare the anchor with your colleagues")
    cache.set_fact(ANCHOR, wanted)
    workspace = Workspace(keys, site, cache, wanted, time.time)
    state = workspace.sync()
    if state.away:
        common.refuse(state.away)
    for alarm in state.alarms:
        click.echo(f"ALARM {alarm.subject}: {alarm.detail} [{alarm.reason}]", err=True)
    for notice in workspace.short_notices(workspace.setting.chain):
        names = ", ".join(sorted(notice.added))
        version = notice.version.version
        click.echo(f"COMPARE roster version {version} by voice: it let in {names} at short notice", err=True)
    return workspace


def _pinned(cache: Cache, key_path: Path) -> bytes | None:
    """The anchor of the invitation that lies beside the key, else of the first contact."""
    invitation = key_path.with_suffix(".invitation")
    if invitation.exists():
        return Invitation.from_bytes(common.read_file(invitation)).anchor
    return cache.fact(ANCHOR)


def _find(workspace: Workspace, case_id: str) -> Case:
    if case_id not in workspace.cases:
        common.refuse(f"there is no case {case_id} that this key can read")
    return workspace.cases[case_id]


def _summary(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "received": case.received.isoformat() if case.received else None,
        "state": case.state,
        "narrative": case.report.event.body["narrative"] if case.report else "",
        "first_answer": case.first_answer.isoformat() if case.first_answer else None,
        "messages": [
            {"from": e.event.author, "day": e.day.isoformat(), "text": e.event.body["text"]}
            for e in case.timeline
            if e.event.kind == "message"
        ],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "kind": event.kind,
        "from": event.author,
        "day": entry.day.isoformat(),
        "to_reporter": REPORTER in event.audience,
        "body": dict(event.body),
    }


def _first_words(case: Case) -> str:
    text = case.report.event.body["narrative"] if case.report else "(the report has not arrived yet)"
    return common.one_line(str(text), 60)


def _report_sent(workspace: Workspace, as_json: bool, parts: int) -> None:
    if workspace.state.waiting:
        common.refuse("the site does not answer; it is kept sealed and sent the next time")
    common.emit({"sent": parts}, as_json, "sent")
