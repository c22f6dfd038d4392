"""Fixtures of the statistics: a bureau, made once."""

from __future__ import annotations

import pytest

from tests.statistics.bureau import Bureau, make_bureau


@pytest.fixture(scope="module")
def bureau() -> Bureau:
    return make_bureau()
