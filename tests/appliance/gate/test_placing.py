# SPDX-License-Identifier: Apache-2.0
"""Addresses that no PC can have open nothing, are counted and named, and harm nobody else (promise 9)."""

import pytest

from appliance.gate.engine import why_no_pc
from appliance.gate.figures import Figures
from appliance.gate.gate import Gate
from appliance.gate.service import GateService
from appliance.metrics.registry import Metrics
from tests.appliance.gate.gates import MEMORY, ONE, THREE, TWO, Yard

PORTAL = "10.0.0.10"
NO_PC = (
    PORTAL,
    "127.0.0.1",
    "127.8.0.1",
    "0.0.0.0",  # noqa: S104 - a PC says so, nobody binds there
    "0.1.2.3",
    "169.254.7.7",
    "224.0.0.1",
    "239.1.2.3",
    "255.255.255.255",
    "240.0.0.1",
)


@pytest.fixture
async def yard() -> Yard:
    """A gate that knows where the portal is."""
    made = Yard()
    made.gate = Gate({MEMORY: made.engine}, made.kernel, made.clock, run="run-1", portal=PORTAL)
    return await made.ready()


@pytest.mark.parametrize("address", NO_PC)
async def test_it_opens_nothing(yard: Yard, address: str, caplog: pytest.LogCaptureFixture) -> None:
    found = await yard.connected(ONE, address=address)
    assert found.address == "" and yard.gate.engines[MEMORY].ready
    assert [one.session for one in (await yard.open(found)).left] == [found.session]
    [line] = [one.getMessage() for one in caplog.records if address in one.getMessage()]
    assert found.session in line and ONE.name in line


@pytest.mark.parametrize("address", ["10.8.0.2", "10.0.0.11", "192.168.7.1", "172.16.0.9", "100.64.0.1", "8.8.8.8"])
async def test_others_do(yard: Yard, address: str) -> None:
    assert (await yard.connected(ONE, address=address)).address == address
    assert yard.gate.engines[MEMORY].senseless == 0


async def test_nobody_else_notices_and_each_is_counted_once(yard: Yard) -> None:
    good = await yard.opened(TWO)
    await yard.connected(ONE, address=PORTAL)
    last = await yard.connected(THREE, address="127.0.0.1")
    for _ in range(5):
        await yard.attend()
    assert yard.passes(good)
    metrics = Metrics(process=False)
    Figures(metrics).show(GateService(now=lambda: 0, gate=yard.gate))
    name = "renkei_gate_senseless_addresses_total"
    assert metrics.registry.get_sample_value(name, {"engine": MEMORY}) == 2
    yard.engine.give_address(last.session, "169.254.1.1")
    await yard.attend()
    assert yard.gate.engines[MEMORY].senseless == 3


async def test_who_has_another_one_at_each_look_fills_no_log(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    found = await yard.connected(ONE, address=PORTAL)
    for number in range(20):
        yard.engine.give_address(found.session, f"169.254.1.{number}")
        await yard.attend()
    assert len([one for one in caplog.records if found.session in one.getMessage()]) == 1
    assert yard.gate.engines[MEMORY].senseless == 21


async def test_who_takes_the_portals_address_keeps_no_more_than_the_own_one(yard: Yard) -> None:
    found = await yard.opened(ONE)
    yard.engine.give_address(found.session, PORTAL)
    await yard.attend()
    assert yard.live(found.session).address == found.address
    assert {place.address for place in yard.kernel._open} == {found.address}


def test_without_a_tunnel_the_loopback_is_a_pcs_address() -> None:
    assert why_no_pc("127.8.0.1", PORTAL, bare=True) == ""
    assert why_no_pc("127.8.0.1", PORTAL) == "is the loopback"
