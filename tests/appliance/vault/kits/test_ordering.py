# SPDX-License-Identifier: Apache-2.0
"""What decides about the bytes of a kit is in its hash; builders say what they lack, or that they do not answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.contracts.kit import EngineClient, KitNotBuilt, KitPlatform
from appliance.host.refused import ProviderFailed
from appliance.testing.kit_suite import ORDER, OTHERS
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.kits.ordering import builders, made_of
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import World

PLATFORM = KitPlatform("Memory", "1")
CLIENT = EngineClient(Path("/here/x"), "client.exe", 7, b"\1" * 32)


def test_each_part_of_an_order_counts() -> None:
    orders = [
        ORDER,
        *OTHERS,
        replace(ORDER, authorities=""),
        replace(ORDER, contact="x"),
        replace(ORDER, binding={}),
    ]
    orders += [replace(ORDER, client=CLIENT), replace(ORDER, client=replace(CLIENT, sha256=b"\2" * 32))]
    hashes = {made_of(order, PLATFORM) for order in orders}
    assert len(hashes) == len(orders)
    assert made_of(ORDER, replace(PLATFORM, version="2")) not in hashes


def test_where_a_file_lies_and_what_is_missing_does_not_count() -> None:
    moved = replace(CLIENT, file=Path("/there/y"))
    assert made_of(replace(ORDER, client=CLIENT), PLATFORM) == made_of(replace(ORDER, client=moved), PLATFORM)
    assert made_of(ORDER, PLATFORM) == made_of(ORDER, replace(PLATFORM, missing="x"))


class Silent(MemoryKits):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def platform(self) -> KitPlatform:
        raise self.error


class Wanting(MemoryKits):
    async def platform(self) -> KitPlatform:
        return KitPlatform("Windows", "1", wants_client=True)


@pytest.mark.parametrize("error", [KitNotBuilt("x"), ProviderFailed("x")])
async def test_a_builder_that_does_not_answer_harms_no_other(world: World, error: Exception) -> None:
    Scene(world)
    world.plugins.add("kit", Silent(error), "kit_silent")
    world.plugins.add("kit", MemoryKits(), "kit_memory")
    silent, other = await builders(world.core)
    assert "does not answer" in silent.missing and silent.platform.name == "kit_silent"
    assert other.missing == ""


async def test_a_builder_without_its_client_says_what_fund_it_does(world: World) -> None:
    Scene(world)
    world.plugins.add("kit", Wanting(), "kit_windows")
    [builder] = await builders(world.core)
    assert "renkei kit add-client" in builder.missing and "kit_windows" in builder.missing
    assert replace(builder, client=CLIENT).missing == ""


async def test_without_its_binder_no_kit_is_of_use(world: World) -> None:
    world.plugins.add("kit", MemoryKits(), "kit_memory")
    [builder] = await builders(world.core)
    assert builder.missing == "the device binder device_code is not configured; add [plugins.device_code]"


async def test_an_authority_that_is_not_there_is_in_the_way_of_all(world: World) -> None:
    scene = Scene(world)
    scene.set(authority="/nowhere/authority.pem")
    world.plugins.add("kit", MemoryKits(), "kit_memory")
    [builder] = await builders(world.core)
    assert "/nowhere/authority.pem cannot be read" in builder.missing


async def test_without_builders_there_is_none(world: World) -> None:
    assert await builders(world.core) == ()
