"""What a witness's panel does by itself once two have agreed to draw (docs/protocol.md §15, steps 2 to 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reporting_app.admin.counting import Said
from reporting_app.admin.drawing import DrawingRoom
from reporting_app.admin.remote import Member
from reporting_app.admin.trust import Alarm, PanelSetting
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import b64, unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.statistics.drawing import (
    OPENING,
    PROPOSAL,
    SECOND,
    Draws,
    Opened,
    check_draws,
    noisy,
    read_draws,
    recover,
)
from reporting_app.statistics.ledger import Intent
from reporting_app.statistics.release import release_body


def carry_on(room: DrawingRoom, setting: PanelSetting) -> list[Alarm]:
    """Asks the site what is drawn, and does what its member agreed to. Raises SiteAway, SiteRefused."""
    member = Member(room.keys, setting.deployment_id)
    room.standing, alarms = room.memory.refresh(room.site, member, setting.chain)
    for intent in room.standing.ledger.intents if not room.standing.alarm else ():
        if not unpublished(room, intent):
            continue
        try:
            _next_step(room, setting, intent)
        except Refused as refused:
            alarms.append(Alarm("statistics", refused.reason, f"{intent.period}: {refused.detail}"))
    return alarms


def unpublished(room: DrawingRoom, intent: Intent) -> list[str]:
    """Tables of an intent that nobody has published."""
    tables = [one.id for one in intent.tables]
    return [name for name in tables if room.standing.releases.last(name, intent.period) is None]


def said_of(room: DrawingRoom, intent: Intent, kind: str, author: str) -> list[Said]:
    """What somebody said of an intent in the ledger, the first first."""
    found = [one for one in room.said(kind) if one.message.author == author]
    return [one for one in found if one.message.more["intent"] == b64(intent.id)]


def _next_step(room: DrawingRoom, setting: PanelSetting, intent: Intent) -> None:
    mine = room.keys.member
    seconds = said_of(room, intent, SECOND, intent.second)
    openings = said_of(room, intent, OPENING, intent.proposer)
    if intent.second == mine and not seconds:
        draws = {one.id: room.draw(one.cells, one.share) for one in intent.tables}
        room.tell(setting, SECOND, {"draws": draws, "intent": b64(intent.id)})
    elif intent.proposer == mine and seconds and not openings:
        _open(room, setting, intent, seconds[0])
    elif intent.second == mine and openings:
        _publish(room, setting, intent, openings[0], seconds)


def _open(room: DrawingRoom, setting: PanelSetting, intent: Intent, answer: Said) -> None:
    """Shows what this panel is bound to, now that the other's draw is there, and signs what follows."""
    opened, theirs = _own(room, intent), _checked(answer.message.more["draws"], intent)
    documents = _releases(room, setting, intent, opened, theirs, setting.today)
    signed = {name: room.signed(one, Label.SIGN_RELEASE) for name, one in documents.items()}
    signatures = {name: b64(one.signatures[room.keys.member]) for name, one in signed.items()}
    more = {"intent": b64(intent.id), "opened": opened.to_value(), "signatures": signatures}
    room.tell(setting, OPENING, more)


def _publish(
    room: DrawingRoom, setting: PanelSetting, intent: Intent, opening: Said, seconds: list[Said]
) -> None:
    """Checks what was opened, computes the same, adds the second signature and publishes."""
    opened = Opened.from_value(opening.message.more["opened"])
    if opened.commitment != intent.commitment:
        raise Refused("draw", "what was opened is not what the intent is bound to")
    check_draws(opened.draws, intent)
    key = setting.chain.author_key(intent.proposer, opening.day)
    for second in seconds:  # two were sent when an answer of the site was lost: the proposer took one
        draws = _checked(second.message.more["draws"], intent)
        documents = _releases(room, setting, intent, opened, draws, opening.message.day)
        try:
            signed = _with_theirs(documents, opening, intent.proposer, key)
        except Refused:
            continue
        for name in unpublished(room, intent):
            room.site.publish_release(room.signed(signed[name], Label.SIGN_RELEASE))
        return
    raise Refused("draw", "the other panel signed other numbers than this one computes")


def _with_theirs(
    documents: Mapping[str, SignedDocument], opening: Said, proposer: str, key: bytes
) -> dict[str, SignedDocument]:
    signatures, signed = opening.message.more["signatures"], {}
    if not isinstance(signatures, dict) or set(signatures) != set(documents):
        raise Refused("draw", "signatures are under every release")
    for name, document in documents.items():
        signed[name] = SignedDocument(document.body, {proposer: unb64(signatures[name], 64)})
        signed[name].check_signatures(Label.SIGN_RELEASE, {proposer: key}, 1)
    return signed


def _own(room: DrawingRoom, intent: Intent) -> Opened:
    """From the proposal that this member sent: only their key opens it."""
    for said in room.said(PROPOSAL):
        if said.message.author == room.keys.member:
            opened = recover(unb64(said.message.more["kept"]), intent.commitment, room.keys.cache_key)
            if opened:
                return opened
    raise Refused("draw", "this panel's own draw is lost: the tables stay spent and unpublished")


def _releases(
    room: DrawingRoom, setting: PanelSetting, intent: Intent, opened: Opened, theirs: Draws, day: date
) -> dict[str, SignedDocument]:
    counted = room.count(setting, intent)
    if counted.digest != opened.counted:
        raise Refused("counted", "the two panels no longer count the same ballots")
    roster = setting.chain.in_force(day).version
    documents = {}
    for one in intent.tables:
        sums = noisy(counted.cells[one.id], opened.draws[one.id], theirs[one.id])
        documents[one.id] = SignedDocument(release_body(intent, one.id, sums, day, roster), {})
    return documents


def _checked(value: object, intent: Intent) -> Draws:
    draws = read_draws(value)
    check_draws(draws, intent)
    return draws
