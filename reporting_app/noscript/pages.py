"""The two addresses of the plain forms, ``/<language>/utan/…``."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import Blueprint, Flask, Response, abort, request

from reporting_app.crypto.errors import Refused
from reporting_app.noscript.desk import RECEIPT, REPORT, Desk
from reporting_app.noscript.draft import Draft
from reporting_app.noscript.proxy import Proxy
from reporting_app.noscript.wording import receipt_trouble
from reporting_app.site import api, limits, pages
from reporting_app.site.content import LANGUAGES
from reporting_app.site.headers import WITH_FORMS
from reporting_app.site.problems import Problem
from reporting_app.site.service import Site

FORM_TYPE = "application/x-www-form-urlencoded"


def install(app: Flask) -> None:
    """Adds the plain forms to an app that has the site's pages."""
    site = cast(Site, app.extensions[api.EXTENSION])
    app.register_blueprint(blueprint(Desk(Proxy(site), lambda: pages.edition_now(site))))


def blueprint(desk: Desk) -> Blueprint:
    """Forms that carry what was written from step to step; ``desk`` keeps nothing."""
    plain = Blueprint(WITH_FORMS, __name__)
    plain.before_request(_check)

    @plain.get(f"/<language>/{REPORT}")
    def write(language: str) -> Response:
        return desk.report_form(language, Draft())

    @plain.post(f"/<language>/{REPORT}")
    def report(language: str) -> Response:
        draft = desk.draft(request.form)
        step = request.form.get("step")
        found = [] if step == "edit" else desk.trouble(draft)
        if step == "edit" or found:
            return desk.report_form(language, draft, found)
        if step == "send":
            return desk.send(language, draft)
        # A receipt that comes with a form from elsewhere would be known to whoever made that form.
        return desk.review(language, replace(draft, receipt=""))

    @plain.get(f"/<language>/{RECEIPT}")
    def ask(language: str) -> Response:
        return desk.receipt_form(language, Draft())

    @plain.post(f"/<language>/{RECEIPT}")
    def look(language: str) -> Response:
        draft = desk.draft(request.form)
        try:
            found = desk.proxy.find(draft.receipt)
        except Refused as refused:
            return desk.receipt_form(language, draft, receipt_trouble(refused, draft.receipt))
        if found is None:
            return desk.receipt_form(language, draft, nothing=True)
        if request.form.get("step") == "send":
            return desk.answer(language, draft, found)
        return desk.thread(language, Draft(receipt=draft.receipt), found)

    return plain


def _check() -> None:
    if (request.view_args or {}).get("language") not in LANGUAGES:
        abort(404)
    if request.method == "POST" and request.mimetype != FORM_TYPE:
        raise Problem("content-type", "This address takes a plain form.")
    request.max_content_length = limits.FORM
