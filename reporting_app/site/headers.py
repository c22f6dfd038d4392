"""Puts the headers on every response of the site, pages and API alike."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

from reporting_app.headers import FOR_DATA, NOT_KEPT, for_pages

ASSETS = "/assets/"  # file names there carry a hash of the content
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
# The icon stands in the page itself: without one, browsers ask for /favicon.ico at every first visit.
FOR_PAGES = for_pages(images="data:", forms="'none'")
FOR_FORMS = for_pages(images="data:", forms="'self'")
WITH_FORMS = "noscript"
LEADERSHIP = "leadership"
MAY_SEND_FORMS = frozenset({WITH_FORMS, LEADERSHIP})  # blueprints


def install(app: Flask) -> None:
    """Sets the headers on every response of ``app``."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    response.headers.update(_policy() if response.mimetype == "text/html" else FOR_DATA)
    unchanging = request.path.startswith(ASSETS) and response.status_code in (200, 304)
    response.headers["Cache-Control"] = KEPT_FOR_GOOD if unchanging else NOT_KEPT
    return response


def _policy() -> Mapping[str, str]:
    return FOR_FORMS if request.blueprint in MAY_SEND_FORMS else FOR_PAGES
