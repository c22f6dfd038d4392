"""A site in full control of its database cannot make a reporter's page show an answer that no member signed,
nor seal to somebody whom the majority did not choose.

The operator writes straight into the tables of a real site and knows the thread besides, which the site alone
does not: without it, no forged cell would even be looked at. The reporter's page runs in a real Chromium.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.crypto import event, kem, shape
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.event import REPORTER, Event
from reporting_app.crypto.letter_open import open_letter
from tests.admin.world import compile_translations
from tests.browser.walking import Walker
from tests.properties.live import Owner
from tests.properties.town import Town, believe_everything, said, town_at

pytestmark = pytest.mark.browser
Contexts = Callable[..., BrowserContext]
FALSE, TRUE = "Lägg ner det här.", "Vi tror dig."
NOT_SIGNED = "saknar rätt underskrifter"
DAY = 86_400


@pytest.fixture
def town(built: None, tmp_path: Path) -> Iterator[Town]:
    compile_translations()
    with town_at(tmp_path, f"sqlite:///{tmp_path}/site.db") as made:
        yield made


@pytest.fixture
def lying_town(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Its site serves whatever stands in the database; an honest one would see that it does not hold."""
    believe_everything(monkeypatch)
    return town


def come_back(town: Town, contexts: Contexts, owner: Owner) -> Page:
    person = town.site.walker(contexts())
    person.come_back(owner.words)
    person.sees("found")
    return person.page


def forgeries(town: Town, owner: Owner) -> dict[str, Event]:
    """Events that no member signed for this reporter, by what is wrong with them."""
    other = Owner(town.site)
    elsewhere = event.Draft(
        kind="message",
        author="utredare-1",
        audience=["utredare-1", REPORTER],
        body={"parcels": [], "text": FALSE},
        day=town.site.today,
        deployment=bytes(16),
        thread=owner.keys.thread.thread_id,
        seq=1,
    )
    opened = {"events": [], "letter": "A" * 43}
    acting = {"reason": FALSE, "state": "acting"}
    stranger = town.stranger(owner, "utredare-1")
    colleagues = ("utredare-1", "utredare-3")
    return {
        "by nobody in the roster": said(town.stranger(owner, "utredare-9"), FALSE),
        "in a member's name": said(stranger, FALSE),
        "in the reporter's own name": said(town.stranger(owner, REPORTER), FALSE),
        "by whom the reporter left out": said(town.pen(owner, "utredare-2"), FALSE),
        "said in another thread": said(town.pen(other, "utredare-1"), FALSE),
        "said to colleagues only": said(town.pen(owner, "utredare-1"), FALSE, 1, colleagues),
        "said in another deployment": elsewhere.sign(town.site.world.keys["utredare-1"].sign_seed),
        "that somebody opened it": stranger.sign("opened", opened, ["utredare-1", REPORTER], 2),
        "that something is done": stranger.sign("status", acting, ["utredare-1", REPORTER], 3),
    }


def test_no_answer_is_shown_that_no_member_signed_for_this_reporter(
    town: Town, new_context: Contexts
) -> None:
    owner = town.owner("utredare-2")
    forged = forgeries(town, owner)
    for one in forged.values():
        town.put_cell(town.cell_for(owner, one))
    page = come_back(town, new_context, owner)
    expect(page.get_by_text(f"{len(forged)} poster kunde inte verifieras")).to_be_visible()
    expect(page.locator("#conversation .reply")).to_have_count(0)
    assert FALSE not in page.content()
    expect(page.locator("#timeline > li").nth(1)).to_have_class("is-waiting")
    expect(page.locator("#state-name")).not_to_have_text("Avslutad")
    town.put_cell(town.cell_for(owner, said(town.pen(owner, "utredare-1"), TRUE)))
    page = come_back(town, new_context, owner)
    expect(page.locator("#conversation .reply-text")).to_have_text([TRUE])
    expect(page.get_by_text(f"{len(forged)} poster kunde inte verifieras")).to_be_visible()


def test_an_answer_moved_or_repeated_is_shown_once_to_the_one_it_was_for(
    town: Town, new_context: Contexts
) -> None:
    """The same bytes under other names and in other places, and carried to another reporter's tag."""
    owner, other = town.owner(), town.owner()
    genuine = said(town.pen(owner, "utredare-1"), TRUE)
    sealed = town.cell_for(owner, genuine)
    for _ in range(3):
        town.put_cell(sealed, id=secrets.token_bytes(32))
    town.put_cell(sealed, id=secrets.token_bytes(32), volume=2027)
    town.put_cell(town.cell_for(owner, genuine))
    taken_over = shape.read_cell(town.cell_for(other, genuine)).tag
    town.put_cell(sealed[:24] + taken_over + sealed[40:])
    town.put_cell(town.cell_for(other, genuine))
    expect(come_back(town, new_context, owner).locator("#conversation .reply-text")).to_have_text([TRUE])
    page = come_back(town, new_context, other)
    expect(page.locator("#conversation .reply")).to_have_count(0)
    expect(page.get_by_text("2 poster kunde inte verifieras")).to_be_visible()


def test_two_answers_with_one_number_are_both_shown(town: Town, new_context: Contexts) -> None:
    """Neither can be hidden behind the other, whichever the site serves first."""
    owner = town.owner()
    pen = town.pen(owner, "utredare-1")
    for text in ("Kom hit.", "Stanna hemma."):
        town.put_cell(town.cell_for(owner, said(pen, text, 7)))
    page = come_back(town, new_context, owner)
    expect(page.locator("#conversation .reply")).to_have_count(2)
    shown = set(page.locator("#conversation .reply-text").all_inner_texts())
    assert shown == {"Kom hit.", "Stanna hemma."}


def test_who_has_left_cannot_answer_any_more(town: Town, new_context: Contexts) -> None:
    """Unless the site hides that they left: a limit that SECURITY.md states, and that panels shout about."""
    panel = town.panel()
    town.site.remove_member("utredare-3")
    town.site.restart()
    assert "Stopp" not in panel.browser.get("/cases").text
    town.office.clock.now += 3 * DAY
    owner = town.owner()
    town.put_cell(town.cell_for(owner, said(town.pen(owner, "utredare-3"), FALSE)))
    town.put_cell(town.cell_for(owner, said(town.pen(owner, "utredare-1"), TRUE)))
    page = come_back(town, new_context, owner)
    expect(page.locator("#conversation .reply-text")).to_have_text([TRUE])
    expect(page.get_by_text("En post kunde inte verifieras")).to_be_visible()
    town.hide_roster(2)
    page = come_back(town, new_context, owner)
    expect(page.locator("#conversation .reply")).to_have_count(2)
    assert "äldre eller annan förteckning" in town.panel().browser.get("/cases").text


def cannot_send(person: Walker, sentence: str) -> None:
    person.page.goto(person.url + "anmal")
    expect(person.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(person.button(person.say.send)).to_be_disabled()


def cannot_read(person: Walker, owner: Owner, sentence: str) -> None:
    person.page.goto(person.url + "kvitto")
    expect(person.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(person.button(person.say.show)).to_be_disabled()


def test_a_roster_that_a_minority_signed_lets_nobody_write_or_read(
    lying_town: Town, new_context: Contexts
) -> None:
    town, owner = lying_town, lying_town.owner()
    person = town.site.walker(new_context())
    person.start_writing("Innan går det.")
    town.put_roster(town.minority_roster(), town.site.world.public_keys)
    cannot_send(person, NOT_SIGNED)
    cannot_read(person, owner, NOT_SIGNED)
    town.hide_roster(2)
    come_back(town, new_context, owner)


def test_a_key_slipped_in_beside_the_roster_opens_nothing(town: Town, new_context: Contexts) -> None:
    spy = kem.generate()
    town.change_keys({"utredare-9": spy.public})
    person = town.site.walker(new_context())
    person.report("Hemligt.")
    (sent,) = person.sent_bytes()
    letter = shape.read_submission(sent).letter
    own = town.site.world.chain.deployment
    open_letter(letter, town.site.world.keys["utredare-1"].kem, own)
    with pytest.raises(Refused, match="not-for-me"):
        open_letter(letter, spy, own)
    expect(person.page.get_by_text("utredare-9")).to_have_count(0)


def test_a_key_put_in_a_members_place_stops_the_page(town: Town, new_context: Contexts) -> None:
    town.change_keys({"utredare-3": kem.generate().public})
    cannot_send(town.site.walker(new_context()), NOT_SIGNED)


CONTACT = [
    {
        "id": "emergency",
        "name": {"en": "Call us", "sv": "Ring oss"},
        "note": {"en": "", "sv": ""},
        "phone": "070-1",
    }
]


def test_other_texts_contacts_or_rules_under_old_signatures_stop_the_page(
    lying_town: Town, new_context: Contexts
) -> None:
    """The page around the form is the site's to write: what the script can refuse is to send and to read.

    It compares no text: content that the signed document does not name is seen by panels only.
    """
    town, owner = lying_town, lying_town.owner()
    honest = town.site.world.file.human_part
    asked = {**honest["questionnaire"], "questions": honest["questionnaire"]["questions"][:1]}
    few = {**honest["parameters"], "min_recipients": 1}
    person = town.site.walker(new_context())
    for changed in ({"contacts": CONTACT}, {"questionnaire": asked}, {"parameters": few}):
        town.change_deployment(**changed)
        cannot_send(person, NOT_SIGNED)
    cannot_read(person, owner, NOT_SIGNED)
    town.change_deployment()
    come_back(town, new_context, owner)


def test_the_honest_site_serves_nothing_of_an_altered_database(town: Town) -> None:
    """Whoever has the database but not the code."""
    assert fetched(town.site.url + "/sv/anmal")[0] == 200
    for named in (True, False):
        town.change_deployment(named=named, contacts=CONTACT)
        for path in ("/sv/", "/sv/anmal", "/v1/deployment", "/v1/deployment/content"):
            status, text = fetched(town.site.url + path)
            assert status == 500
            assert "070-1" not in text
    town.change_deployment()
    assert fetched(town.site.url + "/v1/roster")[0] == 200
    town.put_roster(town.minority_roster(), town.site.world.public_keys)
    assert fetched(town.site.url + "/v1/roster")[0] == 500


def fetched(url: str) -> tuple[int, str]:
    try:
        with urlopen(url) as answer:  # noqa: S310
            return int(answer.status), answer.read().decode()
    except HTTPError as problem:
        return problem.code, problem.read().decode()
