"""The roster and the deployment file: what is in force, what is proposed, signing, publishing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from reporting_app.admin import wording
from reporting_app.admin.forms import DeploymentForm, ReviewForm, RosterForm
from reporting_app.admin.home import MOST_FILE
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, panel
from reporting_app.admin.remote import SiteAway, SiteRefused
from reporting_app.admin.roster_pages import (
    overview_page,
    proposal_page,
    served_roster,
    the_setting,
    the_sitting,
    too_late,
)
from reporting_app.admin.start import download
from reporting_app.cases import majority, proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto.enrolment import Enrolment, Invitation
from reporting_app.crypto.errors import Refused

roster = Blueprint("roster", __name__, url_prefix="/roster")


@roster.before_request
def signed_in() -> Answer | None:
    mine = panel()
    if mine.sitting is None:
        return redirect(url_for("door.unlock", next=url_for("roster.overview")), code=303)
    if not mine.sitting.standing:
        return back_to("start.waiting")
    return None


@roster.get("")
def overview() -> Response:
    panel().freshen()
    return overview_page()


@roster.post("/propose")
def propose() -> Answer:
    form = RosterForm()
    if form.validate_on_submit():
        try:
            return _keep(_roster_proposal(form))
        except Refused as refused:
            form.enrolments.errors = [_proposal_problem(refused)]
    return overview_page(400, roster_form=form)


@roster.post("/deployment")
def propose_deployment() -> Answer:
    form = DeploymentForm()
    if form.validate_on_submit():
        try:
            setting = the_setting()
            human = parse_human(form.file.data.read(MOST_FILE))
            return _keep(
                proposals.propose_deployment(setting.chain, setting.deployment, human, setting.today)
            )
        except Refused as refused:
            form.file.errors = [_proposal_problem(refused)]
    return overview_page(400, deployment_form=form)


@roster.post("/review")
def review() -> Answer:
    form = ReviewForm()
    if form.validate_on_submit():
        chosen = _chosen(form.files.data)
        try:
            found = [_read_proposal(one) for one in chosen]
        except Refused as refused:
            form.files.errors = [wording.rule_problem(refused)]
        else:
            if found:
                return [_keep(one) for one in found][-1]
            form.files.errors = [_("Välj en förslagsfil.")]
    return overview_page(400, review_form=form)


@roster.get("/propose")
@roster.get("/deployment")
@roster.get("/review")
def went_back() -> Answer:
    return back_to("roster.overview")


@roster.post("/compared/<int:version>")
def compared(version: int) -> Answer:
    """The member has asked colleagues about somebody who came at short notice."""
    sitting = the_sitting()
    if sitting.workspace:
        sitting.workspace.compared(version)
    panel().say(_("Antecknat: du har jämfört version %(version)d.", version=version))
    return back_to("roster.overview")


@roster.get("/invitation")
def invitation() -> Response:
    """For a new colleague: where the site is and which roster to trust."""
    sitting, setting = the_sitting(), the_setting()
    if sitting.workspace is None:
        abort(409)
    made = Invitation(
        sitting.workspace.site.url, setting.chain.anchor, setting.deployment_id, served_roster(sitting)
    )
    return download(made.to_bytes(), "invitation.json")


@roster.get("/proposals/<name>")
def proposal(name: str) -> Response:
    return proposal_page(name, _find(name))


@roster.post("/proposals/<name>/sign")
def sign(name: str) -> Answer:
    found, sitting = _find(name), the_sitting()
    panel().proposals[name] = found.signed_by(sitting.keys)
    panel().say(_("Du har skrivit under. Hämta filen och skicka den till en kollega."))
    return back_to("roster.proposal", name=name)


@roster.get("/proposals/<name>/file")
def proposal_file(name: str) -> Response:
    found = _find(name)
    version = found.document.body["version"]
    return download(found.to_bytes(), f"{found.kind}-{version}.proposal.json")


@roster.post("/proposals/<name>/publish")
def publish(name: str) -> Answer:
    found, sitting = _find(name), the_sitting()
    if too_late(found, the_setting()):
        return proposal_page(name, found, 409)
    try:
        if sitting.workspace and sitting.fetcher:
            sitting.workspace.site.publish(found)
            sitting.fetcher.ask(panel().config.sync_wait)
    except SiteAway:
        return proposal_page(name, found, 409, _("Webbplatsen svarar inte. Försök igen om en stund."))
    except SiteRefused as refusal:
        return proposal_page(name, found, 409, wording.not_published(refusal.kind))
    panel().proposals.pop(name, None)
    panel().say(_("Publicerat. Alla paneler hämtar den nya versionen av sig själva."))
    return back_to("roster.overview")


@roster.post("/proposals/<name>/forget")
def forget(name: str) -> Answer:
    panel().proposals.pop(name, None)
    return back_to("roster.overview")


def parse_human(data: bytes) -> Mapping[str, Any]:
    """The human part of a deployment file as people write it. Raises Refused("encoding", "schema")."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("encoding", "not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Refused("schema", "not an object")
    return value


def _roster_proposal(form: RosterForm) -> Proposal:
    """Raises Refused; a file that is no enrolment says so by its own reason."""
    sitting, setting = the_sitting(), the_setting()
    add = [Enrolment.from_bytes(one.read(MOST_FILE)) for one in _chosen(form.enrolments.data)]
    leave = form.leaving.data or []
    if not add and not leave:
        raise Refused("audience", "nothing changes")
    chain, active = setting.chain, form.active.data
    document = proposals.propose_roster(chain, chain.deployment, add, leave, setting.today, active)
    return proposals.roster_proposal(document, served_roster(sitting).keys, add)


def _keep(found: Proposal) -> Answer:
    """Remembers a proposal, joined with what is known of it, and shows it. Signing is a step of its own."""
    setting, name = the_setting(), found.document.id.hex()[:16]
    majority.check_form(found.document, setting.chain)
    before = panel().proposals.get(name)
    panel().proposals[name] = before.with_signatures(found.document) if before else found
    return back_to("roster.proposal", name=name)


def _read_proposal(file: FileStorage) -> Proposal:
    found = Proposal.from_bytes(file.read(MOST_FILE))
    majority.check_form(found.document, the_setting().chain)
    return found


def _chosen(files: Sequence[FileStorage] | None) -> list[FileStorage]:
    """A browser sends one nameless file when none was chosen."""
    return [one for one in files or [] if isinstance(one, FileStorage) and one.filename]


def _proposal_problem(refused: Refused) -> str:
    if refused.reason == "audience":
        return _("Förslaget ändrar inget. Lägg till en anmälningsfil eller välj vem som lämnar.")
    return wording.rule_problem(refused)


def _find(name: str) -> Proposal:
    found = panel().proposals.get(name)
    if found is None:
        abort(404)
    return found
