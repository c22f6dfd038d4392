"""The decision on notifying Arbetsmiljöverket, and the text that helps to do it without naming anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import flask_babel
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from reporting_app.admin.drafts import plain_lines
from reporting_app.admin.forms import CaseForm, most_bytes
from reporting_app.admin.i18n import N_, _
from reporting_app.admin.labels import Labels
from reporting_app.admin.wording import STATES
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk
from reporting_app.cases.notification import LEVELS, MADE, NOT_NEEDED, SEVERE, notification_of
from reporting_app.cases.schema import MOST_TEXT

DECISIONS: Mapping[str, Any] = {
    MADE: N_("Vi anmäler till Arbetsmiljöverket"),
    NOT_NEEDED: N_("Det behöver inte anmälas"),
}
LEAST_EMPLOYEES = 200
# A text of the deployment file that says what the law asks, where an organisation words it itself.
LAW = "work_environment_notification"


class NotificationForm(CaseForm):
    decision = RadioField(
        N_("Beslut"),
        [InputRequired(N_("Välj om ni anmäler eller inte."))],
        choices=[SelectChoice(*one) for one in DECISIONS.items()],
    )
    reason = TextAreaField(
        N_("Skäl, bara för er som läser ärendet"),
        [DataRequired(N_("Skriv varför.")), most_bytes(MOST_TEXT)],
        [plain_lines],
    )


@dataclass(frozen=True)
class Card:
    """What the case page shows. ``decided`` is the latest decision in words, empty while there is none."""

    is_asked: bool
    is_late: bool
    asked: date | None
    law: str
    text: str
    decided: str = ""
    reason: str = ""
    who: str = ""
    day: date | None = None


def card(case: Case, known: Labels) -> Card | None:
    """None for a case that is not severe and about which nothing was decided."""
    found = notification_of(case)
    if found.level < SEVERE and found.decision is None:
        return None
    late = found.asked is not None and found.asked < known.setting.today
    made = Card(found.asked is not None, late, found.asked, _law(known), prepared(case, known, found.level))
    if found.decision is None:
        return made
    body, author = found.decision.event.body, found.decision.event.author
    words = str(DECISIONS[body["decision"]])
    said = (words, str(body["reason"]), known.name(author), found.decision.day)
    return Card(made.is_asked, made.is_late, made.asked, made.law, made.text, *said)


def decide(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    """Carries the form out."""
    compose = partial(Desk.notification, decision=form.decision.data, reason=form.reason.data.strip())
    workspace.act(case_id, compose)
    return _("Beslutet är sparat.")


def prepared(case: Case, known: Labels, level: int) -> str:
    """Without the narrative, names, functions, places or days: what an authority may be told of anybody."""
    given = case.report.event.body["answers"] if case.report else {}
    severity = next((name for name, number in LEVELS.items() if number == level), "")
    rows = [
        (_("Händelse"), known.options("form", given.get("form", ()))),
        (_("Allvar"), known.options("severity", [severity] if severity else ())),
        (_("Var"), known.options("setting", given.get("setting", ()))),
        (_("Följd"), known.options("consequence", given.get("consequence", ()))),
        (_("Verksamhet"), _organisations(given.get("organisation", ()), known)),
        (_("Rapporterat"), [_month(case.received)] if case.received else []),
        (_("Åtgärder hittills"), _measures(case)),
    ]
    unknown = _("uppgift saknas")
    title = _("Underlag till Arbetsmiljöverket, 3 kap. 3 a § arbetsmiljölagen")
    lines = [f"{what}: {'; '.join(values) or unknown}" for what, values in rows]
    return "\n".join([title, "", *lines])


def _organisations(chosen: list[str], known: Labels) -> list[str]:
    """Department or company only, and only one that many work in."""
    entries = {one["id"]: one for one in known.setting.file.content["organisations"]}
    least = known.setting.file.human_part["parameters"].get("min_employees", LEAST_EMPLOYEES)
    tops = {entries[name]["parent"] or name for name in chosen if name in entries}
    large = [name for name in entries if name in tops and entries[name].get("employees", 0) >= least]
    return known.options("organisation", large)


def _measures(case: Case) -> list[str]:
    """The states that the case has been in since it came, once each."""
    states = [str(one.event.body["state"]) for one in case.timeline if one.event.kind == "status"]
    return [str(STATES[name]) for name in dict.fromkeys([*states, case.state])]


def _month(day: date) -> str:
    return str(flask_babel.format_date(day, "MMMM y"))


def _law(known: Labels) -> str:
    own = known.say(known.setting.file.content["texts"].get(LAW, ""))
    return own or _(
        "Arbetsgivaren ska utan dröjsmål underrätta Arbetsmiljöverket om dödsfall, svårare personskador och "
        "tillbud som har inneburit allvarlig fara för liv eller hälsa (3 kap. 3 a § arbetsmiljölagen). "
        "Er jurist bekräftar vad som gäller hos er."
    )
