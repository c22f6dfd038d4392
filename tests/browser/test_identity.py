"""Another city's colours in a real browser, under the production policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.walking import Walker, axe_findings, open_everything
from tests.browser_fixtures import LiveSite, running_site
from tests.deployment import INVESTIGATORS, WITNESSES, human_part, member_keys, world_of

pytestmark = pytest.mark.browser
# As weak as the rule lets them be: about 4.5:1 on their weakest ground.
THEIRS = {"accent": {"light": "#a8473a", "dark": "#c27c6e"}}
COLOURS = """() => {
  const first = document.querySelector('.way-first');
  const link = document.querySelector('.way:not(.way-first) a');
  return [getComputedStyle(first).backgroundColor, getComputedStyle(link).color];
}"""


@pytest.fixture
def their_site(built: None, tmp_path: Path) -> Iterator[LiveSite]:
    keys = {member: member_keys(member) for member in INVESTIGATORS + WITNESSES}
    world = world_of(keys, human_part() | {"identity": THEIRS})
    with running_site(f"sqlite:///{tmp_path}/site.db", world) as site:
        yield site


def test_the_pages_wear_it_and_can_be_read_in_light_and_dark(their_site: LiveSite, page: Page) -> None:
    person = Walker(page, their_site)
    page.goto(person.url)
    assert page.evaluate(COLOURS) == ["rgb(168, 71, 58)"] * 2
    page.emulate_media(contrast="more")
    assert page.evaluate(COLOURS) == ["rgb(22, 37, 42)"] * 2, "whoever asks for contrast gets ink"
    page.emulate_media(contrast="no-preference", color_scheme="dark")
    assert page.evaluate(COLOURS) == ["rgb(194, 124, 110)"] * 2
    assert len([one for one in person.requests if one.resource_type == "stylesheet"]) == 1
    assert axe_findings(page) == []
    person.start_writing("Jag är den enda kuratorn. Ring 070-123 45 67.")
    open_everything(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe_findings(page) == []
