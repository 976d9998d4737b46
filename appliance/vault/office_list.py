# SPDX-License-Identifier: Apache-2.0
"""The list of offices, for the console."""

from appliance.link.messages import ListOffices, OfficePage, OfficeRow
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 1_000


def known_office(snapshot: Snapshot, office: str) -> str:
    """The id of an office that there is, or "" for all of them. Raises Refused NOT_FOUND."""
    if office and offices.get(snapshot, office) is None:
        raise Refused(Why.NOT_FOUND)
    return office


async def list_offices(core: Core, caller: Caller, message: ListOffices) -> OfficePage:
    """One page in the order of the offices' numbers."""
    await journal_reading(core, caller, str(message.after))
    limit = max(1, min(message.limit, MAX_ROWS - 1))
    return await core.read(lambda snapshot: _page(snapshot, message.after, limit))


def _page(snapshot: Snapshot, after: int, limit: int) -> OfficePage:
    behind = offices.first(snapshot, "number", after) if after > 0 else None
    found = offices.scan(snapshot, "number", behind=behind, limit=limit + 1)
    rows = tuple(OfficeRow(o.id, o.number, o.contract_number, o.name) for o in found[:limit])
    return OfficePage(rows, rows[-1].number if len(found) > limit else 0)
