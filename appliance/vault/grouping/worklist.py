# SPDX-License-Identifier: Apache-2.0
"""What waits at all the offices that somebody serves (practice 4.5): ListServed.

What is looked at for the order is one index entry or a few for each office; all else is looked at for the offices
of the page alone, by the same counts that the menu of each of them shows.
"""

from dataclasses import replace

from appliance.link.messages import MOST_COUNTED, ListServed, ServedPage, ServedRow
from appliance.model.delegations import Delegation
from appliance.model.things import Account, Filing, Office
from appliance.model.words import AccountState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.listing import count_office, count_returned, follower
from appliance.vault.grouping.switching import person_in, person_of, served_here
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import NO_DUE, admin_of, filings, notices, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 50
# What was returned and has another in its place already stands in the index as well; so many are passed over.
PASSED_OVER = 10
Found = tuple[Office, Delegation | None, Filing | None]


async def list_served(core: Core, caller: Caller, message: ListServed) -> ServedPage:
    """One page of the offices that the visitor may choose."""
    await journal_reading(core, caller, str(message.after), person_of(caller).office)
    takes = core.settings.exchange.filings_enabled
    return await core.read(lambda snapshot: _page(snapshot, caller, message, takes))


def _page(snapshot: Snapshot, caller: Caller, message: ListServed, takes: bool) -> ServedPage:
    person = person_in(snapshot, caller)
    own, others = _found(snapshot, caller, person, takes)
    others.sort(key=lambda one: _by_deadline(one) if message.by_deadline else one[0].number)
    everything = [*own, *others]
    start, limit = max(0, message.after), max(1, min(message.limit, MAX_ROWS))
    behind = start + limit
    rows = tuple(_row(snapshot, caller, person, one, takes) for one in everything[start:behind])
    return ServedPage(rows, behind if behind < len(everything) else 0, len(everything))


def _found(snapshot: Snapshot, caller: Caller, person: Account, takes: bool) -> tuple[list[Found], list[Found]]:
    """The own office, and the others, each with what is due next."""
    wanted: list[tuple[str, Delegation | None]] = [(person.office, None)]
    wanted += [(one.office, one) for one in served_here(snapshot, caller, person)]
    found: list[Found] = []
    for id, delegation in wanted:
        office = offices.get(snapshot, id)
        if office is not None and office.suspended is None:
            found.append((office, delegation, _next_due(snapshot, caller, office) if takes else None))
    return found[:1], found[1:]


def _by_deadline(one: Found) -> tuple[str, int]:
    office, _, filing = one
    return (filing.due_on if filing else NO_DUE, office.number)


def _next_due(snapshot: Snapshot, caller: Caller, office: Office) -> Filing | None:
    """What this office has to send next."""
    at = _at(caller, office.id)
    near = filings.scan(snapshot, "office_due", (office.id,), limit=PASSED_OVER)
    return next((one for one in near if not follower(snapshot, at, one)), None)


def _row(snapshot: Snapshot, caller: Caller, person: Account, one: Found, takes: bool) -> ServedRow:
    office, delegation, due = one
    unread = len(notices.keys(snapshot, "unread", (office.id,), limit=MOST_COUNTED))
    to_approve, to_deliver = count_office(snapshot, office.id) if takes else (0, 0)
    return ServedRow(
        office=office.id,
        number=office.number,
        name=office.name,
        is_own=delegation is None,
        is_chosen=caller.own_office == office.id,
        until=delegation.until if delegation else 0,
        permissions=delegation.permissions if delegation else person.permissions,
        unread=unread,
        to_approve=to_approve,
        to_deliver=to_deliver,
        returned=count_returned(snapshot, _at(caller, office.id)) if takes else 0,
        due_on=due.due_on if due else "",
        due_type=due.type if due else "",
        due_filing=due.id if due else "",
        has_admin=_has_admin(snapshot, office.id),
    )


def _at(caller: Caller, office: str) -> Caller:
    """The caller as they would look at this office: for what is asked of its own filings."""
    return replace(caller, account=replace(caller.person, office=office))


def _has_admin(snapshot: Snapshot, office: str) -> bool:
    """Whether anybody can approve and end things there (practice 4.5)."""
    admin = admin_of(snapshot, office)
    return admin is not None and admin.state is AccountState.ACTIVE
