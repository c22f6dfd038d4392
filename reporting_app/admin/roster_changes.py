"""What differs between two versions of the roster, in words."""

from __future__ import annotations

from collections.abc import Mapping

from reporting_app.admin.i18n import _, day_text
from reporting_app.admin.wording import ROLES
from reporting_app.cases.changes import Change
from reporting_app.crypto.encoding import parse_day
from reporting_app.crypto.errors import Refused


def change_words(one: Change, names: Mapping[str, str]) -> str:
    """One difference between two versions."""
    who = names.get(one.subject, one.subject)
    days = [_day(one.before), _day(one.after)]
    role = {key: str(word) for key, word in ROLES.items()}
    sentences: dict[str, str] = {
        "added": _("%(who)s (%(id)s) kommer till", who=one.after, id=one.subject),
        "left": _(
            "%(who)s (%(id)s) lämnar. Det hen skriver räknas till och med %(day)s.",
            who=one.before,
            id=one.subject,
            day=days[1],
        ),
        "renamed": _("%(old)s heter nu %(new)s", old=one.before, new=one.after),
        "role": _("%(who)s blir %(new)s", who=who, new=role.get(one.after, one.after)),
        "expires": _(
            "Nyckeln för %(who)s gäller till %(new)s i stället för %(old)s",
            who=who,
            new=days[1],
            old=days[0],
        ),
        "slots": _("Brev får %(new)s platser i stället för %(old)s", new=one.after, old=one.before),
        "active": _("Gäller från %(day)s", day=days[1]),
    }
    return sentences.get(one.what, one.subject)


def _day(text: str) -> str:
    """A day in words; anything else as it is."""
    try:
        return day_text(parse_day(text), "long")
    except Refused:
        return text
