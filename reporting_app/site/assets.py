"""Built scripts and styles: found by the name of their source, served under names that carry their hash."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha384
from pathlib import Path

import brotli
from flask import Response, abort, request

from reporting_app.cases.identity import Identity
from reporting_app.site import theme
from reporting_app.site.compression import preferred
from reporting_app.site.headers import ASSETS

BUILD = Path(__file__).resolve().parent / "static" / "build"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
STYLE, ICON = "site.css", "icon.svg"
SUFFIXES = {"br": ".br", "gzip": ".gz"}  # the build writes these beside each file


class NotBuilt(RuntimeError):
    """Something has not been built on this machine; the message says what to run."""


@dataclass(frozen=True)
class Asset:
    file: str
    url: str
    integrity: str


def version() -> int:
    """Changes when the files are built anew. Raises NotBuilt."""
    try:
        return (BUILD / "manifest.json").stat().st_mtime_ns
    except OSError:
        raise NotBuilt("browser code: node client/build.mjs") from None


@dataclass(frozen=True)
class Themed:
    """The style sheet in a city's colours; ``bodies`` by content encoding, None for the plain bytes."""

    asset: Asset
    bodies: Mapping[str | None, bytes]


def find(name: str, identity: Identity | None = None) -> Asset:
    """A built file, by the name of its source; the style sheet in a city's own colours. Raises NotBuilt."""
    if name == STYLE and identity is not None:
        return _themed(identity, version()).asset
    try:
        return _all(version())[name]
    except KeyError:
        raise NotBuilt(f"{name}: node client/build.mjs") from None


def icon(identity: Identity | None = None) -> str:
    """The mark beside the page's title as a ``data:`` address. Raises NotBuilt."""
    svg = _bytes(BUILD / find(ICON).file, version())
    if identity is not None:
        svg = theme.mark(svg, identity)
    return f"data:{CONTENT_TYPES['.svg']};base64,{b64encode(svg).decode()}"


def answer(file: str, identity: Callable[[], Identity | None]) -> Response:
    """The file as compressed as the browser takes it; 404 for what neither manifest nor theme names."""
    encoding = preferred(request.accept_encodings)
    if file in {asset.file for asset in _all(version()).values()}:
        body = _bytes(BUILD / (file + SUFFIXES.get(encoding or "", "")), version())
    elif (own := identity()) is not None and file == find(STYLE, own).file:
        body = _themed(own, version()).bodies[encoding]
    else:
        abort(404)
    response = Response(body, content_type=CONTENT_TYPES[Path(file).suffix])
    response.vary.add("Accept-Encoding")
    if encoding is not None:
        response.content_encoding = encoding
    return response


@lru_cache(maxsize=2)
def _all(_version: int) -> dict[str, Asset]:
    manifest = json.loads((BUILD / "manifest.json").read_text("utf-8"))
    return {
        name: Asset(entry["file"], ASSETS + entry["file"], entry["integrity"])
        for name, entry in manifest.items()
    }


@lru_cache(maxsize=8)
def _themed(identity: Identity, built: int) -> Themed:
    plain = _bytes(BUILD / find(STYLE).file, built) + theme.rules(identity).encode()
    digest = sha384(plain).digest()
    file = f"{Path(STYLE).stem}-{digest.hex()[:16]}{Path(STYLE).suffix}"
    # As the build does it; no time of making in the header of gzip.
    bodies = {None: plain, "br": brotli.compress(plain), "gzip": gzip.compress(plain, 9, mtime=0)}
    return Themed(Asset(file, ASSETS + file, f"sha384-{b64encode(digest).decode()}"), bodies)


@lru_cache(maxsize=64)
def _bytes(path: Path, _version: int) -> bytes:
    return path.read_bytes()
