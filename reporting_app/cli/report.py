"""``report`` and ``receipt``: the reporter's half for scripts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from reporting_app.admin.visit import fetch_setting, find_thread
from reporting_app.cases import reporter
from reporting_app.cli import common
from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER


@click.command("report")
@common.site_option
@common.json_option
@common.anchor_option
@common.refusals_explained
def report_command(site_url: str, as_json: bool, anchor: str) -> None:
    """File a report. Standard input: {"narrative": "…", "answers": {…}, "leave_out": […]}."""
    site = common.connect(site_url)
    wanted = _read_report(common.read_stdin())
    setting = fetch_setting(site, anchor, time.time())
    random = receipt.generate()
    keys = receipt.ReporterKeys(random, setting.deployment_id)
    body = {
        "answers": wanted["answers"],
        "language": "sv",
        "narrative": wanted["narrative"],
        "parcels": [],
        "path": "script",
        "questionnaire": b64(setting.deployment.id),
    }
    submission, letter_id = reporter.compose_report(keys, setting, body, wanted["leave_out"])
    site.post(submission)
    words = receipt.to_words(random)
    common.emit({"letter_id": b64(letter_id), "receipt": words}, as_json, words)


@click.command("receipt")
@common.site_option
@common.json_option
@common.anchor_option
@common.refusals_explained
def receipt_command(site_url: str, as_json: bool, anchor: str) -> None:
    """Come back. Standard input: the nine words."""
    site = common.connect(site_url)
    random = receipt.from_words(common.read_stdin())
    setting = fetch_setting(site, anchor, time.time())
    thread = find_thread(site, setting, receipt.ReporterKeys(random, setting.deployment_id))
    case = thread.case
    value = {
        "stored": thread.stored or bool(case.timeline),
        "opened": case.opened.isoformat() if case.opened else None,
        "status": case.state if case.timeline else None,
        "messages": [
            {"from": e.event.author, "day": e.day.isoformat(), "text": e.event.body["text"]}
            for e in case.timeline
            if e.event.kind == "message" and e.event.author != REPORTER
        ],
        "refused": len(case.set_aside),
    }
    common.emit(value, as_json)


def _read_report(text: str) -> dict[str, Any]:
    value = common.parse_json(text, "standard input")
    if set(value) - {"narrative", "answers", "leave_out"}:
        common.refuse('give one object with "narrative" and, if you like, "answers" and "leave_out"')
    narrative, leave_out = value.get("narrative"), value.get("leave_out", [])
    if not isinstance(narrative, str) or not narrative.strip():
        common.refuse('"narrative" is missing or empty')
    if not isinstance(leave_out, list) or not all(isinstance(name, str) for name in leave_out):
        common.refuse('"leave_out" is a list of member ids')
    return {"narrative": narrative, "answers": _answers(value.get("answers", {})), "leave_out": leave_out}


def _answers(value: Any) -> Mapping[str, list[str]]:
    if not isinstance(value, dict):
        common.refuse('"answers" is an object of question and option ids')
    listed = {question: [one] if isinstance(one, str) else one for question, one in value.items()}
    for options in listed.values():
        if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
            common.refuse('each answer in "answers" is an option id or a list of them')
    return listed
