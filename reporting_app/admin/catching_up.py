"""Comparing a panel's letters with the site's lists, day by day, and fetching what is new here."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date

from reporting_app.admin.remote import LETTERS_A_FETCH, Member, Site
from reporting_app.admin.trust import Alarm
from reporting_app.storage.cache import Cache


@dataclass
class Caught:
    """What came of it: how many letters were new, the ids of all that the site lists, what is wrong.

    ``fresh`` are those that this computer did not hold in any way: it has not written them.
    """

    new: int = 0
    fresh: set[bytes] = field(default_factory=set)
    listed: set[bytes] = field(default_factory=set)
    alarms: list[Alarm] = field(default_factory=list)

    def alarm(self, reason: str, count: int, what: str) -> None:
        if count:
            self.alarms.append(Alarm("letters", reason, f"{count} {what}"))


def catch_up(
    site: Site, member: Member, cache: Cache, own: Container[bytes], first: date, last: date
) -> Caught:
    """``own`` are letters on their way from here; days outside ``first`` to ``last`` cannot be.

    What the site said first of a letter's day counts. Raises Refused, SiteAway and SiteRefused.
    """
    caught = Caught()
    digests = {one.day: one.digest for one in site.days(member)}
    settled = cache.places(guessed=False)
    moved = withheld = 0
    for day in sorted(day for day in {*digests, *cache.days()} if first <= day <= last):
        if cache.digest(day) == digests.get(day):
            caught.listed |= cache.known(day)
            continue
        named = set(site.letter_ids(member, day)) if day in digests else set()
        caught.listed |= named
        moved += sum(settled.get(name, day) != day for name in named)
        wanted = sorted(named - settled.keys())
        if wanted:  # asked now: a letter of another program on this computer is here before the site has it
            caught.fresh |= set(wanted) - cache.places().keys()
        for start in range(0, len(wanted), LETTERS_A_FETCH):
            cache.add_letters(day, site.letters(member, wanted[start : start + LETTERS_A_FETCH]))
        kept = len(cache.known(day).intersection(wanted))
        caught.new += kept
        withheld += len(wanted) - kept
    held = [name for name, day in settled.items() if first <= day <= last and name not in own]
    caught.alarm("dates", sum(not first <= day <= last for day in digests), "days cannot be")
    caught.alarm("lost", len(set(held) - caught.listed), "letters are no longer on the site")
    caught.alarm("withheld", withheld, "letters are listed and were not delivered whole")
    caught.alarm("moved", moved, "letters were said to have come on another day before")
    return caught
