"""No string is missing: every sentence is there in every language, and in the page that says it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from reporting_app.site.languages import CODES, LANGUAGES, Language, missing
from tests.deployment import human_part
from tests.site.sentences import ROOT, sentences

CLIENT = ROOT / "client/src"
OTHERS = LANGUAGES[1:]
IN_EVERY = pytest.mark.parametrize("language", OTHERS, ids=CODES[1:])
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# The same in Finnish or English as in Swedish, because there is no other word for it.
SAME = {"Start", "{day}.", "{role}, {day}"}

# What scripts ask for by a name that is not written where they ask, and what it can be.
COMPUTED = {
    "answer.kind": {"unknown", "busy"},
    "found": {"network", "not-signed", "other-version", "exit-missing", "style-missing", "browser"},
    "outcome": set(),  # of the deployment file's taxonomy; asked with hasMessage first
    "name": {"step-stored", "step-opened", "step-answer", "step-feedback"},
    "text": {
        *(
            "step-stored-done",
            "step-stored-older",
            "step-opened-done",
            "step-opened-wait",
            "step-answer-done",
        ),
        *("step-answer-wait", "step-answer-late", "step-feedback-done", "step-feedback-wait"),
        *("step-feedback-late", "step-feedback-later"),
    },
    "reason": {"receipt-word", "receipt-length", "receipt-checksum"},
    "key": set(),  # StatusLine.say hands on what it is given
}
# In a module that the page imports, in a function that it does not call.
NOT_CALLED = {"report": set(), "receipt": {"back-unchecked"}}
CALL = re.compile(r"\b(?:message|say)\(((?:'[^']*'|`[^`]*`|[^,()`']|'[^']*')+)[,)]")


@cache
def catalogue(language: Language) -> Catalog:
    with language.catalogue.with_suffix(".po").open("rb") as po:
        return read_po(po)


def messages(language: Language) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def untranslated(said: frozenset[str], language: Language) -> frozenset[str]:
    return said - {str(one.id) for one in messages(language) if str(one.string).strip()}


def filled_in(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@IN_EVERY
def test_no_sentence_lacks_its_translation(language: Language) -> None:
    assert len(sentences()) > 100
    assert untranslated(sentences(), language) == set()
    assert {str(one.id) for one in messages(language)} - sentences() == set(), "of what no page says"
    assert untranslated(sentences() | {"En mening till."}, language) == {"En mening till."}, (
        "would be noticed"
    )


@IN_EVERY
def test_no_translation_is_a_guess_or_a_leftover(language: Language) -> None:
    assert [one.id for one in messages(language) if one.fuzzy] == []
    assert list(catalogue(language).obsolete) == []


@IN_EVERY
def test_translations_have_the_same_things_filled_in(language: Language) -> None:
    wrong = [one.id for one in messages(language) if filled_in(str(one.id)) != filled_in(str(one.string))]
    assert wrong == []
    # Jinja formats every sentence: any other percent sign would stop the page.
    assert [one.id for one in messages(language) if "%" in PLACEHOLDER.sub("", str(one.string))] == []


@pytest.mark.parametrize("code", ["en", "fi"])
def test_no_translation_is_swedish(code: str) -> None:
    (language,) = (one for one in OTHERS if one.code == code)
    same = {str(one.id) for one in messages(language) if one.id == one.string}
    assert same <= SAME


@pytest.mark.parametrize("code", CODES)
def test_the_demo_has_every_text_in_every_language(code: str) -> None:
    content = human_part()
    assert missing(content, code) == []
    content["texts"]["start"].pop(code, None)
    content["questionnaire"]["questions"][1]["options"][2]["label"][code] = " "
    if code != CODES[0]:
        assert missing(content, code) == [
            "texts.start",
            "questionnaire.questions.form.options.direct_threat.label",
        ]


def test_a_label_that_only_swedish_has_and_leaves_empty_is_not_missed() -> None:
    assert missing({"note": {"sv": ""}, "name": {"sv": "x", "fi": 1}}, "fi") == ["name"]


def modules_of(page: str) -> set[Path]:
    """The script of a page and everything it imports."""
    found: set[Path] = set()
    waiting = [CLIENT / "pages" / f"{page}.ts"]
    while waiting:
        module = waiting.pop()
        if module in found or module.suffix != ".ts":
            continue
        found.add(module)
        imports = re.findall(r"from '(\.[^']+)'", module.read_text("utf-8"))
        waiting += [(module.parent / one).resolve() for one in imports]
    return found


def asked_for(code: str) -> list[str]:
    """What a script calls ``message`` or ``say`` with."""
    calls = [one.strip() for one in CALL.findall(code)] + re.findall(r"'step-[\w-]+'", code)
    return [one for one in calls if one != "''" and not re.match(r"\w+: ", one)]


def possible(expression: str, offered: set[str]) -> set[str]:
    """The keys that an expression can be; of a template string, at least one that is there."""
    if " ? " in expression:
        return {key for one in re.split(" [?:] ", expression)[1:] for key in possible(one, offered)}
    if expression.startswith("'"):
        return {expression.strip("'")}
    if expression.startswith("`"):
        pattern = ".+".join(map(re.escape, re.split(r"\$\{[^}]*\}", expression.strip("`"))))
        return {one for one in offered if re.fullmatch(pattern, one)} or {expression}
    return COMPUTED[expression]


def keys_of(page: str) -> set[str]:
    """The names of the sentences that a page's templates hold."""
    parts = {"report": ["report.html"], "receipt": ["receipt.html", "receipt_messages.html"]}[page]
    texts = [(ROOT / "templates/site" / one).read_text("utf-8") for one in [*parts, "parts.html"]]
    return set(re.findall(r'message\("([\w-]+\w)"', "".join(texts)))


@pytest.mark.parametrize("page", ["report", "receipt"])
def test_every_sentence_that_a_script_says_is_in_its_page(page: str) -> None:
    code = "".join(module.read_text("utf-8") for module in sorted(modules_of(page)))
    asked = asked_for(code)
    assert len(asked) > 15
    offered = keys_of(page)
    assert {key for one in asked for key in possible(one, offered)} - offered == NOT_CALLED[page]
    assert possible("'no-such'", offered) | possible("`no-${such}`", offered) == {"no-such", "`no-${such}`"}


def test_every_sentence_of_a_page_is_said_by_a_script() -> None:
    offered = keys_of("report") | keys_of("receipt")
    code = "".join(one.read_text("utf-8") for page in ("report", "receipt") for one in modules_of(page))
    assert offered - {key for one in asked_for(code) for key in possible(one, offered)} == set()
