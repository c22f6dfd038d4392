"""Why something about statistics was refused, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting_app.admin.i18n import N_
from reporting_app.admin.statistics_memory import LEDGER_FORKED, LEDGER_SHORTER

REFUSED: Mapping[str, Any] = {
    "drawn": N_(
        "Tabellen är redan dragen för den perioden. Varje tabell och period dras en gång, aldrig mer."
    ),
    "not-frozen": N_("Perioden är inte frusen än: röster räknas till och med 45 dagar efter dess slut."),
    "budget": N_("Budgeten räcker inte: ett ärende får kosta högst 2, över alla tabeller och tre år."),
    "catalogue": N_(
        "Era paneler känner olika versioner av tabellerna, eller så är katalogen ändrad. Tryck på Hämta nu i "
        "båda panelerna och gör ett nytt förslag."
    ),
    "counted": N_(
        "Din panel räknar inte samma röster som din kollegas. Tryck på Hämta nu i båda panelerna. Står det "
        "kvar kan webbplatsen visa er olika: ring varandra. Inget är draget."
    ),
    "ledger": N_("Liggaren har ändrats sedan förslaget gjordes. Gör ett nytt förslag."),
    "ledger-signatures": N_("En underskrift saknas eller stämmer inte. Inget är draget."),
    "release": N_("Rättelsen passar inte till det som är publicerat. Hämta nytt och gör om den."),
    "release-signatures": N_("En underskrift saknas eller stämmer inte. Inget är publicerat."),
    "draw": N_(
        "Din kollegas dragning stämmer inte med det hen band sig för. Inget publiceras. Ring varandra."
    ),
    "length": N_("Det är för många tabeller på en gång. Ta några i taget."),
    "schema": N_("Skriv varför, och välj minst en ruta."),
    LEDGER_SHORTER: N_(
        "Webbplatsen visar färre dragningar än förut. Inget skrivs under förrän den visar alla igen."
    ),
    LEDGER_FORKED: N_(
        "Webbplatsen visar en annan liggare än förut. Inget skrivs under. Ring din kollega i tillsynen."
    ),
}


def refused_words(reason: str) -> str:
    """Why something could not be signed or drawn."""
    return str(REFUSED.get(reason, N_("Det gick inte. Hämta nytt och försök igen.")))
