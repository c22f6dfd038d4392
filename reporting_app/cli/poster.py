"""``poster``: one A4 sheet for the staff room, with address, QR code and fingerprint.

It gives the number of readers and not their names: a name on a wall invites pressure on its owner, stays
there after they left, and nobody can check it there. The page shows the names, checked, before anything is
sent. The same keys and address give the same bytes, whoever makes the sheet: it tells nothing of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from reporting_app.cli import common
from reporting_app.crypto import deployment
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.encoding import parse
from reporting_app.crypto.members import INVESTIGATOR, WITNESS, spoken
from reporting_app.crypto.roster import RosterChain, RosterFile
from reporting_app.site import languages, pages
from reporting_app.site.content import Content, Edition
from reporting_app.site.languages import CODES, Language

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
LONGEST_ADDRESS = 120
STARTS = ("", "/", *(f"/{code}/" for code in CODES))
BOTH = ("sv", "en")
FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Part:
    """The sheet's text in one language; ``say`` translates a sentence of the template."""

    content: Content
    direction: str
    say: Callable[..., str]


@click.command("poster")
@click.option("--keys", "directory", type=click.Path(path_type=Path, file_okay=False), default=Path("keys"))
@click.option("--url", "address", required=True, metavar="URL", help="The site's public address.")
@click.option("--language", type=click.Choice([*CODES, "both"]), default="both", show_default=True)
@click.option("-o", "--out", type=FILE, default=Path("poster.html"), show_default=True)
@common.refusals_explained
def poster_command(directory: Path, address: str, language: str, out: Path) -> None:
    """A sheet to print for the staff room: address, QR code, fingerprint."""
    check_address(address)
    pages.check_built()
    served = RosterFile.from_value(parse(common.read_file(directory / "roster.json")))
    chain = RosterChain.load(served.documents, None)
    file = DeploymentFile.from_bytes(common.read_file(directory / "deployment.json"))
    deployment.verify(file.document, chain)
    edition = Edition.of(file, chain.anchor)
    out.write_text(render(chain, edition, address, _chosen(edition, language)), "utf-8")
    click.echo(f"wrote {out}; compare by voice before you print: {spoken(chain.anchor)}")


def check_address(address: str) -> None:
    """Refuses what sends people in clear, elsewhere, or to an address that tells which sheet they saw."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        common.refuse(f"{address} is not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL_HOSTS):
        common.refuse("the address must start with https://, or everybody on the way sees who visits")
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        common.refuse("the address needs a host, in plain ASCII (xn--… for å, ä, ö)")
    if parts.username is not None or "?" in address or "#" in address or parts.path not in STARTS:
        common.refuse("give the bare start page: anything more could tell which poster somebody has seen")
    if len(address) > LONGEST_ADDRESS:
        common.refuse(f"the address is longer than {LONGEST_ADDRESS} characters: too long to copy by hand")


def _chosen(edition: Edition, language: str) -> list[Language]:
    """The sheet's languages, none of them with a gap."""
    offered = languages.offered(edition, languages.LANGUAGES)
    codes = BOTH if language == "both" else (language,)
    lacking = [code for code in codes if code not in offered]
    if lacking:
        where = ", ".join(languages.missing(edition.body, lacking[0])[:5])
        common.refuse(f"the deployment file is not complete in {lacking[0]}: {where}")
    for code in codes:
        if languages.awaits_editor(edition, offered[code]):
            click.echo(f"no editor has read the text in {code} yet", err=True)
    return [offered[code] for code in codes]


def render(chain: RosterChain, edition: Edition, address: str, chosen: Sequence[Language]) -> str:
    """The sheet as HTML that asks the network for nothing."""
    today = datetime.fromtimestamp(time.time(), UTC).date()
    roster = chain.in_force(today)
    environment = Environment(
        loader=FileSystemLoader(pages.templates_folder()),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    return environment.get_template("site/poster.html").render(
        address=address,
        code=_qr(address),
        fingerprint=spoken(chain.anchor),
        parts=[Part(Content(edition, one.code), one.direction, _sentences(one)) for one in chosen],
        readers=len(roster.with_role(INVESTIGATOR, today)),
        witnesses=len(roster.with_role(WITNESS, today)),
    )


def _qr(address: str) -> Markup:
    # The sheet gives it a name, in the language of the sheet: it is an image with text beside it.
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(border=4, omitsize=True, svgclass="code", lineclass=None))  # noqa: S704


def _sentences(language: Language) -> Callable[..., str]:
    catalogue = languages.sentences(language)

    def say(sentence: str, **values: object) -> str:
        said = catalogue.gettext(sentence)
        return said % values if values else said

    return say
