"""The protocol's names in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reporting_app.admin.config import FIRST_LANGUAGE
from reporting_app.admin.i18n import N_, _, duration, number
from reporting_app.admin.statistics_words import refused_words
from reporting_app.admin.trust import CLOCK, FULL, Alarm
from reporting_app.cases.identity import LEAST_CONTRAST, WeakAccent
from reporting_app.crypto.errors import Refused

STATES: Mapping[str, Any] = {
    "received": N_("Mottagen"),
    "assessing": N_("Bedöms"),
    "investigating": N_("Utreds"),
    "acting": N_("Åtgärdas"),
    "closed": N_("Avslutad"),
}
ROLES: Mapping[str, Any] = {"investigator": N_("Utredare"), "witness": N_("Tillsyn")}
LANGUAGE_NAMES: Mapping[str, Any] = {
    "en": N_("engelska"),
    "fi": N_("finska"),
    "sv-simple": N_("lätt svenska"),
}

GROUPS: Mapping[str, Any] = {
    "open": N_("Öppna"),
    "mine": N_("Mina"),
    "elsewhere": N_("Hos andra handläggare"),
    "closed": N_("Avslutade"),
    "junk": N_("Skräp"),
    "all": N_("Alla ärenden"),
}
SORTS: Mapping[str, Any] = {
    "need": N_("Det som behöver dig först"),
    "newest": N_("Nyast rapport först"),
    "oldest": N_("Äldst rapport först"),
    "left": N_("Minst tid kvar till svar eller återkoppling"),
}

# Why something was set aside.
REASONS: Mapping[str, Any] = {
    "audience": N_("Den var inte ställd till dig."),
    "author": N_("Den som påstås ha skrivit den fick inte göra det."),
    "body": N_("Innehållet är skadat eller ändrat."),
    "commitment": N_("Brevet är inte bundet till sin nyckel: det kan ha visat olika text för olika läsare."),
    "deployment": N_("Den hör till en annan tjänst."),
    "encoding": N_("Den är inte skriven på det enda tillåtna sättet."),
    "kind": N_("En sådan händelse får inte finnas här."),
    "length": N_("Den har fel storlek."),
    "magic": N_("Den är av ett okänt slag."),
    "schema": N_("Den har inte den form som reglerna kräver."),
    "signature": N_("Underskriften stämmer inte."),
    "thread": N_("Den hör till ett annat ärende."),
}

# What a file of another kind or a damaged one is.
FILE_REASONS: Mapping[str, Any] = {
    "content": N_("Filen är skadad eller har ändrats på vägen. Be avsändaren skicka den igen."),
    "deployment": N_("Filen hör till en annan tjänst. Be om rätt fil."),
    "encoding": N_("Filen är skadad eller har ändrats på vägen. Be avsändaren skicka den igen."),
    "keyfile": N_("Nyckelfilen är skadad. Hämta tillbaka den från din säkerhetskopia."),
    "length": N_("Filen har fel storlek. Be avsändaren skicka den igen."),
    "roster-chain": N_("Förteckningen i filen hänger inte ihop med den som gäller. Be om en ny fil."),
    "roster-majority": N_("Förteckningen i filen är inte underskriven av en majoritet. Använd den inte."),
    "schema": N_("Det är en fil av ett annat slag. Kontrollera att du valde rätt fil."),
    "signature": N_("Underskriften i filen stämmer inte. Den kan ha ändrats på vägen. Be om en ny."),
}

ROSTER_ALARMS: Mapping[str, Any] = {
    "roster-majority": N_("Webbplatsen visar en förteckning som majoriteten inte har skrivit under."),
    "roster-chain": N_("Webbplatsen visar en äldre eller annan förteckning än den du har sett förut."),
}
DEPLOYMENT_ALARMS: Mapping[str, Any] = {
    "content": N_("Webbplatsen visar texter och frågor som majoriteten inte har skrivit under."),
    "roster-majority": N_("Webbplatsen visar texter och frågor som majoriteten inte har skrivit under."),
    "roster-chain": N_("Webbplatsen visar äldre eller andra texter och frågor än du har sett förut."),
}


# Parts of the sentences by which the rules of a roster or deployment file refuse a proposal.
RULES: Mapping[str, Any] = {
    "at least two investigators": N_("Det måste finnas minst två utredare."),
    "is taken": N_("Ett id i filerna är upptaget. Id:n återanvänds aldrig: be om en ny anmälningsfil."),
    "more members than slots": N_("Det blir fler medlemmar än det finns platser i ett brev."),
    "key stands twice": N_("Samma nyckel finns två gånger."),
    "two days later": N_("Någon kommer till: då kan versionen gälla tidigast två dagar efter i dag."),
    "before its day": N_("En version kan inte gälla bakåt i tiden."),
    "does not follow": N_("Förslaget bygger inte på den version som är nyast nu. Gör ett nytt."),
    "missing or unknown": N_("Filen saknar delar eller har delar som inte hör dit."),
    "identity:": N_(
        "Färgerna under identity ska skrivas med två värden, light och dark, till exempel #0b5560."
    ),
    "measures:": N_(
        "Varje åtgärd under measures ska ha en dag, en organisation (eller ingen) och en text på svenska."
    ),
    "was:": N_("Det som står under was hos en organisation ska vara en lista av id."),
    "shards of a volume": N_("Antalet delar för ett år som redan är bestämt kan inte ändras."),
    "not known here": N_("Förslaget bygger på en version som panelen inte känner. Hämta nytt först."),
}


OTHER_ALARMS: Mapping[tuple[str, str], tuple[Any, Any]] = {
    ("letters", "dates"): (
        N_("Webbplatsen säger att brev kom på dagar som inte kan stämma."),
        N_("De breven hämtas inte. Tala med kollegor och tillsyn innan ni gör något annat."),
    ),
    ("letters", "moved"): (
        N_("Webbplatsen säger att brev kom en annan dag än den sade först."),
        N_("Panelen räknar med den första dagen. Tala med kollegor om det står kvar."),
    ),
    ("letters", "withheld"): (
        N_("Webbplatsen räknar upp brev som den inte lämnar ut hela."),
        N_(
            "De andra breven är hämtade. Panelen frågar igen. Tala med kollegor och tillsyn om det står kvar."
        ),
    ),
    ("board", "missing"): (
        N_("Webbplatsen tog emot ett svar men visar det inte för anmälaren."),
        N_("Panelen skickar det igen. Händer det på nytt: tala med kollegor och tillsyn."),
    ),
    ("panel", FULL): (
        N_("Datorn kan inte spara just nu, oftast för att disken är full."),
        N_(
            "Det som redan är hämtat går att läsa. Nya brev och utkast kan inte sparas förrän det finns "
            "plats: töm papperskorgen eller flytta stora filer. Stäng inte sidor där du har skrivit något."
        ),
    ),
    ("panel", "unexpected"): (
        N_("Något som hämtades fick panelen att stanna upp."),
        N_(
            "Det som redan är öppnat går att läsa. Spara felets namn här nedanför och tala med den som "
            "sköter panelen."
        ),
    ),
}


@dataclass(frozen=True)
class Loud:
    """An alarm for the top of every page: what is wrong, and what to do; ``here`` on this computer only."""

    what: str
    do: str
    name: str
    here: bool


def role_words(role: str) -> str:
    return str(ROLES.get(role, role))


def other_language(code: str) -> list[str]:
    """Says so when a reporter's page was not Swedish. The text may be in another language than the page."""
    if code == FIRST_LANGUAGE:
        return []
    return [_("Språk på anmälarens sida: %(language)s", language=LANGUAGE_NAMES.get(code, code))]


def loud(alarm: Alarm) -> Loud:
    """``alarm`` in words."""
    stopped = N_("Statistiken kan inte dras eller publiceras nu."), refused_words(alarm.reason)
    what, do = stopped if alarm.subject == "statistics" else _alarm_words(alarm)
    here = alarm.reason in (CLOCK, FULL)
    return Loud(str(what), str(do), f"{alarm.subject} · {alarm.reason}", here)


def _alarm_words(alarm: Alarm) -> tuple[object, object]:
    if alarm.subject == "roster":
        what = ROSTER_ALARMS.get(
            alarm.reason, N_("Webbplatsen visar en förteckning som inte går att lita på.")
        )
        return what, _voice()
    if alarm.subject == "deployment":
        what = DEPLOYMENT_ALARMS.get(
            alarm.reason, N_("Webbplatsen visar texter och frågor som inte går att lita på.")
        )
        return what, _voice()
    if (alarm.subject, alarm.reason) in OTHER_ALARMS:
        return OTHER_ALARMS[alarm.subject, alarm.reason]
    if alarm.subject == "letters":
        return (
            N_("Brev som fanns på webbplatsen är borta, utan att ni har beslutat om det."),
            N_("Dina kopior finns kvar här. Tala med kollegor och tillsyn innan ni gör något annat."),
        )
    if alarm.subject == "outgoing":
        return (
            N_("Något som du har skickat togs inte emot av webbplatsen."),
            N_("Det finns kvar förseglat här. Öppna ärendet och skriv det igen om det saknas."),
        )
    return _site_words(alarm)


def _site_words(alarm: Alarm) -> tuple[object, object]:
    if alarm.reason == CLOCK:
        return _clock_words(alarm.number), N_(
            "Ställ klocka och datum rätt i datorns inställningar och tryck sedan på Hämta nu. Till dess "
            "hämtas inget nytt och inget skickas: det skulle få fel dag. Det som finns här går att läsa."
        )
    if alarm.reason == "authorization":
        return (
            N_("Webbplatsen känner inte igen din nyckel."),
            N_("Fråga dina kollegor om du står i förteckningen som gäller. Till dess hämtas inget nytt."),
        )
    return (
        N_("Webbplatsen svarar på ett sätt som panelen inte förstår."),
        N_("Inget har gått förlorat. Försök igen om en stund. Fortsätter det, tala med driften."),
    )


def _clock_words(ahead: int) -> object:
    if not ahead:
        return N_("Datorns klocka och webbplatsens skiljer sig åt med mer än 15 minuter.")
    how = duration(abs(ahead))
    if ahead > 0:
        return _("Datorns klocka går %(how)s före webbplatsens.", how=how)
    return _("Datorns klocka går %(how)s efter webbplatsens.", how=how)


def _voice() -> object:
    return N_(
        "Panelen fortsätter med den senaste versionen som majoriteten skrev under. Ring dina kollegor på ett "
        "känt nummer, läs upp versionen under Förteckning för varandra, och meddela tillsynen."
    )


def set_aside(reason: str) -> str:
    """Why something was set aside."""
    return str(REASONS.get(reason, N_("Den bryter mot en regel.")))


def file_problem(refused: Refused) -> str:
    """What is wrong with a file that somebody chose, and what to do."""
    return str(FILE_REASONS.get(refused.reason, N_("Filen går inte att använda. Be om en ny.")))


def rule_problem(refused: Refused) -> str:
    """Which rule a proposal breaks."""
    if isinstance(refused, WeakAccent):
        return _weak_accent(refused)
    for part, words in RULES.items():
        if part in refused.detail:
            return str(words)
    return file_problem(refused)


def _weak_accent(weak: WeakAccent) -> str:
    found = {"ratio": number(weak.ratio), "least": number(LEAST_CONTRAST)}
    if weak.scheme == "light":
        return _(
            "Färgen för ljust läge (light) går inte att läsa: kontrasten är %(ratio)s:1 och måste vara minst "
            "%(least)s:1. Välj en mörkare färg.",
            **found,
        )
    return _(
        "Färgen för mörkt läge (dark) går inte att läsa: kontrasten är %(ratio)s:1 och måste vara minst "
        "%(least)s:1. Välj en ljusare färg.",
        **found,
    )


def not_published(kind: str) -> str:
    """The site refused a proposal, by which rule."""
    if kind == "roster-chain":
        return _(
            "Webbplatsen tog inte emot förslaget. En annan version kan ha kommit före, eller så släpper det "
            "in någon tidigare än två dagar efter i dag. Hämta nytt och gör ett nytt förslag."
        )
    return _("Webbplatsen tog inte emot förslaget (%(kind)s).", kind=kind)


def cannot_keep() -> str:
    """Nothing can be written to this computer's disk, so nothing was sent either."""
    return _(
        "Datorn kan inte spara just nu, oftast för att disken är full. Texten finns kvar här på sidan. "
        "Frigör plats och skicka igen."
    )
