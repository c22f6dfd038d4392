"""One witness and the site's operator, alone or together, against a witness whose panel keeps the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from reporting_app.admin.counting import Said
from reporting_app.admin.outbox import Outbox
from reporting_app.admin.remote import SiteAway, SiteRefused
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.sealing import blank_intake_cell, submission
from reporting_app.crypto import letter
from reporting_app.crypto.ballot import ballot_content
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.letter import Recipient
from reporting_app.statistics.drawing import OPENING, SECOND, Message
from tests.admin.drawing import DAY, PERIOD, Pair, a_year, cast, fixed, tables
from tests.admin.test_cover import workspace
from tests.admin.world import Office
from tests.deployment import TODAY, WITNESSES

FORM = "form_per_year"
SEVERITY = "severity_per_year"
HELD = {"harassment": 12}


def drawing_anew(one: Workspace) -> None:
    """A panel whose every draw is another."""
    noise = count(0, 10)
    one._drawing.draw = lambda cells, _share: dict.fromkeys(cells, next(noise))


def hidden(office: Office, act: Callable[[], object]) -> list[bytes]:
    """The site takes what is posted meanwhile, and then shows it to nobody."""
    before = dict(office.shelf.letters)
    act()
    new = [sealed for name, (_, sealed) in office.shelf.letters.items() if name not in before]
    office.shelf.letters = before
    return new


def said_in(one: Workspace, letters: list[bytes], kind: str) -> list[Mapping[str, object]]:
    """What a liar in league with the site reads there."""
    for sealed in letters:
        one._opener.add(sealed, one.today, one.setting.chain)
    return [said.message.more for said in one.draw_together(lambda room, _: room.said(kind))]


def tell(one: Workspace, kind: str, more: Mapping[str, object], **changed: object) -> None:
    """What a panel says that was changed at will."""
    setting = one.setting
    said = Message(kind, one.keys.member, setting.today, setting.deployment_id, more)
    wire = replace(said, **changed).sign(one.keys.sign_seed)  # type: ignore[arg-type]
    to = [Recipient(setting.keys[name]) for name in WITNESSES]
    Outbox(one.keys, one.site, one.cache).post_to_witnesses(setting, to, letter.draw_content(wire))


def bound(office: Office, *names: str) -> Pair:
    """Both have signed, and the second has not drawn yet."""
    a_year(office, HELD)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.propose(*names or (FORM,))
    pair.accept()
    return pair


def test_a_second_whose_draw_is_hidden_from_it_sends_the_same_again(office: Office) -> None:
    """The site shows the proposer every draw and the second none, until one suits."""
    pair = bound(office)
    drawing_anew(pair.second)
    letters = [one for _ in range(3) for one in hidden(office, pair.second.sync)]
    draws = [said["draws"] for said in said_in(pair.first, letters, SECOND)]
    assert len(draws) == 3
    assert draws[0] == draws[1] == draws[2]


def test_a_second_whose_draw_the_site_reads_and_refuses_sends_the_same_again(office: Office) -> None:
    pair = bound(office)
    drawing_anew(pair.second)
    office.shelf.refuses = "busy"
    pair.second.sync()
    office.shelf.refuses = ""
    pair.sync(4)
    assert office.shelf.releases[0].body["cells"]["harassment"] == 10


def test_a_proposer_opens_for_one_draw_only_whatever_the_site_hides(office: Office) -> None:
    """Who has seen the opening could else answer anew, with what makes the sum as they like it."""
    pair = bound(office)
    pair.second.sync()
    pair.second.sync()
    letters = hidden(office, pair.first.sync)
    (answer,) = pair.second.draw_together(lambda room, _: room.said(SECOND))
    liked = {FORM: dict.fromkeys(answer.message.more["draws"][FORM], 50)}
    tell(
        pair.second,
        SECOND,
        {**answer.message.more, "draws": liked},
        day=pair.second.today - timedelta(days=1),
    )
    letters += hidden(office, pair.first.sync)
    opened = said_in(pair.second, letters, OPENING)
    assert len(opened) == 2
    assert opened[0]["signatures"] == opened[1]["signatures"]


def test_a_release_that_the_site_never_takes_keeps_no_other_waiting(office: Office) -> None:
    """Somebody opened with a day that the site refuses; what others drew is published all the same."""
    pair = bound(office)
    publish = pair.second.site.publish_release

    def refuse_one(document: SignedDocument) -> None:
        if document.body["table"] == FORM:
            raise SiteRefused(409, "release", "dated too far ahead")
        publish(document)

    pair.second.site.publish_release = refuse_one  # type: ignore[method-assign]
    pair.sync(4)
    pair.propose(SEVERITY)
    pair.accept()
    pair.sync(4)
    assert [one.body["table"] for one in office.shelf.releases] == [SEVERITY]
    assert "release" in {one.reason for one in pair.second.state.alarms}


@pytest.mark.parametrize("latest_first", [False, True])
def test_a_proposal_that_is_drawn_hides_no_newer_one(office: Office, latest_first: bool) -> None:
    """Letters of one day come in any order."""
    pair = bound(office)
    pair.sync()
    pair.propose(SEVERITY)
    room = pair.second._drawing
    said = sorted(room.said("proposal"), key=lambda one: _tables(one) == [SEVERITY], reverse=latest_first)
    room.said = lambda _kind: said  # type: ignore[method-assign]
    (found,) = pair.proposals
    assert [one.id for one in found.intent.tables] == [SEVERITY]


def _tables(said: Said) -> list[str]:
    return [one["id"] for one in said.message.more["body"]["tables"]]


def test_a_panel_that_cannot_ask_remembers_what_is_drawn(office: Office) -> None:
    """Started anew while the site gives no ledger: what is drawn is not signed again."""
    bound(office).sync()
    found = workspace(office, "tillsyn-2")
    again = Workspace(found.keys, found.site, found.cache, found.anchor, found.clock)
    again.site.statistics = _silent  # type: ignore[method-assign]
    again.sync()
    wanted = tables(again, FORM)
    with pytest.raises(Refused, match="drawn"):
        again.draw_together(lambda room, setting: room.propose(setting, PERIOD, wanted))


def _silent(_member: object) -> None:
    raise SiteAway("no answer")


def test_a_ballot_that_a_witness_sends_again_brings_nothing_back(office: Office) -> None:
    """Every witness can read a ballot and post it in another letter, later than what replaced it."""
    cast(office, FORM, "violence", bytes(16), day=TODAY)
    pair = Pair.at(office)
    (first,) = pair.second._opener.ballots.values()
    cast(office, FORM, "withdrawn", bytes(16), day=TODAY + timedelta(days=5))
    office.clock.now += 9 * DAY
    setting = office.world.setting()
    to = [Recipient(office.world.public_keys[name]) for name in WITNESSES]
    sealed = letter.seal_letter(setting.frame, to, ballot_content(first.wire))
    office.shelf.put(submission(setting, sealed, blank_intake_cell(setting)))
    office.clock.now += 90 * DAY
    pair.sync()
    wanted = tables(pair.first, FORM)
    counted = pair.first.draw_together(lambda room, _: room._count(wanted, PERIOD, 0))
    assert sum(counted.cells[FORM].values()) == 0


def test_a_proposer_opens_again_when_the_second_was_away_too_long(office: Office) -> None:
    """The site takes no release that is a month old: one who has had a long summer publishes all the same."""
    pair = bound(office)
    pair.second.sync()
    pair.first.sync()
    office.clock.now += 40 * DAY
    pair.first.sync()
    pair.second.sync()
    (release,) = office.shelf.releases
    assert release.body["day"] == pair.second.today.isoformat()
