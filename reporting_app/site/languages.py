"""The languages of the reporter's pages: their sentences, and what a deployment file lacks of each.

A language is offered when nothing is missing, so a page never falls back to Swedish in the middle of a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

from reporting_app.cases.history import MEASURES
from reporting_app.site.assets import NotBuilt
from reporting_app.site.content import FIRST_LANGUAGE, Edition

TRANSLATIONS = Path(__file__).resolve().parent / "translations"


@dataclass(frozen=True)
class Language:
    """``code`` is BCP 47 and stands in the path; ``catalogues`` has a folder for it in gettext's spelling."""

    code: str
    name: str  # as its own readers write it
    direction: str = "ltr"  # or "rtl"
    is_reviewed: bool = True  # whether an editor has read our sentences
    catalogues: Path = TRANSLATIONS

    @property
    def catalogue(self) -> Path:
        return self.compiled("messages")

    def compiled(self, domain: str) -> Path:
        """The compiled catalogue of a domain in gettext's sense."""
        return self.catalogues / self.code.replace("-", "_") / "LC_MESSAGES" / f"{domain}.mo"

    def check_built(self, domain: str = "messages") -> None:
        """Raises NotBuilt when nobody has compiled its translations."""
        if self.code != FIRST_LANGUAGE and not self.compiled(domain).is_file():
            raise NotBuilt("translations: pybabel compile -d reporting_app/site/translations")


LANGUAGES = (
    Language("sv", "Svenska"),
    Language("en", "English"),
    Language("fi", "Suomi", is_reviewed=False),
    Language("sv-simple", "Lätt svenska", is_reviewed=False),
)
CODES = tuple(one.code for one in LANGUAGES)


@cache
def sentences(language: Language, domain: str = "messages") -> NullTranslations:
    """The catalogue of the Swedish sentences in templates/site, and before it that of ``domain``.

    Swedish needs none.
    """
    if language.code == FIRST_LANGUAGE:
        return NullTranslations()
    # By its path: Babel would look for a locale, and takes easy Swedish for Swedish.
    with language.compiled(domain).open("rb") as compiled:
        found = Translations(compiled)
    if domain != "messages":
        found.add_fallback(sentences(language))
    return found


def missing(body: Mapping[str, Any], code: str) -> list[str]:
    """Where a deployment file says something in Swedish and not in this language: ``texts.start``."""
    # Leadership's pages alone show measures, and those in Swedish where nobody has translated them.
    shown = {key: value for key, value in body.items() if key != MEASURES}
    return [where for where, said in localised(shown) if said[FIRST_LANGUAGE] and not _has(said, code)]


def _has(said: Mapping[str, Any], code: str) -> bool:
    text = said.get(code)
    return isinstance(text, str) and bool(text.strip())


def localised(node: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text in several languages, with the place it has; what stands in a list is named by its id."""
    if isinstance(node, Mapping):
        if isinstance(node.get(FIRST_LANGUAGE), str):
            yield where, node
            return
        for key, value in node.items():
            yield from localised(value, f"{where}.{key}".lstrip("."))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for place, value in enumerate(node):
            name = value.get("id", place) if isinstance(value, Mapping) else place
            yield from localised(value, f"{where}.{name}")


@lru_cache(maxsize=4)
def offered(edition: Edition, languages: tuple[Language, ...]) -> Mapping[str, Language]:
    """By code, the languages in which the whole of this edition can be read."""
    return {
        one.code: one
        for one in languages
        if one.code == FIRST_LANGUAGE or not missing(edition.body, one.code)
    }


def awaits_editor(edition: Edition, language: Language) -> bool:
    """Whether readers are told that no editor has read this text. The municipality says so when one has."""
    reviewed = edition.body["texts"].get("reviewed_languages", [])
    return not language.is_reviewed and language.code not in reviewed
