"""``admin``: the panel, on this computer only."""

from __future__ import annotations

import time
from pathlib import Path

import click

from reporting_app.admin.app import create_panel
from reporting_app.admin.config import PanelConfig
from reporting_app.admin.home import PanelHome
from reporting_app.admin.serve import serve_panel
from reporting_app.cli import common
from reporting_app.cli.panel import default_home
from reporting_app.cli.practice import new_practice


@click.command("admin")
@click.option(
    "--key", "key_path", type=click.Path(path_type=Path, dir_okay=False), help="A member's key file."
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=default_home,
    help="Directory of the key; the first run makes it.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8001)
@common.refusals_explained
def admin_command(key_path: Path | None, home: Path, port: int) -> None:
    """Open the panel. The first run is a wizard in the browser."""
    if key_path is not None and not key_path.exists():
        common.refuse(f"there is no key file {key_path}")
    try:
        place = PanelHome.of_key(key_path) if key_path else PanelHome.in_directory(home)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    config = PanelConfig(port, practice=new_practice())
    serve_panel(
        create_panel(place, time.time, config),
        port,
        ready=lambda: click.echo(f"PANEL {place.member or 'new'} {config.start_url}"),
    )
