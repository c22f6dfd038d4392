"""What panels post now and then for nobody (decision 0007), made by the product's own code."""

from __future__ import annotations

from typing import cast

from reporting_app.admin.outbox import Outbox
from reporting_app.crypto.shape import Submission
from reporting_app.storage.cache import Cache
from tests.admin.world import Clock, FakeSite, Shelf
from tests.deployment import World


def cover(world: World, member: str = "utredare-1") -> Submission:
    """A letter that nobody can open, and the intake cell with it."""
    shelf = Shelf(Clock())
    outbox = Outbox(world.keys[member], FakeSite(shelf), cast(Cache, None))
    outbox.post_blank(world.setting())
    ((_, letter),) = shelf.letters.values()
    (cell,) = shelf.intake_cells.values()
    return Submission(0, letter, cell)
