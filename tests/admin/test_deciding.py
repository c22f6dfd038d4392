"""Two together and need to know in the panel: one investigator alone closes nothing and chooses nobody.

The adversary is a single investigator, mistaken, hurried or bought, and chance that lets two act at once.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from reporting_app.admin import acts
from reporting_app.admin.inbox import Inbox
from reporting_app.admin.workspace import Workspace
from reporting_app.cases.need import Limits
from reporting_app.storage.errors import StorageBusy
from tests.admin.deciding import REASON, Crew, Signer, hidden
from tests.admin.world import PASSPHRASE, REPORT, Reporter, make_office
from tests.deployment import TODAY

SIGN = "?group=all&sign=1"


@pytest.fixture(scope="module")
def crew(translations: None, tmp_path_factory: pytest.TempPathFactory) -> Crew:
    """One for all tests; each has cases of its own."""
    return Crew(make_office(tmp_path_factory.mktemp("crew")))


# Closing


def test_a_case_closes_when_a_colleague_approves_what_stood_on_their_screen(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    first.close(reporter)
    assert 'name="asked"' not in first.see(reporter)
    assert reporter.thread.case.state == "received"
    assert second.lists(reporter, SIGN)
    page = second.see(reporter)
    assert REASON in page
    assert "alla frister stannar" in page
    page = second.answer(reporter, "approve")
    assert "Du har godkänt förslaget." in page
    assert "Ärendet är avslutat" in page
    assert reporter.thread.case.state == "closed"
    assert first.lists(reporter, "?group=closed")
    reporter.write("Det har börjat igen.")
    assert first.lists(reporter)
    assert "Öppnat igen" in first.list()


def test_whoever_proposes_cannot_approve(crew: Crew) -> None:
    reporter = crew.office.report()
    first = crew.all[0]
    first.reply(reporter)
    first.close(reporter)
    page = first.see(reporter)
    assert "Godkänn</button>" not in page
    own = hidden(page, f"/cases/{reporter.case_id}/decline")
    path = f"/cases/{reporter.case_id}/approve"
    first.browser.post(path, own)
    assert "Någon annan än den som föreslog" in first.see(reporter)
    assert reporter.thread.case.state == "received"


def test_a_closing_without_outcome_and_reason_is_explained_and_kept(crew: Crew) -> None:
    reporter, first = crew.office.report(), crew.all[0]
    first.reply(reporter)
    page = first.see(reporter)
    for fields, said in (
        ({"outcome": "", "reason": ""}, ("behöver ett utfall", "behöver en motivering")),
        ({"outcome": "made-up", "reason": "Klart nu."}, ("Välj ett av utfallen", "Klart nu.")),
        ({"outcome": "support", "reason": "x", "asked": ["tillsyn-1"]}, ("går inte att fråga",)),
    ):
        answer = first.fill(reporter, "close", page, **fields)
        assert answer.status_code == 400
        assert [words for words in said if words not in answer.text] == []
    assert "Föreslog" not in first.see(reporter)


def test_without_an_answer_only_what_is_no_report_can_be_closed(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    page = first.see(reporter)
    assert "Ingen människa har svarat anmälaren än" in page
    assert 'value="support"' not in page
    assert first.fill(reporter, "close", outcome="support", reason="x").status_code == 400
    first.close(reporter, "junk")
    assert "Skräp: ingen rapport" in second.see(reporter)
    second.answer(reporter, "approve")
    groups = {group: second.lists(reporter, f"?group={group}") for group in ("open", "closed", "junk")}
    assert groups == {"open": False, "closed": False, "junk": True}


def test_new_words_that_the_proposer_has_not_read_stop_the_proposal(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    before = first.see(reporter)
    reporter.write("De kom hem till mig.")
    second.see(reporter)
    first.list()
    answer = first.fill(reporter, "close", before, outcome="support", reason="Klart nu.")
    assert answer.status_code == 400
    for words in ("Anmälaren har skrivit sedan du öppnade sidan", "De kom hem till mig.", "Klart nu."):
        assert words in answer.text
    assert "Två tillsammans" not in second.see(reporter)


def test_what_the_reporter_writes_while_a_proposal_waits_voids_it_and_says_so(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    first.close(reporter)
    before = second.see(reporter)
    reporter.write("De kom hem till mig.")
    page = second.answer(reporter, "approve", before)
    assert "Inget är underskrivet." in page
    assert "anmälaren har skrivit sedan dess" in page
    assert reporter.thread.case.state == "received"
    assert "anmälaren har skrivit sedan dess" in first.see(reporter)


def test_a_no_says_why_and_a_proposal_can_be_taken_back(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    first.close(reporter)
    second.answer(reporter, "decline", reason="Vänta på polisen.")
    page = first.see(reporter)
    assert "Sade nej till: Avsluta ärendet" in page
    assert "Vänta på polisen." in page
    first.close(reporter)
    assert "Du har tagit tillbaka förslaget." in first.answer(reporter, "decline")
    assert "Tog tillbaka sitt förslag" in second.see(reporter)
    assert not second.lists(reporter, SIGN)


def test_a_reason_written_when_the_panel_locks_is_there_afterwards(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    first.close(reporter)
    fields = hidden(second.see(reporter), f"/cases/{reporter.case_id}/decline")
    token = second.browser.token()
    second.open.ticks.now += 10_000
    there = second.browser.post(
        f"/cases/{reporter.case_id}/decline", {**fields, "csrf_token": token, "reason": "Inte än, för att"}
    )
    assert there.headers["Location"].startswith("/unlock")
    second.browser.submit("/unlock", {"passphrase": PASSPHRASE})
    page = second.see(reporter)
    assert "Inte än, för att" in page
    assert "Utkast" in second.list()
    asked = {
        "place": f"handlers:{reporter.case_id}",
        "handlers": ["utredare-1", "utredare-3"],
        "reason": "Jo.",
    }
    assert second.browser.submit("/drafts", asked).status_code == 204
    form = second.see(reporter).split('id="handlers-handlers"')[1]
    assert [value in form for value in ('value="utredare-3" checked', 'value="utredare-2" checked')] == [
        True,
        False,
    ]


# Somebody who cannot read the case


def test_somebody_who_does_not_read_the_case_is_asked_and_their_signature_counts(crew: Crew) -> None:
    first, second, third = crew.all
    reporter = crew.report_for_two()
    reporter.write("Bara till er två.")
    first.close(reporter, asked=["utredare-3"])
    assert third.is_asked(reporter)
    page = third.asked(reporter)
    assert REASON in page
    assert "Bara till er två." not in page
    token = hidden(page, f"/cases/{reporter.case_id}/approve")
    third.browser.post(f"/cases/{reporter.case_id}/approve", token)
    assert "Ärendet är avslutat" in second.see(reporter)
    assert reporter.thread.case.state == "closed"
    assert not third.is_asked(reporter)


@pytest.mark.long
def test_whoever_was_asked_is_asked_no_more_once_it_is_settled(crew: Crew) -> None:
    first, second, third = crew.all
    reporter = crew.report_for_two()
    for settle in (lambda: second.answer(reporter, "approve"), lambda: first.answer(reporter, "decline")):
        first.close(reporter, asked=["utredare-3"])
        assert third.is_asked(reporter)
        settle()
        assert not third.is_asked(reporter)
        assert third.browser.get(f"/asked/{reporter.case_id}").status_code == 404


def test_somebody_left_out_is_never_offered_nor_shown_anything(crew: Crew) -> None:
    reporter = crew.office.report(leave_out=("utredare-3",))
    first, second, third = crew.all
    first.reply(reporter)
    page = first.see(reporter)
    assert 'value="utredare-3"' not in page
    assert (
        first.fill(reporter, "handlers", handlers=["utredare-1", "utredare-3"], reason="x").status_code == 400
    )
    first.choose(reporter, "utredare-1", "utredare-2")
    second.answer(reporter, "approve")
    assert reporter.case_id not in third.list("?group=all")
    for path in ("recuse", "approve"):
        assert third.browser.submit(f"/cases/{reporter.case_id}/{path}", {"once": "1"}).status_code == 404


def test_a_witness_finds_none_of_it(crew: Crew) -> None:
    reporter = crew.office.report()
    browser = crew.office.panel("tillsyn-1").unlock().browser
    for path in (f"/asked/{reporter.case_id}", f"/cases/{reporter.case_id}/recuse"):
        assert browser.get(path).status_code == 404


# Need to know


def test_a_narrowed_case_is_read_only_for_the_others_and_says_who_has_it(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, third = crew.all
    third.see(reporter)
    assert "öppet för 3 utredare" not in first.see(reporter)
    first.reply(reporter)
    assert "öppet för 3 utredare" in first.see(reporter)
    first.choose(reporter, "utredare-1", "utredare-2")
    second.answer(reporter, "approve")
    reporter.write("Bara till er två.")
    page = second.see(reporter)
    assert "Bara till er två." in page
    assert "Har kunnat läsa förut" in page
    assert second.lists(reporter, "?group=mine")
    assert "Du har ärendet" in second.list("?group=mine")
    page = third.see(reporter)
    assert REPORT in page
    assert "Bara till er två." not in page
    assert "Du får inget nytt i det här ärendet." in page
    assert "<textarea" not in page
    assert (
        third.browser.submit(f"/cases/{reporter.case_id}/note", {"text": "x", "once": "1"}).status_code == 400
    )
    assert not third.lists(reporter)
    assert third.lists(reporter, "?group=elsewhere")
    assert "Hos Utredare 1 och Utredare 2" in third.list("?group=elsewhere")
    assert [is_late_in_half_a_year(one, reporter) for one in (first, third)] == [True, False]


def is_late_in_half_a_year(signer: Signer, reporter: Reporter) -> bool:
    sitting = signer.open.panel.sitting
    assert sitting is not None
    inbox = Inbox(signer.member)
    inbox.renew(sitting.cases, ())
    items = inbox.listed("need", Limits(), TODAY + timedelta(days=200), set())
    return next(one.need.is_late for one in items if one.id == reporter.case_id)


def test_a_case_has_at_least_two_handlers_who_investigate(crew: Crew) -> None:
    reporter, first = crew.office.report(), crew.all[0]
    page = first.see(reporter)
    for handlers in ([], ["utredare-1"], ["utredare-1", "tillsyn-1"], ["utredare-1", "x"]):
        answer = first.fill(reporter, "handlers", page, handlers=handlers, reason="x")
        assert answer.status_code == 400
    assert "Föreslog" not in first.see(reporter)


def test_a_handover_gives_the_new_handler_everything_and_the_old_one_nothing_new(crew: Crew) -> None:
    first, second, third = crew.all
    reporter = crew.report_for_two()
    reporter.write("Det ni två vet.")
    second.see(reporter)
    first.choose(reporter, "utredare-2", "utredare-3")
    assert "Låt Utredare 2 och Utredare 3 handlägga ärendet" in second.see(reporter)
    second.answer(reporter, "approve")
    page = third.see(reporter)
    for words in (REPORT, "Det ni två vet.", "Lämnade över det som var skrivet", "Vi läser."):
        assert words in page
    assert "Du får inget nytt" in first.see(reporter)
    reporter.write("Till de nya.")
    assert "Till de nya." in third.see(reporter)
    assert "Till de nya." not in first.see(reporter)


def test_a_signature_stands_though_the_old_words_cannot_be_handed_on_at_once(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise StorageBusy

    first, second, third = crew.all
    reporter = crew.report_for_two()
    reporter.write("Det ni två vet.")
    second.see(reporter)
    first.choose(reporter, "utredare-2", "utredare-3")
    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "hand_on", full)
        second.answer(reporter, "approve")
    second.see(reporter)
    assert "Det ni två vet." in third.see(reporter)


def test_stepping_aside_says_what_follows_and_is_for_good(crew: Crew) -> None:
    _first, second, third = crew.all
    reporter = crew.report_for_two()
    page = second.browser.get(f"/cases/{reporter.case_id}/recuse").text
    for words in ("går inte att ångra", "Färre än två handläggare blir kvar", "Utredare 1; Utredare 3"):
        assert words in page
    path = f"/cases/{reporter.case_id}/recuse"
    assert second.browser.post(path, hidden(page, path)).status_code == 303
    page = second.see(reporter)
    assert "Du har klivit åt sidan." in page
    assert "<textarea" not in page
    reporter.write("Efter det.")
    assert "Efter det." not in second.see(reporter)
    page = third.see(reporter)
    assert "Efter det." in page
    assert "Klev åt sidan på grund av jäv" in page
    assert "Färre än två av handläggarna är kvar" in page
    assert 'value="utredare-2"' not in page
    assert second.browser.get(path).status_code == 404


# At the same moment


def test_two_who_approve_at_the_same_moment_close_it_once_and_both_see_it(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, third = crew.all
    first.reply(reporter)
    first.close(reporter)
    pages = [one.see(reporter) for one in (second, third)]
    for one, page in zip((second, third), pages, strict=True):
        assert one.answer_alone(reporter, "approve", page) == 303
    for one in (first, second, third):
        page = one.see(reporter)
        assert "Ärendet är avslutat" in page
        assert "Räknas inte: förslaget var redan avgjort." in page
    assert reporter.thread.case.state == "closed"


def test_an_approval_and_a_refusal_at_the_same_moment_are_the_same_for_all(crew: Crew) -> None:
    """The reporter's browser knows approvals alone: the team must come to what it has been told."""
    reporter = crew.office.report()
    first, second, third = crew.all
    first.reply(reporter)
    first.close(reporter)
    pages = [one.see(reporter) for one in (second, third)]
    assert second.answer_alone(reporter, "approve", pages[0]) == 303
    assert third.answer_alone(reporter, "decline", pages[1], reason="Nej, vänta.") == 303
    assert reporter.thread.case.state == "closed"
    for one in (first, second, third):
        page = one.see(reporter)
        assert "Ärendet är avslutat" in page
        assert "Nej, vänta." in page
        assert "Räknas inte: förslaget var redan avgjort." in page


@pytest.mark.long
def test_two_who_propose_at_the_same_moment_both_stand_there(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, third = crew.all
    first.reply(reporter)
    pages = [one.see(reporter) for one in (first, second)]
    for one, page, reason in zip((first, second), pages, ("Skäl ett.", "Skäl två."), strict=True):
        assert one.fill_alone(reporter, "close", page, outcome="support", reason=reason) == 303
    page = third.see(reporter)
    assert "Skäl ett." in page
    assert "Skäl två." in page
    third.answer(reporter, "approve")
    page = third.see(reporter)
    assert "Ärendet är redan avslutat. Anmälaren ser det här utfallet i stället" in page


def test_a_stale_approval_posted_by_hand_signs_nothing(crew: Crew) -> None:
    reporter = crew.office.report()
    first, second, _ = crew.all
    first.reply(reporter)
    first.close(reporter)
    sitting = second.open.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    workspace = sitting.workspace
    workspace.sync()
    (proposal,) = workspace.decisions(reporter.case_id)
    reporter.write("Vänta!")
    workspace.sync()
    with pytest.raises(acts.Overtaken):
        acts.approve(workspace, reporter.case_id, proposal.id)
