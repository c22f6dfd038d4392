"""Where a panel keeps its three files on the investigator's own computer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reporting_app.crypto.enrolment import Invitation
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import KeyFile

MOST_FILE = 8 * 1024 * 1024


@dataclass(frozen=True)
class PanelHome:
    """A directory, and the member whose key lies in it; an empty member before the first run is done."""

    directory: Path
    member: str = ""

    @classmethod
    def of_key(cls, key_file: Path) -> PanelHome:
        """The home whose key is ``<dir>/<member>.key``."""
        return cls(key_file.parent, key_file.stem)

    @classmethod
    def in_directory(cls, directory: Path) -> PanelHome:
        """The home in ``directory``, new if there is no key. Raises ValueError when there are several."""
        found = sorted(directory.glob("*.key"))
        if len(found) > 1:
            raise ValueError(f"{directory} holds several key files; say which one")
        return cls.of_key(found[0]) if found else cls(directory)

    @property
    def key(self) -> Path:
        return self.directory / f"{self.member}.key"

    @property
    def cache(self) -> Path:
        return self.directory / f"{self.member}.cache"

    @property
    def invitation(self) -> Path:
        return self.directory / f"{self.member}.invitation"

    @property
    def has_key(self) -> bool:
        return bool(self.member) and self.key.exists()

    @property
    def has_invitation(self) -> bool:
        return bool(self.member) and self.invitation.exists()

    def read_key(self) -> KeyFile:
        """Raises Refused("keyfile")."""
        return KeyFile.from_bytes(_read(self.key))

    def read_invitation(self) -> Invitation:
        """Raises Refused."""
        return Invitation.from_bytes(_read(self.invitation))

    def write_key(self, key: KeyFile) -> PanelHome:
        """The home that now has this key. Raises FileExistsError rather than overwrite one, OSError."""
        home = PanelHome(self.directory, key.member)
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_new(home.key, key.to_bytes())
        return home

    def write_invitation(self, invitation: Invitation) -> None:
        """Keeps a confirmed invitation in one step. Raises OSError."""
        draft = self.invitation.with_suffix(".invitation-new")
        draft.unlink(missing_ok=True)
        _write_new(draft, invitation.to_bytes())
        draft.replace(self.invitation)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE + 1)
    except OSError as error:
        raise Refused("keyfile", f"{path.name} cannot be read ({error.strerror})") from None
    if len(data) > MOST_FILE:
        raise Refused("length", f"{path.name} is too large")
    return data


def _write_new(path: Path, data: bytes) -> None:
    """On the disk when this returns, readable by its owner only."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
