# SPDX-License-Identifier: Apache-2.0
"""Places are limited by caller, given back whatever happens, and waiting for none taken works."""

import asyncio

import pytest

from appliance.link.refusals import Refused, Why
from appliance.link.slots import Slots


async def test_one_too_many_is_told_to_come_again() -> None:
    slots = Slots(2)
    with slots.take("a"), slots.take("a"), pytest.raises(Refused) as refused, slots.take("a"):
        raise AssertionError("there was a third place")
    assert refused.value.why is Why.BUSY
    with slots.take("a"), slots.take("a"):
        pass


async def test_all_places_that_are_held_are_counted() -> None:
    slots = Slots(2)
    with slots.take("a"), slots.take("a"), slots.take("b"):
        assert slots.taken == 3
    assert slots.taken == 0


async def test_one_caller_never_takes_anothers_place() -> None:
    slots = Slots(1)
    with slots.take("hostile"), slots.take("honest"):
        pass


async def test_a_place_comes_back_after_a_fault() -> None:
    slots = Slots(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), slots.take("a"):
            _ = 1 / 0
    await slots.idle()


async def test_idle_waits_for_the_last_place() -> None:
    slots = Slots(5)
    first, second = slots.take("a"), slots.take("b")
    first.__enter__()
    second.__enter__()
    async with asyncio.TaskGroup() as group:
        idle = group.create_task(slots.idle())
        await asyncio.sleep(0)
        first.__exit__(None, None, None)
        await asyncio.sleep(0)
        assert not idle.done()
        second.__exit__(None, None, None)


async def test_no_key_is_remembered_without_a_place() -> None:
    slots = Slots(1)
    for number in range(100):
        with slots.take(number):
            pass
    assert not slots._taken
