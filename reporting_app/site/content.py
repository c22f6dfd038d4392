"""What the deployment file says, made ready for a page: one language, Markdown as safe HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import bleach
from markdown import markdown
from markupsafe import Markup

from reporting_app.cases.identity import Identity
from reporting_app.cases.need import Limits
from reporting_app.crypto.deployment import DeploymentFile
from reporting_app.crypto.encoding import b64, unb64
from reporting_app.site.theme import identity_of

FIRST_LANGUAGE = "sv"

TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "a", "h3"})
PROTOCOLS = frozenset({"https", "tel", "mailto"})
# A number in bold is one to call: the texts write **114 14**, a phone wants a link.
BOLD_NUMBER = re.compile(r"<strong>(\d[\d \-–]{1,18}\d)</strong>")


@dataclass(frozen=True, eq=False)
class Edition:
    """The deployment version that the pages are made from, and the two ids that browsers hold on to."""

    body: Mapping[str, Any]  # of the signed document, and its content
    deployment: str  # b64 of the deployment file's document id
    anchor: str  # b64 of the document id of the first roster

    @classmethod
    def of(cls, file: DeploymentFile, anchor: bytes) -> Edition:
        """``anchor``: the 32-byte document id of the first roster."""
        return cls({**file.document.body, **file.content}, b64(file.document.id), b64(anchor))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and self._ids == other._ids

    def __hash__(self) -> int:
        return hash(self._ids)

    @property
    def identity(self) -> Identity | None:
        """A city's own colours; None for ours."""
        return identity_of(self.body)

    @property
    def _ids(self) -> tuple[str, str]:
        # They name all of the content, and a page needs nothing else.
        return self.deployment, self.anchor


@dataclass(frozen=True)
class Contact:
    id: str
    name: str
    phone: str
    note: str

    @property
    def tel(self) -> str:
        return "tel:" + re.sub(r"[^\d+]", "", self.phone)


@dataclass(frozen=True)
class Option:
    id: str
    label: str
    nested: bool = False


@dataclass(frozen=True)
class Question:
    """An optional question. ``when`` names another question and the answers that make this one appear."""

    id: str
    label: str
    help: str
    many: bool
    options: Sequence[Option]
    when_question: str = ""
    when_any: str = ""


class Content:
    """One deployment version in one language."""

    def __init__(self, edition: Edition, language: str) -> None:
        self._body = edition.body
        self.deployment = edition.deployment
        self.anchor = edition.anchor
        self.language = language

    @property
    def name(self) -> str:
        return self._say(self._body["name"])

    @property
    def owner(self) -> str:
        return self._say(self._body["owner"]["name"])

    @property
    def owner_contact(self) -> Markup:
        return render(self._say(self._body["owner"]["contact"]))

    def text(self, key: str) -> Markup:
        """A text of the deployment file as HTML; empty when the deployment has none of that name."""
        return render(self._say(self._body["texts"].get(key, "")))

    @property
    def narrative_label(self) -> str:
        return self._say(self._body["questionnaire"]["narrative"]["label"])

    @property
    def narrative_help(self) -> str:
        return self._say(self._body["questionnaire"]["narrative"]["help"])

    @property
    def contacts(self) -> list[Contact]:
        return [
            Contact(c["id"], self._say(c["name"]), c["phone"], self._say(c["note"]))
            for c in self._body["contacts"]
        ]

    def contact(self, name: str) -> Contact | None:
        return next((one for one in self.contacts if one.id == name), None)

    @property
    def version(self) -> int:
        return int(self._body["version"])

    @property
    def day(self) -> str:
        return str(self._body["day"])

    @property
    def spoken_anchor(self) -> str:
        """The anchor as panels and the poster write it: six groups of four."""
        # Not `spoken` of cases.proposals, which knows key files: nothing here may.
        text = base64.b32encode(unb64(self.anchor, 32)[:15]).decode("ascii").lower()
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    @property
    def questions(self) -> list[Question]:
        return [self._question(entry) for entry in self._body["questionnaire"]["questions"]]

    @property
    def outcomes(self) -> list[Option]:
        """What a case can end in: the page shows the label of the id that a closing status names."""
        return [Option(o["id"], self._say(o["label"])) for o in self._body["taxonomy"]["outcome"]]

    def outcome(self, name: str) -> str:
        """The label of an outcome; its id when the deployment file no longer has it."""
        return next((one.label for one in self.outcomes if one.id == name), name)

    @property
    def table_meanings(self) -> list[str]:
        """What each table of the statistics will say."""
        return [self._say(table["meaning"]) for table in self._body["catalogue"]["tables"]]

    @property
    def parameters(self) -> Mapping[str, int]:
        return {k: v for k, v in self._body["parameters"].items() if isinstance(v, int)}

    @property
    def limits(self) -> Limits:
        """How long the clocks run here."""
        return Limits.of(self._body["parameters"])

    def _question(self, entry: Mapping[str, Any]) -> Question:
        when = entry.get("when", {})
        return Question(
            id=entry["id"],
            label=self._say(entry["label"]),
            help=self._say(entry.get("help", "")),
            many=entry["type"] == "many",
            options=self._options(entry),
            when_question=when.get("question", ""),
            when_any=" ".join(when.get("any", [])),
        )

    def _options(self, entry: Mapping[str, Any]) -> list[Option]:
        if entry.get("source") != "organisations":
            return [Option(o["id"], self._say(o["label"])) for o in entry["options"]]
        organisations = self._body["organisations"]
        return [Option(o["id"], self._say(o["name"]), nested=bool(o["parent"])) for o in organisations]

    def _say(self, text: Mapping[str, str] | str) -> str:
        if isinstance(text, str):
            return text
        return text.get(self.language, "")


@lru_cache(maxsize=256)
def render(source: str) -> Markup:
    """Markdown as HTML with nothing in it but the few tags that texts need."""
    html = bleach.clean(
        markdown(source), tags=TAGS, attributes={"a": ["href"]}, protocols=PROTOCOLS, strip=True
    )
    # Markup is safe here: bleach has left only TAGS, and the replacement adds digits to a tel: link.
    return Markup(BOLD_NUMBER.sub(_number_link, html))  # noqa: S704


def _number_link(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[1])
    return f'<strong><a href="tel:{digits}" dir="ltr">{found[1]}</a></strong>'
