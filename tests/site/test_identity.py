"""A city changes two values and the pages wear its colour; one that people could not read is never worn."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporting_app.cases import proposals
from reporting_app.cases.identity import LEAST_CONTRAST, SCHEMES, Identity, Palette, WeakAccent, contrast
from reporting_app.crypto import deployment
from reporting_app.crypto.errors import Refused
from reporting_app.site import assets, pages, theme
from tests.browser_fixtures import ROOT
from tests.deployment import TODAY, World, human_part
from tests.site_fixtures import JSON, Visitor

THEIRS = {"accent": {"light": "#8a1f42", "dark": "#ffb3c7"}}
PALE = {"accent": {"light": "#ffcc00", "dark": "#ffb3c7"}}
GLOOMY = {"accent": {"light": "#8a1f42", "dark": "#8a1f42"}}
NO_COLOURS = (
    "crimson",
    "#8a1",
    "8a1f42",
    "#8a1f42;}",
    "#8a1f4\N{ARABIC-INDIC DIGIT TWO}",
    "",
    1,
    None,
    ["#8a1f42"],
)
NONSENSE: list[Any] = [None, "rött", [], {}, {"accent": "#8a1f42"}, {**THEIRS, "logo": "x.png"}]
NONSENSE += [{"accent": {"light": "#8a1f42"}}, {"accent": {**THEIRS["accent"], "sepia": "#8a1f42"}}]
NONSENSE += [{"accent": {"light": one, "dark": "#ffb3c7"}} for one in NO_COLOURS]
STYLE = re.compile(
    r'<link rel="stylesheet" href="(/assets/site-([0-9a-f]{16})\.css)" integrity="sha384-(.+?)">'
)


def propose(world: World, identity: object) -> proposals.Proposal:
    current = deployment.verify(world.deployment, world.chain)
    return proposals.propose_deployment(world.chain, current, human_part() | {"identity": identity}, TODAY)


def dressed(app: Flask, visitor: Visitor, identity: object) -> FlaskClient:
    """The site after a majority has published a file with these colours, whatever they are."""
    pages.install(app)
    visitor.publish()
    newer = visitor.world.signed_file(visitor.world.next_file({"identity": identity}))  # type: ignore[dict-item]
    assert visitor.post("/v1/deployment", newer.to_bytes(), JSON).status_code == 201
    return visitor.client


def style_of(client: FlaskClient, path: str) -> tuple[str, str, str]:
    """Address, hash in its name, and base64 of its integrity."""
    found = STYLE.findall(client.get(path).get_data(as_text=True))
    assert len(found) == 1
    address, name, integrity = found[0]
    return address, name, integrity


@pytest.mark.usefixtures("built")
def test_two_values_change_the_one_style_sheet_of_every_page(app: Flask, newcomer: Visitor) -> None:
    client = dressed(app, newcomer, THEIRS)
    address, name, integrity = style_of(client, "/sv/")
    assert {style_of(client, path)[0] for path in ("/sv/anmal", "/en/", "/fi/kvitto")} == {address}
    plain = client.get(address)
    digest = hashlib.sha384(plain.get_data()).digest()
    assert (name, integrity) == (digest.hex()[:16], base64.b64encode(digest).decode())
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    ours = client.get(assets.find("site.css").url).get_data()
    assert plain.get_data().startswith(ours), "theirs is ours and a few rules more"
    assert b"--brand:#8a1f42" in plain.get_data().removeprefix(ours)
    html = client.get("/sv/").get_data(as_text=True)
    assert not re.search(r"<style|style=", html)
    icon = base64.b64decode(re.findall(r"svg\+xml;base64,([^\"]+)", html)[0])
    assert b"#8a1f42" in icon
    assert theme.OUR_MARK.encode() not in icon


@pytest.mark.usefixtures("built")
def test_the_style_sheet_travels_compressed_and_the_same_to_everybody(app: Flask, newcomer: Visitor) -> None:
    client = dressed(app, newcomer, THEIRS)
    address, _, _ = style_of(client, "/sv/")
    plain = client.get(address).get_data()
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}
    for encoding, unpack in unpacked.items():
        headers = {"Accept-Encoding": encoding}
        packed = client.get(address, headers=headers)
        assert packed.headers["Content-Encoding"] == encoding
        assert unpack(packed.get_data()) == plain
        assert encoding != "gzip" or packed.get_data()[4:8] == bytes(4), "no time of making"
        again = client.get(address, headers={**headers, "Cookie": "a=b", "Accept-Language": "fi"})
        assert (again.get_data(), list(again.headers)) == (packed.get_data(), list(packed.headers))
    assert client.get("/assets/site-0000000000000000.css").status_code == 404


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("identity", [PALE, GLOOMY, NONSENSE[1], NONSENSE[-6]], ids=str)
def test_what_nobody_can_read_is_not_worn_even_when_a_majority_signs_it(
    app: Flask, newcomer: Visitor, identity: object
) -> None:
    client = dressed(app, newcomer, identity)
    assert style_of(client, "/sv/")[0] == assets.find("site.css").url


def test_colours_that_can_be_read_are_proposed_and_shown_to_those_who_sign(world: World) -> None:
    proposal = propose(world, THEIRS)
    assert proposal.content["identity"] == THEIRS
    changes = proposals.describe_change(proposal, world.chain, world.file)
    assert {"#8a1f42", "#ffb3c7"} <= {one.after for one in changes}
    assert "identity" not in propose_ours(world).content


def propose_ours(world: World) -> proposals.Proposal:
    current = deployment.verify(world.deployment, world.chain)
    return proposals.propose_deployment(world.chain, current, human_part(), TODAY)


@pytest.mark.parametrize(
    ("identity", "says"),
    [
        (PALE, r"accent.light has a contrast of 1\.\d+:1 .*at least 4.5:1 is needed; choose a darker colour"),
        (
            GLOOMY,
            r"accent.dark has a contrast of 1\.\d+:1 .*at least 4.5:1 is needed; choose a lighter colour",
        ),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_what_was_measured_and_what_to_do(
    world: World, identity: Mapping[str, Any], says: str
) -> None:
    with pytest.raises(WeakAccent, match=says):
        propose(world, identity)


@pytest.mark.parametrize("identity", NONSENSE, ids=str)
def test_what_is_no_colour_is_refused_by_name(world: World, identity: object) -> None:
    with pytest.raises(Refused, match="identity: ") as refused:
        propose(world, identity)
    assert refused.value.reason == "schema"
    assert not isinstance(refused.value, WeakAccent)


def palette_of(accent: str, scheme: str) -> Palette | None:
    """None when the rule refuses it."""
    try:
        return getattr(Identity.from_value({"accent": THEIRS["accent"] | {scheme: accent}}), scheme)  # type: ignore[no-any-return]
    except WeakAccent:
        return None


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_accent_that_is_taken_can_be_read_wherever_the_site_puts_it(scheme: str) -> None:
    """A walk through all colours: accent on every ground, text on the accent, under a pointer too."""
    ours = SCHEMES[scheme]
    walk = [palette_of(f"#{step:06x}", scheme) for step in range(0, 1 << 24, 21_931)]
    taken = [palette for palette in walk if palette is not None]
    assert 100 < len(taken) < len(walk) - 100
    for palette in taken:
        grounds = (ours.ground, ours.surface, ours.warm_soft, palette.brand_soft, palette.on_brand)
        for colour in (palette.brand, palette.brand_strong):
            assert min(contrast(colour, ground) for ground in grounds) >= LEAST_CONTRAST


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#ffffff", "#ffffff") == 1
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast("#0b5560", "#f4f6f5"), 2) == 7.79


def test_the_grounds_that_are_measured_are_those_of_the_style_sheet() -> None:
    source = (ROOT / "client/styles/tokens.css").read_text("utf-8")
    light, dark = source.split("prefers-color-scheme: dark")
    for text, ours in ((light, SCHEMES["light"]), (dark, SCHEMES["dark"])):
        values = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", text))
        assert [values[f"--{name}"] for name in ("ground", "surface", "warm-soft")] == [
            ours.ground,
            ours.surface,
            ours.warm_soft,
        ]
    assert theme.OUR_MARK in (ROOT / "client/styles/icon.svg").read_text("utf-8")
