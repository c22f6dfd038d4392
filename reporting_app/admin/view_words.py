"""What a reporter answers about how it went, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reporting_app.admin.i18n import N_
from reporting_app.cases.own_view import (
    CLOSING,
    LATER,
    NO,
    PARTLY,
    QUESTIONS,
    REPRISALS,
    SAFER,
    STOPPED,
    UNSURE,
    YES,
)

MOMENTS: Mapping[str, Any] = {
    CLOSING: N_("Hur det har gått, frågat när ärendet avslutades"),
    LATER: N_("Hur det har gått, frågat ett halvår senare"),
}
ASKED: Mapping[str, Any] = {
    STOPPED: N_("Har det slutat?"),
    SAFER: N_("Är du tryggare nu?"),
    REPRISALS: N_("Har du utsatts för repressalier?"),
}
ANSWERS: Mapping[str, Any] = {
    YES: N_("Ja"),
    PARTLY: N_("Delvis"),
    NO: N_("Nej"),
    UNSURE: N_("Vet ej / vill ej svara"),
}


def view_content(body: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """What was asked when, the person's own text, and each answer; what is unknown by its id."""
    given = body["answers"]
    names = [*QUESTIONS, *sorted(given.keys() - QUESTIONS.keys())]
    said = [f"{ASKED.get(name, name)} {_listed(given[name])}" for name in names if given.get(name)]
    return str(MOMENTS[body["moment"]]), str(body["text"]), said


def _listed(answers: Sequence[str]) -> str:
    return ", ".join(str(ANSWERS.get(one, one)) for one in answers)
