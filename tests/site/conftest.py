"""A site with an account of the leadership's."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine

from reporting_app.site import leadership, pages, statistics_pages
from reporting_app.site.leaders import SignIn
from reporting_app.storage.leaders import Leaders
from tests.leadership import CountingHasher, Office, enrol
from tests.site_fixtures import Visitor
from tests.storage_fixtures import FakeClock


@pytest.fixture
def office(built: None, app: Flask, engine: Engine, newcomer: Visitor, site_clock: FakeClock) -> Office:
    leaders, hasher = Leaders(engine), CountingHasher()
    leadership.install(app, SignIn(leaders, site_clock, hasher))
    statistics_pages.install(app, signs_in=True)
    pages.install(app, signs_in=True)
    newcomer.publish()
    return Office(app, app.test_client(), enrol(leaders), leaders, site_clock, hasher)
