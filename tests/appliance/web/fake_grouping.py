# SPDX-License-Identifier: Apache-2.0
"""The part of the fake vault that knows delegations: there are none, and everybody has one office."""

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import ALL_PERMISSIONS

OFFICE = "o" * 26


class FakeGrouping:
    """Nobody serves anybody."""

    def _ListServed(self, message: m.ListServed) -> m.ServedPage:
        own = m.ServedRow(OFFICE, 1, "株式会社みほん", True, True, 0, ALL_PERMISSIONS, 0, 0, 0, 0)
        return m.ServedPage((own,), 0, 1)

    def _ListClients(self, message: m.ListClients) -> m.Clients:
        return m.Clients((m.ClientRow(OFFICE, 1, "株式会社みほん", True),))

    def _SwitchOffice(self, message: m.SwitchOffice) -> m.Switched:
        raise Refused(Why.NOT_FOUND)

    def _FindOffices(self, message: m.FindOffices) -> m.OfficesFound:
        return m.OfficesFound(())

    def _AddDelegations(self, message: m.AddDelegations) -> m.DelegationsAdded:
        raise Refused(Why.NOT_FOUND)

    def _ListDelegations(self, message: m.ListDelegations) -> m.DelegationPage:
        if message.only:
            raise Refused(Why.NOT_FOUND)
        return m.DelegationPage(())

    def _EndDelegation(self, message: m.EndDelegation) -> m.Nothing:
        raise Refused(Why.NOT_FOUND)

    def _NarrowDelegation(self, message: m.NarrowDelegation) -> m.Nothing:
        raise Refused(Why.NOT_FOUND)

    def _AskApproval(self, message: m.AskApproval) -> m.ApprovalAskedFor:
        raise Refused(Why.NOT_FOUND)
