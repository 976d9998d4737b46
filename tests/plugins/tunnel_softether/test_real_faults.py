# SPDX-License-Identifier: Apache-2.0
"""A real SoftEther VPN server that is killed, hangs, is switched off, or has no room; and thousands of seats."""

import asyncio
from dataclasses import replace
from time import perf_counter

import pytest

from appliance.contracts.tunnel import EngineAway
from appliance.model.tunnels import Cause
from tests.plugins.tunnel_softether.pcs import name_of, seat
from tests.plugins.tunnel_softether.real import LISTEN, SETTINGS, World, seen

pytestmark = pytest.mark.lab
CALL = '{"jsonrpc":"2.0","id":"1","method":"Test","params":{"IntValue_u32":1}}'
ASKED = ("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-d", CALL, f"https://{LISTEN}/api/")


async def test_a_full_disk_stops_nobody_from_being_cut(fund: World) -> None:
    """The server cannot write; what it is told holds all the same, and its next start is prepared again."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1, 2) as engine:
        assert office.gets_in("a")
        fund.fill_disk()
        [session] = await engine.live()
        await engine.bar(seat(1).name, Cause.SEAT)
        await engine.close(session.session, Cause.SEAT)
        await engine.save()
        await engine.admit(seat(3))
        assert list(await engine.live()) == []
        assert not office.gets_in("a")


async def test_what_a_full_disk_left_of_it_is_not_believed_and_is_mended(fund: World) -> None:
    """It wrote its configuration over with nothing, and starts as fresh as any: with the empty password."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1) as engine:
        fund.fill_disk()
        await fund.rpc("Flush")
        fund.server.kill9()
        fund.empty_disk()
        fund.server.start()
        with pytest.raises(EngineAway, match="is not our SoftEther"):
            await engine.live()
        empty = (
            "curl",
            "-sk",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-H",
            "Authorization: Basic Og==",
            "-d",
            CALL,
        )
        assert office.machine.tried(*empty, f"https://{LISTEN}/api/").stdout == "401", "adminip.txt is still there"
        fund.server.kill9()
        fund.lay_out()
        fund.server.start()
        await engine.prepare([seat(1)])
        assert office.gets_in("a")


async def test_who_hangs_up_is_noticed_within_the_time_of_the_policy(fund: World) -> None:
    """Five seconds, and no twenty."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1) as engine:
        assert office.gets_in("a")
        office.client.kill9()
        assert list(await seen(engine.live, lambda live: not live)) == []


async def test_after_a_kill_nothing_is_believed_until_it_is_prepared_again(fund: World) -> None:
    """A seat that was barred, and is on the server's disk still, is not let in again by that."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1, 2) as engine:
        await engine.save()
        await engine.bar(seat(1).name, Cause.SEAT)
        fund.server.kill9()
        with pytest.raises(EngineAway, match="not there"):
            await engine.live()
        fund.server.start()
        assert office.gets_in("a"), "its disk still knew the seat: what this test is about"
        with pytest.raises(EngineAway, match="started anew"):
            await engine.live()
        await engine.prepare([seat(2)])
        assert list(await engine.live()) == []
        assert not office.gets_in("a")


async def test_what_was_saved_outlives_a_kill(fund: World) -> None:
    """With save(), which runs every few seconds, not even that remains."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1, 2) as engine:
        await engine.bar(seat(1).name, Cause.SEAT)
        await engine.save()
        fund.server.kill9()
        fund.server.start()
        assert not office.gets_in("a")


async def test_a_hub_that_was_off_is_on_again_once_it_is_prepared(fund: World) -> None:
    """Somebody switched it off, and on; interface and address are ours, and stay."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1) as engine, fund.portal():
        assert office.gets_in("a")
        await fund.rpc("SetHubOnline", HubName_str=SETTINGS.hub, Online_bool=False)
        with pytest.raises(EngineAway):
            await engine.live()
        await engine.prepare([seat(1)])
        assert list(await seen(engine.live, lambda live: not live)) == []
        fresh = fund.pc()
        interface = fresh.has_seat(1)
        assert fresh.gets_in("a", 15)
        await asyncio.to_thread(fresh.client.lease, interface)
        assert await asyncio.to_thread(fresh.reaches)


async def test_a_server_that_hangs_is_away_in_time(fund: World) -> None:
    """And here again when it goes on."""
    async with fund.engine(1) as engine:
        fund.server.pause()
        began = perf_counter()
        with pytest.raises(EngineAway, match=r"did not answer|not there"):
            await engine.live()
        assert perf_counter() - began < 12
        fund.server.resume()
        assert list(await seen(engine.live, lambda live: not live)) == []


async def test_who_is_elsewhere_does_not_administer_it(fund: World) -> None:
    """The API answers at the public port, and to this host alone, be the password right."""
    office = fund.pc()
    password = ("-H", "X-VPNADMIN-PASSWORD: a password of this test")
    assert office.machine.tried(*ASKED, *password).stdout == "401"
    assert fund.appliance.tried(*ASKED, *password).stdout == "200"
    assert fund.appliance.tried(*ASKED).stdout != "200"


async def test_thousands_are_barred_and_none_comes_back(fund: World) -> None:
    """5,000 seats, 4,999 of them revoked at once by preparing, the last by hand."""
    office = fund.pc()
    office.has_seat(1)
    many = [replace(seat(1), name=name_of(number)) for number in range(1, 5001)]
    engine = fund.new_engine()
    try:
        began = perf_counter()
        await engine.prepare(many)
        made = perf_counter() - began
        assert office.gets_in("a")
        began = perf_counter()
        for one in many[1:]:
            await engine.bar(one.name, Cause.SEAT)
        barred = perf_counter() - began
        [session] = await engine.live()
        await engine.bar(many[0].name, Cause.SEAT)
        await engine.close(session.session, Cause.SEAT)
        await engine.save()
        users = (await fund.rpc("EnumUser", HubName_str=SETTINGS.hub))["UserList"]
        print(f"5,000 seats: prepared in {made:.1f} s, barred in {barred:.1f} s")
        assert users == []
        assert not office.gets_in("a")
    finally:
        await fund.rpc.close()


async def test_an_interface_that_was_removed_is_made_again(fund: World) -> None:
    """The address is there again, and the PC reaches the portal without connecting anew."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1) as engine:
        assert office.gets_in("a")
        await asyncio.to_thread(office.client.lease, interface)
        async with fund.portal():
            assert await asyncio.to_thread(office.reaches)
        fund.appliance.run("ip", "link", "del", "rk-se0")
        with pytest.raises(EngineAway, match="rk-se0 is gone"):
            await engine.live()
        await engine.prepare([seat(1)])
        assert len(await engine.live()) == 1
        async with fund.portal():
            assert await seen(lambda: asyncio.to_thread(office.reaches), bool, 30)
