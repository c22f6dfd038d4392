"""``panel``: what a double click starts. Finds its own place and port, opens the browser, runs only once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click
from platformdirs import user_data_path

from reporting_app.admin.app import create_panel
from reporting_app.admin.config import PanelConfig
from reporting_app.admin.home import PanelHome
from reporting_app.admin.pages import EXTENSION
from reporting_app.admin.panel import Panel
from reporting_app.admin.serve import serve_panel
from reporting_app.cli import common
from reporting_app.cli.practice import new_practice
from reporting_app.cli.seat import Seat
from reporting_app.cli.telling import open_browser, tell
from reporting_app.demo.practice import free_port

TRIES = 5


def default_home() -> Path:
    """The platform's folder for a user's data, or where panels kept their key before, if one lies there."""
    before = Path.home() / ".reporting-app"
    return before if any(before.glob("*.key")) else user_data_path("reporting-app", appauthor=False)


@click.command("panel")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Directory of the key.")
@common.refusals_explained
def panel_command(home: Path | None) -> None:
    """Start the panel in the browser, or open a tab of the one that runs already."""
    if not start(home or default_home()):
        raise SystemExit(1)


def start(home: Path) -> bool:
    """Runs until somebody ends the panel or has left it. False, and told to the person, when it cannot."""
    seat = Seat(home)
    try:
        if seat.take():
            return _run(PanelHome.in_directory(home), seat)
        if seat.knock():
            return True
        tell(
            "En panel är redan igång, men den svarar inte. Starta om datorn och försök igen.",
            "A panel is running already, but does not answer. Restart the computer and try again.",
        )
    except ValueError:
        tell(
            f"I mappen {home} ligger flera nyckelfiler. Låt bara din egen ligga kvar.",
            f"There are several key files in {home}. Leave only your own there.",
        )
    except OSError as error:
        tell(
            f"Mappen {home} går inte att använda ({error.strerror or error}). Är disken full?",
            f"The folder {home} cannot be used ({error.strerror or error}). Is the disk full?",
        )
    finally:
        seat.leave()
    return False


def _run(home: PanelHome, seat: Seat) -> bool:
    for _ in range(TRIES):
        config = PanelConfig(free_port(), practice=new_practice(), may_end=True)
        app = create_panel(home, time.time, config)
        welcome = Welcome(app.extensions[EXTENSION], seat)
        try:
            serve_panel(app, config.port, ready=welcome)
        except OSError:
            if welcome.given:
                raise
            continue  # somebody took the port in between
        return True
    tell(
        "Ingen ledig port gick att använda. Ett säkerhetsprogram på datorn kan hindra panelen.",
        "No free port could be used. A security program on the computer may be in the panel's way.",
    )
    return False


@dataclass
class Welcome:
    """Once the port is bound: a tab now, and one more whenever somebody starts the panel again."""

    panel: Panel
    seat: Seat
    given: bool = False

    def __call__(self) -> None:
        self.given = True
        self.seat.answer(self._open_tab)
        self._open_tab()

    def _open_tab(self) -> None:
        threading.Thread(target=_open_tab, args=(self.panel,), daemon=True).start()


def _open_tab(panel: Panel) -> None:
    """The address holds a ticket that one browser can use once; the panel takes it out at once."""
    address = panel.config.url_with(panel.new_ticket())
    if not open_browser(address):
        panel.ending = panel.sitting is None
        tell(
            "Ingen webbläsare gick att öppna. Installera en, till exempel Firefox, och försök igen.",
            "No browser could be opened. Install one, for example Firefox, and try again.",
        )
