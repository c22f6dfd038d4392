"""Panels that a browser sits in front of."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from reporting_app.admin.home import PanelHome
from reporting_app.admin.serve import panel_server
from tests.admin.world import Office, compile_translations, make_office
from tests.browser.panels import DESK, Running, Start


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "members")


@pytest.fixture
def start(built: None, office: Office, new_context: Callable[..., BrowserContext]) -> Iterator[Start]:
    """Starts panels; a script error or a breach of the content security policy fails the test."""
    compile_translations()
    servers, broken = [], []

    def run(member: str, home: PanelHome | None = None, **options: object) -> Running:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        opened = office.panel(member, home=home, port=port)
        server = panel_server(opened.app, port)
        server.prepare()
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        servers.append((server, thread))
        page = new_context(**{"viewport": DESK, **options}).new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
        return Running(opened, page, f"http://127.0.0.1:{port}/")

    yield run
    for server, thread in servers:
        server.stop()
        thread.join(10)
    assert broken == []
