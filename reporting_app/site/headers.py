"""The headers of every response, pages and API alike: the one place where they are set."""

from __future__ import annotations

from flask import Flask, Response, request

ASSETS = "/assets/"  # file names there carry a hash of the content

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
# All that browsers know today; a page of ours needs none of it.
FEATURES = """accelerometer ambient-light-sensor attribution-reporting autoplay battery bluetooth
browsing-topics camera clipboard-read clipboard-write compute-pressure cross-origin-isolated
display-capture encrypted-media
execution-while-not-rendered execution-while-out-of-viewport fullscreen gamepad geolocation gyroscope hid
identity-credentials-get idle-detection interest-cohort join-ad-interest-group keyboard-map local-fonts
magnetometer microphone midi otp-credentials payment picture-in-picture private-state-token-issuance
private-state-token-redemption publickey-credentials-create publickey-credentials-get run-ad-auction
screen-wake-lock serial shared-storage speaker-selection storage-access sync-xhr unload usb web-share
window-management xr-spatial-tracking""".split()

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}
NOT_KEPT = "no-store"
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Sets the headers on every response of ``app``."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    unchanging = request.path.startswith(ASSETS) and response.status_code in (200, 304)
    response.headers["Cache-Control"] = KEPT_FOR_GOOD if unchanging else NOT_KEPT
    return response
