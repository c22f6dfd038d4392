"""What is drawn is spent, once, and signed by two: alone, again or over the budget the ledger refuses."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

import pytest

from reporting_app.crypto import deployment
from reporting_app.crypto.documents import SignedDocument
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.hashing import Label
from reporting_app.statistics.catalogue import Catalogue
from reporting_app.statistics.ledger import Intent, Ledger, check_catalogue
from tests.deployment import human_part, make_world
from tests.statistics.bureau import DAY, PAIR, WITNESSES, Bureau, table

EMPTY = Ledger()
TRIES = 1_000


def refused(reason: str, of: Bureau, ledger: Ledger, *args: Any, **more: Any) -> None:
    with pytest.raises(Refused) as error:
        of.drawn(ledger, *args, **more)
    assert error.value.reason == reason, error.value.detail


def test_intents_follow_one_another_and_load_again(bureau: Bureau) -> None:
    ledger = bureau.drawn(bureau.drawn(EMPTY, "2034"), "2035")
    documents = [one.document for one in ledger.intents]
    read = [SignedDocument.from_bytes(one.to_bytes()) for one in documents]
    assert Ledger.load(read, bureau.world.chain) == ledger
    assert ledger.intents[1].second == PAIR[1]
    form = bureau.catalogue.tables[0].id
    assert ledger.drawn(form, "2035") == ledger.intents[1]
    assert ledger.drawn(form, "2033") is None
    for broken in (documents[1:], documents[::-1], [documents[0], documents[0]]):
        with pytest.raises(Refused) as error:
            Ledger.load(broken, bureau.world.chain)
        assert error.value.reason == "ledger"


@pytest.mark.parametrize(
    ("reason", "changed"),
    [
        ("ledger", {"version": 2}),
        ("ledger", {"previous": "A" * 43}),
        ("ledger", {"roster": 2}),
        ("deployment", {"deployment": "A" * 22}),
        ("schema", {"kind": "release"}),
        ("schema", {"suite": 2}),
        ("schema", {"tables": []}),
        ("schema", {"file": 0}),
        ("schema", {"more": ""}),
        ("encoding", {"commitment": "A"}),
    ],
)
def test_an_intent_outside_the_format_or_the_chain_is_refused(
    bureau: Bureau, reason: str, changed: dict[str, Any]
) -> None:
    refused(reason, bureau, EMPTY, "2035", **changed)


@pytest.mark.parametrize("period", ["2035-q5", "2035-1", "35", "0999", "9998"])
def test_a_period_is_a_year_or_a_quarter(bureau: Bureau, period: str) -> None:
    refused("schema", bureau, EMPTY, period)


def test_no_intent_is_older_than_the_one_before(bureau: Bureau) -> None:
    ledger = bureau.drawn(EMPTY, "2034", file=3)
    refused("ledger", bureau, ledger, "2033", day=DAY - timedelta(days=1), file=3)
    refused("ledger", bureau, ledger, "2033", file=2)


def test_a_period_is_drawn_only_when_no_ballot_counts_any_more(bureau: Bureau) -> None:
    refused("not-frozen", bureau, EMPTY, "2035", day=date(2036, 2, 14))
    bureau.drawn(EMPTY, "2035", day=date(2036, 2, 15))
    refused("not-frozen", bureau, EMPTY, "2037-q4")


def test_a_table_keeps_its_share_for_ever(bureau: Bureau) -> None:
    ledger = bureau.drawn(EMPTY, "2020", table("form", 400))
    refused("budget", bureau, ledger, "2035", table("form", 399))
    bureau.drawn(ledger, "2035", table("form", 400, cells=["a", "new"]))


def test_any_three_years_cost_at_most_two(bureau: Bureau) -> None:
    ledger = bureau.drawn(EMPTY, "2030", table("a", 1000), table("b", 1000))
    for year in ("2028", "2029", "2030", "2031", "2032"):
        refused("budget", bureau, ledger, year, table("c", 1))
    bureau.drawn(ledger, "2033", table("c", 2000))
    bureau.drawn(ledger, "2027", table("c", 2000))
    again = bureau.drawn(ledger, "2031", table("a", 1000), table("b", 1000))
    assert again.spent(range(2029, 2032)) == {"a": 1000, "b": 1000}
    # Between two dear years there is no room, even when each alone would leave some.
    between = bureau.drawn(bureau.drawn(EMPTY, "2030", table("a", 1500)), "2034", table("b", 1500))
    bureau.drawn(between, "2032", table("c", 500))
    refused("budget", bureau, between, "2032", table("c", 501))


def test_quarters_and_years_draw_from_the_same_budget(bureau: Bureau) -> None:
    ledger = bureau.drawn(EMPTY, "2030-q1", table("a", 1500))
    bureau.drawn(ledger, "2030-q2", table("a", 1500))
    refused("budget", bureau, ledger, "2030", table("b", 501))


def test_whoever_knows_the_deployment_file_sees_another_catalogue(bureau: Bureau) -> None:
    form = bureau.catalogue.tables[0]
    for other in (table("unknown", 400), table(form.id, 399, form.cells), table(form.id, form.share)):
        intent = Intent.from_document(SignedDocument(bureau.body(EMPTY, "2035", other), {}), _name(bureau))
        with pytest.raises(Refused) as error:
            check_catalogue(intent, bureau.catalogue)
        assert error.value.reason == "catalogue"
    for period, holds in (("2035", True), ("2035-q1", False)):
        intent = Intent.from_document(SignedDocument(bureau.body(EMPTY, period, form), {}), _name(bureau))
        if holds:
            check_catalogue(intent, bureau.catalogue)
        else:
            with pytest.raises(Refused):
                check_catalogue(intent, bureau.catalogue)


def test_a_changed_catalogue_spends_from_the_same_ledger(bureau: Bureau) -> None:
    """Other names for the same tables would double the cost; a case may be in both."""
    ledger = bureau.drawn(EMPTY, "2034", *bureau.catalogue.tables[:5])
    content = human_part()
    for one in content["catalogue"]["tables"]:
        one["id"] += "_again"
    renamed = Catalogue.of(content)
    refused("budget", bureau, ledger, "2035", *renamed.tables[:5])


def test_an_intent_is_signed_by_its_proposer_and_one_more_witness(bureau: Bureau) -> None:
    one = "ledger-signatures"
    for members in ((), PAIR[:1], PAIR[1:], ("tillsyn-2", "tillsyn-3"), WITNESSES):
        refused(one, bureau, EMPTY, "2035", members=members)
    refused(one, bureau, EMPTY, "2035", members=(PAIR[0], "utredare-1"))
    refused(one, bureau, EMPTY, "2035", members=("utredare-1", "utredare-2"), proposer="utredare-1")
    stranger = make_world(("utredare-1", "utredare-2", *WITNESSES))
    bureau_of_others = Bureau(stranger, bureau.catalogue)
    document = bureau_of_others.signed(bureau.body(EMPTY, "2035"), Label.SIGN_LEDGER)
    with pytest.raises(Refused) as error:
        EMPTY.append(document, bureau.world.chain)
    assert error.value.reason == one


def test_signatures_made_for_something_else_do_not_count(bureau: Bureau) -> None:
    for label in Label:
        document = bureau.signed(bureau.body(EMPTY, "2035"), label)
        if label is not Label.SIGN_LEDGER:
            with pytest.raises(Refused) as error:
                EMPTY.append(document, bureau.world.chain)
            assert error.value.reason == "ledger-signatures"


def test_a_witness_alone_spends_nothing_in_a_thousand_tries(bureau: Bureau) -> None:
    """With its own key, other people's names, guessed signatures and other people's old ones."""
    chain = bureau.world.chain
    old = bureau.signed(bureau.body(EMPTY, "2034"), Label.SIGN_LEDGER).signatures
    names = [*WITNESSES[1:], "utredare-1", "utredare-2", "nobody"]
    for number in range(TRIES):
        body = bureau.body(EMPTY, "2035", commitment=deployment.b64(secrets.token_bytes(32)))
        document = bureau.signed(body, Label.SIGN_LEDGER, PAIR[:1])
        mine = document.signatures[PAIR[0]]
        signature = [mine, old[PAIR[1]], secrets.token_bytes(64), bytes(64)][number % 4]
        forged = SignedDocument(body, {**document.signatures, names[number % len(names)]: signature})
        with pytest.raises(Refused) as error:
            EMPTY.append(forged, chain)
        assert error.value.reason == "ledger-signatures"


def test_nothing_is_drawn_again_in_a_thousand_tries(bureau: Bureau) -> None:
    """Another proposer, day, file, commitment, order of cells or other tables: spent is spent."""
    form, other = table("form", 400), table("other", 400)
    ledger = bureau.drawn(EMPTY, "2035", form)
    for number in range(TRIES):
        proposer = WITNESSES[number % 3]
        cells = form.cells if number % 2 else form.cells[::-1]
        again = [table("form", 400, cells)] + ([other] if number % 5 == 0 else [])
        body = bureau.body(
            ledger,
            "2035",
            *again,
            day=DAY + timedelta(days=number),
            file=1 + number,
            proposer=proposer,
            commitment=deployment.b64(secrets.token_bytes(32)),
        )
        intent = Intent.from_document(SignedDocument(body, {}), _name(bureau))
        with pytest.raises(Refused) as error:
            ledger.check_next(intent, bureau.world.chain)
        assert error.value.reason == "drawn"


def test_a_restored_ledger_on_either_side_draws_nothing_again(bureau: Bureau) -> None:
    """The other side still knows: a chain cannot be continued from an older end without showing it."""
    older = bureau.drawn(EMPTY, "2033")
    newer = bureau.drawn(older, "2034")
    again = bureau.signed(bureau.body(older, "2034", file=2), Label.SIGN_LEDGER)
    assert older.append(again, bureau.world.chain)  # what the restored side alone would do
    with pytest.raises(Refused) as error:
        newer.append(again, bureau.world.chain)
    assert error.value.reason == "ledger"
    refused("drawn", bureau, newer, "2034", file=2)


def test_of_two_panels_that_spend_at_once_one_is_refused(bureau: Bureau) -> None:
    """Each within the budget by what it knows; the chain takes one."""
    first = bureau.signed(bureau.body(EMPTY, "2034", table("a", 1500)), Label.SIGN_LEDGER)
    second = bureau.signed(bureau.body(EMPTY, "2035", table("b", 1500)), Label.SIGN_LEDGER)
    ledger = EMPTY.append(first, bureau.world.chain)
    with pytest.raises(Refused) as error:
        ledger.append(second, bureau.world.chain)
    assert error.value.reason == "ledger"
    refused("budget", bureau, ledger, "2035", table("b", 1500))


def test_no_witness_of_another_day_signs(bureau: Bureau) -> None:
    with pytest.raises(Refused) as error:
        bureau.drawn(EMPTY, "2024", day=date(2025, 12, 1))  # before there was a roster
    assert error.value.reason == "roster-chain"


def _name(bureau: Bureau) -> bytes:
    return bureau.world.chain.deployment
