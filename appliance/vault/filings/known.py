# SPDX-License-Identifier: Apache-2.0
"""Which filings a visitor can know of, and who they are for: nothing before its delivery is there for the fund."""

from typing import Any

from appliance.link.messages import ListFilings
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.things import Filing
from appliance.model.words import SEEN_BY_FUND
from appliance.vault.caller import Caller
from appliance.vault.grouping.serving import has_served, named_at
from appliance.vault.office_list import known_office
from appliance.vault.records.tables import accounts, filings
from appliance.vault.records.transaction import Snapshot


def office_of_filing(snapshot: Snapshot, caller: Caller, message: Any) -> str:
    """The office of the filing that a message names. Raises Refused NOT_FOUND."""
    return known_filing(snapshot, caller, message.filing).office


def office_of_filings(snapshot: Snapshot, caller: Caller, message: ListFilings) -> str:
    """The office whose filings are listed; at the portal always the visitor's own. Raises Refused NOT_FOUND."""
    # Pages that were read are remembered by their cursors, which therefore must not be of any length.
    if message.after and not is_id(message.after):
        raise Refused(Why.NOT_FOUND)
    return caller.own_office or known_office(snapshot, message.office)


def known_filing(snapshot: Snapshot, caller: Caller, id: str) -> Filing:
    """The filing, if this visitor can know of it. Raises Refused NOT_FOUND."""
    filing = filings.get(snapshot, id)
    if filing is None or not is_known(caller, filing):
        raise Refused(Why.NOT_FOUND)
    return filing


def is_known(caller: Caller, filing: Filing) -> bool:
    """An office knows its own, the fund what was delivered (1.U)."""
    return caller.own_office == filing.office if caller.own_office else filing.state in SEEN_BY_FUND


def name_for(snapshot: Snapshot, caller: Caller, account: str) -> str:
    """Who did something, for this visitor: an office's people by name, with the firm where it is another (R240).

    The fund is to an office the fund; to the fund its own people have names, and nobody else.
    """
    person = accounts.get(snapshot, account) if account else None
    if person is None:
        return ""
    if not caller.own_office:
        return "" if person.office else person.name
    if person.office not in ("", caller.own_office) and not has_served(snapshot, person.id, caller.own_office):
        return ""
    return named_at(snapshot, person, caller.own_office)
