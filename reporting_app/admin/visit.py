"""A reporter's visits to a site, for scripts and the demo: the requests a browser makes, no more."""

from __future__ import annotations

from datetime import UTC, datetime

from reporting_app.admin.remote import Site
from reporting_app.cases import reporter
from reporting_app.cases.sealing import Setting
from reporting_app.crypto import deployment, receipt
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.roster import RosterChain, checked_keys


def fetch_setting(site: Site, anchor: str, now: float) -> Setting:
    """Roster and deployment file as the site serves them, checked. Raises Refused, SiteAway."""
    served = site.roster()
    chain = RosterChain.load(served.documents, unb64(anchor, 32) if anchor else None)
    today = datetime.fromtimestamp(now, UTC).date()
    roster = chain.in_force(today)
    current = deployment.verify(site.deployment(), chain)
    return Setting(chain, roster, checked_keys(roster, served.keys), current, today)


def find_thread(site: Site, setting: Setting, keys: receipt.ReporterKeys) -> reporter.Thread:
    """Download the shards that a receipt belongs to and read its own cells."""
    parameters = setting.deployment.parameters
    intake = reporter.split_cells(site.intake(keys.thread.shard(parameters.intake_shards)))
    board: list[bytes] = []
    for year, shards in parameters.volumes.items():
        board += reporter.split_cells(site.board(year, keys.thread.shard(shards)))
    return reporter.read_thread(keys, setting.chain, intake, board, setting.today)
