# SPDX-License-Identifier: Apache-2.0
"""Searches: bounded for each visit and for all, and nobody else waits behind many of them."""

import asyncio

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import NoticeState
from appliance.vault import turns
from appliance.vault.turns import Turns, is_search
from tests.appliance.vault.person import Person
from tests.appliance.vault.world import World


async def held(turns: Turns, who: str, gate: asyncio.Event, order: list[str]) -> None:
    async with turns.take(who):
        order.append(who)
        await gate.wait()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_after_the_other_in_the_order_of_coming() -> None:
    turns, gates, order = Turns(at_once=1), [asyncio.Event() for _ in range(3)], list[str]()
    async with asyncio.TaskGroup() as group:
        for who, gate in zip("abc", gates, strict=True):
            group.create_task(held(turns, who, gate, order))
        for number, gate in enumerate(gates, 1):
            await settled()
            assert order == list("abc")[:number]
            gate.set()


async def test_who_has_too_many_is_refused_and_nobody_else() -> None:
    turns, gate, order = Turns(at_once=1, of_one=2), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(held(turns, "a", gate, order))
        await settled()
        with pytest.raises(Refused) as caught:
            await held(turns, "a", gate, order)
        assert caught.value.why is Why.BUSY
        group.create_task(held(turns, "b", gate, order))
        gate.set()
    assert order == ["a", "a", "b"]


async def test_a_queue_that_is_full_takes_no_more_and_who_leaves_makes_room() -> None:
    turns, gate, order = Turns(at_once=1, waiting=1), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as group:
        group.create_task(held(turns, "a", gate, order))
        await settled()
        waits = group.create_task(held(turns, "b", gate, order))
        await settled()
        with pytest.raises(Refused):
            await held(turns, "c", gate, order)
        waits.cancel()
        await settled()
        group.create_task(held(turns, "d", gate, order))
        await settled()
        gate.set()
    assert order == ["a", "d"]


async def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(at_once=1, of_one=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with turns.take("a"):
                raise ZeroDivisionError


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (m.ListNotices(), False),
        (m.ListNotices(month="2026-06", oldest_first=True), False),
        (m.ListNotices(state=NoticeState.DELIVERED), False),
        (m.ListNotices(state=NoticeState.CANCELLED), True),
        (m.ListNotices(search="a"), True),
        (m.ListNotices(type="payment_notice"), True),
        (m.ListFilings(by_deadline=True), True),
        (m.ListOffices(search="a"), True),
        (m.ReadHistory(since="2026-06-01"), False),
        (m.ReadHistory(thing="a" * 26), True),
        (m.OpenMenu(), False),
    ],
)
def test_what_a_search_is(message: object, expected: bool) -> None:
    assert is_search(message) is expected


async def test_a_page_does_not_wait_for_many_searches(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    ended: list[str] = []

    async def ask(who: Person, message: object) -> None:
        await who.ask(message)
        ended.append(type(message).__name__)

    people = [clerk, user, stranger]
    async with asyncio.TaskGroup() as group:
        for number in range(3 * turns.OF_ONE):
            group.create_task(ask(people[number % 3], m.ListNotices(search=f"{number}")))
        group.create_task(ask(stranger, m.OpenMenu()))
    assert ended.index("OpenMenu") <= turns.AT_ONCE


async def test_one_visit_gets_no_more_than_its_share(world: World, user: Person) -> None:
    asked = [user.ask(m.ListNotices(search=f"{number}")) for number in range(50)]
    came = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in came if isinstance(one, Refused)]
    assert len(refused) == 50 - turns.OF_ONE and {one.why for one in refused} == {Why.BUSY}
    assert await user.ask(m.ListNotices(search="a")), "and goes on when they are done"
