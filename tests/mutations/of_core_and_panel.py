"""What somebody could break one day in the cryptography, the domain or the panel."""

from __future__ import annotations

from tests.mutations.regression import Regression

CRYPTO = "reporting_app/crypto"

CORE_AND_PANEL = [
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
        "somebody is let in on the day that a majority publishes it",
        f"{CRYPTO}/roster.py",
        "return not added or newer.active - day >= timedelta(days=ACTIVATION_DAYS)",
        "return True",
        ("tests/crypto/test_roster.py",),
    ),
    Regression(
        "the site goes by the day that the signers wrote",
        "reporting_app/site/service.py",
        "if not in_time(chain.newest, newer, self._letterbox.today()):",
        "if not in_time(chain.newest, newer, newer.day):",
        ("tests/site/test_publishing.py",),
    ),
    Regression(
        "a panel says nothing of whom it could not show in time",
        "reporting_app/admin/trust.py",
        "            if not in_time(older, newer, today):\n",
        "            if False:\n",
        ("tests/admin/test_short_notice.py",),
    ),
    Regression(
        "signatures are verified without their purpose (Python)",
        f"{CRYPTO}/signing.py",
        'return label.value.ljust(16, b"\\0") + data',
        "return bytes(16) + data",
        ("tests/crypto/test_vectors.py",),
    ),
    Regression(
        "the audience of an event is not checked (Python)",
        f"{CRYPTO}/event.py",
        "    if reader not in event.audience:\n",
        "    if False:\n",
        ("tests/crypto", "tests/admin/test_hostile.py", "tests/properties/test_tampering.py"),
    ),
    Regression(
        "a shard reveals one bit too many (Python)",
        f"{CRYPTO}/receipt.py",
        "return bits >> (17 - shards.bit_length())",
        "return bits >> (16 - shards.bit_length())",
        ("tests/crypto/test_vectors.py",),
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
        "the panel answers under any host name",
        "reporting_app/admin/gate.py",
        'if came.headers.get("Host", "") not in hosts:',
        "if False:",
        ("tests/admin/test_gate.py",),
    ),
    Regression(
        "every encapsulation uses one ephemeral key (Python)",
        f"{CRYPTO}/kem.py",
        "ephemeral = secrets.token_bytes(32)",
        "ephemeral = bytes([7]) * 32",
        ("tests/crypto/test_fresh_randomness.py",),
    ),
    Regression(
        "all key files are salted alike",
        f"{CRYPTO}/keyfile.py",
        '"salt": b64(secrets.token_bytes(16)),',
        '"salt": b64(bytes(16)),',
        ("tests/crypto/test_fresh_randomness.py",),
    ),
    Regression(
        "a stolen key file is cheap to guess at",
        f"{CRYPTO}/keyfile.py",
        "DEFAULT_COST = Cost(passes=3, memory=65_536, lanes=4)",
        "DEFAULT_COST = Cost(passes=1, memory=8_192, lanes=1)",
        ("tests/crypto/test_fresh_randomness.py",),
    ),
    Regression(
        "texts that nobody signed are taken beside a document that the majority signed",
        f"{CRYPTO}/deployment.py",
        'if self.document.body.get("content") != b64(content_hash(self.content)):',
        "if False:",
        ("tests/site/test_publishing.py", "tests/admin/test_trouble.py"),
    ),
    Regression(
        "a panel believes a later file that moves the cells of a volume",
        "reporting_app/admin/trust.py",
        "            deployment.check_later(before, found)\n",
        "",
        ("tests/admin/test_belief.py",),
    ),
    Regression(
        "a passphrase that does not open is logged",
        "reporting_app/admin/panel.py",
        "                self._failures += 1\n",
        "                self._failures += 1\n"
        "                __import__('logging').getLogger(__name__).error(passphrase)\n",
        ("tests/admin/test_nothing_gets_out.py",),
    ),
    Regression(
        "an error while fetching is logged with what it quotes",
        "reporting_app/admin/fetching.py",
        'log.error("fetching failed: %s", type(error).__name__)',
        'log.error("fetching failed: %s", error)',
        ("tests/admin/test_nothing_gets_out.py",),
    ),
    Regression(
        "signed requests follow redirects",
        "reporting_app/admin/remote.py",
        "urllib.request.build_opener(_NoRedirect)",
        "urllib.request.build_opener()",
        ("tests/admin/test_nothing_gets_out.py",),
    ),
    Regression(
        "any new state stops a witness's clock",
        "reporting_app/cases/member.py",
        'cell.CONCLUSION if state == "closed" else None',
        "cell.CONCLUSION",
        ("tests/cases/test_for_whom.py",),
    ),
    Regression(
        "nobody posts cover",
        "reporting_app/admin/panel.py",
        "covers=self.config.background,",
        "covers=False,",
        ("tests/admin/test_nothing_gets_out.py",),
    ),
]
