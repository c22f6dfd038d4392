"""``keys new``: a member's key file and the enrolment that colleagues need."""

from __future__ import annotations

from pathlib import Path

import click

from reporting_app.cli import common
from reporting_app.crypto.enrolment import Enrolment
from reporting_app.crypto.event import is_member_id
from reporting_app.crypto.keyfile import KeyFile, generate_passphrase
from reporting_app.crypto.members import ROLES, check_name


@click.group("keys")
def keys_group() -> None:
    """A member's keys."""


@keys_group.command("new")
@click.argument("member")
@click.option("--name", required=True, help="How reporters and colleagues see this member.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Directory.")
@common.json_option
@common.refusals_explained
def new_command(member: str, name: str, role: str, out: Path, as_json: bool) -> None:
    """Make MEMBER.key (keep it) and MEMBER.enrolment.json (send it), and print the passphrase once."""
    if not is_member_id(member):
        raise click.UsageError("a member id is lower-case letters, digits and hyphens, such as utredare-4")
    check_name(name)
    key_path = out / f"{member}.key"
    if key_path.exists():
        common.refuse(f"{key_path} is there already and is not overwritten")
    out.mkdir(parents=True, exist_ok=True)
    passphrase = generate_passphrase()
    key_file = KeyFile.create(member, name, role, passphrase)
    keys = key_file.open(passphrase)
    enrolment = Enrolment(member, name, role, keys.sign_public, keys.kem.public).signed(keys.sign_seed)
    key_path.touch(mode=0o600)
    key_path.write_bytes(key_file.to_bytes())
    (out / f"{member}.enrolment.json").write_bytes(enrolment.to_bytes())
    value = {"fingerprint": keys.fingerprint, "key": str(key_path), "passphrase": passphrase}
    common.emit(
        value,
        as_json,
        f"Passphrase, write it down now: {passphrase}\nFingerprint, to read aloud: {keys.fingerprint}",
    )
