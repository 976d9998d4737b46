# SPDX-License-Identifier: Apache-2.0
"""Acts of plugins: their records are written with the act or not at all, and nobody reads another's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from appliance.contracts.action import ActionAnswer, ActionRefused, ActionRequest
from appliance.contracts.records import StoreError, StoreFull
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.words import Permission, Role, Site
from appliance.vault.acting import MAX_RECORD_KEY, MAX_TEXT, PluginRecords
from tests.appliance.vault.providers import action
from tests.appliance.vault.world import Person, World

COMMAND = "c" * 16
Handler = Callable[[ActionRequest], Awaitable[ActionAnswer]]


@pytest.fixture
def records(world: World) -> PluginRecords:
    return records_of(world)


def records_of(world: World, plugin: str = "notes") -> PluginRecords:
    return PluginRecords(lambda: world.core, plugin)


def add(world: World, handler: Handler, **changed: object) -> None:
    world.plugins.add("action", action("notes.add", handler, **changed), "notes")


def noting(records: PluginRecords) -> Handler:
    """An action that keeps its text and counts how often it was done."""

    async def note(request: ActionRequest) -> ActionAnswer:
        count = int(await records.get("count") or b"0") + 1
        await records.put("count", str(count).encode())
        await records.put(f"note/{count}", request.fields.get("text", "").encode())
        return ActionAnswer({"count": str(count)})

    return note


def act(text: str = "a note", command: str = "") -> m.Act:
    return m.Act("notes.add", {"text": text}, command)


# --- the act ------------------------------------------------------------------------------------------------------


async def test_an_act_is_one_commit_of_records_and_entry(
    world: World, user: Person, records: PluginRecords
) -> None:
    add(world, noting(records))
    commits = world.store.commits
    assert await user.ask(act()) == m.Acted({"count": "1"})
    assert world.store.commits == commits + 1
    assert await records.scan() == [("count", b"1"), ("note/1", b"a note")]
    last = await world.last()
    assert (last.kind, last.result, last.thing, last.actor, last.office) == (
        Kind.ACTION_DONE,
        Result.DONE,
        "notes.add",
        user.account,
        user.office,
    )


async def test_the_action_is_told_who_asks(world: World, user: Person, clerk: Person) -> None:
    asked = []

    async def tell(request: ActionRequest) -> ActionAnswer:
        asked.append(request)
        return ActionAnswer({})

    add(world, tell)
    await user.ask(act())
    await clerk.ask(act("b"))
    now = world.clock.now()
    assert asked == [
        ActionRequest(user.account, Role.OFFICE_ADMIN, user.office, now, {"text": "a note"}),
        ActionRequest(clerk.account, Role.FUND_CLERK, "", now, {"text": "b"}),
    ]


async def test_a_refused_act_writes_nothing_of_it(world: World, user: Person, records: PluginRecords) -> None:
    async def refuse(request: ActionRequest) -> ActionAnswer:
        await records.put("half", b"done")
        raise ActionRefused("期限を過ぎています。")

    add(world, refuse)
    refused = await user.refused(Why.INVALID, act())
    assert (refused.text, refused.values) == ("act.refused", {"reason": "期限を過ぎています。"})
    assert await records.scan() == []
    last = await world.last()
    assert (last.kind, last.result) == (Kind.ACTION_DONE, Result.REFUSED)
    assert "期限" not in last.reason, "what is shown to a person may name somebody"


async def test_an_act_that_breaks_writes_nothing_of_it(world: World, user: Person, records: PluginRecords) -> None:
    async def fail(request: ActionRequest) -> ActionAnswer:
        await records.put("half", b"done")
        raise ZeroDivisionError

    add(world, fail)
    with pytest.raises(ZeroDivisionError):
        await user.ask(act())
    await records.put("later", b"1")
    assert await records.scan() == [("later", b"1")], "its draft is not in the way of the next"


@pytest.mark.parametrize("error", [StoreError("broken"), StoreFull("full")])
async def test_a_store_that_fails_keeps_nothing(
    world: World, user: Person, records: PluginRecords, error: Exception
) -> None:
    add(world, noting(records))
    world.store.fail_next(error)
    await user.refused(Why.FULL if isinstance(error, StoreFull) else Why.BROKEN, act())
    assert await records.scan() == []


async def test_records_beyond_the_limits_fail_the_act(world: World, user: Person, records: PluginRecords) -> None:
    async def much(request: ActionRequest) -> ActionAnswer:
        await records.put("large", bytes(65_536))
        return ActionAnswer({})

    add(world, much)
    await user.refused(Why.BROKEN, act())
    assert await world.journal(Kind.ACTION_DONE) == []


async def test_a_repeated_act_is_done_once(world: World, user: Person, records: PluginRecords) -> None:
    add(world, noting(records))
    answers = await asyncio.gather(*(user.ask(act(command=COMMAND)) for _ in range(5)))
    assert answers == [m.Acted({"count": "1"})] * 5
    assert await records.get("count") == b"1"


async def test_acts_at_once_do_not_lose_each_others_changes(
    world: World, user: Person, stranger: Person, records: PluginRecords
) -> None:
    add(world, noting(records))
    await asyncio.gather(user.ask(act("one")), stranger.ask(act("two")))
    assert sorted(await records.scan("note/"))[0][0] == "note/1"
    assert await records.get("count") == b"2"
    assert {value for _, value in await records.scan("note/")} == {b"one", b"two"}


async def test_an_action_sees_its_own_changes(world: World, user: Person, records: PluginRecords) -> None:
    seen = []

    async def look(request: ActionRequest) -> ActionAnswer:
        seen.append(await records.get("old"))
        await records.put("new", b"2")
        await records.delete("old")
        seen.extend([await records.get("new"), await records.get("old")])
        seen.append(await records_of(world, "other").get("new"))
        return ActionAnswer({})

    await records.put("old", b"1")
    add(world, look)
    await user.ask(act())
    assert seen == [b"1", b"2", None, None]
    assert await records.scan() == [("new", b"2")]


# --- what may be sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields", [{"other": ""}, {"text": "a", "extra": "b"}, {"": ""}, {"text": "x" * (MAX_TEXT + 1)}]
)
async def test_fields_that_the_action_does_not_take(
    world: World, user: Person, records: PluginRecords, fields: dict[str, str]
) -> None:
    add(world, noting(records))
    await user.refused(Why.INVALID, m.Act("notes.add", fields))
    assert await records.scan() == []


@pytest.mark.parametrize("fields", [{}, {"text": ""}, {"text": "x" * MAX_TEXT}])
async def test_fields_that_it_takes(
    world: World, user: Person, records: PluginRecords, fields: dict[str, str]
) -> None:
    add(world, noting(records))
    await user.ask(m.Act("notes.add", fields))
    assert await records.get("note/1") == fields.get("text", "").encode()


@pytest.mark.parametrize("name", ["notes.remove", "", "notes", "NOTES.ADD", "notes.add\0"])
async def test_an_action_that_there_is_not(world: World, user: Person, records: PluginRecords, name: str) -> None:
    add(world, noting(records))
    await user.refused(Why.NOT_FOUND, m.Act(name, {}))


async def test_an_action_of_another_site(world: World, user: Person, clerk: Person, records: PluginRecords) -> None:
    add(world, noting(records), sites=frozenset({Site.CONSOLE}))
    await user.refused(Why.NOT_FOUND, act())
    await clerk.ask(act())


async def test_an_action_that_needs_a_permission(
    world: World, user: Person, clerk: Person, records: PluginRecords
) -> None:
    add(world, noting(records), permission=Permission.APPROVE)
    sharoshi = await world.visitor(user.office, "Sato0004", Role.SHAROSHI)
    await sharoshi.refused(Why.NOT_ALLOWED, act())
    assert await records.scan() == []
    await user.ask(act())
    await clerk.ask(act())


async def test_the_policies_are_asked_about_every_act(world: World, user: Person, records: PluginRecords) -> None:
    add(world, noting(records))
    world.rights.denied.add("act")
    await user.refused(Why.NOT_ALLOWED, act())
    assert await records.scan() == []


# --- records of plugins -------------------------------------------------------------------------------------------


async def test_outside_of_an_action_a_change_is_durable_and_journaled(world: World, records: PluginRecords) -> None:
    await records.put("key", b"value")
    await world.restart()
    assert await records.get("key") == b"value"
    await records.delete("key")
    assert await records.get("key") is None
    entries = await world.journal(Kind.PLUGIN_RECORDS)
    assert [(entry.actor, entry.site) for entry in entries] == [("plugin:notes", "vault")] * 2


async def test_no_plugin_reads_or_writes_anothers_records(world: World) -> None:
    names = ["note", "notes", "notesx", "a", "z"]
    for name in names:
        await records_of(world, name).put("key", name.encode())
    await records_of(world, "notes").delete("nothing")
    for name in names:
        assert await records_of(world, name).scan() == [("key", name.encode())]
        assert await records_of(world, name).get("key") == name.encode()


async def test_what_plugins_keep_is_sealed(world: World, records: PluginRecords) -> None:
    await records.put("key", b"the value of the plugin")
    rows = await world.store.read(lambda view: view.scan(b"p/", b"p0"))
    assert len(rows) == 1 and b"value" not in rows[0][1]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
async def test_a_scan_turns_pages_in_order(world: World, records: PluginRecords, limit: int) -> None:
    keys = ["a", "a/1", "a/10", "a/2", "b", "あ"]
    for key in reversed(keys):
        await records.put(key, key.encode())
    found: list[tuple[str, bytes]] = []
    while page := await records.scan(found[-1][0] if found else "", limit):
        assert len(page) <= limit
        found += page
    assert found == [(key, key.encode()) for key in keys]


async def test_a_page_beyond_the_contract_is_refused(records: PluginRecords) -> None:
    with pytest.raises(Refused):
        await records.scan(limit=1001)


@pytest.mark.parametrize("key", ["", "x" * (MAX_RECORD_KEY + 1), "あ" * (MAX_RECORD_KEY // 3 + 1)])
async def test_a_key_has_bounds(records: PluginRecords, key: str) -> None:
    for call in (records.get(key), records.put(key, b""), records.delete(key)):
        with pytest.raises(ValueError, match="1 to 200 bytes"):
            await call


async def test_a_key_of_the_greatest_length_is_kept(records: PluginRecords) -> None:
    await records.put("x" * MAX_RECORD_KEY, b"1")
    assert await records.scan() == [("x" * MAX_RECORD_KEY, b"1")]
