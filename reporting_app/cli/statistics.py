"""``statistics``: whoever has the published figures checks them, without the site and without a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reporting_app.admin.remote import Member
from reporting_app.cli import common
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import Json, b64, canonical, parse, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import spoken
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.statistics import periods
from reporting_app.statistics.catalogue import MOST_SHARE, Catalogue
from reporting_app.statistics.ledger import WINDOW_YEARS, Intent, Ledger, check_catalogue
from reporting_app.statistics.release import MOST_REASON, SUPPRESSED, TAKEN_BACK, Release, Releases

FILE = click.Path(path_type=Path, dir_okay=False)
MOST_BYTES = 50_000_000
# What a refusal means for somebody who reads figures and knows no protocol.
MEANING = {
    "release-signatures": "Two witnesses must have signed exactly these figures, and have not",
    "release": "These are not the figures that the witnesses bound themselves to publish",
    "ledger": "Something in the ledger is missing, added or changed",
    "ledger-signatures": "Two witnesses must have signed what they were about to draw, and have not",
    "not-frozen": "A period was drawn before its figures had settled",
    "drawn": "A table was drawn twice for the same period",
    "budget": "More was drawn than ε = 2 a case allows",
    "catalogue": "What was drawn is not in the catalogue that a majority signed",
    "deployment": "This belongs to another deployment",
    "roster-chain": "The list of witnesses is not the one that this anchor starts",
    "roster-majority": "A majority must have signed the list of members, and has not",
}


@dataclass(frozen=True)
class Published:
    """All statistics that a site publishes, verified."""

    chain: RosterChain
    ledger: Ledger
    releases: Releases

    @classmethod
    def read(cls, value: Mapping[str, Any], roster: Json, anchor: bytes | None) -> Published:
        """Raises Refused as RosterChain.load, Ledger.load and Releases.load."""
        chain = RosterChain.load(RosterFile.from_value(roster).documents, anchor)
        ledger = Ledger.load(_documents(value, "ledger"), chain)
        return cls(chain, ledger, Releases.load(_documents(value, "releases"), ledger, chain))

    @property
    def unpublished(self) -> list[tuple[Intent, str]]:
        """Drawn, and so spent, but not shown."""
        planned = [(intent, table.id) for intent in self.ledger.intents for table in intent.tables]
        return [(one, table) for one, table in planned if not self.releases.last(table, one.period)]


@click.group("statistics")
def statistics_group() -> None:
    """What is published about all cases together."""


@statistics_group.command("fetch")
@common.site_option
@common.key_option
@common.passphrase_option
@click.option("--out", type=FILE, required=True, help="Where to write them.")
@common.refusals_explained
def fetch(site_url: str, key_path: Path, passphrase_fd: int | None, out: Path) -> None:
    """All that was signed, with the roster, as one file that anybody can verify. For members."""
    site = common.connect(site_url)
    roster = site.roster()
    chain = RosterChain.load(roster.documents, None)
    member = Member(common.open_key(key_path, passphrase_fd), chain.deployment)
    ledger, releases = site.statistics(member)
    signed = {"ledger": ledger, "releases": releases}
    value: dict[str, Any] = {name: [one.to_value() for one in found] for name, found in signed.items()}
    out.write_bytes(canonical({**value, "roster": roster.to_value()}))
    click.echo(f"wrote {out}: {len(releases)} releases, {len(ledger)} draws, not yet verified")


@statistics_group.command("verify")
@click.argument("file", type=FILE)
@click.option("--roster", "roster_path", type=FILE, help="The site's roster, when FILE does not hold it.")
@click.option("--deployment", "content_path", type=FILE, help="Deployment file whose catalogue must hold.")
@common.anchor_option
@common.json_option
@common.refusals_explained
def verify(
    file: Path, roster_path: Path | None, content_path: Path | None, anchor: str, as_json: bool
) -> None:
    """Check every signature, the ledger and all figures in FILE, as `fetch` writes it."""
    value = _object(file)
    if not roster_path and "roster" not in value:
        raise click.UsageError("FILE holds no roster: give --roster too")
    roster = _object(roster_path) if roster_path else value["roster"]
    try:
        found = Published.read(value, roster, unb64(anchor, 32) if anchor else None)
        fitting = _fitting(found, content_path)
    except Refused as refused:
        meaning = MEANING.get(refused.reason, "This is not a file of published statistics")
        common.refuse(f"{meaning}: {refused.detail or 'refused'} [{refused.reason}]")
    if as_json:
        common.emit(_summary(found), as_json)
    else:
        click.echo("\n".join(_lines(found, trusted=bool(anchor), fitting=fitting)))


def _object(path: Path) -> dict[str, Any]:
    value = parse(common.read_file(path, MOST_BYTES))
    if not isinstance(value, dict):
        common.refuse(f"{path} is not one object")
    return value


def _documents(value: Mapping[str, Any], part: str) -> list[SignedDocument]:
    entries = value.get(part)
    if not isinstance(entries, list):
        raise Refused("schema", f"there is no list {part!r} in it")
    return [SignedDocument.from_value(one) for one in entries]


def _fitting(found: Published, path: Path | None) -> int | None:
    """How many intents name this deployment file and keep its catalogue; None without one."""
    if path is None:
        return None
    file = DeploymentFile.from_bytes(common.read_file(path))
    version = deployment.verify(file.document, found.chain).version
    named = [one for one in found.ledger.intents if one.file == version]
    for intent in named:
        check_catalogue(intent, Catalogue.of(file.human_part))
    return len(named)


def _lines(found: Published, *, trusted: bool, fitting: int | None) -> list[str]:
    lines = [_one(release) for release in found.releases.all]
    lines += [
        f"{table} {one.period}: drawn {one.day}, spent, not published" for one, table in found.unpublished
    ]
    lines += _dearest(found.ledger)
    if not found.releases.all:
        lines.append("Nothing is published yet.")
    if fitting is not None:
        lines.append(
            f"{fitting} of {len(found.ledger.intents)} draws name this deployment file and keep to it."
        )
    if not trusted:
        anchor = found.chain.anchor
        lines.append(f"Whose signatures? Compare the anchor: {b64(anchor)} (read aloud: {spoken(anchor)})")
    return [*lines, f"OK: {len(found.releases.all)} releases, {len(found.ledger.intents)} draws."]


def _one(release: Release) -> str:
    values = list(release.cells.values())
    shown = sum(isinstance(value, int) for value in values)
    parts = [f"{shown} shown", f"{values.count(SUPPRESSED)} below 10"]
    if TAKEN_BACK in values:
        parts.append(f"{values.count(TAKEN_BACK)} withdrawn")
    correcting = f", corrects: {common.one_line(release.reason, MOST_REASON)}" if release.corrects else ""
    signed = " and ".join(sorted(release.document.signatures))
    cells = ", ".join(parts)
    return f"{release.table} {release.period}: {cells}; signed {release.day} by {signed}{correcting}"


def _dearest(ledger: Ledger) -> list[str]:
    """What the three consecutive years cost that cost most."""
    years = {periods.year_of(one.period) for one in ledger.intents}
    costs = {first: sum(ledger.spent(range(first, first + WINDOW_YEARS)).values()) for first in years}
    if not costs:
        return []
    first = max(costs, key=lambda year: costs[year])
    cost = f"{costs[first] / 1000:g} of {MOST_SHARE / 1000:g}"
    return [f"A case spends at most ε = {cost} ({first} to {first + WINDOW_YEARS - 1})."]


def _summary(found: Published) -> dict[str, Any]:
    return {
        "anchor": b64(found.chain.anchor),
        "draws": len(found.ledger.intents),
        "releases": [
            {"cells": dict(one.cells), "period": one.period, "release": b64(one.id), "table": one.table}
            for one in found.releases.holding
        ],
        "unpublished": [{"period": one.period, "table": table} for one, table in found.unpublished],
    }
