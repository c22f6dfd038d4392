"""Starts the unpacked panel. Exit code 70 says that a part of it is missing or damaged."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# OpenSSL of the build machine looks for certificates where that system keeps them.
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def clean_environment() -> None:
    """The browser must load its own libraries, not ours."""
    before = os.environ.pop("LD_BEFORE", "")
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    found = next((path for path in CERTIFICATES if os.path.exists(path)), None)
    if found:
        os.environ.setdefault("SSL_CERT_FILE", found)


def main() -> int:
    clean_environment()
    sys.path.insert(0, os.path.join(HERE, "app"))
    try:
        from reporting_app.cli import panel
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 70
    return 0 if panel.start(panel.default_home()) else 1


if __name__ == "__main__":
    sys.exit(main())
