"""What the commands share: input, output, exit codes (0 done, 1 refused, 2 usage)."""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from reporting_app.admin.remote import Site, SiteAway, SiteRefused
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import KeyFile, MemberKeys
from reporting_app.storage.errors import StorageBusy

P = ParamSpec("P")
R = TypeVar("R")
MOST_INPUT = 1_000_000


def refuse(message: str) -> NoReturn:
    """End with exit code 1 and a sentence on standard error."""
    raise click.ClickException(message)


def refusals_explained(command: Callable[P, R]) -> Callable[P, R]:
    """What the rules, the site or the disk refuse becomes a sentence and exit code 1, never a trace."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refused as refused:
            refuse(f"{refused.detail or 'refused'} [{refused.reason}]")
        except SiteRefused as refused:
            refuse(f"{refused.detail} [{refused.kind}]")
        except SiteAway as silence:
            refuse(f"{silence}. Nothing typed is lost: run the same command again.")
        except StorageBusy:
            refuse("the database does not answer; is it running, and is there room on its disk?")
        except OSError as error:
            said = error.strerror or str(error) or type(error).__name__
            refuse(f"{said}: {error.filename or ''}".rstrip(": "))

    return run


def emit(value: Any, as_json: bool, sentence: str = "") -> None:
    """Print ``value`` as JSON, or as a sentence for a person."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        click.echo(sentence or json.dumps(value, ensure_ascii=False, indent=2))


def one_line(text: str, most: int) -> str:
    """What others wrote, so that they cannot write to the terminal of whoever reads it."""
    return "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split())[:most]
    )


def read_stdin() -> str:
    """Standard input as text. Refuses invalid UTF-8, NUL and more than a megabyte."""
    data = sys.stdin.buffer.read(MOST_INPUT + 1)
    if len(data) > MOST_INPUT:
        refuse("the input is longer than a megabyte")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        refuse("the input is not UTF-8")
    if "\0" in text:
        refuse("the input contains a NUL character")
    return text


def parse_json(data: str | bytes, what: str) -> dict[str, Any]:
    """An object of ordinary JSON. Refuses everything else, however deep it is nested."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        refuse(f"{what} is not JSON")
    if not isinstance(value, dict):
        refuse(f"{what} is not one object")
    return value


def read_file(path: Path, most: int = MOST_INPUT) -> bytes:
    """A small file's bytes."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        refuse(f"{path} is too large to be what it should be")
    return data


def open_key(path: Path, passphrase_fd: int | None) -> MemberKeys:
    """The member's keys, with the passphrase from a file descriptor or asked for without echo."""
    key_file = KeyFile.from_bytes(read_file(path))
    if passphrase_fd is None:
        passphrase = click.prompt(f"Passphrase of {key_file.member}", hide_input=True, err=True)
    else:
        if passphrase_fd < 0:
            raise click.UsageError("a file descriptor is a number from 0 on")
        try:
            with os.fdopen(passphrase_fd, "r", encoding="utf-8") as source:
                passphrase = source.readline(4096).strip()
        except (OSError, UnicodeDecodeError):
            raise click.UsageError(
                f"no passphrase can be read from file descriptor {passphrase_fd}"
            ) from None
    return key_file.open(passphrase)


def connect(url: str) -> Site:
    try:
        return Site(url, time.time)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


site_option = click.option("--site", "site_url", required=True, metavar="URL", help="The site's address.")
database_option = click.option(
    "--database", default="sqlite:///site.sqlite", metavar="URL", help="SQLite file or PostgreSQL."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
anchor_option = click.option(
    "--anchor", default="", metavar="B64", help="Id of roster version 1 to insist on."
)
key_option = click.option(
    "--key", "key_path", required=True, type=click.Path(path_type=Path), help="The member's key file."
)
passphrase_option = click.option(
    "--passphrase-fd", type=int, default=None, metavar="N", help="Read the passphrase from this descriptor."
)
