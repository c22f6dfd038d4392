"""What other systems need for the same, for orientation. Measured once by us, not in this run."""

from __future__ import annotations

from collections.abc import Mapping

SOURCE = "measured once on the same kind of machine (2 cores, loopback), not in this run"
GLOBALEAKS, SECUREDROP, HUSH_LINE = "GlobaLeaks 5.0.95", "SecureDrop 2.11", "Hush Line 0.7.23"

Peers = Mapping[str, str]
FIRST_PAGE: Peers = {
    GLOBALEAKS: "298 kB brotli, and 150 kB of crypto",
    SECUREDROP: "89 kB raw",
    HUSH_LINE: "154 kB gzip (831 kB on the wire)",
}
FIRST_PAGE_REQUESTS: Peers = {GLOBALEAKS: "19 files", SECUREDROP: "7 requests", HUSH_LINE: "14 requests"}
SUBMITTING_PAGE: Peers = {
    GLOBALEAKS: "the same application as the first page",
    SECUREDROP: "85 kB raw",
    HUSH_LINE: "249 kB gzip (692 kB on the wire), 510 kB of JavaScript",
}
WORK_BEFORE_FIRST_MESSAGE: Peers = {
    GLOBALEAKS: "2.4 s Argon2id",
    SECUREDROP: "3.4-6.5 s creating an account",
    HUSH_LINE: "17 ms encryption, 66 ms at 4x CPU throttle",
}
INBOX: Peers = {
    GLOBALEAKS: "124 reports 90 ms, 1.1 MB: decrypts every answer at every load",
    SECUREDROP: "a list made on the server; not measured",
    HUSH_LINE: "1,000 rows 46 ms, 758 kB; 10,000 rows 587 ms, 7.5 MB, browser blocked 1.35 s",
}
