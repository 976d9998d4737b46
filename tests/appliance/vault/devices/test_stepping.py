# SPDX-License-Identifier: Apache-2.0
"""One step of a seat: written, or refused with what it is now."""

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.things import Office
from appliance.vault.devices.stepping import seat_of, stepped, supersede
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command
from tests.appliance.vault.devices.scene import Scene, stranger_at


async def test_a_step_is_written(scene: Scene, sakura: Office) -> None:
    caller = stranger_at(scene.world)

    def work(txn: Transaction) -> None:
        after = stepped(txn, caller, seat_of(txn, sakura.id, 1), Command.FETCH)
        assert seat_of(txn, sakura.id, 1) == after and after.state is SeatState.DOWNLOADED

    await scene.world.core.commit(work)


async def test_what_is_not_possible_says_what_is_so(scene: Scene, sakura: Office) -> None:
    caller = stranger_at(scene.world)
    with pytest.raises(Refused) as caught:
        await scene.world.core.commit(lambda txn: stepped(txn, caller, seat_of(txn, sakura.id, 1), Command.REVOKE))
    assert (caught.value.why, caught.value.text) == (Why.CONFLICT, "seat.now_ready")
    assert caught.value.values == {"seat": "1", "since_at": str((await scene.seat(sakura)).since)}


async def test_only_what_waits_is_superseded(scene: Scene, sakura: Office) -> None:
    await scene.ask(sakura)
    await scene.approve(sakura)
    [decided], caller = await scene.requests(sakura), stranger_at(scene.world)
    seat = await scene.seat(sakura)
    await scene.world.core.commit(lambda txn: supersede(txn, caller, seat))
    assert await scene.requests(sakura) == [decided]
