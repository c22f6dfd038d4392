"""Built scripts and styles: found by the name of their source, served under names that carry their hash."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request

from reporting_app.site.compression import preferred
from reporting_app.site.headers import ASSETS

BUILD = Path(__file__).resolve().parent / "static" / "build"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
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


def find(name: str) -> Asset:
    """A built file, by the name of its source. Raises NotBuilt."""
    try:
        return _all(version())[name]
    except KeyError:
        raise NotBuilt(f"{name}: node client/build.mjs") from None


def inlined(name: str) -> str:
    """A small built file as a ``data:`` address. Raises NotBuilt."""
    file = find(name).file
    kind = CONTENT_TYPES[Path(file).suffix].partition(";")[0]
    return f"data:{kind};base64,{b64encode(_bytes(BUILD / file, version())).decode()}"


def answer(file: str) -> Response:
    """The file as compressed as the browser takes it; 404 for anything the manifest does not name."""
    if file not in {asset.file for asset in _all(version()).values()}:
        abort(404)
    path = BUILD / file
    encoding = preferred(request.accept_encodings)
    if encoding is not None:
        path = path.with_name(file + SUFFIXES[encoding])
    response = Response(_bytes(path, version()), content_type=CONTENT_TYPES[Path(file).suffix])
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


@lru_cache(maxsize=64)
def _bytes(path: Path, _version: int) -> bytes:
    return path.read_bytes()
