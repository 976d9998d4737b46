# SPDX-License-Identifier: Apache-2.0
"""A builder's kit is believed only as far as it proves itself; few are made at once, and none for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.kit import Kit, KitNotBuilt, KitOrder
from appliance.link.refusals import Refused, Why
from appliance.model.things import Office
from appliance.testing.kit_suite import ORDER
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.kits import building
from appliance.vault.kits.building import built
from appliance.vault.kits.kit_work import MOST_OF_OFFICE, MOST_WAITING
from appliance.vault.kits.ordering import Builder, builders
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.kits.workshop import Workshop
from tests.appliance.vault.world import World


class Bent(MemoryKits):
    """A builder whose kits are changed before they go out."""

    def __init__(self, **changed: Any) -> None:
        super().__init__()
        self.changed = changed

    async def build(self, order: KitOrder) -> Kit:
        return replace(await super().build(order), **self.changed)


async def builder_of(world: World, kits: MemoryKits) -> Builder:
    Scene(world)
    world.plugins.add("kit", kits, "kit_memory")
    [found] = await builders(world.core)
    return found


async def read(kit: Kit) -> bytes:
    return b"".join([piece async for piece in kit.chunks()])


async def test_a_good_kit_comes_as_it_is(world: World) -> None:
    kit = await built(world.core, await builder_of(world, MemoryKits()), ORDER)
    assert len(await read(kit)) == len(await read(kit)) == kit.size
    assert (world.core.kits.built, world.core.kits.failed) == (1, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"file_name": "setup.txt"},
        {"file_name": f"{ORDER.stem}.01"[:-1] + "\n.txt"},
        {"file_name": f"{ORDER.stem}./../x"},
        {"file_name": f"{ORDER.stem}.基金"},
        {"file_name": f"{ORDER.stem}.{'x' * 100}"},
        {"size": 0},
        {"size": -1},
        {"size": building.MAX_KIT + 1},
        {"sha256": b"short"},
    ],
)
async def test_what_a_kit_cannot_be_is_refused(world: World, changed: dict[str, Any]) -> None:
    with pytest.raises(KitNotBuilt):
        await built(world.core, await builder_of(world, Bent(**changed)), ORDER)
    assert world.core.kits.failed == 1


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("pieces", [(), (b"x",), (b"x" * 10_000,), (b"\0" * 100, b"y" * 100)])
async def test_other_bytes_than_promised_never_come_to_an_end(world: World, pieces: tuple[bytes, ...]) -> None:
    kit = await built(world.core, await builder_of(world, Bent(chunks=lambda: _pieces(*pieces))), ORDER)
    with pytest.raises(KitNotBuilt, match="not those"):
        await read(kit)


async def test_bytes_of_the_right_length_and_the_wrong_hash_lose_their_end(world: World) -> None:
    good = await MemoryKits().build(ORDER)
    wrong = Bent(chunks=lambda: _pieces(b"x" * (good.size - 1), b"x"))
    kit = await built(world.core, await builder_of(world, wrong), ORDER)
    came = []
    with pytest.raises(KitNotBuilt):
        async for piece in kit.chunks():
            came.append(piece)
    assert sum(map(len, came)) == good.size - 1


async def test_bytes_that_do_not_come_end_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "PIECE_SECONDS", 0.01)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    kit = await built(world.core, await builder_of(world, Bent(chunks=stuck)), ORDER)
    with pytest.raises(KitNotBuilt, match="do not come"):
        await read(kit)


class Slow(MemoryKits):
    """Counts how many are at work at once; busy is set when there are so many."""

    def __init__(self, many: int = 1) -> None:
        super().__init__()
        self.many, self.busy = many, asyncio.Event()
        self.at_work, self.most = 0, 0
        self.go_on = asyncio.Event()

    async def build(self, order: KitOrder) -> Kit:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        if self.at_work == self.many:
            self.busy.set()
        await self.go_on.wait()
        self.at_work -= 1
        return await super().build(order)


async def test_two_are_made_at_once_and_a_crowd_is_turned_away(world: World) -> None:
    slow = Slow(2)
    builder = await builder_of(world, slow)
    async with asyncio.TaskGroup() as group:
        made = [group.create_task(built(world.core, builder, of_office(one))) for one in range(MOST_WAITING)]
        await slow.busy.wait()
        with pytest.raises(Refused) as caught:
            await built(world.core, builder, ORDER)
        assert caught.value.why is Why.BUSY
        slow.go_on.set()
    assert {task.result().size for task in made} == {made[0].result().size}
    assert slow.most == 2 and world.core.kits.waiting == 0


async def test_whoever_has_one_letter_keeps_no_other_office_waiting(world: World) -> None:
    slow = Slow(2)
    builder = await builder_of(world, slow)
    async with asyncio.TaskGroup() as group:
        for _ in range(MOST_OF_OFFICE):
            group.create_task(built(world.core, builder, of_office(1)))
        await slow.busy.wait()
        with pytest.raises(Refused) as caught:
            await built(world.core, builder, of_office(1))
        assert caught.value.why is Why.BUSY
        other = group.create_task(built(world.core, builder, of_office(2)))
        slow.go_on.set()
    assert other.result().size and not +world.core.kits.of_office
    await built(world.core, builder, of_office(1))


def of_office(number: int) -> KitOrder:
    """The order of a seat of one office."""
    return replace(ORDER, contract_number=f"916237-{number:07}")


async def test_who_gives_up_waiting_leaves_his_place(shop: Workshop, sakura: Office) -> None:
    slow = Slow()
    builder = await builder_of_more(shop, slow)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(built(shop.world.core, builder, ORDER))
        await slow.busy.wait()
        waiting.cancel()
    assert shop.world.core.kits.waiting == 0


async def builder_of_more(shop: Workshop, kits: MemoryKits) -> Builder:
    shop.world.plugins.add("kit", kits, "kit_more")
    return (await builders(shop.world.core))[-1]
