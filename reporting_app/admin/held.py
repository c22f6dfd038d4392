"""The letters of a panel's cache, opened as they come, and what the next start needs for that."""

from __future__ import annotations

from contextlib import suppress

from reporting_app.admin.letters import Opener
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import RosterChain
from reporting_app.storage.cache import Cache
from reporting_app.storage.errors import StorageBusy


class Held:
    """One for each unlocked panel; ``opener`` is another after the roster has changed."""

    def __init__(self, keys: MemberKeys, cache: Cache) -> None:
        self._keys = keys
        self._cache = cache
        self._rosters = 0
        self.opener = Opener(keys)

    def renew(self, chain: RosterChain) -> bool:
        """Opens what is new here; whether there was anything. Raises StorageBusy."""
        if len(chain.versions) != self._rosters:
            # A new roster may name the author of something that was set aside before.
            self.opener = Opener(self._keys)
            self._rosters = len(chain.versions)
        opener, places, before = self.opener, self._cache.places(), dict(self.opener.done)
        # Of what was posted here the day was a guess, and it may have been sealed anew.
        opener.forget({name for name, day in before.items() if places.get(name) != day})
        for day, sealed, record in self._cache.letters(besides=opener.done):
            opener.add(sealed, day, chain, record)
        with suppress(StorageBusy):  # a full disk costs time at the next start, nothing else
            self._cache.keep_slots(opener.records)
            opener.records.clear()
        return opener.done != before
