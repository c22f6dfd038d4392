"""The site's interface, /v1 (docs/protocol.md §13): views that parse, call and render. Rules: service.py."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, request
from werkzeug.routing import BaseConverter

from reporting_app.crypto.encoding import Json, b64, canonical
from reporting_app.site import limits
from reporting_app.site.limits import JSON, OCTETS, read_body
from reporting_app.site.problems import Problem
from reporting_app.site.service import Site

EXTENSION = "reporting_app.site"
QUERIED = "api.letters"

blueprint = Blueprint("api", __name__, url_prefix="/v1")


class Number(BaseConverter):
    """A u16 in its one spelling."""

    regex = r"(?:0|[1-9][0-9]{0,4})"

    def to_python(self, value: str) -> int:
        return int(value)


@blueprint.before_request
def refuse_queries() -> None:
    if request.query_string and request.endpoint != QUERIED:
        raise Problem("schema", "This address takes no query.")


@blueprint.get("/roster")
def roster() -> Response:
    return octets(site().roster_file(), JSON)


@blueprint.post("/roster")
def publish_roster() -> Response:
    new = site().publish_roster(read_body(limits.DOCUMENT, JSON))
    return json({}, status_of(new))


@blueprint.get("/deployment")
def deployment() -> Response:
    return octets(site().deployment_document(), JSON)


@blueprint.get("/deployment/content")
def deployment_content() -> Response:
    return octets(site().deployment_content(), JSON)


@blueprint.post("/deployment")
def publish_deployment() -> Response:
    new = site().publish_deployment(read_body(limits.DOCUMENT, JSON))
    return json({}, status_of(new))


@blueprint.post("/ledger")
def publish_intent() -> Response:
    new = site().publish_intent(read_body(limits.DOCUMENT, JSON))
    return json({}, status_of(new))


@blueprint.post("/releases")
def publish_release() -> Response:
    new = site().publish_release(read_body(limits.DOCUMENT, JSON))
    return json({}, status_of(new))


@blueprint.get("/statistics")
def statistics() -> Response:
    read_member_body(limits.NOTHING)
    return json(site().statistics_documents())


@blueprint.post("/letters")
def submit() -> Response:
    stored = site().submit(read_body(limits.SUBMISSION, OCTETS))
    return json({"cell": b64(stored.cell), "letter": b64(stored.letter)}, status_of(stored.new))


@blueprint.get("/board/<number:volume>/<number:shard>")
def board(volume: int, shard: int) -> Response:
    return octets(site().board(volume, shard))


@blueprint.get("/intake/<number:shard>")
def intake(shard: int) -> Response:
    return octets(site().intake(shard))


@blueprint.get("/letters")
def letters() -> Response:
    read_member_body(limits.NOTHING)
    query = request.query_string.decode("ascii", "replace")
    if not query:
        return json(site().letter_days())
    if not query.startswith("day="):
        raise Problem("schema", "The only query here is day=YYYY-MM-DD.")
    return json(site().letter_ids(query.removeprefix("day=")))


@blueprint.post("/letters/fetch")
def fetch() -> Response:
    return octets(site().fetch(read_member_body(limits.FETCH, JSON)))


@blueprint.post("/board")
def post_cell() -> Response:
    stored = site().post_cell(read_member_body(limits.BOARD_CELL, OCTETS))
    return json({"cell": b64(stored.cell)}, status_of(stored.new))


def site() -> Site:
    """The rules, put there by ``create_app``."""
    return cast(Site, current_app.extensions[EXTENSION])


def read_member_body(limit: int, content_type: str | None = None) -> bytes:
    """The body of a request a member signed. Raises as read_body, and Refused("authorization", "clock")."""
    body = read_body(limit, content_type)
    query = request.query_string.decode("ascii", "replace")
    path = f"{request.path}?{query}" if query else request.path
    site().check_member(request.headers.get("Authorization", ""), request.method, path, body)
    return body


def status_of(new: bool) -> int:
    return 201 if new else 200


def json(value: Json, status: int = 200) -> Response:
    return Response(canonical(value), status, content_type=JSON)


def octets(body: bytes, content_type: str = OCTETS) -> Response:
    return Response(body, content_type=content_type)
