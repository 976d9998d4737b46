# SPDX-License-Identifier: Apache-2.0
"""Further users are added as PCs become active (R113, SC10)."""

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Ended, SeatState
from appliance.model.things import Office
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.people.folk import new_user
from tests.appliance.vault.world import Person


async def strict(scene: Scene, office: Office) -> Person:
    """The admin of an office where the fund waits for PCs."""
    scene.set(users_after_activation=True)
    return await scene.admin(office)


async def test_the_second_user_comes_with_the_second_pc(scene: Scene, sakura: Office) -> None:
    admin = await strict(scene, sakura)
    await scene.activated(sakura, 1)
    refused = await admin.refused(Why.CONFLICT, new_user())
    assert (refused.text, refused.values) == ("user.seat_ready", {"seat": "2"})
    page = await admin.ask(m.ListUsers())
    assert (page.missing_seat, page.missing_state) == (2, SeatState.READY)
    await scene.activated(sakura, 2, pc="pc-2", key="key-2")
    assert (await admin.ask(m.ListUsers())).missing_seat == 0
    await admin.ask(new_user())


async def test_it_says_which_step_is_missing(scene: Scene, sakura: Office) -> None:
    admin = await strict(scene, sakura)
    assert (await admin.refused(Why.CONFLICT, new_user())).values == {"seat": "1"}
    await scene.activated(sakura, 1)
    await scene.ask(sakura, 2, pc="pc-2", key="key-2")
    assert (await admin.refused(Why.CONFLICT, new_user())).text == "user.seat_requested"
    desk = await scene.desk()
    await desk.ask(m.RefuseActivation((await scene.request(sakura, 2)).id, "理由"))
    assert (await admin.refused(Why.CONFLICT, new_user())).text == "user.seat_failed"


async def test_while_a_pc_is_replaced_nobody_has_to_go(scene: Scene, sakura: Office) -> None:
    admin = await strict(scene, sakura)
    await scene.activated(sakura, 1)
    await scene.activated(sakura, 2, pc="pc-2", key="key-2")
    await scene.revoke(sakura, Ended.REPLACED, 2)
    await admin.ask(new_user())
    assert (await admin.refused(Why.CONFLICT, new_user("Tanaka03"))).text == "user.no_seat"


async def test_where_the_fund_does_not_ask_for_it_nobody_waits(scene: Scene, sakura: Office) -> None:
    scene.set(users_after_activation=False)
    await (await scene.admin(sakura)).ask(new_user())


async def test_an_office_from_before_there_were_seats_is_not_held_up(scene: Scene) -> None:
    admin = await strict(scene, await scene.office(1, seats=0))
    await admin.ask(new_user())
