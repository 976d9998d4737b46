# SPDX-License-Identifier: Apache-2.0
"""The seats of an office, looked at again: which sessions may not be, who is barred, who is let in."""

from dataclasses import replace

from appliance.model.devices import Bond, Ended
from appliance.model.things import Office
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.reviewing import Reviewed, reviewed
from appliance.vault.tunnels.telling import Teller
from tests.appliance.vault.tunnels.connecting import Tunnels


async def looked(tunnels: Tunnels, office: Office, teller: Teller) -> Reviewed:
    """What is found of an office."""
    core = tunnels.world.core
    held = list(core.tunnels.held.values())
    return await core.read(lambda snapshot: reviewed(snapshot, teller, [office.id], held))


async def test_where_nothing_changed_there_is_nothing_to_do(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    await tunnels.opened(pc)
    found = await looked(tunnels, sakura, tunnels.keeper.teller)
    assert (dict(found.ends), dict(found.bars), found.admits) == ({}, {}, [])


async def test_a_seat_that_was_revoked(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.scene.revoke(sakura, Ended.REPLACED)
    found = await looked(tunnels, sakura, tunnels.keeper.teller)
    assert dict(found.ends) == {Cause.SEAT: [row]}
    assert dict(found.bars) == {Cause.SEAT: {pc.claim.kit: sakura.id}}


async def test_a_session_by_an_older_bond_of_a_seat_that_has_a_new_one(
    tunnels: Tunnels, sakura: Office, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    core = tunnels.world.core
    held = Held(replace(row, bond="older"), "old-kit")
    found = await core.read(lambda snapshot: reviewed(snapshot, tunnels.keeper.teller, [sakura.id], [held]))
    assert list(found.ends) == [Cause.SEAT]
    over = Held(replace(row, bond="older", state=SessionState.ENDING), "old-kit")
    found = await core.read(lambda snapshot: reviewed(snapshot, tunnels.keeper.teller, [sakura.id], [over]))
    assert not found.ends


async def test_a_pc_that_was_set_up_again_with_its_kit_keeps_its_name(
    tunnels: Tunnels, sakura: Office, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    held = Held(replace(row, bond="before"), pc.claim.kit)
    teller = tunnels.keeper.teller
    found = await tunnels.world.core.read(lambda snapshot: reviewed(snapshot, teller, [sakura.id], [held]))
    assert (list(found.ends), dict(found.bars)) == ([Cause.REPLACED], {})


async def test_who_was_not_told_yet_is_let_in(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    found = await looked(tunnels, sakura, Teller(tunnels.world.core))
    assert found.admits == [(sakura.id, pc.seat)]
