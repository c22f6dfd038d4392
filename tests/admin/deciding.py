"""What two investigators do together in their panels, as their browsers post it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import Any

from tests.admin.world import Office, Reporter

REASON = "Stöd är på plats."


def hidden(page: str, path: str) -> dict[str, str]:
    """The hidden fields of the first form that is posted to ``path``."""
    form = next(one for one in page.split("<form")[1:] if f'{path}"' in one.split(">")[0])
    named = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.split("</form>")[0])
    return {name: html.unescape(value) for name, value in named}


@dataclass
class Crew:
    """Three investigators at work on one site."""

    office: Office

    def __post_init__(self) -> None:
        self.all = [Signer(self.office, f"utredare-{number}") for number in (1, 2, 3)]

    def report_for_two(self) -> Reporter:
        """Of a case that the first two have chosen to handle, after a reply."""
        reporter = self.office.report()
        first, second, _third = self.all
        first.reply(reporter)
        first.choose(reporter, "utredare-1", "utredare-2")
        second.answer(reporter, "approve")
        return reporter


class Signer:
    """One investigator with an unlocked panel."""

    def __init__(self, office: Office, member: str, **options: Any) -> None:
        self.member = member
        self.open = office.panel(member, **options).unlock()
        self.browser = self.open.browser

    def see(self, reporter: Reporter) -> str:
        return html.unescape(self.browser.case(reporter.case_id))

    def list(self, query: str = "") -> str:
        return html.unescape(str(self.browser.get(f"/cases{query}").text))

    def lists(self, reporter: Reporter, query: str = "") -> bool:
        """Whether the case is in the list that ``query`` asks for."""
        return f"/cases/{reporter.case_id}" in self.list(query)

    def is_asked(self, reporter: Reporter) -> bool:
        """Whether the list asks for a signature in a case that this member does not read."""
        return f"/asked/{reporter.case_id}" in self.list()

    def fill(self, reporter: Reporter, action: str, page: str = "", **fields: Any) -> Any:
        """Posts a form of the case as it stands on ``page``, or as it is now."""
        path = f"/cases/{reporter.case_id}/{action}"
        return self.browser.post(path, {**hidden(page or self.see(reporter), path), **fields})

    def reply(self, reporter: Reporter, text: str = "Vi läser.") -> None:
        assert self.fill(reporter, "reply", text=text).status_code == 303

    def close(self, reporter: Reporter, outcome: str = "support", **more: Any) -> None:
        fields = {"outcome": outcome, "reason": REASON, **more}
        assert self.fill(reporter, "close", **fields).status_code == 303

    def choose(self, reporter: Reporter, *handlers: str, **more: Any) -> None:
        fields = {"handlers": list(handlers), "reason": "De har tid.", **more}
        assert self.fill(reporter, "handlers", **fields).status_code == 303

    def answer(self, reporter: Reporter, action: str, page: str = "", **fields: Any) -> str:
        """Approves or declines, and gives the page that follows."""
        there = self.fill(reporter, action, page, **fields)
        assert there.status_code == 303
        return html.unescape(str(self.browser.get(there.headers["Location"].split("#")[0]).text))

    def fill_alone(self, reporter: Reporter, action: str, page: str, **fields: Any) -> int:
        """The same while this panel hears nothing of the others: the site takes but does not give."""
        fetcher = self.open.panel.config
        hears, self.open.panel.config = fetcher, replace(fetcher, fresh_seconds=10**9)
        try:
            return int(self.fill(reporter, action, page, **fields).status_code)
        finally:
            self.open.panel.config = hears

    answer_alone = fill_alone

    def asked(self, reporter: Reporter) -> str:
        return html.unescape(str(self.browser.get(f"/asked/{reporter.case_id}").text))


def close_together(office: Office, reporter: Reporter, outcome: str = "support") -> None:
    """From nothing to closed."""
    first, second = Signer(office, "utredare-1"), Signer(office, "utredare-2")
    first.reply(reporter)
    first.close(reporter, outcome)
    second.answer(reporter, "approve")
