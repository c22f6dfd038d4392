"""Reporting without scripts, over HTTP: what a person meets, and that nothing written is lost or doubled."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from reporting_app.crypto import receipt
from reporting_app.site import pages
from reporting_app.storage.engine import writing
from reporting_app.storage.errors import StorageBusy
from reporting_app.storage.letterbox import Letterbox
from tests import headers
from tests.noscript.person import HIDDEN, RECEIPT, REPORT, TEXT, Person, letters
from tests.site_fixtures import RowCounts, Visitor, problem_of

# The walk in tests/browser runs on both databases; here it is about what the forms do.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_report_arrives_as_it_was_written_and_says_by_which_path(person: Person, newcomer: Visitor) -> None:
    page = person.review(answer__form=["veiled_threat", "violence", "invented"], answer__for_whom="colleague")
    assert "&lt;b&gt;Två&lt;/b&gt;" in page
    assert "Förtäckt hot: antydningar som skrämmer · Våld" in page
    assert letters(newcomer) == [], "nothing is sent by looking it over"
    person.press(REPORT, "send")
    (reading,) = letters(newcomer)
    body = reading.events[-1].body
    assert body["narrative"] == TEXT.strip()
    assert body["answers"] == {"for_whom": ["colleague"], "form": ["veiled_threat", "violence"]}
    assert (body["path"], body["language"]) == ("noscript", "sv")


def test_who_is_left_out_cannot_open_it_and_the_page_said_so(person: Person, newcomer: Visitor) -> None:
    page = person.post(REPORT, step="review", text=TEXT, leave=["utredare-1"])
    assert "Lämnas utanför: Utredare 1." in page
    person.press(REPORT, "send")
    assert letters(newcomer) == []
    words = " ".join(re.findall(r"<li>(\w+)</li>", person.page))
    row = person.look(words).split('value="utredare-1"')[1].split(">")[0]
    assert "checked" in row
    assert "disabled" in row, "whom one has left out stays left out"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "  \r\n "}, "Textfältet är tomt. Skriv något först."),
        ({"text": "å" * 6_050}, "Korta den med ungefär 50 tecken."),
        ({"text": TEXT, "leave": ["utredare-1", "utredare-2"]}, "För få kan läsa"),
        ({"text": TEXT, "leave": ["invented"]}, "För få kan läsa"),
    ],
)
@pytest.mark.parametrize("step", ["review", "send"])
def test_what_is_wrong_is_said_first_with_a_way_there_and_nothing_is_lost(
    person: Person, newcomer: Visitor, fields: dict[str, str | list[str]], said: str, step: str
) -> None:
    page = person.post(REPORT, step=step, answer__form="violence", **fields)
    assert person.status == 422
    summary = page.split('role="alert"')[1].split("</div>")[0]
    assert said in summary
    assert '<a href="#text">' in summary or '<a href="#readers">' in summary
    assert html.escape(str(fields["text"]).strip(), quote=False) in page.replace("&#34;", '"')
    assert 'value="violence" autocomplete="off" name="answer.form" checked' in page
    assert letters(newcomer) == []


def test_changing_ones_mind_gives_back_all_that_was_written(person: Person) -> None:
    person.post(REPORT, step="review", text=TEXT, leave=["utredare-2"], answer__severity="level_3")
    page = person.press(REPORT, "edit")
    box = page.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
    assert html.unescape(box) == TEXT.strip()
    assert 'value="level_3" autocomplete="off" name="answer.severity" checked' in page
    assert 'value="utredare-2" autocomplete="off" checked' in page


def test_a_question_appears_only_where_its_condition_holds(person: Person, newcomer: Visitor) -> None:
    asked = 'name="answer.told_result"'
    assert asked not in person.client.get(REPORT).text
    assert asked not in person.review(answer__already_told="nobody")
    assert asked in person.review(answer__already_told=["nobody", "police"])
    person.press(REPORT, "send", **{"answer.told_result": "nothing"})
    assert letters(newcomer)[0].events[-1].body["answers"]["told_result"] == ["nothing"]


def test_an_answer_to_a_question_that_does_not_show_is_not_sent(person: Person, newcomer: Visitor) -> None:
    person.review(answer__already_told="nobody", answer__told_result="nothing")
    person.press(REPORT, "send")
    assert letters(newcomer)[0].events[-1].body["answers"] == {"already_told": ["nobody"]}


@pytest.mark.parametrize("days", [0, 1])
def test_sending_the_same_page_twice_makes_one_report(
    person: Person, newcomer: Visitor, row_counts: RowCounts, days: int
) -> None:
    review = person.review()
    person.press(REPORT, "send")
    first, stored = re.findall(r"<li>(\w+)</li>", person.page), sum(row_counts().values())
    newcomer.clock.pass_days(days)
    person.page = review
    person.press(REPORT, "send")
    assert re.findall(r"<li>(\w+)</li>", person.page) == first, "the receipt is the same"
    assert sum(row_counts().values()) == stored


def test_a_receipt_from_elsewhere_is_not_taken_for_a_new_report(person: Person) -> None:
    known = receipt.to_words(receipt.generate())
    page = person.post(REPORT, step="review", text=TEXT, receipt=known)
    assert known not in page
    assert re.search(r'name="receipt" value="(\w+ ){8}\w+"', page)


def test_busy_storage_keeps_everything_and_the_receipt(
    person: Person, newcomer: Visitor, engine: Engine, row_counts: RowCounts
) -> None:
    before, review = row_counts(), person.review(answer__form="violence")
    with writing(engine).begin():
        page = person.press(REPORT, "send")
    assert person.status == 503
    assert "Servern kan inte ta emot just nu. Din text är kvar här." in page
    assert HIDDEN.findall(page) == HIDDEN.findall(review)
    assert row_counts() == before
    person.press(REPORT, "send")
    assert "Rapporten är lagrad" in person.page


@pytest.mark.parametrize("path", [REPORT, RECEIPT])
def test_when_storage_cannot_be_read_the_page_gives_back_all_that_was_sent(
    person: Person, newcomer: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    known = person.report()
    sent = {"text": TEXT, "answer.form": ["violence"], "leave": ["utredare-3"], "receipt": known, "step": "x"}

    def busy(_: object) -> None:
        raise StorageBusy("no free connection")

    with monkeypatch.context() as broken:
        broken.setattr(Letterbox, "document_counts", busy)
        answer = person.client.post(path, data={**sent, "<i>": "not a field"})
        assert person.client.get(path).status_code == 503
    assert answer.status_code == 503
    assert "Din text är kvar här. Försök igen om en stund." in answer.text
    given = {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}
    assert given == {key: one if isinstance(one, str) else one[0] for key, one in sent.items()}
    headers.check(answer, images="data:", forms="'self'")
    assert person.client.post(path, data=given).status_code == 200, "sent from that page, it goes on"


@pytest.mark.parametrize("whose", ["cross-site", "same-site"])
def test_a_form_on_another_site_sends_nothing(person: Person, row_counts: RowCounts, whose: str) -> None:
    before = row_counts()
    words = receipt.to_words(receipt.generate())
    form = {"step": "send", "text": TEXT, "receipt": words}
    answer = person.client.post(REPORT, data=form, headers={"Sec-Fetch-Site": whose})
    assert (answer.status_code, problem_of(answer)) == (400, "schema")
    assert row_counts() == before
    person.client.post(REPORT, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert row_counts() != before


def test_every_visitor_gets_the_same_plain_form(person: Person) -> None:
    seen = {
        (answer.data, str(answer.headers))
        for cookie in ("", "a=1")
        for language in ("sv", "en;q=0.5")
        for answer in [person.client.get(REPORT, headers={"Cookie": cookie, "Accept-Language": language})]
    }
    assert len(seen) == 1


def test_the_form_may_be_sent_to_the_site_only_and_nothing_is_kept_or_compressed(person: Person) -> None:
    person.review()
    for answer in (
        person.client.get(REPORT, headers={"Accept-Encoding": "br"}),
        person.client.post(
            REPORT, data={"step": "review", "text": TEXT}, headers={"Accept-Encoding": "br, gzip"}
        ),
    ):
        headers.check(answer, images="data:", forms="'self'")
        assert not headers.is_kept(answer)
        assert "Set-Cookie" not in answer.headers
    assert "Content-Encoding" not in answer.headers, "how well it compresses would tell of the text"


def test_files_and_other_forms_are_not_taken(person: Person, newcomer: Visitor) -> None:
    answer = person.client.post(REPORT, data={"text": (b"", "a.txt")}, content_type="multipart/form-data")
    assert (answer.status_code, problem_of(answer)) == (415, "content-type")
    answer = person.client.post(REPORT, data={"text": "a" * 300_000})
    assert (answer.status_code, problem_of(answer)) == (413, "too-large")
    assert person.client.get("/xx/utan/anmal").status_code == 404


def test_it_can_be_switched_off(app: Flask, newcomer: Visitor) -> None:
    visitor = newcomer
    pages.install(app)
    visitor.publish()
    for path in (REPORT, RECEIPT):
        assert visitor.get(path).status_code == 404
        assert visitor.client.post(path, data={"text": TEXT, "step": "send"}).status_code == 404
    page = visitor.get("/sv/anmal").text
    assert "/utan/" not in page
    assert "Sidan behöver JavaScript" in page
