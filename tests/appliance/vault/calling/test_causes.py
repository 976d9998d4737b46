# SPDX-License-Identifier: Apache-2.0
"""Each card counts once, under what it began with, in its Japanese month; nothing says whose it was."""

import pytest

from appliance.link.messages.calling import CauseMonth, CauseRow, ListCauses, ReadCaller, Situation
from appliance.model.journal import Kind
from appliance.model.time import DAY, MINUTE, in_japan
from appliance.model.words import Role
from appliance.vault.calling.causes import MONTHS, count_cause
from appliance.vault.records.calling_tables import CauseCount, cause_counts
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def desk(world: World) -> Person:
    """One of the desk, signed in."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


async def months(desk: Person) -> tuple[CauseMonth, ...]:
    """What is told."""
    found: tuple[CauseMonth, ...] = (await desk.ask(ListCauses())).months
    return found


async def test_a_card_counts_under_its_first_situation_once(world: World, desk: Person, office: str) -> None:
    card = await desk.ask(ReadCaller(office))
    await desk.ask(ReadCaller(office))
    first = card.steps[0].situation
    assert (await months(desk))[0].rows == (CauseRow(first, 1),)
    [entry] = [one for one in await world.journal(Kind.CALLER_READ) if one.thing]
    assert entry.reason == first
    world.clock.move(11 * MINUTE)
    await desk.ask(ReadCaller(office))
    assert (await months(desk))[0].rows == (CauseRow(first, 2),)


async def test_the_most_frequent_come_first(world: World, desk: Person) -> None:
    now = world.clock.now()

    def work(txn: Transaction) -> None:
        for situation, times in ((Situation.WELL, 1), (Situation.MAIL_RETURNED, 3)):
            for _ in range(times):
                count_cause(txn, situation, now)
        count_cause(txn, Situation.SEAT_READY, now - 200 * DAY)

    await world.core.commit(work)
    found = await months(desk)
    assert [month.month for month in found] == sorted((month.month for month in found), reverse=True)
    assert len(found) == MONTHS and found[0].month == f"{in_japan(now):%Y-%m}"
    assert found[0].rows == (CauseRow(Situation.MAIL_RETURNED, 3), CauseRow(Situation.WELL, 1))
    assert not any(month.rows for month in found[1:])


async def test_months_are_those_of_japan(world: World) -> None:
    june = 1_780_239_600_000  # 2026-06-01 00:00 in Japan

    def work(txn: Transaction) -> list[CauseCount | None]:
        for at in (june - 1, june):
            count_cause(txn, Situation.WELL, at)
        return [cause_counts.get(txn, month, Situation.WELL) for month in ("2026-05", "2026-06")]

    assert [row and row.count for row in await world.core.commit(work)] == [1, 1]
