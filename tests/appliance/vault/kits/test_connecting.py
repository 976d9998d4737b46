# SPDX-License-Identifier: Apache-2.0
"""A kit knows how its PC connects where the portal needs a VPN; before the gate has said that, there is no kit."""

import json
from dataclasses import replace

import pytest

from appliance.config.tunnel_settings import TunnelNeed
from appliance.model.things import Office
from appliance.vault.kits.connecting import NOT_TOLD, obstacle_of
from appliance.vault.records.tunnel_tables import EngineFacts, SeatAddress, engine_facts, seat_addresses
from tests.appliance.vault.kits.workshop import Workshop

SOFTETHER = {"host": "vpn.renkei.example.jp", "port": "443", "hub": "RENKEI", "certificate": "PEM"}


@pytest.fixture
def required(shop: Workshop) -> Workshop:
    """Its portal needs a VPN."""
    core = shop.world.core
    tunnels = replace(core.settings.tunnels, portal=TunnelNeed.REQUIRED)
    core.settings = replace(core.settings, tunnels=tunnels)
    return shop


async def told(shop: Workshop, name: str = "tunnel_softether", **client: str) -> None:
    facts = EngineFacts(name, client or SOFTETHER, shop.world.clock.now())
    await shop.world.core.commit(lambda txn: engine_facts.put(txn, facts))


async def tunnels(shop: Workshop, office: Office, seat: int = 1) -> list[dict[str, object]]:
    said: list[dict[str, object]] = json.loads(await shop.content(office, seat))["tunnels"]
    return said


async def test_without_a_vpn_nothing_is_said_of_one(shop: Workshop, sakura: Office) -> None:
    await told(shop)
    assert await tunnels(shop, sakura) == []
    assert obstacle_of(shop.world.core.settings, ()) == ""


async def test_before_the_gate_has_spoken_there_is_no_kit(required: Workshop, sakura: Office) -> None:
    [first, _] = await required.offered(sakura)
    assert (first.file_name, first.missing) == ("", NOT_TOLD)
    await told(required)
    [first, _] = await required.offered(sakura)
    assert first.file_name and not first.missing


async def test_a_pc_calls_itself_by_the_id_of_its_kit(required: Workshop, sakura: Office) -> None:
    await told(required)
    seat = await required.scene.seat(sakura)
    assert await tunnels(required, sakura) == [
        {"engine": "tunnel_softether", "user": seat.kit, "address": "", "client": SOFTETHER, "minutes": 90}
    ]


async def test_where_an_engine_gives_none_the_seat_has_an_address_for_ever(
    required: Workshop, sakura: Office
) -> None:
    await told(required, "tunnel_wireguard", public_key="x")
    first, second = [await tunnels(required, sakura, seat) for seat in (1, 2)]
    assert [first[0]["address"], second[0]["address"]] == ["10.8.0.2", "10.8.0.3"]
    assert await tunnels(required, sakura) == first


async def test_a_network_that_is_full_makes_no_kit(required: Workshop, sakura: Office) -> None:
    await told(required, "tunnel_wireguard", public_key="x")
    core = required.world.core
    await core.commit(lambda txn: seat_addresses.put(txn, SeatAddress("other", 1, 256 * 256 - 2)))
    [first, _] = await required.offered(sakura)
    assert "[tunnels] addresses" in first.missing


async def test_engines_stand_in_the_order_of_their_names(required: Workshop, sakura: Office) -> None:
    for name in ("tunnel_wireguard", "tunnel_softether"):
        await told(required, name)
    assert [one["engine"] for one in await tunnels(required, sakura)] == ["tunnel_softether", "tunnel_wireguard"]


async def test_another_place_to_connect_to_makes_another_kit(required: Workshop, sakura: Office) -> None:
    await told(required)
    before = await required.content(sakura)
    await told(required, **{**SOFTETHER, "host": "vpn2.renkei.example.jp"})
    assert await required.content(sakura) != before and required.world.core.kits.different == 0
