"""What lies between a panel and the real site: a network that fails, a site that may lie in its answers."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.message import Message

from flask.testing import FlaskClient

from reporting_app.admin.remote import Site
from reporting_app.crypto.encoding import canonical
from reporting_app.site.problems import CONTENT_TYPE, Problem, render

# What may happen to one request, whatever it is.
FAULTS = {
    "lost": "the request never arrives",
    "late": "the request never seems to arrive, and arrives an hour later",
    "unanswered": "the site did it, its answer is lost",
    "gateway": "the site did it, a proxy answers 502 with a page",
    "busy": "the site answers 503 and did nothing",
    "portal": "another network answers 200 with a page of its own",
    "cut": "the answer ends in the middle",
    "twice": "the request arrives twice",
}
# What the site may say instead of the truth, and about what.
LIES = ("old", "empty", "tampered", "foreign", "swapped")
PLACES = ("roster", "deployment", "content", "days", "ids", "letters", "board")
# It may also thank for what it throws away: letters or cells.
DROPS = (("drops", "POST /v1/letters"), ("drops", "POST /v1/board"))
EMPTY = {"days": canonical({"days": []}), "ids": canonical({"letters": []})}
ADDRESS = "http://site.test"
PAGE = b"<!doctype html><title>Welcome</title>"

Lie = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """One request on the wire."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def place(self) -> str:
        """What it asks to read, one of PLACES; empty for what it brings."""
        if self.path.startswith("/v1/letters?"):
            return "ids"
        if self.path.startswith("/v1/board/"):
            return "board"
        reads = {"/v1/letters": "days", "/v1/roster": "roster", "/v1/deployment": "deployment"}
        reads["/v1/deployment/content"] = "content"
        return (
            "letters"
            if self.path == "/v1/letters/fetch"
            else reads.get(self.path * (self.method == "GET"), "")
        )


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    kind: str = "text/html"
    date: str = ""


# The site's own word, which the panel may believe: nothing was stored.
BUSY = Answer(503, render(Problem("busy")), CONTENT_TYPE)


@dataclass
class Network:
    """Carries requests to the real site. ``faults`` befall the next ones, in order; ``lie`` holds until None.

    ``elsewhere`` is what another deployment's site answers, by place. ``told`` are the lies that differed
    from the truth.
    """

    client: FlaskClient
    elsewhere: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lie: Lie | None = None
    told: list[Lie] = field(default_factory=list)
    _late: list[Asked] = field(default_factory=list)
    _seen: dict[str, list[bytes]] = field(default_factory=dict)

    def connect(self, clock: Callable[[], float]) -> Site:
        site = Site(ADDRESS, clock)
        site._opener = self  # type: ignore[assignment]
        return site

    def clear(self) -> None:
        """From now on the network is good and the site honest; what was under way arrives, newest first."""
        self.faults, self.lie = [], None
        while self._late:
            self._ask(self._late.pop())

    def open(self, request: urllib.request.Request, timeout: float) -> Delivered:  # noqa: ARG002
        """As urllib's opener: a readable answer, or HTTPError, or URLError."""
        url, body = request.full_url, request.data
        assert body is None or isinstance(body, bytes)
        path = url.removeprefix(ADDRESS)
        asked = Asked(request.get_method(), path, body or b"", dict(request.header_items()))
        fault = self.faults.pop(0) if self.faults else ""
        if fault in ("lost", "late"):
            self._late += [asked] * (fault == "late")
            raise urllib.error.URLError(TimeoutError())
        if fault in ("busy", "portal"):
            return _delivered(url, BUSY if fault == "busy" else Answer(200, PAGE))
        if fault == "twice":
            self._ask(asked)
        answer = self._lied(asked, self._ask(asked))
        if fault == "unanswered":
            raise urllib.error.URLError(TimeoutError())
        if fault == "gateway":
            answer = Answer(502, PAGE)
        if fault == "cut":
            answer = replace(answer, body=answer.body[: len(answer.body) // 2])
        return _delivered(url, answer)

    def _ask(self, asked: Asked) -> Answer:
        if self.lie == ("drops", f"{asked.method} {asked.path}"):
            self.told.append(self.lie)
            return Answer(201, b"{}", "application/json")
        response = self.client.open(asked.path, method=asked.method, data=asked.body, headers=asked.headers)
        said = response.headers.get("Date", "")
        return Answer(response.status_code, response.data, response.content_type or "", said)

    def _lied(self, asked: Asked, truth: Answer) -> Answer:
        place = asked.place
        if not place or truth.status != 200:
            return truth
        seen = self._seen.setdefault(place, [])
        seen.append(truth.body)
        if self.lie is None or self.lie[1] != place:
            return truth
        said = self._instead(self.lie[0], place, truth.body)
        if said != truth.body:
            self.told.append(self.lie)
        return replace(truth, body=said)

    def _instead(self, kind: str, place: str, truth: bytes) -> bytes:
        if kind == "old":
            return self._seen[place][0]
        if kind == "empty":
            return EMPTY.get(place, b"")
        if kind == "tampered":
            middle = len(truth) // 2
            return truth[:middle] + bytes([truth[middle] ^ 1]) + truth[middle + 1 :] if truth else b"x"
        if kind == "foreign":
            return self.elsewhere[place]
        others = [body for other in PLACES if other != place for body in self._seen.get(other, [])[-1:]]
        return others[0] if others else truth


class Delivered(io.BytesIO):
    """As much of urllib's answer as a panel may look at."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.status, self.headers = answer.status, Message()
        self.headers["Content-Type"] = answer.kind
        self.headers["Date"] = answer.date


def _delivered(url: str, answer: Answer) -> Delivered:
    given = Delivered(answer)
    if answer.status >= 300:
        raise urllib.error.HTTPError(url, answer.status, "", given.headers, given)
    return given
