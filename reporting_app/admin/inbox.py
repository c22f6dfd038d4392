"""What the list needs to know of every case: derived once and renewed only for cases that change."""

from __future__ import annotations

import threading
from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from reporting_app.admin.facts import ALL, ELSEWHERE, MINE, OPEN, Facts, facts_of
from reporting_app.cases.coding import Scheme, is_coded
from reporting_app.cases.fold import Case
from reporting_app.cases.need import Limits, Need, Rank, need_of
from reporting_app.cases.team import Staff

PAGE_SIZE = 50
NOBODY_AWAY = Staff()


@dataclass(frozen=True)
class Item:
    """One case in the list of one reader, today. ``order`` is its place by need, ascending."""

    id: str
    facts: Facts
    need: Need
    unseen: int
    unread: bool
    is_mine: bool
    order: tuple[int, int, date, date, str]

    @property
    def is_open(self) -> bool:
        """Also one that others handle, while they are all away: its clocks still run."""
        return self.facts.group == OPEN or (self.facts.group == ELSEWHERE and self.need.is_alone)

    def is_in(self, group: str) -> bool:
        """Whether it is listed under ``group``."""
        if group == MINE:
            return self.is_open and self.is_mine
        if group == OPEN:
            return self.is_open
        return group in (ALL, self.facts.group)


@dataclass(frozen=True)
class Choice:
    """Which cases to list, in what order; an empty answer means any. ``search`` is the id of kept words."""

    group: str = OPEN
    severity: str = ""
    organisation: str = ""
    form: str = ""
    late: bool = False
    unread: bool = False
    uncoded: bool = False
    sign: bool = False
    sort: str = "need"
    search: str = ""
    page: int = 1

    def args(self, **changes: Any) -> dict[str, Any]:
        """For an address: what is not as usual. Ids and numbers only, never anybody's words."""
        wished = {**self.__dict__, **changes}
        usual = Choice().__dict__
        return {
            name: int(value) if value is True else value
            for name, value in wished.items()
            if value != usual[name]
        }


@dataclass(frozen=True)
class Counts:
    """Over all cases."""

    open: int = 0
    closed: int = 0
    news: int = 0
    late: int = 0
    mine: int = 0
    elsewhere: int = 0
    junk: int = 0
    to_sign: int = 0


COUNTED = tuple(one.name for one in fields(Counts))
# Put in their places one by one; more are sorted with all others.
FEW = 100
Key = Callable[[Item], Any]
SORTS: Mapping[str, Key] = {
    "need": lambda item: item.order,
    "newest": lambda item: (-_ordinal(item.need.received), item.id),
    "oldest": lambda item: (_ordinal(item.need.received), item.id),
    "left": lambda item: (item.need.due or date.max, item.order),
}


class Inbox:
    """The list of one member while the panel is unlocked. Safe for the panel's threads."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._lock = threading.RLock()
        self._facts: dict[str, Facts] = {}
        self._items: dict[str, Item] = {}
        self._changed: set[str] = set()
        self._sorted: dict[str, list[Item]] = {}
        self._cases: Mapping[str, Case] = {}
        self._unsent: frozenset[bytes] = frozenset()
        self._case_of: dict[bytes, str] = {}
        self._seen: set[bytes] = set()
        self._made_for: tuple[Limits, date, int, Staff] | None = None
        self._tally: Counter[str] = Counter()
        self.counts = Counts()
        self.content = 0
        # Cases that this member does not read any more and is asked to sign in.
        self.asked: list[str] = []

    def renew(self, cases: Mapping[str, Case], unsent: Collection[bytes]) -> None:
        """Looks at the cases that differ from last time. ``cases`` is another mapping whenever one does."""
        waiting = frozenset(unsent)
        with self._lock:
            if cases is self._cases and waiting == self._unsent:
                return
            moved = waiting ^ self._unsent
            for name, case in cases.items():
                known = self._facts.get(name)
                if known is None or known.case is not case or (moved and not moved.isdisjoint(known.own)):
                    self._facts[name] = facts_of(case, self._member, waiting)
                    self._case_of |= dict.fromkeys(self._facts[name].news, name)
                    self._changed.add(name)
            for name in self._facts.keys() - cases.keys():
                del self._facts[name]
                self._changed.add(name)
            self._cases, self._unsent = cases, waiting
            self.content = sum(facts.content for facts in self._facts.values())
            self.asked = [name for name, facts in self._facts.items() if facts.is_asked]

    def listed(
        self, sort: str, limits: Limits, today: date, seen: set[bytes], staff: Staff = NOBODY_AWAY
    ) -> list[Item]:
        """Every case in the order of ``sort``, kept for the next page. ``seen`` only grows."""
        with self._lock:
            changed = self._make(limits, today, seen, staff)
            if changed or sort not in self._sorted:
                in_order = [item for item in self._sorted.get(sort, ()) if item.id not in changed]
                new = [self._items[name] for name in changed if name in self._items]
                if in_order and len(new) <= FEW:
                    for item in new:
                        insort(in_order, item, key=SORTS[sort])
                else:
                    in_order = sorted(self._items.values(), key=SORTS[sort])
                self._sorted = {**({} if changed else self._sorted), sort: in_order}
            return self._sorted[sort]

    def _make(self, limits: Limits, today: date, seen: set[bytes], staff: Staff) -> set[str]:
        """Makes the items anew that the day, absences, new words or reading have changed; their ids."""
        before, self._made_for = self._made_for, (limits, today, len(seen), staff)
        if before is None or (*before[:2], before[3]) != (limits, today, staff):
            self._changed |= self._facts.keys()
        elif before[2] != len(seen):
            self._changed |= {self._case_of[event] for event in seen - self._seen if event in self._case_of}
        changed, self._changed = self._changed, set()
        if before != self._made_for:
            self._seen = set(seen)
        if not changed:
            return changed
        for name in changed & self._items.keys():
            self._tally.subtract(_counted(self._items.pop(name)))
        for name in changed & self._facts.keys():
            self._items[name] = _item(self._facts[name], limits, today, seen, staff)
            self._tally.update(_counted(self._items[name]))
        self.counts = Counts(**{name: self._tally[name] for name in COUNTED})
        return changed


def _item(facts: Facts, limits: Limits, today: date, seen: set[bytes], staff: Staff) -> Item:
    unseen = len(facts.news - seen)
    unread = not facts.own and unseen == len(facts.news)
    severity, state = facts.answers["severity"], facts.case.state
    need = need_of(state, severity, facts.clocks, limits, today, facts.asked, reprisals=facts.reprisals)
    if facts.group == ELSEWHERE:  # whoever sees no more of it cannot know what is late
        need = Need(Rank.CLOSED, "", "", None, False, facts.clocks.received)
    need = need.with_news() if unseen else need
    if not facts.has_stepped_aside and staff.leaves_alone(facts.case):
        need = need.alone()
    is_mine = facts.is_mine or staff.looks_after(facts.case)
    return Item(facts.case.id, facts, need, unseen, unread, is_mine, (*need.order, facts.case.id))


def _counted(item: Item) -> list[str]:
    """What of ``Counts`` the item adds one to: kept up case by case, for there are thousands."""
    found = [item.facts.group, *(["to_sign"] if item.facts.to_sign else [])]
    if item.is_open:
        found += [OPEN] if item.facts.group != OPEN else []
        is_so = {"news": item.unseen > 0, "late": item.need.is_late, "mine": item.is_mine}
        found += [name for name, holds in is_so.items() if holds]
    return found


def chosen(
    items: list[Item],
    choice: Choice,
    organisations: Collection[str],
    found: Collection[str] | None,
    scheme: Scheme,
) -> list[Item]:
    """The items that the choice leaves, in their order; of a search only those ``found``."""
    return [
        item
        for item in items
        if item.is_in(choice.group)
        and (not choice.late or item.need.is_late)
        and (not choice.unread or item.unseen)
        and (not choice.uncoded or not is_coded(item.facts.coding, scheme))
        and (not choice.sign or item.facts.to_sign)
        and (not choice.severity or choice.severity in item.facts.answers["severity"])
        and (not choice.form or choice.form in item.facts.answers["form"])
        and (not choice.organisation or not item.facts.answers["organisation"].isdisjoint(organisations))
        and (found is None or item.id in found)
    ]


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0
