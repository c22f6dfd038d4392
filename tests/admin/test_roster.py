"""The roster page: proposals, signatures, publishing."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest

from reporting_app.admin.remote import SiteRefused
from reporting_app.cases import proposals
from reporting_app.crypto.members import spoken
from tests.admin.world import FakeSite, Office, proposal_bytes
from tests.deployment import enrol, human_part, member_keys


def _files(**named: Any) -> dict[str, Any]:
    return {name: (io.BytesIO(data), f"{name}.json") for name, data in named.items()}


def test_the_page_shows_members_with_the_fingerprints_of_their_keys(office: Office) -> None:
    page = office.panel("utredare-1").unlock().browser.get("/roster").text
    for keys in office.world.keys.values():
        assert keys.fingerprint in page
    assert spoken(office.world.anchor) in page


def test_new_texts_are_shown_word_by_word_and_published_by_a_majority(office: Office) -> None:
    human = human_part()
    human["texts"]["danger"]["sv"] = "Ring 112 genast."
    panels = [office.panel(f"utredare-{n}").unlock() for n in (1, 2, 3)]
    data = json.dumps(human).encode()
    where = panels[0].browser.submit("/roster/deployment", _files(file=data)).headers["Location"]
    page = panels[0].browser.get(where).text
    assert "Ring 112 genast." in page
    assert "texts.danger.sv" in page
    assert "Publicera" not in page
    panels[0].browser.submit(f"{where}/sign")
    for before, after in ((0, 1), (1, 2)):
        file = panels[before].browser.get(f"{where}/file").data
        panels[after].browser.submit("/roster/review", _files(files=file))
        panels[after].browser.submit(f"{where}/sign")
    assert panels[2].browser.submit(f"{where}/publish").status_code == 303
    assert office.shelf.deployment is not None
    assert office.shelf.deployment.body["version"] == 2
    assert "Stopp" not in panels[0].browser.get("/cases").text


def test_texts_changed_on_their_way_to_a_colleague_are_not_shown_for_signing(office: Office) -> None:
    proposal = office.world.next_file({"name": {"sv": "Nytt namn"}})
    browser = office.panel("utredare-2").unlock().browser
    changed = proposal.to_bytes().replace(b"Nytt namn", b"Nytt lamm")
    answer = browser.submit("/roster/review", _files(files=changed))
    assert answer.status_code == 400
    assert "Filen är skadad eller har ändrats på vägen" in answer.text
    where = browser.submit("/roster/review", _files(files=proposal.to_bytes())).headers["Location"]
    assert "Nytt namn" in browser.get(where).text


def test_a_member_leaves(office: Office) -> None:
    browser = office.panel("utredare-1").unlock().browser
    where = browser.submit("/roster/propose", {"leaving": "tillsyn-2"}).headers["Location"]
    assert "Tillsyn 2 (tillsyn-2) lämnar" in browser.get(where).text
    browser.submit(f"{where}/forget")
    assert browser.get(where).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Förslaget ändrar inget"),
        ({"leaving": ["utredare-1", "utredare-2"]}, "minst två utredare"),
        ({"leaving": "nobody"}, "går inte att använda"),
        ({"leaving": "tillsyn-2", "active": "i morgon"}, "åååå-mm-dd"),
    ],
)
def test_a_proposal_against_the_rules_is_explained(office: Office, fields: dict[str, Any], said: str) -> None:
    answer = office.panel("utredare-1").unlock().browser.submit("/roster/propose", fields)
    assert answer.status_code == 400
    assert said in answer.text or "hänger inte ihop" in answer.text


def test_a_newcomer_cannot_be_active_at_once(office: Office) -> None:
    new = enrol(member_keys("utredare-9")).to_bytes()
    browser = office.panel("utredare-1").unlock().browser
    answer = browser.submit("/roster/propose", {**_files(enrolments=new), "active": "2026-11-21"})
    assert answer.status_code == 400
    assert "två dagar" in answer.text


def _newcomers_proposal(office: Office, active: date) -> bytes:
    """Signed by all, and ready to be published."""
    new, chain = member_keys("utredare-9"), office.world.chain
    document = proposals.propose_roster(
        chain, chain.deployment, [enrol(new)], [], active - timedelta(days=2), active
    )
    keys = {**office.world.public_keys, "utredare-9": new.kem.public}
    return proposal_bytes(office.world.signed(document), keys)


def test_a_newcomers_proposal_leaves_time_to_sign_and_says_until_when_it_can_be_published(
    office: Office,
) -> None:
    new = enrol(member_keys("utredare-9")).to_bytes()
    browser = office.panel("utredare-1").unlock().browser
    where = browser.submit("/roster/propose", _files(enrolments=new)).headers["Location"]
    page = browser.get(where).text
    assert "Gäller från 28 november 2026" in page
    assert "Ska vara publicerat senast 26 november 2026." in page


def test_who_leaves_has_no_last_day_to_be_published(office: Office) -> None:
    browser = office.panel("utredare-1").unlock().browser
    where = browser.submit("/roster/propose", {"leaving": "tillsyn-2"}).headers["Location"]
    assert "publicerat senast" not in browser.get(where).text


@pytest.mark.parametrize(("left", "late"), [(3, False), (2, False), (1, True), (-9, True)])
def test_a_proposal_that_came_too_late_says_so_before_anybody_signs_or_publishes_it(
    office: Office, left: int, late: bool
) -> None:
    file = _newcomers_proposal(office, office.clock.today + timedelta(days=left))
    browser = office.panel("utredare-1").unlock().browser
    where = browser.submit("/roster/review", _files(files=file)).headers["Location"]
    page = browser.get(where).text
    assert ("För sent att publicera" in page, f"{where}/publish" in page) == (late, not late)
    answer = browser.submit(f"{where}/publish")
    assert answer.status_code == (409 if late else 303)
    assert ("Gör ett nytt förslag med en senare dag" in answer.text) == late
    assert len(office.shelf.documents) == (1 if late else 2)


def test_what_the_site_refuses_by_its_own_calendar_is_explained(office: Office) -> None:
    class Strict(FakeSite):
        def publish(self, *_: object) -> None:
            raise SiteRefused(409, "roster-chain", "adds a member within two days")

    file = _newcomers_proposal(office, office.clock.today + timedelta(days=2))
    panel = office.panel("utredare-1", connect=lambda url, _clock: Strict(office.shelf, url)).unlock()
    where = panel.browser.submit("/roster/review", _files(files=file)).headers["Location"]
    answer = panel.browser.submit(f"{where}/publish")
    assert answer.status_code == 409
    assert "tidigare än två dagar efter i dag" in answer.text


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"document":1}', b"\0\xff", b"{" * 100_000, b"1" * 5000]
)
@pytest.mark.parametrize(
    ("path", "field"), [("review", "files"), ("propose", "enrolments"), ("deployment", "file")]
)
def test_a_damaged_file_is_a_sentence(office: Office, path: str, field: str, data: bytes) -> None:
    browser = office.panel("utredare-1").unlock().browser
    answer = browser.submit(f"/roster/{path}", _files(**{field: data}))
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.text


def test_a_proposal_of_another_deployment_is_refused(office: Office) -> None:
    stranger = member_keys("utredare-9")
    added = [enrol(stranger), enrol(member_keys("utredare-8"))]
    other = proposals.propose_roster(None, proposals.new_deployment_id(), added, [], office.clock.today)
    newer = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["tillsyn-1"], office.clock.today
    )
    changed = proposals.SignedDocument({**newer.body, "previous": other.body["deployment"] + "A" * 21}, {})
    browser = office.panel("utredare-1").unlock().browser
    answer = browser.submit("/roster/review", _files(files=proposal_bytes(changed, office.world.public_keys)))
    assert answer.status_code == 400


def test_publishing_while_the_site_is_away_loses_nothing(office: Office) -> None:
    newer = proposals.propose_roster(
        office.world.chain, office.world.chain.deployment, [], ["tillsyn-1"], office.clock.today
    )
    signed = office.world.signed(newer)
    keys = {name: key for name, key in office.world.public_keys.items() if name != "tillsyn-1"}
    browser = office.panel("utredare-1").unlock().browser
    where = browser.submit("/roster/review", _files(files=proposal_bytes(signed, keys))).headers["Location"]
    office.shelf.away = True
    answer = browser.submit(f"{where}/publish")
    assert answer.status_code == 409
    assert "svarar inte" in answer.text
    office.shelf.away = False
    assert browser.submit(f"{where}/publish").status_code == 303
    assert len(office.shelf.documents) == 2
    assert browser.get("/roster/invitation").data.startswith(b'{"anchor"')
