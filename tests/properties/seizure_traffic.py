"""What happens at a site: reports, answers and visits by the product's own code; and what must stay unknown.

Every text has letters that occur nowhere else, so that any trace of it is a trace of this very text.
"""

from __future__ import annotations

import http.client
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from reporting_app.admin import acts
from reporting_app.admin.remote import Site
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.reporter import compose_message, compose_report, read_thread, split_cells
from reporting_app.crypto import letter_open, receipt, shape, slots, slots_open
from reporting_app.crypto.encoding import Json, b64
from reporting_app.crypto.hashing import Label, derive
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache
from tests.deployment import INVESTIGATORS, WITNESSES, World, world_of
from tests.properties.seizure_search import Secret, Words
from tests.properties.seizure_site import ADDRESS, SeizedSite

OCTETS, JSON = "application/octet-stream", "application/json"
RARE = "bcdfghjkmnpqrtvwxz23456789"
SWEDISH = "åäöÅÄÖ"


def canary(swedish: bool = True) -> str:
    """A text that occurs nowhere else."""
    letters = [secrets.choice(RARE) for _ in range(24)]
    if swedish:
        letters[4::7] = [secrets.choice(SWEDISH) for _ in letters[4::7]]
    return "".join(letters)


@dataclass
class Secrets:
    """Everything that must be nowhere, by name; and what was sent in sealed form, which may be there."""

    texts: dict[str, Secret] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)

    def text(self, name: str, *, swedish: bool = True) -> str:
        made = canary(swedish)
        self.texts[f"{name} {len(self.texts)}"] = made
        return made

    def add(self, owner: str, **secret: Secret) -> None:
        self.texts |= {f"{owner} {name} {len(self.texts)}": one for name, one in secret.items()}

    def add_member(self, member: str, secret: bytes) -> None:
        labels = {"kem": Label.MEMBER_KEM, "sign": Label.MEMBER_SIGN, "cache": Label.MEMBER_CACHE}
        self.add(member, secret=secret, **{name: derive(to, secret, b"", 32) for name, to in labels.items()})

    def add_reporter(self, random: bytes, deployment: bytes, keys: receipt.ReporterKeys) -> None:
        root, words = derive(Label.RECEIPT_ROOT, random, deployment, 32), receipt.to_words(random)
        thread = keys.thread
        spelled = {f"receipt{join}": Words(words.replace(" ", join)) for join in (" ", "-", "+", "", "\n")}
        self.add("reporter", **spelled, random=random, root=root, sign_seed=keys.sign_seed)
        self.add("reporter", kem_seed=derive(Label.RECEIPT_KEM, root, b"", 32), thread_secret=thread.secret)
        self.add("reporter", thread_id=thread.thread_id, board_key=thread.board_key, watch=thread.watch_token)
        self.add("reporter", sign_public=thread.sign_public, kem_public=thread.kem_public[:64])

    def add_content_key(self, key: slots.ContentKey) -> None:
        self.add("object", key=key.key, body_key=key.body_key, deletion_token=key.deletion_token)

    def add_letter(self, letter: bytes, mine: MemberKeys, deployment: bytes) -> None:
        found = letter_open.open_letter(letter, mine.kem, deployment)
        assert isinstance(found, letter_open.Reading)
        self.add_content_key(found.key)

    def add_cell(self, cell: bytes, keys: receipt.ReporterKeys) -> None:
        start = shape.CELL_HEADER_SIZE
        payload = slots_open.unseal_slot(cell[:start], cell[start : start + slots.SLOT_SIZE], keys.kem)
        assert payload is not None
        self.add_content_key(slots.ContentKey(payload.secret))


def known_world(kept: Secrets) -> World:
    """A municipality of which every member's secret is looked for."""
    keys = {}
    for member in INVESTIGATORS + WITNESSES:
        secret = secrets.token_bytes(32)
        kept.add_member(member, secret)
        keys[member] = MemberKeys(member, secret)
    return world_of(keys)


@dataclass
class Visitor:
    """A browser that tells more about itself than it should."""

    site: SeizedSite
    kept: Secrets
    shown: bytes = b""

    def __post_init__(self) -> None:
        self.kept.texts["address"] = ADDRESS
        names = ("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "From", "Accept-Language")
        self.headers = {name: self.kept.text(name, swedish=False) for name in names}

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = OCTETS,
        more: Mapping[str, str] | None = None,
    ) -> int:
        """The answer's status; ``shown`` is what it said."""
        with _connected(self.site.port) as connection:
            client = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
            client.sock = connection
            client.request(method, path, body or None, {**self.headers, "Content-Type": kind, **(more or {})})
            answer = client.getresponse()
            self.shown = answer.read()
            return answer.status

    def say(self, data: bytes) -> None:
        """Bytes that need not be HTTP."""
        with _connected(self.site.port) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass

    def post(self, submission: bytes) -> int:
        self.kept.sent.append(submission)
        return self.ask("POST", "/v1/letters", submission)


@contextmanager
def _connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), 20, (ADDRESS, 0)) as connection:
        yield connection


@dataclass
class Town:
    """The members' panels and the reporters of one site."""

    site: SeizedSite
    kept: Secrets
    panels: Path

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.site, self.kept)
        self.reporters: list[receipt.ReporterKeys] = []

    @property
    def world(self) -> World:
        return self.site.world

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.site.clock(), UTC).date()

    def reported(self, leave_out: Sequence[str] = ()) -> int:
        """Somebody reports; the answer's status."""
        random, deployment = receipt.generate(), self.world.chain.deployment
        keys = receipt.ReporterKeys(random, deployment)
        self.kept.add_reporter(random, deployment, keys)
        self.reporters.append(keys)
        body = {**self.world.report_body(f"Hej. {self.kept.text('narrative')} sade {self.kept.text('name')}")}
        body["answers"] = {"form": [self.kept.text("answer", swedish=False)]}
        body["parcels"] = [self._parcel()]
        submission, _ = compose_report(keys, self.world.setting(self.today), body, leave_out)
        return self._posted(submission, keys)

    def _parcel(self) -> dict[str, Json]:
        key = slots.ContentKey.generate()
        self.kept.add_content_key(key)
        name = self.kept.text("file name") + ".pdf"
        kind = "application/pdf"
        named: dict[str, Json] = {"id": b64(secrets.token_bytes(32)), "key": b64(key.key), "name": name}
        return {**named, "part": 1, "parts": 1, "size": 7, "type": kind}

    def wrote_again(self, keys: receipt.ReporterKeys) -> int:
        """A reporter looks for answers, reads them and writes once more."""
        site = Site(f"http://127.0.0.1:{self.site.port}", self.site.clock)
        intake, board = split_cells(site.intake(0)), split_cells(site.board(self.today.year, 0))
        thread = read_thread(keys, self.world.chain, intake, board, self.today)
        setting = self.world.setting(self.today)
        submission, _ = compose_message(keys, setting, thread, self.kept.text("later message"))
        return self._posted(submission, keys)

    def _posted(self, submission: bytes, keys: receipt.ReporterKeys) -> int:
        parts = shape.read_submission(submission)
        self.kept.add_letter(parts.letter, self.world.keys["utredare-1"], self.world.chain.deployment)
        self.kept.add_cell(parts.cell, keys)
        return self.visitor.post(submission)

    def panel(self, member: str) -> Workspace:
        """A member's panel with all that is new in it."""
        site = _Recorded(f"http://127.0.0.1:{self.site.port}", self.site.clock, self.kept)
        keys, anchor = self.world.keys[member], self.world.anchor
        cache = Cache.at(self.panels / f"{member}.cache")
        opened = Workspace(keys, site, cache, anchor, self.site.clock, covers=True)
        state = opened.sync()
        assert (state.away, state.alarms) == ("", ())
        return opened

    def answered(self, member: str) -> int:
        """A member answers, notes, sets a state, proposes to close, in two cases; how many there are."""
        panel = self.panel(member)
        before = len(self.kept.sent)
        for case in list(panel.cases)[:2]:
            panel.reply(case, f"Tack. {self.kept.text('answer')}")
            panel.note(case, self.kept.text("note"))
            panel.set_status(case, "acting", self.kept.text("reason"))
            acts.propose_closing(panel, case, "support", self.kept.text("proposal"))
        assert (panel.state.away, panel.state.alarms) == ("", ())
        keys = self.world.keys[member]
        for one in self.kept.sent[before:]:
            if len(one) == shape.SUBMISSION_SIZE:
                self.kept.add_letter(shape.read_submission(one).letter, keys, self.world.chain.deployment)
        return len(panel.cases)


class _Recorded(Site):
    """Keeps a copy of what a panel sends."""

    def __init__(self, url: str, clock: Any, kept: Secrets) -> None:
        super().__init__(url, clock)
        self._kept = kept

    def _call(self, method: str, path: str, body: bytes = b"", *more: Any, **other: Any) -> bytes:
        self._kept.sent.append(body)
        return super()._call(method, path, body, *more, **other)


def visits(visitor: Visitor, kept: Secrets, year: int) -> set[int]:
    """Looks at pages, with secrets where they do not belong. The statuses of the answers."""
    word, short = kept.text("in a path", swedish=False), kept.text("in a query", swedish=False)
    paths = ["/", "/sv/", "/sv/anmal", "/en/kvitto", "/sv/ledning", "/v1/roster", "/v1/deployment"]
    paths += ["/v1/deployment/content"]
    paths += ["/v1/intake/0", f"/v1/board/{year}/0", f"/sv/?q={short}", f"/v1/roster?q={short}"]
    paths += [f"/{word}", f"/sv/{word}", f"/v1/{word}", f"/assets/{word}.js", f"/v1/letters?day={word}"]
    return {visitor.ask("GET", path) for path in paths}


def mistakes(visitor: Visitor, kept: Secrets, submission: bytes) -> set[int]:
    """Requests that the site must refuse, each with a secret in it. Their statuses."""
    plain = kept.text("plaintext body").encode()
    statuses = set()
    for size in (100, shape.SUBMISSION_SIZE, shape.SUBMISSION_SIZE + 1, 2_000_000):
        statuses.add(visitor.ask("POST", "/v1/letters", (plain + b" ") * (size // len(plain)) + plain))
    spoiled = submission[:16] + bytes(16) + submission[32:80] + plain + submission[80 + len(plain) :]
    statuses.add(visitor.ask("POST", "/v1/letters", spoiled))
    statuses.add(visitor.ask("POST", "/v1/letters", plain, "multipart/form-data; boundary=" + "x" * 20))
    for path in ("/v1/roster", "/v1/deployment", "/v1/letters/fetch", "/v1/board", "/sv/kvitto"):
        statuses.add(visitor.ask("POST", path, b'{"document":"%s","keys":{}}' % plain, JSON))
        statuses.add(visitor.ask("POST", path, b'{"narrative": "%s"}' % plain, JSON))
    header = f"Rapp1 utredare-1 1 {kept.text('signature', swedish=False)}"
    statuses.add(visitor.ask("GET", "/v1/letters", more={"Authorization": header}))
    statuses.add(visitor.ask("GET", "/v1/letters", more={kept.text("header", swedish=False): "1"}))
    raw = kept.text("not even HTTP").encode()
    visitor.say(raw + b"\r\n\r\n")
    visitor.say(b"GET /" + raw * 400 + b" HTTP/1.1\r\n\r\n")
    visitor.say(b"POST /v1/letters HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz" + raw + b"\r\n")
    visitor.say(b"POST /v1/letters HTTP/1.1\r\nContent-Length: 36876\r\n\r\n" + raw)
    visitor.say(b"GET / HTTP/1.1\r\n" + (b"X-" + raw + b": 1\r\n") * 300 + b"\r\n")
    return statuses
