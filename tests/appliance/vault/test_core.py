# SPDX-License-Identifier: Apache-2.0
"""Commits: together with their entries, only on facts that still stand, refused in words that fit."""

import asyncio
from collections.abc import Callable

import pytest

from appliance.contracts.records import LimitExceeded, OutcomeUnknown, StoreError, StoreFull
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.journal import Kind
from appliance.model.words import Tier
from appliance.vault.core import TRIES
from appliance.vault.records.grouping_tables import ApprovalAsked, approvals_asked
from appliance.vault.records.transaction import Moved, Snapshot, Transaction
from appliance.vault.records.writer import Overloaded
from tests.appliance.vault.world import World


def put(value: bytes) -> Callable[[Transaction], None]:
    return lambda txn: txn.put(b"x/key", value)


async def seen(world: World) -> dict[bytes, bytes | None]:
    def look(snapshot: Snapshot) -> dict[bytes, bytes | None]:
        snapshot.get(b"x/key")
        return snapshot.seen

    return await world.core.read(look)


async def value(world: World) -> bytes | None:
    return await world.core.read(lambda snapshot: snapshot.get(b"x/key"))


async def test_a_commit_returns_what_its_function_does(world: World) -> None:
    def work(txn: Transaction) -> int:
        txn.put(b"x/key", b"1")
        return 7

    assert await world.core.commit(work) == 7
    assert await value(world) == b"1"


async def test_entries_are_written_with_the_change_or_not_at_all(world: World) -> None:
    entry = world.core.own_entry(Kind.VAULT_STARTED, thing="t", reason="why", actor="plugin:x")

    def fail(txn: Transaction) -> None:
        txn.put(b"x/key", b"1")
        txn.journal(entry)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await world.core.commit(fail)
    assert (await value(world), await world.journal()) == (None, [])
    await world.core.commit(lambda txn: txn.journal(entry))
    (kept,) = await world.journal()
    assert (kept.kind, kept.thing, kept.reason, kept.actor) == (Kind.VAULT_STARTED, "t", "why", "plugin:x")
    assert (kept.site, kept.at, len(entry.salt)) == (Tier.VAULT.value, world.clock.now(), 16)


async def test_a_durable_entry_tells_the_clock_watch(world: World) -> None:
    entry = world.core.own_entry(Kind.VAULT_STARTED)
    assert world.core.clock_watch.newest == 0
    world.store.fail_next(StoreError("broken"))
    with pytest.raises(Refused):
        await world.core.commit(lambda txn: txn.journal(entry))
    assert world.core.clock_watch.newest == 0
    await world.core.commit(lambda txn: txn.journal(entry))
    assert world.core.clock_watch.newest == entry.at


async def test_facts_that_moved_stop_a_commit(world: World) -> None:
    before = await seen(world)
    await world.core.commit(put(b"1"), seen=before)
    with pytest.raises(Moved):
        await world.core.commit(put(b"2"), seen=before)
    assert await value(world) == b"1"


async def test_the_same_value_written_again_has_moved(world: World) -> None:
    await world.core.commit(put(b"1"))
    before = await seen(world)
    await world.core.commit(put(b"1"))
    with pytest.raises(Moved):
        await world.core.commit(put(b"2"), seen=before)


async def test_of_many_on_the_same_facts_one_wins(world: World) -> None:
    before = await seen(world)
    commits = [world.core.commit(put(bytes([number])), seen=before) for number in range(10)]
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Moved) for outcome in outcomes) == 9


@pytest.mark.parametrize("moves", range(TRIES + 2))
async def test_an_attempt_begins_again_three_times_at_most(world: World, moves: int) -> None:
    tries = []

    async def attempt() -> str:
        tries.append(1)
        if len(tries) <= moves:
            raise Moved
        return "done"

    if moves < TRIES:
        assert await world.core.decided(attempt) == "done"
    else:
        with pytest.raises(Refused) as caught:
            await world.core.decided(attempt)
        assert caught.value.why is Why.BUSY
    assert len(tries) == min(moves + 1, TRIES)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (StoreError("broken"), Why.BROKEN),
        (OutcomeUnknown("late"), Why.BROKEN),
        (StoreFull("full"), Why.FULL),
    ],
)
async def test_a_store_that_fails_is_a_refusal(world: World, error: Exception, why: Why) -> None:
    world.store.fail_next(error)
    with pytest.raises(Refused) as caught:
        await world.core.commit(put(b"1"))
    assert caught.value.why is why
    assert type(caught.value.__cause__) is type(error)
    assert await value(world) is None


async def test_a_function_beyond_the_limits_is_a_refusal(world: World) -> None:
    with pytest.raises(Refused) as caught:
        await world.core.commit(put(bytes(70_000)))
    assert caught.value.why is Why.BROKEN
    assert isinstance(caught.value.__cause__, LimitExceeded)


async def test_a_store_that_cannot_be_read_is_a_refusal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(work: object) -> None:
        raise StoreError("broken")

    monkeypatch.setattr(world.store, "read", broken)
    with pytest.raises(Refused) as caught:
        await value(world)
    assert caught.value.why is Why.BROKEN


async def test_too_many_at_once_are_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def overloaded(work: object) -> None:
        raise Overloaded

    monkeypatch.setattr(world.core.writer, "commit", overloaded)
    with pytest.raises(Refused) as caught:
        await world.core.commit(put(b"1"))
    assert caught.value.why is Why.BUSY


async def test_without_room_only_what_is_vital_is_written(world: World) -> None:
    world.core.room.records = 0.95
    with pytest.raises(Refused) as caught:
        await world.core.commit(put(b"1"))
    assert caught.value.why is Why.FULL
    await world.core.commit(put(b"2"), vital=True)
    assert await value(world) == b"2"


async def test_work_that_does_some_is_repeated_until_nothing_is_left(world: World) -> None:
    """Also without room: what it forgets makes some."""
    left = [f"{number}" for number in range(5)]

    def write(txn: Transaction) -> None:
        for id in left:
            approvals_asked.put(txn, ApprovalAsked(id, 1))

    def forget(txn: Transaction) -> int:
        some = approvals_asked.scan(txn, "at", limit=2)
        for one in some:
            approvals_asked.delete(txn, one.filing)
        return len(some)

    await world.core.commit(write)
    world.store.fill()
    before = world.store.commits
    await world.core.commit_all(forget)
    assert await world.core.read(lambda snapshot: approvals_asked.keys(snapshot, "at")) == []
    assert world.store.commits - before == 4


def test_ids_are_fresh(world: World) -> None:
    ids = {world.core.new_id() for _ in range(100)}
    assert len(ids) == 100 and all(map(is_id, ids))


def test_no_secret_is_in_a_log(world: World) -> None:
    assert b"pppp" in world.core.pepper
    assert "pppp" not in repr(world.core)
