# SPDX-License-Identifier: Apache-2.0
"""A month of an office: every list holds what belongs to it, in order, cut where it says so; no other office's."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.months import bounds
from appliance.model.things import Notice
from appliance.model.time import JST, MINUTE, instant
from appliance.model.words import FilingState, NoticeState, Role
from appliance.vault import month as module
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.world import Person, World

HELD, UPLOADED, APPROVED, RETURNED = (
    FilingState.HELD,
    FilingState.UPLOADED,
    FilingState.APPROVED,
    FilingState.RETURNED,
)


def at(month: int, day: int, hour: int = 12) -> int:
    return instant(dt.datetime(2026, month, day, hour, tzinfo=JST))


def notice(world: World, office: str, delivered_at: int, **changed: Any) -> Notice:
    made = Notice(
        id=world.core.new_id(),
        office=office,
        type="payment_notice",
        period="2026-05",
        file_name="通知.pdf",
        size=8,
        sha256=bytes(32),
        parts=(),
        wrapped_key=b"",
        purge_month="2034-07",
        state=NoticeState.DELIVERED,
        delivered_at=delivered_at,
        delivered_by="",
    )
    return dataclasses.replace(made, **changed)


async def keep(world: World, *made: Notice) -> list[str]:
    def put(txn: Transaction) -> None:
        for one in made:
            notices.put(txn, one)

    await world.core.commit(put)
    return [one.id for one in made]


async def read(person: Person, month: str = "") -> m.Month:
    reply = await person.ask(m.ReadMonth(month))
    assert isinstance(reply, m.Month)
    return reply


def ids(rows: tuple[Any, ...]) -> list[str]:
    return [row.id for row in rows]


async def test_an_empty_office_has_an_empty_month(user: Person) -> None:
    assert await read(user) == m.Month("2026-06", (), (), (), ())
    assert await read(user, "2001-02") == m.Month("2001-02", (), (), (), ())


async def test_what_arrived_stands_in_the_month_of_its_delivery_in_japan(world: World, user: Person) -> None:
    begins, ends = bounds("2026-06")
    kept = await keep(
        world, *(notice(world, user.office, when) for when in (begins - 1, begins, at(6, 9), ends - 1, ends))
    )
    assert ids((await read(user, "2026-06")).arrived) == [kept[3], kept[2], kept[1]]
    assert ids((await read(user, "2026-05")).arrived) == [kept[0]]
    assert ids((await read(user, "2026-07")).arrived) == [kept[4]]


async def test_cancelled_and_received_ones_have_arrived_but_are_not_waited_for(world: World, user: Person) -> None:
    kept = await keep(
        world,
        notice(world, user.office, at(6, 3), state=NoticeState.CANCELLED, reason="誤配信"),
        notice(world, user.office, at(6, 2), state=NoticeState.RECEIVED),
        notice(world, user.office, at(6, 1)),
        notice(world, user.office, at(4, 1)),
    )
    month = await read(user)
    assert ids(month.arrived) == kept[:3]
    assert ids(month.unread) == [kept[3], kept[2]], "of any month, the oldest first"
    assert {row.reason for row in month.arrived} == {""}, "why the fund took it back is the fund's"


async def test_filings_stand_in_the_month_in_which_they_were_sent_whatever_became_of_them(
    world: World, user: Person
) -> None:
    made = [
        await put_filing(world, user.office, state, uploaded_at=at(6, 1) + number * MINUTE)
        for number, state in enumerate(FilingState)
    ]
    await put_filing(world, user.office, UPLOADED, uploaded_at=at(5, 31))
    month = await read(user)
    assert ids(month.filed) == made[::-1]
    assert [row.state for row in month.filed] == list(FilingState)[::-1]


async def test_due_is_what_the_office_still_has_to_send_the_most_urgent_first(world: World, user: Person) -> None:
    other = await put_filing(world, user.office, FilingState.DONE)
    made = {
        (state, due): await put_filing(world, user.office, state, due_on=due)
        for state, due in (
            (APPROVED, "2026-06-30"),
            (UPLOADED, "2026-06-14"),
            (HELD, "2026-05-14"),
            (RETURNED, "2026-06-20"),
            (UPLOADED, "2026-07-01"),
            (UPLOADED, ""),
            (FilingState.DELIVERED, "2026-06-14"),
            (FilingState.CANCELLED, "2026-06-14"),
        )
    }
    await put_filing(world, user.office, RETURNED, due_on="2026-06-01", followed_by=other)
    assert ids((await read(user, "2026-06")).due) == [
        made[HELD, "2026-05-14"],
        made[UPLOADED, "2026-06-14"],
        made[RETURNED, "2026-06-20"],
        made[APPROVED, "2026-06-30"],
        made[UPLOADED, "2026-07-01"],
    ], "in the present month also what comes after it"
    assert ids((await read(user, "2026-05")).due) == [made[HELD, "2026-05-14"]]
    world.clock.move(bounds("2026-07")[0] - world.clock.now())
    later = await world.visitor(user.office, "Tanaka03", Role.OFFICE_STAFF)
    assert made[UPLOADED, "2026-07-01"] not in ids((await read(later, "2026-06")).due)


async def test_each_list_is_cut_and_says_so(world: World, user: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARRIVED", "UNREAD", "FILED", "DUE"):
        monkeypatch.setattr(module, name, 3)
    await keep(world, *(notice(world, user.office, at(6, 1) + number) for number in range(3)))
    for _ in range(3):
        await put_filing(world, user.office, UPLOADED, due_on="2026-06-30")
    month = await read(user)
    assert (month.more_arrived, month.more_unread, month.more_filed, month.more_due) == (False,) * 4
    await keep(world, notice(world, user.office, at(6, 2)))
    await put_filing(world, user.office, APPROVED, due_on="2026-06-30")
    month = await read(user)
    assert (month.more_arrived, month.more_unread, month.more_filed, month.more_due) == (True,) * 4
    assert [len(rows) for rows in (month.arrived, month.unread, month.filed, month.due)] == [3] * 4


async def test_ten_thousand_notices_of_one_month_cost_no_more_than_some_hundred(
    world: World, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [notice(world, user.office, at(6, 1) + number) for number in range(10_000)]
    for start in range(0, len(made), 1_000):
        await keep(world, *made[start : start + 1_000])
    opened = 0
    get = notices._at

    def counted(*args: Any) -> Any:
        nonlocal opened
        opened += 1
        return get(*args)

    monkeypatch.setattr(notices, "_at", counted)
    month = await read(user)
    assert ids(month.arrived) == [one.id for one in made[: -module.ARRIVED - 1 : -1]]
    assert ids(month.unread) == [one.id for one in made[: module.UNREAD]]
    assert (month.more_arrived, month.more_unread) == (True, True)
    assert opened <= module.ARRIVED + module.UNREAD + 2


async def test_nothing_of_another_office_is_there(world: World, user: Person, stranger: Person) -> None:
    await keep(world, notice(world, user.office, at(6, 1)))
    await put_filing(world, user.office, UPLOADED, due_on="2026-06-30")
    assert await read(stranger) == m.Month("2026-06", (), (), (), ())


async def test_somebody_without_any_permission_reads_it(world: World, office: str) -> None:
    person = await world.visitor(office, "Tanaka03", Role.OFFICE_STAFF)
    for permission in (await world.account(person)).permissions:
        await world.take_permission(person, permission)
    await keep(world, notice(world, office, at(6, 1)))
    assert len((await read(person)).arrived) == 1


async def test_where_no_filings_are_taken_there_are_none(world: World, user: Person) -> None:
    await put_filing(world, user.office, UPLOADED, due_on="2026-06-30")
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    month = await read(user)
    assert (month.filed, month.due) == ((), ())


@pytest.mark.parametrize("month", ["2026-13", "0001-01", "9999-12", "2026-6", "今月", "2026-06\n", "x" * 60_000])
async def test_what_is_no_month(user: Person, month: str) -> None:
    assert (await user.refused(Why.INVALID, m.ReadMonth(month))).text == "month.form"


async def test_it_is_journaled_once_a_month_and_ten_minutes(world: World, user: Person) -> None:
    for month in ("", "2026-06", "2026-05", "2026-05"):
        await read(user, month)
    entries = await world.journal(Kind.MONTH_READ)
    assert [(entry.actor, entry.office) for entry in entries] == [(user.account, user.office)] * 2
    world.clock.move(10 * MINUTE)
    await read(user)
    assert len(await world.journal(Kind.MONTH_READ)) == 3


async def test_the_present_month_is_that_of_japan(world: World, user: Person) -> None:
    world.clock.move(bounds("2026-07")[0] - world.clock.now() - 1)
    newcomer = await world.visitor(user.office, "Tanaka03", Role.OFFICE_STAFF)
    assert (await read(newcomer)).month == "2026-06"
    world.clock.move(1)
    assert (await read(newcomer)).month == "2026-07"
