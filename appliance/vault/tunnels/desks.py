# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about VPN sessions: the part that vault/desks.py takes in."""

from collections.abc import Mapping

from appliance.link.messages import tunnels as t
from appliance.vault.reception import Desk
from appliance.vault.tunnels import blocking, closing, engine_clients, listing, one_day

TUNNEL_DESKS: Mapping[type, Desk] = {
    t.ListTunnels: Desk(listing.list_tunnels, listing.office_asked),
    t.ListPastTunnels: Desk(listing.list_past, listing.office_asked),
    t.ReadTunnelDay: Desk(one_day.read_day, listing.office_asked),
    t.ListSeatBlocks: Desk(blocking.list_blocks, listing.office_asked),
    t.WeighEnding: Desk(closing.weigh_ending, closing.office_of_which),
    t.EndTunnel: Desk(closing.end_tunnel, closing.office_of_which),
    t.EndTunnels: Desk(closing.end_tunnels, closing.office_of_which),
    t.BlockSeat: Desk(blocking.block_seat, blocking.office_of_block),
    t.UnblockSeat: Desk(blocking.unblock_seat, blocking.office_of_block),
    t.AskTunnels: Desk(listing.ask_tunnels),
    t.AskPastTunnels: Desk(listing.ask_past),
    t.BelieveEngine: Desk(engine_clients.believe_engine),
    t.CloseTunnels: Desk(closing.close_tunnels),
    t.KeepSeatOut: Desk(blocking.keep_out),
    t.LetSeatIn: Desk(blocking.let_in),
}
