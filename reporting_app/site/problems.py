"""Every refusal in one form, application/problem+json (RFC 9457, docs/protocol.md §13).

An answer names the rule, never what was sent; a log line names the place in the code, never a value.
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from reporting_app.crypto.encoding import canonical
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy
from reporting_app.storage.letterbox import Clock

log = logging.getLogger("reporting_app.site")

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = "5"


class Kind(NamedTuple):
    status: int
    title: str
    detail: str


KINDS = {
    "length": Kind(400, "Wrong length", "The body does not have the length that the format says."),
    "magic": Kind(400, "Another format", "The body does not begin as the format says."),
    "encoding": Kind(400, "Another spelling", "The request is not spelled in the one way that is accepted."),
    "schema": Kind(400, "Outside the format", "The request has values that the format does not allow."),
    "deployment": Kind(400, "Another deployment", "This was made for another site."),
    "content-type": Kind(415, "Wrong content type", "The Content-Type is not the one this address takes."),
    "too-large": Kind(413, "Too large", "The body is larger than anything this address takes."),
    "proof-of-work": Kind(403, "Not enough work", "The submission lacks the work that this site asks for."),
    "authorization": Kind(401, "For members", "This address answers members' panels only."),
    "clock": Kind(401, "Clocks differ", "Set the clock: it differs from the site's by more than 15 minutes."),
    "roster-stale": Kind(409, "Old roster", "Fetch the roster, seal the letter again and send that one."),
    "roster-chain": Kind(
        409,
        "Does not follow",
        "The document does not follow from the versions before it, or adds a member within two days.",
    ),
    "roster-majority": Kind(409, "No majority", "The document lacks valid signatures of a majority."),
    "content": Kind(409, "Another content", "The content is not the one that the signed document names."),
    "ledger": Kind(409, "Does not follow", "The intent does not follow the last one of the ledger."),
    "ledger-signatures": Kind(409, "Two witnesses", "The intent lacks valid signatures of two witnesses."),
    "not-frozen": Kind(409, "Too early", "Ballots for this period still count, until 45 days after its end."),
    "drawn": Kind(409, "Drawn already", "A table and period are drawn once, shown or not."),
    "budget": Kind(
        409, "Over budget", "What a case may cost in statistics is spent, or a share was changed."
    ),
    "catalogue": Kind(409, "Another catalogue", "The tables are not those of the deployment file named."),
    "release": Kind(409, "No such release", "The release does not fit the ledger or what it corrects."),
    "release-signatures": Kind(409, "Two witnesses", "The release lacks valid signatures of two witnesses."),
    "no-such-shard": Kind(
        404, "No such shard", "The deployment file says which volumes and shards there are."
    ),
    "not-found": Kind(404, "Not found", "There is nothing at this address."),
    "method": Kind(405, "Wrong method", "This address does not take this method."),
    "busy": Kind(503, "Busy", "Nothing was stored. Send the same bytes again in a moment."),
    "unexpected": Kind(
        500, "A mistake of ours", "Nothing was stored. Send the same bytes again in a moment."
    ),
}
# These name members; a document that is not accepted could thereby put words on our page.
FIXED_DETAIL = frozenset(
    {
        "roster-chain",
        "roster-majority",
        "ledger-signatures",
        "release-signatures",
        "drawn",
        "budget",
        "catalogue",
    }
)
NAME_OF_STATUS = {404: "not-found", 405: "method", 413: "too-large", 415: "content-type"}


class Problem(Exception):
    """A refusal with a name of ``KINDS``; ``detail`` and ``status`` when the usual ones do not fit."""

    def __init__(self, name: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.detail = detail or KINDS[name].detail
        self.status = status or KINDS[name].status


def render(problem: Problem) -> bytes:
    """The body of an answer."""
    return canonical(
        {
            "detail": problem.detail,
            "status": problem.status,
            "title": KINDS[problem.name].title,
            "type": f"urn:reporting-app:{problem.name}",
        }
    )


def from_refused(refused: Refused) -> Problem:
    """What the protocol's rules refused, as a problem. A reason without a status of its own is `schema`."""
    name = refused.reason if refused.reason in KINDS else "schema"
    return Problem(name, "" if name in FIXED_DETAIL else refused.detail)


def where_it_broke(error: BaseException) -> str:
    """The kind of an error and its place in the code; not its message, which could quote a request."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames))
    return f"{type(error).__name__} at {places}"


def install(app: Flask, clock: Clock) -> None:
    """Answers every error of ``app`` as a problem. ``clock`` is what a member's clock is compared with."""

    def refused(error: Refused) -> Response:
        response = _answer(from_refused(error))
        if error.reason == "clock":
            response.headers["Date"] = http_date(clock())
        return response

    app.register_error_handler(Problem, _answer)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(StorageBusy, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_no_absolute_redirect)


def _no_absolute_redirect(response: Response) -> Response:
    """The router redirects to what a client's Host header says; here such an address does not exist."""
    return (
        _answer(Problem("not-found")) if response.status_code == HTTPStatus.PERMANENT_REDIRECT else response
    )


def _answer(problem: Problem) -> Response:
    response = Response(render(problem), problem.status, content_type=CONTENT_TYPE)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Rapp1"
    return response


def _busy(_: StorageBusy) -> Response:
    log.warning("storage is busy")
    response = _answer(Problem("busy"))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        return _unexpected(error)
    # A body that ends early or is chunked wrongly is the only other thing Werkzeug refuses: 400.
    response = _answer(Problem(NAME_OF_STATUS.get(status, "length"), status=status))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers["Allow"] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("unexpected %s", where_it_broke(error))
    return _answer(Problem("unexpected"))
