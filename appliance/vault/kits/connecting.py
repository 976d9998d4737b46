# SPDX-License-Identifier: Apache-2.0
"""What goes into a kit so that its PC can connect: what the gate's engines last said (R87, design §9)."""

import ipaddress
from collections.abc import Sequence

from appliance.config.settings import Settings
from appliance.config.tunnel_settings import TunnelNeed
from appliance.contracts.kit import KitTunnel
from appliance.model.devices import Seat
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts, seat_addresses

NOT_TOLD = "the gate has not told how PCs connect yet; start renkei-gate, and look at `renkei doctor`"


def engines_of(snapshot: Snapshot, settings: Settings) -> tuple[EngineFacts, ...]:
    """What each engine said, by its name; none where the portal needs no VPN."""
    if settings.tunnels.portal is TunnelNeed.NONE:
        return ()
    return tuple(engine_facts.walk(snapshot))


def obstacle_of(settings: Settings, engines: Sequence[EngineFacts]) -> str:
    """Why no kit is of use yet, "" where nothing is in the way: a kit that cannot connect leads nowhere."""
    return NOT_TOLD if settings.tunnels.portal is TunnelNeed.REQUIRED and not engines else ""


def tunnels_of(
    snapshot: Snapshot, settings: Settings, seat: Seat, engines: Sequence[EngineFacts]
) -> tuple[KitTunnel, ...]:
    """How the PC of a seat connects by each engine: as the kit's own id, from the seat's own address."""
    if not engines:
        return ()
    address, minutes = _address(snapshot, settings, seat), settings.tunnels.minutes
    return tuple(KitTunnel(engine.name, seat.kit, address, dict(engine.client), minutes) for engine in engines)


def _address(snapshot: Snapshot, settings: Settings, seat: Seat) -> str:
    """That of the seat, "" where it has none yet: an engine that hands out addresses needs none."""
    row = seat_addresses.get(snapshot, seat.office, seat.number)
    return str(ipaddress.IPv4Network(settings.tunnels.addresses)[row.number]) if row else ""
