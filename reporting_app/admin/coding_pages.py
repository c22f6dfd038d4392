"""Coding a case: one form, in the flow of work."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, abort, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin import cases
from reporting_app.admin.ballots import scheme_of
from reporting_app.admin.coding_form import CodingForm
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import back_to, labels, panel
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.state import kept_for_later
from reporting_app.cases.coding import YES
from reporting_app.crypto.errors import Refused
from reporting_app.storage.errors import StorageBusy

coding = Blueprint("cases_coding", __name__)


@coding.before_request
def unlocked() -> Answer | None:
    """Locked: what was chosen is kept, and unlocking leads back to the case."""
    case_id = (request.view_args or {}).get("case_id", "")
    if panel().sitting is None and request.method == "POST":
        return kept_for_later(f"coding:{case_id}", url_for("door.unlock", next=_case_path(case_id)))
    return None


@coding.get("/cases/<case_id>/coding")
def went_back(case_id: str) -> Answer:
    """The address of the posted form, reloaded."""
    return back_to("cases.case", case_id=case_id)


@coding.post("/cases/<case_id>/coding")
def code(case_id: str) -> Answer:
    sitting, known = _at_work(case_id)
    form = CodingForm()
    form.offer(scheme_of(known.setting), known)
    if form.validate_on_submit() and _done(sitting, case_id, form):
        return back_to("cases.case", case_id=case_id, _anchor="coding")
    return cases.with_coding(case_id, form)


def _at_work(case_id: str) -> tuple[Sitting, Labels]:
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    if sitting.standing != "investigator" or case_id not in sitting.cases:
        abort(404)
    return sitting, known


def _done(sitting: Sitting, case_id: str, form: CodingForm) -> bool:
    """Posts the coding once; a refusal becomes the form's error."""
    mine, workspace = panel(), sitting.workspace
    if workspace is None or not sitting.first_time(form.once.data):
        return True
    try:
        workspace.code(case_id, form.chosen, plausible=form.plausible.data == YES)
    except (Refused, SiteRefused, StorageBusy) as problem:
        sitting.done.discard(form.once.data)
        form.plausible.errors = [*form.plausible.errors, _why(problem)]
        return False
    if sitting.waiting:
        mine.say(_("Webbplatsen svarar inte. Kodningen väntar förseglad och skickas av sig själv."), "waits")
    else:
        mine.say(_("Ärendet är kodat."))
    with suppress(StorageBusy):  # done is done, also when the draft cannot be wiped now
        if mine.drafts:
            mine.drafts.drop(f"coding:{case_id}")
    return True


def _why(problem: Refused | SiteRefused | StorageBusy) -> str:
    if isinstance(problem, StorageBusy):
        return _(
            "Datorn kan inte spara just nu, oftast för att disken är full. Frigör plats och försök igen."
        )
    if isinstance(problem, Refused) and problem.reason == "audience":
        return _("Du kan läsa det här ärendet men inte skriva i det.")
    kind = problem.reason if isinstance(problem, Refused) else problem.kind
    return _("Kodningen gick inte att spara (%(kind)s). Hämta nytt och försök igen.", kind=kind)


def _case_path(case_id: str) -> str:
    return url_for("cases.case", case_id=case_id)
