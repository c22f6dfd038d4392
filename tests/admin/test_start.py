"""The first run, from nothing to a list of cases."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from reporting_app.admin.home import PanelHome
from reporting_app.crypto.enrolment import Enrolment
from reporting_app.crypto.members import spoken
from tests.admin.world import REPORT, TOKEN, Office

NEW = {"name": "Utredare 4, kulturförvaltningen", "member": "utredare-4", "role": "investigator"}


@pytest.fixture
def fresh(office: Office, tmp_path: Path) -> Office.Open:
    panel = office.panel("", home=PanelHome(tmp_path / "new"))
    panel.browser.get(f"/?token={TOKEN}")
    return panel


def _passphrase(page: str) -> list[str]:
    words = page.split('<ol class="words"')[1]
    return re.findall(r"<li>([^<]+)</li>", words[: words.index("</ol>")])


def _create(panel: Office.Open) -> str:
    panel.browser.submit("/start", NEW)
    page = panel.browser.get("/start/passphrase").text
    words = _passphrase(page)
    asked = [int(number) - 1 for number in re.findall(r"Ord nummer (\d)", page)]
    typed = {"first": words[asked[0]].upper(), "second": f" {words[asked[1]]} "}
    assert panel.browser.submit("/start/passphrase", typed).status_code == 303
    return " ".join(words)


def _upload(panel: Office.Open, data: bytes) -> int:
    answer = panel.browser.submit("/start/invitation", {"file": (io.BytesIO(data), "invitation.json")})
    return int(answer.status_code)


def test_the_first_run_ends_in_a_working_panel(office: Office, fresh: Office.Open) -> None:
    assert fresh.browser.get("/").headers["Location"] == "/start"
    passphrase = _create(fresh)
    assert fresh.panel.home.key.stat().st_mode & 0o077 == 0
    enrolment = Enrolment.from_bytes(fresh.browser.get("/start/enrolment").data)
    page = fresh.browser.get("/start/waiting").text
    assert all(f"<span>{group}</span>" in page for group in enrolment.fingerprint.split())

    invitation = office.invite("utredare-1")
    assert _upload(fresh, invitation) == 303
    page = fresh.browser.get("/start/anchor").text
    assert all(f"<span>{group}</span>" in page for group in spoken(office.world.anchor).split())
    assert fresh.browser.submit("/start/anchor").status_code == 400
    fresh.browser.submit("/start/anchor", {"same": "y"})
    assert "Du står inte i förteckningen än" in fresh.browser.get("/start/waiting").text

    _sign_in(office, enrolment)
    assert "Du står i version 2, som gäller från 28 november" in fresh.browser.get("/start/waiting").text
    office.clock.now += 7 * 86_400
    fresh.browser.submit("/unlock", {"passphrase": passphrase})
    assert fresh.browser.get("/start/waiting").headers["Location"] == "/cases"
    office.world.chain = office.world.chain.append(office.shelf.documents[-1])
    office.world.keys["utredare-4"] = fresh.panel.sitting.keys  # type: ignore[union-attr]
    reporter = office.report()
    assert REPORT in fresh.browser.case(reporter.case_id)

    again = office.panel("utredare-4", home=PanelHome.in_directory(fresh.panel.home.directory))
    again.browser.get(f"/?token={TOKEN}")
    again.browser.submit("/unlock", {"passphrase": passphrase})
    assert REPORT in again.browser.case(reporter.case_id)


def _sign_in(office: Office, enrolment: Enrolment) -> None:
    """Three colleagues' panels propose, sign, merge and publish."""
    first, second, third = (office.panel(f"utredare-{n}").unlock() for n in (1, 2, 3))
    file = {"enrolments": (io.BytesIO(enrolment.to_bytes()), "utredare-4.enrolment.json")}
    where = first.browser.submit("/roster/propose", file).headers["Location"]
    page = first.browser.get(where).text
    assert "Publicera" not in page
    assert "Utredare 4, kulturförvaltningen (utredare-4) kommer till" in page
    assert enrolment.fingerprint.split()[0] in page
    assert "3 underskrifter saknas." in page
    first.browser.submit(f"{where}/sign")
    assert "2 underskrifter saknas." in first.browser.get(where).text
    proposal = first.browser.get(f"{where}/file").data
    signed = []
    for colleague in (second, third):
        answer = colleague.browser.submit("/roster/review", {"files": (io.BytesIO(proposal), "p.json")})
        there = answer.headers["Location"]
        colleague.browser.submit(f"{there}/sign")
        signed.append(colleague.browser.get(f"{there}/file").data)
    files = {"files": [(io.BytesIO(data), f"{n}.json") for n, data in enumerate(signed)]}
    first.browser.submit("/roster/review", files)
    assert "En majoritet har skrivit under." in first.browser.get(where).text
    assert first.browser.submit(f"{where}/publish").headers["Location"] == "/roster"
    assert "Version 2 är underskriven" in first.browser.get("/roster").text


@pytest.mark.parametrize(
    "changed",
    [
        {"member": ""},
        {"member": "9"},
        {"member": "Å"},
        {"member": "reporter"},
        {"member": "../../x"},
        {"name": ""},
        {"name": "x" * 81},
        {"role": "boss"},
        {"role": ""},
        {"name": "a\0b"},
    ],
)
def test_a_wrong_name_id_or_role_is_explained_and_kept(fresh: Office.Open, changed: dict[str, str]) -> None:
    answer = fresh.browser.submit("/start", {**NEW, **changed})
    assert answer.status_code == 400
    assert "att rätta" in answer.text
    assert fresh.panel.beginning is None


def test_wrong_words_from_the_note_create_no_key(fresh: Office.Open) -> None:
    fresh.browser.submit("/start", NEW)
    answer = fresh.browser.submit("/start/passphrase", {"first": "fel", "second": "ord"})
    assert answer.status_code == 400
    assert "Det är inte ordet som står där" in answer.text
    assert not fresh.panel.home.has_key


def test_an_own_passphrase_has_twelve_characters_and_is_typed_twice(fresh: Office.Open) -> None:
    fresh.browser.submit("/start", NEW)
    for own, again in (("kort", "kort"), ("tillräckligt lång", "en annan lång")):
        answer = fresh.browser.submit("/start/own", {"own": own, "again": again})
        assert answer.status_code == 400
        assert own not in answer.text
    assert not fresh.panel.home.has_key
    fresh.browser.submit("/start/own", {"own": "tillräckligt lång", "again": "tillräckligt lång"})
    assert fresh.panel.home.has_key


def test_a_key_is_never_overwritten(office: Office, fresh: Office.Open) -> None:
    fresh.browser.submit("/start", NEW)
    fresh.panel.home.directory.mkdir()
    (fresh.panel.home.directory / "utredare-4.key").write_bytes(b"somebody's")
    answer = fresh.browser.submit("/start/own", {"own": "tillräckligt lång", "again": "tillräckligt lång"})
    assert answer.status_code == 409
    assert (fresh.panel.home.directory / "utredare-4.key").read_bytes() == b"somebody's"


@pytest.mark.parametrize("cut", [0, 1, 100, 5000])
def test_a_damaged_invitation_says_what_to_do(office: Office, fresh: Office.Open, cut: int) -> None:
    _create(fresh)
    data = office.invite("utredare-1")[:cut]
    answer = fresh.browser.submit("/start/invitation", {"file": (io.BytesIO(data), "x.json")})
    assert answer.status_code == 400
    assert "skadad" in answer.text


def test_an_invitation_whose_anchor_was_changed_is_refused(office: Office, fresh: Office.Open) -> None:
    _create(fresh)
    data = office.invite("utredare-1")
    assert _upload(fresh, data.replace(b'"anchor":"', b'"anchor":"AAAA', 1)) == 400
    assert _upload(fresh, fresh.browser.get("/start/enrolment").data) == 400
    assert _upload(fresh, b"\xff" * 1000) == 400
    assert _upload(fresh, b"x" * 20_000_000) == 413


def test_the_steps_cannot_be_taken_out_of_order(fresh: Office.Open) -> None:
    for path in ("/start/passphrase", "/start/waiting", "/start/anchor", "/start/enrolment", "/unlock"):
        assert fresh.browser.get(path).headers["Location"] == "/start"


def test_another_key_for_ones_id_in_the_roster_is_shouted_about(office: Office, tmp_path: Path) -> None:
    panel = office.panel("", home=PanelHome(tmp_path / "thief"))
    panel.browser.get(f"/?token={TOKEN}")
    panel.browser.submit("/start", {**NEW, "member": "utredare-2"})
    panel.browser.submit("/start/own", {"own": "tillräckligt lång", "again": "tillräckligt lång"})
    _upload(panel, office.invite("utredare-1"))
    panel.browser.submit("/start/anchor", {"same": "y"})
    assert "en annan nyckel för ditt id" in panel.browser.get("/start/waiting").text
