# SPDX-License-Identifier: Apache-2.0
"""A PC connects by WireGuard: the portal and nothing else, until the end of it from either side."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.contracts.kit import KitTunnel
from tests.plugins.kit_linux.vpn_world import ADDRESS, ALONE, AS_EVER, World, with_wireguard, world
from tests.servers.netns import need_lab, until
from tests.servers.wireguard import WireGuard

pytestmark = pytest.mark.lab


@dataclass
class Scene:
    """A PC whose kit connects by WireGuard, and the fund's end of it."""

    made: World
    server: WireGuard
    tunnel: KitTunnel

    @property
    def key(self) -> str:
        """The PC's public one."""
        pem = self.made.own / "wireguard.key"
        der = self.made.pc.run("sh", "-c", f"openssl pkey -in '{pem}' -pubout -outform DER | tail -c 32 | base64")
        return der.strip()

    async def ready(self) -> World:
        """The PC has its kit, and its seat is admitted."""
        await self.made.install(self.tunnel)
        self.server.peer(self.key, allowed=f"{ADDRESS}/32")
        return self.made


@pytest.fixture
def there() -> Iterator[Scene]:
    """The PC, the Internet and the fund."""
    need_lab()
    with world() as made, with_wireguard(made) as (server, tunnel):
        yield Scene(made, server, tunnel)


def interfaces(made: World) -> str:
    return made.pc.run("ip", "-br", "link")


async def test_connected_the_portal_alone_and_disconnected_all_as_ever(there: Scene) -> None:
    """R87, R88, R91."""
    made = await there.ready()
    assert made.reached() == AS_EVER
    assert "[3/3]" in made.runs("connect")
    assert made.reached() == ALONE and "vpn_renkei-" in interfaces(made)
    assert "から接続しています" in made.runs("status")
    made.runs("disconnect")
    assert made.reached() == AS_EVER and "vpn_renkei" not in interfaces(made)


async def test_ended_by_the_fund_the_internet_is_back_and_it_does_not_begin_anew(there: Scene) -> None:
    """A peer that is removed learns nothing; the watch of the PC finds out, before the engine would begin anew."""
    made = await there.ready()
    made.runs("connect")
    there.server.machine.run("wg", "set", there.server.interface, "peer", there.key, "remove")
    there.server.peer(there.key, allowed=f"{ADDRESS}/32")
    until(lambda: made.reached() == AS_EVER, "the Internet is back")
    until(lambda: not (made.own / "connection.json").exists(), "the watch has cleaned up")
    assert not there.server.handshook() and "vpn_renkei" not in interfaces(made)


async def test_it_disconnects_when_the_appliance_is_gone(there: Scene) -> None:
    made = await there.ready()
    made.runs("connect")
    made.internet.run("ip", "link", "set", "fund", "down")
    made.runs("disconnect")
    assert made.reached() == AS_EVER and "vpn_renkei" not in interfaces(made)


async def test_who_is_not_let_in_is_told_and_changed_in_nothing(there: Scene) -> None:
    made = there.made
    await made.install(there.tunnel)
    code, said = made.tried("connect")
    assert code == 1 and "有効化が終わっていること" in said
    assert made.reached() == AS_EVER and "vpn_renkei" not in interfaces(made)
