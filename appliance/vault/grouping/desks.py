# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about several offices in one person's hands."""

from collections.abc import Mapping

from appliance.link.messages import grouping as g
from appliance.vault.filings.known import office_of_filing
from appliance.vault.grouping import asking, delegating, listing, switching, worklist
from appliance.vault.reception import Desk

GROUPING_DESKS: Mapping[type, Desk] = {
    g.ListServed: Desk(worklist.list_served),
    g.ListClients: Desk(switching.list_clients),
    g.SwitchOffice: Desk(switching.switch_office),
    g.FindOffices: Desk(listing.find_offices),
    g.AddDelegations: Desk(delegating.add_delegations, delegating.office_of_person),
    g.ListDelegations: Desk(listing.list_delegations, listing.office_of_list),
    g.EndDelegation: Desk(delegating.end_delegation, delegating.office_of_delegation),
    g.NarrowDelegation: Desk(delegating.narrow_delegation, delegating.office_of_delegation),
    g.AskApproval: Desk(asking.ask_approval, office_of_filing),
}
