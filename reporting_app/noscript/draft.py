"""What a person has put into the plain forms so far. Nothing of it is kept between requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from reporting_app.cases import own_view, questions
from reporting_app.cases.schema import MOST_TEXT
from reporting_app.crypto.encoding import Json

VIEW = "view."
FIELDS = ("text", "leave", "receipt", "seen", "step")
# Several times what nine words take. Spelling out more could keep the site busy for minutes: marks upon marks
# are put in order one by one.
MOST_RECEIPT = 1_000


@dataclass(frozen=True)
class View:
    """How it went for the person, as far as the form says; empty is not answered."""

    stopped: str = ""
    safer: str = ""
    reprisals: str = ""
    text: str = ""
    moment: str = own_view.CLOSING

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> View:
        """What nobody is offered is left away."""
        known = {name: form.get(VIEW + name, "") for name in own_view.QUESTIONS}
        given = {name: one for name, one in known.items() if one in own_view.QUESTIONS[name]}
        moment = form.get(VIEW + "moment", "")
        text = questions.carried(form.get(VIEW + "text", ""))
        return cls(**given, text=text, moment=moment if moment in own_view.MOMENTS else own_view.CLOSING)

    @property
    def answers(self) -> dict[str, Json]:
        """As an event's body has them."""
        given = {name: getattr(self, name) for name in own_view.QUESTIONS}
        return {name: [one] for name, one in given.items() if one}

    @property
    def is_empty(self) -> bool:
        return not self.answers and not self.text


@dataclass(frozen=True)
class Draft:
    """A report or message before it is sealed; ``seen`` tells what had been sent when the form was shown."""

    text: str = field(default="", repr=False)
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    leave_out: tuple[str, ...] = ()
    receipt: str = field(default="", repr=False)
    seen: str = ""
    view: View = field(default_factory=View, repr=False)

    @classmethod
    def from_form(cls, form: MultiDict[str, str], content: Mapping[str, Any]) -> Draft:
        """``content`` is the human part of the deployment file in force."""
        given = questions.by_question(form.to_dict(flat=False))
        return cls(
            text=questions.carried(form.get("text", "")),
            answers=questions.answers_that_count(content, given),
            leave_out=tuple(sorted(set(form.getlist("leave")))),
            receipt=form.get("receipt", "")[:MOST_RECEIPT],
            seen=form.get("seen", ""),
            view=View.from_form(form),
        )

    def with_words(self, words: str) -> Draft:
        """The same with ``words`` after what is written, once."""
        if words in self.text:
            return self
        return replace(self, text="\n\n".join(one for one in (self.text, words) if one))


def characters_too_many(text: str) -> int:
    """About as many characters to take away, of the kind that the text has; 0 when the format allows it."""
    size = len(text.encode())
    excess = max(0, size - MOST_TEXT)
    return -(-excess * len(text) // size) if excess else 0


def is_field(key: str) -> bool:
    """Whether a plain form has a field of that name."""
    return key in FIELDS or key.startswith((questions.FIELD, VIEW))
