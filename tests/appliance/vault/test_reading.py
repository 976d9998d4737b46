# SPDX-License-Identifier: Apache-2.0
"""Lists are journaled once per visit, page and ten minutes, before they are answered."""

import pytest

from appliance.contracts.records import StoreError
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE
from tests.appliance.vault.world import Person, World


async def reads(world: World) -> int:
    return len(await world.journal(Kind.NOTICE_LIST_READ))


async def test_once_in_ten_minutes(world: World, user: Person) -> None:
    for _ in range(3):
        await user.ask(m.ListNotices())
    assert await reads(world) == 1
    world.clock.move(10 * MINUTE)
    await user.ask(m.ListNotices())
    assert await reads(world) == 2


async def test_each_visit_and_page_by_itself(world: World, user: Person, clerk: Person, stranger: Person) -> None:
    for person in (user, stranger, clerk):
        await person.ask(m.ListNotices())
    await clerk.ask(m.ListNotices(user.office))
    await user.ask(m.OpenMenu())
    assert await reads(world) == 4
    await user.sign_in()
    await user.ask(m.ListNotices())
    assert await reads(world) == 5
    assert (await world.last()).office == user.office


async def test_what_is_no_page_is_neither_read_nor_remembered(world: World, user: Person) -> None:
    for cursor in ("x", "あ" * 300_000):
        await user.refused(Why.NOT_FOUND, m.ListNotices(after=cursor))
    assert await reads(world) == 2, "two refusals"
    assert [entry.result for entry in await world.journal(Kind.NOTICE_LIST_READ)] == [Result.REFUSED] * 2
    assert world.core.reads._last == {}


async def test_what_cannot_be_journaled_is_not_shown(world: World, user: Person) -> None:
    world.store.fail_next(StoreError("broken"))
    await user.refused(Why.BROKEN, m.ListNotices())
    assert await reads(world) == 0
    await user.ask(m.ListNotices())
    assert await reads(world) == 1


async def test_reading_goes_on_in_a_full_store(world: World, user: Person) -> None:
    world.core.room.records = 1.0
    await user.ask(m.ListNotices())
    assert await reads(world) == 1


async def test_a_restart_costs_one_entry_more(world: World, user: Person) -> None:
    await user.ask(m.ListNotices())
    await world.restart()
    await user.ask(m.ListNotices())
    assert await reads(world) == 2


async def test_a_plugin_is_a_reader_of_its_own(world: World) -> None:
    for plugin in ("one", "one", "two"):
        await world.reception.ask_as_plugin(plugin, frozenset({"notice.list"}), m.ListNotices())
    assert [entry.actor for entry in await world.journal(Kind.NOTICE_LIST_READ)] == ["plugin:one", "plugin:two"]
    with pytest.raises(Refused):
        await world.reception.ask_as_plugin("three", frozenset(), m.ListNotices())
