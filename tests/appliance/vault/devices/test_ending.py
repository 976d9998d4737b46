# SPDX-License-Identifier: Apache-2.0
"""Seats end by the fund: revoked at once, opened again, the history kept (R236, A37)."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Ended, RequestState, SeatState
from appliance.model.journal import TYPED, Kind
from appliance.model.things import Office
from appliance.vault.letters import LetterKind
from appliance.vault.records.room import Room
from tests.appliance.vault.devices.scene import Scene

COMMAND = "c" * 20


async def test_a_lost_pc_is_stopped_without_the_office(scene: Scene, sakura: Office) -> None:
    bond = await scene.activated(sakura)
    desk = await scene.desk()
    for _ in range(2):
        await desk.ask(m.RevokeSeat(sakura.id, 1, Ended.LOST, "電話で届け出", command=COMMAND))
    seat, [ended] = await scene.seat(sakura), await scene.bonds(sakura)
    assert (seat.state, seat.bond, ended.id) == (SeatState.REVOKED, "", bond.id)
    assert (ended.ended, ended.ended_by, ended.ended_at) == (Ended.LOST, desk.account, scene.world.clock.now())
    [entry] = await scene.world.journal(Kind.SEAT_REVOKED)
    assert (entry.thing, entry.reason, entry.personal[TYPED]) == (bond.id, "seat 1: lost", "電話で届け出")
    [letter] = await scene.world.letters(scene.admins[sakura.id].account, LetterKind.SEAT_ENDED)
    assert letter.fields == {"seat": "1", "why": "紛失・盗難の届け出"}


async def test_it_is_opened_again_at_once_or_later(scene: Scene, sakura: Office) -> None:
    desk = await scene.desk()
    for reopen in (True, False):
        await scene.activated(sakura)
        await desk.ask(m.RevokeSeat(sakura.id, 1, Ended.REPLACED, "入れ替え", reopen))
        assert await scene.state(sakura) is (SeatState.READY if reopen else SeatState.REVOKED)
    await desk.ask(m.OpenSeat(sakura.id, 1))
    assert await scene.state(sakura) is SeatState.READY
    assert [bond.ended for bond in await scene.bonds(sakura)] == [Ended.REPLACED] * 2, "the history stays"


async def test_what_waits_ends_with_it(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    waiting = await scene.request(sakura)
    desk = await scene.desk()
    await desk.ask(m.RevokeSeat(sakura.id, 1, Ended.WITHDRAWN, "停止"))
    [request] = await scene.requests(sakura)
    assert (request.id, request.state) == (waiting.id, RequestState.SUPERSEDED)
    assert (await desk.refused(Why.CONFLICT, m.ApproveActivation(waiting.id))).text == "activation.now_superseded"
    assert not await scene.bonds(sakura)


@pytest.mark.parametrize("message", [m.RevokeSeat, m.OpenSeat])
async def test_a_seat_that_there_is_not(scene: Scene, sakura: Office, message: type) -> None:
    desk = await scene.desk()
    more = (Ended.LOST, "理由") if message is m.RevokeSeat else ()
    for office, number in ((sakura.id, 9), (sakura.id, 0), (sakura.id, -1), ("a" * 26, 1), ("", 1)):
        await desk.refused(Why.NOT_FOUND, message(office, number, *more))


async def test_nothing_is_revoked_twice_or_for_nothing(scene: Scene, sakura: Office) -> None:
    desk = await scene.desk()
    message = m.RevokeSeat(sakura.id, 1, Ended.LOST, "届け出")
    assert (await desk.refused(Why.CONFLICT, message)).text == "seat.now_ready"
    await scene.activated(sakura)
    assert (await desk.refused(Why.INVALID, m.RevokeSeat(sakura.id, 1, Ended.LOST, ""))).text == "reason.length"
    await desk.ask(message)
    assert (await desk.refused(Why.CONFLICT, message)).text == "seat.now_revoked"


async def test_a_full_store_does_not_save_a_thief(scene: Scene, sakura: Office) -> None:
    await scene.activated(sakura)
    desk = await scene.desk()
    scene.world.core.room = Room(0.85, 0.95)
    scene.world.core.room.is_full()
    await desk.ask(m.RevokeSeat(sakura.id, 1, Ended.LOST, "届け出"))
    assert await scene.state(sakura) is SeatState.REVOKED
