# SPDX-License-Identifier: Apache-2.0
"""A PC inside the hub of a real server, whose owner writes frames of his own."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from renkei_tunnel_softether.links import HARDWARE
from renkei_tunnel_softether.wanted import SERVER_HARDWARE

from tests.plugins.tunnel_softether.frames import ARP, DISCOVER, IPV4, TO_ALL, Card, arp, dhcp, frame, hardware, syn
from tests.plugins.tunnel_softether.real import SETTINGS, Office, World

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


async def owners(fund: World) -> dict[bytes, str]:
    """To whose session the hub sends what is for a card."""
    rows = (await fund.rpc("EnumMacTable", HubName_str=SETTINGS.hub))["MacTable"]
    return {b64decode(row["MacAddress_bin"]): row["SessionName_str"] for row in rows}
