"""The browser's part, done by the server for one request: sealing, sending, finding, opening own cells.

The server sees text and receipt while it works, and every page of this path says so. It logs, stores and
caches nothing of them: what reaches the database is what a browser would have sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reporting_app.cases import own_view, reporter, sealing, story
from reporting_app.cases.need import Limits
from reporting_app.cases.reporter import Thread
from reporting_app.crypto import receipt
from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.members import INVESTIGATOR, fingerprint
from reporting_app.crypto.receipt import ReporterKeys
from reporting_app.crypto.roster import checked_keys
from reporting_app.noscript.draft import Draft
from reporting_app.site.service import Site

PATH = "noscript"


@dataclass(frozen=True)
class Reader:
    """Somebody whom one may seal to today."""

    id: str
    name: str
    role: str
    fingerprint: str


@dataclass(frozen=True)
class Found:
    """What a receipt found. ``seen`` changes with everything that its holder sends."""

    keys: ReporterKeys = field(repr=False)
    setting: sealing.Setting = field(repr=False)
    thread: Thread = field(repr=False)
    story: story.Story = field(repr=False)
    limits: Limits

    @property
    def seen(self) -> str:
        stored = [event for event in self.thread.case.events if event.kind == "stored"]
        return str(len(stored))

    @property
    def asks(self) -> str:
        """The moment that the person is asked about, if any."""
        return own_view.asks(self.thread.case, self.setting.today)

    @property
    def left_out(self) -> frozenset[str]:
        """Members left out before and still in the roster."""
        return self.thread.case.excluded & set(self.setting.roster.members)

    @property
    def resting(self) -> frozenset[str]:
        """Investigators who do not handle the case and get nothing of what is written now."""
        present = {one.id for one in self.setting.roster.with_role(INVESTIGATOR, self.setting.today)}
        present -= self.left_out
        return frozenset(present - self.thread.case.course.listeners_among(present))

    @property
    def knows_left_out(self) -> bool:
        return any(event.kind == "exclusion" for event in self.thread.case.events)

    def role_of(self, author: str) -> str:
        """The role that this member has or had."""
        roles = [v.members[author].role for v in self.setting.chain.versions if author in v.members]
        return roles[-1] if roles else "investigator"


class Proxy:
    """Does for a person what their browser cannot."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def setting(self) -> sealing.Setting:
        """Roster, keys and deployment file in force. Raises Problem("not-found"), Refused("roster-chain")."""
        chain, keys, deployment, today = self._site.in_force()
        roster = chain.in_force(today)
        known = {member: unb64(key) for member, key in keys[roster.version - 1].items()}
        return sealing.Setting(chain, roster, checked_keys(roster, known), deployment, today)

    def send_report(self, draft: Draft, language: str) -> None:
        """Seals and stores a report under ``draft.receipt``. Raises Refused and StorageBusy.

        What a receipt finds is sent already: the page was sent twice, perhaps with midnight between.
        """
        if self.find(draft.receipt) is not None:
            return
        setting = self.setting()
        keys = self._keys(draft.receipt, setting)
        body = {
            "answers": {name: list(chosen) for name, chosen in draft.answers.items()},
            "language": language,
            "narrative": draft.text,
            "parcels": [],
            "path": PATH,
            "questionnaire": b64(setting.deployment.id),
        }
        sealed, _ = reporter.compose_report(keys, setting, body, draft.leave_out)
        self._site.submit(sealed)

    def find(self, words: str) -> Found | None:
        """What the site has for this receipt, or None. Raises Refused("receipt-…")."""
        setting = self.setting()
        keys = self._keys(words, setting)
        parameters, block = setting.deployment.parameters, keys.thread
        intake = self._site.intake(block.shard(parameters.intake_shards))
        board = [self._site.board(year, block.shard(n)) for year, n in sorted(parameters.volumes.items())]
        cells = [cell for shard in board for cell in reporter.split_cells(shard)]
        thread = reporter.read_thread(keys, setting.chain, reporter.split_cells(intake), cells, setting.today)
        limits = Limits.of(setting.deployment.body["parameters"])
        told = story.tell(thread.case, limits.answer_days, limits.feedback_months)
        return Found(keys, setting, thread, told, limits) if told else None

    def send_message(self, found: Found, draft: Draft) -> None:
        """Seals and stores more words in a thread. Raises Refused and StorageBusy."""
        sealed, _ = reporter.compose_message(
            found.keys, found.setting, found.thread, draft.text, draft.leave_out
        )
        self._site.submit(sealed)

    def send_view(self, found: Found, draft: Draft) -> None:
        """The same for how it has gone."""
        view = draft.view
        body = {"answers": view.answers, "moment": view.moment, "text": view.text}
        sealed, _ = reporter.compose_view(found.keys, found.setting, found.thread, body, draft.leave_out)
        self._site.submit(sealed)

    @staticmethod
    def _keys(words: str, setting: sealing.Setting) -> ReporterKeys:
        return ReporterKeys(receipt.from_words(words), setting.deployment_id)


def readers(setting: sealing.Setting, role: str) -> list[Reader]:
    """Members of a role to whom one may seal today."""
    return [
        Reader(one.id, one.name, one.role, fingerprint(one.sign, setting.keys[one.id]))
        for one in setting.roster.with_role(role, setting.today)
    ]


def may_be_left_out(setting: sealing.Setting, leave_out: tuple[str, ...]) -> bool:
    """Whether enough would remain, and everybody named is in the roster."""
    try:
        setting.for_report(leave_out)
    except Refused:
        return False
    return True
