# SPDX-License-Identifier: Apache-2.0
"""The kernel's table: read back, mended, and what it refused is tried again (promises 6, 9 and 12)."""

import asyncio

import pytest

from appliance.gate.kernel import Opening, Place
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.table import Table
from appliance.testing.clock import FakeClock

ONE, TWO = Place("rk-a", "10.0.0.2"), Place("rk-a", "10.0.0.3")


class Desk:
    """A table, and what is below it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.kernel = MemoryKernel(self.clock)
        self.table = Table(self.kernel, self.clock)

    async def open(self, place: Place, mark: str, seconds: int = 60) -> bool:
        return place in await self.table.open([Opening(place, seconds, mark)], lambda one: True)


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.table.stand()
    return made


async def test_before_it_stands_there_is_trouble() -> None:
    desk = Desk()
    assert desk.table.trouble
    await desk.table.stand()
    assert (desk.table.trouble, desk.kernel.prepared) == ("", 1)


async def test_standing_again_only_reads(desk: Desk) -> None:
    await desk.kernel.change([Opening(ONE, 30, "one")], [])
    await desk.table.stand()
    assert (desk.kernel.prepared, desk.table.mark_at(ONE), desk.table.seconds_at(ONE)) == (1, "one", 30)


async def test_opening_puts_it_in_place_where_it_does_not_stand() -> None:
    desk = Desk()
    assert await desk.open(ONE, "one")
    assert desk.kernel.prepared == 1


async def test_what_may_not_be_any_more_is_not_opened(desk: Desk) -> None:
    wanted = [Opening(ONE, 60, "one"), Opening(TWO, 60, "two")]
    assert await desk.table.open(wanted, lambda one: one.mark == "two") == {TWO}
    assert not desk.kernel.passes(ONE)


async def test_a_session_has_one_place(desk: Desk) -> None:
    await desk.open(ONE, "one")
    await desk.open(TWO, "one")
    assert (desk.kernel.passes(ONE), desk.kernel.passes(TWO)) == (False, True)


async def test_a_place_is_of_the_last_who_got_it(desk: Desk) -> None:
    await desk.open(ONE, "one", 60)
    await desk.open(ONE, "two", 30)
    assert (desk.table.mark_at(ONE), desk.table.seconds_at(ONE)) == ("two", 30)


async def test_seconds_run_between_two_looks(desk: Desk) -> None:
    await desk.open(ONE, "one", 60)
    desk.clock.move(20_000)
    assert desk.table.seconds_at(ONE) == 40
    desk.clock.move(40_000)
    assert (desk.table.seconds_at(ONE), desk.table.mark_at(ONE)) == (0, "")


async def test_shutting_is_by_place_and_mark(desk: Desk) -> None:
    await desk.open(ONE, "one")
    await desk.open(TWO, "two")
    assert await desk.table.shut(lambda place, mark: mark == "two") == [TWO]
    assert (desk.kernel.passes(ONE), desk.kernel.passes(TWO)) == (True, False)
    assert await desk.table.passes_none([TWO]) and not await desk.table.passes_none([ONE, TWO])


async def test_shutting_nothing_asks_nobody(desk: Desk) -> None:
    before = desk.kernel.changes
    assert await desk.table.shut(lambda place, mark: True) == []
    assert await desk.table.passes_none([]) and desk.kernel.changes == before


async def test_what_cannot_be_read_is_not_known_to_be_shut() -> None:
    """A gate that was started while the kernel refuses."""
    desk = Desk()
    desk.kernel.refuses = "busy"
    await desk.table.stand()
    assert await desk.table.shut(lambda place, mark: True) == []
    assert not await desk.table.passes_none([])
    desk.kernel.refuses = ""
    await desk.kernel.change([Opening(ONE, 60, "one")], [])
    assert await desk.table.shut(lambda place, mark: True) == [ONE]
    assert await desk.table.passes_none([ONE]) and not desk.kernel.passes(ONE)


async def test_what_was_not_shut_is_owed(desk: Desk) -> None:
    """Promise 12."""
    await desk.open(ONE, "one")
    desk.kernel.refuses = "busy"
    assert await desk.table.shut(lambda place, mark: True) == [ONE]
    assert desk.table.trouble == "busy"
    assert not await desk.table.passes_none([ONE])
    desk.kernel.refuses = ""
    assert desk.kernel.passes(ONE)
    await desk.table.stand()
    assert not desk.kernel.passes(ONE) and desk.table.trouble == ""


async def test_what_is_owed_and_then_opened_anew_is_open(desk: Desk) -> None:
    await desk.open(ONE, "one")
    desk.kernel.refuses = "busy"
    await desk.table.shut(lambda place, mark: True)
    desk.kernel.refuses = ""
    assert await desk.open(ONE, "two")
    await desk.table.stand()
    assert desk.kernel.passes(ONE)


async def test_a_table_that_somebody_harmed_is_mended(desk: Desk) -> None:
    """The next look fails, and the rules are put in place at once."""
    await desk.open(ONE, "one")
    held, fails = desk.kernel.held, [True]

    async def broken_once() -> list[Opening]:
        if fails.pop() if fails else False:
            desk.kernel.refuses = "the rules are gone"
            desk.kernel._need()
        return await held()

    desk.kernel.held = broken_once  # type: ignore[method-assign]
    await desk.table.stand()
    assert desk.table.trouble == "the rules are gone"
    desk.kernel.refuses = ""
    await desk.table.stand()
    assert (desk.table.trouble, desk.kernel.prepared) == ("", 2)


async def test_changes_come_one_after_another(desk: Desk) -> None:
    """A shut that comes while another is opened sees what was opened."""
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.open(ONE, "one"))
        shut = group.create_task(desk.table.shut(lambda place, mark: mark == "one"))
    assert shut.result() == [ONE] and not desk.kernel.passes(ONE)
