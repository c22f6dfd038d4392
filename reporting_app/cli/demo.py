"""``demo``: site and panels of a fictional municipality on this computer. What ``make run`` starts."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask import Flask

from reporting_app.cli import common
from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.members import WITNESS
from reporting_app.demo import leader, sample, statistics
from reporting_app.demo.world import MEMBERS, Demo, prepare
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leaders
from reporting_app.storage.letterbox import Letterbox
from reporting_app.storage.migrations import migrate

START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0
YEARS_SHOWN = 4
WITNESSES = [member for member, (_name, role) in MEMBERS.items() if role == WITNESS]


@click.command("demo")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("instance"))
@click.option("--port", type=click.IntRange(1, 65535), default=8000)
@click.option("--panel-port", type=click.IntRange(1, 65535), default=8001, help="First of one port a member.")
@click.option("--sample", "samples", type=click.IntRange(0, 500), default=24, help="Sample reports to file.")
@common.refusals_explained
def demo_command(data: Path, port: int, panel_port: int, samples: int) -> None:
    """Start a fictional municipality: never use its keys for anything real."""
    url = f"http://127.0.0.1:{port}"
    today = datetime.now(UTC).date()
    demo = prepare(data, today, url)
    settings = SiteSettings(demo.keys_directory, f"sqlite:///{(data / 'site.sqlite').resolve()}")
    _file_samples(demo, settings, samples)
    leadership = _leadership(data, settings)
    if samples:
        _publish_statistics(demo, settings, today)
    children = Children()
    children.start(
        "site", "--keys", str(demo.keys_directory), "--database", settings.database, "--port", str(port)
    )
    children.wait_until(lambda: _answers(f"{url}/v1/roster"))
    click.echo(f"SITE {url}")
    for number, member in enumerate(MEMBERS):
        child = children.start(
            "admin", "--key", str(demo.key_path(member)), "--port", str(panel_port + number)
        )
        click.echo(children.first_line(child))
    for member in MEMBERS:
        click.echo(f"PASSPHRASE {member} {demo.passphrases[member]}")
    click.echo(f"LEADER {leadership.name} {leadership.passphrase}")
    click.echo(f"CODE {sys.executable} -m reporting_app.cli leaders demo-code --data {data}")
    click.echo("READY")
    children.serve()


def _leadership(data: Path, settings: SiteSettings) -> leader.DemoLeader:
    engine = make_engine(settings.database)
    migrate(engine)
    try:
        return leader.prepare(data, Leaders(engine))
    finally:
        engine.dispose()


def _publish_statistics(demo: Demo, settings: SiteSettings, today: date) -> None:
    """Four years of invented figures with real noise, once for a data directory."""
    from reporting_app.statistics.noise import draw  # noqa: PLC0415 - OpenDP is large

    engine = make_engine(settings.database)
    letterbox = Letterbox(engine, time.time)
    try:
        if letterbox.statistics_counts() == (0, 0):
            files = {1: DeploymentFile.from_bytes(letterbox.deployments()[0]).human_part}
            town = statistics.Town(demo.chain, [demo.open_keys(one) for one in WITNESSES], files, draw)
            town.publish(today.year - YEARS_SHOWN, today)
            town.keep(letterbox)
    finally:
        letterbox.close()


def _file_samples(demo: Demo, settings: SiteSettings, wanted: int) -> None:
    """File the samples once for a data directory; a half-filed try is not repeated."""
    marker = demo.directory / "sample-receipts.txt"
    if not wanted or marker.exists():
        return
    marker.write_text("")

    def app_for(clock: Callable[[], float]) -> Flask:
        return build_site(settings, clock)

    receipts = sample.file_samples(demo, app_for, wanted, datetime.now(UTC).date())
    marker.write_text("".join(f"{words}\n" for words in receipts), "utf-8")


class Children:
    """The demo's processes: all end when one ends, or when this one is told to."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "reporting_app.cli", *arguments]
        # A group of its own: a signal to the demo's group reaches the child once, through here.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)  # noqa: S603
        self._processes.append(process)
        return process

    def first_line(self, process: subprocess.Popen[str]) -> str:
        """The line by which a child says where it is. Ends everything when it says nothing."""
        line = process.stdout.readline().strip() if process.stdout else ""
        if not line:
            self._end(1, "a panel did not start")
        return line

    def wait_until(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_TIMEOUT
        while not ready():
            if self._stop.is_set():
                self._end(0)
            if time.monotonic() > end or any(p.poll() is not None for p in self._processes):
                self._end(1, "the site did not start; is the port taken?")
            time.sleep(0.05)

    def serve(self) -> None:
        """Until told to stop, or until a child dies."""
        while not self._stop.wait(0.5):
            if any(process.poll() is not None for process in self._processes):
                self._end(1, "a part of the demo ended by itself")
        self._end(0)

    def _end(self, code: int, why: str = "") -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
        if why:
            click.echo(why, err=True)
        sys.exit(code)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
