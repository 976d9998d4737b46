# SPDX-License-Identifier: Apache-2.0
"""Counting anew: what comes of it is right, whatever happens meanwhile and wherever it is broken off."""

import asyncio
import logging
import random
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import DAY, HOUR
from appliance.model.words import FilingState, NoticeState
from appliance.vault import recounting
from appliance.vault.housekeeping import jobs_of
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.tallies import VERSION, Counting, Series, Tally, countings, tallies
from appliance.vault.records.transaction import Transaction
from appliance.vault.recounting import COUNTED, EVERY, KEPT, count_anew, keep_tallies
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import delivered, put_filing, register_zip_password
from tests.appliance.vault.tallied import hold, put_notice
from tests.appliance.vault.world import TYPE, Person, World, delivery


async def counting(world: World) -> Counting | None:
    return await world.core.read(countings.get)


async def spoil(world: World, tally: Tally) -> None:
    """As a mistake in the code would."""
    await world.core.commit(lambda txn: tallies.put(txn, tally))


async def change(world: World, id: str, **changes: Any) -> None:
    """Change the row of a notice."""

    def work(txn: Transaction) -> None:
        found = notices.get(txn, id)
        assert found is not None
        notices.put(txn, replace(found, **changes))

    await world.core.commit(work)


async def fill(world: World, office: str, count: int = 5) -> list[str]:
    """Notices and filings."""
    for number in range(count):
        world.clock.move(HOUR)
        await put_filing(world, office, list(FilingState)[-1 - number % len(FilingState)])
    return [await put_notice(world, office) for _ in range(count)]


async def received(world: World, id: str) -> None:
    """As if its office had taken a notice."""
    await change(world, id, state=NoticeState.RECEIVED, received_at=world.clock.now())


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", 2)


def test_tables_are_counted_in_the_order_of_their_keys() -> None:
    assert [one.end for one in COUNTED] == sorted(one.end for one in COUNTED)


async def test_an_empty_store_is_counted_at_once(world: World) -> None:
    await keep_tallies(world.core)
    assert await counting(world) == Counting(VERSION, shown=1, counted_at=world.clock.now())
    assert await hold(world) == {}


@pytest.mark.usefixtures("small_pieces")
async def test_a_store_from_before_there_were_tallies_is_counted(world: World, office: str) -> None:
    ids = await fill(world, office)
    await received(world, ids[0])
    await count_anew(world.core)
    assert (await hold(world))[(Series.NOTICES_UNREAD, TYPE)] == 4
    assert set(world.pauses) == {recounting.PAUSE}


@pytest.mark.usefixtures("small_pieces")
async def test_rows_from_before_there_was_an_index_are_found_in_it(world: World, office: str) -> None:
    ids = await fill(world, office)

    def forget(txn: Transaction) -> None:
        for key, _ in txn.view.scan(b"i/notice\0unread_all\0", b"i/notice\0unread_all\1"):
            txn.delete(key)

    await world.core.commit(forget)
    await received(world, ids[1])
    assert await oldest(world) == []
    await count_anew(world.core)
    assert await oldest(world) == [ids[0], *ids[2:]]


async def oldest(world: World) -> list[str]:
    found = await world.core.read(lambda snapshot: notices.scan(snapshot, "unread_all"))
    return [one.id for one in found]


async def test_it_is_done_once_and_again_after_a_week(world: World) -> None:
    await keep_tallies(world.core)
    await spoil(world, Tally(1, Series.NOTICES_UNREAD, TYPE, 7))
    world.clock.move(EVERY - 1)
    await keep_tallies(world.core)
    first = await counting(world)
    assert first is not None and first.shown == 1
    world.clock.move(1)
    await keep_tallies(world.core)
    second = await counting(world)
    assert second is not None and (second.shown, second.made) == (2, 0)
    assert await hold(world) == {}


async def test_a_tally_that_was_wrong_is_told_and_mended(
    world: World, office: str, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(world, office)
    assert await count_anew(world.core) == []
    await spoil(world, Tally(1, Series.NOTICES_UNREAD, TYPE, 77))
    await spoil(world, Tally(1, Series.FILINGS_OPEN, "nonsense", 1))
    await world.core.commit(lambda txn: tallies.delete(txn, 1, Series.OFFICE_UNREAD, office))
    with caplog.at_level(logging.WARNING):
        wrong = await count_anew(world.core)
    assert wrong == [
        "filings_open of nonsense",
        f"notices_unread of {TYPE}",
        f"office_unread of {office}",
    ]
    assert all(one in caplog.text for one in wrong)
    await hold(world)
    assert await count_anew(world.core) == []


async def test_what_other_rules_have_counted_is_thrown_away(
    world: World, office: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(world, office)
    await count_anew(world.core)
    await spoil(world, Tally(1, "of old", "nobody", 7))
    monkeypatch.setattr(recounting, "VERSION", VERSION + 1)
    await keep_tallies(world.core)
    now = await counting(world)
    assert now is not None and (now.version, now.shown, now.made) == (VERSION + 1, 2, 0)
    await hold(world)
    assert "was wrong" not in caplog.text
    assert {one.generation for one in await world.core.read(tallies.walk)} == {2}


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", range(10))
async def test_a_vault_that_ends_goes_on_where_it_was(
    world: World, office: str, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    ids = await fill(world, office)
    commit, left = world.core.commit, after

    async def until_the_end(*given: Any, **how: Any) -> Any:
        nonlocal left
        if not left:
            raise Refused(Why.BROKEN)
        left -= 1
        return await commit(*given, **how)

    with monkeypatch.context() as patched:
        patched.setattr(world.core, "commit", until_the_end)
        with pytest.raises(Refused):
            await count_anew(world.core)
    await world.restart()
    await change(world, ids[0], state=NoticeState.CANCELLED)
    await received(world, ids[4])
    await keep_tallies(world.core)
    await hold(world)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("seed", range(6))
async def test_changes_in_between_are_counted_once(
    world: World, office: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """At each pause of the counting something happens to any row, counted or not."""
    ids, chance = await fill(world, office, 9), random.Random(seed)
    begun = await world.core.read(filings.walk)

    async def something(seconds: float) -> None:
        at = world.clock.now()
        state = chance.choice([NoticeState.CANCELLED, NoticeState.RECEIVED, NoticeState.DELIVERED])
        received = at if state is NoticeState.RECEIVED else 0
        await change(world, chance.choice(ids), state=state, received_at=received, type=chance.choice("ab"))
        moved = replace(
            chance.choice(begun), state=FilingState.RECEIVED, delivered_at=at - chance.randrange(3) * DAY
        )
        await world.core.commit(lambda txn: filings.put(txn, moved))
        await put_filing(world, office, FilingState.DELIVERED)

    monkeypatch.setattr(world.core, "pause", something)
    for _ in range(2):
        assert await count_anew(world.core) == []
        await hold(world)


async def test_days_long_past_are_forgotten(world: World, office: str) -> None:
    await keep_tallies(world.core)
    await put_filing(world, office, FilingState.DONE)
    id = await put_notice(world, office)
    days = {(Series.FILINGS_OF_DAY, "2026-06-09"), (Series.NOTICES_OF_DAY, "2026-06-09")}
    world.clock.move(KEPT)
    await keep_tallies(world.core)
    assert days <= set(await hold(world))
    world.clock.move(DAY)
    await keep_tallies(world.core)
    left = await world.core.read(lambda snapshot: {(one.series, one.of) for one in tallies.walk(snapshot)})
    assert left == {(Series.NOTICES_UNREAD, TYPE), (Series.OFFICE_UNREAD, office)}
    await change(world, id, state=NoticeState.CANCELLED)
    assert await world.core.read(tallies.walk) == []


async def test_days_long_past_are_nothing_that_differs(world: World, office: str) -> None:
    await put_filing(world, office, FilingState.DONE)
    await keep_tallies(world.core)
    world.clock.move(2 * KEPT)
    await keep_tallies(world.core)
    world.clock.move(EVERY)
    assert await count_anew(world.core) == []


async def test_real_acts_and_a_full_count_say_the_same(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    await keep_tallies(world.core)
    await register_zip_password(world, user.office)
    first, second, third = [await clerk.deliver(user.office, small_pdf(str(number))) for number in range(3)]
    await clerk.deliver(stranger.office)
    await clerk.ask(m.DeliverCopies(third, (stranger.office,), ""))
    await user.receive(first)
    await user.receive(first)
    await clerk.ask(m.CancelNotice(second, "別の事業所の通知書", ""))
    filing = await delivered(world, user)
    await clerk.ask(m.ReceiveFiling(filing, ""))
    await clerk.ask(m.ReturnFiling(filing, "記入もれ", ""))
    again = await delivered(world, user, follows=filing)
    now = await hold(world)
    assert now == {
        ("notices_of_day", "2026-06-09"): 4,
        ("notices_unread", TYPE): 3,
        ("office_unread", user.office): 1,
        ("office_unread", stranger.office): 2,
        ("filings_of_day", "2026-06-09"): 2,
        ("filings_open", "delivered"): 1,
    }
    await clerk.ask(m.ReceiveFiling(again, ""))
    await clerk.ask(m.CompleteFiling(again, "", third))
    await world.restart()
    assert ("filings_open", "delivered") not in await hold(world)


async def test_a_command_that_comes_twice_counts_once(world: World, user: Person, clerk: Person) -> None:
    await keep_tallies(world.core)
    upload = await clerk.upload(user.office)
    command = "c" * 22
    for _ in range(2):
        await clerk.ask(delivery(upload, command=command))
    assert (await hold(world))[("notices_unread", TYPE)] == 1


async def test_many_at_once_are_all_counted(world: World, office: str) -> None:
    await keep_tallies(world.core)
    await asyncio.gather(*(put_filing(world, office, FilingState.DELIVERED) for _ in range(60)))
    assert (await hold(world))[("filings_open", "delivered")] == 60


async def test_the_job_is_one_of_the_vaults_own(world: World) -> None:
    [job] = [job for job in jobs_of(world.core) if job.name == "tallies"]
    await job.run()
    assert await counting(world) is not None
