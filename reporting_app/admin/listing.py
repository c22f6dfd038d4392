"""The inbox as a page: what was chosen in the address, what was searched for, and fifty rows of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for

from reporting_app.admin import team_words
from reporting_app.admin.ballots import scheme_of
from reporting_app.admin.deciding_words import asked_of
from reporting_app.admin.facts import QUESTIONS
from reporting_app.admin.forms import ChoiceForm, SearchForm
from reporting_app.admin.i18n import _
from reporting_app.admin.inbox import PAGE_SIZE, Choice, Inbox, Item, chosen
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import page
from reporting_app.admin.rows import Row, row
from reporting_app.admin.sitting import Sitting

MOST_DIGITS = 6
MOST_SEARCH_ID = 16


@dataclass(frozen=True)
class Pages:
    """Where among the pages this one is; ``number`` is from 1 to ``last``."""

    number: int
    last: int
    hits: int

    @property
    def shown(self) -> slice:
        return slice((self.number - 1) * PAGE_SIZE, self.number * PAGE_SIZE)


def show(sitting: Sitting, known: Labels, drafts: set[str], refused: SearchForm | None = None) -> Response:
    """The list. ``refused`` is a search that could not be taken."""
    form, choice, remarks = _chosen(known)
    words = sitting.searches.get(choice.search, "")
    if choice.search and not words:
        remarks.append(_("Sökningen finns inte kvar. Skriv den igen."))
    if words and sitting.is_reading_in:
        remarks.append(_("Texterna läses fortfarande in. Om en stund hittar sökningen mer."))
    inbox = sitting.inbox
    items = _items(inbox, sitting, known, choice, words)
    pages = _pages(choice, len(items), remarks)
    return page(
        "cases",
        400 if refused else 200,
        rows=_rows(items[pages.shown], sitting, known, words),
        pages=pages,
        counts=inbox.counts,
        choice=choice,
        is_narrowed=bool(choice.args(search="", sort="need", page=1)),
        is_asked=bool(choice.args()),
        form=form,
        search=refused or SearchForm(formdata=None, data={"words": words}),
        words=words,
        remarks=remarks,
        team_lines=team_words.today_lines(sitting, known),
        limits=known.limits,
        drafts=drafts,
        asked=asked_of(sitting.workspace, known, inbox.asked) if sitting.workspace else [],
        set_aside=sitting.workspace.set_aside if sitting.workspace else [],
    )


def address_of(sitting: Sitting, known: Labels, words: str) -> str:
    """The list as chosen now, with these words searched for."""
    name = sitting.keep_search(words.strip()) if words.strip() else ""
    return url_for("cases.listing", **_chosen(known)[1].args(search=name, page=1))


def _chosen(known: Labels) -> tuple[ChoiceForm, Choice, list[str]]:
    """What the address asks for. What it cannot mean is left as usual, and a sentence says so."""
    form = ChoiceForm(formdata=request.args)
    for question in QUESTIONS:
        form.offer(question, known.choices(question))
    remarks = []
    if not form.validate():
        for name in form.errors:
            form[name].data = form[name].default or ""
        remarks.append(_("Ett val i adressen finns inte. Det har inte räknats med."))
    asked = {name: request.args.get(name, "") for name in ("page", "search")}
    number = asked["page"] or "1"
    if not (number.isdecimal() and number.isascii() and 0 < len(number) <= MOST_DIGITS and int(number)):
        remarks.append(_("Sidan i adressen finns inte. Den första visas."))
        number = "1"
    choice = Choice(**{**form.data, "search": asked["search"][:MOST_SEARCH_ID], "page": int(number)})
    return form, choice, remarks


def _items(inbox: Inbox, sitting: Sitting, known: Labels, choice: Choice, words: str) -> list[Item]:
    items = inbox.listed(choice.sort, known.limits, known.setting.today, sitting.seen, sitting.staff)
    found = sitting.index.find(words) if words and sitting.index else None
    return chosen(items, choice, known.parts_of(choice.organisation), found, scheme_of(known.setting))


def _pages(choice: Choice, hits: int, remarks: list[str]) -> Pages:
    last = max(1, -(-hits // PAGE_SIZE))
    if choice.page > last:
        remarks.append(_("Så många sidor finns inte. Den sista visas."))
    return Pages(min(choice.page, last), last, hits)


def _rows(items: list[Item], sitting: Sitting, known: Labels, words: str) -> list[Row]:
    asked = sitting.index if words else None
    snippets = asked.snippets(words, [item.id for item in items]) if asked else {}
    waiting, scheme = sitting.waiting, scheme_of(known.setting)
    return [row(item, known, waiting, scheme, words, snippets.get(item.id)) for item in items]
