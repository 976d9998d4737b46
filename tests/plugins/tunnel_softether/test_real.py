# SPDX-License-Identifier: Apache-2.0
"""The engine in front of a real SoftEther VPN server, with real clients, each in a network of its own."""

import asyncio
from time import perf_counter

import pytest
from renkei_tunnel_softether.host import LEAST_FREE

from appliance.model.tunnels import Cause
from tests.plugins.tunnel_softether.pcs import pc, seat
from tests.plugins.tunnel_softether.real import LISTEN, SETTINGS, World, seen

pytestmark = pytest.mark.lab
DETAILS = {
    "MAXTCP": "2",
    "INTERVAL": "1",
    "TTL": "0",
    "HALF": "no",
    "NOTRACK": "yes",
    "NOQOS": "no",
    "DISABLEUDP": "yes",
}


async def test_a_fresh_server_listens_at_its_one_port_and_has_nothing_else_on(fund: World) -> None:
    """R17; before it is prepared, and after. It keeps a UDP socket whatever is off, which answers nobody."""
    office = fund.pc()
    for prepared in (False, True):
        if prepared:
            async with fund.engine(1):
                pass
        lines = [line.split() for line in fund.appliance.run("ss", "-Hlntu").splitlines()]
        assert [line[4] for line in lines if line[0] == "tcp"] == [f"{LISTEN}:{SETTINGS.port}"]
        for port in {line[4].rpartition(":")[2] for line in lines if line[0] == "udp"}:
            speaking = (
                "timeout",
                "1",
                "bash",
                "-c",
                f"exec 3<>/dev/udp/{LISTEN}/{port}; head -c 64 /dev/zero >&3; wc -c <&3",
            )
            assert office.machine.tried(*speaking).stdout == ""


async def test_preparing_again_is_quick_and_changes_nothing(fund: World) -> None:
    """What the server has as its configuration stays the same, to the letter."""
    async with fund.engine(1, 2) as engine:
        before = await fund.configuration()
        assert f"uint64 AutoDeleteCheckDiskFreeSpaceMin {2 * LEAST_FREE}" in before
        began = perf_counter()
        await engine.prepare([seat(1), seat(2)])
        assert perf_counter() - began < 2
        assert await fund.configuration() == before


async def test_a_pc_connects_by_its_certificate_and_gets_an_address(fund: World) -> None:
    """What it shows is the address by which the portal knows it, and where it is on the Internet."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1, 2) as engine:
        assert office.gets_in("a")
        [session] = await engine.live()
        assert (session.seat, session.address, session.source) == (seat(1).name, "", office.address)
        given = await asyncio.to_thread(office.client.lease, interface)
        [session] = await seen(engine.live, lambda live: bool(live[0].address))
        assert session.address == given == SETTINGS.first
        assert session.seconds < 30


async def test_others_do_not_get_in(fund: World) -> None:
    """Another device's certificate, one of a rogue authority with the same names, and who is no seat."""
    office = fund.pc()
    office.has("other", seat(1), pc("2"))
    office.has("rogue", seat(1), pc("rogue"))
    office.has("stranger", seat(9), pc("9"))
    async with fund.engine(1, 2) as engine:
        assert [office.gets_in(name) for name in ("other", "rogue", "stranger")] == [False] * 3
        assert list(await engine.live()) == []


async def test_bar_and_close_end_it_and_it_stays_out(fund: World) -> None:
    """The client tries again by itself every five seconds, in vain (L1)."""
    office = fund.pc()
    office.has_seat(1)
    office.client.command("AccountRetrySet", "a", "/NUM:999", "/INTERVAL:5")
    async with fund.engine(1) as engine:
        assert office.gets_in("a")
        [session] = await engine.live()
        await engine.bar(seat(1).name, Cause.SEAT)
        began = perf_counter()
        await engine.close(session.session, Cause.SEAT)
        took = perf_counter() - began
        assert list(await engine.live()) == []
        assert took < 1
        assert not await seen(engine.live, bool, 7)
        await engine.admit(seat(1))
        assert office.gets_in("a")


async def test_a_kick_alone_does_not_keep_it_out(fund: World) -> None:
    """Which is why bar() comes first: the client is back before anybody looks."""
    office = fund.pc()
    office.has_seat(1)
    office.client.command("AccountRetrySet", "a", "/NUM:999", "/INTERVAL:5")
    async with fund.engine(1) as engine:
        assert office.gets_in("a")
        [first] = await engine.live()
        await engine.close(first.session, Cause.DESK)
        [again] = await seen(engine.live, lambda live: len(live) == 1, 15)
        assert again.session != first.session


async def test_sessions_that_claim_to_be_one_are_seen_as_what_they_are(fund: World) -> None:
    """Two and more of one seat from one PC: the server does not count those with the same UniqueId (L2)."""
    office = fund.pc()
    for nic in ("a", "b", "c"):
        office.has(nic, seat(1), pc("1"), nic)
    async with fund.engine(1) as engine:
        assert [office.gets_in(nic) for nic in ("a", "b", "c")] == [True] * 3
        live = await engine.live()
        assert [session.seat for session in live] == [seat(1).name] * 3
        assert len({session.session for session in live}) == 3
        assert live[0].seconds >= live[-1].seconds
        await engine.close(live[0].session, Cause.REPLACED)
        left = [session.session for session in await engine.live()]
        assert left[-2:] == [live[1].session, live[2].session]


async def test_a_copied_key_on_a_second_pc_waits_until_the_first_is_gone(fund: World) -> None:
    """It gets in then: a key is what a PC is known by. The vault sees another source."""
    first, second = fund.pc(), fund.pc()
    for office in (first, second):
        office.has_seat(1)
    async with fund.engine(1) as engine:
        assert first.gets_in("a")
        assert not second.gets_in("a")
        [session] = await engine.live()
        assert session.source == first.address
        await engine.close(session.session, Cause.DESK)
        first.client.tried("AccountDisconnect", "a")
        assert second.gets_in("a")
        [session] = await engine.live()
        assert session.source == second.address


async def test_an_address_that_the_client_chose_carries_nothing(fund: World) -> None:
    """It is never shown as the session's, and nothing that has it as source comes out of the hub."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1) as engine, fund.portal():
        assert office.gets_in("a")
        office.machine.has(interface, "10.0.0.123/18")
        assert not await asyncio.to_thread(office.reaches)
        [session] = await engine.live()
        assert session.address == ""
        office.machine.run("ip", "address", "flush", "dev", interface)
        assert await asyncio.to_thread(office.client.lease, interface) == SETTINGS.first
        assert await asyncio.to_thread(office.reaches)
        office.machine.has(interface, "10.0.0.124/18")
        spoofed = ("curl", "-s", "--max-time", "2", "--interface", "10.0.0.124", f"http://{SETTINGS.portal}:443/")
        assert (await asyncio.to_thread(office.machine.tried, *spoofed)).returncode
        [session] = await engine.live()
        assert session.address == SETTINGS.first


async def test_nothing_comes_out_of_the_hub_but_from_the_address_that_was_given(fund: World) -> None:
    """No spoofed source, no IPv6, no other protocol, whatever the PC sends."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1), fund.portal():
        assert office.gets_in("a")
        given = await asyncio.to_thread(office.client.lease, interface)
        office.machine.has(interface, "10.0.0.124/18")
        office.machine.tried("ip", "-6", "address", "add", "fd00::5/64", "dev", interface, "nodad")
        with fund.heard() as frames:
            for program in (
                ("ping", "-c", "1", "-W", "1", "-I", "10.0.0.124", SETTINGS.portal),
                ("bash", "-c", f"exec 3<>/dev/tcp/{SETTINGS.portal}/443"),
                ("ping", "-6", "-c", "2", "-W", "1", "-I", interface, "ff02::1"),
                ("curl", "-s", "--max-time", "1", "--interface", "10.0.0.124", f"http://{SETTINGS.portal}:443/"),
            ):
                await asyncio.to_thread(office.machine.tried, "timeout", "3", *program)
        sources = {".".join(map(str, frame[26:30])) for frame in frames if frame[12:14] == b"\x08\x00"}
        assert sources == {given}
        assert {frame[12:14] for frame in frames} <= {b"\x08\x00", b"\x08\x06"}


async def test_a_client_that_would_be_a_bridge_or_a_listener_is_refused(fund: World) -> None:
    """L2: what a client asks for is not what it gets."""
    office = fund.pc()
    office.has_seat(1)
    async with fund.engine(1) as engine:
        for wish in ("BRIDGE", "MONITOR"):
            asked = {"BRIDGE": "no", "MONITOR": "no"} | {wish: "yes"}
            words = [f"/{name}:{value}" for name, value in {**DETAILS, **asked}.items()]
            office.client.command("AccountDetailSet", "a", *words)
            assert not office.gets_in("a"), wish
            assert list(await engine.live()) == []


async def test_the_portal_is_all_that_is_reached(fund: World) -> None:
    """By one port; not the server inside the hub, nor another PC, nor the appliance's other addresses, nor IPv6."""
    near, far = fund.pc(), fund.pc()
    interfaces = [near.has_seat(1), far.has_seat(2)]
    async with fund.engine(1, 2), fund.portal():
        for office, interface in zip((near, far), interfaces, strict=True):
            assert office.gets_in("a")
            others = await asyncio.to_thread(office.client.lease, interface)
        assert await asyncio.to_thread(near.reaches)
        for address in (SETTINGS.portal, SETTINGS.server, others):
            ping = await asyncio.to_thread(near.machine.tried, "ping", "-c", "1", "-W", "1", address)
            assert ping.returncode, address
        assert not await asyncio.to_thread(near.reaches, SETTINGS.portal, 5555)
        link_local = fund.appliance.run("ip", "-6", "-br", "address", "show", "rk-se0")
        assert "fe80" not in link_local


async def test_bytes_are_counted_from_the_pc_and_to_it(fund: World) -> None:
    """After a while, a few sessions at a time."""
    office = fund.pc()
    interface = office.has_seat(1)
    async with fund.engine(1) as engine, fund.portal():
        assert office.gets_in("a")
        await asyncio.to_thread(office.client.lease, interface)
        assert await asyncio.to_thread(office.fetches)
        [session] = await seen(engine.live, lambda live: live[0].bytes_out > 100_000)
        assert session.bytes_out > 100_000 > session.bytes_in > 0
