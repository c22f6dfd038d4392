"""A newcomer's way: from a panel that has no key, through a practice, to a checked newer version."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from reporting_app.admin import version
from reporting_app.admin.app import create_panel
from reporting_app.admin.config import PanelConfig
from reporting_app.admin.home import PanelHome
from reporting_app.admin.panel import Panel
from reporting_app.admin.serve import serve_panel
from reporting_app.cli.practice import new_practice
from reporting_app.demo.practice import free_port
from tests.admin.test_version import publish
from tests.admin.world import NOON, PASSPHRASE, Office, compile_translations, make_office
from tests.browser.walking import SLOW, axe_findings, wider_than_screen

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
Serve = Callable[..., str]


@pytest.fixture
def serve(built: None) -> Iterator[Serve]:
    """Serves one panel and gives the address that lets a browser in."""
    compile_translations()
    stops: list[Callable[[], None]] = []

    def run(home: PanelHome, office: Office | None = None) -> str:
        practice = None if office else new_practice()
        port = free_port()
        if office:
            app = office.panel("utredare-1", port=port, may_end=True).app
        else:
            config = PanelConfig(port, practice=practice, may_end=True)
            app = create_panel(home, lambda: NOON, config)
        panel = app.extensions["reporting_app_panel"]
        bound = threading.Event()
        thread = threading.Thread(target=serve_panel, args=(app, port, bound.set), daemon=True)
        thread.start()
        stops.append(lambda: end(panel, thread))
        assert bound.wait(10)
        return str(panel.config.start_url)

    yield run
    for stop in stops:
        stop()


def end(panel: Panel, thread: threading.Thread) -> None:
    panel.ending = True
    thread.join(15)


def begin(page: Page, address: str) -> Page:
    """From a first run without a key into the practice, in its own tab."""
    page.goto(address)
    page.get_by_role("link", name="Ny här? Öva på påhittade ärenden först").click()
    page.get_by_role("button", name="Börja öva").click(timeout=SLOW)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Öppna övningen i en ny flik").press("Enter")
    practice = opened.value
    practice.get_by_label("Lösenfras").fill("sju ord som bara gäller i övningen")
    practice.keyboard.press("Enter")
    expect(practice.get_by_role("heading", level=1)).to_contain_text("Ärenden")
    return practice


@pytest.mark.long
def test_a_newcomer_practises_before_having_a_key(
    serve: Serve, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    home = tmp_path / "home"
    practice = begin(new_context(viewport=DESK).new_page(), serve(PanelHome(home)))
    expect(practice).to_have_title("ÖVNING: Ärenden – Kontaktpunkten")
    practice.locator(".row a").first.click()
    practice.get_by_role("button", name="Låt anmälaren skriva tillbaka").click()
    expect(practice.get_by_text("Det känns bättre att någon har läst")).to_be_visible()
    assert axe_findings(practice) == []
    practice.get_by_role("button", name="Avsluta övningen").click()
    expect(practice.get_by_role("heading", name="Övningen är avslutad")).to_be_visible()
    assert not home.exists()


@pytest.mark.long
def test_every_page_of_the_practice_is_accessible(
    serve: Serve, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport=DESK).new_page()
    practice = begin(page, serve(PanelHome(tmp_path / "home")))
    audit(page)
    for link in ("Prova det här", "Till ärendena", "Förteckning"):
        practice.get_by_role("link", name=link).click()
        audit(practice)
    practice.get_by_role("link", name="English").click()
    audit(practice)
    practice.get_by_role("button", name="Lock", exact=True).click()
    audit(practice)
    practice.get_by_role("button", name="End the practice").click()
    audit(practice)


@pytest.mark.long
def test_the_page_of_a_newer_version_checks_the_file_without_sending_it(
    serve: Serve, tmp_path: Path, new_context: Callable[..., BrowserContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = tmp_path / "panel-9", tmp_path / "panel-8"
    right.write_bytes(b"abc")
    wrong.write_bytes(b"abd")
    monkeypatch.setattr(version, "this_system", lambda: "linux-x86_64")
    office = make_office(tmp_path / "members")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc", FIPS 180
    publish(office, {"version": "9", "sha256": {"linux-x86_64": known}})
    page = new_context(viewport=DESK).new_page()
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method))
    page.goto(serve(office.home("utredare-1"), office))
    page.get_by_label("Lösenfras").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Så byter du").click()
    audit(page)
    sent.clear()
    for file, verdict in ((wrong, "Filen stämmer INTE"), (right, "Filen stämmer. Det är den")):
        page.get_by_label("Välj filen").set_input_files(file)
        expect(page.get_by_role("status").filter(has_text=verdict)).to_be_visible()
    assert "POST" not in sent
    audit(page)


def audit(page: Page) -> None:
    """axe-core in both colour schemes, and no sideways scrolling at three widths."""
    page.wait_for_load_state("networkidle")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe_findings(page) == [], f"{page.title()}, {scheme}"
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert wider_than_screen(page) == [], f"{page.title()}, {width}"
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
