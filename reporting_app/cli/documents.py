"""``roster`` and ``deployment``: propose, sign, publish and check what the majority decides."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from reporting_app.cases import majority, proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.cli import common
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, canonical, parse, unb64
from reporting_app.crypto.enrolment import Enrolment, Invitation
from reporting_app.crypto.members import spoken
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.site import languages

FILE = click.Path(path_type=Path, dir_okay=False)
MOST_NAMED = 12
optional_site = click.option("--site", "site_url", default="", metavar="URL", help="The site's address.")
roster_option = click.option("--roster", "roster_path", type=FILE, help="Roster, while no site is running.")
proposal_argument = click.argument("proposal_path", metavar="PROPOSAL", type=FILE)
out_option = click.option("--out", type=FILE, required=True, help="Where to write the proposal.")


@click.group("roster")
def roster_group() -> None:
    """Who may read and decide."""


@click.group("deployment")
def deployment_group() -> None:
    """What reporters are asked and told."""


@roster_group.command("propose")
@click.argument("enrolments", nargs=-1, type=FILE)
@click.option("--leave", multiple=True, metavar="MEMBER", help="A member who leaves.")
@click.option(
    "--active", type=click.DateTime(["%Y-%m-%d"]), help="From when it holds; in a week if somebody is added."
)
@optional_site
@out_option
@common.refusals_explained
def propose_roster(
    enrolments: tuple[Path, ...], leave: tuple[str, ...], active: datetime | None, site_url: str, out: Path
) -> None:
    """The next version, with members of ENROLMENTS added. Without --site: the first version of all."""
    added = [Enrolment.from_bytes(common.read_file(path)) for path in enrolments]
    served = common.connect(site_url).roster() if site_url else None
    chain = RosterChain.load(served.documents, None) if served else None
    name = chain.deployment if chain else proposals.new_deployment_id()
    holds = active.date() if active else None
    document = proposals.propose_roster(chain, name, added, leave, _today(), holds)
    proposal = proposals.roster_proposal(document, served.keys if served else {}, added)
    _save(out, proposal, chain)


@deployment_group.command("propose")
@click.argument("content", type=FILE)
@roster_option
@optional_site
@out_option
@common.refusals_explained
def propose_deployment(content: Path, roster_path: Path | None, site_url: str, out: Path) -> None:
    """The next version, from a JSON file with texts, questionnaire, taxonomy and parameters."""
    chain, current = _known(site_url, roster_path)
    if chain is None:
        raise click.UsageError("give --site, or --roster for the very first version")
    human = common.parse_json(common.read_file(content), str(content))
    previous = deployment.verify(current.document, chain) if current else None
    proposal = proposals.propose_deployment(chain, previous, human, _today())
    _tell_what_is_missing(human)
    _save(out, proposal, chain)


def _tell_what_is_missing(human: Any) -> None:
    """A language with a gap is not offered: said before anybody signs."""
    for code in languages.CODES[1:]:
        lacking = languages.missing(human, code)
        if lacking:
            named = ", ".join(lacking[:MOST_NAMED]) + (", …" if len(lacking) > MOST_NAMED else "")
            click.echo(f"{code} is not offered, {len(lacking)} texts are missing: {named}", err=True)


@roster_group.command("sign")
@proposal_argument
@common.key_option
@common.passphrase_option
@optional_site
@roster_option
@common.refusals_explained
def sign(
    proposal_path: Path, key_path: Path, passphrase_fd: int | None, site_url: str, roster_path: Path | None
) -> None:
    """Show what a PROPOSAL (roster or deployment file) changes, and sign it in place."""
    proposal = Proposal.from_bytes(common.read_file(proposal_path))
    chain, current = _known(site_url, roster_path)
    majority.check_form(proposal.document, chain)
    for change in proposals.describe_change(proposal, chain, current):
        click.echo(f"{change.what} {change.subject}: {change.before!r} -> {change.after!r}", err=True)
    keys = common.open_key(key_path, passphrase_fd)
    if majority.voters(proposal.document, chain).get(keys.member) != keys.sign_public:
        common.refuse(f"{keys.member} has no vote on this proposal")
    _save(proposal_path, proposal.signed_by(keys), chain)


@roster_group.command("publish")
@proposal_argument
@optional_site
@click.option("--keys", "directory", type=click.Path(path_type=Path, file_okay=False), help="Keys directory.")
@common.refusals_explained
def publish(proposal_path: Path, site_url: str, directory: Path | None) -> None:
    """Hand a signed PROPOSAL of either kind to the site or, before its first start, to --keys."""
    proposal = Proposal.from_bytes(common.read_file(proposal_path))
    if site_url:
        common.connect(site_url).publish(proposal)
        click.echo("published")
    elif directory:
        _publish_first(proposal, directory)
    else:
        raise click.UsageError("give --site or --keys")


def _publish_first(proposal: Proposal, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{proposal.kind}.json"
    if path.exists():
        common.refuse(f"{path} is there already: publish newer versions with --site")
    if proposal.kind == majority.ROSTER:
        chain = RosterChain.load([proposal.document], None)
        path.write_bytes(canonical(RosterFile((proposal.document,), proposal.keys).to_value()))
        click.echo(f"anchor {b64(chain.anchor)}  (read aloud: {spoken(chain.anchor)})")
    else:
        deployment.verify(proposal.document, _chain_of(directory / "roster.json"))
        path.write_bytes(proposal.to_bytes())
        click.echo(f"wrote {path}")


@roster_group.command("invite")
@optional_site
@click.option("--keys", "directory", type=click.Path(path_type=Path, file_okay=False), help="Keys directory.")
@click.option("--address", default="", metavar="URL", help="The site's public address, with --keys.")
@click.option("--out", type=FILE, required=True)
@common.refusals_explained
def invite(site_url: str, directory: Path | None, address: str, out: Path) -> None:
    """One file with the site's address and the roster, for a new panel."""
    if directory:
        served = RosterFile.from_value(parse(common.read_file(directory / "roster.json")))
    elif site_url:
        served = common.connect(site_url).roster()
    else:
        raise click.UsageError("give --site, or --keys and --address")
    chain = RosterChain.load(served.documents, None)
    invitation = Invitation((address or site_url).rstrip("/"), chain.anchor, chain.deployment, served)
    Invitation.from_bytes(invitation.to_bytes())
    out.write_bytes(invitation.to_bytes())
    click.echo(f"compare by voice: {spoken(chain.anchor)}")


@roster_group.command("check")
@common.site_option
@common.anchor_option
@common.json_option
@common.refusals_explained
def check(site_url: str, anchor: str, as_json: bool) -> None:
    """Is what the site serves signed by the majority, from the anchor on?"""
    site = common.connect(site_url)
    chain = RosterChain.load(site.roster().documents, unb64(anchor, 32) if anchor else None)
    current = deployment.verify(site.deployment_file().document, chain)
    value = {
        "anchor": b64(chain.anchor),
        "roster": chain.in_force(_today()).version,
        "newest_roster": chain.newest.version,
        "deployment": current.version,
        "members": sorted(chain.in_force(_today()).members),
    }
    common.emit(value, as_json)


def _known(site_url: str, roster_path: Path | None) -> tuple[RosterChain | None, DeploymentFile | None]:
    if site_url:
        site = common.connect(site_url)
        chain = RosterChain.load(site.roster().documents, None)
        file = site.deployment_file()
        deployment.verify(file.document, chain)
        return chain, file
    return (_chain_of(roster_path) if roster_path else None), None


def _chain_of(path: Path) -> RosterChain:
    """From a roster file, or from a signed proposal of the first version."""
    value = parse(common.read_file(path))
    if isinstance(value, dict) and "document" in value:
        return RosterChain.load([SignedDocument.from_value(value["document"])], None)
    return RosterChain.load(RosterFile.from_value(value).documents, None)


def _save(path: Path, proposal: Proposal, chain: RosterChain | None) -> None:
    path.write_bytes(proposal.to_bytes())
    missing = majority.missing_signatures(proposal.document, chain)
    click.echo(
        f"wrote {path}: " + (f"{missing} more signatures needed" if missing else "a majority has signed")
    )
    if last := majority.publish_by(proposal.document, chain):
        click.echo(f"It adds a member: the site takes it until {last.isoformat()}, not later.")


def _today() -> date:
    return datetime.fromtimestamp(time.time(), UTC).date()
