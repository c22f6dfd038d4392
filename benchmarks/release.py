"""A release over 100,000 coded cases, from ballots already opened and verified to signed bodies.

The floor is what cannot be left out: taking each ballot in hand once, and drawing the noise. What verifying
their signatures costs, as a panel does once for each when it opens the letter, is said beside it.
"""

from __future__ import annotations

import random
import secrets
import statistics
import time
from collections import Counter
from datetime import date

from benchmarks.report import say
from reporting_app.cases.coding import frozen_after
from reporting_app.crypto import ballot, signing
from reporting_app.crypto.ballot import Ballot
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.hashing import Label
from reporting_app.statistics import noise
from reporting_app.statistics.catalogue import Catalogue
from reporting_app.statistics.drawing import Opened, noisy
from reporting_app.statistics.ledger import Intent, Ledger, intent_body
from reporting_app.statistics.release import release_body
from reporting_app.statistics.tally import Cast, counted_digest, tally
from tests.deployment import human_part

CASES = 100_000
RUNS = 5
SIGNED = 5_000
PERIOD, DAY = "2035", date(2036, 3, 1)
DEPLOYMENT, SEED = bytes(16), bytes(32)


def run() -> None:
    catalogue = Catalogue.of(human_part())
    casts = _casts(catalogue)
    runs = [(_release(catalogue, casts), _floor(catalogue, casts)) for _ in range(RUNS)]
    name = f"a release of {len(catalogue.tables)} tables over {CASES} cases, {len(casts)} ballots"
    say(name, statistics.median(taken for taken, _ in runs), "s", "at most", 5)
    ratio = statistics.median(taken / floor for taken, floor in runs)
    say(f"{name}, against counting and drawing alone", ratio, "ratio")
    one = _verify(casts[:SIGNED])
    say(f"verifying the signatures of {CASES} ballots", one * CASES, "s")


def _casts(catalogue: Catalogue) -> list[Cast]:
    """Every case in every table of years; the site's order is nobody's."""
    chance = random.Random(6)  # noqa: S311 - which values is of no matter
    day = frozen_after(PERIOD)
    casts = []
    for table in catalogue.tables:
        for _ in range(CASES if table.period == "year" else 0):
            value = chance.choice(table.cells)
            mark = chance.randbytes(16)
            one = Ballot("utredare-1", 1, day, DEPLOYMENT, PERIOD, mark, table.id, value)
            casts.append(Cast(one, chance.randbytes(32), day))
    chance.shuffle(casts)
    return casts


def _release(catalogue: Catalogue, casts: list[Cast]) -> float:
    """Processor seconds of what both panels' work needs once: count, draw, bind, publish."""
    start = time.process_time()
    counts = {table.id: tally(casts, table, [], PERIOD) for table in catalogue.tables}
    first, second = (
        {table.id: noise.draw(table.cells, table.share) for table in catalogue.tables} for _ in range(2)
    )
    opened = Opened(counted_digest(counts.values()), first, secrets.token_bytes(32))
    body = intent_body(
        ledger=Ledger(),
        deployment=DEPLOYMENT,
        day=DAY,
        roster=1,
        file=1,
        period=PERIOD,
        proposer="tillsyn-1",
        commitment=opened.commitment,
        tables=catalogue.tables,
    )
    intent = Intent.from_document(SignedDocument(body, {}), DEPLOYMENT)
    for name, count in counts.items():
        figures = noisy(count.cells, first[name], second[name])
        document = SignedDocument(release_body(intent, name, figures, DAY, 1), {})
        document.signed_by(Label.SIGN_RELEASE, "tillsyn-1", SEED)
    return time.process_time() - start


def _floor(catalogue: Catalogue, casts: list[Cast]) -> float:
    start = time.process_time()
    Counter((one.ballot.table, one.ballot.value) for one in casts)
    for table in catalogue.tables:
        for _ in range(2):
            noise.draw(table.cells, table.share)
    return time.process_time() - start


def _verify(casts: list[Cast]) -> float:
    """Processor seconds a ballot."""
    key, wires = signing.public_key(SEED), [one.ballot.sign(SEED) for one in casts]
    start = time.process_time()
    for wire in wires:
        ballot.read(wire, key, DEPLOYMENT)
    return (time.process_time() - start) / len(wires)


if __name__ == "__main__":
    run()
