# SPDX-License-Identifier: Apache-2.0
"""A PC inside the hub of a real server, whose owner writes frames of his own."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from ipaddress import IPv4Address

import pytest
from renkei_tunnel_softether.links import HARDWARE
from renkei_tunnel_softether.wanted import SERVER_HARDWARE

from tests.plugins.tunnel_softether.frames import (
    ARP,
    DISCOVER,
    IPV4,
    REQUEST,
    TO_ALL,
    Card,
    arp,
    dhcp,
    frame,
    hardware,
    syn,
)
from tests.plugins.tunnel_softether.pcs import seat
from tests.plugins.tunnel_softether.real import SETTINGS, Office, World, seen

pytestmark = pytest.mark.lab
PORTAL, SERVER = hardware(HARDWARE), hardware(SERVER_HARDWARE)


@asynccontextmanager
async def inside(office: Office, number: int) -> AsyncIterator[tuple[Card, str]]:
    """A PC that is connected: its card, and the address that it was given."""
    interface = office.has_seat(number)
    assert office.gets_in("a")
    given = await asyncio.to_thread(office.client.lease, interface)
    with closing(Card(office.machine, interface)) as card:
        yield card, given


async def test_who_sends_as_the_portal_the_server_or_another_pc_takes_nothing(fund: World) -> None:
    """One such frame would be enough: the hub sends to where it last heard from."""
    async with fund.engine(1, 2), fund.portal():
        near, far = fund.pc(), fund.pc()
        async with inside(near, 1) as (card, address), inside(far, 2) as (other, _):
            assert await asyncio.to_thread(far.reaches)
            before = await owners(fund)
            for taken in (PORTAL, SERVER, other.own):
                card.send(
                    frame(TO_ALL, taken, IPV4, dhcp(DISCOVER, taken)),
                    frame(PORTAL, taken, IPV4, syn(address, SETTINGS.portal, 443)),
                    frame(TO_ALL, taken, ARP, arp(taken, address, SETTINGS.portal)),
                )
            assert not await asyncio.to_thread(near.reaches, port=5555)
            assert await owners(fund) == before
            assert {PORTAL, SERVER, card.own, other.own} == before.keys()
            assert await asyncio.to_thread(far.reaches)
            assert await asyncio.to_thread(near.reaches)


async def test_who_takes_all_addresses_goes_and_others_get_theirs(fund: World) -> None:
    """The hub gives an address for each question, and keeps it for longer than a session lasts."""
    async with fund.engine(1, 2, 3) as engine, fund.portal():
        near, far = fund.pc(), fund.pc()
        async with inside(far, 2) as (_, kept), inside(near, 1) as (card, _):
            assert len(await engine.live()) == 2
            wishes = [f"10.0.{number // 200 + 2}.{number % 200}" for number in range(2000)]
            asked = [dhcp(REQUEST, card.own, wish, SETTINGS.server) for wish in wishes]
            card.send(*(frame(SERVER, card.own, IPV4, one) for one in asked))
            assert await seen(lambda: taken(fund), lambda number: number > 100) > 100
            await seen(engine.live, lambda live: len(live) == 1)
            [left] = await engine.live()
            assert (left.seat, left.address) == (seat(2).name, kept)
            assert await taken(fund) <= 1
            assert not near.gets_in("a", 1.0)
            async with inside(fund.pc(), 3) as (other, given):
                assert IPv4Address(given) > IPv4Address("10.0.32.0")
                # What the hub has forgotten it gives to nobody else.
                wish = dhcp(REQUEST, other.own, kept, SETTINGS.server)
                other.send(frame(TO_ALL, other.own, IPV4, wish), frame(TO_ALL, other.own, IPV4, wish))
                assert await asyncio.to_thread(far.reaches)
                at = {session.seat: session.address for session in await engine.live()}
                assert at == {seat(2).name: kept, seat(3).name: given}


async def taken(fund: World) -> int:
    """How many addresses are handed out."""
    return int((await fund.rpc("GetSecureNATStatus", HubName_str=SETTINGS.hub))["NumDhcpClients_u32"])


async def owners(fund: World) -> dict[bytes, str]:
    """To whose session the hub sends what is for a card."""
    rows = (await fund.rpc("EnumMacTable", HubName_str=SETTINGS.hub))["MacTable"]
    return {b64decode(row["MacAddress_bin"]): row["SessionName_str"] for row in rows}
