# SPDX-License-Identifier: Apache-2.0
"""The part of the fake vault that knows locks, the fund's staff and their proposals: enough for tests of routes."""

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.health import About, Light


class FakeStaff:
    """Nobody is locked, nobody works here but whoever asks, nothing waits."""

    def _ListLocks(self, message: m.ListLocks) -> m.LockPage:
        return m.LockPage(())

    def _Unlock(self, message: m.Unlock) -> m.Nothing:
        raise Refused(Why.NOT_FOUND)

    def _Initialise(self, message: m.Initialise) -> m.FirstPassword:
        raise Refused(Why.NOT_FOUND)

    def _ReadOffice(self, message: m.ReadOffice) -> m.OfficeCard:
        raise Refused(Why.NOT_FOUND)

    def _ListStaff(self, message: m.ListStaff) -> m.StaffPage:
        return m.StaffPage(())

    def _ListProposals(self, message: m.ListProposals) -> m.ProposalPage:
        return m.ProposalPage(())

    def _ReadDiagnosis(self, message: m.ReadDiagnosis) -> m.Diagnosis:
        return m.Diagnosis("0.1", 0, (m.Finding(About.CLOCK, Light.GREEN),))

    def _ListBanners(self, message: m.ListBanners) -> m.BannerPage:
        return m.BannerPage(())

    def _PutBanner(self, message: m.PutBanner) -> m.BannerPut:
        return m.BannerPut("b" * 26)

    def _TakeBannerDown(self, message: m.TakeBannerDown) -> m.Nothing:
        raise Refused(Why.NOT_FOUND, "banner.gone")

    def _Decide(self, message: m.Decide) -> m.TwoPersonReply:
        raise Refused(Why.CONFLICT, "proposal.gone")
