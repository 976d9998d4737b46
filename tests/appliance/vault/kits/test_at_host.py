# SPDX-License-Identifier: Apache-2.0
"""Fund IT sees what can be made, and makes a kit by hand without moving the seat; both are in the journal."""

import hashlib
from dataclasses import replace

import pytest

from appliance.contracts.kit import Kit, KitOrder
from appliance.link.messages import ListKits, MakeKit
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.words import Site
from appliance.testing.memory_kit import MemoryKits
from tests.appliance.vault.kits.workshop import Workshop


async def test_builders_are_listed_with_what_they_lack(shop: Workshop) -> None:
    shop.kits.missing = "put a compiler in place"
    listed = await shop.world.admin(ListKits())
    [row] = listed.builders
    assert (row.builder, row.name, row.version) == ("kit_memory", "Memory", "1")
    assert row.missing == "put a compiler in place" and listed.kits == ()


async def test_the_kits_of_an_office_are_listed(shop: Workshop, sakura: Office) -> None:
    listed = await shop.world.admin(ListKits(sakura.contract_number))
    assert [(kit.seat, kit.builder, kit.made_on) for kit in listed.kits] == [
        (1, "kit_memory", "2026-06-09"),
        (2, "kit_memory", "2026-06-09"),
    ]
    assert (listed.built, listed.failed, listed.different) == (2, 0, 0)


async def test_a_kit_made_by_hand_is_the_one_that_is_listed(shop: Workshop, sakura: Office) -> None:
    reply = await shop.world.answer(Site.ADMIN, MakeKit(sakura.contract_number, 2, "kit_memory"))
    assert reply.stream is not None
    content = b"".join([piece async for piece in reply.stream])
    assert (reply.message.size, reply.message.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert content == await shop.content(sakura, 2)
    assert await shop.scene.state(sakura, 2) is SeatState.READY
    last = await shop.world.last()
    assert (last.kind, last.thing, last.office) == (Kind.KIT_MADE, sakura.id, sakura.id)
    assert last.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (ListKits("123456-0000099"), Why.NOT_FOUND),
        (ListKits("x"), Why.INVALID),
        (MakeKit("123456-0000099", 1, "kit_memory"), Why.NOT_FOUND),
        (MakeKit("123456-0000001", 9, "kit_memory"), Why.NOT_FOUND),
        (MakeKit("123456-0000001", 1, "kit_other"), Why.NOT_FOUND),
    ],
)
async def test_what_there_is_not(shop: Workshop, sakura: Office, message: object, why: Why) -> None:
    assert sakura.contract_number == "123456-0000001"
    await shop.world.refused(why, Site.ADMIN, message)


async def test_a_kit_that_cannot_be_made_is_none(shop: Workshop, sakura: Office) -> None:
    shop.kits.broken = "no room"
    await shop.world.refused(Why.FAILED, Site.ADMIN, MakeKit(sakura.contract_number, 1, "kit_memory"))


async def test_a_kit_that_fails_on_its_way_loses_its_end(
    shop: Workshop, sakura: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def changed(order: KitOrder) -> Kit:
        kit = await MemoryKits().build(order)
        return replace(kit, sha256=bytes(32))

    monkeypatch.setattr(shop.kits, "build", changed)
    reply = await shop.world.answer(Site.ADMIN, MakeKit(sakura.contract_number, 1, "kit_memory"))
    assert reply.stream is not None
    with pytest.raises(Refused, match="failed"):
        async for _ in reply.stream:
            pass
