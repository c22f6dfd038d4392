"""The demo municipality's content: what a deployment file and its sample reports must hold to."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reporting_app.cases import own_view

DEMO = Path(__file__).resolve().parents[2] / "reporting_app" / "demo"
KOMMUN: dict[str, Any] = json.loads((DEMO / "kommun.json").read_text(encoding="utf-8"))
SAMPLE: list[dict[str, Any]] = json.loads((DEMO / "sample.json").read_text(encoding="utf-8"))

QUESTIONS: list[dict[str, Any]] = KOMMUN["questionnaire"]["questions"]
ORGANISATIONS: dict[str, dict[str, Any]] = {o["id"]: o for o in KOMMUN["organisations"]}
EASY = "sv-simple"
LANGUAGES = ("sv", "en", "fi", EASY)
MEMBERS = {"utredare-1", "utredare-2", "utredare-3"}
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")

WORD_LIMITS = {
    "start": 70,
    "danger": 30,
    "safety_short": 60,
    "safety_device": 90,
    "safety_protected": 90,
    "safety_not_protected": 100,
    "safety_writing": 90,
    "safety_receipt": 90,
    "safety_rights": 90,
    "after_sending": 150,
    "no_opened": 90,
    "reprisals": 90,
    "support": 90,
    "accessibility_assessed": 30,
    "accessibility_report": 50,
    "privacy_controller": 40,
    "privacy_legal": 120,
    "privacy_recipients": 50,
    "privacy_retention": 50,
}
EXPLAINED = 1.6  # easy text says what its words mean, and is that much longer
READ_BEFORE_WRITING = ("start", "danger", "safety_short")
READ_BEFORE_WRITING_LIMIT = 130  # of the 150 the whole page may hold: headings need the rest

QUESTION_ORDER = [
    "for_whom",
    "form",
    "direction",
    "actor",
    "setting",
    "trigger",
    "severity",
    "ongoing",
    "consequence",
    "already_told",
    "told_result",
    "organisation",
]
OPTION_COUNTS = {
    "for_whom": 2,
    "form": 11,
    "direction": 5,
    "actor": 14,
    "setting": 9,
    "trigger": 8,
    "severity": 5,
    "ongoing": 2,
    "consequence": 8,
    "already_told": 5,
    "told_result": 4,
    "organisation": 0,
}
CODED = ("form", "direction", "actor", "severity", "consequence")
SHARES = {
    "form": 400,
    "organisation": 400,
    "severity": 200,
    "consequence": 200,
    "outcome": 300,
    "timeliness": 200,
    "own_view": 300,
}
PARAMETERS = {
    "pow_bits": 0,
    "intake_days": 30,
    "intake_shards": 1,
    "volumes": [{"year": 2026, "shards": 1}, {"year": 2027, "shards": 1}],
    "min_recipients": 3,
    "first_answer_days": 7,
    "feedback_months": 3,
    "triage_working_days": 2,
    "retention_months": 24,
    "min_employees": 200,
}
LONGEST_REPLY = 900
QUOTE_LENGTH = 6  # this many words in a row, the same as the reporter's, is a quotation


def words(markdown: str) -> list[str]:
    """The words a person reads: list markers and emphasis are not words."""
    return [word for word in markdown.replace("*", "").split() if re.search(r"\w", word)]


def is_localised(node: object) -> bool:
    return isinstance(node, dict) and bool(node) and set(node) <= set(LANGUAGES)


def walk(node: Any, path: str = "kommun") -> Iterator[tuple[str, Any]]:
    """Every value of a JSON document with the path that leads to it."""
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{path}[{index}]")


def localised() -> list[tuple[str, dict[str, str]]]:
    return [(path, node) for path, node in walk(KOMMUN) if is_localised(node)]


def option_ids(question: dict[str, Any]) -> set[str]:
    if question.get("source") == "organisations":
        return set(ORGANISATIONS)
    return {option["id"] for option in question["options"]}


def as_list(answer: str | list[str]) -> list[str]:
    return [answer] if isinstance(answer, str) else answer


def written_by_reporter(report: dict[str, Any]) -> list[str]:
    return [report["narrative"], *report["follow_ups"]]


def shown_to_reporter(report: dict[str, Any]) -> list[str]:
    return [*(reply["text"] for reply in report["replies"]), report.get("reason", "")]


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of QUOTE_LENGTH consecutive words of a text."""
    plain = re.findall(r"\w+", text.lower())
    return {tuple(plain[i : i + QUOTE_LENGTH]) for i in range(len(plain) - QUOTE_LENGTH + 1)}


def refuse_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    assert not repeated, f"repeated keys: {repeated}"
    return dict(pairs)


# The deployment file


@pytest.mark.parametrize("name", ["kommun.json", "sample.json"])
def test_no_json_object_repeats_a_key(name: str) -> None:
    text = (DEMO / name).read_text(encoding="utf-8")

    json.loads(text, object_pairs_hook=refuse_repeated_keys)


def test_the_file_holds_only_values_that_can_be_signed_without_ambiguity() -> None:
    for path, node in walk(KOMMUN):
        assert isinstance(node, str | bool | int | list | dict), f"{path}: {type(node).__name__}"


def test_every_key_and_every_id_matches_the_pattern() -> None:
    for path, node in walk(KOMMUN):
        if not isinstance(node, dict):
            continue
        for key in set(node) - set(LANGUAGES):
            assert IDENTIFIER.fullmatch(key), f"{path}.{key}"
        if "id" in node:
            assert IDENTIFIER.fullmatch(node["id"]), f"{path}: {node['id']}"


def test_ids_are_unique_within_each_list() -> None:
    for path, node in walk(KOMMUN):
        if isinstance(node, list):
            ids = [item["id"] for item in node if isinstance(item, dict) and "id" in item]
            assert len(ids) == len(set(ids)), f"{path}: {ids}"


def test_the_top_level_has_exactly_the_agreed_parts() -> None:
    assert set(KOMMUN) == {
        "name",
        "owner",
        "texts",
        "contacts",
        "organisations",
        "questionnaire",
        "taxonomy",
        "catalogue",
        "parameters",
    }
    assert set(KOMMUN["owner"]) == {"name", "contact"}
    assert set(KOMMUN["texts"]) == {"version", *WORD_LIMITS}


def test_every_human_text_is_there_in_every_language() -> None:
    for path, text in localised():
        assert set(text) == set(LANGUAGES), path
        for language in LANGUAGES:
            assert isinstance(text[language], str), f"{path}.{language}"
            assert text[language].strip(), f"{path}.{language} is empty"
            assert text[language] == text[language].strip(), f"{path}.{language} has stray spaces"


@pytest.mark.parametrize("part", ["name", "help", "label", "meaning", "note", "contact"])
def test_fields_meant_for_people_are_localised(part: str) -> None:
    found = [(path, node) for path, node in walk(KOMMUN) if path.endswith(f".{part}")]

    assert found
    for path, node in found:
        assert is_localised(node), path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "limit"), WORD_LIMITS.items())
def test_each_text_keeps_to_its_number_of_words(name: str, limit: int, language: str) -> None:
    assert len(words(KOMMUN["texts"][name][language])) <= limit * (EXPLAINED if language == EASY else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_before_writing_leaves_room_for_the_headings(language: str) -> None:
    total = sum(len(words(KOMMUN["texts"][name][language])) for name in READ_BEFORE_WRITING)

    assert total <= READ_BEFORE_WRITING_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_safety_text_is_three_lines(language: str) -> None:
    lines = KOMMUN["texts"]["safety_short"][language].splitlines()

    assert [line[:2] for line in lines] == ["- "] * 3


@pytest.mark.parametrize("name", WORD_LIMITS)
def test_all_languages_of_a_text_have_the_same_paragraphs_and_list_items(name: str) -> None:
    shapes = {
        language: [re.match(r"(- |\d+\. )?", line)[0] for line in text.splitlines()]  # type: ignore[index]
        for language, text in KOMMUN["texts"][name].items()
    }
    easy = shapes.pop(EASY)

    assert set(map(tuple, shapes.values())) == {tuple(shapes["sv"])}
    # Easy text may break a paragraph in two, and lists the same things.
    assert [one for one in easy if one] == [one for one in shapes["sv"] if one]


def test_texts_contain_no_markup_and_no_links_that_would_leave_traces_elsewhere() -> None:
    for path, text in localised():
        for language in LANGUAGES:
            assert not re.search(r"<|>|\]\(|https?:|www\.", text[language]), f"{path}.{language}"


def test_phone_numbers_are_public_helplines_or_from_the_fictitious_range() -> None:
    allowed = re.compile(r"112|114 14|1177|116 006|08-465 004 \d\d")
    for contact in KOMMUN["contacts"]:
        assert set(contact) == {"id", "name", "phone", "note"}
        assert allowed.fullmatch(contact["phone"]), contact["id"]
    for path, text in localised():
        for language in LANGUAGES:
            rest = allowed.sub("", text[language])
            assert not re.search(r"\d[\d -]{3,}\d", rest), f"{path}.{language}: {rest}"


def test_every_number_in_the_texts_is_listed_among_the_contacts() -> None:
    listed = {contact["phone"] for contact in KOMMUN["contacts"]}
    for path, text in localised():
        for language in LANGUAGES:
            numbers = re.findall(r"\*\*(\d[\d -]+\d)\*\*", text[language])
            assert set(numbers) <= listed, f"{path}.{language}"


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("start", "first_answer_days"),
        ("after_sending", "first_answer_days"),
        ("after_sending", "feedback_months"),
        ("after_sending", "triage_working_days"),
        ("privacy_retention", "retention_months"),
    ],
)
def test_clocks_named_in_the_texts_are_those_of_the_parameters(name: str, parameter: str) -> None:
    value = str(KOMMUN["parameters"][parameter])
    for language in LANGUAGES:
        assert value in re.findall(r"\d+", KOMMUN["texts"][name][language])


def test_the_parameters_are_the_agreed_ones() -> None:
    assert KOMMUN["parameters"] == PARAMETERS


def test_versions_start_at_one() -> None:
    for part in ("texts", "questionnaire", "taxonomy", "catalogue"):
        assert KOMMUN[part]["version"] == 1


def test_organisations_have_two_levels_and_parts_fit_in_the_whole() -> None:
    for organisation in ORGANISATIONS.values():
        assert set(organisation) == {"id", "name", "employees", "parent"}
        assert organisation["employees"] > 0
        if organisation["parent"]:
            assert ORGANISATIONS[organisation["parent"]]["parent"] == "", organisation["id"]
    for parent in ORGANISATIONS:
        parts = [o["employees"] for o in ORGANISATIONS.values() if o["parent"] == parent]
        assert sum(parts) <= ORGANISATIONS[parent]["employees"], parent


def test_an_organisation_too_small_to_show_has_one_to_merge_into() -> None:
    for organisation in ORGANISATIONS.values():
        if organisation["employees"] < KOMMUN["parameters"]["min_employees"]:
            whole = ORGANISATIONS[organisation["parent"]]
            assert whole["employees"] >= KOMMUN["parameters"]["min_employees"]


# The questionnaire, the taxonomy and the catalogue


def test_the_questionnaire_asks_every_item_of_the_domain_in_order() -> None:
    assert [question["id"] for question in QUESTIONS] == QUESTION_ORDER
    assert {q["id"]: len(q["options"]) for q in QUESTIONS} == OPTION_COUNTS


def test_every_question_has_the_agreed_fields() -> None:
    assert set(KOMMUN["questionnaire"]["narrative"]) == {"label", "help"}
    for question in QUESTIONS:
        fields = {"id", "label", "help", "type", "options"}
        assert fields <= set(question) <= fields | {"when", "source"}, question["id"]
        assert question["type"] in ("one", "many")
        assert all(set(option) == {"id", "label"} for option in question["options"])


def test_only_the_organisation_question_takes_its_options_from_elsewhere() -> None:
    sources = {q["id"]: q["source"] for q in QUESTIONS if "source" in q}

    assert sources == {"organisation": "organisations"}


def test_a_condition_refers_to_an_earlier_question_and_options_it_has() -> None:
    earlier: dict[str, set[str]] = {}
    for question in QUESTIONS:
        if "when" in question:
            condition = question["when"]
            assert set(condition) == {"question", "any"}
            assert condition["any"]
            assert set(condition["any"]) <= earlier[condition["question"]], question["id"]
        earlier[question["id"]] = option_ids(question)


def test_the_result_of_telling_is_asked_unless_nobody_was_told() -> None:
    by_id = {question["id"]: question for question in QUESTIONS}

    assert by_id["told_result"]["when"]["question"] == "already_told"
    assert set(by_id["told_result"]["when"]["any"]) == option_ids(by_id["already_told"]) - {"nobody"}


@pytest.mark.parametrize("dimension", CODED)
def test_investigators_code_with_the_values_that_reporters_answer_with(dimension: str) -> None:
    (question,) = (q for q in QUESTIONS if q["id"] == dimension)
    coded = [value["id"] for value in KOMMUN["taxonomy"][dimension]]

    assert coded == [option["id"] for option in question["options"]]


def test_the_taxonomy_has_exactly_the_agreed_dimensions() -> None:
    assert set(KOMMUN["taxonomy"]) == {"version", *CODED, "outcome"}
    assert len(KOMMUN["taxonomy"]["outcome"]) == 10
    for dimension in (*CODED, "outcome"):
        assert all(set(value) == {"id", "label"} for value in KOMMUN["taxonomy"][dimension])


def test_the_shares_of_the_catalogue_are_the_agreed_ones_and_sum_to_two_epsilon() -> None:
    tables = KOMMUN["catalogue"]["tables"]

    assert sum(table["share"] for table in tables) == 2000
    assert {table["dimension"]: table["share"] for table in tables} == SHARES
    for table in tables:
        assert set(table) == {"id", "dimension", "period", "share", "meaning"}
        assert table["period"] in ("year", "quarter")


# The sample reports


def test_there_are_twenty_four_reports_in_the_agreed_states() -> None:
    states = Counter(report["state"] for report in SAMPLE)

    assert len(SAMPLE) == 24
    assert states["received"] == 8
    assert states["closed"] == 6
    assert states["assessing"] + states["investigating"] + states["acting"] == 10


@pytest.mark.parametrize("report", SAMPLE)
def test_a_sample_report_has_the_agreed_fields(report: dict[str, Any]) -> None:
    fields = {"narrative", "answers", "leave_out", "days_ago", "follow_ups", "replies", "notes"}
    closing = {"outcome", "reason"} if report["state"] == "closed" else set()

    assert set(report) - {"view"} == fields | {"state"} | closing
    for question, answers in report.get("view", {}).items():
        assert report["state"] == "closed"
        assert set(answers) <= set(own_view.QUESTIONS[question])
    assert 60 <= len(report["narrative"].split()) <= 350
    assert 0 <= report["days_ago"] <= 200
    for entry in report["replies"] + report["notes"]:
        assert set(entry) == {"by", "text"}
        assert entry["text"].strip()


@pytest.mark.parametrize("report", SAMPLE)
def test_sample_answers_refer_to_questions_and_options_that_exist(report: dict[str, Any]) -> None:
    by_id = {question["id"]: question for question in QUESTIONS}
    for question_id, answer in report["answers"].items():
        question = by_id[question_id]
        assert isinstance(answer, str if question["type"] == "one" else list), question_id
        chosen = as_list(answer)
        assert chosen, question_id
        assert len(chosen) == len(set(chosen)), question_id
        assert set(chosen) <= option_ids(question), question_id


@pytest.mark.parametrize("report", SAMPLE)
def test_a_sample_answers_a_conditional_question_only_where_it_was_shown(
    report: dict[str, Any],
) -> None:
    for question in QUESTIONS:
        if "when" in question and question["id"] in report["answers"]:
            given = as_list(report["answers"].get(question["when"]["question"], []))
            assert set(given) & set(question["when"]["any"]), question["id"]


@pytest.mark.parametrize("report", SAMPLE)
def test_nobody_told_is_never_combined_with_somebody(report: dict[str, Any]) -> None:
    told = report["answers"].get("already_told", [])

    assert "nobody" not in told or told == ["nobody"]


@pytest.mark.parametrize("report", SAMPLE)
def test_an_excluded_member_never_acts(report: dict[str, Any]) -> None:
    assert report["leave_out"] in ([], ["utredare-2"])
    acting = {entry["by"] for entry in report["replies"] + report["notes"]}

    assert acting <= MEMBERS - set(report["leave_out"])


def test_a_few_reporters_leave_somebody_out() -> None:
    assert 2 <= sum(bool(report["leave_out"]) for report in SAMPLE) <= 6


@pytest.mark.parametrize("report", SAMPLE)
def test_only_a_report_just_received_is_unanswered(report: dict[str, Any]) -> None:
    assert bool(report["replies"]) == (report["state"] != "received")


def test_one_unanswered_report_is_past_its_clock_so_that_the_panel_has_one_to_show() -> None:
    days = KOMMUN["parameters"]["first_answer_days"]
    late = [r for r in SAMPLE if r["state"] == "received" and r["days_ago"] > days]

    assert len(late) == 1


@pytest.mark.parametrize("report", [r for r in SAMPLE if r["state"] == "closed"])
def test_a_closed_report_has_an_outcome_a_reason_and_two_members(report: dict[str, Any]) -> None:
    assert report["outcome"] in {value["id"] for value in KOMMUN["taxonomy"]["outcome"]}
    assert report["reason"].strip()
    assert len({entry["by"] for entry in report["replies"] + report["notes"]}) >= 2


@pytest.mark.parametrize("report", SAMPLE)
def test_replies_fit_a_cell_and_never_quote_the_reporter(report: dict[str, Any]) -> None:
    written = set().union(*(runs(text) for text in written_by_reporter(report)))
    for text in shown_to_reporter(report):
        assert len(text) <= LONGEST_REPLY
        assert not runs(text) & written


@pytest.mark.parametrize("report", SAMPLE)
def test_reports_name_no_number_address_or_link(report: dict[str, Any]) -> None:
    for text in written_by_reporter(report):
        assert not re.search(r"\d{3,}|@|https?:|www\.", text)
