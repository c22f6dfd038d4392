"""What goes through the plain forms of browsers without scripts: plaintext to the running site."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from reporting_app.crypto import receipt
from tests.properties.seizure_traffic import Secrets, Visitor

FORM = "application/x-www-form-urlencoded"
REPORT, RECEIPT = "/sv/utan/anmal", "/sv/utan/kvitto"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class PlainWriter:
    """Somebody whose browser runs no scripts."""

    def __init__(self, visitor: Visitor, kept: Secrets, deployment: bytes) -> None:
        self._visitor, self._kept, self._deployment = visitor, kept, deployment
        self._page = ""

    def reported(self) -> int:
        """Writes, makes mistakes, looks it over and sends; the last answer's status."""
        text = f"Hej. {self._kept.text('plain narrative')} stod där."
        self._submit(REPORT, step="review", text="")
        self._submit(REPORT, step="review", text=f"{text} {'långt ' * 3_000}")
        self._submit(REPORT, step="review", text=text)
        self._submit(REPORT, step="edit", **self._hidden)
        self._submit(REPORT, step="review", text=text)
        self._keep(self._hidden["receipt"])
        return self._submit(REPORT, step="send", **self._hidden)

    def wrote_again(self) -> int:
        """Mistypes the receipt, looks, writes more; the last answer's status."""
        words = " ".join(re.findall(r"<li>(\w+)</li>", self._page))
        self._submit(RECEIPT, receipt=f"{self._kept.text('plain wrong word')} {words}")
        self._submit(RECEIPT, receipt=words)
        text = self._kept.text("plain later message")
        return self._submit(RECEIPT, step="send", text=text, **self._hidden)

    def misused(self) -> set[int]:
        """Forms of other kinds, and one that is too large, each with a secret in it."""
        secret = self._kept.text("plain body").encode()
        boundary = "multipart/form-data; boundary=xxxxxxxx"
        file = b'--xxxxxxxx\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\n'
        large = file + secret * 30_000 + b"\r\n--xxxxxxxx--\r\n"
        return {
            self._visitor.ask("POST", REPORT, large, boundary),
            self._visitor.ask("POST", REPORT, b"text=" + secret * 20_000, FORM),
            self._visitor.ask("POST", RECEIPT, b"receipt=%ff" + secret, FORM),
        }

    def _keep(self, words: str) -> None:
        random = receipt.from_words(words)
        self._kept.add_reporter(random, self._deployment, receipt.ReporterKeys(random, self._deployment))

    @property
    def _hidden(self) -> dict[str, str]:
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self._page)}

    def _submit(self, path: str, **fields: str) -> int:
        status = self._visitor.ask("POST", path, urlencode(fields).encode(), FORM)
        self._page = self._visitor.shown.decode()
        return status
