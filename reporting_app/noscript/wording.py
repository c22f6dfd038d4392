"""What went wrong, in words that a person can act on, and days as people write them.

Sentences are Swedish here; the page says them in its own language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from reporting_app.crypto import receipt, wordlist
from reporting_app.crypto.errors import Refused
from reporting_app.noscript.draft import Draft, characters_too_many

TEXT, VIEW, READERS, RECEIPT = "text", "view", "readers", "receipt"


def N_(sentence: str) -> str:  # noqa: N802
    """Marks a sentence that is to be translated."""
    return sentence


# What a request for a call or meeting begins with.
CALL = N_("Jag vill prata i telefon eller träffas. Hur kan vi göra det så att det är säkert för mig?")


@dataclass(frozen=True)
class Trouble:
    """A sentence with ``{name}`` for its values, and the id of the field that it is about."""

    text: str
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict, repr=False)

    @classmethod
    def busy(cls) -> Trouble:
        return cls(N_("Servern kan inte ta emot just nu. Din text är kvar här. Försök igen om en stund."))

    @classmethod
    def sent_meanwhile(cls) -> Trouble:
        return cls(
            N_(
                "Något har redan skickats med det här kvittot sedan du öppnade sidan, "
                "kanske just den här texten. Skicka bara igen om den saknas."
            ),
            TEXT,
        )

    @classmethod
    def refused(cls, refused: Refused) -> Trouble:
        if refused.reason == "length":
            return cls(N_("Texten och svaren får inte plats. Korta texten och försök igen."), TEXT)
        return cls(N_("Det gick inte att skicka. Inget är lagrat. Din text är kvar här."))


def trouble_with(draft: Draft, readers_suffice: bool) -> list[Trouble]:
    """Everything that keeps a draft from being sent."""
    found = []
    if not draft.text:
        found.append(Trouble(N_("Textfältet är tomt. Skriv något först."), TEXT))
    return [*found, *_too_long(draft.text, TEXT), *_too_few(readers_suffice)]


def view_trouble(draft: Draft, readers_suffice: bool) -> list[Trouble]:
    """The same for the answers about how it has gone."""
    found = []
    if draft.view.is_empty:
        found.append(Trouble(N_("Svara på minst en fråga eller skriv något."), VIEW))
    return [*found, *_too_long(draft.view.text, VIEW), *_too_few(readers_suffice)]


def _too_long(text: str, field: str) -> list[Trouble]:
    count = characters_too_many(text)
    said = N_("Texten är för lång för att skickas. Korta den med ungefär {count} tecken.")
    return [Trouble(said, field, {"count": count})] if count else []


def _too_few(readers_suffice: bool) -> list[Trouble]:
    said = N_("För få kan läsa, eller så har listan ändrats. Välj igen vilka som ska lämnas utanför.")
    return [] if readers_suffice else [Trouble(said, READERS)]


def receipt_trouble(refused: Refused, typed: str) -> list[Trouble]:
    """What is wrong with typed words."""
    words = receipt.typed_words(typed)
    if not words:
        return [Trouble(N_("Skriv kvittots nio ord."), RECEIPT)]
    if refused.reason == "receipt-length":
        text = N_("Ett kvitto har nio ord. Här är det {count}.")
        return [Trouble(text, RECEIPT, {"count": len(words)})]
    if refused.reason == "receipt-word":
        number = next(at for at, word in enumerate(words, 1) if not wordlist.is_known(word))
        text = N_("Ordet ”{word}” finns inte i listan. Titta på ord {number}.")
        return [Trouble(text, RECEIPT, {"word": words[number - 1], "number": number})]
    return [Trouble(N_("Ett av orden är fel, eller så står de i fel ordning."), RECEIPT)]


def say_day(language: str) -> Callable[[date], str]:
    """Writes a day as a language does: 24 november 2026."""
    locale = {"en": "en_GB"}.get(language, language.partition("-")[0])
    return lambda day: format_date(day, format="long", locale=locale)
