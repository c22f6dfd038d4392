"""What was signed with this member's key and not on this computer: a second computer, or a stolen key."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reporting_app.admin.letters import Thread
from reporting_app.crypto.draft import open_draft, seal_draft
from reporting_app.crypto.errors import Refused
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.storage.cache import Cache

PLACE = "elsewhere"
NAME_SIZE = 32
MOST = 1_000


class Elsewhere:
    """Remembered sealed, over restarts, until the member says that it was them."""

    def __init__(self, keys: MemberKeys, cache: Cache) -> None:
        self._keys = keys
        self._cache = cache
        self._names = self._load()

    @property
    def letters(self) -> frozenset[bytes]:
        """Ids of letters that hold such an event, at most 1 000."""
        return self._names or frozenset()

    def notice(self, threads: Iterable[Thread], fresh: Collection[bytes]) -> None:
        """``fresh`` are letters that were not here when the site listed them: others wrote those.

        The first round on a computer only begins the watch. Raises StorageBusy.
        """
        if self._names is None:
            self._keep(frozenset())
        elif fresh and (found := self._signed_by_me(list(threads), frozenset(fresh)) - self._names):
            self._keep(frozenset(sorted(self._names | found)[:MOST]))

    def was_me(self) -> None:
        """Whatever is known until now. Raises StorageBusy."""
        self._keep(frozenset())

    def _signed_by_me(self, threads: list[Thread], fresh: frozenset[bytes]) -> frozenset[bytes]:
        sightings = [one for thread in threads for one in thread.sightings]
        mine = [one for one in sightings if one.direct and one.event.author == self._keys.member]
        # What this computer sealed anew, or somebody posted again, is no new word of this key.
        known = {one.event.id for one in mine if one.letter not in fresh}
        return frozenset(one.letter for one in mine if one.letter in fresh and one.event.id not in known)

    def _keep(self, names: frozenset[bytes]) -> None:
        sealed = seal_draft(PLACE, b"".join(sorted(names)), self._keys.kem.public)
        self._cache.set_draft(PLACE, sealed)
        self._names = names

    def _load(self) -> frozenset[bytes] | None:
        """None before the first round, and where the file was damaged."""
        sealed = self._cache.draft(PLACE)
        try:
            content = open_draft(PLACE, sealed, self._keys.kem) if sealed else None
        except Refused:
            return None
        if content is None:
            return None
        return frozenset(content[at : at + NAME_SIZE] for at in range(0, len(content), NAME_SIZE))
