"""What somebody could break one day in what is published of many cases together."""

from __future__ import annotations

from tests.mutations.regression import Regression

CORE, PANEL = "reporting_app/statistics", "reporting_app/admin"
RULES, ROUNDS = "tests/statistics", "tests/admin/test_drawing.py"

STATISTICS = [
    Regression(
        "half the noise",
        f"{CORE}/distribution.py",
        "return SENSITIVITY * 1000 / share",
        "return 1000 / share",
        (f"{RULES}/test_noise.py",),
    ),
    Regression(
        "what is below ten is published",
        f"{CORE}/distribution.py",
        "return None if noisy < FEWEST else",
        "return 0 if noisy < 0 else",
        (f"{RULES}/test_release.py", ROUNDS),
    ),
    Regression(
        "a table is drawn as often as one likes",
        f"{CORE}/ledger.py",
        "if self.drawn(table.id, period):",
        "if False:",
        (f"{RULES}/test_ledger.py",),
    ),
    Regression(
        "the budget is not added up",
        f"{CORE}/ledger.py",
        "if sum(spent.values()) > MOST_SHARE:",
        "if False:",
        (f"{RULES}/test_ledger.py",),
    ),
    Regression(
        "one witness publishes alone",
        f"{CORE}/ledger.py",
        "document.check_signatures(label, keys, 2)",
        "document.check_signatures(label, keys, 1)",
        (f"{RULES}/test_ledger.py", f"{RULES}/test_release.py", "tests/site/test_statistics_api.py"),
    ),
    Regression(
        "a correction draws again",
        f"{CORE}/release.py",
        "if any(value not in (before.cells[cell], TAKEN_BACK) for cell, value in release.cells.items()):",
        "if False:",
        (f"{RULES}/test_release.py",),
    ),
    Regression(
        "what was opened need not be what was promised",
        f"{PANEL}/drawing_rounds.py",
        "if opened.commitment != intent.commitment:",
        "if False:",
        (ROUNDS,),
    ),
    Regression(
        "two panels may count different ballots",
        f"{PANEL}/drawing.py",
        "if counted.digest != proposal.counted:",
        "if False:",
        (ROUNDS,),
    ),
    Regression(
        "a proposer opens for every answer",
        f"{PANEL}/drawing_rounds.py",
        "room.pins.draw_of_second(intent.id, lambda: _checked(answer",
        "(lambda _id, made: made())(intent.id, lambda: _checked(answer",
        ("tests/admin/test_drawing_attacks.py",),
    ),
    Regression(
        "the statistics are open to whoever knows the address",
        "reporting_app/site/leadership.py",
        "if visit is None or not self.sign_in.is_open(visit):",
        "if False:",
        ("tests/site/test_leadership_guard.py",),
    ),
]
