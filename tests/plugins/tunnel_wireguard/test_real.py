# SPDX-License-Identifier: Apache-2.0
"""The engine with a real WireGuard: what passes, what does not, and how soon it ends."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from renkei_tunnel_wireguard.link import INTERFACE

from appliance.contracts.tunnel import EngineAway
from appliance.model.tunnels import Cause
from tests.plugins.tunnel_wireguard import fake_host
from tests.plugins.tunnel_wireguard.real import PORT, PORTAL, Pc, World, listening, seat, world
from tests.servers.netns import need_lab

pytestmark = pytest.mark.lab


@pytest.fixture
def there() -> Iterator[World]:
    """The appliance, and no PC yet."""
    need_lab()
    with world() as made:
        yield made


async def connected(there: World, number: int = 1, key: str = "") -> Pc:
    """A PC that is in."""
    pc = await asyncio.to_thread(there.pc, number, key)
    assert await asyncio.to_thread(pc.gets_in)
    return pc


async def test_a_pc_reaches_the_portal_and_is_seen_as_what_it_is(there: World) -> None:
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    with there.portal():
        pc = await connected(there)
        assert await pc.reaches()
    [session] = await engine.live()
    assert (session.seat, session.address, session.source) == (seat(1).name, "10.8.0.3", "198.18.1.20")
    assert session.bytes_in > 0 and session.bytes_out > 0 and session.seconds < 60


async def test_an_address_that_is_not_its_own_carries_nothing(there: World) -> None:
    """Though it is that of another seat, whose PC uses it afterwards."""
    engine = there.new_engine()
    await engine.prepare([seat(1), seat(2)])
    with there.portal():
        first, stolen = await connected(there, 1), seat(2).address
        first.machine.run("ip", "address", "add", f"{stolen}/32", "dev", first.end.interface)
        with there.heard() as sources:
            assert not await first.reaches(source=stolen)
            assert await first.reaches(source=seat(1).address)
        assert sources == {seat(1).address}
        second = await connected(there, 2)
        assert await second.reaches()


async def test_nothing_of_ipv6_comes_out_of_a_tunnel(there: World) -> None:
    """Though the PC sends it, and would be answered: a key has one address, and that is of IPv4."""
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    there.appliance.run("ip", "address", "add", "fd00::10/64", "dev", INTERFACE, "nodad")
    with there.portal():
        pc = await connected(there)
        pc.machine.run("ip", "address", "add", "fd00::5/64", "dev", pc.end.interface, "nodad")
        with there.heard() as sources:
            sent = pc.sent_bytes()
            asking = ("ping", "-6", "-c", "2", "-i", "0.2", "-W", "1", "fd00::10")
            assert (await asyncio.to_thread(pc.machine.tried, *asking)).returncode
            assert pc.sent_bytes() - sent >= 2 * 100
            assert await pc.reaches()
        assert sources == {seat(1).address}


async def test_a_barred_seat_hears_nothing_any_more_in_the_middle_of_a_connection(
    there: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """And does not come back, whatever it tries."""
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    with there.portal():
        pc = await connected(there)
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            began = asyncio.get_running_loop().time()
            await engine.bar(seat(1).name, Cause.SEAT)
            assert not await ear.more(0.5)
            print(f"last byte {1000 * (ear.at - began):.1f} ms after the order began")
    assert await engine.live() == [] and not await asyncio.to_thread(pc.gets_in)


async def test_a_closed_session_ends_in_the_middle_of_a_connection(there: World) -> None:
    """Its keys are forgotten; it comes again with a new handshake alone, as a new session."""
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    with there.portal():
        pc = await connected(there)
        [before] = await engine.live()
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            await engine.close(before.session, Cause.DESK)
            assert not await ear.more(0.5)
        assert await engine.live() == []
        assert await asyncio.to_thread(pc.gets_in) and await pc.reaches()
    [after] = await engine.live()
    assert after.session != before.session and after.seconds < before.seconds + 60


async def test_a_gate_that_starts_anew_cuts_nobody(there: World) -> None:
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    with there.portal():
        pc = await connected(there)
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            after = there.new_engine()
            await after.prepare([seat(1), seat(2)])
            assert [one.seat for one in await after.live()] == [seat(1).name]
            assert await ear.more(1.0)


async def test_one_that_was_killed_is_away_until_it_is_prepared_again(there: World) -> None:
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    with there.portal():
        pc = await connected(there)
        await asyncio.to_thread(there.kill_engine)
        with pytest.raises(EngineAway, match=r"wg show .* failed"):
            await engine.live()
        await engine.prepare([seat(1)])
        assert await engine.live() == []
        assert await asyncio.to_thread(pc.gets_in) and await pc.reaches()


async def test_a_copied_key_at_two_places_is_noticed(there: World) -> None:
    """One of them is served at a time, at the one address; the fund hears of it."""
    engine = there.new_engine()
    await engine.prepare([seat(1)])
    await connected(there)
    await connected(there)
    for _ in range(100):
        assert len(await engine.live()) == 1
        if there.metrics.counted["copied_keys"]:
            break
        await asyncio.sleep(0.05)
    assert there.metrics.counted == {"copied_keys": 1}


async def test_a_thousand_seats_are_prepared_and_the_poison_among_them_is_left_out(
    there: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody named our own key as that of his PC."""
    engine = there.new_engine()
    seats = [seat(1), *map(fake_host.seat, range(2, 1001))]
    poison = replace(fake_host.seat(1001), wireguard_key=there.server.public)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await engine.prepare([*seats, poison])
    print(f"{len(seats)} seats in {loop.time() - began:.2f} s")
    listed = there.appliance.run("wg", "show", INTERFACE, "peers").split()
    assert len(listed) == 1000
    began = loop.time()
    assert await engine.live() == []
    print(f"a look {1000 * (loop.time() - began):.0f} ms")
    with there.portal():
        pc = await connected(there)
        assert await pc.reaches(PORTAL, PORT)
