# SPDX-License-Identifier: Apache-2.0
"""Seats at the vault's own host: many at once."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Ended, SeatState
from appliance.model.things import Office
from appliance.model.words import Site
from tests.appliance.vault.devices.scene import Scene


async def test_seats_of_all_offices_in_pages(scene: Scene) -> None:
    for number in range(1, 4):
        await scene.office(number)
    page = await scene.world.admin(m.AskSeats(limit=2))
    assert [one.contract_number for one in page.offices] == ["123456-0000001", "123456-0000002"]
    assert page.next == 2 and [row.number for row in page.offices[0].rows] == [1, 2]
    page = await scene.world.admin(m.AskSeats(after=page.next))
    assert [one.contract_number for one in page.offices] == ["123456-0000003"] and page.next == 0


async def test_seats_of_one_contract(scene: Scene, sakura: Office) -> None:
    await scene.office(2)
    for typed in (sakura.contract_number, " １２３４５６－０００００01 ".replace("０００００", "00000")):
        page = await scene.world.admin(m.AskSeats(typed))
        assert [one.office for one in page.offices] == [sakura.id]
    await scene.world.refused(Why.NOT_FOUND, Site.ADMIN, m.AskSeats("123456-0000099"))
    await scene.world.refused(Why.INVALID, Site.ADMIN, m.AskSeats("nonsense"))


async def test_all_that_have_a_pc_are_revoked_at_once(scene: Scene) -> None:
    office = await scene.office(1, seats=3)
    await scene.activated(office, 1)
    await scene.activated(office, 3, pc="pc-3", key="key-3")
    revoked = await scene.world.admin(m.RevokeSeats(office.contract_number, Ended.WITHDRAWN, "契約の終了"))
    assert revoked.numbers == (1, 3)
    states = [await scene.state(office, number) for number in (1, 2, 3)]
    assert states == [SeatState.REVOKED, SeatState.READY, SeatState.REVOKED]
    again = await scene.world.admin(m.RevokeSeats(office.contract_number, Ended.WITHDRAWN, "契約の終了"))
    assert again.numbers == ()


@pytest.mark.parametrize(("numbers", "why"), [((1, 2), Why.CONFLICT), ((1, 9), Why.NOT_FOUND)])
async def test_of_those_that_are_named_all_or_none(
    scene: Scene, sakura: Office, numbers: tuple[int, ...], why: Why
) -> None:
    await scene.activated(sakura, 1)
    message = m.RevokeSeats(sakura.contract_number, Ended.LOST, "届け出", numbers)
    await scene.world.refused(why, Site.ADMIN, message)
    assert await scene.state(sakura, 1) is SeatState.ACTIVE
