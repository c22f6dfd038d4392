"""Linking cases on the page: chosen among what one reads, written in both, and told to nobody left out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.admin.world import Office, Reporter


def link(panel: Office.Open, one: Reporter, other: Reporter, together: str = "yes", once: str = "a") -> Any:
    fields = {"other": other.case_id, "together": together, "once": once}
    return panel.browser.submit(f"/cases/{one.case_id}/together/change", fields)


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="other" value="([0-9a-f]{20})"', page))


def section(panel: Office.Open, reporter: Reporter) -> str:
    return panel.browser.case(reporter.case_id).split('id="together-title"')[1].split("</section>")[0]


def test_a_link_stands_in_both_cases_for_every_reader_until_it_is_taken_away(office: Office) -> None:
    one, other = office.report("Bilen vid skolan."), office.report("Bilen vid hemmet.")
    panel, colleague = office.panel("utredare-1").unlock(), office.panel("utredare-2").unlock()
    assert link(panel, one, other).status_code == 303
    for reader in (panel, colleague):
        assert other.case_id in section(reader, one)
        assert one.case_id in section(reader, other)
    assert link(colleague, other, one, "no", "b").status_code == 303
    for reader in (panel, colleague):
        assert "Inget annat ärende." in section(reader, one)
        assert "Inget annat ärende." in section(reader, other)
    assert {event.kind for event in one.thread.case.events} == {"exclusion", "opened", "stored"}


def test_a_case_is_found_by_words_that_never_stand_in_an_address(office: Office) -> None:
    one, wanted, third = office.report("Ett."), office.report("En silverfärgad bil."), office.report("Tre.")
    panel = office.panel("utredare-1").unlock()
    path = f"/cases/{one.case_id}/together"
    newest = panel.browser.get(path).text
    assert offered(newest) == {wanted.case_id, third.case_id}
    answer = panel.browser.submit(f"{path}/search", {"words": "silverfär"})
    assert (answer.status_code, offered(answer.text)) == (200, {wanted.case_id})
    by_id = panel.browser.submit(f"{path}/search", {"words": third.case_id[:8]}).text
    assert offered(by_id) == {third.case_id}


def test_nobody_learns_of_a_case_from_which_they_were_left_out(office: Office) -> None:
    wide, narrow = office.report("Öppet."), office.report("Utan trean.", leave_out=("utredare-3",))
    panel = office.panel("utredare-1").unlock()
    for one, other in ((wide, narrow), (narrow, wide)):
        page = panel.browser.get(f"/cases/{one.case_id}/together").text
        assert "Kan inte kopplas: Utredare 3 läser det ena" in page
        assert "Koppla</button>" not in page
        answer = link(panel, one, other, once=one.case_id)
        assert answer.status_code == 400
        assert "Ärendena kan inte kopplas" in answer.text
    out = office.panel("utredare-3").unlock()
    assert narrow.case_id not in out.browser.case(wide.case_id)
    assert out.panel.sitting.cases[wide.case_id].course.links == set()  # type: ignore[union-attr]


@pytest.mark.long
def test_of_a_case_that_one_cannot_read_nothing_but_that_it_is_there(office: Office) -> None:
    """C reads one case and not the other, from which nobody left her out: two colleagues handle it."""
    wide, narrow = office.report("Öppet."), office.report("Det smala.")
    panel = office.panel("utredare-1").unlock()
    assert panel.panel.sitting is not None
    assert link(panel, wide, narrow).status_code == 303
    third = office.panel("utredare-3").unlock()
    sitting = third.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    third.browser.case(wide.case_id)
    del sitting.workspace._cases[narrow.case_id]  # as a panel that never got its letters
    office.shelf.away = True
    shown = section(third, wide)
    assert "Ett ärende som du inte kan läsa" in shown
    assert narrow.case_id not in shown
    assert "Det smala." not in shown


@pytest.mark.long
def test_a_silent_site_keeps_both_halves_and_a_refusal_can_be_tried_again(office: Office) -> None:
    one, other = office.report("Ett."), office.report("Två.")
    panel = office.panel("utredare-1").unlock()
    office.shelf.refuses = "proof-of-work"
    assert "tog inte emot det (proof-of-work)" in link(panel, one, other).text
    office.shelf.refuses, office.shelf.away = "", True
    assert link(panel, one, other).status_code == 303
    assert "Kopplingen väntar förseglad" in panel.browser.get("/cases").text
    office.shelf.away = False
    panel.browser.get("/cases")
    colleague = office.panel("utredare-2").unlock()
    assert other.case_id in section(colleague, one)
    assert one.case_id in section(colleague, other)


@pytest.mark.long
def test_somebody_left_out_later_is_pointed_out_to_those_who_read_both(office: Office) -> None:
    one, other = office.report("Ett."), office.report("Två.")
    panel = office.panel("utredare-1").unlock()
    link(panel, one, other)
    other.write("Nu vill jag lämna trean utanför.", leave_out=("utredare-3",))
    shown = section(panel, one)
    assert "Utredare 3 läser det ena ärendet och är bortvald i det andra. Ta bort kopplingen." in shown


@pytest.mark.long
def test_a_witness_links_nothing(office: Office) -> None:
    one = office.report("Ett.")
    assert office.panel("tillsyn-1").unlock().browser.get(f"/cases/{one.case_id}/together").status_code == 404
