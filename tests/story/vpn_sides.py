# SPDX-License-Identifier: Apache-2.0
"""A real engine on the appliance's machine, a portal behind it, and PCs of an office; either engine alike."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from appliance.contracts.tunnel import TunnelEngine, TunnelSeat
from appliance.model.devices import Bond
from tests.plugins.tunnel_softether import real as softether
from tests.plugins.tunnel_softether.pcs import pc as pc_keys
from tests.plugins.tunnel_wireguard import real as wireguard
from tests.servers.netns import Machine, Resident, until
from tests.story.vpn_world import PORTAL_ADDRESS

PORT = 443
LEASE_SECONDS = 5
TLS_SECONDS = 0.1


class SoftEtherSide:
    """The real server, and PCs with its client."""

    name = "softether"

    def __init__(self, there: softether.World) -> None:
        """there runs already."""
        self.there = there
        self.machine = there.appliance

    def engine(self) -> TunnelEngine:
        """Ours, in a gate that starts."""
        return self.there.new_engine()

    async def close(self) -> None:
        """The line of the last one; that TLS has ended is heard a moment after it was said."""
        await self.there.rpc.close()
        await asyncio.sleep(TLS_SECONDS)

    async def call(self, inside: Resident, method: str, **words: object) -> None:
        """Somebody else who knows the password tells the server something."""
        calling = self.there.rpc(method, **words)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(calling, inside.loop))

    def kill(self) -> None:
        """It dies."""
        self.there.server.kill9()

    def revive(self) -> None:
        """As systemd does."""
        self.there.server.start()

    def pc(self, bond: Bond, key: str, address: str) -> "SoftEtherPc":
        """A PC with this key; its address it gets by DHCP."""
        return SoftEtherPc(self.there.pc(), TunnelSeat(bond.claim.kit, pc_keys(key).der), key)


class SoftEtherPc:
    """A PC of an office, which can begin several sessions at once: each at an interface, all with one UniqueId."""

    def __init__(self, office: softether.Office, seat: TunnelSeat, key: str) -> None:
        """Not connected."""
        self.office, self.machine = office, office.machine
        self._seat, self._key = seat, key
        self._interfaces: dict[str, str] = {}

    async def connects(self, nic: str = "a") -> bool:
        """Whether it gets in, and gets an address: who is cut meanwhile does not."""
        if nic not in self._interfaces:
            self._interfaces[nic] = await asyncio.to_thread(
                self.office.has, nic, self._seat, pc_keys(self._key), nic
            )
        if not await asyncio.to_thread(self.office.gets_in, nic):
            return False
        with suppress(AssertionError):
            await asyncio.to_thread(self.office.client.lease, self._interfaces[nic], LEASE_SECONDS)
            return True
        return False


class WireGuardSide:
    """The real program, and PCs with one."""

    name = "wireguard"

    def __init__(self, there: wireguard.World) -> None:
        """Nobody is there yet."""
        self.there = there
        self.machine = there.appliance

    def engine(self) -> TunnelEngine:
        """Ours, in a gate that starts."""
        return self.there.new_engine()

    async def close(self) -> None:
        """It has no line."""

    def kill(self) -> None:
        """It dies."""
        self.there.kill_engine()

    def revive(self) -> None:
        """The gate does so by itself."""

    def pc(self, bond: Bond, key: str, address: str) -> "WireGuardPc":
        """A PC with this key and address, at a place of its own."""
        return WireGuardPc(self.there.pc_of(wireguard.keys(0, key), address))


class WireGuardPc:
    """A PC of an office."""

    def __init__(self, pc: wireguard.Pc) -> None:
        """Not connected."""
        self.pc, self.machine = pc, pc.machine

    async def connects(self) -> bool:
        """Whether it is answered."""
        return await asyncio.to_thread(self.pc.gets_in)


Side = SoftEtherSide | WireGuardSide
Pc = SoftEtherPc | WireGuardPc


@contextmanager
def side(engine: str) -> Iterator[Side]:
    """The one of this name, gone afterwards."""
    if engine == SoftEtherSide.name:
        with softether.world() as server:
            yield SoftEtherSide(server)
    else:
        with wireguard.world() as program:
            yield WireGuardSide(program)


@contextmanager
def portal(machine: Machine) -> Iterator[None]:
    """Says a byte each millisecond; its address comes with the engine."""
    machine.run("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=1")
    serving = machine.start(sys.executable, "-I", "-c", wireguard.TICKING, PORTAL_ADDRESS, str(PORT))
    until(lambda: f"{PORTAL_ADDRESS}:{PORT} " in machine.run("ss", "-Hltn"), "the portal listens")
    try:
        yield
    finally:
        serving.kill()
        serving.wait()
