"""Text blocks that a team can take over, in the two languages of the panel. Nothing sends them by itself."""

from __future__ import annotations

from dataclasses import dataclass

MEETING = "meeting"
LANGUAGES = ("sv", "en")


@dataclass(frozen=True)
class Suggestion:
    """``id`` is the text block's once it is taken over; the text fits in one message to the reporter."""

    id: str
    language: str
    title: str
    text: str


SUGGESTIONS = (
    Suggestion(
        "thanks-sv",
        "sv",
        "Tack för att du berättar",
        """Tack för att du berättar. Det du skrev har kommit fram, och vi har läst det.

Vi vet inte vem du är och försöker inte ta reda på det. Är du i fara just nu: ring 112.

Du kan läsa våra svar och skriva mer här med ditt kvitto.""",
    ),
    Suggestion(
        "more-sv",
        "sv",
        "Vi behöver veta mer",
        """För att kunna gå vidare behöver vi veta lite mer. Svara på det du vill och kan:

1. Pågår det fortfarande?
2. Ungefär när började det?
3. Är någon annan drabbad?
4. Vad skulle hjälpa dig mest just nu?

Skriv inget som bara du kan veta, om du inte vill att vi förstår vem du är.""",
    ),
    Suggestion(
        "meeting-sv",
        "sv",
        "Samtal eller möte",
        """Vill du prata med oss, i telefon eller på plats? Du väljer. Det går lika bra att bara skriva här.

Ett samtal eller ett möte kan avslöja vem du är. Tänk på det här:

- Skriv inte ditt namn eller nummer här. Säg att du vill ringa, så får du ett nummer och en tid av oss.
- Ring inte från jobbets telefon eller dator. Också med dolt nummer kan operatören se vem som ringer vem.
- Du behöver inte säga vad du heter. Din röst kan ändå kännas igen.
- Vill du träffas: föreslå en dag, så kommer vi överens här om en plats dit ingen från jobbet går.

Är något osäkert: låt bli, och skriv hellre här.""",
    ),
    Suggestion(
        "next-sv",
        "sv",
        "Det här händer nu",
        """Det här händer nu: vi bedömer det du har berättat och bestämmer vad som behöver göras. \
Vi skriver här när vi vet mer.

Titta gärna in här ibland. Inget skickas till din telefon eller e-post. Händer något nytt: skriv det här. \
Är det bråttom och farligt: ring 112.""",
    ),
    Suggestion(
        "closing-sv",
        "sv",
        "Avslutande ord",
        """Vi är nu på väg att avsluta ärendet. Tack för att du berättade.

Ditt kvitto fungerar också sedan. Händer något nytt, eller råkar du illa ut för att du berättade: skriv här, \
så öppnas ärendet igen.""",
    ),
    Suggestion(
        "thanks-en",
        "en",
        "Thank you for telling us",
        """Thank you for telling us. What you wrote has arrived, and we have read it.

We do not know who you are and are not trying to find out. If you are in danger right now: call 112.

With your receipt you can read our answers and write more here.""",
    ),
    Suggestion(
        "more-en",
        "en",
        "We need to know more",
        """To go on we need to know a little more. Answer what you want to and can:

1. Is it still going on?
2. Roughly when did it begin?
3. Is anybody else affected?
4. What would help you most right now?

Leave out what only you can know, unless you want us to understand who you are.""",
    ),
    Suggestion(
        "meeting-en",
        "en",
        "Call or meeting",
        """Would you like to talk to us, by phone or in person? It is your choice. You can just as well \
go on writing here.

A call or a meeting can reveal who you are. Keep in mind:

- Do not write your name or number here. Say that you would like to call, and we give you a number and a time.
- Do not use a phone or computer from work. Even with a hidden number, the operator can see who calls whom.
- You do not have to give your name. Your voice can still be recognised.
- If you would like to meet: suggest a day, and we agree here on a place where nobody from work goes.

If anything feels unsafe: do not do it, and write here instead.""",
    ),
    Suggestion(
        "next-en",
        "en",
        "What happens now",
        """This is what happens now: we assess what you have told us and decide what needs to be done. \
We write here when we know more.

Please look in here from time to time. Nothing is sent to your phone or e-mail. If something new happens: \
write it here. If it is urgent and dangerous: call 112.""",
    ),
    Suggestion(
        "closing-en",
        "en",
        "Closing words",
        """We are now about to close the case. Thank you for telling us.

Your receipt goes on working. If something new happens, or if you are treated badly for having told us: \
write here, and the case is opened again.""",
    ),
)
BY_ID = {one.id: one for one in SUGGESTIONS}


def meeting_id(language: str) -> str:
    """The block by which a call or a meeting is proposed to a reporter who wrote in ``language``."""
    return f"{MEETING}-{'en' if language == 'en' else 'sv'}"
