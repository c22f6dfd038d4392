"""Somebody with a browser that runs no scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from contextlib import suppress

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporting_app.crypto.errors import Refused
from reporting_app.crypto.letter_open import Reading, open_letter
from tests.site_fixtures import Visitor

REPORT, RECEIPT = "/sv/utan/anmal", "/sv/utan/kvitto"
TEXT = 'De väntade på mig\nutanför skolan.\n\n<b>Två</b> gånger & "igen".'
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Person:
    """Fills in forms; a form carries on its own hidden fields, as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""
        self.status = 0

    def post(self, path: str, /, leave: Sequence[str] = (), **fields: str | list[str]) -> str:
        form = {key.replace("__", "."): value for key, value in fields.items()}
        return self._took(self.client.post(path, data={**form, "leave": list(leave)} if leave else form))

    def press(self, path: str, step: str, **more: str) -> str:
        """The page's form with its hidden fields, and what is typed into it."""
        fields: dict[str, list[str]] = {"step": [step], **{key: [value] for key, value in more.items()}}
        for name, value in HIDDEN.findall(self.page):
            fields.setdefault(name, []).append(html.unescape(value))
        return self._took(self.client.post(path, data=fields))

    def _took(self, answer: TestResponse) -> str:
        self.page, self.status = answer.text, answer.status_code
        return self.page

    def review(self, text: str = TEXT, **fields: str | list[str]) -> str:
        return self.post(REPORT, step="review", text=text, **fields)

    def report(self) -> str:
        """Reports; the nine words."""
        self.review()
        self.press(REPORT, "send")
        return " ".join(re.findall(r"<li>(\w+)</li>", self.page))

    def look(self, words: str) -> str:
        return self.post(RECEIPT, receipt=words)


def letters(visitor: Visitor) -> list[Reading]:
    """What utredare-1 can read."""
    box = visitor.client.application.extensions["reporting_app.letterbox"]
    keys, opened = visitor.world.keys["utredare-1"].kem, []
    for letter in box.letters(box.letter_ids(box.today())):
        with suppress(Refused):
            opened.append(open_letter(letter, keys, visitor.world.chain.deployment))
    return [one for one in opened if isinstance(one, Reading)]
