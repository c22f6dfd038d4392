"""The public site as a Flask application. All it depends on is passed in."""

from __future__ import annotations

import time

from flask import Flask

from reporting_app.site import api, compression, headers, limits, problems
from reporting_app.site.config import SiteConfig
from reporting_app.site.service import Site
from reporting_app.storage.letterbox import Clock, Letterbox

LETTERBOX = "reporting_app.letterbox"


def create_app(config: SiteConfig, letterbox: Letterbox, clock: Clock = time.time) -> Flask:
    """An app without sessions, cookies or static folder. ``letterbox``'s database is already migrated."""
    app = Flask("reporting_app.site", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = limits.DOCUMENT  # endpoints set their own, lower one
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # one spelling for every address, and no redirects
    app.url_map.converters["number"] = api.Number
    site = Site(config, letterbox, clock)
    app.extensions[api.EXTENSION] = site
    app.extensions[LETTERBOX] = letterbox
    app.before_request(site.move_if_new_day)
    app.register_blueprint(api.blueprint)
    problems.install(app, clock)
    headers.install(app)
    compression.install(app)
    return app
