# SPDX-License-Identifier: Apache-2.0
"""The interface: made once, by whoever can, left alone where it is right, and said what is wrong with it."""

import pytest
from renkei_tunnel_wireguard.link import INTERFACE, Link

from appliance.contracts.tunnel import INTERFACE_LENGTH, INTERFACE_PREFIX, EngineAway
from tests.plugins.tunnel_wireguard.fake_host import FakeHost


@pytest.fixture
def link(host: FakeHost) -> Link:
    """Not made yet."""
    return Link(host.run, "10.0.0.10")


async def made(link: Link) -> None:
    await link.make()
    await link.open()


def test_the_gate_shuts_it_by_its_name() -> None:
    assert INTERFACE.startswith(INTERFACE_PREFIX) and len(INTERFACE) <= INTERFACE_LENGTH


async def test_the_kernels_own_comes_first(link: Link, host: FakeHost) -> None:
    await made(link)
    assert host.done == [
        "ip link add dev rk-wg0 type wireguard",
        "ip link set dev rk-wg0 mtu 1420",
        "ip address replace 10.0.0.10/32 dev rk-wg0",
        "ip link set dev rk-wg0 addrgenmode none",
        "ip link set dev rk-wg0 up",
    ]


async def test_a_kernel_without_it_has_wireguard_go(link: Link, host: FakeHost) -> None:
    host.has_kernel = False
    await made(link)
    assert host.done[0] == "wireguard-go rk-wg0" and INTERFACE in host.links


async def test_without_either_both_reasons_are_said(link: Link, host: FakeHost) -> None:
    host.has_kernel = host.has_go = False
    said = r"`renkei tunnel-wireguard prepare-host` says .* \(the kernel: Error: .*; `wireguard-go .*"
    with pytest.raises(EngineAway, match=f"{said} failed: .*\\)"):
        await link.make()
    host.missing = "wireguard-go"
    with pytest.raises(EngineAway, match=f"{said} cannot be run: .*\\)"):
        await link.make()


async def test_a_second_time_changes_nothing(link: Link, host: FakeHost) -> None:
    await made(link)
    host.done.clear()
    await made(Link(host.run, "10.0.0.10"))
    assert host.done == []


async def test_what_was_lost_comes_back(link: Link, host: FakeHost) -> None:
    await made(link)
    host.links[INTERFACE] |= {"addr_info": [], "flags": [], "mtu": 9000}
    host.done.clear()
    await made(link)
    assert len(host.done) == 4 and host.links[INTERFACE]["mtu"] == 1420


async def test_a_stranger_by_our_name_is_not_touched(link: Link, host: FakeHost) -> None:
    host.links[INTERFACE] = {"ifname": INTERFACE}
    with pytest.raises(EngineAway, match="none of WireGuard's; remove it"):
        await link.make()
    assert host.done == [] and host.wire is None


async def test_a_route_is_led_once_and_again_after_it_was_lost(link: Link, host: FakeHost) -> None:
    await made(link)
    for _ in range(2):
        await link.lead(["10.8.0.0/24", "10.8.1.0/24"])
    assert host.routes == ["10.8.0.0/24", "10.8.1.0/24"]
    host.routes.clear()
    await link.open()
    await link.lead(["10.8.0.0/24"])
    assert host.routes == ["10.8.0.0/24"]


@pytest.mark.parametrize("step", ["addrgenmode", "mtu", "address replace", "rk-wg0 up", "address show"])
async def test_what_fails_is_said(link: Link, host: FakeHost, step: str) -> None:
    host.fails = step
    with pytest.raises(EngineAway, match="Operation not permitted"):
        await made(link)


async def test_one_that_somebody_else_made_is_adopted(link: Link, host: FakeHost) -> None:
    """As a unit of its own does with wireguard-go. It takes no address of IPv6 when it goes up either."""
    host.start_unit()
    await made(link)
    assert not any("type wireguard" in line or "wireguard-go" in line for line in host.done)
    assert host.done[-2:] == ["ip link set dev rk-wg0 addrgenmode none", "ip link set dev rk-wg0 up"]
