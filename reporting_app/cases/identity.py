"""The colours a city calls its own, and the rule that people can read in them and on them.

Contrast is the ratio of WCAG 2.2, from 1 to 21: text needs 4.5 (1.4.3), lines and edges 3 (1.4.11). One
accent is both here, so it has to reach 4.5 wherever the site puts it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reporting_app.crypto.encoding import Json
from reporting_app.crypto.errors import Refused

LEAST_CONTRAST = 4.5
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
BLACK, WHITE = "#000000", "#ffffff"


@dataclass(frozen=True)
class Scheme:
    """What stays ours in light or dark: grounds that text stands on, as client/styles/tokens.css has them."""

    ground: str
    surface: str
    warm_soft: str
    on_brand: str
    stronger: str  # towards this the accent goes under a pointer
    strength: float
    softness: float


SCHEMES: Mapping[str, Scheme] = {
    "light": Scheme("#f4f6f5", "#ffffff", "#fcf0e6", WHITE, BLACK, 0.25, 0.12),
    "dark": Scheme("#0f1719", "#182225", "#33231a", "#0f1719", WHITE, 0.3, 0.15),
}


class WeakAccent(Refused):
    """An accent that people could not read: ``scheme`` is light or dark, ``ratio`` what was measured."""

    def __init__(self, scheme: str, against: str, ratio: float) -> None:
        self.scheme, self.against = scheme, against
        # Rounded down: a ratio that is too low must not read as the one that is asked for.
        self.ratio = math.floor(ratio * 100) / 100
        towards = "darker" if scheme == "light" else "lighter"
        super().__init__(
            "schema",
            f"identity: accent.{scheme} has a contrast of {self.ratio}:1 against our {against}, "
            f"at least {LEAST_CONTRAST}:1 is needed; choose a {towards} colour",
        )


@dataclass(frozen=True)
class Palette:
    """An accent and the companions that follow from it."""

    brand: str
    brand_strong: str
    brand_soft: str
    on_brand: str


@dataclass(frozen=True)
class Identity:
    """An accent for light and one for dark, both readable."""

    light: Palette
    dark: Palette

    @classmethod
    def from_value(cls, value: Json) -> Identity:
        """Of ``{"accent": {"light": "#rrggbb", "dark": "#rrggbb"}}``.

        Raises Refused("schema") for what is no colour and WeakAccent for one that cannot be read.
        """
        accent = value.get("accent") if isinstance(value, dict) and set(value) == {"accent"} else None
        if not isinstance(accent, dict) or set(accent) != set(SCHEMES):
            raise Refused("schema", 'identity: it has one key "accent" with a "light" and a "dark" colour')
        return cls(**{scheme: _palette(scheme, accent[scheme]) for scheme in SCHEMES})


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours ``#rrggbb``, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _palette(scheme: str, accent: Json) -> Palette:
    if not isinstance(accent, str) or not COLOUR.fullmatch(accent):
        raise Refused("schema", f"identity: accent.{scheme} is no colour; write it as #0b5560")
    ours, brand = SCHEMES[scheme], accent.lower()
    outermost = ours.surface if scheme == "light" else ours.ground
    soft = _mix(outermost, brand, ours.softness)
    grounds = (ours.ground, ours.surface, ours.warm_soft, soft, ours.on_brand)
    weakest = min(grounds, key=lambda ground: contrast(brand, ground))
    if contrast(brand, weakest) < LEAST_CONTRAST:
        raise WeakAccent(scheme, weakest, contrast(brand, weakest))
    return Palette(brand, _mix(brand, ours.stronger, ours.strength), soft, ours.on_brand)


def _mix(colour: str, other: str, share: float) -> str:
    parts = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (its - own) * share):02x}" for own, its in parts)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
