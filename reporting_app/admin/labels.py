"""The signed words of a deployment, and the members' names, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reporting_app.admin.i18n import _
from reporting_app.admin.trust import PanelSetting
from reporting_app.cases.coding import ORGANISATION, UNDETERMINED
from reporting_app.cases.need import Limits
from reporting_app.cases.together import JUNK
from reporting_app.crypto.event import REPORTER


class Labels:
    """What a deployment file calls things. Pure."""

    def __init__(self, setting: PanelSetting, language: str) -> None:
        self.setting = setting
        self._body = setting.file.human_part
        self._language = language
        versions = setting.chain.versions
        self.names = {m.id: m.name for version in versions for m in version.members.values()}
        questions = self._body["questionnaire"]["questions"]
        self._questions: dict[str, Any] = {question["id"]: question for question in questions}

    @property
    def service(self) -> str:
        return self.say(self._body["name"])

    def say(self, text: Mapping[str, str] | str) -> str:
        if isinstance(text, str):
            return text
        return text.get(self._language) or text.get("sv", "")

    def name(self, author: str) -> str:
        return _("Anmälaren") if author == REPORTER else self.names.get(author, author)

    @property
    def limits(self) -> Limits:
        """How long the clocks run here."""
        return Limits.of(self._body["parameters"])

    def question(self, name: str) -> str:
        return self.say(self._questions[name]["label"]) if name in self._questions else name

    def options(self, question: str, chosen: Iterable[str]) -> list[str]:
        known = self._options(question)
        return [known.get(option, option) for option in chosen]

    def outcomes(self) -> list[tuple[str, str]]:
        return [(one["id"], self.say(one["label"])) for one in self._body["taxonomy"]["outcome"]]

    def outcome(self, name: str) -> str:
        return _("Skräp: ingen rapport") if name == JUNK else dict(self.outcomes()).get(name, name)

    def all_names(self, members: Iterable[str]) -> str:
        """Several names in one sentence, in the order of their ids. A name may have a comma of its own."""
        *others, last = [self.name(one) for one in sorted(members)] or [""]
        if not others:
            return last
        return _("%(names)s och %(last)s", names="; ".join(others), last=last)

    def coded(self, dimension: str) -> dict[str, str]:
        """What investigators can code, in words, by value."""
        if dimension == ORGANISATION:
            named = {one["id"]: self.say(one["name"]) for one in self._body["organisations"]}
        else:
            named = {one["id"]: self.say(one["label"]) for one in self._body["taxonomy"].get(dimension, ())}
        return named | {UNDETERMINED: _("Går inte att avgöra")}

    def choices(self, question: str) -> list[tuple[str, str]]:
        """What the reporter could choose from, in the order they saw."""
        return list(self._options(question).items())

    def parts_of(self, organisation: str) -> set[str]:
        """The organisation and those that belong to it."""
        parents = {one["id"]: one.get("parent", "") for one in self._body["organisations"]}
        return {organisation} | {name for name, parent in parents.items() if parent == organisation}

    def _options(self, question: str) -> dict[str, str]:
        entry = self._questions.get(question, {})
        if entry.get("source") == "organisations":
            return {one["id"]: self.say(one["name"]) for one in self._body["organisations"]}
        return {one["id"]: self.say(one["label"]) for one in entry.get("options", [])}
