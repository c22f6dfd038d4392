"""Which questions show and which answers count, as the browser's questionnaire decides it too."""

from __future__ import annotations

from typing import Any

from reporting_app.cases.questions import answers_that_count, shows


def content(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"questionnaire": {"questions": list(questions)}, "organisations": [{"id": "schools"}]}


def question(name: str, kind: str = "many", **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "options": [{"id": "yes"}, {"id": "no"}], **more}


WHEN_FIRST = {"question": "first", "any": ["yes"]}


def test_answers_come_in_the_order_of_the_questionnaire_with_its_options_only() -> None:
    asked = content(question("first"), question("second"))
    given = {"second": ["no", "invented", "yes"], "first": ["no"], "third": ["yes"]}
    assert answers_that_count(asked, given) == {"first": ["no"], "second": ["yes", "no"]}


def test_one_answer_is_taken_where_one_is_asked_for() -> None:
    assert answers_that_count(content(question("first", "one")), {"first": ["no", "yes"]}) == {
        "first": ["yes"]
    }


def test_no_answer_leaves_no_trace() -> None:
    assert answers_that_count(content(question("first")), {"first": [""]}) == {}


def test_organisations_are_options_of_the_question_that_asks_for_them() -> None:
    asked = content(question("where", "one", source="organisations", options=[]))
    assert answers_that_count(asked, {"where": ["schools"]}) == {"where": ["schools"]}


def test_a_question_shows_while_its_condition_holds() -> None:
    second = question("second", when=WHEN_FIRST)
    assert shows(second, {"first": ["no", "yes"]})
    assert not shows(second, {"first": ["no"]})
    assert not shows(second, {})
    assert answers_that_count(content(question("first"), second), {"second": ["yes"]}) == {}


def test_a_condition_on_a_question_that_does_not_show_never_holds() -> None:
    third = question("third", when={"question": "second", "any": ["yes"]})
    asked = content(question("first"), question("second", when=WHEN_FIRST), third)
    given = {"first": ["no"], "second": ["yes"], "third": ["yes"]}
    assert answers_that_count(asked, given) == {"first": ["no"]}
    assert answers_that_count(asked, given | {"first": ["yes"]}).keys() == {"first", "second", "third"}


def test_a_condition_on_a_later_question_never_holds() -> None:
    asked = content(question("second", when=WHEN_FIRST), question("first"))
    assert answers_that_count(asked, {"first": ["yes"], "second": ["yes"]}) == {"first": ["yes"]}
