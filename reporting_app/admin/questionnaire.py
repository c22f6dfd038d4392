"""The signed questionnaire as a plain form of the panel's, and the advice that reporters read before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting_app.admin.labels import Labels
from reporting_app.cases import questions

INDENT = "\u2003"


@dataclass(frozen=True)
class Question:
    """One optional question; ``when_any``, with spaces between, are answers to ``when`` that bring it up."""

    id: str
    name: str
    label: str
    help: str
    many: bool
    options: Sequence[tuple[str, str]]
    when: str
    when_any: str


def questions_of(known: Labels) -> list[Question]:
    """In the order and in the words that reporters meet, in the panel's language."""
    content = known.setting.file.content
    parts = {one["id"] for one in content["organisations"] if one["parent"]}
    found = []
    for one in content["questionnaire"]["questions"]:
        when = one.get("when", {})
        inner = parts if one.get("source") == "organisations" else set()
        options = [
            (name, (INDENT if name in inner else "") + words) for name, words in known.choices(one["id"])
        ]
        found.append(
            Question(
                id=one["id"],
                name=questions.FIELD + one["id"],
                label=known.say(one["label"]),
                help=known.say(one.get("help", "")),
                many=one["type"] == "many",
                options=options,
                when=questions.FIELD + when["question"] if when else "",
                when_any=" ".join(when.get("any", ())),
            )
        )
    return found


def advice(known: Labels, name: str) -> list[tuple[bool, str]]:
    """A signed text as ``(is a point of a list, words)``: what little Markdown it has, without marks."""
    text = known.say(known.setting.file.content["texts"].get(name, ""))
    lines = [line.strip().replace("**", "") for line in text.splitlines()]
    return [(line.startswith("- "), line.removeprefix("- ")) for line in lines if line]
