"""What somebody could break one day in the browser's code, the pages or the site."""

from __future__ import annotations

from tests.mutations.regression import Regression

CLIENT = "client/src"
VECTORS = "tests/client/test_typescript.py::test_every_vector_gives_what_it_must"
PLAIN = "tests/noscript"
NO_TRACE = "tests/browser/test_leaves_no_trace.py"
COMPOSED = "tests/client/test_typescript.py::test_a_submission_opens_for_those_who_remain_and_for_nobody_else"

BROWSER_AND_SITE = [
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
        "the site imports what opens letters",
        "reporting_app/site/service.py",
        "from reporting_app.crypto import deployment, requests, shape, work\n",
        "from reporting_app.crypto import deployment, letter_open, requests, shape, work  # noqa: F401\n",
        ("tests/test_import_contracts.py",),
    ),
    Regression(
        "the audience of an event is not checked (browser)",
        f"{CLIENT}/crypto/event.ts",
        "if (!event.audience.includes(reader))",
        "if (reader === '')",
        (VECTORS, "tests/client/test_typescript.py"),
    ),
    Regression(
        "a shard reveals one bit too many (browser)",
        f"{CLIENT}/crypto/receipt.ts",
        "return Math.floor(((high! * 256 + low!) * shards) / 65_536);",
        "return Math.floor(((high! * 256 + low!) * shards * 2) / 65_536);",
        (VECTORS,),
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
        "somebody who is to be a member is heard before the day",
        "reporting_app/site/service.py",
        "roster = chain.in_force(self._letterbox.today())\n        requests",
        "roster = chain.newest\n        requests",
        ("tests/site/test_members_only.py",),
    ),
    Regression(
        "members who left sign a deployment file with an old day",
        "reporting_app/site/service.py",
        "if newer.roster != _chain(published).in_force(self._letterbox.today()).version:",
        "if False:",
        ("tests/site/test_publishing.py",),
    ),
    Regression(
        "randomness that can be guessed (browser)",
        f"{CLIENT}/device.ts",
        "crypto.getRandomValues(new Uint8Array(size))",
        "new Uint8Array(size).map(() => Math.floor(Math.random() * 256))",
        (f"{NO_TRACE}::test_receipt_and_keys_come_from_the_systems_randomness",),
    ),
    Regression(
        "the text stays in its field after sending",
        f"{CLIENT}/pages/report.ts",
        "  narrative.value = '';\n",
        "",
        (f"{NO_TRACE}::test_what_was_typed_leaves_its_field_when_it_is_needed_no_more",),
    ),
    Regression(
        "a word of the receipt stands in the history",
        f"{CLIENT}/pages/receipt.ts",
        "  keys = own;\n",
        "  keys = own;\n  history.replaceState({ receipt: receipt.value }, '');\n",
        (f"{NO_TRACE}::test_at_no_step_is_anything_of_it_kept_outside_the_page",),
    ),
    Regression(
        "after the quick exit, back leads to the report",
        f"{CLIENT}/pages/exit.ts",
        "location.replace(target)",
        "location.assign(target)",
        (f"{NO_TRACE}::test_quick_exit_takes_the_pages_place_in_the_history",),
    ),
    Regression(
        "the text is sent to a spelling service",
        "templates/site/report.html",
        'rows="9" required autocomplete="off" autocorrect="off" spellcheck="false"',
        'rows="9" required autocomplete="off" autocorrect="off" spellcheck="true"',
        (f"{NO_TRACE}::test_no_field_is_completed_checked_or_translated_by_somebody_else",),
    ),
    Regression(
        "scripts that were changed on their way are run",
        "templates/site/base.html",
        ' integrity="{{ asset(script).integrity }}"',
        "",
        (f"{NO_TRACE}::test_a_file_that_was_changed_on_its_way_is_not_used",),
    ),
    Regression(
        "a message is sealed to readers whom nobody has seen",
        f"{CLIENT}/pages/receipt.ts",
        "keys !== null && readersKey(setting) === seen",
        "keys !== null && seen !== readersKey.name",
        ("tests/browser/test_new_readers.py",),
    ),
    Regression(
        "whoever was left out reads the next message (browser)",
        f"{CLIENT}/compose.ts",
        "new Set([...known.excluded, ...leaveOut])",
        "new Set(leaveOut)",
        (COMPOSED,),
    ),
    Regression(
        "the intake cell repeats the report to whoever has the receipt (browser)",
        f"{CLIENT}/compose.ts",
        "recipients, [exclusion, report], [exclusion],",
        "recipients, [exclusion, report], [exclusion, report],",
        (COMPOSED,),
    ),
    Regression(
        "answers to plain forms are compressed, and lie in the cache of compressed pages",
        "reporting_app/site/compression.py",
        '    if request.method == "POST" or request.blueprint == LEADERSHIP:\n        return response\n',
        "",
        (PLAIN,),
    ),
    Regression(
        "a report that the server could read bears no mark",
        "reporting_app/noscript/proxy.py",
        '"path": PATH,',
        '"path": "browser",',
        (PLAIN,),
    ),
    Regression(
        "a receipt that came with a form from elsewhere is used for a report",
        "reporting_app/noscript/pages.py",
        'return desk.review(language, replace(draft, receipt=""))',
        "return desk.review(language, replace(draft))",
        (PLAIN,),
    ),
    Regression(
        "forms on other sites make their visitors send reports",
        "reporting_app/noscript/pages.py",
        "not in OWN_FORMS:",
        "in ():",
        (PLAIN,),
    ),
    Regression(
        "a plain form that is loaded again sends the same words again",
        "reporting_app/noscript/desk.py",
        "if draft.seen != found.seen:",
        "if False:",
        (PLAIN,),
    ),
    Regression(
        "a plain report that is loaded again the day after is another report",
        "reporting_app/noscript/proxy.py",
        "if self.find(draft.receipt) is not None:",
        "if False:",
        (PLAIN,),
    ),
    Regression(
        "every page may send a form",
        "reporting_app/site/headers.py",
        "return FOR_FORMS if request.blueprint in MAY_SEND_FORMS else FOR_PAGES",
        "return FOR_FORMS",
        ("tests/site/test_every_response.py",),
    ),
    Regression(
        "hints quote the text after it was sent",
        f"{CLIENT}/pages/report.ts",
        "  lookForHints();\n  update();\n",
        "  update();\n",
        (
            "tests/browser/test_writing_aids.py::test_hints_stop_nobody_on_either_page_and_leave_with_the_text",
        ),
    ),
    Regression(
        "whoever finds a receipt answers its owner (browser)",
        f"{CLIENT}/story.ts",
        "if (kind === 'message' && author !== REPORTER)",
        "if (kind === 'message')",
        ("tests/client/test_same_fold.py",),
    ),
]
