"""The site's app from a keys directory and a database. Serves nothing by itself, so it runs on any system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from reporting_app.cli import common
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import Roster, RosterChain, RosterFile
from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import leadership, pages, statistics_pages
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.site.leaders import SignIn
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leaders
from reporting_app.storage.letterbox import Letterbox, RosterDocument
from reporting_app.storage.migrations import migrate


@dataclass(frozen=True)
class SiteSettings:
    """Where a site's signed documents and its database are, and what it offers to whom."""

    keys_directory: Path
    database: str
    noscript: bool = True
    statistics_public: bool = False


def build_site(settings: SiteSettings, clock: Callable[[], float]) -> Flask:
    """Migrate the database, take in the signed documents of the keys directory, and make the app.

    Raises Refused when the keys directory and the database do not belong together.
    """
    engine = make_engine(settings.database)
    migrate(engine)
    letterbox = Letterbox(engine, clock)
    anchor = _take_in(settings.keys_directory, letterbox)
    app = create_app(SiteConfig(anchor), letterbox, clock)
    pages.check_built()
    statistics_pages.check_built()
    sign_in = None if settings.statistics_public else SignIn(Leaders(engine), clock)
    leadership.install(app, sign_in)
    statistics_pages.install(app, signs_in=sign_in is not None)
    pages.install(app, settings.noscript, signs_in=sign_in is not None)
    if settings.noscript:
        noscript_pages.install(app)
    return app


def _take_in(directory: Path, letterbox: Letterbox) -> bytes:
    """Put what the keys directory has and the database lacks into the database; the anchor."""
    served = RosterFile.from_value(parse(common.read_file(directory / "roster.json")))
    chain = RosterChain.load(served.documents, None)
    stored = letterbox.rosters()
    if stored and SignedDocument.from_bytes(stored[0].document).id != chain.anchor:
        raise Refused("roster-chain", "the database belongs to another roster than the keys directory")
    for roster in chain.versions[len(stored) :]:
        letterbox.append_roster(_row(roster, served))
    first = DeploymentFile.from_bytes(common.read_file(directory / "deployment.json"))
    if not letterbox.deployments():
        letterbox.append_deployment(deployment.verify(first.document, chain).version, first.to_bytes())
    return chain.anchor


def _row(roster: Roster, served: RosterFile) -> RosterDocument:
    keys = {member: b64(served.keys[member]) for member in roster.members if member in served.keys}
    return RosterDocument(roster.version, roster.document.to_bytes(), canonical(keys))
