"""Cases that belong together: what the case page shows of them, and the page on which one is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.forms import CaseForm, SearchForm
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.rows import excerpt
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.wording import STATES
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.fold import Case, id_of
from reporting_app.cases.links import between, may_link
from reporting_app.cases.member import Desk, Posting
from reporting_app.cases.sealing import Setting
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import INVESTIGATOR

linking = Blueprint("linking", __name__)
MOST_HITS = 10


@dataclass(frozen=True)
class Linked:
    """Another case, as far as this member may know it. ``id`` is empty when they cannot read it.

    ``hear`` are names of those who would learn, or have learnt, that the one exists without reading it;
    ``left_out`` of those who read one of the two and were left out of the other.
    """

    id: str
    text: str = ""
    received: date | None = None
    state_words: str = ""
    hear: Sequence[str] = ()
    left_out: Sequence[str] = ()


def linked(case: Case, sitting: Sitting, known: Labels) -> list[Linked]:
    """What belongs together with ``case``. Of a case from which this member is left out, nothing."""
    member = sitting.keys.member
    others = {thread: sitting.cases.get(id_of(thread)) for thread in sorted(case.course.links)}
    found = [
        _described(case, other, known) if other else Linked("")
        for other in others.values()
        if other is None or member not in other.excluded
    ]
    return sorted(found, key=lambda one: (not one.id, one.id))


def say(workspace: Workspace, one: str, other: str, *, together: bool) -> None:
    """Writes in both cases that they belong together, or do not after all; once where it stands already.

    Raises KeyError for a case that is not here, Refused("audience") where somebody would learn of a case from
    which they were left out, SiteRefused; then saying it again does the rest.
    """
    for here, there in ((one, other), (other, one)):
        this, that = workspace.cases[here], workspace.cases[there]
        if (that.thread in this.course.links) != together:
            workspace.act(here, partial(_linking, other=that, together=together))


def _linking(desk: Desk, other: Case, *, together: bool) -> Posting:
    if together and not may_link(desk.case, other, desk.member, _present(desk.setting)):
        raise Refused("audience", "somebody who reads one of the cases was left out of the other")
    return desk.link(other.thread, together=together)


@linking.before_request
def unlocked() -> Answer | None:
    """Nothing is typed here that would have to be kept."""
    case_id = (request.view_args or {}).get("case_id", "")
    if panel().sitting is None:
        return redirect(url_for("door.unlock", next=url_for("cases.case", case_id=case_id)), code=303)
    if request.method == "GET":
        panel().freshen()
    return None


@linking.get("/cases/<case_id>/together")
def choose(case_id: str) -> Response:
    sitting, known, case = _at_work(case_id)
    return _page(sitting, known, case, SearchForm(formdata=None))


@linking.post("/cases/<case_id>/together/search")
def search(case_id: str) -> Response:
    """Posted, so that words never stand in an address."""
    sitting, known, case = _at_work(case_id)
    form = SearchForm()
    return _page(sitting, known, case, form, 200 if form.validate_on_submit() else 400)


@linking.get("/cases/<case_id>/together/search")
@linking.get("/cases/<case_id>/together/change")
def went_back(case_id: str) -> Answer:
    return back_to("linking.choose", case_id=case_id)


@linking.post("/cases/<case_id>/together/change")
def change(case_id: str) -> Answer:
    """``other`` is the case, ``together`` yes or no."""
    sitting, known, case = _at_work(case_id)
    form, other = CaseForm(), request.form.get("other", "")
    wanted = request.form.get("together") == "yes"
    workspace = sitting.workspace
    if workspace is None or other not in sitting.cases or not form.validate_on_submit():
        abort(400)
    if sitting.first_time(form.once.data):
        try:
            say(workspace, case_id, other, together=wanted)
        except (Refused, SiteRefused) as problem:
            sitting.done.discard(form.once.data)
            return _page(sitting, known, case, SearchForm(formdata=None), 400, _why(problem))
        done = _("Ärendena hör ihop.") if wanted else _("Ärendena hör inte ihop längre.")
        waits = _("Webbplatsen svarar inte. Kopplingen väntar förseglad och skickas av sig själv.")
        panel().say(*((waits, "waits") if sitting.waiting else (done, "done")))
    return back_to("cases.case", case_id=case_id, _anchor="together")


def _why(problem: Refused | SiteRefused) -> str:
    if isinstance(problem, SiteRefused):
        kind = problem.kind
        return _("Webbplatsen tog inte emot det (%(kind)s). Hämta nytt och försök igen.", kind=kind)
    return _(
        "Ärendena kan inte kopplas: någon som läser det ena är bortvald i det andra, eller så läser du bara "
        "det ena."
    )


def _page(
    sitting: Sitting, known: Labels, case: Case, form: SearchForm, status: int = 200, problem: str = ""
) -> Response:
    words = (form.words.data or "").strip()
    hits = _hits(sitting, known, case, words) if not form.errors else []
    return page(
        "together",
        status,
        case=case,
        form=form,
        words=words,
        is_reading_in=bool(words) and sitting.is_reading_in,
        hits=[_described(case, one, known) for one in hits[:MOST_HITS]],
        more=max(0, len(hits) - MOST_HITS),
        once=CaseForm(formdata=None).once.data,
        problem=problem,
    )


def _hits(sitting: Sitting, known: Labels, case: Case, words: str) -> list[Case]:
    """Cases that this member reads, does not show as belonging yet, and has searched for; else the newest."""
    found = sitting.index.find(words) if words and sitting.index else None
    others = sitting.inbox.listed("newest", known.limits, known.setting.today, sitting.seen)
    return [
        sitting.cases[one.id]
        for one in others
        if one.id != case.id
        and (found is None or one.id in found)
        and sitting.cases[one.id].thread not in case.course.links
        and sitting.keys.member in sitting.cases[one.id].readers
    ]


def _described(case: Case, other: Case, known: Labels) -> Linked:
    who = between(case, other, _present(known.setting))
    return Linked(
        other.id,
        excerpt(other),
        other.received,
        str(STATES[other.state]),
        [known.name(one) for one in sorted(who.only_this | who.only_other)],
        [known.name(one) for one in sorted(who.left_out)],
    )


def _present(setting: Setting) -> set[str]:
    return {one.id for one in setting.roster.with_role(INVESTIGATOR, setting.today)}


def _at_work(case_id: str) -> tuple[Sitting, Labels, Case]:
    """An investigator at a case that they read and write in."""
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    case = sitting.cases.get(case_id)
    if case is None or sitting.standing != INVESTIGATOR or sitting.keys.member not in case.readers:
        abort(404)
    return sitting, known, case
