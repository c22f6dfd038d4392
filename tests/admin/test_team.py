"""The team's pages: absences with cover, text blocks, and that nothing half written is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from reporting_app.admin import acts
from reporting_app.admin.workspace import Workspace
from tests.admin.world import Browser, Office, Reporter

TOKEN = "token of the test"
TODAY, LAST = "2026-11-21", "2026-11-30"
A, B, C = "utredare-1", "utredare-2", "utredare-3"
TEXT = "Tack för att du berättar. Vi läser."


def at_work(office: Office, member: str) -> Office.Open:
    """A panel that asks the site when it is told to, and that nobody leaves alone for long."""
    return office.panel(member, fresh_seconds=3600, idle_seconds=10**8).unlock()


def fetched(opened: Office.Open) -> Browser:
    """Its browser, after it has asked the site."""
    workspace_of(opened).sync()
    return opened.browser


def workspace_of(opened: Office.Open) -> Workspace:
    sitting = opened.panel.sitting
    assert sitting is not None
    assert sitting.workspace is not None
    return sitting.workspace


def post(opened: Office.Open, path: str, fields: dict[str, Any]) -> Any:
    """With a token that is fetched once: every request asks the site."""
    known = opened.app.config
    if TOKEN not in known:
        known[TOKEN] = opened.browser.token()
    return opened.browser.post(path, {"csrf_token": known[TOKEN], **fields})


def say_away(opened: Office.Open, *cover: str, first: str = TODAY, last: str = LAST, once: str = "a") -> Any:
    fields = {"first": first, "last": last, "cover": list(cover), "once": once}
    return post(opened, "/team/absence", fields)


def write_block(opened: Office.Open, text: str = TEXT, path: str = "/team/block", **more: str) -> Any:
    fields = {"title": "Tack", "text": text, "before": "", "once": text[-8:], **more}
    return post(opened, path, fields)


def narrow(office: Office, reporter: Reporter) -> tuple[Office.Open, Office.Open]:
    """To the first two, whose panels these are."""
    first, second = at_work(office, A), at_work(office, B)
    acts.propose_handlers(workspace_of(first), reporter.case_id, [A, B], "De har ärendet.")
    other = workspace_of(second)
    other.sync()
    acts.approve(other, reporter.case_id, other.decisions(reporter.case_id)[-1].id)
    workspace_of(first).sync()
    return first, second


def path_of_block(page: str) -> str:
    return re.findall(r'href="[^"]*(/team/block/[0-9a-z-]+)"', page)[0]


def before_of(page: str) -> str:
    return re.findall(r'name="before" value="([0-9a-f]*)"', page)[0]


# Absence


def test_an_absence_is_seen_by_everybody_and_its_cover_and_can_be_taken_back(office: Office) -> None:
    first = at_work(office, A)
    assert say_away(first, B).headers["Location"] == "/team/absence"
    own = first.browser.get("/team/absence").text
    for words in (
        "Frånvaron är sparad.",
        "Din frånvaro: 21 november 2026 – 30 november 2026",
        "Utredare 2 täcker.",
    ):
        assert words in own
    assert "Du har angett att du är borta till 30 november 2026." in first.browser.get("/cases").text
    cover, other = at_work(office, B), at_work(office, C)
    assert "Du täcker för Utredare 1 till 30 november 2026." in cover.browser.get("/cases").text
    assert "Du täcker" not in other.browser.get("/cases").text
    assert '<th scope="row">Utredare 1</th><td>21 nov. – 30 nov.</td><td>Utredare 2</td>' in (
        other.browser.get("/team/absence").text
    )
    assert post(first, "/team/absence/back", {"once": "b"}).status_code == 303
    assert "Ingen har sagt att de är borta." in first.browser.get("/team/absence").text
    assert "Du täcker" not in fetched(cover).get("/cases").text


def test_an_absence_that_is_over_is_not_shown(office: Office) -> None:
    first, cover = at_work(office, A), at_work(office, B)
    say_away(first, B)
    office.clock.now += timedelta(days=10).total_seconds()
    for opened in (first, cover):
        assert "Ingen har sagt att de är borta." in fetched(opened).get("/team/absence").text
    assert "Du täcker" not in cover.browser.get("/cases").text


def test_days_that_cannot_be_are_refused_in_a_sentence_and_what_was_chosen_stays(office: Office) -> None:
    opened = at_work(office, A)
    wrong = {
        ("2026-11-30", "2026-11-21"): "Sista dagen ligger före den första.",
        ("2026-10-01", "2026-10-21"): "Den tiden har redan gått.",
        ("2026-11-21", "2062-11-30"): "Ange högst ett år i taget.",
        ("i morgon", "2026-11-30"): "Skriv dagen som åååå-mm-dd.",
        ("", ""): "Välj första dagen du är borta.",
    }
    for (first, last), words in wrong.items():
        answer = say_away(opened, B, first=first, last=last)
        assert answer.status_code == 400
        assert words in answer.text
        assert re.search(r'id="cover-utredare-2"[^>]* checked', answer.text)
    assert say_away(opened, "tillsyn-1").status_code == 400
    assert say_away(opened, A).status_code == 400
    assert "Ingen har sagt att de är borta." in opened.browser.get("/team/absence").text


def test_an_absence_shows_which_cases_it_leaves_to_nobody_or_to_a_cover_who_cannot_read(
    office: Office,
) -> None:
    reporter, open_to_all = office.report("Det smala ärendet."), office.report("Det öppna ärendet.")
    opened, second = narrow(office, reporter)
    say_away(opened, C)
    page = opened.browser.get("/team/absence").text
    assert f"/cases/{reporter.case_id}#handlers" in page
    assert "Utredare 3 kan inte läsa det." in page
    assert "är på plats hela tiden" not in page
    assert open_to_all.case_id not in page
    say_away(second, A)
    page = fetched(opened).get("/team/absence").text
    assert "Ingen som handlägger det är på plats hela tiden." in page
    assert "Utredare 1 är själv borta 21 november 2026 – 30 november 2026." in page
    say_away(opened, B, first="2027-01-01", last="2027-01-05", once="c")
    assert "finns någon på plats som kan läsa dem" in opened.browser.get("/team/absence").text


def test_a_case_whose_handlers_are_all_away_comes_back_to_whoever_could_read_it(office: Office) -> None:
    alone = office.report("Det smala ärendet.")
    third = at_work(office, C)
    first, second = narrow(office, alone)
    other = office.report("Ett nyare ärende.")
    say_away(first)
    page = fetched(third).get("/cases").text
    assert (other.case_id in page, alone.case_id in page, "är borta" in page) == (True, False, False)
    say_away(second)
    page = fetched(third).get("/cases").text
    assert page.index(alone.case_id) < page.index(other.case_id)
    assert page.count("De handläggare du känner till är borta") == 1
    assert "dagar kvar till svar" not in page.split(alone.case_id)[2].split(other.case_id)[0]
    assert "Ingen på plats" in fetched(first).get("/cases").text
    office.clock.now += timedelta(days=10).total_seconds()
    assert alone.case_id not in fetched(third).get("/cases").text


def test_somebody_who_stepped_aside_does_not_get_the_case_back(office: Office) -> None:
    alone = office.report("Det smala ärendet.")
    third = at_work(office, C)
    acts.recuse(workspace_of(third), alone.case_id)
    for opened in narrow(office, alone):
        say_away(opened)
    assert alone.case_id not in fetched(third).get("/cases").text


def test_the_cases_of_somebody_away_are_the_covers_too(office: Office) -> None:
    theirs, nobodys = office.report("Hennes ärende."), office.report("Ingens ärende.")
    first, cover = at_work(office, A), at_work(office, B)
    post(first, f"/cases/{theirs.case_id}/note", {"text": "Läst.", "once": "1"})
    assert theirs.case_id not in fetched(cover).get("/cases?group=mine").text
    say_away(first, B)
    page = fetched(cover).get("/cases?group=mine").text
    assert (theirs.case_id in page, nobodys.case_id in page) == (True, False)
    office.clock.now += timedelta(days=10).total_seconds()
    assert theirs.case_id not in fetched(cover).get("/cases?group=mine").text


def test_the_answer_form_says_which_colleague_in_the_case_is_away_and_who_covers(office: Office) -> None:
    reporter = office.report()
    first, second = at_work(office, A), at_work(office, B)
    post(first, f"/cases/{reporter.case_id}/reply", {"text": "Hej.", "once": "1"})
    assert "är borta" not in fetched(second).case(reporter.case_id)
    say_away(first, C)
    page = fetched(second).case(reporter.case_id)
    assert "Utredare 1 är borta till 30 november 2026. Utredare 3 täcker." in page


def test_a_witness_has_no_team_pages(office: Office) -> None:
    opened = at_work(office, "tillsyn-1")
    for path in ("/team/absence", "/team/blocks", "/team/block"):
        assert opened.browser.get(path).status_code == 404
    assert "/team/" not in opened.browser.get("/cases").text
    assert say_away(opened, A).status_code == 404


# Text blocks


def test_a_text_block_is_everybodys_to_use_change_and_take_away(office: Office) -> None:
    reporter = office.report()
    first, second = at_work(office, A), at_work(office, B)
    assert write_block(first).headers["Location"] == "/team/blocks"
    page = fetched(second).get("/team/blocks").text
    assert TEXT in page
    assert "Ändrat av Utredare 1 21 nov." in page
    assert f'data-text="{TEXT}">Tack</option>' in second.browser.case(reporter.case_id)
    path = path_of_block(page)
    write_block(second, "Vi har läst det.", path, before=before_of(second.browser.get(path).text))
    page = fetched(first).get("/team/blocks").text
    assert ("Vi har läst det." in page, TEXT in page) == (True, False)
    assert "Ändrat av Utredare 2" in page
    assert post(first, f"{path}/away", {"once": "x"}).status_code == 303
    assert "Ni har inga än." in fetched(second).get("/team/blocks").text
    assert reporter.texts == []


def test_two_who_change_a_text_block_at_once_see_it_and_lose_nothing(office: Office) -> None:
    first, second = at_work(office, A), at_work(office, B)
    write_block(first)
    path = path_of_block(first.browser.get("/team/blocks").text)
    before = before_of(first.browser.get(path).text)
    assert before == before_of(fetched(second).get(path).text)
    write_block(second, "Det andra.", path, before=before)
    fetched(first)
    met = write_block(first, "Det första.", path, before=before)
    assert met.status_code == 400
    for words in ("Utredare 2 ändrade textblocket medan du skrev.", "Det andra.", "Det första."):
        assert words in met.text
    assert write_block(first, "Det första.", path, before=before_of(met.text)).status_code == 303
    fetched(second)
    post(second, f"{path}/away", {"once": "x"})
    fetched(first)
    met = write_block(first, "Det tredje.", path, before=before_of(met.text))
    assert "Någon tog bort textblocket medan du skrev." in met.text
    assert write_block(first, "Det tredje.", path, before="").status_code == 303
    assert "Det tredje." in fetched(second).get("/team/blocks").text


def test_a_double_click_saves_one_text_block_and_never_meets_itself(office: Office) -> None:
    opened = at_work(office, A)
    for _ in range(2):
        assert write_block(opened, once="same").status_code == 303
    page = opened.browser.get("/team/blocks").text
    assert page.count("Ändrat av") == 1
    path = path_of_block(page)
    before = before_of(opened.browser.get(path).text)
    for _ in range(2):
        assert write_block(opened, "Nytt.", path, before=before, once="again").status_code == 303


def test_a_suggestion_becomes_the_teams_when_somebody_takes_it_over(office: Office) -> None:
    opened = at_work(office, A)
    assert opened.browser.get("/team/blocks").text.count("/team/blocks/suggestions/") == 10
    assert post(opened, "/team/blocks/suggestions/thanks-sv", {"once": "1"}).status_code == 303
    page = opened.browser.get("/team/blocks").text
    assert page.count("/team/blocks/suggestions/") == 9
    assert "Ändrat av Utredare 1" in page
    assert post(opened, "/team/blocks/suggestions/none", {"once": "2"}).status_code == 404


def test_a_silent_site_keeps_what_the_team_is_told_until_it_answers(office: Office) -> None:
    first, second = at_work(office, A), at_work(office, B)
    office.shelf.away = True
    write_block(first)
    assert "väntar förseglat" in first.browser.get("/team/blocks").text
    office.shelf.away = False
    fetched(first)
    assert TEXT in fetched(second).get("/team/blocks").text


def test_without_scripts_a_block_goes_after_what_is_written_and_nothing_is_sent(office: Office) -> None:
    reporter = office.report()
    opened = at_work(office, A)
    write_block(opened)
    name = path_of_block(opened.browser.get("/team/blocks").text).rsplit("/", 1)[1]
    path = f"/team/insert/{reporter.case_id}"
    answer = post(opened, path, {"text": "Hej.\r\nVi såg det.", "block": name})
    assert answer.headers["Location"] == f"/cases/{reporter.case_id}#reply-text"
    assert f"Hej.\nVi såg det.\n\n{TEXT}</textarea>" in opened.browser.case(reporter.case_id)
    post(opened, path, {"text": "Hej.", "block": ""})
    assert ">Hej.</textarea>" in opened.browser.case(reporter.case_id)
    post(opened, path, {"text": "", "block": name, "insert": "meeting-sv"})
    page = opened.browser.case(reporter.case_id)
    assert ">Vill du prata med oss" in page
    assert reporter.texts == []
    too_long = "å" * 200_000
    assert too_long in post(opened, path, {"text": too_long, "block": name}).text


def test_a_call_is_proposed_in_the_reporters_language_and_in_the_teams_own_words(office: Office) -> None:
    english, swedish = office.report(language="en"), office.report(language="fi")
    opened = at_work(office, A)
    assert 'data-text="Would you like to talk' in opened.browser.case(english.case_id)
    assert 'data-text="Vill du prata med oss' in opened.browser.case(swedish.case_id)
    post(opened, "/team/blocks/suggestions/meeting-sv", {"once": "1"})
    page = opened.browser.get("/team/block/meeting-sv").text
    write_block(opened, "Ska vi höras?", "/team/block/meeting-sv", before=before_of(page))
    assert 'value="meeting-sv" data-text="Ska vi höras?"' in opened.browser.case(swedish.case_id)


def test_what_was_being_written_survives_a_lock(office: Office) -> None:
    reporter = office.report()
    opened = at_work(office, A)
    write_block(opened)
    path = path_of_block(opened.browser.get("/team/blocks").text)
    before = before_of(opened.browser.get(path).text)
    opened.panel.lock()
    block = {"title": "Ny", "text": "Halvskriv", "before": before}
    posts: dict[str, dict[str, Any]] = {
        "/team/block": {"title": "Nytt", "text": "Halvskrivet nytt", "before": ""},
        path: block,
        "/team/absence": {"first": TODAY, "last": LAST, "cover": [B, C]},
        f"/team/insert/{reporter.case_id}": {"text": "Halvt svar", "block": ""},
    }
    for where, fields in posts.items():
        answer = post(opened, where, fields)
        assert answer.status_code == 303, where
        assert "/unlock?next=" in answer.headers["Location"]
    opened.unlock()
    assert "Halvskrivet nytt</textarea>" in opened.browser.get("/team/block").text
    page = opened.browser.get(path).text
    assert 'value="Ny"' in page
    assert "Halvskriv</textarea>" in page
    assert before_of(page) == before
    page = opened.browser.get("/team/absence").text
    assert f'name="first" value="{TODAY}"' in page
    for name in (B, C):
        assert re.search(rf'id="cover-{name}"[^>]* checked', page)
    assert "Halvt svar</textarea>" in opened.browser.case(reporter.case_id)
    del opened.app.config[TOKEN]
    say_away(opened, B)
    assert "Utkast, inte skickat" not in opened.browser.get("/team/absence").text


def test_hostile_words_in_a_block_stay_words(office: Office) -> None:
    reporter = office.report()
    opened = at_work(office, A)
    write_block(opened, '"><script>alert(1)</script>', title="<b>Tack</b>")
    for page in (opened.browser.get("/team/blocks").text, opened.browser.case(reporter.case_id)):
        assert "<script>alert" not in page
        assert "<b>Tack" not in page
        assert "&lt;script&gt;alert(1)" in page
