# SPDX-License-Identifier: Apache-2.0
"""A plugin asks as people do: what it was granted is done and journaled in its name, and nothing else is."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.messages import MESSAGES, Message
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from tests.appliance.vault.world import Person, World


async def asked_by_plugin(world: World, message: object, *grants: str) -> Any:
    return await world.reception.ask_as_plugin("robot", frozenset(grants), message)


async def test_a_plugin_asks_what_it_was_granted(world: World, office: str, clerk: Person) -> None:
    notice = await clerk.deliver(office)
    page = await asked_by_plugin(world, m.ListNotices(office), "notice.list")
    assert [row.id for row in page.rows] == [notice]
    last = await world.last()
    assert (last.kind, last.actor, last.site, last.result) == (
        Kind.NOTICE_LIST_READ,
        "plugin:robot",
        "admin",
        Result.DONE,
    )


async def test_a_plugin_without_the_grant_is_refused(world: World, office: str) -> None:
    with pytest.raises(Refused) as caught:
        await asked_by_plugin(world, m.ListNotices(office), "notice.deliver", "office.list")
    assert caught.value.why is Why.NOT_ALLOWED
    last = await world.last()
    assert (last.actor, last.result) == ("plugin:robot", Result.REFUSED)
    assert last.reason == "notice.list is not granted to the plugin"


FOR_PLUGINS = {
    m.OpenMenu,
    m.ListNotices,
    m.ReadNotice,
    m.ListOffices,
    m.ListFilings,
    m.ReadFiling,
    m.ReadHistory,
    m.Act,
    m.Look,
}
PEOPLES = [row for row in MESSAGES if row.shape not in FOR_PLUGINS]


@pytest.mark.parametrize("row", PEOPLES, ids=lambda row: row.name)
async def test_what_no_plugin_can_be_granted(world: World, row: Message) -> None:
    grants = {each.action for each in MESSAGES} | {each.name for each in MESSAGES} | {""}
    before = await world.rows()
    with pytest.raises(Refused) as caught:
        await asked_by_plugin(world, object.__new__(row.shape), *grants)
    assert caught.value.why is Why.NOT_ALLOWED
    assert await world.rows() == before


@pytest.mark.parametrize("nonsense", [None, "OpenMenu", m.Nothing(), m.WatchSessions(), object()])
async def test_what_is_no_message_is_invalid(world: World, nonsense: object) -> None:
    with pytest.raises(Refused) as caught:
        await asked_by_plugin(world, nonsense, "menu.read")
    assert caught.value.why is Why.INVALID
