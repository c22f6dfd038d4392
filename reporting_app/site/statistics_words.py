"""What the pages on statistics call things, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from gettext import NullTranslations

from babel.dates import format_date
from babel.numbers import format_decimal

from reporting_app.cases.coding import (
    ANSWER_LATE,
    CONSEQUENCE,
    FEEDBACK_LATE,
    FORM,
    IN_TIME,
    ORGANISATION,
    OUTCOME,
    OWN_VIEW,
    SEVERITY,
    SMALL,
    TIMELINESS,
    UNDETERMINED,
)
from reporting_app.cases.own_view import NOT_BETTER, REPRISALS, SOME_BETTER, STOPPED_AND_SAFER
from reporting_app.site.content import FIRST_LANGUAGE
from reporting_app.statistics.breaks import Name
from reporting_app.statistics.series import Row, Series


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for what is translated later
    return sentence


TITLES: Mapping[str, str] = {
    FORM: N_("Vad det handlar om"),
    ORGANISATION: N_("Vilka delar av organisationen"),
    SEVERITY: N_("Hur allvarligt"),
    CONSEQUENCE: N_("Vilka följder"),
    OUTCOME: N_("Vad ärendena ledde till"),
    TIMELINESS: N_("Svar och avslut i tid"),
    OWN_VIEW: N_("Hur det gick, enligt dem som rapporterat"),
}
# Cells that no deployment file names.
EVERYWHERE: Mapping[str, str] = {
    UNDETERMINED: N_("Gick inte att avgöra"),
    SMALL: N_("Små organisationer tillsammans"),
}
FIXED: Mapping[str, Mapping[str, str]] = {
    TIMELINESS: {
        IN_TIME: N_("Besvarat och avslutat i tid"),
        ANSWER_LATE: N_("Första svaret kom för sent"),
        FEEDBACK_LATE: N_("Avslutet kom för sent"),
    },
    OWN_VIEW: {
        STOPPED_AND_SAFER: N_("Det har upphört och personen är tryggare"),
        SOME_BETTER: N_("Delvis bättre"),
        NOT_BETTER: N_("Inte bättre"),
        REPRISALS: N_("Repressalier"),
    },
}
LOCALES = {"en": "en_GB"}  # for days and numbers
QUARTER = N_("kvartal %(number)s %(year)s")
MEAN = N_("i snitt %(first)s–%(last)s")
LAST = N_("%(others)s och %(last)s")


class Words:
    """Texts of the deployment file and of ours; the first language where a file lacks this one."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self._language = language
        self._locale = LOCALES.get(language, language)
        self._translations = translations

    def name(self, name: Name) -> str:
        """What a file calls something; an id that no file explains as it is."""
        if isinstance(name, str):
            return name
        return name.get(self._language) or name.get(FIRST_LANGUAGE, "")

    def joined(self, names: Sequence[Name]) -> str:
        """A, B and C."""
        said = [self.name(one) for one in names]
        if len(said) < 2:
            return "".join(said)
        return self._translations.gettext(LAST) % {"others": ", ".join(said[:-1]), "last": said[-1]}

    def is_ours(self, text: Mapping[str, str]) -> bool:
        """Whether a file has a text in this language."""
        return bool(text.get(self._language))

    def title(self, series: Series) -> str:
        """Of a table; its id when its dimension is not known here."""
        title = TITLES.get(series.dimension)
        return self._translations.gettext(title) if title else series.id

    def label(self, series: Series, cell: str, name: Name) -> str:
        """Of a cell; its id when neither a file nor this version names it."""
        fixed = EVERYWHERE.get(cell) or FIXED.get(series.dimension, {}).get(cell)
        if name == cell and fixed:
            return self._translations.gettext(fixed)
        return self.name(name) or cell

    def row(self, series: Series, row: Row) -> str:
        return self.label(series, row.cell, row.name)

    def day(self, day: date) -> str:
        """15 February 2030."""
        return format_date(day, "long", locale=self._locale)

    def number(self, value: float) -> str:
        """With one decimal."""
        return format_decimal(value, "0.0", locale=self._locale)

    def period(self, period: str) -> str:
        """2029, or quarter 1 2029."""
        if len(period) == 4:
            return period
        return self._translations.gettext(QUARTER) % {"number": period[-1], "year": period[:4]}

    def span(self, first: str, last: str) -> str:
        """The mean of several periods, named by the first and the last."""
        ends = {"first": self.period(first), "last": self.period(last)}
        return self._translations.gettext(MEAN) % ends

    def periods(self, periods: Sequence[str]) -> str:
        """Several, joined."""
        return self.joined([self.period(one) for one in periods])
