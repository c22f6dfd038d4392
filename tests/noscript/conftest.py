"""A site with the plain forms, and somebody in front of it."""

import pytest
from flask import Flask

from reporting_app.noscript import pages as noscript_pages
from reporting_app.site import pages
from tests.noscript.person import Person
from tests.site_fixtures import Visitor


@pytest.fixture
def person(built: None, app: Flask, newcomer: Visitor) -> Person:
    pages.install(app, noscript=True)
    noscript_pages.install(app)
    newcomer.publish()
    return Person(newcomer.client)
