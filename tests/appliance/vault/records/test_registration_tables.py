# SPDX-License-Identifier: Apache-2.0
"""Registrations are found by their state, by the form that they are, and by when they were settled."""

from dataclasses import replace

from appliance.model.intake import Intake, IntakeSource, IntakeState, form_of
from appliance.vault.records.registration_tables import intakes, same_form
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import World

ONE = Intake("a" * 26, IntakeSource.WEB, form_of({}), b"digest", 5, "")


async def found(world: World, kept: Intake) -> dict[str, list[str]]:
    """By which indexes it is found once it is kept."""

    def put(txn: Transaction) -> dict[str, list[str]]:
        intakes.put(txn, kept)
        same = (same_form(txn.sealing.blind, kept.digest),)
        parts = {"state": (kept.state.value,), "same": same, "web": (), "ended": ()}
        return {index: [row.id for row in intakes.scan(txn, index, some)] for index, some in parts.items()}

    return await world.core.commit(put)


async def test_one_of_the_public_site_waits(world: World) -> None:
    assert await found(world, ONE) == {"state": [ONE.id], "same": [ONE.id], "web": [ONE.id], "ended": []}


async def test_a_file_is_not_counted_among_strangers(world: World) -> None:
    assert (await found(world, replace(ONE, source=IntakeSource.FILE)))["web"] == []


async def test_one_that_is_registered_is_known_again_and_will_be_forgotten(world: World) -> None:
    await found(world, ONE)
    done = replace(ONE, state=IntakeState.REGISTERED, ended_at=9)
    assert await found(world, done) == {"state": [ONE.id], "same": [ONE.id], "web": [], "ended": [ONE.id]}


async def test_one_that_is_rejected_may_come_again(world: World) -> None:
    done = replace(ONE, state=IntakeState.REJECTED, ended_at=9)
    assert await found(world, done) == {"state": [ONE.id], "same": [], "web": [], "ended": [ONE.id]}


async def test_what_was_typed_stands_in_no_key(world: World) -> None:
    await found(world, replace(ONE, form=form_of({}, "Ab3!Ab3!")))
    rows = await world.rows()
    assert not any(b"digest" in key or b"Ab3!" in key + value for key, value in rows.items())
