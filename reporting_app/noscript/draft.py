"""What a person has put into the plain forms so far. Nothing of it is kept between requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from reporting_app.cases import questions
from reporting_app.cases.schema import MOST_TEXT

FIELDS = ("text", "leave", "receipt", "seen", "step")
# Several times what nine words take. Spelling out more could keep the site busy for minutes: marks upon marks
# are put in order one by one.
MOST_RECEIPT = 1_000


@dataclass(frozen=True)
class Draft:
    """A report or message before it is sealed; ``seen`` tells what had been sent when the form was shown."""

    text: str = field(default="", repr=False)
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    leave_out: tuple[str, ...] = ()
    receipt: str = field(default="", repr=False)
    seen: str = ""

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
        )

    def with_words(self, words: str) -> Draft:
        """The same with ``words`` after what is written, once."""
        if words in self.text:
            return self
        return replace(self, text="\n\n".join(one for one in (self.text, words) if one))

    @property
    def bytes_too_many(self) -> int:
        """How much longer than the format allows the text is, in bytes of UTF-8; 0 when it fits."""
        return max(0, len(self.text.encode()) - MOST_TEXT)

    @property
    def characters_too_many(self) -> int:
        """About as many characters to take away, of the kind that the text has."""
        excess, size = self.bytes_too_many, len(self.text.encode())
        return -(-excess * len(self.text) // size) if excess else 0


def is_field(key: str) -> bool:
    """Whether a plain form has a field of that name."""
    return key in FIELDS or key.startswith(questions.FIELD)
