"""The two addresses of the plain forms, ``/<language>/utan/…``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import cast

from flask import Blueprint, Flask, Response, abort, request

from reporting_app.crypto.errors import Refused
from reporting_app.noscript.desk import RECEIPT, REPORT, Desk
from reporting_app.noscript.draft import Draft
from reporting_app.noscript.proxy import Proxy
from reporting_app.noscript.wording import receipt_trouble
from reporting_app.site import api, limits, pages, problems
from reporting_app.site.headers import WITH_FORMS
from reporting_app.site.languages import LANGUAGES, Language
from reporting_app.site.problems import Problem
from reporting_app.site.service import Site
from reporting_app.storage.errors import StorageBusy

FORM_TYPE = "application/x-www-form-urlencoded"
# What browsers say of a form that this site's own page sends, or that the person loads again.
OWN_FORMS = ("same-origin", "none")


def install(app: Flask, languages: tuple[Language, ...] = LANGUAGES) -> None:
    """Adds the plain forms to an app that has the site's pages."""
    site = cast(Site, app.extensions[api.EXTENSION])
    app.register_blueprint(blueprint(Desk(Proxy(site), lambda: pages.edition_now(site), languages)))


def blueprint(desk: Desk) -> Blueprint:
    """Forms that carry what was written from step to step; ``desk`` keeps nothing."""
    plain = Blueprint(WITH_FORMS, __name__)
    steps = {"send": desk.answer, "call": desk.call, "view": desk.view}
    plain.before_request(partial(_check, desk))
    plain.register_error_handler(StorageBusy, partial(_busy, desk))

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
        step = steps.get(request.form.get("step", ""))
        return (step or desk.thread)(language, draft if step else Draft(receipt=draft.receipt), found)

    return plain


def _check(desk: Desk) -> None:
    request.max_content_length = limits.FORM
    if request.method == "POST":
        if request.mimetype != FORM_TYPE:
            raise Problem("content-type", "This address takes a plain form.")
        if request.headers.get("Sec-Fetch-Site", "none") not in OWN_FORMS:
            raise Problem("schema", "A form is sent from a page of this site.")
        request.form.get("text")  # read before storage is asked, so that it can be given back
    if not desk.offers(_language()):
        abort(404)


def _language() -> str:
    return str((request.view_args or {}).get("language", ""))


def _busy(desk: Desk, _: StorageBusy) -> Response:
    problems.log.warning("storage is busy")
    response = desk.try_again(_language(), request.form)
    response.headers["Retry-After"] = problems.RETRY_SECONDS
    return response
