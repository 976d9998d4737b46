# SPDX-License-Identifier: Apache-2.0
"""A seat is opened, each time with a kit of its own, and closed."""

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.devices import Ended, SeatState
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.words import Site
from appliance.vault.devices.opening import close_seat, is_offered, open_seat
from tests.appliance.vault.devices.scene import Scene, stranger_at


async def test_a_new_seat_is_ready(scene: Scene, sakura: Office) -> None:
    seat = await scene.open(sakura.id, 3)
    assert (seat.state, seat.number, seat.office, seat.by) == (SeatState.READY, 3, sakura.id, "admin")
    entry = (await scene.world.journal(Kind.SEAT_OPENED))[-1]
    assert (entry.thing, entry.office, entry.reason) == (seat.kit, sakura.id, "seat 3")


async def test_each_opening_has_another_kit(scene: Scene, sakura: Office) -> None:
    kits = {(await scene.seat(sakura, number)).kit for number in (1, 2)}
    await scene.activated(sakura)
    await scene.revoke(sakura, Ended.REPLACED)
    kits.add((await scene.open(sakura.id, 1)).kit)
    assert len(kits) == 3 and "" not in kits


async def test_a_transaction_that_runs_again_gives_the_same_kit(scene: Scene, sakura: Office) -> None:
    """design §5: no chance inside; the store may run it as often as it likes."""
    caller, kits = stranger_at(scene.world, Site.ADMIN, "admin"), list[str]()
    await scene.world.core.commit(lambda txn: kits.append(open_seat(txn, caller, sakura.id, 3).kit))
    assert len(kits) == 2 and len(set(kits)) == 1


async def test_one_that_is_open_is_not_opened_again(scene: Scene, sakura: Office) -> None:
    before = await scene.seat(sakura)
    with pytest.raises(Refused) as caught:
        await scene.open(sakura.id, 1)
    assert (caught.value.why, caught.value.text) == (Why.CONFLICT, "seat.now_ready")
    assert await scene.seat(sakura) == before


async def test_it_is_closed_while_no_pc_holds_it(scene: Scene, sakura: Office) -> None:
    caller, core = stranger_at(scene.world, Site.ADMIN, "admin"), scene.world.core
    closed = await core.commit(lambda txn: close_seat(txn, caller, sakura.id, 2))
    assert closed.state is SeatState.CLOSED
    await scene.activated(sakura, 1)
    with pytest.raises(Refused, match="now_active"):
        await core.commit(lambda txn: close_seat(txn, caller, sakura.id, 1))
    with pytest.raises(Refused, match="not_found"):
        await core.commit(lambda txn: close_seat(txn, caller, sakura.id, 9))


async def test_whether_its_kit_is_offered(scene: Scene, sakura: Office) -> None:
    assert is_offered(await scene.seat(sakura))
    await scene.activated(sakura)
    assert is_offered(await scene.seat(sakura)), "it may be installed anew (A36)"
    await scene.revoke(sakura, Ended.LOST)
    assert not is_offered(await scene.seat(sakura))
