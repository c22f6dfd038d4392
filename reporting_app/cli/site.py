"""``site``: the public letterbox, served by gunicorn behind whatever terminates TLS."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import ArgumentError

from reporting_app.cli import common
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, canonical, parse
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.roster import Roster, RosterChain, RosterFile
from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import pages
from reporting_app.site.app import create_app
from reporting_app.site.config import SiteConfig
from reporting_app.site.serve import serve
from reporting_app.storage.engine import make_engine
from reporting_app.storage.letterbox import Letterbox, RosterDocument
from reporting_app.storage.migrations import migrate


@dataclass(frozen=True)
class SiteSettings:
    """Where a site's signed documents and its database are."""

    keys_directory: Path
    database: str
    noscript: bool = True


@click.command("site")
@click.option(
    "--keys",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("keys"),
    help="Roster.",
)
@click.option("--database", default="sqlite:///site.sqlite", metavar="URL", help="SQLite file or PostgreSQL.")
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=click.IntRange(1, 65535), default=8000)
@click.option("--workers", type=click.IntRange(1, 64), default=2)
@click.option(
    "--noscript/--no-noscript",
    default=True,
    help="Plain forms for browsers without JavaScript: this server then sees their text while it seals it.",
)
@common.refusals_explained
def site_command(directory: Path, database: str, host: str, port: int, workers: int, noscript: bool) -> None:
    """Serve the reporters' pages and the letterbox."""
    settings = SiteSettings(directory, database, noscript)
    try:
        make_engine(database)
    except (ValueError, ArgumentError) as error:
        raise click.UsageError(str(error)) from None
    serve(lambda: build_site(settings, time.time), host, port, workers)


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
    pages.install(app, settings.noscript)
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
