# SPDX-License-Identifier: Apache-2.0
"""The fake vault's VPN sessions: nobody is connected, and nothing is kept out; enough for tests of routes."""

from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import date_in_japan


class FakeTunnels:
    """What ends was not there; what is blocked was not connected."""

    clock: Any

    def _ListTunnels(self, message: m.ListTunnels) -> m.TunnelPage:
        return m.TunnelPage((), 0, True)

    def _ListPastTunnels(self, message: m.ListPastTunnels) -> m.PastTunnelPage:
        return m.PastTunnelPage(())

    def _ListSeatBlocks(self, message: m.ListSeatBlocks) -> m.SeatBlockPage:
        return m.SeatBlockPage(())

    def _ReadTunnelDay(self, message: m.ReadTunnelDay) -> m.TunnelDay:
        return m.TunnelDay(message.day or date_in_japan(self.clock.now()).isoformat(), (), False)

    def _WeighEnding(self, message: m.WeighEnding) -> m.EndingWeighed:
        return m.EndingWeighed(0, ())

    def _EndTunnel(self, message: m.EndTunnel) -> m.TunnelsEnded:
        raise Refused(Why.NOT_FOUND)

    def _EndTunnels(self, message: m.EndTunnels) -> m.TunnelsEnded:
        return m.TunnelsEnded(0, shut=True, heard=True)

    def _BlockSeat(self, message: m.BlockSeat) -> m.TunnelsEnded:
        return m.TunnelsEnded(0, shut=True, heard=True)

    def _UnblockSeat(self, message: m.UnblockSeat) -> m.Nothing:
        return m.Nothing()
