"""What a catalogue may say (protocol §15): shares that sum to ε = 2, cells that mean something."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from reporting_app.crypto.errors import Refused
from reporting_app.statistics.catalogue import MOST_SHARE, Catalogue
from tests.deployment import human_part


def changed(table: int = 0, **entry: Any) -> dict[str, Any]:
    content = copy.deepcopy(human_part())
    content["catalogue"]["tables"][table] |= entry
    return content


def test_the_demos_catalogue_holds() -> None:
    catalogue = Catalogue.of(human_part())
    assert sum(table.share for table in catalogue.tables) <= MOST_SHARE
    assert all(table.meaning for table in catalogue.tables)


def test_no_cell_stands_that_no_case_can_say() -> None:
    tables = Catalogue.of(human_part()).by_id
    organisations = tables["organisation_per_year"].cells
    assert "adult_support" not in organisations  # 150 employees: counted in social_services
    assert organisations[-2:] == ("small", "undetermined")
    assert not {"unfounded", "insufficient_basis", "undetermined"} & set(tables["outcome_per_year"].cells)
    assert tables["form_per_year"].cells[-1] == "undetermined"


def test_merged_values_count_under_another() -> None:
    form = Catalogue.of(changed(merge={"violence": "direct_threat"})).tables[0]
    assert "violence" not in form.cells
    assert form.cell_of("violence") == "direct_threat"
    assert form.cell_of("nonsense") == ""


@pytest.mark.parametrize(
    "entry",
    [
        {"share": 0},
        {"share": True},
        {"share": 0.4},
        {"share": "400"},
        {"share": 2001},
        {"share": 1000},  # with the others more than 2000
        {"merge": {"violence": "nonsense"}},
        {"merge": {"nonsense": "violence"}},
        {"merge": {"violence": "violence"}},
        {"merge": {"violence": "vandalism", "vandalism": "other"}},
        {"merge": ["violence"]},
        {"id": "severity_per_year"},
        {"id": "Form"},
        {"id": "f" * 65},
    ],
)
def test_what_is_not_to_be_counted_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        Catalogue.of(changed(**entry))
    assert refused.value.reason == "catalogue"


def test_a_value_may_not_be_merged_into_one_that_is_never_said() -> None:
    outcome = next(
        n for n, one in enumerate(human_part()["catalogue"]["tables"]) if one["dimension"] == "outcome"
    )
    with pytest.raises(Refused) as refused:
        Catalogue.of(changed(outcome, merge={"support": "unfounded"}))
    assert refused.value.reason == "catalogue"


def test_two_hundred_cells_are_the_most() -> None:
    content = changed()
    content["taxonomy"]["form"] = [{"id": f"f{number}", "label": {}} for number in range(200)]
    with pytest.raises(Refused):  # and undetermined
        Catalogue.of(content)
    content["taxonomy"]["form"].pop()
    assert len(Catalogue.of(content).tables[0].cells) == 200


def test_a_dimension_of_a_later_version_is_left_out() -> None:
    catalogue = Catalogue.of(changed(dimension="weather"))
    assert "form_per_year" not in catalogue.by_id
