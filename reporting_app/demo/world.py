"""The demo's members, roster and deployment file, made with the same steps as a real deployment's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from reporting_app.cases import proposals
from reporting_app.cases.proposals import Proposal
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.encoding import canonical, parse
from reporting_app.crypto.enrolment import Enrolment, Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import DEFAULT_COST, Cost, KeyFile, MemberKeys, generate_passphrase
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.demo import statistics

MEMBERS = {
    "utredare-1": ("Utredare 1, stadsledningskontoret", INVESTIGATOR),
    "utredare-2": ("Utredare 2, socialförvaltningen", INVESTIGATOR),
    "utredare-3": ("Utredare 3, utbildningsförvaltningen", INVESTIGATOR),
    "tillsyn-1": ("Huvudskyddsombudet", WITNESS),
    "tillsyn-2": ("Kommunens revision", WITNESS),
}
# Old enough that the sample reports fall under the first roster.
FOUNDED_AGO = timedelta(days=400)


@dataclass(frozen=True)
class Demo:
    """Where the demo keeps its things, and what opens them."""

    directory: Path
    passphrases: dict[str, str]

    @property
    def keys_directory(self) -> Path:
        return self.directory / "keys"

    def key_path(self, member: str) -> Path:
        return self.directory / "members" / f"{member}.key"

    def open_keys(self, member: str) -> MemberKeys:
        return KeyFile.from_bytes(self.key_path(member).read_bytes()).open(self.passphrases[member])

    @property
    def roster_file(self) -> RosterFile:
        return RosterFile.from_value(parse((self.keys_directory / "roster.json").read_bytes()))

    @property
    def chain(self) -> RosterChain:
        return RosterChain.load(self.roster_file.documents, None)


def prepare(
    directory: Path,
    today: date,
    site_url: str,
    new_passphrase: Callable[[], str] = generate_passphrase,
    cost: Cost = DEFAULT_COST,
) -> Demo:
    """Make the demo in ``directory``, or open the one that is there. Raises Refused for an old one's."""
    passphrases_path = directory / "demo-passphrases.json"
    if passphrases_path.exists():
        demo = Demo(directory, json.loads(passphrases_path.read_text("utf-8")))
        _check_format(demo)
    else:
        demo = _found(directory, today, new_passphrase, cost)
        passphrases_path.write_text(json.dumps(demo.passphrases, ensure_ascii=False), "utf-8")
    for member in MEMBERS:
        _invite(demo, member, site_url)
    return demo


def _found(directory: Path, today: date, new_passphrase: Callable[[], str], cost: Cost) -> Demo:
    day = today - FOUNDED_AGO
    demo = Demo(directory, {member: new_passphrase() for member in MEMBERS})
    demo.keys_directory.mkdir(parents=True, exist_ok=True)
    demo.key_path("x").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys: dict[str, MemberKeys] = {}
    enrolments: list[Enrolment] = []
    for member, (name, role) in MEMBERS.items():
        key_file = KeyFile.create(member, name, role, demo.passphrases[member], cost)
        _write(demo.key_path(member), key_file.to_bytes())
        keys[member] = key_file.open(demo.passphrases[member])
        public = Enrolment(member, name, role, keys[member].sign_public, keys[member].kem.public)
        enrolments.append(public.signed(keys[member].sign_seed))
    roster = proposals.propose_roster(None, proposals.new_deployment_id(), enrolments, [], day)
    roster = _signed_by_all(Proposal(roster), keys).document
    chain = RosterChain.load([roster], None)
    deployment = proposals.propose_deployment(chain, None, _human_part(today), day)
    served = RosterFile((roster,), {one.member: one.kem for one in enrolments})
    _write(demo.keys_directory / "roster.json", canonical(served.to_value()))
    _write(demo.keys_directory / "deployment.json", _signed_by_all(deployment, keys).to_bytes())
    return demo


def _check_format(demo: Demo) -> None:
    try:
        DeploymentFile.from_bytes((demo.keys_directory / "deployment.json").read_bytes())
    except Refused:
        raise Refused(
            "schema",
            f"the demo in {demo.directory} was made by another version, whose files this one does not read: "
            "remove that folder (its reports are made up), or name another (make run DATA=…)",
        ) from None


def _signed_by_all(proposal: Proposal, keys: dict[str, MemberKeys]) -> Proposal:
    for one in keys.values():
        proposal = proposal.signed_by(one)
    return proposal


def _human_part(today: date) -> dict[str, Any]:
    human: dict[str, Any] = json.loads((files("reporting_app.demo") / "kommun.json").read_text("utf-8"))
    years = range(today.year - 1, today.year + 2)
    human["parameters"]["volumes"] = [{"shards": 1, "year": year} for year in years]
    human["measures"] = statistics.measures(today)
    return human


def _invite(demo: Demo, member: str, site_url: str) -> None:
    chain = demo.chain
    invitation = Invitation(site_url, chain.anchor, chain.deployment, demo.roster_file)
    _write(demo.key_path(member).with_suffix(".invitation"), invitation.to_bytes())


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600, exist_ok=True)
    path.write_bytes(data)
