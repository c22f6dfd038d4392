"""Who did what: in one case, and over all cases that this member can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from reporting_app.admin.forms import PanelForm
from reporting_app.admin.i18n import N_, _, month_text
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.tracing import finding, row, short_of, shown
from reporting_app.cases.fold import Case
from reporting_app.cases.trace import Act
from reporting_app.crypto.event import REPORTER

trace = Blueprint("trace", __name__, url_prefix="/trace")
PAGE_SIZE = 50
# On one page, to print: more is for a narrower choice.
MOST_ROWS = 2000
MOST_TROUBLED = 50


class TraceForm(PanelForm):
    """Whose acts to list, of which month. In the address, as ids: it changes nothing, needs no token."""

    class Meta:
        csrf = False

    member = SelectField(N_("Medlem"), default="")
    month = SelectField(N_("Månad"), default="")


@trace.before_request
def signed_in() -> Answer | None:
    mine = panel()
    if mine.sitting is None:
        return redirect(url_for("door.unlock", next=request.script_root + request.path), code=303)
    mine.freshen()
    return back_to("start.waiting") if not mine.sitting.standing else None


@trace.get("/<case_id>")
def of_case(case_id: str) -> Response:
    """In the order of the case, whole."""
    sitting, known = _at_work()
    case = sitting.cases.get(case_id)
    if case is None:
        abort(404)
    found = sitting.traces.of(case)
    at_events = {act.entry.event.id for act in shown(found)}
    return page(
        "trace",
        case=case,
        rows=[row(case, found, act, known) for act in shown(found)],
        able=[known.name(one) for one in sorted(case.able)],
        code=found.code,
        whole=found.is_whole,
        # Found at something that is not listed: set aside, or riding with words of the reporter's.
        elsewhere=[(short_of(f.at), finding(f, known)) for f in found.findings if f.at not in at_events],
        set_aside=found.set_aside,
    )


@trace.get("")
def overview() -> Response:
    """Over all cases, the newest day first."""
    sitting, known = _at_work()
    cases, book = list(sitting.cases.values()), sitting.traces
    acts = [(case, act) for case in cases for act in shown(book.of(case))]
    form = TraceForm(formdata=request.args)
    remarks = _offer(form, (act for _case, act in acts), known)
    found = [one for one in acts if _is_chosen(one[1], form.member.data, form.month.data)]
    found.sort(key=lambda one: (one[1].entry.day, one[0].id))
    found.reverse()  # what is of one day and case stands newest first too
    number, last, part = _part(found, remarks)
    troubled = [case for case in cases if not book.of(case).is_whole]
    return page(
        "traces",
        rows=[row(case, book.of(case), act, known) for case, act in part],
        hits=len(found),
        number=number,
        last=last,
        form=form,
        chosen={name: form[name].data for name in ("member", "month") if form[name].data},
        remarks=remarks,
        troubled=[case.id for case in troubled[:MOST_TROUBLED]],
        more_troubled=max(0, len(troubled) - MOST_TROUBLED),
        cases=len(cases),
    )


def _at_work() -> tuple[Sitting, Labels]:
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    if sitting.standing != "investigator":
        abort(404)
    return sitting, known


def _offer(form: TraceForm, acts: Iterable[Act], known: Labels) -> list[str]:
    """Members and months of which there is something. What the address cannot mean is not counted."""
    found = {(act.entry.event.author, act.entry.day.replace(day=1)) for act in acts}
    authors = sorted({author for author, _day in found} - {REPORTER}, key=known.name)
    months = sorted({day for _author, day in found}, reverse=True)
    everybody, whole = ("", _("Alla")), ("", _("Alla månader"))
    form.member.choices = [SelectChoice(*everybody), *(SelectChoice(one, known.name(one)) for one in authors)]
    named = (SelectChoice(_month(day), month_text(day)) for day in months)
    form.month.choices = [SelectChoice(*whole), *named]
    if form.validate():
        return []
    for name in form.errors:
        form[name].data = ""
    return [_("Ett val i adressen finns inte. Det har inte räknats med.")]


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _is_chosen(act: Act, member: str, month: str) -> bool:
    entry = act.entry
    return (not member or entry.event.author == member) and (not month or _month(entry.day) == month)


def _part(found: list[tuple[Case, Act]], remarks: list[str]) -> tuple[int, int, list[tuple[Case, Act]]]:
    """``(page, last page, its acts)``; all of them on one page when that is asked for."""
    if request.args.get("all") == "1":
        if len(found) > MOST_ROWS:
            remarks.append(_("Bara de %(num)d senaste visas. Välj en månad.", num=MOST_ROWS))
        return 1, 1, found[:MOST_ROWS]
    last = max(1, -(-len(found) // PAGE_SIZE))
    asked = request.args.get("page", default=1, type=int)
    number = min(max(1, asked), last)
    return number, last, found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
