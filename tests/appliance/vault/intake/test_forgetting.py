# SPDX-License-Identifier: Apache-2.0
"""What was settled long ago is forgotten; what waits never is."""

from appliance.link import messages as m
from appliance.model.intake import IntakeState
from appliance.vault.intake.forgetting import KEEP, sweep_intakes
from tests.appliance.vault.intake.forms import confirm, listed, took
from tests.appliance.vault.world import Person, World


async def test_after_three_months_what_was_typed_is_gone(world: World, clerk: Person) -> None:
    waiting, confirmed, rejected = [await took(clerk, number) for number in (1, 2, 3)]
    await confirm(clerk, confirmed)
    await clerk.ask(m.RejectRegistration(rejected, "二重", tell=True))
    before = await world.rows()
    world.clock.move(KEEP)
    await sweep_intakes(world.core)
    assert await world.rows() == before, "not a moment too early"
    world.clock.move(1)
    await sweep_intakes(world.core)
    await clerk.sign_in()
    assert [row.id for row in await listed(clerk)] == [waiting]
    assert await listed(clerk, state=IntakeState.REGISTERED) == []
    assert await listed(clerk, state=IntakeState.REJECTED) == []
