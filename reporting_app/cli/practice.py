"""The practice that a panel offers: its fictional site is built here, where site and panel may meet."""

from __future__ import annotations

import time

from flask import Flask

from reporting_app.admin.config import Clock
from reporting_app.cli.letterbox import SiteSettings, build_site
from reporting_app.demo.practice import Practice
from reporting_app.demo.world import Demo


def new_practice() -> Practice:
    return Practice(_site_for, time.time)


def _site_for(demo: Demo, clock: Clock) -> Flask:
    database = f"sqlite:///{(demo.directory / 'site.sqlite').as_posix()}"
    return build_site(SiteSettings(demo.keys_directory, database, noscript=False), clock)
