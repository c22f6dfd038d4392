"""``leaders``: who may sign in to the statistics. Run by whoever runs the site, beside its database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import segno
from sqlalchemy.exc import ArgumentError

from reporting_app.cli import common
from reporting_app.crypto.keyfile import generate_passphrase
from reporting_app.demo import leader as demo_leader
from reporting_app.site import leaders as rules
from reporting_app.storage.engine import make_engine
from reporting_app.storage.leaders import Leader, Leaders
from reporting_app.storage.migrations import migrate

own_option = click.option("--own", is_flag=True, help="Ask for a passphrase instead of making one.")


@click.group("leaders")
def leaders_group() -> None:
    """Accounts that see the statistics."""


@leaders_group.command("add")
@click.argument("name")
@own_option
@common.database_option
@common.refusals_explained
def add(name: str, own: bool, database: str) -> None:
    """Let somebody in, and print once what they sign in with."""
    plain = _plain(name)
    with _accounts(database) as accounts:
        if plain in accounts.names():
            common.refuse(f"{plain} has an account; `leaders reset` gives it a new passphrase and secret")
        leader, passphrase = _new(plain, own)
        if not accounts.add(leader):
            common.refuse(f"{plain} got an account a moment ago")
    _hand_out(leader, passphrase)


@leaders_group.command("reset")
@click.argument("name")
@own_option
@common.database_option
@common.refusals_explained
def reset(name: str, own: bool, database: str) -> None:
    """A new passphrase and a new secret: the old ones, and all sign-ins, end at once."""
    plain = _plain(name)
    with _accounts(database) as accounts:
        if plain not in accounts.names():
            _refuse_unknown(plain)
        leader, passphrase = _new(plain, own)
        if not accounts.replace(leader):
            _refuse_unknown(plain)
    _hand_out(leader, passphrase)


@leaders_group.command("remove")
@click.argument("name")
@common.database_option
@common.refusals_explained
def remove(name: str, database: str) -> None:
    """End an account and all its sign-ins."""
    plain = _plain(name)
    with _accounts(database) as accounts:
        if not accounts.remove(plain):
            _refuse_unknown(plain)
    click.echo(f"{plain} can no longer sign in.")


@leaders_group.command("list")
@common.json_option
@common.database_option
@common.refusals_explained
def list_names(as_json: bool, database: str) -> None:
    """Who has an account."""
    with _accounts(database) as accounts:
        names = accounts.names()
    common.emit(names, as_json, "\n".join(names) or "Nobody has an account.")


@leaders_group.command("demo-code")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("instance"))
@common.refusals_explained
def demo_code(data: Path) -> None:
    """The code that a telephone would show, for the demo's account only."""
    click.echo(rules.code_at(demo_leader.read(data).secret, int(time.time())))


@contextmanager
def _accounts(database: str) -> Iterator[Leaders]:
    try:
        engine = make_engine(database)
    except (ValueError, ArgumentError) as error:
        raise click.UsageError(str(error)) from None
    migrate(engine)
    try:
        yield Leaders(engine)
    finally:
        engine.dispose()


def _plain(name: str) -> str:
    plain = rules.plain_name(name)
    if not plain:
        raise click.UsageError(f"a name is 1 to {rules.MOST_NAME} characters that can be seen")
    return plain


def _new(name: str, own: bool) -> tuple[Leader, str]:
    """An account, and the passphrase if it was made here."""
    if not own:
        passphrase = generate_passphrase()
        return rules.new_leader(name, passphrase), passphrase
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    if not rules.LEAST_PASSPHRASE <= len(rules.spoken(typed)) <= rules.MOST_PASSPHRASE:
        common.refuse(f"a passphrase has {rules.LEAST_PASSPHRASE} to {rules.MOST_PASSPHRASE} characters")
    return rules.new_leader(name, typed), ""


def _hand_out(leader: Leader, passphrase: str) -> None:
    click.echo(f"Name: {leader.name}")
    if passphrase:
        click.echo(f"Passphrase: {passphrase}")
    uri = rules.otpauth(leader)
    click.echo(f"For the app with codes: {uri}")
    segno.make(uri, error="l").terminal(out=sys.stdout, compact=True)
    click.echo("Shown this once. Hand it over in person, then clear the screen.")


def _refuse_unknown(name: str) -> None:
    common.refuse(f"{name} has no account; `leaders list` names those who have")
