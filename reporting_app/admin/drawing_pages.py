"""The witness's statistics pages: propose, sign, correct, and what is spent. Views parse, call, render."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from reporting_app.admin import drawing_words as words
from reporting_app.admin.drafts import plain_lines
from reporting_app.admin.drawing import DrawingRoom, Proposal
from reporting_app.admin.drawing_rounds import carry_on
from reporting_app.admin.forms import PanelForm
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import back_to, labels, page, panel
from reporting_app.admin.remote import SiteAway, SiteRefused
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.soundness import soundness
from reporting_app.admin.statistics_words import refused_words
from reporting_app.admin.trust import PanelSetting
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.coding import FORM
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import WITNESS
from reporting_app.statistics.catalogue import Catalogue
from reporting_app.statistics.release import MOST_REASON, Release
from reporting_app.statistics.tally import counted

Act = Callable[[DrawingRoom, PanelSetting], object]

drawing_views = Blueprint("statistics", __name__, url_prefix="/statistics")


class DrawForm(PanelForm):
    """Tables of one period."""

    period = HiddenField()
    tables = SelectMultipleField(widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())


class SignForm(PanelForm):
    """``document`` is the b64 id of what is signed."""

    document = HiddenField()


class CorrectForm(PanelForm):
    """Which cells are taken back, and why."""

    cells = SelectMultipleField(
        N_("Ta tillbaka"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = TextAreaField(N_("Varför? Det visas för alla."), filters=[plain_lines])


@drawing_views.before_request
def unlocked() -> Answer | None:
    """Only witnesses have these pages."""
    mine = panel()
    if mine.sitting is None:
        return redirect(url_for("door.unlock", next=request.script_root + request.path), code=303)
    if request.method == "GET":
        mine.freshen()
    if not mine.sitting.standing:
        return back_to("start.waiting")
    if mine.sitting.standing != WITNESS:
        abort(404)
    return None


@drawing_views.get("")
def overview() -> Response:
    return _overview()


@drawing_views.post("/propose")
def propose() -> Answer:
    _sitting, workspace, _known = _here()
    form, catalogue = DrawForm(), _catalogue(workspace)
    offered = workspace.draw_together(lambda room, setting: words.undrawn(room, catalogue, setting))
    tables = offered.get(form.period.data, [])
    form.tables.choices = [SelectChoice(one.id, one.id) for one in tables]
    chosen = [one for one in tables if one.id in (form.tables.data or [])]
    if not form.validate_on_submit() or not chosen:
        return _overview(400, _("Välj minst en tabell."))
    said = _("Förslaget är skickat. Din kollega i tillsynen skriver under i sin panel.")
    return _done(lambda room, setting: room.propose(setting, form.period.data, chosen), said)


@drawing_views.post("/sign")
def sign() -> Answer:
    form = SignForm()

    def act(room: DrawingRoom, setting: PanelSetting) -> None:
        room.accept(setting, _proposal(room, setting, form.document.data))
        carry_on(room, setting)

    said = _("Underskrivet och draget. Talen publiceras när båda panelerna har varit igång.")
    return _done(act, said) if form.validate_on_submit() else _overview(400, refused_words("ledger"))


@drawing_views.get("/<table>/<period>")
def release(table: str, period: str) -> Response:
    return _release_page(table, period, CorrectForm(formdata=None))


@drawing_views.post("/<table>/<period>")
def correct(table: str, period: str) -> Answer:
    found, form = _published(table, period), CorrectForm()
    form.cells.choices = [SelectChoice(cell, cell) for cell in found.cells]
    taken, reason = form.cells.data or [], (form.reason.data or "").strip()
    if not form.validate_on_submit() or not taken or not 1 <= len(reason) <= MOST_REASON:
        return _release_page(table, period, form, 400, refused_words("schema"))
    said = _("Rättelsen är föreslagen. Den gäller när din kollega har skrivit under.")
    return _done(lambda room, setting: room.correct(setting, found, taken, reason), said)


@drawing_views.post("/correction")
def sign_correction() -> Answer:
    form = SignForm()

    def act(room: DrawingRoom, setting: PanelSetting) -> None:
        waiting = [one for one in room.corrections(setting) if b64(one.id) == form.document.data]
        if not waiting:
            raise Refused("release", "no such correction waits")
        room.accept_correction(waiting[0])
        carry_on(room, setting)

    return _done(act, _("Rättelsen är publicerad.")) if form.validate_on_submit() else _overview(400)


def _here() -> tuple[Sitting, Workspace, Labels]:
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or sitting.workspace is None or known is None:
        abort(409)
    return sitting, sitting.workspace, known


def _catalogue(workspace: Workspace) -> Catalogue:
    return Catalogue.of(workspace.setting.file.human_part)


def _done(act: Act, said: str) -> Answer:
    """Does it, or says in a sentence why it could not be done."""
    _sitting, workspace, _known = _here()
    try:
        workspace.draw_together(act)
    except (Refused, SiteRefused) as problem:
        reason = problem.reason if isinstance(problem, Refused) else problem.kind
        return _overview(409, refused_words(reason))
    except SiteAway:
        return _overview(503, _("Webbplatsen svarar inte. Inget är draget. Försök igen om en stund."))
    panel().say(said)
    return back_to("statistics.overview")


def _proposal(room: DrawingRoom, setting: PanelSetting, document: str) -> Proposal:
    for one in room.proposals(setting):
        if b64(one.intent.id) == document:
            return one
    raise Refused("ledger", "no such proposal waits")


def _published(table: str, period: str) -> Release:
    _sitting, workspace, _known = _here()
    found = workspace.draw_together(lambda room, _setting: room.standing.releases.last(table, period))
    if found is None:
        abort(404)
    return found


def _overview(status: int = 200, problem: str = "") -> Response:
    _sitting, workspace, known = _here()
    try:
        catalogue = _catalogue(workspace)
    except Refused:
        return page("statistics", 409, broken=True)
    return workspace.draw_together(
        lambda room, setting: _overview_of(room, setting, workspace, known, catalogue, (status, problem))
    )


def _overview_of(
    room: DrawingRoom,
    setting: PanelSetting,
    workspace: Workspace,
    known: Labels,
    catalogue: Catalogue,
    answer: tuple[int, str],
) -> Response:
    watched, forms = list(workspace.watched.values()), _form_tables(catalogue)
    voted = {(one.ballot.table, one.ballot.period) for one in room.casts}
    offers = []
    for period, tables in words.undrawn(room, catalogue, setting).items():
        coded = max((len(counted(room.casts, name, (), period)) for name in forms), default=0)
        sound = soundness(watched, coded, period)
        has_ballots = any((one.id, period) in voted for one in tables)
        offers.append(words.offer(period, tables, sound, has_ballots=has_ballots))
    waiting = room.proposals(setting)
    return page(
        "statistics",
        answer[0],
        problem=answer[1],
        offers=offers,
        theirs=[_asked(one, known, catalogue) for one in waiting if one.intent.proposer != room.keys.member],
        mine=[_asked(one, known, catalogue) for one in waiting if one.intent.proposer == room.keys.member],
        corrections=[
            _correction(one, known, catalogue, room.keys.member) for one in room.corrections(setting)
        ],
        drawn=[words.drawn(room, one, known, catalogue) for one in reversed(room.standing.ledger.intents)],
        spent=words.spent(room, catalogue, setting.today),
        refused=room.refused,
        alone=len(setting.roster.with_role(WITNESS, setting.today)) < 2,
        alarm=refused_words(room.standing.alarm) if room.standing.alarm else "",
    )


def _form_tables(catalogue: Catalogue) -> list[str]:
    return [one.id for one in catalogue.tables if one.dimension == FORM]


def _asked(one: Proposal, known: Labels, catalogue: Catalogue) -> dict[str, object]:
    return {
        "document": b64(one.intent.id),
        "day": one.intent.day,
        "who": known.name(one.intent.proposer),
        "period": words.period_words(one.intent.period),
        "tables": [words.title(table.id, catalogue) for table in one.intent.tables],
    }


def _correction(one: Release, known: Labels, catalogue: Catalogue, mine: str) -> dict[str, object]:
    author = next(iter(one.document.signatures))
    return {
        "document": b64(one.id),
        "who": known.name(author),
        "own": author == mine,
        "title": words.title(one.table, catalogue),
        "period": words.period_words(one.period),
        "reason": one.reason,
    }


def _release_page(
    table: str, period: str, form: CorrectForm, status: int = 200, problem: str = ""
) -> Response:
    found, (_sitting, workspace, known) = _published(table, period), _here()
    catalogue = _catalogue(workspace)
    dimension = catalogue.by_id[table].dimension if table in catalogue.by_id else ""
    return page(
        "statistics_release",
        status,
        problem=problem,
        form=form,
        release=found,
        title=words.title(table, catalogue),
        period=words.period_words(period),
        cells=words.cells(found, dimension, known),
        most=MOST_REASON,
    )
