"""Requests that only members may make (docs/protocol.md §13). The site keeps nothing of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reporting_app.crypto import event, signing
from reporting_app.crypto.encoding import b64, canonical, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label, object_id
from reporting_app.crypto.roster import Roster

SCHEME = "Rapp1"
SECONDS = re.compile(r"0|[1-9][0-9]{0,11}")
CLOCK_TOLERANCE = 15 * 60


@dataclass(frozen=True)
class Request:
    """What is signed. ``path`` includes the query; ``time`` is in seconds since 1970."""

    deployment: bytes
    member: str
    method: str
    path: str
    body: bytes
    time: int

    @property
    def signed_bytes(self) -> bytes:
        return canonical(
            {
                "body": b64(object_id(self.body)),
                "deployment": b64(self.deployment),
                "member": self.member,
                "method": self.method,
                "path": self.path,
                "time": self.time,
            }
        )

    def authorization(self, seed: bytes) -> str:
        """The value of the Authorization header."""
        signature = signing.sign(Label.SIGN_REQUEST, seed, self.signed_bytes)
        return f"{SCHEME} {self.member} {self.time} {b64(signature)}"


def verify(header: str, method: str, path: str, body: bytes, roster: Roster, now: int) -> str:
    """The member who made this request. Raises Refused("authorization", "clock")."""
    parts = header.split(" ")
    if len(parts) != 4 or parts[0] != SCHEME or not event.is_member_id(parts[1]):
        raise Refused("authorization", "this address is for members' panels")
    if parts[1] not in roster.members:
        raise Refused("authorization", "not a member of the roster in force")
    if not SECONDS.fullmatch(parts[2]):
        raise Refused("authorization", "the time is not a number of seconds")
    request = Request(roster.deployment, parts[1], method, path, body, int(parts[2]))
    try:
        signature = unb64(parts[3], signing.SIGNATURE_SIZE)
        key = roster.members[parts[1]].sign
        signing.verify(Label.SIGN_REQUEST, key, request.signed_bytes, signature)
    except Refused:
        raise Refused("authorization", "the signature does not match") from None
    if abs(request.time - now) > CLOCK_TOLERANCE:
        raise Refused("clock", "this computer's clock and the site's differ by more than 15 minutes")
    return request.member
