# SPDX-License-Identifier: Apache-2.0
"""The desk sees locks of download passwords, and ends them."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind
from appliance.model.things import Lock
from appliance.model.time import HOUR
from appliance.model.words import LockState, Role
from appliance.vault.fetching import locks as counter_list
from appliance.vault.issuing.download_keys import give_download_key
from appliance.vault.records.device_tables import DownloadKey, download_keys
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.fetching.letters import Holder
from tests.appliance.vault.world import Person, World

REASON = "お電話をかけ直して確認した"


@pytest.fixture
async def desk(world: World) -> Person:
    """Somebody of the desk (窓口)."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


async def lock(holder: Holder, times: int = 1) -> None:
    for number in range(times):
        holder.world.clock.move(HOUR if number else 0)
        for _ in range(6):
            await holder.wrong()


async def locks(world: World, desk: Person) -> tuple[m.CounterLock, ...]:
    page: m.LockPage = await desk.ask(m.ListLocks())
    return page.counters


async def test_a_lock_is_in_the_list_until_it_is_over(world: World, holder: Holder, desk: Person) -> None:
    assert await locks(world, desk) == ()
    await lock(holder)
    [row] = await locks(world, desk)
    office = holder.office
    assert row == m.CounterLock(
        office.id, office.contract_number, office.name, LockState.LOCKED, world.clock.now() + HOUR
    )
    world.clock.move(HOUR)
    assert await locks(world, desk) == ()


async def test_locks_that_are_over_hide_none_that_holds(
    world: World, holder: Holder, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay in their rows until the right password comes, which may be never."""
    monkeypatch.setattr(counter_list, "MOST", 2)
    now, ids = world.clock.now(), [await world.office(number) for number in range(60, 65)]
    ids.sort()

    def write(txn: Transaction) -> None:
        for id in ids:
            until = now + HOUR if id == ids[-1] else now - HOUR
            download_keys.put(txn, DownloadKey(id, "x", 1, 8, lock=Lock(locked_until=until)))

    await world.core.commit(write)
    assert [row.office for row in await locks(world, desk)] == [ids[-1]]


async def test_the_desk_ends_it(world: World, holder: Holder, desk: Person) -> None:
    await lock(holder)
    await desk.ask(m.UnlockCounter(holder.office.id, REASON, "c" * 20))
    assert await locks(world, desk) == ()
    assert (await holder.open()).token
    [entry] = await world.journal(Kind.COUNTER_UNLOCKED)
    assert (entry.actor, entry.office, entry.personal[TYPED]) == (desk.account, holder.office.id, REASON)
    assert entry.reason == "locked"


async def test_the_desk_ends_a_block_and_the_letter_is_good_again(
    world: World, holder: Holder, desk: Person
) -> None:
    await lock(holder, 3)
    [row] = await locks(world, desk)
    assert (row.state, row.until) == (LockState.BLOCKED, 0)
    await desk.ask(m.UnlockCounter(holder.office.id, REASON))
    assert await locks(world, desk) == () and (await holder.lock()) == Lock()
    assert (await holder.open()).token
    [entry] = await world.journal(Kind.COUNTER_UNLOCKED)
    assert (entry.reason, entry.actor, entry.personal[TYPED]) == ("blocked", desk.account, REASON)


async def test_a_new_letter_ends_a_block_as_well(world: World, holder: Holder, desk: Person) -> None:
    await lock(holder, 3)
    core = world.core
    await core.commit(lambda txn: give_download_key(core, txn, holder.office.id, "freshKey", core.clock.now()))
    holder.key = "freshKey"
    assert (await holder.open()).token and await locks(world, desk) == ()


async def test_an_office_without_a_key_or_a_lock_has_none_to_end(
    world: World, holder: Holder, desk: Person
) -> None:
    office = await world.office(7)
    for unknown in ("nobody", office):
        await desk.refused(Why.NOT_FOUND, m.UnlockCounter(unknown, REASON))
    refused = await desk.refused(Why.CONFLICT, m.UnlockCounter(holder.office.id, REASON))
    assert refused.text == "lock.not_stopped"


async def test_what_the_policies_do_not_allow_is_not_done(world: World, holder: Holder, desk: Person) -> None:
    await lock(holder)
    world.rights.denied = {"lock.release"}
    await desk.refused(Why.NOT_ALLOWED, m.UnlockCounter(holder.office.id, REASON))
    assert (await holder.lock()).state is LockState.LOCKED


async def test_without_a_reason_nothing_is_done(world: World, holder: Holder, desk: Person) -> None:
    await lock(holder)
    await desk.refused(Why.INVALID, m.UnlockCounter(holder.office.id, " "))
    assert len(await locks(world, desk)) == 1
