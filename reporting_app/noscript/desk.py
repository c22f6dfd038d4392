"""Between the plain forms and the proxy: parses, renders, and never remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Response
from werkzeug.datastructures import MultiDict

from reporting_app.cases import questions
from reporting_app.cases.clocks import working_days_since
from reporting_app.crypto import receipt
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import INVESTIGATOR, WITNESS
from reporting_app.noscript.draft import Draft, View, is_field
from reporting_app.noscript.proxy import Found, Proxy, may_be_left_out, readers
from reporting_app.noscript.wording import CALL, Trouble, say_day, trouble_with, view_trouble
from reporting_app.site import pages
from reporting_app.site.content import Content, Edition
from reporting_app.site.languages import LANGUAGES, Language, offered, sentences
from reporting_app.storage.errors import StorageBusy

REPORT, RECEIPT = "utan/anmal", "utan/kvitto"
OK, UNPROCESSABLE, BUSY = HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True)
class Desk:
    """``edition`` is what pages are made from, asked for at each request."""

    proxy: Proxy
    edition: Callable[[], Edition]
    languages: tuple[Language, ...] = LANGUAGES

    def offers(self, language: str) -> bool:
        return language in offered(self.edition(), self.languages)

    def draft(self, form: MultiDict[str, str]) -> Draft:
        return Draft.from_form(form, self.edition().body)

    def trouble(self, draft: Draft) -> list[Trouble]:
        """What keeps a report from being sent."""
        return trouble_with(draft, may_be_left_out(self.proxy.setting(), draft.leave_out))

    def report_form(self, language: str, draft: Draft, problems: Sequence[Trouble] = ()) -> Response:
        asked = self._showing(draft)
        values = {
            "draft": draft,
            "problems": problems,
            "questions": [one for one in self._content(language).questions if one.id in asked],
        }
        return self._page(language, REPORT, "report", values | self._readers(), _status(problems))

    def review(
        self, language: str, draft: Draft, problems: Sequence[Trouble] = (), status: int = OK
    ) -> Response:
        """What will be sent, and the questions that the answers have brought up."""
        asked = self._showing(draft)
        setting, listed = self.proxy.setting(), self._content(language).questions
        everybody = [*readers(setting, INVESTIGATOR), *readers(setting, WITNESS)]
        values = {
            # The receipt is made here: should the answer be lost, sending again meets the same thread.
            "draft": replace(draft, receipt=draft.receipt or receipt.to_words(receipt.generate())),
            "problems": problems,
            "answered": [
                (one.label, [option.label for option in one.options if option.id in draft.answers[one.id]])
                for one in listed
                if one.id in draft.answers
            ],
            "questions": [one for one in listed if one.when_question and one.id in asked],
            "reading": [r for r in everybody if r.role == INVESTIGATOR and r.id not in draft.leave_out],
            "left_out": [one for one in everybody if one.id in draft.leave_out],
        }
        return self._page(language, REPORT, "review", values, status)

    def send(self, language: str, draft: Draft) -> Response:
        """Seals and stores a report, then shows its receipt."""
        try:
            self.proxy.send_report(draft, language)
        except StorageBusy:
            return self.review(language, draft, [Trouble.busy()], BUSY)
        except Refused as refused:
            if refused.reason.startswith("receipt"):
                return self.review(language, replace(draft, receipt=""))
            return self.report_form(language, draft, [Trouble.refused(refused)])
        return self._page(language, REPORT, "sent", {"words": draft.receipt.split()})

    def receipt_form(
        self, language: str, draft: Draft, problems: Sequence[Trouble] = (), nothing: bool = False
    ) -> Response:
        values = {"draft": draft, "problems": problems, "nothing": nothing}
        return self._page(language, RECEIPT, "receipt", values, _status(problems))

    def thread(
        self,
        language: str,
        draft: Draft,
        found: Found,
        problems: Sequence[Trouble] = (),
        sent: str = "",
    ) -> Response:
        """What has happened, and a form to write more; ``sent`` is the step that was just done."""
        story, today = found.story, found.setting.today
        values = {
            "draft": draft,
            "problems": problems,
            "sent": sent,
            "story": story,
            "today": today,
            "unopened_too_long": story.opened is None
            and working_days_since(story.received, today) >= found.limits.triage_days,
            "unverified": len(found.thread.case.set_aside),
            "role_of": found.role_of,
            "knows_left_out": found.knows_left_out,
            "locked": found.left_out,
            "rests": found.resting,
            "seen": found.seen,
            # Answers that were not sent stay, also when words sent beside them have opened the case again.
            "asked": found.asks or ("" if draft.view.is_empty else draft.view.moment),
        }
        return self._page(language, RECEIPT, "thread", values | self._readers(), _status(problems))

    def call(self, language: str, draft: Draft, found: Found) -> Response:
        """The form again, with the first words of a request for a call or meeting. Sends nothing."""
        spoken = next(one for one in self.languages if one.code == language)
        return self.thread(language, draft.with_words(sentences(spoken).gettext(CALL)), found)

    def answer(self, language: str, draft: Draft, found: Found) -> Response:
        """Sends more words, once: what was sent since the form was shown is told first."""
        return self._send(language, draft, found, is_view=False)

    def view(self, language: str, draft: Draft, found: Found) -> Response:
        """Sends how it has gone, in the same way."""
        return self._send(language, draft, found, is_view=True)

    def _send(self, language: str, draft: Draft, found: Found, *, is_view: bool) -> Response:
        if draft.seen != found.seen:
            return self.thread(language, draft, found, [Trouble.sent_meanwhile()])
        left_out = tuple(sorted({*draft.leave_out, *found.left_out}))
        readers_suffice = may_be_left_out(found.setting, left_out)
        problems = (view_trouble if is_view else trouble_with)(draft, readers_suffice)
        if problems:
            return self.thread(language, draft, found, problems)
        try:
            (self.proxy.send_view if is_view else self.proxy.send_message)(found, draft)
        except StorageBusy:
            return self.thread(language, draft, found, [Trouble.busy()])
        except Refused as refused:
            return self.thread(language, draft, found, [Trouble.refused(refused)])
        again = self.proxy.find(draft.receipt) or found
        rest = replace(draft, view=View()) if is_view else replace(draft, text="", leave_out=())
        return self.thread(language, rest, again, sent="view" if is_view else "send")

    def try_again(self, code: str, form: MultiDict[str, str]) -> Response:
        """Gives back everything that a form sent, on a page for which nothing need be read from storage."""
        language = next((one for one in self.languages if one.code == code), self.languages[0])
        fields = [(key, value) for key, value in form.items(multi=True) if is_field(key)]
        html = pages.render_alone(language, "noscript_busy", fields=fields)
        return Response(html, BUSY, content_type="text/html; charset=utf-8")

    def _content(self, language: str) -> Content:
        return Content(self.edition(), language)

    def _showing(self, draft: Draft) -> set[str]:
        asked = self.edition().body["questionnaire"]["questions"]
        return {one["id"] for one in asked if questions.shows(one, draft.answers)}

    def _readers(self) -> dict[str, object]:
        setting = self.proxy.setting()
        return {
            "investigators": readers(setting, INVESTIGATOR),
            "witnesses": readers(setting, WITNESS),
            "least": setting.deployment.parameters.min_recipients,
        }

    def _page(
        self, language: str, path: str, name: str, values: Mapping[str, object], status: int = OK
    ) -> Response:
        more = {"say_day": say_day(language), **values}
        html = pages.render(self.edition(), self.languages, language, path, f"noscript_{name}", **more)
        return Response(html, status, content_type="text/html; charset=utf-8")


def _status(problems: Sequence[Trouble]) -> int:
    return UNPROCESSABLE if problems else OK
