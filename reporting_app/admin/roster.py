"""The roster and the deployment file: what is in force, what is proposed, signing, publishing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice

from reporting_app.admin import wording
from reporting_app.admin.forms import DeploymentForm, PanelForm, ReviewForm, RosterForm
from reporting_app.admin.home import MOST_FILE
from reporting_app.admin.i18n import _
from reporting_app.admin.pages import back_to, page, panel
from reporting_app.admin.panel import Sitting
from reporting_app.admin.remote import SiteAway, SiteRefused
from reporting_app.admin.start import download
from reporting_app.admin.trust import ROSTER
from reporting_app.cases import proposals
from reporting_app.cases.proposals import Proposal, spoken
from reporting_app.cases.sealing import Setting
from reporting_app.crypto.encoding import parse
from reporting_app.crypto.enrolment import Enrolment, Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import fingerprint
from reporting_app.crypto.roster import Roster, RosterFile

roster = Blueprint("roster", __name__, url_prefix="/roster")
EXPIRES_SOON = 60


@dataclass(frozen=True)
class Person:
    """A member as the page shows one."""

    id: str
    name: str
    role: str
    fingerprint: str
    expires: date
    days_left: int

    @property
    def expires_soon(self) -> bool:
        return self.days_left <= EXPIRES_SOON


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
    return _overview()


@roster.post("/propose")
def propose() -> Answer:
    form = RosterForm()
    if form.validate_on_submit():
        try:
            return _keep(_roster_proposal(form), signing=True)
        except Refused as refused:
            form.enrolments.errors = [_proposal_problem(refused)]
    return _overview(400, roster_form=form)


@roster.post("/deployment")
def propose_deployment() -> Answer:
    form = DeploymentForm()
    if form.validate_on_submit():
        try:
            setting = _setting()
            human = parse_human(form.file.data.read(MOST_FILE))
            document = proposals.propose_deployment(setting.chain, setting.deployment, human, setting.today)
            return _keep(Proposal(document), signing=True)
        except Refused as refused:
            form.file.errors = [_proposal_problem(refused)]
    return _overview(400, deployment_form=form)


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
    return _overview(400, review_form=form)


@roster.get("/propose")
@roster.get("/deployment")
@roster.get("/review")
def went_back() -> Answer:
    return back_to("roster.overview")


@roster.get("/invitation")
def invitation() -> Response:
    """For a new colleague: where the site is and which roster to trust."""
    sitting, setting = _sitting(), _setting()
    if sitting.workspace is None:
        abort(409)
    made = Invitation(
        sitting.workspace.site.url, setting.chain.anchor, setting.deployment_id, _served(sitting)
    )
    return download(made.to_bytes(), "invitation.json")


@roster.get("/proposals/<name>")
def proposal(name: str) -> Response:
    return _proposal_page(name, _find(name))


@roster.post("/proposals/<name>/sign")
def sign(name: str) -> Answer:
    found, sitting = _find(name), _sitting()
    signed = proposals.sign_document(found.document, sitting.keys)
    panel().proposals[name] = Proposal(signed, found.keys)
    panel().say(_("Du har skrivit under. Hämta filen och skicka den till en kollega."))
    return back_to("roster.proposal", name=name)


@roster.get("/proposals/<name>/file")
def proposal_file(name: str) -> Response:
    found = _find(name)
    version = found.document.body["version"]
    return download(found.to_bytes(), f"{found.kind}-{version}.proposal.json")


@roster.post("/proposals/<name>/publish")
def publish(name: str) -> Answer:
    found, sitting = _find(name), _sitting()
    try:
        if sitting.workspace and sitting.fetcher:
            keys = dict(found.keys) if found.kind == proposals.ROSTER else None
            sitting.workspace.site.publish(found.kind, found.document, keys)
            sitting.fetcher.ask(panel().config.sync_wait)
    except SiteAway:
        return _proposal_page(name, found, 409, _("Webbplatsen svarar inte. Försök igen om en stund."))
    except SiteRefused as refusal:
        words = _("Webbplatsen tog inte emot förslaget (%(kind)s).", kind=refusal.kind)
        return _proposal_page(name, found, 409, words)
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
    sitting, setting = _sitting(), _setting()
    add = [Enrolment.from_bytes(one.read(MOST_FILE)) for one in _chosen(form.enrolments.data)]
    leave = form.leaving.data or []
    if not add and not leave:
        raise Refused("audience", "nothing changes")
    chain, active = setting.chain, form.active.data
    document = proposals.propose_roster(chain, chain.deployment, add, leave, setting.today, active)
    return proposals.roster_proposal(document, _served(sitting).keys, add)


def _keep(found: Proposal, *, signing: bool = False) -> Answer:
    """Remembers a proposal, joined with what is known of it, and shows it; the maker signs at once."""
    setting, name = _setting(), found.document.id.hex()[:16]
    proposals.check_form(found.document, setting.chain)
    before = panel().proposals.get(name)
    joined = before.with_signatures(found.document) if before else found
    if signing:
        joined = Proposal(proposals.sign_document(joined.document, _sitting().keys), joined.keys)
    panel().proposals[name] = joined
    return back_to("roster.proposal", name=name)


def _read_proposal(file: FileStorage) -> Proposal:
    found = Proposal.from_bytes(file.read(MOST_FILE))
    proposals.check_form(found.document, _setting().chain)
    return found


def _chosen(files: Sequence[FileStorage] | None) -> list[FileStorage]:
    """A browser sends one nameless file when none was chosen."""
    return [one for one in files or [] if isinstance(one, FileStorage) and one.filename]


def _proposal_problem(refused: Refused) -> str:
    if refused.reason == "audience":
        return _("Förslaget ändrar inget. Lägg till en anmälningsfil eller välj vem som lämnar.")
    return wording.rule_problem(refused)


def _overview(status: int = 200, **forms: PanelForm) -> Response:
    sitting, setting = _sitting(), _setting()
    served = _served(sitting)
    roster_form = forms.get("roster_form") or RosterForm(formdata=None)
    members = setting.chain.newest.members.values()
    roster_form.leaving.choices = [SelectChoice(m.id, m.name) for m in members]
    return page(
        "roster",
        status,
        setting=setting,
        codes={"anchor": spoken(setting.chain.anchor), "roster": spoken(setting.roster.id)}
        | {"deployment": spoken(setting.deployment.id)},
        people=_people(setting.roster, served.keys, setting.today),
        pending=[one for one in setting.chain.versions if one.version > setting.roster.version],
        proposals=panel().proposals,
        roster_form=roster_form,
        deployment_form=forms.get("deployment_form") or DeploymentForm(formdata=None),
        review_form=forms.get("review_form") or ReviewForm(formdata=None),
    )


def _proposal_page(name: str, found: Proposal, status: int = 200, problem: str = "") -> Response:
    sitting, setting = _sitting(), _setting()
    chain, document = setting.chain, found.document
    names = {m.id: m.name for version in chain.versions for m in version.members.values()}
    changes = proposals.describe_change(document, chain, setting.deployment)
    added = {one.subject for one in changes if one.what == "added"}
    signers, able = proposals.valid_signers(document, chain), proposals.voters(document, chain)
    fresh = Roster.from_document(document) if found.kind == ROSTER else None
    people = _people(fresh, found.keys, setting.today) if fresh else []
    return page(
        "proposal",
        status,
        short=name,
        problem=problem,
        kind=found.kind,
        version=document.body["version"],
        code=spoken(document.id),
        changes=[(one, wording.change(one, names)) for one in changes],
        newcomers=[one for one in people if one.id in added],
        signers=[names.get(one, one) for one in signers],
        missing=proposals.missing_signatures(document, chain),
        may_sign=sitting.keys.member in able and sitting.keys.member not in signers,
    )


def _people(version: Roster, keys: Mapping[str, bytes], today: date) -> list[Person]:
    return [
        Person(
            m.id,
            m.name,
            m.role,
            fingerprint(m.sign, keys[m.id]) if m.id in keys else "",
            m.expires,
            (m.expires - today).days,
        )
        for m in version.members.values()
    ]


def _served(sitting: Sitting) -> RosterFile:
    """The newest roster file that carried, as kept by the panel."""
    stored = panel().cache.fact(ROSTER)
    return RosterFile.from_value(parse(stored)) if stored and sitting.workspace else RosterFile((), {})


def _find(name: str) -> Proposal:
    found = panel().proposals.get(name)
    if found is None:
        abort(404)
    return found


def _sitting() -> Sitting:
    sitting = panel().sitting
    if sitting is None:
        abort(409)
    return sitting


def _setting() -> Setting:
    setting = _sitting().setting
    if setting is None:
        abort(409)
    return setting
