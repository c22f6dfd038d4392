"""A city's colours as rules for the end of the one stylesheet, and in the mark beside the page's title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from reporting_app.cases.identity import Identity, Palette
from reporting_app.crypto.errors import Refused

OUR_MARK = "#0b5560"  # the colour of client/styles/icon.svg


def identity_of(content: Mapping[str, Any]) -> Identity | None:
    """None for our own colours: when no others are asked for, and when nobody could read those that are."""
    if "identity" not in content:
        return None
    try:
        return Identity.from_value(content["identity"])
    except Refused:
        return None


def rules(identity: Identity) -> str:
    """CSS. Whoever asks for more contrast gets ours, black on white or white on black (tokens.css)."""
    usual = "(not (prefers-contrast:more))"
    return (
        f"@media {usual}{{{_root(identity.light)}}}"
        f"@media screen and (prefers-color-scheme:dark) and {usual}{{{_root(identity.dark)}}}"
    )


def mark(svg: bytes, identity: Identity) -> bytes:
    """The icon with the light accent in the place of ours."""
    return svg.replace(OUR_MARK.encode(), identity.light.brand.encode())


def _root(palette: Palette) -> str:
    values = (f"--{one.name.replace('_', '-')}:{getattr(palette, one.name)}" for one in fields(palette))
    return f":root{{{';'.join(values)}}}"
