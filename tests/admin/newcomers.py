"""Somebody is let in by a majority and a site that takes whatever that majority signed."""

from __future__ import annotations

from datetime import date

from reporting_app.cases import proposals
from reporting_app.crypto.keyfile import MemberKeys
from reporting_app.crypto.roster import Roster, RosterChain
from tests.admin.world import Office
from tests.deployment import enrol, member_keys

COLLUDING = ("utredare-1", "utredare-2", "tillsyn-1", "tillsyn-2")


def let_in(office: Office, written: date, active: date, keys: MemberKeys | None = None) -> Roster:
    """The version is on the site at once, dated ``written``, whatever the day is."""
    new = keys or member_keys("utredare-4")
    shelf = office.shelf
    chain = RosterChain.load(shelf.documents, office.world.anchor)
    document = proposals.propose_roster(chain, chain.deployment, [enrol(new)], [], written, active)
    shelf.documents.append(office.world.signed(document, *COLLUDING))
    shelf.keys[new.member] = new.kem.public
    return Roster.from_document(shelf.documents[-1])


def leave(office: Office, member: str) -> None:
    """At once, as everybody who founded the roster signs."""
    chain = RosterChain.load(office.shelf.documents, office.world.anchor)
    document = proposals.propose_roster(chain, chain.deployment, [], [member], office.clock.today)
    office.shelf.documents.append(office.world.signed(document))
