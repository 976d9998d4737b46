# SPDX-License-Identifier: Apache-2.0
"""Acts of plugins: their records are written with the act or not at all, and nobody reads another's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from appliance.contracts.action import ActionAnswer, ActionNotFound, ActionRefused, ActionRequest, Thing
from appliance.contracts.records import StoreError, StoreFull
from appliance.host.refused import ProviderFailed
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.documents import Direction
from appliance.model.ids import is_id
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.words import FilingState, Permission, Role, Site
from appliance.vault.acting import MAX_TEXT
from appliance.vault.plugin_records import PluginRecords
from tests.appliance.vault.filings.sending import put_filing
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
    names = [(await world.account(person)).name for person in (user, clerk)]
    employer = (await clerk.ask(m.ListOffices())).rows[0].name
    now, days = world.clock.now(), world.core.calendar
    one, two = {"text": "a note"}, {"text": "b"}
    assert asked == [
        ActionRequest(user.account, Role.OFFICE_ADMIN, user.office, now, one, names[0], employer, None, days),
        ActionRequest(clerk.account, Role.FUND_CLERK, "", now, two, names[1], "", None, days),
    ]


async def test_a_refused_act_writes_nothing_of_it(world: World, user: Person, records: PluginRecords) -> None:
    async def refuse(request: ActionRequest) -> ActionAnswer:
        await records.put("half", b"done")
        raise ActionRefused("期限を過ぎています。", "text")

    add(world, refuse)
    refused = await user.refused(Why.INVALID, act())
    assert (refused.text, refused.values) == ("act.refused", {"reason": "期限を過ぎています。", "field": "text"})
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


async def test_an_action_that_needs_a_role_of_the_fund(
    world: World, user: Person, clerk: Person, records: PluginRecords
) -> None:
    add(world, noting(records), roles=frozenset({Role.FUND_DESK}))
    await clerk.refused(Why.NOT_ALLOWED, act())
    assert await records.scan() == []
    await user.ask(act())
    desk = await (await world.staff("desk", Role.FUND_DESK)).sign_in()
    await desk.ask(act())


async def test_the_policies_are_told_its_name(world: World, user: Person, records: PluginRecords) -> None:
    add(world, noting(records))
    await user.ask(act())
    assert [asked.name for asked in world.rights.asked if asked.action == "act"] == ["notes.add"]


# --- what it answers ----------------------------------------------------------------------------------------------


def saying(answer: ActionAnswer) -> Handler:
    async def say(request: ActionRequest) -> ActionAnswer:
        return answer

    return say


async def test_rows_of_texts_come_back(world: World, user: Person) -> None:
    add(world, saying(ActionAnswer({"next": "2"}, ({"a": "1"}, {"a": "2"}))))
    assert await user.ask(act(command=COMMAND)) == m.Acted({"next": "2"}, ({"a": "1"}, {"a": "2"}))
    assert await user.ask(act(command=COMMAND)) == m.Acted({"next": "2"}, ({"a": "1"}, {"a": "2"}))


async def test_one_that_fails_is_refused_and_written_down(
    world: World, user: Person, records: PluginRecords
) -> None:
    async def fail(request: ActionRequest) -> ActionAnswer:
        await records.put("half", b"done")
        raise ProviderFailed("notes did not answer in time")

    add(world, fail)
    await user.refused(Why.FAILED, act())
    assert await records.scan() == []
    assert (await world.last()).result is Result.REFUSED


async def test_what_is_not_there_is_as_everything_that_there_is_not(world: World, user: Person) -> None:
    async def nothing(request: ActionRequest) -> ActionAnswer:
        raise ActionNotFound

    add(world, nothing)
    refused = await user.refused(Why.NOT_FOUND, act())
    assert (refused.text, refused.values) == ("refused.not_found", {})


async def test_what_somebody_typed_stands_where_it_can_be_destroyed(world: World, user: Person) -> None:
    add(world, saying(ActionAnswer(typed="山田の質問")))
    await user.ask(act())
    entry = await world.last()
    assert (entry.reason, entry.personal[TYPED]) == ("notes.add", "山田の質問")


async def test_the_fund_says_whose_it_was(world: World, user: Person, clerk: Person) -> None:
    add(world, saying(ActionAnswer(office=user.office)))
    await clerk.ask(act())
    assert (await world.last()).office == user.office


async def test_nobody_acts_for_another_office(world: World, user: Person, clerk: Person, stranger: Person) -> None:
    add(world, saying(ActionAnswer(office=stranger.office)))
    await user.refused(Why.FAILED, act())
    for office in ("a" * 26, "x", user.account):
        world.plugins.given["action"] = []
        add(world, saying(ActionAnswer(office=office)))
        await clerk.refused(Why.FAILED, act())


# --- what it is about ---------------------------------------------------------------------------------------------


async def test_an_act_about_a_filing_or_a_notice_is_told_what_it_is(
    world: World, user: Person, clerk: Person
) -> None:
    asked: list[Thing | None] = []

    async def tell(request: ActionRequest) -> ActionAnswer:
        asked.append(request.thing)
        return ActionAnswer({})

    add(world, tell)
    notice = await clerk.deliver(user.office)
    filing = await put_filing(world, user.office, FilingState.UPLOADED)
    for thing in (notice, filing):
        await user.ask(m.Act("notes.add", {}, thing=thing))
        assert (await world.last()).thing == thing
    assert [(one.id, one.direction, one.office) for one in asked if one] == [
        (notice, Direction.TO_OFFICE, user.office),
        (filing, Direction.TO_FUND, user.office),
    ]
    assert all(one and one.name and one.date for one in asked)


async def test_nobody_acts_about_what_they_cannot_know(
    world: World, user: Person, clerk: Person, stranger: Person, records: PluginRecords
) -> None:
    add(world, noting(records))
    notice = await clerk.deliver(user.office)
    filing = await put_filing(world, user.office, FilingState.UPLOADED)
    for who, thing in ((stranger, notice), (stranger, filing), (clerk, filing), (user, "a" * 26), (user, "../x")):
        await who.refused(Why.NOT_FOUND, m.Act("notes.add", {}, thing=thing))
        last = await world.last()
        assert (last.actor, last.result) == (who.account, Result.REFUSED)
        assert last.thing == (thing if is_id(thing) else ""), "the journal says what was tried, if that is an id"
    assert await records.scan() == []


# --- looking ------------------------------------------------------------------------------------------------------


async def test_a_look_is_journaled_once_and_needs_no_form(world: World, user: Person) -> None:
    add(world, saying(ActionAnswer({}, ({"a": "1"},))), reads=True)
    for _ in range(3):
        asked = m.Look("notes.add", {"text": "a"})
        assert await world.ask(Site.PORTAL, asked, token=user.token) == m.Acted({}, ({"a": "1"},))
    await user.ask(m.Look("notes.add", {"text": "b"}))
    entries = await world.journal(Kind.ACTION_READ)
    assert [(entry.thing, entry.reason, entry.office) for entry in entries] == [
        ("notes.add", "notes.add", user.office)
    ] * 2


async def test_a_look_writes_nothing(world: World, user: Person, records: PluginRecords) -> None:
    add(world, noting(records), reads=True)
    await user.refused(Why.FAILED, m.Look("notes.add", {"text": "a"}))
    assert await records.scan() == []


async def test_what_changes_something_is_no_look_and_the_other_way_round(
    world: World, user: Person, records: PluginRecords
) -> None:
    add(world, noting(records))
    await user.refused(Why.NOT_FOUND, m.Look("notes.add", {"text": "a"}))
    world.plugins.given["action"] = []
    add(world, noting(records), reads=True)
    await user.refused(Why.NOT_FOUND, act())
