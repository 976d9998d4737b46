# SPDX-License-Identifier: Apache-2.0
"""The pair of interfaces: made once, left alone, and said what is wrong with it."""

import pytest
from renkei_tunnel_softether.links import HUB_END, INTERFACE, run
from renkei_tunnel_softether.settings import Settings

from appliance.contracts.tunnel import INTERFACE_LENGTH, INTERFACE_PREFIX, EngineAway
from tests.plugins.tunnel_softether.fake_links import FakeLinks


@pytest.fixture
def links() -> FakeLinks:
    """A host without them."""
    return FakeLinks(Settings())


async def test_both_ends_are_made_with_the_portals_address(links: FakeLinks) -> None:
    await links.prepare()
    assert set(links.kernel.links) == {"lo", INTERFACE, HUB_END}
    assert "ip address replace 10.0.0.10/18 dev rk-se0" in links.kernel.done
    assert all("UP" in links.kernel.links[name]["flags"] for name in (INTERFACE, HUB_END))


async def test_nothing_is_offloaded_and_nothing_speaks_ipv6(links: FakeLinks) -> None:
    await links.prepare()
    for name in (INTERFACE, HUB_END):
        assert f"ip link set {name} addrgenmode none" in links.kernel.done
        assert f"ethtool -K {name} tx off rx off gro off gso off tso off" in links.kernel.done


async def test_a_second_time_changes_nothing(links: FakeLinks) -> None:
    await links.prepare()
    links.kernel.done.clear()
    await links.prepare()
    assert links.kernel.done == []


async def test_an_address_that_was_lost_comes_back(links: FakeLinks) -> None:
    await links.prepare()
    links.kernel.links[INTERFACE]["addr_info"].clear()
    links.kernel.done.clear()
    await links.prepare()
    assert links.kernel.done == ["ip address replace 10.0.0.10/18 dev rk-se0"]


async def test_an_end_that_is_down_is_put_up(links: FakeLinks) -> None:
    await links.prepare()
    links.kernel.links[HUB_END]["flags"].clear()
    await links.prepare()
    assert links.kernel.done[-1] == f"ip link set {HUB_END} up"


async def test_that_they_are_gone_is_noticed(links: FakeLinks) -> None:
    with pytest.raises(EngineAway, match="rk-se0 is gone"):
        links.need()
    await links.prepare()
    links.need()


async def test_a_stranger_by_our_name_is_not_touched(links: FakeLinks) -> None:
    links.kernel.links[INTERFACE] = {"ifname": INTERFACE, "link": "eth0", "flags": [], "addr_info": []}
    with pytest.raises(EngineAway, match="none of ours"):
        await links.prepare()
    assert links.kernel.done == []


@pytest.mark.parametrize("step", ["link add", "ethtool", "address replace", "set rk-se0 up"])
async def test_what_fails_is_said(links: FakeLinks, step: str) -> None:
    links.kernel.fails = step
    with pytest.raises(EngineAway, match="Operation not permitted"):
        await links.prepare()


def test_the_gate_shuts_both_by_their_names() -> None:
    assert all(name.startswith(INTERFACE_PREFIX) and len(name) <= INTERFACE_LENGTH for name in (INTERFACE, HUB_END))


async def test_a_program_is_run_to_its_end() -> None:
    assert await run(["sh", "-c", "echo out; echo err >&2; exit 3"]) == (3, "out\nerr\n")


async def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineAway, match="`no-such-program` cannot be run"):
        await run(["no-such-program"])


async def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_tunnel_softether.links.SECONDS", 0.05)
    with pytest.raises(EngineAway, match="did not end within"):
        await run(["sleep", "60"])
