# SPDX-License-Identifier: Apache-2.0
"""Looking for something in the history: dates, topics, people, documents; and never anything of others."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR
from appliance.model.topics import KINDS, Topic
from appliance.vault import history
from tests.appliance.vault.world import Person, World


async def kinds(person: Person, **asked: Any) -> list[Kind]:
    """What is found, newest first, without that it was looked for."""
    return [row.kind for row in await everything(person, **asked) if row.kind is not Kind.HISTORY_READ]


async def everything(person: Person, **asked: Any) -> list[m.HistoryRow]:
    """All pages."""
    rows: list[m.HistoryRow] = []
    before = 0
    while True:
        page = await person.ask(m.ReadHistory(before=before, **asked))
        rows += page.rows
        before = page.before
        if not before:
            return rows


async def two_days(world: World, user: Person, clerk: Person) -> list[str]:
    """A notice on Tuesday and one on Wednesday; both are signed in then."""
    first = await clerk.deliver(user.office)
    world.clock.move(DAY)
    await user.sign_in()
    await clerk.sign_in()
    return [first, await clerk.deliver(user.office)]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2026-06-09", "2026-06-09", 1),
        ("2026-06-10", "2026-06-10", 1),
        ("2026-06-09", "", 2),
        ("", "2026-06-09", 1),
        ("", "2026-06-10", 2),
        ("2026-06-11", "", 0),
        ("", "2026-06-08", 0),
        ("2026-06-10", "2026-06-09", 0),
    ],
)
async def test_days_in_japan(world: World, user: Person, clerk: Person, since: str, until: str, count: int) -> None:
    await two_days(world, user, clerk)
    for person in (user, clerk):
        assert (await kinds(person, since=since, until=until)).count(Kind.NOTICE_DELIVERED) == count


async def test_a_day_ends_at_midnight_in_japan(world: World, user: Person, clerk: Person) -> None:
    # The world's clock begins at ten in the morning: 14 hours later it is midnight.
    world.clock.move(14 * HOUR - 1)
    await clerk.sign_in()
    late = await clerk.deliver(user.office)
    world.clock.move(1)
    early = await clerk.deliver(user.office)
    of_day = {
        day: await everything(clerk, since=day, until=day, topic="exchange") for day in ("2026-06-09", "2026-06-10")
    }
    assert {row.thing for row in of_day["2026-06-09"]} == {late}
    assert {row.thing for row in of_day["2026-06-10"]} == {early}


@pytest.mark.parametrize(
    "day",
    ["2026-6-9", "20260609", "2026-02-30", "0001-01-01", "9999-12-31", "x", "2026-06-09T00:00", "令和8年", "\0"],
)
async def test_what_is_no_day_is_refused(user: Person, day: str) -> None:
    await user.refused(Why.INVALID, m.ReadHistory(since=day))
    await user.refused(Why.INVALID, m.ReadHistory(until=day))


@pytest.mark.parametrize("topic", Topic)
async def test_a_topic_is_its_kinds_and_nothing_else(user: Person, clerk: Person, topic: Topic) -> None:
    await clerk.deliver(user.office)
    whole = await everything(clerk)
    narrowed = await everything(clerk, topic=topic.value)
    assert all(row.kind in KINDS[topic] for row in narrowed)
    assert [row.seq for row in narrowed if row.seq <= whole[0].seq] == [
        row.seq for row in whole if row.kind in KINDS[topic]
    ]


async def test_a_topic_that_there_is_not(user: Person) -> None:
    await user.refused(Why.INVALID, m.ReadHistory(topic="everything"))


async def test_what_somebody_did(world: World, user: Person, clerk: Person) -> None:
    colleague = await world.visitor(user.office, "Sato0003")
    await user.ask(m.OpenMenu())
    await colleague.ask(m.ListNotices())
    for person in (user, clerk):
        rows = await everything(person, actor=colleague.account)
        assert {row.actor_name for row in rows} == {"利用者Sato0003"}
        assert {row.actor for row in rows} == {colleague.account}
        assert Kind.NOTICE_LIST_READ in {row.kind for row in rows}
        assert Kind.MENU_READ not in {row.kind for row in rows}


async def test_an_office_asks_for_its_own_people_only(user: Person, clerk: Person, stranger: Person) -> None:
    for actor in (clerk.account, stranger.account, "a" * 26, "admin", "plugin:x", "x" * 5_000):
        await user.refused(Why.NOT_FOUND, m.ReadHistory(actor=actor))


async def test_an_office_is_told_no_id_of_the_fund(user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    assert {row.actor for row in await everything(user)} == {user.account, ""}
    assert clerk.account in {row.actor for row in await everything(clerk)}


async def test_the_fund_asks_for_anybody(user: Person, clerk: Person) -> None:
    assert await kinds(clerk, actor="admin", topic="people")
    assert await kinds(clerk, actor="plugin:nobody") == []
    for actor in ("plugin:", "plugin:" + "x" * 65, "plugin:山田 太郎", "plugin:a\n"):
        await clerk.refused(Why.NOT_FOUND, m.ReadHistory(actor=actor))
    for actor in ("a" * 26, "nobody"):
        await clerk.refused(Why.NOT_FOUND, m.ReadHistory(actor=actor))


async def test_the_history_of_one_document(world: World, user: Person, clerk: Person) -> None:
    first, _ = await two_days(world, user, clerk)
    await user.receive(first)
    for person in (user, clerk):
        rows = await everything(person, thing=first)
        assert {row.thing for row in rows} == {first}
        assert rows[0].kind is Kind.HISTORY_READ, "that its history was read is part of it"
        assert [row.kind for row in rows if row.kind in KINDS[Topic.EXCHANGE]] == [
            Kind.NOTICE_RECEIVED,
            Kind.NOTICE_DOWNLOAD_STARTED,
            Kind.NOTICE_DELIVERED,
        ]


async def test_the_history_of_anothers_document_is_empty(user: Person, clerk: Person, stranger: Person) -> None:
    notice = await clerk.deliver(user.office)
    assert await kinds(stranger, thing=notice) == []
    assert await kinds(stranger, thing="a" * 26) == []


async def test_it_is_looked_for_no_less_than_one_that_there_is_not(
    world: World, user: Person, clerk: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_LOOKED", 4)
    monkeypatch.setattr(history, "AT_ONCE", 2)
    for number in range(9):
        await stranger.refused(Why.NOT_FOUND, m.DownloadNotice(f"{number}" + "a" * 25))
    world.clock.move(5 * DAY)
    await clerk.sign_in()
    notice = await clerk.deliver(user.office)
    await stranger.sign_in()
    went_on = [(await stranger.ask(m.ReadHistory(thing=thing))).before > 0 for thing in (notice, "a" * 26)]
    assert went_on == [True, True], "else it is told that there is one"


@pytest.mark.parametrize("thing", ["x", "x" * 5_000, "<script>", "\0"])
async def test_what_is_no_id_is_not_found(user: Person, thing: str) -> None:
    await user.refused(Why.NOT_FOUND, m.ReadHistory(thing=thing))


async def test_a_page_looks_at_so_many_entries_and_says_where_to_go_on(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_LOOKED", 20)
    monkeypatch.setattr(history, "AT_ONCE", 5)
    notice = await clerk.deliver(user.office)
    for number in range(50):
        await user.refused(Why.NOT_FOUND, m.DownloadNotice(f"{number:02}" + "a" * 24))
    page = await clerk.ask(m.ReadHistory(topic="exchange", actor=clerk.account))
    size = len(await world.journal())
    assert page.rows == () and size - 25 <= page.before < size - 15
    found = await everything(clerk, topic="exchange", actor=clerk.account)
    assert found[0].thing == notice and found[0].kind is Kind.NOTICE_DELIVERED
    assert [row.seq for row in found] == sorted({row.seq for row in found}, reverse=True)


@pytest.mark.parametrize("limit", [1, 3, 200])
@pytest.mark.parametrize("at_once", [1, 4, 250])
async def test_nothing_comes_twice_or_is_missing_however_it_is_looked_for(
    user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch, limit: int, at_once: int
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", at_once)
    monkeypatch.setattr(history, "MAX_LOOKED", 2 * at_once)
    for _ in range(4):
        await user.receive(await clerk.deliver(user.office))
    whole = await everything(clerk)
    turned = await everything(clerk, limit=limit, topic="exchange")
    assert [row.seq for row in turned] == [row.seq for row in whole if row.kind in KINDS[Topic.EXCHANGE]]


async def test_each_search_is_in_the_journal_with_what_was_looked_for(world: World, user: Person) -> None:
    thing = "a" * 26
    await user.ask(m.ReadHistory(since="2026-06-01", topic="door", thing=thing))
    await user.ask(m.ReadHistory(since="2026-06-01", topic="door", thing=thing))
    await user.ask(m.ReadHistory(since="2026-06-01", topic="door", thing=thing, export=True))
    entries = await world.journal(Kind.HISTORY_READ)
    asked = f"since 2026-06-01, topic door, thing {thing}"
    assert [(entry.reason, entry.thing) for entry in entries] == [(asked, thing), (f"exported, {asked}", thing)]
