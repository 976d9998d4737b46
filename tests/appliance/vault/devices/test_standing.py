# SPDX-License-Identifier: Apache-2.0
"""Which PC may connect as a seat: what the tunnel is told (T19)."""

from appliance.link import messages as m
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office
from appliance.model.words import Role
from appliance.vault.devices.standing import may_connect
from tests.appliance.vault.devices.scene import Scene


async def standing(scene: Scene, office: Office, number: int = 1) -> Bond | None:
    """Who may connect."""
    return await scene.world.core.read(lambda snapshot: may_connect(snapshot, office.id, number))


async def test_an_active_pc_may_and_goes_on_while_another_one_asks(scene: Scene, sakura: Office) -> None:
    assert await standing(scene, sakura) is None
    await scene.ask(sakura)
    assert await standing(scene, sakura) is None
    await scene.approve(sakura)
    first = await standing(scene, sakura)
    assert first is not None
    await scene.ask(sakura, pc="pc-2", key="key-2")
    assert await standing(scene, sakura) == first
    await scene.approve(sakura)
    second = await standing(scene, sakura)
    assert second is not None and second.claim.certificate != first.claim.certificate


async def test_what_has_ended_may_not(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    await scene.revoke(sakura, Ended.LOST)
    assert await standing(scene, sakura) is None
    await scene.open(sakura.id, 1)
    assert await standing(scene, sakura) is None


async def test_an_overridden_pc_may_not(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura, 1)
    await scene.ask(sakura, 2, key="key-2")
    await scene.approve(sakura, 2)
    assert await standing(scene, sakura, 1) is None
    assert await standing(scene, sakura, 2) is not None


async def test_no_pc_of_a_suspended_office_may(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    before = await standing(scene, sakura)
    desk = await (await scene.world.staff("stopper", Role.FUND_DESK)).sign_in()
    await desk.ask(m.SuspendOffice(sakura.id, "代表者からのご依頼"))
    assert before is not None and await standing(scene, sakura) is None
    scene.world.clock.move(1)
    await desk.ask(m.ResumeOffice(sakura.id, "確認が済んだ"))
    assert await standing(scene, sakura) == before


async def test_a_seat_that_there_is_not(scene: Scene, sakura: Office) -> None:
    for number in (0, 9, -1, 10**20):
        assert await standing(scene, sakura, number) is None
