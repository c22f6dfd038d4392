"""What went wrong, in words that a person can act on, and days as people write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _

from reporting_app.crypto import receipt, wordlist
from reporting_app.crypto.errors import Refused
from reporting_app.noscript.draft import Draft

TEXT, READERS, RECEIPT = "text", "readers", "receipt"


@dataclass(frozen=True)
class Trouble:
    """A sentence, and the id of the field that it is about."""

    text: str
    field: str = ""

    @classmethod
    def busy(cls) -> Trouble:
        return cls(_("Servern kan inte ta emot just nu. Din text är kvar här. Försök igen om en stund."))

    @classmethod
    def sent_meanwhile(cls) -> Trouble:
        return cls(
            _(
                "Något har redan skickats med det här kvittot sedan du öppnade sidan, "
                "kanske just den här texten. Skicka bara igen om den saknas."
            ),
            TEXT,
        )

    @classmethod
    def refused(cls, refused: Refused) -> Trouble:
        if refused.reason == "length":
            return cls(_("Texten och svaren får inte plats. Korta texten och försök igen."), TEXT)
        return cls(_("Det gick inte att skicka. Inget är lagrat. Din text är kvar här."))


def trouble_with(draft: Draft, readers_suffice: bool) -> list[Trouble]:
    """Everything that keeps a draft from being sent."""
    found = []
    if not draft.text:
        found.append(Trouble(_("Textfältet är tomt. Skriv något först."), TEXT))
    if draft.characters_too_many:
        text = _("Texten är för lång för att skickas. Korta den med ungefär {count} tecken.")
        found.append(Trouble(text.format(count=draft.characters_too_many), TEXT))
    if not readers_suffice:
        text = _("För få kan läsa, eller så har listan ändrats. Välj igen vilka som ska lämnas utanför.")
        found.append(Trouble(text, READERS))
    return found


def receipt_trouble(refused: Refused, typed: str) -> list[Trouble]:
    """What is wrong with typed words."""
    words = receipt.typed_words(typed)
    if not words:
        return [Trouble(_("Skriv kvittots nio ord."), RECEIPT)]
    if refused.reason == "receipt-length":
        text = _("Ett kvitto har nio ord. Här är det {count}.").format(count=len(words))
    elif refused.reason == "receipt-word":
        number = next(at for at, word in enumerate(words, 1) if not wordlist.is_known(word))
        text = _("Ordet ”{word}” finns inte i listan. Titta på ord {number}.")
        text = text.format(word=words[number - 1], number=number)
    else:
        text = _("Ett av orden är fel, eller så står de i fel ordning.")
    return [Trouble(text, RECEIPT)]


def say_day(language: str) -> Callable[[date], str]:
    """Writes a day as a language does: 24 november 2026."""
    locale = {"en": "en_GB"}.get(language, language.partition("-")[0])
    return lambda day: format_date(day, format="long", locale=locale)
