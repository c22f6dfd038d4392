"""Deliberate security regressions: what somebody could break one day, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Regression:
    """``old`` stands exactly once in ``file`` and becomes ``new``; one of ``tests`` must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


CRYPTO, CLIENT = "reporting_app/crypto", "client/src"
VECTORS = "tests/client/test_typescript.py::test_every_vector_gives_what_it_must"

REGRESSIONS = [
    Regression(
        "the key commitment is not checked",
        f"{CRYPTO}/letter_open.py",
        "if payload.kind != slots.READER or slots.ContentKey(payload.secret).commitment == outer.commitment:",
        "if True:",
        ("tests/crypto/test_letter.py",),
    ),
    Regression(
        "unused slots are random bytes (Python)",
        f"{CRYPTO}/slots.py",
        "return seal_slot(header, kem.generate().public, secrets.token_bytes(PAYLOAD_SIZE))",
        "return secrets.token_bytes(SLOT_SIZE)",
        ("tests/properties/test_slot_classifier.py",),
    ),
    Regression(
        "unused slots are random bytes (browser)",
        f"{CLIENT}/crypto/slots.ts",
        "return sealPlaintext(header, theirs, random(PAYLOAD_SIZE), random);",
        "return random(SLOT_SIZE);",
        ("tests/properties/test_slot_classifier.py", VECTORS),
    ),
    Regression(
        "used slots stand first (browser)",
        f"{CLIENT}/crypto/letter.ts",
        "const front = concat(header, ...shuffled([...sealed, ...unused], random));",
        "const front = concat(header, ...sealed, ...unused);",
        ("tests/client/test_typescript.py", "tests/properties/test_slot_classifier.py"),
    ),
    Regression(
        "the site takes letters to a roster that was replaced long ago",
        f"{CRYPTO}/roster.py",
        "if day - replaced > ACCEPTED_AFTER_REPLACEMENT:",
        "if False:",
        ("tests/crypto", "tests/site/test_interface.py"),
    ),
    Regression(
        "a panel believes an older roster than before",
        "reporting_app/admin/trust.py",
        "if before is not None and not _extends(chain, before):",
        "if False:",
        ("tests/admin",),
    ),
    Regression(
        "the time of arrival is stored",
        "reporting_app/storage/letterbox.py",
        "            new_letter = self._insert(",
        '            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS seen (at BIGINT)")\n'
        '            connection.exec_driver_sql(f"INSERT INTO seen VALUES ({int(self._clock())})")\n'
        "            new_letter = self._insert(",
        ("tests/storage", "tests/properties/test_seizure.py"),
    ),
    Regression(
        "letters get numbers in the order of arrival",
        "reporting_app/storage/migrations/versions/0001_first_tables.py",
        "sqlite_with_rowid=False",
        "sqlite_with_rowid=True",
        ("tests/storage",),
    ),
    Regression(
        "the site logs what it was sent",
        "reporting_app/site/service.py",
        "        submission = shape.read_submission(body)\n",
        "        __import__('logging').getLogger(__name__).warning(body.hex())\n"
        "        submission = shape.read_submission(body)\n",
        ("tests/site/test_every_response.py", "tests/properties/test_seizure.py"),
    ),
    Regression(
        "the site logs who comes",
        "reporting_app/site/serve.py",
        '"accesslog": None,',
        '"accesslog": "-",',
        ("tests/site/test_serve.py", "tests/properties/test_seizure.py"),
    ),
    Regression(
        "the text's own field has a name that a form would send",
        "templates/site/report.html",
        '<textarea id="narrative" ',
        '<textarea id="narrative" name="narrative" ',
        ("tests/browser/test_fails_closed.py",),
    ),
    Regression(
        "signatures are verified with a cofactor (browser)",
        f"{CLIENT}/crypto/signing.ts",
        ".equals(R);",
        ".subtract(R).clearCofactor().is0();",
        (VECTORS,),
    ),
    Regression(
        "small-order keys may sign (browser)",
        f"{CLIENT}/crypto/signing.ts",
        "if (A.isSmallOrder() || R.isSmallOrder()) return false;",
        "",
        (VECTORS,),
    ),
    Regression(
        "signatures are verified without their purpose (Python)",
        f"{CRYPTO}/signing.py",
        'return label.value.ljust(16, b"\\0") + data',
        "return bytes(16) + data",
        ("tests/crypto/test_vectors.py",),
    ),
    Regression(
        "the site imports what opens letters",
        "reporting_app/site/service.py",
        "from reporting_app.crypto import deployment, requests, shape, work\n",
        "from reporting_app.crypto import deployment, letter_open, requests, shape, work  # noqa: F401\n",
        ("tests/test_import_contracts.py",),
    ),
    Regression(
        "the audience of an event is not checked (Python)",
        f"{CRYPTO}/event.py",
        "    if reader not in event.audience:\n",
        "    if False:\n",
        ("tests/crypto", "tests/admin/test_hostile.py", "tests/properties/test_tampering.py"),
    ),
    Regression(
        "the audience of an event is not checked (browser)",
        f"{CLIENT}/crypto/event.ts",
        "if (!event.audience.includes(reader))",
        "if (reader === '')",
        (VECTORS, "tests/client/test_typescript.py"),
    ),
    Regression(
        "a shard reveals one bit too many (Python)",
        f"{CRYPTO}/receipt.py",
        "return bits >> (17 - shards.bit_length())",
        "return bits >> (16 - shards.bit_length())",
        ("tests/crypto/test_vectors.py",),
    ),
    Regression(
        "a shard reveals one bit too many (browser)",
        f"{CLIENT}/crypto/receipt.ts",
        "return Math.floor(((high! * 256 + low!) * shards) / 65_536);",
        "return Math.floor(((high! * 256 + low!) * shards * 2) / 65_536);",
        (VECTORS,),
    ),
    Regression(
        "an event of another thread is taken",
        f"{CRYPTO}/event.py",
        "    if event.thread != thread:\n",
        "    if False:\n",
        ("tests/crypto", "tests/properties/test_tampering.py"),
    ),
    Regression(
        "half of the members carry a roster",
        f"{CRYPTO}/documents.py",
        "needed = max(LEAST_SIGNATURES, len(keys) // 2 + 1)",
        "needed = max(LEAST_SIGNATURES, (len(keys) + 1) // 2)",
        ("tests/crypto/test_roster.py", "tests/crypto/test_roster_chain.py"),
    ),
    Regression(
        "members who left still speak",
        f"{CRYPTO}/roster.py",
        "if left is not None and day > left.until:",
        "if False:",
        ("tests/crypto", "tests/admin/test_hostile.py"),
    ),
    Regression(
        "rows are deleted in the order of their keys",
        "reporting_app/storage/move.py",
        "secrets.SystemRandom().shuffle(shuffled)",
        "shuffled.sort(key=str)",
        ("tests/storage/test_seizure_of_the_file.py",),
    ),
    Regression(
        "what is deleted stays in the file",
        "reporting_app/storage/engine.py",
        '"secure_delete = ON",',
        '"secure_delete = OFF",',
        ("tests/storage/test_seizure_of_the_file.py",),
    ),
    Regression(
        "an answer that no member signed is shown to the reporter",
        f"{CLIENT}/crypto/event.ts",
        "  signing.verify(LABELS.signEvent, keyOf(event.author, event.day), event.json, event.signature);\n",
        "  keyOf(event.author, event.day);\n",
        ("tests/browser/test_fails_closed.py", "tests/client"),
    ),
    Regression(
        "scripts may be written into the page",
        "reporting_app/headers.py",
        "\"script-src 'self'\"",
        "\"script-src 'self' 'unsafe-inline'\"",
        ("tests/site/test_every_response.py",),
    ),
    Regression(
        "the panel answers under any host name",
        "reporting_app/admin/gate.py",
        'if came.headers.get("Host", "") not in hosts:',
        "if False:",
        ("tests/admin/test_gate.py",),
    ),
]
