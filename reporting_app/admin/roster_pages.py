"""What the roster's pages show: people with fingerprints, codes to compare, a proposal's changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, abort
from wtforms import SelectChoice

from reporting_app.admin.forms import DeploymentForm, PanelForm, ReviewForm, RosterForm
from reporting_app.admin.pages import page, panel
from reporting_app.admin.roster_changes import change_words
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.trust import ROSTER, PanelSetting, ShortNotice
from reporting_app.cases import majority, proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto.encoding import parse
from reporting_app.crypto.members import fingerprint, kem_hash, spoken
from reporting_app.crypto.roster import ACTIVATION_DAYS, Roster, RosterFile

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


@dataclass(frozen=True)
class Newcomers:
    """Whom a version let in at short notice, and whom to ask about it."""

    version: int
    active: date
    seen: date
    code: str
    people: list[Person]
    signers: list[str]
    others: list[str]


def overview_page(status: int = 200, **forms: PanelForm) -> Response:
    sitting, setting = the_sitting(), the_setting()
    served = served_roster(sitting)
    roster_form = forms.get("roster_form") or RosterForm(formdata=None)
    members = setting.chain.newest.members.values()
    roster_form.leaving.choices = [SelectChoice(m.id, m.name) for m in members]
    return page(
        "roster",
        status,
        setting=setting,
        newcomers=[_newcomers(one, sitting.keys.member, served.keys) for one in sitting.short_notices],
        usual_days=proposals.SIGNING_DAYS + ACTIVATION_DAYS,
        least_days=ACTIVATION_DAYS,
        codes={"anchor": spoken(setting.chain.anchor), "roster": spoken(setting.roster.id)}
        | {"deployment": spoken(setting.deployment.id)},
        people=_people(setting.roster, served.keys, setting.today),
        pending=[one for one in setting.chain.versions if one.version > setting.roster.version],
        proposals=panel().proposals,
        roster_form=roster_form,
        deployment_form=forms.get("deployment_form") or DeploymentForm(formdata=None),
        review_form=forms.get("review_form") or ReviewForm(formdata=None),
    )


def proposal_page(name: str, found: Proposal, status: int = 200, problem: str = "") -> Response:
    sitting, setting = the_sitting(), the_setting()
    chain, document = setting.chain, found.document
    names = {m.id: m.name for version in chain.versions for m in version.members.values()}
    changes = proposals.describe_change(found, chain, setting.file)
    added = {one.subject for one in changes if one.what == "added"}
    signers, able = majority.valid_signers(document, chain), majority.voters(document, chain)
    fresh = Roster.from_document(document) if found.kind == ROSTER else None
    people = _people(fresh, found.keys, setting.today) if fresh else []
    publish_by = majority.publish_by(document, chain)
    return page(
        "proposal",
        status,
        short=name,
        problem=problem,
        publish_by=publish_by,
        late=too_late(found, setting),
        kind=found.kind,
        version=document.body["version"],
        code=spoken(document.id),
        changes=[(one, change_words(one, names)) for one in changes],
        newcomers=[one for one in people if one.id in added],
        signers=[names.get(one, one) for one in signers],
        missing=majority.missing_signatures(document, chain),
        may_sign=sitting.keys.member in able and sitting.keys.member not in signers,
    )


def too_late(found: Proposal, setting: PanelSetting) -> bool:
    """Whether the site would refuse it today for adding somebody too soon."""
    last = majority.publish_by(found.document, setting.chain)
    return last is not None and last < setting.today


def _newcomers(notice: ShortNotice, me: str, keys: Mapping[str, bytes]) -> Newcomers:
    version, before = notice.version, notice.before.members
    signed = version.document.signatures
    return Newcomers(
        version.version,
        version.active,
        notice.seen,
        spoken(version.id),
        [one for one in _people(version, keys, notice.seen) if one.id in notice.added - {me}],
        [before[one].name for one in sorted(signed) if one != me],
        [one.name for one in before.values() if one.id not in {*signed, me}],
    )


def _people(version: Roster, keys: Mapping[str, bytes], today: date) -> list[Person]:
    return [
        Person(
            m.id,
            m.name,
            m.role,
            # The site may serve any key for somebody who has left again.
            fingerprint(m.sign, keys[m.id]) if kem_hash(keys.get(m.id, b"")) == m.kem_hash else "",
            m.expires,
            (m.expires - today).days,
        )
        for m in version.members.values()
    ]


def served_roster(sitting: Sitting) -> RosterFile:
    """The newest roster file that carried, as kept by the panel."""
    stored = panel().cache.fact(ROSTER)
    return RosterFile.from_value(parse(stored)) if stored and sitting.workspace else RosterFile((), {})


def the_sitting() -> Sitting:
    sitting = panel().sitting
    if sitting is None:
        abort(409)
    return sitting


def the_setting() -> PanelSetting:
    setting = the_sitting().setting
    if setting is None:
        abort(409)
    return setting
