"""The team's pages made: absences, the list of text blocks and one of them, each with its draft."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import Response, abort, url_for

from reporting_app.admin import team_words
from reporting_app.admin.forms import CaseForm
from reporting_app.admin.i18n import _
from reporting_app.admin.labels import Labels
from reporting_app.admin.pages import labels, page, panel
from reporting_app.admin.sitting import Sitting
from reporting_app.admin.team_forms import AbsenceForm, BlockForm
from reporting_app.cases.team import Template

ABSENCE_PLACE, NEW_PLACE = "absence:own", "template:+"


def absence_page(form: AbsenceForm, status: int = 200, problems: Collection[str] = ()) -> Response:
    sitting, known = at_work()
    own = team_words.own_absence(sitting, known.setting.today)
    return page(
        "absence",
        status,
        form=form,
        once=CaseForm(formdata=None),
        problems=problems,
        own=own,
        gaps=team_words.gap_lines(sitting, known, own) if own else [],
        everybody=team_words.absences(sitting, known),
        days=team_words.days,
    )


def restored_absence() -> AbsenceForm:
    sitting, known = at_work()
    drafts = panel().drafts
    kept = drafts.load(ABSENCE_PLACE, sitting.keys) if drafts else {}
    data = {name: _day_of(kept.get(name, "")) for name in ("first", "last")}
    form = AbsenceForm(formdata=None, data={**data, "cover": kept.get("cover", "").split()})
    form.kept = bool(kept)
    return form.expect(team_words.colleagues(sitting, known), known.setting.today)


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def blocks_page(status: int = 200, problems: Collection[str] = ()) -> Response:
    sitting, known = at_work()
    return page(
        "blocks",
        status,
        blocks=team_words.blocks(sitting.team),
        title_of=team_words.title_of,
        name_of=known.name,
        suggestions=team_words.suggestions(sitting.team),
        once=CaseForm(formdata=None),
        problems=problems,
    )


def block_page(
    name: str, form: BlockForm, current: Template | None, clash: str = "", status: int = 200
) -> Response:
    return page(
        "block",
        status,
        form=form,
        current=current,
        clash=clash,
        place=block_place(name),
        path=url_for("team.block", name=name or None),
        once=CaseForm(formdata=None),
    )


def restored_block(sitting: Sitting, name: str, current: Template | None) -> BlockForm:
    drafts = panel().drafts
    kept = drafts.load(block_place(name), sitting.keys) if drafts else {}
    now = {"title": current.title, "text": current.text, "before": current.event.hex()} if current else {}
    form = BlockForm(formdata=None, data=kept or now)
    form.kept = bool(kept)
    return form


def clash(form: BlockForm, current: Template | None, known: Labels) -> str:
    """Says so when somebody else changed the block since the form was shown; saving again then counts."""
    now = current.event.hex() if current else ""
    if form.before.data == now:
        return ""
    form.before.data = now
    if current is None:
        return _("Någon tog bort textblocket medan du skrev. Spara igen för att lägga tillbaka det.")
    return _(
        "%(name)s ändrade textblocket medan du skrev. Här under står det som gäller nu. Spara igen om din "
        "text ska gälla i stället.",
        name=known.name(current.author),
    )


def block_place(name: str) -> str:
    return f"template:{name}" if name else NEW_PLACE


def at_work() -> tuple[Sitting, Labels]:
    """The sitting and the signed words; the guard has seen that both are there."""
    sitting = panel().sitting
    known = labels(sitting) if sitting else None
    if sitting is None or known is None:
        abort(409)
    return sitting, known
