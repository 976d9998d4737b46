# SPDX-License-Identifier: Apache-2.0
"""A kit was fetched: what that does to its seat, and what it does not."""

import pytest

from appliance.link.refusals import Refused
from appliance.model.devices import SeatState
from appliance.model.things import Office
from appliance.vault.devices.fetched import note_fetched
from tests.appliance.vault.devices.scene import Scene, stranger_at


async def fetch(scene: Scene, office: Office, number: int = 1) -> None:
    """The last byte of a kit went out."""
    caller = stranger_at(scene.world)
    await scene.world.core.commit(lambda txn: note_fetched(txn, caller, office.id, number))


async def test_the_seat_waits_for_its_code(scene: Scene, sakura: Office) -> None:
    await fetch(scene, sakura)
    scene.world.clock.move(60_000)
    await fetch(scene, sakura)
    seat = await scene.seat(sakura)
    assert (seat.state, seat.downloaded_at) == (SeatState.DOWNLOADED, scene.world.clock.now())


async def test_what_is_further_stays_there(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura, 1)
    await fetch(scene, sakura, 1)
    assert await scene.state(sakura, 1) is SeatState.REQUESTED
    await scene.activated(sakura, 2, pc="pc-2", key="key-2")
    await fetch(scene, sakura, 2)
    assert await scene.state(sakura, 2) is SeatState.ACTIVE


async def test_a_seat_that_there_is_not(scene: Scene, sakura: Office) -> None:
    for number in (0, 3, -5, 10**20):
        with pytest.raises(Refused, match="not_found"):
            await fetch(scene, sakura, number)
