"""``site``: the public letterbox, served by gunicorn behind whatever terminates TLS."""

from __future__ import annotations

import time
from pathlib import Path

import click
from sqlalchemy.exc import ArgumentError

from reporting_app.cli import common
from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.site.serve import serve
from reporting_app.storage.engine import make_engine


@click.command("site")
@click.option(
    "--keys",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("keys"),
    help="Roster.",
)
@common.database_option
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=click.IntRange(1, 65535), default=8000)
@click.option("--workers", type=click.IntRange(1, 64), default=2)
@click.option(
    "--noscript/--no-noscript",
    default=True,
    help="Plain forms for browsers without JavaScript: this server then sees their text while it seals it.",
)
@click.option(
    "--statistics",
    type=click.Choice(["login", "public"]),
    default="login",
    help="Who sees released statistics: those whom `leaders add` lets in, or everybody.",
)
@common.refusals_explained
def site_command(
    directory: Path, database: str, host: str, port: int, workers: int, noscript: bool, statistics: str
) -> None:
    """Serve the reporters' pages and the letterbox."""
    settings = SiteSettings(directory, database, noscript, statistics_public=statistics == "public")
    try:
        make_engine(database)
    except (ValueError, ArgumentError) as error:
        raise click.UsageError(str(error)) from None
    serve(lambda: build_site(settings, time.time), host, port, workers)
