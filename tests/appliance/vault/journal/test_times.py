# SPDX-License-Identifier: Apache-2.0
"""A time is found in the journal without reading it, also where entries are not quite in order."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.model.time import DAY, HOUR, MINUTE
from appliance.vault.journal.times import NEIGHBOURS, OUT_OF_ORDER, Span, span
from tests.appliance.vault.journal.conftest import AT, Rig
from tests.appliance.vault.journal.test_log import Counted

if TYPE_CHECKING:
    from appliance.contracts.records import View


async def written(rig: Rig, times: Sequence[int]) -> None:
    """Entries of these times, in this order."""
    entries = [replace(rig.entry(number), at=at) for number, at in enumerate(times)]
    for start in range(0, len(entries), 500):
        await rig.commit(lambda txn, some=entries[start : start + 500]: rig.log.append(txn, some))  # type: ignore[misc]


async def found(rig: Rig, since: int, until: int) -> Span:
    """The span of a time."""
    return await rig.read(lambda view: span(rig.log, view, since, until))


async def test_nothing_is_in_an_empty_journal(rig: Rig) -> None:
    assert await found(rig, AT, AT + DAY) == Span(0, 0)


async def test_without_bounds_it_is_everything(rig: Rig) -> None:
    await written(rig, [AT + number * DAY for number in range(7)])
    assert await found(rig, 0, 0) == Span(0, 7)


@pytest.mark.parametrize("day", range(-1, 12))
async def test_a_day_of_ten_is_that_day_and_little_more(rig: Rig, day: int) -> None:
    await written(rig, [AT + number * HOUR for number in range(240)])
    since = AT + day * DAY
    got = await found(rig, since, since + DAY)
    first, stop = max(0, min(240, day * 24)), max(0, min(240, day * 24 + 24))
    assert got.first <= first <= got.first + NEIGHBOURS + 2
    assert stop <= got.stop <= stop + 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), count=st.integers(1, 300), since=st.integers(0, 400), hours=st.integers(1, 60))
async def test_no_entry_is_lost_while_they_are_out_of_order_by_minutes(
    seed: int, count: int, since: int, hours: int
) -> None:
    rig, chance = Rig(), random.Random(seed)
    times = [AT + number * 5 * MINUTE - chance.randrange(OUT_OF_ORDER) for number in range(count)]
    await written(rig, times)
    begin = AT + since * 5 * MINUTE
    end = begin + hours * HOUR
    got = await found(rig, begin, end)
    wanted = [number for number, at in enumerate(times) if begin <= at < end]
    assert all(got.first <= number < got.stop for number in wanted)


@pytest.mark.parametrize("stray", range(0, 512, 37))
async def test_one_that_was_under_way_for_a_week_leads_nobody_astray(rig: Rig, stray: int) -> None:
    times = [AT + number * HOUR for number in range(512)]
    times[stray] -= 7 * DAY
    await written(rig, times)
    for day in range(20):
        got = await found(rig, AT + day * DAY, AT + (day + 1) * DAY)
        expected = set(range(day * 24, day * 24 + 24)) - {stray}
        assert expected <= set(range(got.first, got.stop))


async def test_it_costs_the_logarithm(rig: Rig) -> None:
    await written(rig, [AT + number * MINUTE for number in range(4_096)])

    def cost(view: "View") -> int:
        counted = Counted(view)
        span(rig.log, counted, AT + 2_000 * MINUTE, AT + 2_100 * MINUTE)
        return counted.asked

    assert await rig.read(cost) <= 2 * 13 * (NEIGHBOURS + 1) + 1
