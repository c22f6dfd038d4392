"""What browsers are told with every answer, by the site and by the panel: the one place where it is decided.

No page of ours runs a worker, frames anything or needs a device, so the policies name only what is used
(docs/decisions/0008-headers.md).
"""

from __future__ import annotations

from collections.abc import Mapping

NOT_KEPT = "no-store"
# All that Chromium lets a page do unless told otherwise, and what other browsers read of the same header.
# Client hints (ch-*) are left out: a browser sends them only where they were asked for.
FEATURES = """
accelerometer aria-notify autoplay browsing-topics camera captured-surface-control clipboard-read
clipboard-write compute-pressure cross-origin-isolated deferred-fetch deferred-fetch-minimal
digital-credentials-create digital-credentials-get display-capture encrypted-media fullscreen gamepad
geolocation gyroscope hid identity-credentials-get idle-detection interest-cohort keyboard-map
language-detector language-model local-fonts local-network local-network-access loopback-network
magnetometer media-playback-while-not-visible microphone midi on-device-speech-recognition otp-credentials
payment picture-in-picture private-state-token-issuance private-state-token-redemption
publickey-credentials-create publickey-credentials-get screen-wake-lock serial speaker-selection
storage-access summarizer sync-xhr translator unload usb window-management xr-spatial-tracking
""".split()

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
# What is not a page may load nothing and run nothing, should a browser ever show it as one.
FOR_DATA: Mapping[str, str] = _ALWAYS | {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox",
}


def for_pages(*, images: str, forms: str) -> Mapping[str, str]:
    """Of a page whose images come from ``images`` and whose forms go to ``forms``: sources of the CSP."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src {images}",
        "connect-src 'self'",
        f"form-action {forms}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return _ALWAYS | {
        "Content-Security-Policy": "; ".join(policy),
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    }
