# SPDX-License-Identifier: Apache-2.0
"""What a builder is told of a seat, so that it can make the kit."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from appliance.contracts.device import BinderAway, SeatToBind
from appliance.contracts.kit import EngineClient, KitBuilder, KitNotBuilt, KitOrder, KitPlatform
from appliance.contracts.plugin import PluginError
from appliance.host.refused import ProviderFailed
from appliance.model.devices import Seat
from appliance.model.things import Office
from appliance.vault.core import Core
from appliance.vault.devices.binder import binder_of
from appliance.vault.kits.authorities import NoAuthority, authority_pem
from appliance.vault.kits.clients import FAMILY, client_of
from appliance.vault.kits.connecting import engines_of, obstacle_of, tunnels_of
from appliance.vault.records.tunnel_tables import EngineFacts


@dataclass(frozen=True, slots=True)
class Builder:
    """One kind of PC: the plugin's name, what it says of itself, and the installer for its kits.

    authorities and what the engines said go into all kits, obstacle is what stands in their way, "" where nothing
    does.
    """

    name: str
    platform: KitPlatform
    client: EngineClient | None
    provider: KitBuilder = field(repr=False)
    authorities: str = field(default="", repr=False)
    obstacle: str = ""
    engines: tuple[EngineFacts, ...] = field(default=(), repr=False)

    @property
    def missing(self) -> str:
        """Why it can make no kits now, "" where it can."""
        if self.platform.missing or not self.platform.wants_client or self.client is not None:
            return self.platform.missing or self.obstacle
        return f"put the installer of the VPN client in place: renkei kit add-client --for {self.name} FILE"


async def builders(core: Core) -> tuple[Builder, ...]:
    """All that are configured, in the order of the file; one that does not answer is said to be missing."""
    authorities = obstacle = ""
    try:
        binder_of(core)
        authorities = await asyncio.to_thread(authority_pem, core.settings)
    except (BinderAway, NoAuthority) as error:
        obstacle = str(error)
    engines = await core.read(lambda snapshot: engines_of(snapshot, core.settings))
    obstacle = obstacle or obstacle_of(core.settings, engines)
    found = [await _builder(core, one.plugin, one.provider) for one in core.providers.all(FAMILY)]
    return tuple(replace(one, authorities=authorities, obstacle=obstacle, engines=engines) for one in found)


async def _builder(core: Core, name: str, provider: KitBuilder) -> Builder:
    try:
        platform = await provider.platform()
    except (KitNotBuilt, ProviderFailed, PluginError):
        platform = KitPlatform(name, "0", "the plugin does not answer; the log of the vault says why")
    client = await client_of(core, name) if platform.wants_client else None
    return Builder(name, platform, client, provider)


async def order_of(core: Core, office: Office, seat: Seat, builder: Builder) -> KitOrder:
    """The order of one kit. Raises KitNotBuilt."""
    fund = core.settings.fund
    return KitOrder(
        contract_number=office.contract_number,
        seat=seat.number,
        kit=seat.kit,
        fund=fund.name,
        contact=fund.contact,
        public_url=fund.public_url,
        portal_url=fund.portal_url,
        authorities=builder.authorities,
        binding=await _binding(core, SeatToBind(office.contract_number, seat.number, seat.kit, core.clock.now())),
        client=builder.client,
        tunnels=await tunnels_of(core, seat, builder.engines),
    )


async def _binding(core: Core, seat: SeatToBind) -> Mapping[str, str]:
    try:
        return dict(await binder_of(core).issue(seat))
    except (BinderAway, ProviderFailed, PluginError) as error:
        raise KitNotBuilt(f"the device binder cannot be asked: {error}") from error


def made_of(order: KitOrder, platform: KitPlatform) -> bytes:
    """A hash of everything that decides about the bytes of a kit; where a file lies does not."""
    client = order.client
    said = asdict(order) | {
        "version": platform.version,
        "client": [client.file_name, client.size, client.sha256.hex()] if client else None,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()
