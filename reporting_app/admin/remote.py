"""The site as seen from outside: protocol §13 over HTTP."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from reporting_app.cases.proposals import Proposal
from reporting_app.crypto import shape
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import (
    MAX_INTEGER,
    Json,
    b64,
    canonical,
    exact_keys,
    is_integer,
    parse,
    parse_day,
    unb64,
)
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import object_id
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.requests import Request
from reporting_app.crypto.roster import RosterFile

TIMEOUT = 30.0
MOST_ANSWER = 256 * 1024 * 1024
LETTERS_A_FETCH = 64
PROBLEM = "urn:reporting-app:"
OCTETS, JSON = "application/octet-stream", "application/json"


class SiteAway(Exception):
    """No answer came: nothing is known about what was sent. The same bytes may be sent again."""


class SiteRefused(Exception):
    """The site answered no. ``kind`` is the problem's name of §13, ``detail`` its sentence.

    ``ahead`` is by how many seconds this computer's clock is ahead of the site's, when ``kind`` is ``clock``.
    """

    def __init__(self, status: int, kind: str, detail: str, ahead: int = 0) -> None:
        super().__init__(f"{status} {kind}: {detail}")
        self.status, self.kind, self.detail, self.ahead = status, kind, detail, ahead


@dataclass(frozen=True)
class Day:
    day: date
    count: int
    digest: bytes


class Site:
    """Speaks with one site. ``clock`` gives seconds since 1970; redirects are never followed."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("a site's address starts with https://")
        self.url = url.rstrip("/")
        self._clock = clock
        self._opener = urllib.request.build_opener(_NoRedirect)

    def roster(self) -> RosterFile:
        return RosterFile.from_value(parse(self._call("GET", "/v1/roster")))

    def deployment(self) -> SignedDocument:
        """What writers and readers of letters need, without texts."""
        return SignedDocument.from_bytes(self._call("GET", "/v1/deployment"))

    def deployment_file(self) -> DeploymentFile:
        """The document with its content. Raises Refused, "content" when they do not belong together."""
        try:
            return DeploymentFile(self.deployment(), self._content())
        except Refused:  # a new version may have come between the two answers
            return DeploymentFile(self.deployment(), self._content())

    def publish(self, proposal: Proposal) -> None:
        self._call("POST", f"/v1/{proposal.kind}", proposal.to_bytes(), JSON)

    def statistics(self, member: Member) -> tuple[list[SignedDocument], list[SignedDocument]]:
        """Ledger and releases, in their order, not yet checked (docs/protocol.md §15)."""
        found = exact_keys(parse(self._call("GET", "/v1/statistics", member=member)), ["ledger", "releases"])
        ledger = [SignedDocument.from_value(one) for one in _array(found["ledger"])]
        return ledger, [SignedDocument.from_value(one) for one in _array(found["releases"])]

    def publish_intent(self, document: SignedDocument) -> None:
        """Appends to the ledger: from then on it is spent. Harmless to repeat."""
        self._call("POST", "/v1/ledger", document.to_bytes(), JSON)

    def publish_release(self, document: SignedDocument) -> None:
        self._call("POST", "/v1/releases", document.to_bytes(), JSON)

    def post(self, submission: bytes) -> None:
        """A letter with its intake cell. Harmless to repeat with the same bytes."""
        self._call("POST", "/v1/letters", submission, OCTETS)

    def board(self, volume: int, shard: int) -> bytes:
        return self._call("GET", f"/v1/board/{volume}/{shard}")

    def intake(self, shard: int) -> bytes:
        return self._call("GET", f"/v1/intake/{shard}")

    def days(self, member: Member) -> list[Day]:
        listed = exact_keys(parse(self._call("GET", "/v1/letters", member=member)), ["days"])["days"]
        return [_day(entry) for entry in _array(listed)]

    def letter_ids(self, member: Member, day: date) -> list[bytes]:
        answer = parse(self._call("GET", f"/v1/letters?day={day.isoformat()}", member=member))
        return [unb64(name, 32) for name in _array(exact_keys(answer, ["letters"])["letters"])]

    def letters(self, member: Member, names: Sequence[bytes]) -> list[bytes]:
        """Those that came whole, each 32 768 bytes. One that is damaged must not stop the others."""
        body = canonical({"letters": [b64(name) for name in names]})
        data = self._call("POST", "/v1/letters/fetch", body, JSON, member)
        size = shape.LETTER_SIZE
        letters = [data[at : at + size] for at in range(0, len(data), size)]
        return [one for one in letters if object_id(one) in names]

    def post_cell(self, member: Member, cell: bytes) -> None:
        self._call("POST", "/v1/board", cell, OCTETS, member)

    def _content(self) -> Json:
        return parse(self._call("GET", "/v1/deployment/content"))

    def _call(
        self, method: str, path: str, body: bytes = b"", kind: str = "", member: Member | None = None
    ) -> bytes:
        request = urllib.request.Request(self.url + path, data=body or None, method=method)  # noqa: S310
        if kind:
            request.add_header("Content-Type", kind)
        if member is not None:
            signed = Request(member.deployment, member.keys.member, method, path, body, int(self._clock()))
            request.add_header("Authorization", signed.authorization(member.keys.sign_seed))
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                # §13: anything else is another network's answer, which says nothing about what was sent.
                if answer.headers.get_content_type() not in (JSON, OCTETS):
                    raise SiteAway(f"something else answers for the site at {self.url}")
                data: bytes = answer.read(MOST_ANSWER)
                return data
        except urllib.error.HTTPError as error:
            raise _refused(error, self._clock()) or SiteAway(
                f"something else answers for the site at {self.url}"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise SiteAway(f"the site at {self.url} does not answer ({type(error).__name__})") from None


@dataclass(frozen=True)
class Member:
    """Who signs a request, and for which deployment."""

    keys: MemberKeys
    deployment: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def _refused(error: urllib.error.HTTPError, now: float) -> SiteRefused | None:
    """None when the answer is not one of this system's: a proxy's, after the site perhaps did it."""
    try:
        problem = json.loads(error.read(65_536))
        kind, detail = str(problem["type"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        return None
    if not kind.startswith(PROBLEM):
        return None
    ahead = _ahead(error.headers["Date"], now) if kind == f"{PROBLEM}clock" else 0
    return SiteRefused(error.code, kind.removeprefix(PROBLEM), detail, ahead)


def _ahead(date_header: str | None, now: float) -> int:
    """Seconds; 0 when the site does not say what time it is."""
    try:
        return int(now - parsedate_to_datetime(date_header or "").timestamp())
    except (ValueError, OverflowError):
        return 0


def _array(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Refused("schema", "the site's answer has another form")
    return value


def _day(value: Json) -> Day:
    entry = exact_keys(value, ["count", "day", "digest"])
    if not is_integer(entry["count"], 0, MAX_INTEGER):
        raise Refused("schema", "the site's answer has another form")
    return Day(parse_day(entry["day"]), int(entry["count"]), unb64(entry["digest"], 32))
