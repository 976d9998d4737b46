# SPDX-License-Identifier: Apache-2.0
"""A clock that has caught up is gone by again, after everything of before has ended; what it means is in
test_clock_steps.py.
"""

import logging

import pytest

from appliance.model.journal import Kind
from appliance.model.time import HOUR, MINUTE
from appliance.vault.clock_back import mind_the_clock
from tests.appliance.vault.world import Person, World


async def test_a_clock_that_is_right_costs_nothing(world: World, user: Person) -> None:
    before = await world.rows()
    world.clock.move(HOUR)
    await mind_the_clock(world.core)
    world.clock.step(-MINUTE)
    await mind_the_clock(world.core)
    assert await world.rows() == before


async def test_it_is_told_and_journaled_once(
    world: World, user: Person, clerk: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "renkei.vault")
    world.clock.step(-HOUR)
    await mind_the_clock(world.core)
    assert caplog.messages == []
    world.clock.move(HOUR + 1)
    for _ in range(3):
        await mind_the_clock(world.core)
    assert len(caplog.messages) == 1 and "people can sign in again" in caplog.messages[0]
    entries = await world.journal(Kind.LINK_CUT)
    assert {entry.thing: entry.reason for entry in entries} == {
        "public": "the clock was set back: 0 visits ended",
        "portal": "the clock was set back: 1 visits ended",
        "console": "the clock was set back: 1 visits ended",
    }
    assert len(entries) == 3
