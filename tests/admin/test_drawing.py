"""Two witnesses draw and publish; against either alone, a lying panel, a restored backup and a lying site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting_app.admin import drawing_rounds
from reporting_app.admin.drawing import DrawingRoom
from reporting_app.admin.remote import SiteRefused
from reporting_app.admin.statistics_memory import LEDGER_FORKED, LEDGER_SHORTER
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.encoding import unb64
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.statistics import noise
from reporting_app.statistics.drawing import recover
from reporting_app.statistics.release import SUPPRESSED
from tests.admin.drawing import PERIOD, Pair, a_year, cast, fixed, tables, without_cache
from tests.admin.test_cover import workspace
from tests.admin.world import Office
from tests.deployment import TODAY, WITNESSES

FORM = "form_per_year"
TWO_SIZES = {"harassment": 13, "violence": 2}


def published(office: Office) -> dict[str, object]:
    (release,) = office.shelf.releases
    return dict(release.body["cells"])


def alarms(pair: Pair) -> set[str]:
    both = (*pair.first.state.alarms, *pair.second.state.alarms)
    return {one.reason for one in both}


def test_what_two_agree_on_is_published_when_their_panels_next_run(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.publish(FORM)
    cells = published(office)
    assert (cells.pop("harassment"), set(cells.values())) == (15, {SUPPRESSED})
    assert set(office.shelf.releases[0].signatures) == {"tillsyn-1", "tillsyn-2"}
    assert alarms(pair) == set()


def test_both_draws_are_in_what_is_published(office: Office) -> None:
    a_year(office, {"harassment": 3})
    pair = Pair.at(office)
    fixed([pair.first], 30)
    fixed([pair.second], 7)
    pair.publish(FORM)
    assert set(published(office).values()) == {40, 35}


def test_real_noise_is_drawn_by_default_and_differs_from_cell_to_cell(office: Office) -> None:
    a_year(office, {})
    pair = Pair.at(office)
    pair.publish(FORM)
    (opening,) = pair.second._drawing.said("opening")
    (second,) = pair.first._drawing.said("second")
    theirs, ours = opening.message.more["opened"]["draws"][FORM], second.message.more["draws"][FORM]
    assert theirs != ours
    assert len(set(theirs.values())) > 2


def test_nobody_sees_a_number_before_it_is_spent(office: Office) -> None:
    """What the first tells before the ledger has it opens for nobody else and fits its commitment only."""
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.propose(FORM)
    (said,) = pair.second._drawing.said("proposal")
    assert set(said.message.more) == {"body", "counted", "kept", "signature"}
    assert pair.second._drawing.said("second") == []
    assert not office.shelf.ledger
    pair.sync(3)
    assert not office.shelf.ledger, "a proposal alone spends nothing"
    pair.accept()
    assert len(office.shelf.ledger) == 1


def test_a_table_and_period_are_drawn_once_shown_or_not(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.propose(FORM)
    pair.accept()
    pair.first.sync()
    for again in (pair.first, workspace(office, "tillsyn-2")):
        again.sync()
        wanted = tables(again, FORM)
        with pytest.raises(Refused, match="drawn"):
            again.draw_together(lambda room, setting, t=wanted: room.propose(setting, PERIOD, t))


def test_the_same_table_proposed_by_both_at_once_is_drawn_once(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    wanted = tables(pair.first, FORM)
    for one in (pair.first, pair.second):
        one.draw_together(lambda room, setting: room.propose(setting, PERIOD, wanted))
    pair.sync()
    theirs = [
        next(p for p in one.draw_together(DrawingRoom.proposals) if p.intent.proposer != one.keys.member)
        for one in (pair.first, pair.second)
    ]
    pair.first.draw_together(lambda room, setting: room.accept(setting, theirs[0]))
    with pytest.raises(SiteRefused, match="ledger"):
        pair.second.draw_together(lambda room, setting: room.accept(setting, theirs[1]))
    pair.sync(4)
    assert (len(office.shelf.ledger), len(office.shelf.releases)) == (1, 1)


def test_a_panel_with_another_ballot_does_not_sign(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.propose(FORM)
    cast(office, FORM, "violence", bytes(16), day=TODAY)
    pair.second.sync()
    with pytest.raises(Refused, match="counted"):
        pair.accept()
    assert not office.shelf.ledger


def test_a_ballot_that_the_site_held_back_until_all_was_signed_stops_nothing(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.propose(FORM)
    pair.accept()
    for _ in range(9):
        cast(office, FORM, "violence", bytes(15) + bytes([_]), day=TODAY)
    pair.sync(4)
    assert published(office)["violence"] == SUPPRESSED, "counted as when it was signed"


def test_a_lost_panel_goes_on_from_the_key_file_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both computers are gone between the intent and the release; each has its key file and the site."""
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.propose(FORM)
    pair.accept()
    monkeypatch.setattr(noise, "draw", lambda cells, _share: dict.fromkeys(cells, 10))
    anew = Pair(*(without_cache(office, member) for member in WITNESSES))
    anew.sync(4)
    assert published(office)["harassment"] == 25, "the first draw, not one of the new computer's"
    assert len(anew.first._drawing.said("second")) == 1


def test_a_draw_that_does_not_fit_its_commitment_publishes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.propose(FORM)
    pair.accept()
    pair.first.sync()
    (proposal,) = pair.first._drawing.said("proposal")
    intent = pair.first._drawing.standing.ledger.intents[0]
    key = pair.first.keys.cache_key
    bound = recover(unb64(proposal.message.more["kept"]), intent.commitment, key)
    assert bound
    other = replace(bound, draws={FORM: dict.fromkeys(intent.tables[0].cells, 5)})
    monkeypatch.setattr(drawing_rounds, "_own", lambda _room, _intent: other)
    pair.sync(4)
    assert office.shelf.releases == []
    assert "draw" in alarms(pair)


def test_a_draw_further_out_than_chance_goes_is_refused(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.second], 400)
    pair.publish(FORM)
    assert office.shelf.releases == []
    assert "draw" in alarms(pair)


def test_a_site_that_takes_back_the_ledger_is_found_out_and_gets_it_again(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.publish(FORM)
    taken = office.shelf.ledger.pop(), office.shelf.releases.pop()
    pair.first.sync()
    assert (office.shelf.ledger, office.shelf.releases) == ([taken[0]], [taken[1]])


def test_a_site_that_will_not_have_it_back_gets_no_signature(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.publish(FORM)
    office.shelf.ledger.clear()
    office.shelf.releases.clear()
    site = pair.first.site
    site.publish_intent = _refuse  # type: ignore[method-assign]
    pair.first.sync()
    assert LEDGER_SHORTER in alarms(pair)
    wanted = tables(pair.first, FORM)
    with pytest.raises(Refused, match=LEDGER_SHORTER):
        pair.first.draw_together(lambda room, setting: room.propose(setting, PERIOD, wanted))


def _refuse(_document: SignedDocument) -> None:
    raise SiteRefused(409, "ledger", "no")


def test_a_site_that_shows_another_ledger_is_found_out(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.publish(FORM)
    (intent,) = office.shelf.ledger
    other = SignedDocument({**intent.body, "period": "2025"}, {})
    for member in ("tillsyn-1", "tillsyn-2"):
        other = other.signed_by(Label.SIGN_LEDGER, member, office.world.keys[member].sign_seed)
    office.shelf.ledger[:] = [other]
    office.shelf.releases.clear()
    pair.first.sync()
    assert LEDGER_FORKED in alarms(pair)


def test_a_backup_of_a_panel_learns_from_the_site_what_was_drawn(office: Office) -> None:
    a_year(office, TWO_SIZES)
    Pair.at(office).publish(FORM)
    restored = without_cache(office, "tillsyn-2")
    wanted = tables(restored, FORM)
    with pytest.raises(Refused, match="drawn"):
        restored.draw_together(lambda room, setting: room.propose(setting, PERIOD, wanted))


def test_a_new_catalogue_between_signing_and_publishing_changes_nothing(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.propose(FORM)
    pair.accept()
    newer = office.world.signed_file(office.world.next_file({"catalogue": {"version": 2, "tables": []}}))
    office.shelf.deployment, office.shelf.content = newer.document, newer.content
    pair.sync(4)
    assert pair.first.setting.deployment.version == 2
    assert published(office)["harassment"] == 15


def test_a_proposal_from_before_a_new_catalogue_is_not_signed(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    pair.propose(FORM)
    newer = office.world.signed_file(office.world.next_file({"catalogue": {"version": 2, "tables": []}}))
    office.shelf.deployment, office.shelf.content = newer.document, newer.content
    pair.sync()
    with pytest.raises(Refused, match="catalogue"):
        pair.accept()
    assert not office.shelf.ledger


def test_a_correction_takes_back_with_two_signatures_and_says_why(office: Office) -> None:
    a_year(office, TWO_SIZES)
    pair = Pair.at(office)
    fixed([pair.first, pair.second])
    pair.publish(FORM)
    release = pair.first._drawing.standing.releases.all[0]
    pair.first.draw_together(
        lambda room, setting: room.correct(setting, release, ["harassment"], "Felkodade rapporter.")
    )
    pair.sync()
    (asked,) = pair.second.draw_together(DrawingRoom.corrections)
    pair.second.draw_together(lambda room, _setting: room.accept_correction(asked))
    assert office.shelf.releases[-1].body["cells"]["harassment"] == "withdrawn"
    assert office.shelf.releases[-1].body["reason"] == "Felkodade rapporter."
    pair.sync()
    assert pair.first._drawing.corrections(pair.first.setting) == []


def test_an_investigator_gets_no_room_to_draw_in(office: Office) -> None:
    a_year(office, TWO_SIZES)
    one = workspace(office, "utredare-1")
    one.sync()
    assert one.draw_together(lambda room, _setting: (room.casts, room.standing.ledger.intents)) == ([], ())
