# SPDX-License-Identifier: Apache-2.0
"""Codes at the portal: good once, for an hour, five tries, with a budget of their own."""

import asyncio

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR
from appliance.model.words import Site, Step
from tests.appliance.vault.door.steps import fresh_code, give_code, give_password
from tests.appliance.vault.world import Person, World


async def test_a_code_is_good_once_and_of_two_at_once_one_wins(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    both = [world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, code)) for _ in "12"]
    answers = await asyncio.gather(*both)
    assert sorted(answer is Why.WRONG_SECRET for answer in answers) == [False, True]
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))


async def test_a_code_ends_after_an_hour(world: World, newcomer: Person) -> None:
    code = await newcomer.request_code()
    world.clock.move(HOUR)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode((await newcomer.arrive()).arrival, code))


async def test_a_code_of_another_account_is_none(world: World, newcomer: Person, stranger: Person) -> None:
    code = await stranger.request_code()
    assert code and code != await newcomer.request_code()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode((await newcomer.arrive()).arrival, code))


async def test_five_wrong_codes_void_it_and_a_fresh_one_is_good(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    texts = [await wrong_code(world, arrived) for _ in range(6)]
    assert [text for text, _ in texts] == ["door.wrong_code"] * 4 + ["door.code_void"] * 2
    assert [left for _, left in texts[:4]] == ["4", "3", "2", "1"]
    await world.refused(Why.LOCKED, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    assert (await world.secret(newcomer)).lock.failures == 0, "the password has a budget of its own"
    other = await fresh_code(world, newcomer)
    assert other != code
    await give_code(world, await newcomer.arrive(), other)


async def wrong_code(world: World, arrived: m.Arrived) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await give_code(world, arrived, "00000000")
    return caught.value.text, caught.value.values.get("left", "")


async def test_a_hundred_codes_at_once_are_five(world: World, newcomer: Person) -> None:
    arrived = await newcomer.arrive()
    code = await newcomer.request_code()
    wrong = [world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, f"{number:08}")) for number in range(100)]
    answers = await asyncio.gather(*wrong, world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, code)))
    assert answers.count(Why.WRONG_SECRET) == 4 and answers.count(Why.LOCKED) == 97
    assert (await world.factor(newcomer)).tries == 5


async def test_wrong_passwords_leave_the_codes_their_budget(world: World, newcomer: Person) -> None:
    proven = await give_code(world, await newcomer.arrive(), await newcomer.request_code())
    for _ in range(5):
        await world.outcome(Site.PORTAL, m.GivePassword(proven.arrival, "wrong"))
    assert (await world.factor(newcomer)).tries == 0
    await give_password(world, proven, newcomer.password)


async def test_a_factor_that_breaks_proves_nothing_and_costs_a_try(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    world.mailed.broken = "it is broken"
    refused = await world.refused(Why.NOT_ALLOWED, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    assert refused.text == "door.no_factor"
    world.mailed.broken = ""
    assert (await give_code(world, arrived, code)).step is Step.PASSWORD
