# SPDX-License-Identifier: Apache-2.0
"""The engine beyond the contract: adopted, read back, fooled by nobody, and never the key in sight."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from renkei_tunnel_wireguard.engine import WireGuard
from renkei_tunnel_wireguard.link import INTERFACE

from appliance.contracts.tunnel import EngineAway, EngineSession
from appliance.model.tunnels import Cause
from appliance.testing.clock import FakeClock
from appliance.testing.services import FakeMetrics
from tests.monitoring.reading import plugins_own
from tests.plugins.tunnel_wireguard.conftest import new_engine
from tests.plugins.tunnel_wireguard.fake_host import OWN, FakeHost, FakePeer, FakeWire, key_of, seat

HERE, THERE = "198.51.100.7:40000", "203.0.113.8:50000"


@pytest.fixture
async def ready(engine: WireGuard) -> WireGuard:
    """With the seats 1 and 2."""
    await engine.prepare([seat(1), seat(2)])
    return engine


def wire(host: FakeHost) -> FakeWire:
    assert host.wire is not None
    return host.wire


async def connected(engine: WireGuard, host: FakeHost, number: int = 1) -> EngineSession:
    assert host.shake(seat(number).wireguard_key)
    [found] = [one for one in await engine.live() if one.seat == seat(number).name]
    return found


# --- ready --------------------------------------------------------------------------------------------------------


async def test_kits_are_told_where_and_whom_to_believe(engine: WireGuard) -> None:
    prepared = await engine.prepare([])
    assert prepared.interface == INTERFACE
    assert dict(prepared.client) == {
        "host": "198.51.100.1",
        "port": "51820",
        "public_key": OWN,
        "portal": "10.0.0.10",
    }


async def test_each_peer_has_one_address_and_the_way_there_leads_in(ready: WireGuard, host: FakeHost) -> None:
    assert {key: peer.allowed for key, peer in wire(host).peers.items()} == {
        seat(1).wireguard_key: "10.8.0.3/32",
        seat(2).wireguard_key: "10.8.0.4/32",
    }
    assert host.routes == ["10.8.0.0/24"] and wire(host).port == 51820


async def test_another_network_is_led_in_with_its_first_seat(ready: WireGuard, host: FakeHost) -> None:
    await ready.admit(replace(seat(3), address="10.8.7.9"))
    assert host.routes == ["10.8.0.0/24", "10.8.7.0/24"]


async def test_a_gate_that_starts_anew_adopts_who_is_there(
    ready: WireGuard, host: FakeHost, clock: FakeClock
) -> None:
    """The handshake stays; how long it was there before is the vault's to know."""
    assert host.shake(seat(1).wireguard_key)
    host.done.clear()
    clock.move(60_000)
    after = new_engine(host, clock)
    await after.prepare([seat(1), seat(2)])
    [found] = await after.live()
    assert found.seat == seat(1).name and found.seconds == pytest.approx(60)
    assert host.done == ["wg syncconf rk-wg0 /dev/stdin"]


async def test_what_is_there_of_another_time_is_removed(ready: WireGuard, host: FakeHost, clock: FakeClock) -> None:
    wire(host).peers[key_of("stranger")] = FakePeer("10.8.0.9/32")
    await new_engine(host, clock).prepare([seat(2)])
    assert list(wire(host).peers) == [seat(2).wireguard_key]


async def test_an_interface_that_went_away_comes_back_with_the_next_preparation(
    ready: WireGuard, host: FakeHost
) -> None:
    """As when wireguard-go is killed."""
    host.remove()
    with pytest.raises(EngineAway, match="No such device"):
        await ready.live()
    await ready.prepare([seat(1)])
    assert await ready.live() == [] and host.shake(seat(1).wireguard_key)


async def test_one_that_its_unit_started_anew_is_believed_only_after_it_was_prepared(
    ready: WireGuard, host: FakeHost
) -> None:
    """It answers at once, and knows nobody: who was connected is not any more, and nobody comes in meanwhile."""
    host.shake(seat(1).wireguard_key)
    assert len(await ready.live()) == 1
    host.remove()
    host.start_unit()
    with pytest.raises(EngineAway, match="does not know everybody"):
        await ready.live()
    assert not host.shake(seat(1).wireguard_key)
    await ready.prepare([seat(1)])
    assert await ready.live() == [] and host.shake(seat(1).wireguard_key)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("prepare", ([seat(1)],)),
        ("admit", (seat(3),)),
        ("bar", (seat(1).name, Cause.DESK)),
        ("live", ()),
        ("close", ("x", Cause.DESK)),
    ],
)
async def test_one_that_is_away_is_said_to_be(
    ready: WireGuard, host: FakeHost, method: str, given: tuple[Any, ...]
) -> None:
    host.away = "`wg` did not end within 4 s"
    with pytest.raises(EngineAway, match="did not end"):
        await getattr(ready, method)(*given)


# --- read back ----------------------------------------------------------------------------------------------------


async def test_a_preparation_without_effect_is_none(engine: WireGuard, host: FakeHost) -> None:
    host.lies = "syncconf"
    with pytest.raises(EngineAway, match="has our key and port, and has not"):
        await engine.prepare([seat(1)])


async def test_who_was_admitted_and_is_not_there_is_found_at_the_next_look(
    ready: WireGuard, host: FakeHost
) -> None:
    host.lies = "allowed-ips"
    await ready.admit(seat(3))
    with pytest.raises(EngineAway, match="does not know everybody"):
        await ready.live()


async def test_who_was_barred_and_is_still_there_is_found_at_the_next_look(
    ready: WireGuard, host: FakeHost
) -> None:
    host.lies = "remove"
    await ready.bar(seat(1).name, Cause.SEAT)
    with pytest.raises(EngineAway, match="whom nobody admitted"):
        await ready.live()
    await ready.prepare([seat(2)])
    assert list(wire(host).peers) == [seat(2).wireguard_key]


async def test_somebody_added_by_hand_is_found_and_removed(ready: WireGuard, host: FakeHost) -> None:
    wire(host).peers[key_of("stranger")] = FakePeer("0.0.0.0/0")
    with pytest.raises(EngineAway, match="whom nobody admitted"):
        await ready.live()
    await ready.prepare([seat(1)])
    assert await ready.live() == []


async def test_a_peer_that_may_send_from_elsewhere_is_found(ready: WireGuard, host: FakeHost) -> None:
    wire(host).peers[seat(1).wireguard_key].allowed = "10.8.0.3/32,10.8.0.4/32"
    with pytest.raises(EngineAway, match="does not know everybody"):
        await ready.live()


async def test_a_session_that_is_said_to_be_closed_and_is_not_is_no_success(
    ready: WireGuard, host: FakeHost
) -> None:
    session = await connected(ready, host)
    host.lies = "remove"
    with pytest.raises(EngineAway, match="says that it ended"):
        await ready.close(session.session, Cause.DESK)


# --- ends ---------------------------------------------------------------------------------------------------------


async def test_closing_makes_the_peer_anew(ready: WireGuard, host: FakeHost) -> None:
    """So the keys of the old handshake are worth nothing, and it may shake hands again."""
    session = await connected(ready, host)
    host.done.clear()
    await ready.close(session.session, Cause.SIGNED_OUT)
    key = seat(1).wireguard_key
    assert host.done == [f"wg set rk-wg0 peer {key} remove", f"wg set rk-wg0 peer {key} allowed-ips 10.8.0.3/32"]
    assert wire(host).peers[key].handshake == 0 and await ready.live() == []


async def test_a_pc_that_comes_back_before_it_was_looked_is_a_session_of_its_own(
    ready: WireGuard, host: FakeHost, clock: FakeClock
) -> None:
    session = await connected(ready, host)
    wire(host).peers[seat(1).wireguard_key].bytes_in = 5000
    host.returns = seat(1).wireguard_key
    await ready.close(session.session, Cause.SIGNED_OUT)
    [after] = await ready.live()
    assert after.session != session.session


async def test_a_barred_seat_is_cut_by_one_command(ready: WireGuard, host: FakeHost) -> None:
    await connected(ready, host)
    host.ran.clear()
    await ready.bar(seat(1).name, Cause.BLOCKED)
    assert host.ran == [f"wg set rk-wg0 peer {seat(1).wireguard_key} remove"] and await ready.live() == []


async def test_another_key_of_a_seat_keeps_its_address(ready: WireGuard, host: FakeHost) -> None:
    """The old peer has gone before the new one comes, or it would lose the address to nobody."""
    await ready.admit(seat(1, "new"))
    assert {key: peer.allowed for key, peer in wire(host).peers.items()} == {
        seat(2).wireguard_key: "10.8.0.4/32",
        seat(1, "new").wireguard_key: "10.8.0.3/32",
    }


async def test_a_seat_whose_pc_has_no_key_any_more_is_cut(ready: WireGuard, host: FakeHost) -> None:
    await connected(ready, host)
    await ready.admit(replace(seat(1), wireguard_key=""))
    assert list(wire(host).peers) == [seat(2).wireguard_key] and await ready.live() == []


# --- who is fooled ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [OWN, "nonsense", seat(1).wireguard_key])
async def test_a_pc_with_a_key_that_is_none_of_its_own_stops_nobody(
    engine: WireGuard, host: FakeHost, metrics: FakeMetrics, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    await engine.prepare([seat(1), replace(seat(2), wireguard_key=key)])
    assert list(wire(host).peers) == [seat(1).wireguard_key]
    assert f"{seat(2).name} cannot connect" in caplog.text and metrics.gauges["seats_left_out"] == 1
    await engine.admit(replace(seat(3), wireguard_key=key))
    assert len(wire(host).peers) == 1 and metrics.gauges["seats_left_out"] == 2
    assert (await connected(engine, host)).seat == seat(1).name


async def test_a_key_that_wireguard_does_not_take_stops_nobody(engine: WireGuard, host: FakeHost) -> None:
    host.refuses = {seat(2).wireguard_key}
    await engine.prepare([seat(1), seat(2)])
    assert (await connected(engine, host)).seat == seat(1).name
    await engine.bar(seat(2).name, Cause.SEAT)


async def test_a_key_at_two_places_is_counted_and_told_once(
    ready: WireGuard, host: FakeHost, clock: FakeClock, metrics: FakeMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for place in (HERE, THERE, HERE, THERE, HERE):
        host.shake(seat(1).wireguard_key, place)
        clock.move(5000)
        await ready.live()
    assert metrics.counted == {"copied_keys": 1}
    assert caplog.text.count(f"the key of {seat(1).name} is used at two places, one of them 198.51.100.7") == 1


async def test_what_it_counts_is_there_from_the_start_and_in_its_manual(
    ready: WireGuard, metrics: FakeMetrics
) -> None:
    """An alarm looks at one of them."""
    assert metrics.counted == {"copied_keys": 0} and metrics.gauges == {"seats_left_out": 0}
    own = {name for name in plugins_own() if "wireguard" in name}
    assert own == {f"renkei_plugin_tunnel_wireguard_{name}" for name in ("copied_keys_total", "seats_left_out")}


async def test_no_error_says_our_key(engine: WireGuard, host: FakeHost) -> None:
    host.fails = "syncconf"
    with pytest.raises(EngineAway) as caught:
        await engine.prepare([seat(1)])
    assert engine.private not in str(caught.value) and "syncconf" in str(caught.value)


async def test_a_thousand_seats_cost_as_many_commands_as_one(host: FakeHost, clock: FakeClock) -> None:
    for count in (1, 1000):
        host.ran.clear()
        await new_engine(host, clock).prepare([seat(number) for number in range(count)])
        assert len(host.ran) < 20
    engine = new_engine(host, clock)
    await engine.prepare([seat(number) for number in range(1000)])
    host.ran.clear()
    await engine.live()
    assert host.ran == ["wg show rk-wg0 dump"]
