# SPDX-License-Identifier: Apache-2.0
"""The fund's dashboard: right numbers, the right few, for whoever may see them, at a price that does not grow."""

import dataclasses
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.model.calendar import Reason
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR
from appliance.model.words import OPEN_AT_FUND, FilingState, NoticeState, Role
from appliance.vault.records.tables import offices
from appliance.vault.recounting import count_anew, keep_tallies
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.tallied import put_notice
from tests.appliance.vault.world import TYPE, Person, World


@pytest.fixture
async def office(world: World) -> str:
    """An office, at a fund whose tallies are kept."""
    await keep_tallies(world.core)
    return await world.office(1)


@pytest.fixture
def real_rights(world: World) -> None:
    """The policy that is shipped, instead of one that allows all."""
    policy = RightsPolicy()
    policy.rights = Rights.parse(files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8"))
    world.plugins.given["policy"] = []
    world.plugins.add("policy", policy, "rights")


async def seen(person: Person) -> m.Dashboard:
    found: m.Dashboard = await person.ask(m.ReadDashboard())
    return found


async def test_an_empty_fund_has_thirty_days_of_nothing(clerk: Person, office: str) -> None:
    found = await seen(clerk)
    assert found.counted and len(found.days) == 30
    assert all((day.filings, day.notices) == (0, 0) for day in found.days)
    assert (found.days[0].day, found.days[-1].day) == ("2026-05-11", "2026-06-09")
    assert [one.count for one in found.waiting] == [0, 0, 0] and found.unread == ()
    lists = found.oldest_filings, found.due_filings, found.oldest_notices, found.offices
    assert lists == ((), (), (), ())


async def test_weekends_holidays_and_the_funds_own_days_say_so(world: World, office: str) -> None:
    world.clock.move(110 * DAY)
    someone = await (await world.staff("mei")).sign_in()
    closed = {day.day: day.closed for day in (await seen(someone)).days}
    assert [closed[f"2026-09-{day}"] for day in (18, 19, 21, 22, 23, 24)] == [
        None,
        Reason.WEEKEND,
        Reason.HOLIDAY,
        Reason.HOLIDAY,
        Reason.HOLIDAY,
        None,
    ]


async def test_what_came_and_went_stands_on_its_japanese_day(world: World, clerk: Person, office: str) -> None:
    now = world.clock.now()
    for back in (0, 0, 29, 30):
        await put_filing(world, office, FilingState.DONE, delivered_at=now - back * DAY)
    await put_notice(world, office, delivered_at=now - DAY)
    await put_notice(world, office, delivered_at=now + 3 * DAY)
    days = (await seen(clerk)).days
    assert [day.filings for day in days] == [1, *[0] * 28, 2]
    assert [day.notices for day in days] == [*[0] * 28, 1, 0]


async def test_kinds_stand_with_the_most_unread_first(world: World, clerk: Person, office: str) -> None:
    for kind, count in (("receipt", 2), ("statement", 7), ("decision", 2)):
        for _ in range(count):
            await put_notice(world, office, kind)
    await put_notice(world, office, "receipt", state=NoticeState.RECEIVED, received_at=world.clock.now())
    assert (await seen(clerk)).unread == (m.Count("statement", 7), m.Count("decision", 2), m.Count("receipt", 2))


async def test_filings_wait_by_state_and_those_that_are_settled_do_not(
    world: World, clerk: Person, office: str
) -> None:
    for number, state in enumerate(FilingState):
        for _ in range(number + 1):
            await put_filing(world, office, state)
    expected = tuple(m.Count(state, list(FilingState).index(state) + 1) for state in OPEN_AT_FUND)
    assert (await seen(clerk)).waiting == expected


async def test_the_oldest_filings_are_of_all_open_states(world: World, clerk: Person, office: str) -> None:
    now = world.clock.now()
    ids = {
        back: await put_filing(world, office, OPEN_AT_FUND[back % 3], delivered_at=now - back * HOUR)
        for back in (3, 1, 4, 15, 9, 2, 6)
    }
    await put_filing(world, office, FilingState.RETURNED, delivered_at=now - 99 * HOUR)
    await put_filing(world, office, FilingState.UPLOADED)
    found = (await seen(clerk)).oldest_filings
    assert [row.id for row in found] == [ids[back] for back in (15, 9, 6, 4, 3)]
    assert {row.office_name for row in found} == {"事業所1"}


async def test_the_most_urgent_have_the_nearest_deadlines(world: World, clerk: Person, office: str) -> None:
    days = ("2026-06-30", "", "2026-06-01", "2026-06-12", "2026-07-14", "2026-06-10", "2026-06-11", "")
    ids = {}
    for number, day in enumerate(days):
        ids[day] = await put_filing(world, office, OPEN_AT_FUND[number % 3], due_on=day)
    found = [row.id for row in (await seen(clerk)).due_filings]
    assert found == [ids[day] for day in ("2026-06-01", "2026-06-10", "2026-06-11", "2026-06-12", "2026-06-30")]


async def test_the_oldest_unread_notices_are_of_all_offices(world: World, clerk: Person, office: str) -> None:
    other, now = await world.office(2), world.clock.now()
    ids = [
        await put_notice(world, (office, other)[back % 2], delivered_at=now - back * HOUR) for back in range(1, 9)
    ]
    await put_notice(world, office, delivered_at=1, state=NoticeState.RECEIVED, received_at=now)
    await put_notice(world, office, delivered_at=1, state=NoticeState.CANCELLED, cancelled_at=now)
    found = (await seen(clerk)).oldest_notices
    assert [row.id for row in found] == ids[:2:-1]
    assert [row.office_number for row in found] == [1, 2, 1, 2, 1]


async def test_offices_stand_with_the_most_unread_first(world: World, clerk: Person, office: str) -> None:
    ids = [office, *[await world.office(number) for number in range(2, 8)]]
    for number, id in enumerate(ids):
        for _ in range(number):
            await put_notice(world, id)
    found = (await seen(clerk)).offices
    assert found == tuple(
        m.OfficeCount(ids[count], count + 1, f"事業所{count + 1}", count) for count in (6, 5, 4, 3, 2)
    )


async def test_what_stands_for_an_office_that_is_gone(world: World, clerk: Person, office: str) -> None:
    await put_notice(world, office)
    await world.core.commit(lambda txn: offices.delete(txn, office))
    assert (await seen(clerk)).offices == (m.OfficeCount(office, 0, "", 1),)


async def test_while_all_is_counted_for_the_first_time_there_are_no_numbers(world: World, clerk: Person) -> None:
    office = await world.office(1)
    filing, notice = await put_filing(world, office, FilingState.DELIVERED), await put_notice(world, office)
    found = await seen(clerk)
    assert not found.counted and (found.days, found.unread, found.waiting, found.offices) == ((), (), (), ())
    assert [row.id for row in found.oldest_filings] == [filing] and found.oldest_notices[0].id == notice
    await count_anew(world.core)
    assert (await seen(clerk)).unread == (m.Count(TYPE, 1),)


async def test_where_the_fund_takes_no_filings_none_are_on_it(world: World, clerk: Person, office: str) -> None:
    await put_filing(world, office, FilingState.DELIVERED, due_on="2026-06-10")
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    found = await seen(clerk)
    assert (found.waiting, found.oldest_filings, found.due_filings) == ((), (), ())


# --- who sees it -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("real_rights")
@pytest.mark.parametrize("role", [Role.FUND_CLERK, Role.FUND_RELEASER, Role.FUND_DESK, Role.FUND_AUDITOR])
async def test_whoever_lists_filings_and_notices_sees_the_oldest(world: World, office: str, role: Role) -> None:
    await put_filing(world, office, FilingState.DELIVERED, due_on="2026-06-10")
    await put_notice(world, office)
    found = await seen(await (await world.staff("someone", role)).sign_in())
    assert [len(part) for part in _lists(found)] == [1, 1, 1, 1]


@pytest.mark.usefixtures("real_rights")
async def test_systems_sees_numbers_and_neither_offices_nor_files(world: World, office: str) -> None:
    await put_filing(world, office, FilingState.DELIVERED, due_on="2026-06-10")
    await put_notice(world, office)
    found = await seen(await (await world.staff("system", Role.FUND_SYSTEM)).sign_in())
    assert _lists(found) == [(), (), (), ()]
    assert found.unread == (m.Count(TYPE, 1),) and found.waiting[0] == m.Count("delivered", 1)
    assert office not in repr(found) and "事業所" not in repr(found)


def _lists(found: m.Dashboard) -> list[tuple[object, ...]]:
    return [found.oldest_filings, found.due_filings, found.oldest_notices, found.offices]


async def test_it_is_journaled_once_in_ten_minutes(world: World, clerk: Person, office: str) -> None:
    for _ in range(3):
        await seen(clerk)
    assert [entry.actor for entry in await world.journal(Kind.MENU_READ)] == [clerk.account]
    world.clock.move(10 * 60_000)
    await seen(clerk)
    assert len(await world.journal(Kind.MENU_READ)) == 2


# --- what it costs -----------------------------------------------------------------------------------------------


async def _looked_at(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows and index entries the records give for one page."""
    looked = 0
    read = world.core.records.read

    async def counted(work: Callable[[Any], Any]) -> Any:
        def on(view: Any) -> Any:
            return work(Counting(view))

        return await read(on)

    class Counting:
        def __init__(self, view: Any) -> None:
            self.view = view

        def get(self, key: bytes) -> bytes | None:
            nonlocal looked
            looked += 1
            found: bytes | None = self.view.get(key)
            return found

        def scan(self, *given: Any, **how: Any) -> list[tuple[bytes, bytes]]:
            nonlocal looked
            found: list[tuple[bytes, bytes]] = self.view.scan(*given, **how)
            looked += len(found)
            return found

    with monkeypatch.context() as patched:
        patched.setattr(world.core.records, "read", counted)
        await seen(person)
    return looked


async def test_it_costs_the_same_however_much_is_kept(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(18):
        await put_filing(world, office, OPEN_AT_FUND[number % 3], due_on="2026-06-10")
        await put_notice(world, office)
    few = await _looked_at(world, clerk, monkeypatch)
    for number in range(600):
        state = OPEN_AT_FUND[number % 3] if number % 2 else FilingState.DONE
        await put_filing(world, office, state, due_on="2026-06-11")
        await put_notice(world, office, state=list(NoticeState)[number % 2], received_at=number % 2)
    many = await _looked_at(world, clerk, monkeypatch)
    assert 0 < many <= few
