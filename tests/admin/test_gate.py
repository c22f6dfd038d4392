"""Who may speak with the panel."""

from __future__ import annotations

import re

import pytest

from reporting_app.admin.pages import asset
from tests import headers
from tests.admin.world import PORT, TOKEN, Office


def test_without_token_or_cookie_a_page_says_how_to_open_the_panel(office: Office) -> None:
    answer = office.panel("utredare-1").browser.get("/cases")
    assert answer.status_code == 403
    assert "Öppna panelen från programmet" in answer.text


def test_the_token_leaves_the_address_at_once_and_opens_the_panel(office: Office) -> None:
    browser = office.panel("utredare-1").browser
    answer = browser.outside(f"/?token={TOKEN}")
    assert answer.status_code == 302
    assert TOKEN not in answer.headers["Location"]
    assert browser.get("/unlock").status_code == 200


def test_the_cookie_goes_to_the_panels_own_path_only(office: Office) -> None:
    first, second = office.panel("utredare-1"), office.panel("utredare-1")
    answer = first.browser.outside(f"/?token={TOKEN}")
    root = answer.headers["Location"].rstrip("/")
    assert f"Path={root}/;" in answer.headers["Set-Cookie"]
    assert len(root) > 20
    assert root != second.panel.config.path


@pytest.mark.parametrize("path", ["/", "/unlock", "/cases", "/state", "/nowhere", "//", "/x/unlock"])
def test_outside_its_own_path_the_panel_only_says_how_to_open_it(office: Office, path: str) -> None:
    open_panel = office.panel("utredare-1").unlock()
    value = open_panel.browser.get("/cases?language=sv").headers["Set-Cookie"].split("=")[1].split(";")[0]
    answer = open_panel.browser.outside(path, headers={"Cookie": f"rapp-panel-{PORT}={value}"})
    assert answer.status_code == 403
    assert "Öppna panelen från programmet" in answer.text
    assert open_panel.panel.config.path not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_may_link_to_the_panel_but_fetch_nothing_from_it(office: Office, site: str) -> None:
    open_panel = office.panel("utredare-1", idle_seconds=900).unlock()
    for mode in ("no-cors", "cors", ""):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
        assert open_panel.browser.get("/cases", headers=headers).status_code == 403
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert open_panel.browser.get("/cases", headers=headers).status_code == 200
    for _ in range(4):
        open_panel.ticks.now += 300
        open_panel.browser.get("/cases", headers=headers)
    assert open_panel.panel.sitting is None


def test_a_line_break_in_an_address_is_not_found(office: Office) -> None:
    browser = office.panel("utredare-1").unlock().browser
    assert browser.get("/x%0d%0aa?language=sv").status_code == 404


def test_a_wrong_token_opens_nothing(office: Office) -> None:
    browser = office.panel("utredare-1").browser
    assert browser.get("/?token=gissning").status_code == 403
    assert browser.get("/unlock").status_code == 403


def test_the_cookie_is_for_this_port_and_unreachable_for_scripts(office: Office) -> None:
    cookie = office.panel("utredare-1").browser.get(f"/?token={TOKEN}").headers["Set-Cookie"]
    assert cookie.startswith(f"rapp-panel-{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie


def test_a_cookie_of_another_run_opens_nothing(office: Office) -> None:
    before, after = office.panel("utredare-1"), office.panel("utredare-1")
    value = before.browser.get(f"/?token={TOKEN}").headers["Set-Cookie"].split("=")[1].split(";")[0]
    after.browser.client.set_cookie(f"rapp-panel-{PORT}", value, domain="127.0.0.1")
    assert after.browser.get("/unlock").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:1", "127.0.0.1", ""])
def test_another_host_name_is_refused(office: Office, host: str) -> None:
    browser = office.panel("utredare-1").browser
    browser.get(f"/?token={TOKEN}")
    answer = browser.get("/unlock", headers={"Host": host})
    assert answer.status_code == 403
    assert "Lås upp" not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_on_another_page_is_refused_even_from_this_computer(office: Office, site: str) -> None:
    browser = office.panel("utredare-1").unlock().browser
    answer = browser.submit("/lock", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert browser.get("/cases").status_code == 200


def test_every_route_answers_with_the_strict_headers_locked_and_open(office: Office) -> None:
    locked, unlocked = office.panel("utredare-1"), office.panel("utredare-1").unlock()
    case = office.report().case_id
    for panel in (locked, unlocked):
        for rule in panel.browser.client.application.url_map.iter_rules():
            path = re.sub("<[^>]*>", case, rule.rule)
            for method in ("GET", "HEAD", "POST", "OPTIONS"):
                answer = panel.browser.ask(method, path)
                headers.check(answer, images="'self'", forms="'self'")
                assert not headers.is_kept(answer), path


def test_only_built_files_are_kept_by_the_browser(office: Office) -> None:
    browser = office.panel("utredare-1").unlock().browser
    for name in ("panel.css", "panel.js"):
        answer = browser.get(f"/static/build/{asset(name)['file']}")
        headers.check(answer, images="'self'", forms="'self'")
        assert headers.is_kept(answer)


def test_a_form_without_csrf_token_does_nothing_and_gives_the_text_back(office: Office) -> None:
    reporter = office.report()
    open_panel = office.panel("utredare-1").unlock()
    typed = "Det här har jag skrivit länge på."
    answer = open_panel.browser.post(f"/cases/{reporter.case_id}/reply", {"text": typed, "once": "1"})
    assert answer.status_code == 400
    assert "Sidan var för gammal" in answer.text
    assert typed in answer.text
    assert reporter.texts == []


def test_pages_in_english_are_in_english(office: Office) -> None:
    browser = office.panel("utredare-1").browser
    browser.get(f"/?token={TOKEN}")
    answer = browser.get("/unlock?language=en")
    assert answer.headers["Location"] == "/unlock"
    page = browser.get("/unlock").text
    assert '<html lang="en">' in page
    assert "Unlock the panel" in page
    assert browser.get("/unlock?language=xx").status_code == 404


def test_a_ticket_opens_one_browser_once_and_only_for_minutes(office: Office) -> None:
    opened = office.panel("utredare-1")
    first, late = opened.panel.new_ticket(), opened.panel.new_ticket()
    assert opened.browser.outside(f"/?token={first}").status_code == 302
    opened.browser.client.delete_cookie(f"rapp-panel-{PORT}", path=f"{opened.panel.config.path}/")
    assert opened.browser.outside(f"/?token={first}").status_code == 403
    opened.ticks.now += 301
    assert opened.browser.outside(f"/?token={late}").status_code == 403


def test_a_second_tab_leaves_the_forms_of_the_first_one_good(office: Office) -> None:
    opened = office.panel("utredare-1").unlock()
    form = {"csrf_token": opened.browser.token()}
    opened.browser.outside(f"/?token={opened.panel.new_ticket()}")
    assert opened.browser.post("/lock", form).status_code == 303
    assert opened.panel.sitting is None
