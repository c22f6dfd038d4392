"""Leadership's way in: sign in, sign out, and the guard of everything below ``/<language>/ledning``."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask import redirect as go_to
from flask_wtf import FlaskForm
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from reporting_app.site import api, leadership_session, limits, pages, problems
from reporting_app.site.headers import LEADERSHIP
from reporting_app.site.languages import LANGUAGES, Language, offered
from reporting_app.site.leaders import MOST_NAME, MOST_PASSPHRASE, Crowded, SignIn
from reporting_app.site.leadership_session import FOLDER, SECONDS_BETWEEN_NOTES
from reporting_app.site.problems import Problem
from reporting_app.site.service import Site
from reporting_app.storage.errors import StorageBusy

EXTENSION = "reporting_app.leadership"
SIGN_IN = f"{FOLDER}/logga-in"
SIGN_OUT = f"{FOLDER}/logga-ut"
FORM_TYPE = "application/x-www-form-urlencoded"
# What browsers say of a form that this site's own page sends, or that the person loads again.
OWN_FORMS = ("same-origin", "none")


class SignInForm(Form):  # type: ignore[misc]
    """Without a token: that would give a cookie to whoever looks. Forms from other sites are refused by
    ``Sec-Fetch-Site``, and whoever were signed in by one would see what they may see anyway."""

    name = StringField(validators=[InputRequired(), Length(max=MOST_NAME)])
    password = PasswordField(validators=[InputRequired(), Length(max=MOST_PASSPHRASE)])
    code = StringField(validators=[Regexp(r"\s*([0-9]\s*){6}\Z")])


class SignOutForm(FlaskForm):  # type: ignore[misc]
    """With the CSRF token that Flask-WTF gives every form."""


class _Guard:
    """What protects the statistics of one app; ``sign_in`` is None where they are for everybody."""

    def __init__(self, sign_in: SignIn | None, languages: tuple[Language, ...]) -> None:
        self.sign_in = sign_in
        self.codes = tuple(one.code for one in languages)

    def require_leader(self) -> Response | None:
        if self.sign_in is None:
            return None
        language = request.path.split("/")[1]
        if language not in self.codes:  # nor may an address be made of anything else
            raise Problem("not-found")
        visit = leadership_session.current()
        if visit is None or not self.sign_in.is_open(visit):
            return cast(Response, go_to(f"/{language}/{SIGN_IN}", 302))
        now = self.sign_in.now()
        if now - visit.seen >= SECONDS_BETWEEN_NOTES:
            leadership_session.note(replace(visit, seen=now))
        return None


def install(app: Flask, sign_in: SignIn | None, languages: tuple[Language, ...] = LANGUAGES) -> None:
    """Guards leadership's pages. Without ``sign_in`` they are public and nothing sets a cookie."""
    guard = _Guard(sign_in, languages)
    app.extensions[EXTENSION] = guard
    app.before_request(_guard_folder)
    if sign_in is None:
        return
    leadership_session.install(app, guard.codes)
    site = cast(Site, app.extensions[api.EXTENSION])
    app.register_blueprint(_blueprint(_Desk(site, sign_in, languages)))


def require_leader() -> Response | None:
    """Where to send a visitor who must sign in first; None for one who may see the statistics.

    For ``before_request`` of what shows them outside of the folder. KeyError where ``install`` was not
    called: a site without a guard shows nothing.
    """
    return cast(_Guard, current_app.extensions[EXTENSION]).require_leader()


def _guard_folder() -> Response | None:
    if not leadership_session.is_leadership(request.path) or request.blueprint == LEADERSHIP:
        return None
    return require_leader()


class _Desk:
    """Draws the two pages."""

    def __init__(self, site: Site, sign_in: SignIn, languages: tuple[Language, ...]) -> None:
        self.sign_in = sign_in
        self._site = site
        self._languages = languages

    def check(self) -> None:
        """Raises Problem for a form that is none, and 404 for a language that is not offered."""
        request.max_content_length = limits.SIGN_IN
        if request.method == "POST":
            if request.mimetype != FORM_TYPE:
                raise Problem("content-type", "This address takes a plain form.")
            if request.headers.get("Sec-Fetch-Site", "none") not in OWN_FORMS:
                raise Problem("schema", "A form is sent from a page of this site.")
        if (request.view_args or {}).get("language") not in offered(
            pages.edition_now(self._site), self._languages
        ):
            abort(404)

    def ask(self, language: str, form: SignInForm, trouble: str = "", status: int = 200) -> Response:
        """The form, with the name that was written. ``trouble`` is one that the template knows."""
        limits_of_fields = {"most_name": MOST_NAME, "most_passphrase": MOST_PASSPHRASE}
        return self._page(
            language, SIGN_IN, "leadership_sign_in", status, form=form, trouble=trouble, **limits_of_fields
        )

    def crowded(self, language: str, form: SignInForm) -> Response:
        response = self.ask(language, form, "crowded", 503)
        response.headers["Retry-After"] = problems.RETRY_SECONDS
        return response

    def ask_to_leave(self, language: str, form: SignOutForm, status: int = 200) -> Response:
        return self._page(language, SIGN_OUT, "leadership_sign_out", status, form=form, stale=status != 200)

    def _page(self, language: str, path: str, name: str, status: int, **values: object) -> Response:
        edition = pages.edition_now(self._site)
        html = pages.render(edition, self._languages, language, path, name, **values)
        return Response(html, status, content_type="text/html; charset=utf-8")


def _blueprint(desk: _Desk) -> Blueprint:
    views = Blueprint(LEADERSHIP, __name__)
    views.before_request(desk.check)

    @views.get(f"/<language>/{SIGN_IN}")
    def ask(language: str) -> Response:
        return desk.ask(language, SignInForm())

    @views.post(f"/<language>/{SIGN_IN}")
    def sign_in(language: str) -> Response:
        form = SignInForm(request.form)
        if not form.validate():
            return desk.ask(language, form, "missing", 422)
        try:
            visit = desk.sign_in.attempt(form.name.data, form.password.data, form.code.data)
        except (Crowded, StorageBusy):
            return desk.crowded(language, form)
        if visit is None:
            return desk.ask(language, form, "wrong", 422)
        leadership_session.begin(visit)
        return cast(Response, go_to(f"/{language}/{FOLDER}", 303))

    @views.get(f"/<language>/{SIGN_OUT}")
    def ask_to_leave(language: str) -> Response:
        return require_leader() or desk.ask_to_leave(language, SignOutForm())

    @views.post(f"/<language>/{SIGN_OUT}")
    def sign_out(language: str) -> Response:
        visit = leadership_session.current()
        stranger = require_leader()
        if stranger or visit is None:
            return stranger or desk.ask(language, SignInForm())
        form = SignOutForm()
        if not form.validate():
            return desk.ask_to_leave(language, form, 422)
        desk.sign_in.end(visit)
        leadership_session.end()
        return desk.ask(language, SignInForm(), "out")

    return views
