"""What every answer of ours carries, checked in one way for the site and the panel."""

from __future__ import annotations

from werkzeug.test import TestResponse

NAMES_OF_SERVERS = ("Server", "X-Powered-By", "Via")
POWERFUL = ("camera", "microphone", "geolocation", "clipboard-read", "local-network", "usb", "payment")


def policy_of(response: TestResponse) -> dict[str, str]:
    """The content security policy: directive -> sources."""
    directives = [one.strip() for one in response.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in (one.partition(" ") for one in directives)}


def check(response: TestResponse, *, images: str, forms: str) -> None:
    """Of a page: only what it uses is allowed. Of anything else: nothing at all."""
    found, policy = response.headers, policy_of(response)
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"
    assert found["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert not [name for name in NAMES_OF_SERVERS if name in found]
    assert "unsafe" not in found["Content-Security-Policy"]
    assert "*" not in found["Content-Security-Policy"]
    assert "http" not in found["Content-Security-Policy"]
    closed = {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    if response.mimetype != "text/html":
        assert policy == closed | {"form-action": "'none'", "sandbox": ""}
        return
    used = {"script-src": "'self'", "style-src": "'self'", "connect-src": "'self'", "img-src": images}
    types = {"require-trusted-types-for": "'script'", "trusted-types": "'none'"}
    assert policy == closed | used | types | {"form-action": forms}
    permissions = dict(one.split("=") for one in found["Permissions-Policy"].split(", "))
    assert set(permissions.values()) == {"()"}, "a feature is allowed to somebody"
    assert set(POWERFUL) <= set(permissions)


def is_kept(response: TestResponse) -> bool:
    """Whether a browser may keep the answer; if not, nobody on the way may either."""
    kept = response.headers["Cache-Control"]
    assert kept == "no-store" or kept.endswith("max-age=31536000, immutable"), kept
    return kept != "no-store"
