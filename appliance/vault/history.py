# SPDX-License-Identifier: Apache-2.0
"""The history that people read (SC17): pages of the journal, with names where they still exist."""

from appliance.link.messages import HistoryPage, HistoryRow, ReadHistory
from appliance.model.journal import Result
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.journal.log import Recorded
from appliance.vault.office_list import known_office
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200
SHOWN_TO_OFFICES = ("file_name",)
FUND = "基金"


def office_of_history(snapshot: Snapshot, caller: Caller, message: ReadHistory) -> str:
    """The office whose history is read; at the portal always the visitor's own. Raises Refused NOT_FOUND."""
    return caller.own_office or known_office(snapshot, message.office)


async def read_history(core: Core, caller: Caller, message: ReadHistory) -> HistoryPage:
    """One page, newest first."""
    office = caller.own_office or message.office
    await journal_reading(core, caller, f"{office}/{message.before}", office)
    limit = max(1, min(message.limit, MAX_ROWS))

    def page(snapshot: Snapshot) -> HistoryPage:
        found = core.log.page(snapshot.view, before=message.before, limit=limit + 1, office=office or None)
        rows = tuple(_row(snapshot, caller, recorded) for recorded in found[:limit])
        return HistoryPage(rows, rows[-1].seq if len(found) > limit else 0)

    return await core.read(page)


def _row(snapshot: Snapshot, caller: Caller, recorded: Recorded) -> HistoryRow:
    """An entry as this visitor may see it; why a policy said no is for the fund."""
    entry = recorded.entry
    of_office = bool(caller.own_office)
    personal = {k: v for k, v in entry.personal.items() if not of_office or k in SHOWN_TO_OFFICES}
    return HistoryRow(
        seq=recorded.seq,
        at=entry.at,
        kind=entry.kind,
        result=entry.result.value,
        site=entry.site,
        actor_name=_actor(snapshot, entry.actor, of_office),
        office_name=_office(snapshot, entry.office),
        thing=entry.thing,
        reason="" if of_office and entry.result is Result.REFUSED else entry.reason,
        count=entry.count,
        personal=personal,
    )


def _actor(snapshot: Snapshot, actor: str, of_office: bool) -> str:
    """An office sees its own people by name, and everybody of the fund as the fund."""
    account = accounts.get(snapshot, actor) if actor else None
    if account is None:
        return actor if not of_office else ""
    return account.name if account.office or not of_office else FUND


def _office(snapshot: Snapshot, id: str) -> str:
    office = offices.get(snapshot, id) if id else None
    return office.name if office else ""
