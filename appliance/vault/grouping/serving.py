# SPDX-License-Identifier: Apache-2.0
"""Whom somebody serves: the delegations that open another office, looked at anew with every message.

1. A visit is about one office. Where it is not the one of its account, the visit names the delegation.
2. A delegation is one person's, for one office: whom a served office serves, is none of that person's business.
3. What it opens, it opens from its first day to its last, unless somebody has ended it, and while neither of the
   two offices is suspended.
"""

from collections.abc import Iterator

from appliance.model.delegations import Delegation
from appliance.model.things import Account, Office, Visit
from appliance.model.time import Instant
from appliance.model.words import THE_FUND, AccountState, Permission
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.tables import accounts, is_suspended, offices, visits
from appliance.vault.records.transaction import Snapshot

# So many offices are in one person's hands at most: every list of them costs as much as it shows, and no more.
MOST_SERVED = 200


def delegation_of(snapshot: Snapshot, visit: Visit, now: Instant) -> Delegation | None:
    """The delegation by which a visit is about another office than the one of its account, while it is in force."""
    found = delegations.get(snapshot, visit.delegation) if visit.delegation else None
    if found is None or (found.account, found.office) != (visit.account, visit.office):
        return None
    return found if found.in_force(now) and not is_suspended(snapshot, found.office) else None


def goes_on(snapshot: Snapshot, visit: Visit, now: Instant) -> bool:
    """Whether what has begun in a visit may go on: nobody has ended it, nor the delegation that it rests on, nor
    suspended the office that it is about.
    """
    if snapshot.peek(visits.key(visit.token_hash)) is None or is_suspended(snapshot, visit.office):
        return False
    return not visit.delegation or delegation_of(snapshot, visit, now) is not None


def delegation_to(snapshot: Snapshot, account: str, office: str) -> Delegation | None:
    """What nobody has ended of this person's for this office, whether it is in force or not."""
    return delegations.first(snapshot, "serves", account, office)


def in_force_to(snapshot: Snapshot, account: str, office: str, now: Instant) -> Delegation | None:
    """The delegation that opens this office to this person now."""
    found = delegation_to(snapshot, account, office)
    if found is None or is_suspended(snapshot, office):
        return None
    return found if found.in_force(now) else None


def served_by(snapshot: Snapshot, account: str, now: Instant) -> list[Delegation]:
    """The delegations of a person that are in force, MOST_SERVED at most; those to suspended offices, too."""
    found = delegations.scan(snapshot, "serves", (account,), limit=MOST_SERVED)
    return [one for one in found if one.in_force(now)]


def serves_any(snapshot: Snapshot, account: str) -> bool:
    """Whether there may be other offices for a person: what makes the list of them worth showing."""
    return bool(delegations.keys(snapshot, "serves", (account,), limit=1))


def serving(snapshot: Snapshot, office: str, now: Instant) -> Iterator[tuple[Account, Delegation]]:
    """Who works for an office without being of it, now; nobody who was removed or suspended, alone or with all of
    the own office.
    """
    for one in delegations.scan(snapshot, "served", (office,), limit=MOST_SERVED):
        person = accounts.get(snapshot, one.account) if one.in_force(now) else None
        if person is None or person.state is not AccountState.ACTIVE or is_suspended(snapshot, person.office):
            continue
        yield person, one


def permissions_at(snapshot: Snapshot, person: Account, office: str, now: Instant) -> frozenset[Permission]:
    """What a person may do at an office: of the own one as the account says, else as the delegation says."""
    if person.office == office:
        return person.permissions
    found = in_force_to(snapshot, person.id, office, now)
    return found.permissions if found else frozenset()


def named_at(snapshot: Snapshot, person: Account, office: str) -> str:
    """How a person is called at an office: by name; with the firm where it is another; the fund is the fund."""
    if not person.office:
        return THE_FUND
    if person.office == office:
        return person.name
    firm: Office | None = offices.get(snapshot, person.office)
    return f"{person.name}（{firm.name}）" if firm else person.name


def has_served(snapshot: Snapshot, account: str, office: str) -> bool:
    """Whether a person works or has worked for an office: its history may be asked for what that person did.

    Of an office's delegations the newest are looked at.
    """
    if delegation_to(snapshot, account, office):
        return True
    return any(one.account == account for one in delegations.scan(snapshot, "office", (office,), limit=MOST_SERVED))
