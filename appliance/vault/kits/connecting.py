# SPDX-License-Identifier: Apache-2.0
"""What goes into a kit so that its PC can connect: what the gate's engines last said (R87, design §9)."""

from collections.abc import Sequence

from appliance.config.settings import Settings
from appliance.config.tunnel_settings import TunnelNeed
from appliance.contracts.kit import KitNotBuilt, KitTunnel
from appliance.link.refusals import Refused
from appliance.model.devices import Seat
from appliance.vault.core import Core
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts
from appliance.vault.tunnels.seats import address_of, given_address

NOT_TOLD = "the gate has not told how PCs connect yet; start renkei-gate, and look at `renkei doctor`"
# An engine that knows PCs by such a key hands out no addresses.
_WANTS_ADDRESSES = "public_key"


def engines_of(snapshot: Snapshot, settings: Settings) -> tuple[EngineFacts, ...]:
    """What each engine said, by its name; none where the portal needs no VPN."""
    if settings.tunnels.portal is TunnelNeed.NONE:
        return ()
    return tuple(engine_facts.walk(snapshot))


def obstacle_of(settings: Settings, engines: Sequence[EngineFacts]) -> str:
    """Why no kit is of use yet, "" where nothing is in the way: a kit that cannot connect leads nowhere."""
    return NOT_TOLD if settings.tunnels.portal is TunnelNeed.REQUIRED and not engines else ""


async def tunnels_of(core: Core, seat: Seat, engines: Sequence[EngineFacts]) -> tuple[KitTunnel, ...]:
    """How the PC of a seat connects by each engine: as the kit's own id, from the seat's own address.

    Raises KitNotBuilt where there is no address left.
    """
    minutes, tunnels = core.settings.tunnels.minutes, []
    for engine in engines:
        address = await _address(core, seat) if _WANTS_ADDRESSES in engine.client else ""
        tunnels.append(KitTunnel(engine.name, seat.kit, address, dict(engine.client), minutes))
    return tuple(tunnels)


async def _address(core: Core, seat: Seat) -> str:
    """That of the seat, which is its own for ever from its first kit on."""
    network = core.settings.tunnels.addresses
    given = await core.read(lambda snapshot: given_address(snapshot, seat.office, seat.number, network))
    if given:
        return given
    try:
        return await core.commit(lambda txn: address_of(txn, seat.office, seat.number, network))
    except Refused as error:
        raise KitNotBuilt("no address is left in `[tunnels] addresses`") from error
