"""The list of cases: order, filters, pages and search. What is searched for never stands in an address."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reporting_app.cases.course import People
from reporting_app.cases.fold import fold
from tests.admin.deciding import close_together
from tests.admin.world import Office

NOBODY = People(frozenset(), frozenset())
LONG_AGO = 10 * 86_400


def listed(page: str) -> list[str]:
    """Ids of the cases in their order."""
    return re.findall(r'href="[^"]*/cases/([0-9a-f]{20})"', page)


def search(opened: Office.Open, words: str, where: str = "/cases") -> str:
    answer = opened.browser.submit(where, {"words": words})
    assert answer.status_code == 303
    return str(opened.browser.get(answer.headers["Location"]).text)


def test_the_first_row_is_what_needs_somebody_most_and_says_why(office: Office) -> None:
    late = office.report("Ett gammalt ärende.")
    office.clock.now += LONG_AGO
    calm, acute = office.report(severity=["level_2"]), office.report(severity=["level_5"])
    first = office.panel("utredare-1").unlock()
    page = first.browser.get("/cases").text
    assert listed(page) == [acute.case_id, late.case_id, calm.case_id]
    for words in ("Våld eller vapen, obesvarat", "Svar försenat", "1 försenat"):
        assert words in page
    first.browser.submit(f"/cases/{acute.case_id}/reply", {"text": "Vi ringer.", "once": "1"})
    first.browser.submit(f"/cases/{calm.case_id}/note", {"text": "Läst.", "once": "2"})
    decision = {"decision": "made", "reason": "Anmält i dag.", "once": "3"}
    first.browser.submit(f"/cases/{acute.case_id}/notification", decision)
    page = first.browser.get("/cases").text
    assert listed(page)[0] == late.case_id
    assert "obesvarat" not in page
    assert "dagar kvar till återkoppling" in page


def test_an_answer_that_has_not_left_this_computer_stops_no_clock(office: Office) -> None:
    acute = office.report(severity=["level_4"])
    opened = office.panel("utredare-1").unlock()
    office.shelf.away = True
    opened.browser.submit(f"/cases/{acute.case_id}/reply", {"text": "Vi ringer.", "once": "1"})
    assert "Hot mot liv, obesvarat" in opened.browser.get("/cases").text
    office.shelf.away = False
    assert "obesvarat" not in opened.browser.get("/cases").text


def test_each_filter_leaves_what_it_says(office: Office) -> None:
    parent = office.report(organisation=["social_services"], form=["violence"], severity=["level_1"])
    office.clock.now += LONG_AGO
    child = office.report(organisation=["child_and_family"], form=["harassment"])
    opened = office.panel("utredare-1").unlock()
    get = opened.browser.get
    opened.browser.case(parent.case_id)
    expected = {
        "severity=level_1": [parent],
        "severity=level_5": [],
        "organisation=social_services": [parent, child],
        "organisation=child_and_family": [child],
        "form=harassment": [child],
        "late=1": [parent],
        "unread=1": [child],
        "group=closed": [],
        "sort=newest": [child, parent],
        "sort=oldest": [parent, child],
        "sort=left": [parent, child],
        "form=harassment&severity=level_1": [],
    }
    for query, cases in expected.items():
        page = get(f"/cases?{query}").text
        assert listed(page) == [case.case_id for case in cases], query
        assert "finns inte" not in page, query
    close_together(office, parent)
    assert listed(get("/cases").text) == [child.case_id]
    assert listed(get("/cases?group=closed").text) == [parent.case_id]
    assert set(listed(get("/cases?group=all").text)) == {parent.case_id, child.case_id}
    assert listed(get("/cases?late=1").text) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("group=nobody", "Ett val i adressen finns inte"),
        ("severity=%00&sort=x", "Ett val i adressen finns inte"),
        ("organisation=Socialf%C3%B6rvaltningen", "Ett val i adressen finns inte"),
        ("page=0", "Sidan i adressen finns inte"),
        ("page=-1", "Sidan i adressen finns inte"),
        ("page=²", "Sidan i adressen finns inte"),
        ("page=" + "9" * 5000, "Sidan i adressen finns inte"),
        ("page=2", "Så många sidor finns inte"),
        ("search=unknown", "Sökningen finns inte kvar"),
    ],
)
def test_what_an_address_cannot_mean_is_as_usual_with_a_sentence(
    office: Office, query: str, said: str
) -> None:
    reporter = office.report()
    answer = office.panel("utredare-1").unlock().browser.get(f"/cases?{query}")
    assert answer.status_code == 200
    assert said in answer.text
    assert listed(answer.text) == [reporter.case_id]


def test_fifty_rows_a_page_and_none_twice(office: Office) -> None:
    office.report()
    opened = office.panel("utredare-1").unlock()
    opened.browser.get("/cases")
    workspace = opened.panel.sitting and opened.panel.sitting.workspace
    assert workspace is not None
    (case,) = workspace.cases.values()
    many = [fold(bytes([number]) * 32, [], NOBODY) for number in range(101)]
    copies = {one.id: replace(case, thread=one.thread) for one in many}
    workspace._cases = copies
    pages = [opened.browser.get(f"/cases?page={number}").text for number in (1, 2, 3)]
    assert [len(listed(page)) for page in pages] == [50, 50, 1]
    assert {name for page in pages for name in listed(page)} == set(copies)
    assert "Sida 2 av 3" in pages[1]
    assert 'rel="next"' in pages[1]
    assert 'rel="next"' not in pages[2]
    assert listed(opened.browser.get("/cases?page=4").text) == listed(pages[2])


def test_a_search_finds_every_kind_of_words_and_stays_out_of_addresses(office: Office) -> None:
    reporter, other = office.report("Grannen <b>väntade</b> vid bilen."), office.report("En annan sak.")
    first, second = office.panel("utredare-1").unlock(), office.panel("utredare-2").unlock()
    first.browser.submit(f"/cases/{reporter.case_id}/note", {"text": "Ring skyddsombudet.", "once": "1"})
    fields = {"state": "assessing", "reason": "Granskas nu.", "outcome": "", "once": "2"}
    first.browser.submit(f"/cases/{reporter.case_id}/status", fields)
    second.browser.get("/cases")
    for words in ("väntade bil", "skyddsomb", '"ring skyddsombudet"', "granskas", reporter.case_id[:6]):
        assert listed(search(second, words)) == [reporter.case_id], words
    assert listed(search(second, "sak grannen")) == []
    assert "1 träff på" in search(second, "annan")
    page = search(second, "väntade")
    assert "Grannen &lt;b&gt;<mark>väntade</mark>&lt;/b&gt; vid bilen." in page
    answer = second.browser.submit("/cases?sort=oldest", {"words": "skyddsombudet"})
    assert re.fullmatch(r"/cases\?sort=oldest&search=[\w-]{8}", answer.headers["Location"])
    assert listed(search(second, "a" * 200)) == []
    long = second.browser.submit("/cases", {"words": "a" * 201})
    assert (long.status_code, "högst 200 tecken" in long.text) == (400, True)
    assert other.case_id in search(second, "  ")


def test_a_search_never_finds_what_its_reader_was_left_out_of(office: Office) -> None:
    office.report("Min chef heter Bertil.", leave_out=("utredare-3",))
    assert "1 träff" in search(office.panel("utredare-1").unlock(), "bertil")
    assert "0 träffar" in search(office.panel("utredare-3").unlock(), "bertil")
    witness = office.panel("tillsyn-1").unlock()
    assert witness.browser.submit("/cases", {"words": "bertil"}).status_code == 404


def test_locking_takes_the_index_and_the_words_with_it(office: Office) -> None:
    reporter = office.report("Grannen väntade.")
    opened = office.panel("utredare-1").unlock()
    answer = opened.browser.submit("/cases", {"words": "grannen"})
    index = opened.panel.sitting and opened.panel.sitting.index
    assert index is not None
    assert index.find("grannen") == {reporter.case_id}
    opened.browser.submit("/lock")
    assert index.find("grannen") == index.find(reporter.case_id) == set()
    assert opened.browser.get(answer.headers["Location"]).headers["Location"].startswith("/unlock")
    opened.unlock()
    assert "Sökningen finns inte kvar" in opened.browser.get(answer.headers["Location"]).text


def test_what_is_known_of_a_case_is_made_anew_for_that_case_only(office: Office) -> None:
    one, other = office.report("Det ena."), office.report("Det andra.")
    opened = office.panel("utredare-1").unlock()
    opened.browser.get("/cases")
    sitting = opened.panel.sitting
    assert sitting is not None
    before = dict(sitting.inbox._facts)
    one.write("Det har hänt igen.")
    assert "igen" in search(opened, "igen")
    after = sitting.inbox._facts
    assert after[one.case_id] is not before[one.case_id]
    assert after[other.case_id] is before[other.case_id]
