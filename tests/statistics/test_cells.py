"""Which rows a table has: none that no ballot can name, for noise alone would fill it."""

from __future__ import annotations

from reporting_app.statistics.catalogue import Catalogue
from tests.statistics.town import ORGANISATION, content


def test_an_organisation_that_is_too_small_to_be_counted_has_no_cell() -> None:
    cells = Catalogue.of(content()).by_id[ORGANISATION].cells
    assert "preschool" in cells
    assert {"adult_support", "procurement", "human_resources"}.isdisjoint(cells)
    assert cells[-2:] == ("small", "undetermined")
