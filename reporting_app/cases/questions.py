"""Which optional questions show, and which answers count: the same rule in the browser and without scripts.

A question with a condition, ``"when": {"question": id, "any": [option, …]}``, shows while the question that
it names stands before it, shows itself, and has one of those options among its answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

Given = Mapping[str, Sequence[str]]
Value = TypeVar("Value")
# Before the id of a question, in the name of a form's field.
FIELD = "answer."
SURROGATE = re.compile("[\ud800-\udfff]")


def by_question(form: Mapping[str, Value]) -> dict[str, Value]:
    """Question id -> what a plain form's field of it holds."""
    return {key.removeprefix(FIELD): value for key, value in form.items() if key.startswith(FIELD)}


def carried(text: str) -> str:
    """Typed text as the protocol can carry it: forms write line ends as CR LF."""
    return SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\0", "")).strip()


def answers_that_count(content: Mapping[str, Any], given: Given) -> dict[str, list[str]]:
    """Question id -> ids of the options chosen, in the order of the questionnaire.

    ``content`` is the human part of a deployment file. What no question that shows offers is left away,
    and of several answers where one is asked for all but the first.
    """
    answers: dict[str, list[str]] = {}
    for question in content["questionnaire"]["questions"]:
        if not shows(question, answers):
            continue
        chosen = set(given.get(question["id"], ()))
        found = [option for option in _options(content, question) if option in chosen]
        if found:
            answers[question["id"]] = found if question["type"] == "many" else found[:1]
    return answers


def shows(question: Mapping[str, Any], answers: Given) -> bool:
    """Whether it makes sense to ask this, after these answers to the questions before it."""
    when = question.get("when")
    return when is None or any(option in when["any"] for option in answers.get(when["question"], ()))


def _options(content: Mapping[str, Any], question: Mapping[str, Any]) -> list[str]:
    offered = content["organisations"] if question.get("source") == "organisations" else question["options"]
    return [option["id"] for option in offered]
