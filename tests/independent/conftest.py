"""One report, sealed twice: by the product, and by what was written from the text."""

import secrets

import pytest

from reporting_app.cases.reporter import compose_report
from reporting_app.crypto import receipt
from reporting_app.crypto.keyfile import MemberKeys
from tests.deployment import INVESTIGATORS, TODAY, WITNESSES, World, world_of
from tests.independent.meeting import LEFT_OUT, SECRETS
from tests.independent.receipt import Reporter
from tests.independent.writing import Town, submit


@pytest.fixture(scope="module")
def world() -> World:
    """A municipality whose members' secrets this test knows."""
    return world_of({member: MemberKeys(member, secret) for member, secret in SECRETS.items()})


@pytest.fixture(scope="module")
def town(world: World) -> Town:
    setting, public = world.setting(), world.public_keys
    numbers = setting.deployment.parameters
    return Town(
        deployment=setting.deployment_id,
        roster_version=setting.roster.version,
        slots=setting.roster.slots,
        investigators={name: public[name] for name in INVESTIGATORS},
        witnesses={name: public[name] for name in WITNESSES},
        intake_shards=numbers.intake_shards,
        pow_bits=numbers.pow_bits,
        volume=TODAY.year,
        shards=numbers.volumes[TODAY.year],
        day=TODAY,
    )


@pytest.fixture(scope="module")
def entropy() -> bytes:
    return secrets.token_bytes(12)


@pytest.fixture(scope="module")
def me(entropy: bytes, town: Town) -> Reporter:
    return Reporter(entropy, town.deployment)


@pytest.fixture(scope="module")
def of_the_product(world: World, entropy: bytes) -> bytes:
    """A report with one investigator left out, sealed by the product's Python."""
    keys = receipt.ReporterKeys(entropy, world.chain.deployment)
    return compose_report(keys, world.setting(), world.report_body(), [LEFT_OUT])[0]


@pytest.fixture(scope="module")
def of_the_text(world: World, town: Town, me: Reporter) -> bytes:
    """The same, sealed by nothing but the text."""
    return submit(me, town, "report", world.report_body(), [LEFT_OUT])
