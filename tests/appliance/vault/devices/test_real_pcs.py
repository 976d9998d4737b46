# SPDX-License-Identifier: Apache-2.0
"""The binder that is shipped, with PCs as they are: installed anew, repaired, copied, disks counted otherwise."""

import pytest
from renkei_device_code.binder import CodeBinder
from renkei_device_code.worthless import Worthless, shipped

from appliance.contracts.device import SeatToBind
from appliance.link.messages import Taken
from appliance.model.devices import Ended, Finding
from appliance.model.things import Office
from appliance.testing.services import fake_services
from tests.appliance.vault.devices.scene import Scene
from tests.plugins.device_code.pc import OTHER_PC, Pc


@pytest.fixture
def shop(scene: Scene) -> Scene:
    """A vault with the real binder, whose fund lets clean requests in."""
    scene.world.plugins.given["device"] = []
    scene.world.plugins.add("device", CodeBinder(Worthless(shipped()), fake_services().in_thread), "device_code")
    scene.set(auto_approve=True)
    return scene


async def send(scene: Scene, office: Office, number: int, pc: Pc) -> Taken:
    """What becomes of the file of a PC with the present kit of a seat."""
    kit = (await scene.seat(office, number)).kit
    content = pc.confirmation(SeatToBind(office.contract_number, number, kit, scene.world.clock.now()))
    return (await scene.send(office, content))[0].taken


async def test_a_clean_one_is_in_and_comes_back_with_a_new_key(shop: Scene, sakura: Office) -> None:
    assert await send(shop, sakura, 1, Pc()) is Taken.ACTIVE
    assert await send(shop, sakura, 1, Pc(key="key-2")) is Taken.ACTIVE
    assert {bond.ended for bond in await shop.bonds(sakura)} == {None, Ended.REINSTALLED}


async def test_a_new_disk_and_a_new_system_leave_a_pc_what_it_is(shop: Scene, sakura: Office) -> None:
    assert await send(shop, sakura, 1, Pc()) is Taken.ACTIVE
    traits = {**Pc().traits, "disk.1": "NEWDISK77001", "os-id": "11111111-2222-3333-4444-555555555556"}
    assert await send(shop, sakura, 1, Pc(traits, key="key-2")) is Taken.ACTIVE


async def test_another_pc_with_the_same_kit_waits(shop: Scene, sakura: Office) -> None:
    assert await send(shop, sakura, 1, Pc()) is Taken.ACTIVE
    assert await send(shop, sakura, 1, Pc(OTHER_PC, key="key-2")) is Taken.WAITING
    assert (await shop.request(sakura, 1)).findings == (Finding.CHANGED,)


async def test_one_pc_at_two_offices_waits_whatever_its_disks_are_called(shop: Scene, sakura: Office) -> None:
    other = await shop.office(2)
    assert await send(shop, other, 1, Pc(OTHER_PC)) is Taken.ACTIVE
    turned = {**OTHER_PC, "disk.1": OTHER_PC["disk.2"], "disk.2": OTHER_PC["disk.1"]}
    for name in ("system-uuid", "system-serial", "board-serial", "os-id"):
        turned.pop(name)
    assert await send(shop, sakura, 1, Pc(turned, key="key-2")) is Taken.WAITING
    assert (await shop.request(sakura, 1)).findings == (Finding.SAME_PC_OFFICE,)


async def test_a_key_that_was_copied_to_another_pc_waits(shop: Scene, sakura: Office) -> None:
    assert await send(shop, sakura, 1, Pc()) is Taken.ACTIVE
    assert await send(shop, sakura, 1, Pc(OTHER_PC)) is Taken.WAITING
    assert (await shop.request(sakura, 1)).findings == (Finding.CHANGED,)


async def test_a_pc_that_hides_its_numbers_waits(shop: Scene, sakura: Office) -> None:
    assert await send(shop, sakura, 1, Pc({"mac.1": "8C:04:BA:5E:10:22"})) is Taken.WAITING
    assert (await shop.request(sakura, 1)).findings == (Finding.WORTHLESS,)
