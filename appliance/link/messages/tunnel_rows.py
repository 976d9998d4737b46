# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about VPN sessions."""

from appliance.link.messages import tunnels as t
from appliance.link.messages.row import Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_CONSOLE, _ADMIN = (frozenset({site}) for site in (Site.CONSOLE, Site.ADMIN))


def _list(shape: type, reply: type) -> Message:
    return Message(shape, reply, _CONSOLE, Kind.TUNNEL_LIST_READ, action="tunnel.list")


def _changing(shape: type, reply: type, kind: Kind, action: str) -> Message:
    return Message(shape, reply, _CONSOLE, kind, action=action, changes=True)


def _admin(shape: type, reply: type, kind: Kind) -> Message:
    return Message(shape, reply, _ADMIN, kind, visit=False)


TUNNEL_MESSAGES: tuple[Message, ...] = (
    _list(t.ListTunnels, t.TunnelPage),
    _list(t.ListPastTunnels, t.PastTunnelPage),
    _list(t.ReadTunnelDay, t.TunnelDay),
    _list(t.ListSeatBlocks, t.SeatBlockPage),
    _list(t.WeighEnding, t.EndingWeighed),
    _changing(t.EndTunnel, t.TunnelsEnded, Kind.TUNNEL_ENDED, "tunnel.end"),
    _changing(t.EndTunnels, t.TunnelsEnded, Kind.TUNNEL_ENDED, "tunnel.end_many"),
    _changing(t.BlockSeat, t.TunnelsEnded, Kind.SEAT_BLOCKED, "seat.block"),
    _changing(t.UnblockSeat, Nothing, Kind.SEAT_UNBLOCKED, "seat.block"),
    _admin(t.AskTunnels, t.TunnelPage, Kind.TUNNEL_LIST_READ),
    _admin(t.AskPastTunnels, t.PastTunnelPage, Kind.TUNNEL_LIST_READ),
    _admin(t.BelieveEngine, Nothing, Kind.TUNNEL_ENGINE),
    _admin(t.CloseTunnels, t.TunnelsEnded, Kind.TUNNEL_ENDED),
    _admin(t.KeepSeatOut, t.TunnelsEnded, Kind.SEAT_BLOCKED),
    _admin(t.LetSeatIn, Nothing, Kind.SEAT_UNBLOCKED),
)

TUNNEL_SAFE_AGAIN: frozenset[type] = frozenset(
    {
        t.ListTunnels,
        t.ListPastTunnels,
        t.ReadTunnelDay,
        t.ListSeatBlocks,
        t.WeighEnding,
        t.AskTunnels,
        t.AskPastTunnels,
    }
)
