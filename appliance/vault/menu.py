# SPDX-License-Identifier: Apache-2.0
"""The first page after sign-in: how much waits, of notices and of filings."""

from appliance.link.messages import Menu, OpenMenu
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.listing import count_new, count_office, count_returned
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Snapshot

COUNTED = 99


async def open_menu(core: Core, caller: Caller, message: OpenMenu) -> Menu:
    """What waits for this visitor, each counted up to 99; no filings where the fund takes none (R5)."""
    await journal_reading(core, caller, "")
    filings = core.settings.exchange.filings_enabled
    return await core.read(lambda snapshot: _menu(snapshot, caller, filings))


def _menu(snapshot: Snapshot, caller: Caller, filings: bool) -> Menu:
    office = caller.own_office
    if not office:
        return Menu(0, False, to_receive=count_new(snapshot) if filings else 0)
    unread = len(notices.keys(snapshot, "unread", (office,), limit=COUNTED + 1))
    to_approve, to_deliver = count_office(snapshot, office) if filings else (0, 0)
    returned = count_returned(snapshot, caller) if filings else 0
    return Menu(min(unread, COUNTED), unread > COUNTED, to_approve, to_deliver, returned=returned)
