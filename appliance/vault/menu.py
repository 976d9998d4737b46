# SPDX-License-Identifier: Apache-2.0
"""The first page after sign-in: how much waits, of notices and of filings, what came last and what is due next."""

from dataclasses import replace

from appliance.link.messages import MOST_COUNTED, DeskWork, Menu, OpenMenu
from appliance.model.time import Instant
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.queue import waiting
from appliance.vault.filings.listing import count_new, count_office, count_returned
from appliance.vault.intake import listing
from appliance.vault.issuing import sealed
from appliance.vault.month import open_filings
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.peaks import peak_of


async def open_menu(core: Core, caller: Caller, message: OpenMenu) -> Menu:
    """What waits for this visitor, each counted up to MOST_COUNTED; no filings where the fund takes none (R5)."""
    await journal_reading(core, caller, "")
    filings = core.settings.exchange.filings_enabled
    return await core.read(lambda snapshot: _menu(snapshot, caller, filings))


def _menu(snapshot: Snapshot, caller: Caller, filings: bool) -> Menu:
    if not caller.own_office:
        menu = Menu(0, False, to_receive=count_new(snapshot) if filings else 0)
        return replace(menu, desk=desk_work(snapshot, caller.now))
    menu = _of_notices(snapshot, caller.own_office)
    return _with_filings(snapshot, caller, menu) if filings else menu


def desk_work(snapshot: Snapshot, now: Instant) -> DeskWork:
    """What waits for the fund's people besides filings."""
    peak = peak_of(snapshot, now)
    return DeskWork(
        waiting(snapshot, MOST_COUNTED),
        listing.count_waiting(snapshot, MOST_COUNTED),
        listing.count_late(snapshot, now, MOST_COUNTED),
        sealed.count_waiting(snapshot, MOST_COUNTED),
        sealed.count_ending(snapshot, now, MOST_COUNTED),
        len(tunnel_sessions.keys(snapshot, "connected", limit=MOST_COUNTED)),
        peak.most,
        peak.at,
    )


def _of_notices(snapshot: Snapshot, office: str) -> Menu:
    unread = len(notices.keys(snapshot, "unread", (office,), limit=MOST_COUNTED + 1))
    last = notices.first(snapshot, "office", office)
    menu = Menu(min(unread, MOST_COUNTED), unread > MOST_COUNTED)
    return replace(menu, arrived_at=last.delivered_at, arrived_type=last.type) if last else menu


def _with_filings(snapshot: Snapshot, caller: Caller, menu: Menu) -> Menu:
    to_approve, to_deliver = count_office(snapshot, caller.own_office)
    returned = count_returned(snapshot, caller)
    menu = replace(menu, to_approve=to_approve, to_deliver=to_deliver, returned=returned)
    due = open_filings(snapshot, caller)
    if not due:
        return menu
    return replace(menu, due_on=due[0].due_on, due_filing=due[0].id, due_type=due[0].type)
