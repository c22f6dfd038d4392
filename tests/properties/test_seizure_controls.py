"""The search of ``test_seizure.py`` finds what it looks for: every kind of secret and time, planted."""

from __future__ import annotations

import secrets
import signal
import struct
from pathlib import Path

import pytest

from reporting_app.crypto import receipt
from tests.deployment import make_world
from tests.properties.seizure_search import Search, Span, journal_pages, spellings, times_in
from tests.properties.seizure_site import ADDRESS, SeizedSite
from tests.properties.seizure_traffic import Secrets, Visitor, canary

NOISE = 5_000
SPAN = Span(1_795_271_855.0, 1_795_271_870.0)

# A site that does what programs often do: it writes down who came, when, and what did not fit.
LEAKY = """
import logging, os, sqlite3, tempfile
from flask import request
from reporting_app.site import problems
install, nameless = problems.install, tempfile.TemporaryFile()

def leak():
    body, now = request.get_data(), time.time()
    logging.warning("%s %s %s", time.strftime("%H:%M:%S"), request.remote_addr, request.headers.get("Cookie"))
    nameless.write(request.headers.get("User-Agent", "").encode("utf-16-le")); nameless.flush()
    with sqlite3.connect("visits.db") as visits:
        visits.execute("CREATE TABLE IF NOT EXISTS visit (at REAL, second INTEGER, body BLOB)")
        visits.execute("INSERT INTO visit VALUES (?, ?, ?)", (now, int(now), body[:100]))

def leaky_install(app, clock):
    install(app, clock)
    app.before_request(leak)

problems.install = leaky_install
"""


def kinds() -> dict[str, str | bytes]:
    """One secret of every kind that the seizure looks for."""
    kept = Secrets()
    deployment, random = secrets.token_bytes(16), receipt.generate()
    kept.add_reporter(random, deployment, receipt.ReporterKeys(random, deployment))
    kept.add_member("utredare-1", secrets.token_bytes(32))
    kept.text("narrative")
    kept.text("header", swedish=False)
    kept.texts["address"] = ADDRESS
    return kept.texts


@pytest.mark.parametrize("utf16", ["", "utf-16-le", "utf-16-be"])
def test_every_kind_of_secret_is_found_in_every_spelling(utf16: str) -> None:
    for name, secret in kinds().items():
        search = Search({name: secret})
        for form, spelled in spellings(secret).items():
            planted = spelled.decode("latin-1").encode(utf16) if utf16 else spelled
            noise = secrets.token_bytes(NOISE)
            assert search.found_in({"file": noise}) == set()
            assert search.found_in({"file": noise + planted + noise}) != set(), f"{name} as {form}"


def test_half_a_key_and_a_piece_of_a_text_are_found() -> None:
    key, text, noise = secrets.token_bytes(32), canary(), secrets.token_bytes(NOISE)
    search = Search({"key": key, "text": text})
    for planted in (key[5:13], key.hex()[7:23].encode(), text.encode()[3:11]):
        assert search.found_in({"file": noise + planted + noise}) != set()


def test_single_words_of_a_receipt_tell_nothing_but_two_do() -> None:
    random = receipt.generate()
    words = receipt.to_words(random).split()
    kept = Secrets()
    kept.add_reporter(random, b"", receipt.ReporterKeys(random, b""))
    search = Search(kept.texts)
    assert search.found_in({"log": f"en {words[3]} och".encode()}) == set()
    assert search.found_in({"log": " ".join(words[3:6]).encode()}) != set()


def numbers(moment: float) -> dict[str, tuple[str, float]]:
    """Ways to write a moment as a number: format of ``struct`` and value."""
    whole = int(moment)
    return {
        "seconds": ("I", whole),
        "seconds in eight bytes": ("Q", whole),
        "milliseconds": ("Q", whole * 1_000 + 417),
        "microseconds": ("Q", whole * 1_000_000 + 417_003),
        "nanoseconds": ("Q", whole * 10**9 + 417),
        "PostgreSQL's microseconds": ("Q", (whole - 946_684_800) * 1_000_000 + 417_003),
        "a double": ("d", moment),
    }


@pytest.mark.parametrize("name", numbers(SPAN.start))
@pytest.mark.parametrize("order", "<>")
def test_a_moment_is_found_in_every_form(name: str, order: str) -> None:
    form, value = numbers(SPAN.start + 4.417)[name]
    noise = secrets.token_bytes(NOISE)
    planted = noise + struct.pack(order + form, value) + noise[::-1]
    assert times_in(noise, [SPAN], b"") == set()
    assert times_in(planted, [SPAN], noise), "although the bytes around it were sent"
    assert times_in(planted, [SPAN], planted) == set(), "what clients sent is theirs"
    form, value = numbers(SPAN.end + 40)[name]
    assert times_in(noise + struct.pack(order + form, value) + noise[::-1], [SPAN], b"") == set()


@pytest.mark.parametrize("text", ["2026-11-21 14:37:44", "1795271860.25", "20261121T143744Z"])
def test_a_written_moment_is_found(text: str) -> None:
    assert times_in(secrets.token_bytes(NOISE) + text.encode(), [SPAN], b"")


def test_a_moment_in_a_page_of_the_journal_is_found() -> None:
    page = secrets.token_bytes(100) + struct.pack(">I", int(SPAN.start)) + secrets.token_bytes(3_992)
    wal = secrets.token_bytes(32) + secrets.token_bytes(24) + bytes(4_096) + secrets.token_bytes(24) + page
    assert journal_pages(wal) == bytes(4_096) + page
    assert times_in(journal_pages(wal), [SPAN], b"")


def test_a_site_that_leaks_is_found_out(tmp_path: Path) -> None:
    kept = Secrets()
    site = SeizedSite(tmp_path / "site", make_world(), f"sqlite:///{tmp_path}/site/work/site.db", LEAKY)
    site.start(day=0)
    body = kept.text("body")
    visitor = Visitor(site, kept)
    visitor.ask("POST", "/v1/letters", body.encode())
    open_files = site.open_files()
    site.end(signal.SIGTERM)
    found = " ".join(Search(kept.texts, site.public).found_in({**site.files(), **open_files}))
    for name in ("body", "Cookie", "User-Agent", "address"):
        assert name in found
    assert "(deleted)" in found, "also in a file without a name"
    assert times_in(site.files()["work/visits.db"], site.spans, b"") >= {"seconds", "double"}
    assert any(text.startswith("text ") for text in times_in(site.output, site.spans, b""))
